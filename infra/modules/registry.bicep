metadata description = 'The registry of the container images.'

import { Access, PrivateNetwork } from 'types.bicep'

@description('The name of the registry: 5 to 50 letters and digits.')
@minLength(5)
@maxLength(50)
param name string

@description('Where it lies.')
param location string

@description('The tags of the resources.')
param tags object

@description('Who may pull.')
param access Access[]

@description('The private network; null leaves the registry open to every network, for identities with a role. Private endpoints need the Premium registry.')
param network PrivateNetwork?

var roles = loadJsonContent('../roles.json')

// Images are pushed, and built by the registry itself, from outside of the network: so the public endpoint stays, for identities with a role.
resource registry 'Microsoft.ContainerRegistry/registries@2025-04-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: network == null ? 'Basic' : 'Premium'
  }
  properties: {
    adminUserEnabled: false
    publicNetworkAccess: 'Enabled'
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in access: {
    scope: registry
    name: guid(registry.id, item.principalId, item.role)
    properties: {
      principalId: item.principalId
      principalType: item.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[item.role].id)
    }
  }
]

module endpoint 'private-endpoint.bicep' = if (network != null) {
  name: '${name}-registry'
  params: {
    name: 'pe-${name}'
    location: location
    tags: tags
    targetId: registry.id
    groupId: 'registry'
    subnetId: network!.endpointsSubnetId
    zoneId: network!.zoneIds.registry
  }
}

output name string = registry.name
output loginServer string = registry.properties.loginServer
