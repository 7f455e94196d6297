metadata description = 'An identity of a program. It is made before the program, so that its roles are in force when the program starts for the first time.'

@description('The name of the identity.')
param name string

@description('Where it lies.')
param location string

@description('The tags of the resource.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

output id string = identity.id
output clientId string = identity.properties.clientId
output principalId string = identity.properties.principalId
