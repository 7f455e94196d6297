metadata description = 'The names of a Container Apps environment that only its network can reach.'

@description('The domain of the environment.')
param domain string

@description('The address of the environment.')
param address string

@description('The network that resolves the names.')
param networkId string

@description('The tags of the resources.')
param tags object

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: domain
  location: 'global'
  tags: tags

  resource all 'A' = {
    name: '*'
    properties: {
      ttl: 300
      aRecords: [
        {
          ipv4Address: address
        }
      ]
    }
  }

  resource link 'virtualNetworkLinks' = {
    name: 'network'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: {
        id: networkId
      }
    }
  }
}
