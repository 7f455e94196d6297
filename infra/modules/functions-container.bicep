metadata description = 'The Functions app as a container on Container Apps, for those who want the scoring service beside it or an image of their own.'

@description('The name of the app.')
param name string

@description('Where it lies.')
param location string

@description('The tags of the resource.')
param tags object

@description('The Container Apps environment.')
param environmentId string

@description('The resource id of the app\'s identity, which also pulls the image.')
param identityId string

@description('The registry of the image.')
param registryServer string

@description('The image.')
param image string

@description('The app settings.')
param settings object

@description('App settings that are secret: the name of each, and where in a vault it is.')
param vaultSettings object

@description('The cores of a replica; its memory is twice as many GiB.')
param cores 1 | 2 | 4

@description('How many replicas run all the time. The task hub on Azure Storage does not tell Container Apps of work, so that these are the ones that score.')
@minValue(1)
param minimumReplicas int

@description('How many replicas run at most; HTTP requests alone bring more.')
@minValue(1)
param maximumReplicas int

var plainVariables = [for setting in items(settings): { name: setting.key, value: string(setting.value) }]

var secretVariables = [
  for setting in items(vaultSettings): { name: setting.key, secretRef: toLower(replace(setting.key, '_', '-')) }
]

resource app 'Microsoft.App/containerApps@2025-07-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: true
        allowInsecure: false
        targetPort: 8080
        transport: 'auto'
      }
      secrets: [
        for setting in items(vaultSettings): {
          name: toLower(replace(setting.key, '_', '-'))
          keyVaultUrl: setting.value
          identity: identityId
        }
      ]
      registries: [
        {
          server: registryServer
          identity: identityId
        }
      ]
    }
    template: {
      terminationGracePeriodSeconds: 60
      containers: [
        {
          name: 'functions'
          image: image
          resources: {
            cpu: cores
            memory: '${cores * 2}Gi'
          }
          env: concat(plainVariables, secretVariables)
        }
      ]
      scale: {
        minReplicas: minimumReplicas
        maxReplicas: max(minimumReplicas, maximumReplicas)
      }
    }
  }
}

output name string = app.name
output url string = 'https://${app.properties.configuration.ingress.fqdn}'
