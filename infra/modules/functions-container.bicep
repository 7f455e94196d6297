metadata description = 'The Functions app as a container on Container Apps, for those who want the scoring service beside it or an image of their own.'

@description('The name of the app.')
param name string

@description('Where it lies.')
param location string

@description('The tags of the resource.')
param tags object

@description('The name of the service in azure.yaml, by which the deployment finds the app.')
param serviceName string

@description('The Container Apps environment.')
param environmentId string

@description('The resource id of the app\'s identity, which also pulls the image.')
param identityId string

@description('The registry of the image.')
param registryServer string

@description('The image. Empty before the first deployment, when a stand-in takes its place.')
param image string

@description('The app settings.')
param settings object

@description('The cores of a replica; its memory is twice as many GiB.')
param cores 1 | 2 | 4

@description('How many replicas run all the time. The task hub on Azure Storage does not tell Container Apps of work, so that these are the ones that score.')
@minValue(1)
param minimumReplicas int

@description('How many replicas run at most; HTTP requests alone bring more.')
@minValue(1)
param maximumReplicas int

resource app 'Microsoft.App/containerApps@2025-07-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
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
        targetPort: 80
        transport: 'auto'
      }
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
          image: empty(image) ? 'mcr.microsoft.com/k8se/quickstart:latest' : image
          resources: {
            cpu: cores
            memory: '${cores * 2}Gi'
          }
          env: [for setting in items(settings): { name: setting.key, value: string(setting.value) }]
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
