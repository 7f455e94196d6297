metadata description = 'A vault for what has to be secret: the key between the Functions app and the scoring service, made anew by every deployment, and what pipelines refer to.'

import { Access, PrivateNetwork } from 'types.bicep'

@description('The name of the vault: 3 to 24 letters and digits.')
@minLength(3)
@maxLength(24)
param name string

@description('Where it lies.')
param location string

@description('The tags of the resources.')
param tags object

@description('Who may do what with all secrets.')
param access Access[]

@description('Who may read the key of the scoring service. Without anyone there is no such key.')
param scoringKeyAccess Access[]

@description('The private network; null leaves the vault open to every network, for identities with a role.')
param network PrivateNetwork?

@description('The key of the scoring service. Nobody has to know it.')
@secure()
param scoringKey string = '${newGuid()}-${newGuid()}'

var roles = loadJsonContent('../roles.json')
var hasScoringKey = !empty(scoringKeyAccess)

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    publicNetworkAccess: network == null ? 'Enabled' : 'Disabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: network == null ? 'Allow' : 'Deny'
    }
  }
}

resource secret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (hasScoringKey) {
  parent: vault
  name: 'scoring-key'
  tags: tags
  properties: {
    value: scoringKey
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in access: {
    scope: vault
    name: guid(vault.id, item.principalId, item.role)
    properties: {
      principalId: item.principalId
      principalType: item.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[item.role].id)
    }
  }
]

resource secretAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in scoringKeyAccess: {
    scope: secret
    name: guid(vault.id, 'scoring-key', item.principalId, item.role)
    properties: {
      principalId: item.principalId
      principalType: item.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[item.role].id)
    }
  }
]

module endpoint 'private-endpoint.bicep' = if (network != null) {
  name: '${name}-vault'
  params: {
    name: 'pe-${name}'
    location: location
    tags: tags
    targetId: vault.id
    groupId: 'vault'
    subnetId: network!.endpointsSubnetId
    zoneId: network!.zoneIds.vault
  }
}

output name string = vault.name
output uri string = vault.properties.vaultUri

@description('Where the key of the scoring service is, in the version of this deployment; empty without one.')
output scoringKeyUri string = hasScoringKey ? secret!.properties.secretUriWithVersion : ''
