metadata description = 'A Container Apps environment: a profile for ordinary programs and, where asked for, one with GPUs that costs nothing while nothing runs on it.'

@description('The name of the environment.')
param name string

@description('Where it lies.')
param location string

@description('The tags of the resource.')
param tags object

@description('The Log Analytics workspace that gets the logs.')
param workspaceId string

@description('The serverless GPU profile; null for none.')
param gpuProfile string?

@description('The subnet of the environment, where there is a private network.')
param subnetId string?

@description('Whether the network alone can reach what runs in the environment.')
param internal bool

var ordinary = [
  {
    name: 'Consumption'
    workloadProfileType: 'Consumption'
  }
]

var gpu = [
  {
    name: 'gpu'
    workloadProfileType: gpuProfile ?? ''
  }
]

resource environment 'Microsoft.App/managedEnvironments@2025-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    appLogsConfiguration: {
      destination: 'azure-monitor'
    }
    publicNetworkAccess: internal ? 'Disabled' : 'Enabled'
    vnetConfiguration: subnetId == null
      ? null
      : {
          infrastructureSubnetId: subnetId
          internal: internal
        }
    workloadProfiles: gpuProfile == null ? ordinary : concat(ordinary, gpu)
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: environment
  name: 'logs'
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        categoryGroup: 'allLogs'
        enabled: true
      }
    ]
  }
}

output id string = environment.id
output domain string = environment.properties.defaultDomain
output address string = environment.properties.staticIp
