metadata description = 'BatchFunctions in a resource group of its own. What each part and each role is for stands in README.md.'

targetScope = 'subscription'

import { ExpectedRun } from 'modules/types.bicep'

@description('The name of the environment, which the names of all resources are made of.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('Where everything lies.')
param location string

@description('The resource group.')
@maxLength(90)
param resourceGroupName string = 'rg-${environmentName}'

@description('Tags of all resources, besides azd-env-name and application.')
param tags object = {}

@description('Where the Functions app runs: on a Flex Consumption plan, or as a container on Container Apps.')
param functionsHost 'flex' | 'container' = 'flex'

@description('The memory of a machine of the Flex Consumption plan in MB. 4096 has two cores, 2048 one; a container gets the cores and twice as many GiB.')
param instanceMemoryMB 2048 | 4096 = 4096

@description('How many machines or replicas run the Functions app at most.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 40

@description('How many machines wait for jobs all the time. A container needs one at least.')
@minValue(0)
param alwaysReadyInstances int = 0

@description('Whether there is a scoring service on Container Apps, and whether it has GPUs.')
param scoringTier 'none' | 'cpu' | 'gpu' = 'none'

@description('The serverless GPU profile, where the tier is gpu.')
param gpuProfile 'Consumption-GPU-NC8as-T4' | 'Consumption-GPU-NC24-A100' = 'Consumption-GPU-NC8as-T4'

@description('How many replicas of the scoring service run all the time; 0 lets the first shard wait for one to start.')
@minValue(0)
param scoringMinimumReplicas int = 0

@description('How many replicas of the scoring service run at most.')
@minValue(1)
param scoringMaximumReplicas int = 4

@description('The image of the Functions app, where it runs as a container. Without one there is no app yet, but the registry to put it into.')
param functionsImage string = ''

@description('The image of the scoring service. Without one there is no service yet, but the registry to put it into.')
param scoringImage string = ''

@description('Whether stores are reached through a virtual network alone.')
param privateNetworking bool = false

@description('The addresses of the virtual network: a /22 or larger.')
param addressPrefix string = '10.20.0.0/22'

@description('Whose calls the Functions app takes where there is a private network, besides those of Event Grid: address ranges.')
param allowedCallers string[] = []

@description('Containers of the data account that jobs may read, besides those of pipelines, models and arrivals.')
param readableContainers string[] = []

@description('Containers of the data account that jobs may write, besides those of work files and results.')
param writableContainers string[] = []

@description('Whether the data account has directories, as a data lake does.')
param hierarchicalNamespace bool = false

@description('How often and how far apart data is kept.')
param storageSku 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS' = 'Standard_ZRS'

@description('After how many days results become cool; 0 for never.')
@minValue(0)
param coolResultsAfterDays int = 30

@description('After how many days results become cold; 0 for never.')
@minValue(0)
param coldResultsAfterDays int = 180

@description('After how many days files that arrived are deleted; 0 for never, since they are yours.')
@minValue(0)
param deleteArrivalsAfterDays int = 0

@description('How often due jobs are looked for: NCRONTAB with seconds, UTC.')
param tick string = '0 * * * * *'

@description('How long one step of a job may take. A shard is one.')
param stepLimit string = '00:30:00'

@description('App settings besides those that this template sets: what pipelines refer to as \${NAME}. No secrets.')
param extraSettings object = {}

@description('App settings that are secret: the name of each, and the name of its secret in the vault, such as { ALERT_WEBHOOK: \'alert-webhook\' }. The secrets have to be there.')
param vaultSettings object = {}

@description('How many days logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('How many gigabytes of logs a day are taken at most; -1 for no limit. Alerts see nothing of what is refused.')
param logDailyQuotaGb int = -1

@description('The mail addresses that alerts and the budget tell.')
param alertEmails string[] = []

@description('The addresses that alerts call, by name.')
@secure()
param alertWebhooks object = {}

@description('How many records of a pipeline may fail within an hour before somebody is woken.')
@minValue(0)
param failedRecordsLimit int = 100

@description('The success rate, in percent, below which somebody is woken.')
@minValue(0)
@maxValue(100)
param successRateLimit int = 95

@description('The pipelines whose schedules have to start a job again and again.')
param expectedRuns ExpectedRun[] = []

@description('The amount a month above which somebody is told, in the currency of the subscription; 0 for no budget.')
@minValue(0)
param budgetAmount int = 0

@description('The first day of the first month of the budget.')
param budgetStart string = utcNow('yyyy-MM-01T00:00:00Z')

@description('The person or the deployment that uploads pipelines and models and reads results. Empty for nobody.')
param principalId string = ''

@description('What kind of principal that is.')
param principalType 'User' | 'Group' | 'ServicePrincipal' = 'User'

var token = toLower(uniqueString(subscription().id, resourceGroupName, environmentName, location))
var allTags = union(tags, { 'azd-env-name': environmentName, application: 'batchfunctions' })
var hasContainers = functionsHost == 'container' || scoringTier != 'none'
var hasScoring = scoringTier != 'none' && !empty(scoringImage)
var hasFunctionsContainer = functionsHost == 'container' && !empty(functionsImage)
var cores = instanceMemoryMB == 4096 ? 2 : 1

// A container of its own for each folder, since a role can be given for a container and for nothing smaller.
var readable = concat(['pipelines', 'models', 'arrivals'], readableContainers)
var writable = concat(['work', 'scored'], writableContainers)
var roots = concat(['arrivals', 'scored'], readableContainers, writableContainers)

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: resourceGroupName
  location: location
  tags: allTags
}

module functionsIdentity 'modules/identity.bicep' = {
  scope: group
  name: 'functions-identity'
  params: {
    name: 'id-functions-${token}'
    location: location
    tags: allTags
  }
}

module scoringIdentity 'modules/identity.bicep' = if (scoringTier != 'none') {
  scope: group
  name: 'scoring-identity'
  params: {
    name: 'id-scoring-${token}'
    location: location
    tags: allTags
  }
}

var functionsPrincipal = functionsIdentity.outputs.principalId
var scoringPrincipal = scoringTier == 'none' ? '' : scoringIdentity!.outputs.principalId

module network 'modules/network.bicep' = if (privateNetworking) {
  scope: group
  name: 'network'
  params: {
    name: 'vnet-${token}'
    location: location
    tags: allTags
    addressPrefix: addressPrefix
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  name: 'monitoring'
  params: {
    workspaceName: 'log-${token}'
    componentName: 'appi-${token}'
    location: location
    tags: allTags
    retentionDays: logRetentionDays
    dailyQuotaGb: logDailyQuotaGb
    access: concat(
      [{ role: 'MonitoringMetricsPublisher', principalId: functionsPrincipal, principalType: 'ServicePrincipal' }],
      scoringTier == 'none'
        ? []
        : [{ role: 'MonitoringMetricsPublisher', principalId: scoringPrincipal, principalType: 'ServicePrincipal' }]
    )
  }
}

module hostStorage 'modules/storage.bicep' = {
  scope: group
  name: 'host-storage'
  params: {
    name: 'sthost${token}'
    location: location
    tags: allTags
    sku: storageSku
    hierarchicalNamespace: false
    containers: ['deployments', 'dead-letters']
    softDeleteDays: 7
    access: [
      { role: 'StorageBlobDataOwner', principalId: functionsPrincipal, principalType: 'ServicePrincipal' }
      { role: 'StorageQueueDataContributor', principalId: functionsPrincipal, principalType: 'ServicePrincipal' }
      { role: 'StorageTableDataContributor', principalId: functionsPrincipal, principalType: 'ServicePrincipal' }
    ]
    containerAccess: []
    lifecycle: [
      { name: 'dead-letters', prefixes: ['dead-letters/'], coolAfterDays: 0, coldAfterDays: 0, deleteAfterDays: 90 }
    ]
    services: ['blob', 'queue', 'table']
    network: privateNetworking ? network!.outputs.privateNetwork : null
  }
}

var resultRules = coolResultsAfterDays == 0 && coldResultsAfterDays == 0
  ? []
  : [
      {
        name: 'results'
        prefixes: ['scored/']
        coolAfterDays: coolResultsAfterDays
        coldAfterDays: coldResultsAfterDays
        deleteAfterDays: 0
      }
    ]

var arrivalRules = deleteArrivalsAfterDays == 0
  ? []
  : [
      {
        name: 'arrivals'
        prefixes: ['arrivals/']
        coolAfterDays: 0
        coldAfterDays: 0
        deleteAfterDays: deleteArrivalsAfterDays
      }
    ]

// Nothing is deleted below work/ by age: what triggers remember lies there too, and is old where nothing happens.
module dataStorage 'modules/storage.bicep' = {
  scope: group
  name: 'data-storage'
  params: {
    name: 'stdata${token}'
    location: location
    tags: allTags
    sku: storageSku
    hierarchicalNamespace: hierarchicalNamespace
    containers: concat(readable, writable)
    softDeleteDays: 7
    access: empty(principalId)
      ? []
      : [{ role: 'StorageBlobDataContributor', principalId: principalId, principalType: principalType }]
    containerAccess: concat(
      map(readable, container => {
        container: container
        role: 'StorageBlobDataReader'
        principalId: functionsPrincipal
        principalType: 'ServicePrincipal'
      }),
      map(writable, container => {
        container: container
        role: 'StorageBlobDataContributor'
        principalId: functionsPrincipal
        principalType: 'ServicePrincipal'
      }),
      map(scoringTier == 'none' ? [] : readable, container => {
        container: container
        role: 'StorageBlobDataReader'
        principalId: scoringPrincipal
        principalType: 'ServicePrincipal'
      }),
      map(scoringTier == 'none' ? [] : writable, container => {
        container: container
        role: 'StorageBlobDataContributor'
        principalId: scoringPrincipal
        principalType: 'ServicePrincipal'
      })
    )
    lifecycle: concat(resultRules, arrivalRules)
    services: ['blob']
    network: privateNetworking ? network!.outputs.privateNetwork : null
  }
}

module vault 'modules/vault.bicep' = {
  scope: group
  name: 'vault'
  params: {
    name: 'kv-${token}'
    location: location
    tags: allTags
    access: concat(
      [{ role: 'KeyVaultSecretsUser', principalId: functionsPrincipal, principalType: 'ServicePrincipal' }],
      empty(principalId)
        ? []
        : [{ role: 'KeyVaultSecretsOfficer', principalId: principalId, principalType: principalType }]
    )
    scoringKeyAccess: scoringTier == 'none'
      ? []
      : [{ role: 'KeyVaultSecretsUser', principalId: scoringPrincipal, principalType: 'ServicePrincipal' }]
    network: privateNetworking ? network!.outputs.privateNetwork : null
  }
}

module events 'modules/events.bicep' = {
  scope: group
  name: 'events'
  params: {
    systemTopicName: 'egst-${token}'
    topicName: 'egt-${token}'
    location: location
    tags: allTags
    sourceAccountId: dataStorage.outputs.id
    deadLetterAccountName: hostStorage.outputs.name
    deadLetterContainer: 'dead-letters'
    access: [{ role: 'EventGridDataSender', principalId: functionsPrincipal, principalType: 'ServicePrincipal' }]
    network: privateNetworking ? network!.outputs.privateNetwork : null
  }
}

module registry 'modules/registry.bicep' = if (hasContainers) {
  scope: group
  name: 'registry'
  params: {
    name: 'cr${token}'
    location: location
    tags: allTags
    access: concat(
      functionsHost == 'container'
        ? [{ role: 'AcrPull', principalId: functionsPrincipal, principalType: 'ServicePrincipal' }]
        : [],
      scoringTier == 'none'
        ? []
        : [{ role: 'AcrPull', principalId: scoringPrincipal, principalType: 'ServicePrincipal' }]
    )
    network: privateNetworking ? network!.outputs.privateNetwork : null
  }
}

// A Functions app in the environment has to be reached by Event Grid; a Flex Consumption app has to reach the scoring service.
var isEnvironmentInternal = privateNetworking && functionsHost == 'flex'

module containers 'modules/container-environment.bicep' = if (hasContainers) {
  scope: group
  name: 'containers'
  params: {
    name: 'cae-${token}'
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
    gpuProfile: scoringTier == 'gpu' ? gpuProfile : null
    subnetId: privateNetworking ? network!.outputs.containersSubnetId : null
    internal: isEnvironmentInternal
  }
}

module containerNames 'modules/private-names.bicep' = if (hasContainers && isEnvironmentInternal) {
  scope: group
  name: 'container-names'
  params: {
    domain: containers!.outputs.domain
    address: containers!.outputs.address
    networkId: network!.outputs.id
    tags: allTags
  }
}

var sharedSettings = {
  BATCHFN_STORAGE_ACCOUNT_URI: dataStorage.outputs.blobEndpoint
  BATCHFN_PIPELINES: 'azure://pipelines'
  BATCHFN_MODELS: 'azure://models'
  BATCHFN_WORK: 'azure://work'
  BATCHFN_ROOTS: join(map(roots, root => 'azure://${root}'), ';')
  APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
  AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential'
}

// What the cards of the serverless profiles come with.
var scoringSizes = {
  none: { cores: 0, memoryGiB: 0 }
  cpu: { cores: 4, memoryGiB: 8 }
  'Consumption-GPU-NC8as-T4': { cores: 8, memoryGiB: 56 }
  'Consumption-GPU-NC24-A100': { cores: 24, memoryGiB: 220 }
}
var scoringSize = scoringSizes[scoringTier == 'gpu' ? gpuProfile : scoringTier]

module scoring 'modules/scoring-service.bicep' = if (hasScoring) {
  scope: group
  name: 'scoring-service'
  params: {
    name: 'score-${token}'
    location: location
    tags: allTags
    environmentId: containers!.outputs.id
    workloadProfileName: scoringTier == 'gpu' ? 'gpu' : 'Consumption'
    cores: scoringSize.cores
    memoryGiB: scoringSize.memoryGiB
    identityId: scoringIdentity!.outputs.id
    registryServer: registry!.outputs.loginServer
    image: scoringImage
    settings: union(sharedSettings, {
      AZURE_CLIENT_ID: scoringIdentity!.outputs.clientId
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${scoringIdentity!.outputs.clientId};Authorization=AAD'
    })
    keyUri: vault.outputs.scoringKeyUri
    port: 8080
    external: functionsHost == 'flex'
    minimumReplicas: scoringMinimumReplicas
    maximumReplicas: scoringMaximumReplicas
    requestsPerReplica: 1
    workAccountName: dataStorage.outputs.name
    workContainer: 'work'
    drainSeconds: 480
  }
}

var secrets = union(
  toObject(items(vaultSettings), setting => setting.key, setting => '${vault.outputs.uri}secrets/${setting.value}'),
  hasScoring ? { BATCHFN_SCORING_KEY: vault.outputs.scoringKeyUri } : {}
)

var tierSettings = hasScoring ? { BATCHFN_SCORING_ENDPOINTS: scoring!.outputs.url } : {}

var functionsSettings = union(sharedSettings, tierSettings, {
  AZURE_CLIENT_ID: functionsIdentity.outputs.clientId
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${functionsIdentity.outputs.clientId};Authorization=AAD'
  AzureWebJobsStorage__accountName: hostStorage.outputs.name
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: functionsIdentity.outputs.clientId
  AzureFunctionsJobHost__functionTimeout: stepLimit
  AzureFunctionsJobHost__extensions__durableTask__maxConcurrentActivityFunctions: string(cores)
  BATCHFN_SQL_MEMORY: '${instanceMemoryMB / 4}MiB'
  BATCHFN_TICK: tick
  BATCHFN_ARRIVAL_CONTAINER: 'arrivals'
  BATCHFN_EVENTGRID_ENDPOINT: events.outputs.topicEndpoint
})

module functionsFlex 'modules/functions-flex.bicep' = if (functionsHost == 'flex') {
  scope: group
  name: 'functions-flex'
  params: {
    name: 'func-${token}'
    planName: 'plan-${token}'
    location: location
    tags: allTags
    serviceName: 'functions'
    identityId: functionsIdentity.outputs.id
    settings: union(functionsSettings, { 'AzureWebJobs.BlobFound.Disabled': 'true' }, extraSettings)
    vaultSettings: secrets
    packageContainer: '${hostStorage.outputs.blobEndpoint}/deployments'
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstances
    alwaysReadyInstances: alwaysReadyInstances
    subnetId: privateNetworking ? network!.outputs.functionsSubnetId : null
    allowedCallers: allowedCallers
  }
}

// The host takes the underscores for the dots, which some shells drop from the environment.
module functionsContainer 'modules/functions-container.bicep' = if (hasFunctionsContainer) {
  scope: group
  name: 'functions-container'
  params: {
    name: 'func-${token}'
    location: location
    tags: allTags
    environmentId: containers!.outputs.id
    identityId: functionsIdentity.outputs.id
    registryServer: registry!.outputs.loginServer
    image: functionsImage
    settings: union(
      functionsSettings,
      { AzureWebJobs_BlobFound_Disabled: 'true', FUNCTIONS_WORKER_RUNTIME: 'dotnet-isolated' },
      extraSettings
    )
    vaultSettings: secrets
    cores: cores
    minimumReplicas: max(1, alwaysReadyInstances)
    maximumReplicas: maximumInstances
  }
}

module actionGroup 'modules/action-group.bicep' = {
  scope: group
  name: 'action-group'
  params: {
    name: 'ag-${token}'
    tags: allTags
    emails: alertEmails
    webhooks: alertWebhooks
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  name: 'alerts'
  params: {
    prefix: 'alert-${token}'
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
    actionGroupId: actionGroup.outputs.id
    systemTopicId: events.outputs.systemTopicId
    failedRecordsLimit: failedRecordsLimit
    successRateLimit: successRateLimit
    expectedRuns: expectedRuns
  }
}

module budget 'modules/budget.bicep' = if (budgetAmount > 0) {
  scope: group
  name: 'budget'
  params: {
    name: 'budget-${token}'
    amount: max(1, budgetAmount)
    startDate: budgetStart
    emails: alertEmails
    actionGroupId: actionGroup.outputs.id
  }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
@description('Where images are pushed to; empty where nothing runs as a container.')
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = hasContainers ? registry!.outputs.loginServer : ''

@description('The address of the HTTP API, for batchfn submit --server.')
output BATCHFN_SERVER string = functionsHost == 'flex'
  ? functionsFlex!.outputs.url
  : hasFunctionsContainer ? functionsContainer!.outputs.url : ''

@description('The account of pipelines, models and data, for batchfn models register --models azure://models.')
output BATCHFN_STORAGE_ACCOUNT_URI string = dataStorage.outputs.blobEndpoint

@description('The vault of secrets that vaultSettings names.')
output BATCHFN_KEY_VAULT string = vault.outputs.name

@description('Where the events of jobs are told.')
output BATCHFN_EVENTS_TOPIC string = events.outputs.topicEndpoint

@description('What arrivals.bicepparam takes up.')
output BATCHFN_FUNCTIONS_HOST string = functionsHost
output BATCHFN_FUNCTIONS_APP string = functionsHost == 'flex'
  ? functionsFlex!.outputs.name
  : hasFunctionsContainer ? functionsContainer!.outputs.name : ''
output BATCHFN_SYSTEM_TOPIC string = events.outputs.systemTopicName
output BATCHFN_HOST_ACCOUNT string = hostStorage.outputs.name
