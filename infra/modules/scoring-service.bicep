metadata description = 'The scoring service on Container Apps: on cores, or on GPUs. No replica runs while nothing asks for one.'

@description('The name of the app.')
param name string

@description('Where it lies.')
param location string

@description('The tags of the resource.')
param tags object

@description('The Container Apps environment.')
param environmentId string

@description('The workload profile: Consumption, or that of the GPUs.')
param workloadProfileName string

@description('The cores of a replica.')
param cores int

@description('The memory of a replica in GiB.')
param memoryGiB int

@description('The resource id of the service\'s identity, which also pulls the image.')
param identityId string

@description('The registry of the image.')
param registryServer string

@description('The image.')
param image string

@description('The environment variables.')
param settings object

@description('Where in a vault the key is that its callers have to know.')
param keyUri string

@description('The port that the service listens on.')
param port int

@description('Whether programs outside of the environment may call it.')
param external bool

@description('How many replicas run all the time; 0 lets the first shard wait for one to start.')
@minValue(0)
param minimumReplicas int

@description('How many replicas run at most.')
@minValue(1)
param maximumReplicas int

@description('How many requests a second are one replica\'s work.')
@minValue(1)
param requestsPerReplica int

@description('The account and the container of the work files, where replicas say how many of them are wanted.')
param workAccountName string
param workContainer string

@description('How many seconds a replica that is told to stop goes on with the shards that it scores.')
@minValue(0)
@maxValue(480)
param drainSeconds int

var variables = [for setting in items(settings): { name: setting.key, value: string(setting.value) }]

resource app 'Microsoft.App/containerApps@2025-07-01' = {
  name: name
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    environmentId: environmentId
    workloadProfileName: workloadProfileName
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: external
        allowInsecure: false
        targetPort: port
        transport: 'auto'
      }
      secrets: [
        {
          name: 'key'
          keyVaultUrl: keyUri
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
      terminationGracePeriodSeconds: drainSeconds + 120
      containers: [
        {
          name: 'scoring'
          image: image
          resources: {
            cpu: cores
            memory: '${memoryGiB}Gi'
          }
          env: concat(variables, [
            { name: 'ASPNETCORE_HTTP_PORTS', value: string(port) }
            { name: 'BATCHFN_SCORING_DRAIN_SECONDS', value: string(drainSeconds) }
            { name: 'BATCHFN_SCORING_KEY', secretRef: 'key' }
          ])
          probes: [
            {
              type: 'Liveness'
              httpGet: {
                path: '/health'
                port: port
              }
            }
            {
              type: 'Readiness'
              httpGet: {
                path: '/ready'
                port: port
              }
            }
          ]
        }
      ]
      scale: {
        minReplicas: minimumReplicas
        maxReplicas: maximumReplicas
        cooldownPeriod: 600
        // Requests wake the first replica. From then on the replicas themselves say how many are wanted, by files that are counted: a shard at work asks for nothing.
        rules: [
          {
            name: 'wanted'
            custom: {
              type: 'azure-blob'
              metadata: {
                accountName: workAccountName
                blobContainerName: workContainer
                blobPrefix: '_wanted'
                blobCount: '1'
              }
              identity: identityId
            }
          }
          {
            name: 'requests'
            http: {
              metadata: {
                concurrentRequests: string(requestsPerReplica)
              }
            }
          }
        ]
      }
    }
  }
}

output name string = app.name
output url string = 'https://${app.properties.configuration.ingress.fqdn}'
