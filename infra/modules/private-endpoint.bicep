metadata description = 'A private endpoint with its name in a private DNS zone.'

@description('The name of the endpoint.')
param name string

@description('Where it lies.')
param location string

@description('The tags of the resource.')
param tags object

@description('What is reached through it.')
param targetId string

@description('The part of the target that is reached: blob, queue, table, topic, registry, vault.')
param groupId string

@description('The subnet that it has its address in.')
param subnetId string

@description('The private DNS zone that gets its name.')
param zoneId string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: {
      id: subnetId
    }
    privateLinkServiceConnections: [
      {
        name: groupId
        properties: {
          privateLinkServiceId: targetId
          groupIds: [groupId]
        }
      }
    ]
  }

  resource zones 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: groupId
          properties: {
            privateDnsZoneId: zoneId
          }
        }
      ]
    }
  }
}
