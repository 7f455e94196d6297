metadata description = 'The Functions app on a Flex Consumption plan: machines come with the work and go with it.'

@description('The name of the app, which is part of its address.')
param name string

@description('The name of the plan.')
param planName string

@description('Where they lie.')
param location string

@description('The tags of the resources.')
param tags object

@description('The name of the service in azure.yaml, by which the deployment finds the app.')
param serviceName string

@description('The resource id of the app\'s identity.')
param identityId string

@description('The app settings.')
param settings object

@description('App settings that are secret: the name of each, and where in a vault it is.')
param vaultSettings object

@description('The blob container that holds the app\'s package: its full address.')
param packageContainer string

@description('The memory of a machine in MB. 4096 has two cores, 2048 one.')
param instanceMemoryMB 2048 | 4096

@description('How many machines there are at most.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@description('How many machines wait for jobs all the time.')
@minValue(0)
param alwaysReadyInstances int

@description('The subnet that the app calls out from, where there is a private network.')
param subnetId string?

@description('Whose calls are taken, besides those of Event Grid, where there is a private network: address ranges such as 203.0.113.0/24.')
param allowedCallers string[]

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

var eventGridAlone = [
  {
    name: 'event-grid'
    description: 'Tells of blobs that arrived.'
    action: 'Allow'
    priority: 100
    tag: 'ServiceTag'
    ipAddress: 'AzureEventGrid'
  }
]

var callers = [
  for (range, index) in allowedCallers: {
    name: 'caller-${index}'
    action: 'Allow'
    priority: 200 + index
    tag: 'Default'
    ipAddress: range
  }
]

var vaultReferences = toObject(
  items(vaultSettings),
  setting => setting.key,
  setting => '@Microsoft.KeyVault(SecretUri=${setting.value})'
)

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      appSettings: [
        for setting in items(union(settings, vaultReferences)): { name: setting.key, value: string(setting.value) }
      ]
      ipSecurityRestrictionsDefaultAction: subnetId == null ? 'Allow' : 'Deny'
      ipSecurityRestrictions: subnetId == null ? [] : concat(eventGridAlone, callers)
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainer
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances == 0 ? [] : [{ name: 'durable', instanceCount: alwaysReadyInstances }]
      }
    }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
