metadata description = 'A virtual network for the programs and their stores, with the private DNS zones that lead to the stores.'

import { PrivateNetwork } from 'types.bicep'

@description('The name of the network.')
param name string

@description('Where it lies.')
param location string

@description('The tags of the resources.')
param tags object

@description('The addresses of the network: a /22 or larger.')
param addressPrefix string

var zones = [
  'privatelink.blob.${environment().suffixes.storage}'
  'privatelink.queue.${environment().suffixes.storage}'
  'privatelink.table.${environment().suffixes.storage}'
  'privatelink.eventgrid.azure.net'
  'privatelink${environment().suffixes.acrLoginServer}'
  'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'
]

// Flex Consumption and Container Apps each want a subnet of their own, both delegated to the same service.
resource network 'Microsoft.Network/virtualNetworks@2024-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [addressPrefix]
    }
    subnets: [
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 24, 0)
          privateEndpointNetworkPolicies: 'Enabled'
          defaultOutboundAccess: false
        }
      }
      {
        name: 'functions'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 24, 1)
          delegations: [
            {
              name: 'environments'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'containers'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 24, 2)
          delegations: [
            {
              name: 'environments'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
    ]
  }

  resource endpoints 'subnets' existing = {
    name: 'endpoints'
  }

  resource functions 'subnets' existing = {
    name: 'functions'
  }

  resource containers 'subnets' existing = {
    name: 'containers'
  }
}

resource dnsZones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in zones: {
    name: zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, index) in zones: {
    parent: dnsZones[index]
    name: name
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: {
        id: network.id
      }
    }
  }
]

output id string = network.id
output functionsSubnetId string = network::functions.id
output containersSubnetId string = network::containers.id
output privateNetwork PrivateNetwork = {
  endpointsSubnetId: network::endpoints.id
  zoneIds: {
    blob: dnsZones[0].id
    queue: dnsZones[1].id
    table: dnsZones[2].id
    topic: dnsZones[3].id
    registry: dnsZones[4].id
    vault: dnsZones[5].id
  }
}
