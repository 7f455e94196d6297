metadata description = 'A role in one blob container.'

import { ContainerAccess } from 'types.bicep'

@description('The storage account.')
param accountName string

@description('Who may do what, and where.')
param access ContainerAccess

var roles = loadJsonContent('../roles.json')

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: accountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource container 'containers' existing = {
      name: access.container
    }
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::blobs::container
  name: guid(account::blobs::container.id, access.principalId, access.role)
  properties: {
    principalId: access.principalId
    principalType: access.principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[access.role].id)
  }
}
