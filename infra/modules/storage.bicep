metadata description = 'A storage account without keys, its containers, who may use them, and what becomes of old blobs.'

import { Access, ContainerAccess, LifecycleRule, PrivateNetwork } from 'types.bicep'

@description('The name of the account: 3 to 24 lower-case letters and digits.')
@minLength(3)
@maxLength(24)
param name string

@description('Where it lies.')
param location string

@description('The tags of the resources.')
param tags object

@description('How often and how far apart data is kept.')
param sku 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS'

@description('Whether the account has directories, as a data lake does.')
param hierarchicalNamespace bool

@description('The blob containers.')
param containers string[]

@description('For how many days deleted blobs and containers can be brought back.')
@minValue(1)
@maxValue(365)
param softDeleteDays int

@description('Roles in the whole account.')
param access Access[]

@description('Roles in single containers.')
param containerAccess ContainerAccess[]

@description('What becomes of blobs with time.')
param lifecycle LifecycleRule[]

@description('The services that private endpoints are made for, where there is a private network.')
param services ('blob' | 'queue' | 'table')[]

@description('The private network; null leaves the account open to every network, for identities with a role.')
param network PrivateNetwork?

var roles = loadJsonContent('../roles.json')

// With a network, the public endpoint stays on with an empty list instead of being switched off: Event Grid, a trusted service, has to reach
// the dead-letter container through it.
resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: sku
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    isHnsEnabled: hierarchicalNamespace
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: 'Enabled'
    supportsHttpsTrafficOnly: true
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: network == null ? 'Allow' : 'Deny'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: softDeleteDays }
    containerDeleteRetentionPolicy: { enabled: true, days: softDeleteDays }
  }
}

resource blobContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = [
  for container in containers: {
    parent: blobs
    name: container
    properties: {
      publicAccess: 'None'
    }
  }
]

resource management 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = if (!empty(lifecycle)) {
  parent: account
  name: 'default'
  dependsOn: [blobs]
  properties: {
    policy: {
      rules: [
        for rule in lifecycle: {
          name: rule.name
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: rule.prefixes
            }
            actions: {
              baseBlob: union(
                rule.coolAfterDays == 0 ? {} : { tierToCool: { daysAfterModificationGreaterThan: rule.coolAfterDays } },
                rule.coldAfterDays == 0 ? {} : { tierToCold: { daysAfterModificationGreaterThan: rule.coldAfterDays } },
                rule.deleteAfterDays == 0 ? {} : { delete: { daysAfterModificationGreaterThan: rule.deleteAfterDays } }
              )
            }
          }
        }
      ]
    }
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in access: {
    scope: account
    name: guid(account.id, item.principalId, item.role)
    properties: {
      principalId: item.principalId
      principalType: item.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[item.role].id)
    }
  }
]

module containerAssignments 'container-access.bicep' = [
  for (item, index) in containerAccess: {
    name: '${name}-access-${index}'
    dependsOn: [blobContainers]
    params: {
      accountName: account.name
      access: item
    }
  }
]

module endpoints 'private-endpoint.bicep' = [
  for service in network == null ? [] : services: {
    name: '${name}-${service}'
    params: {
      name: 'pe-${name}-${service}'
      location: location
      tags: tags
      targetId: account.id
      groupId: service
      subnetId: network!.endpointsSubnetId
      zoneId: network!.zoneIds[service]
    }
  }
]

output id string = account.id
output name string = account.name
output blobEndpoint string = 'https://${account.name}.blob.${environment().suffixes.storage}'
