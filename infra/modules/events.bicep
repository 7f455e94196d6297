metadata description = 'The topics: one for the account whose blobs start jobs, one of our own for what becomes of jobs.'

import { Access, PrivateNetwork } from 'types.bicep'

@description('The name of the topic of the storage account.')
param systemTopicName string

@description('The name of our own topic.')
param topicName string

@description('Where they lie.')
param location string

@description('The tags of the resources.')
param tags object

@description('The storage account whose blobs start jobs.')
param sourceAccountId string

@description('The storage account that takes events which nobody accepts.')
param deadLetterAccountName string

@description('The container of such events.')
param deadLetterContainer string

@description('Who may tell our own topic of jobs.')
param access Access[]

@description('The private network; null leaves the topic open to every network, for identities with a role.')
param network PrivateNetwork?

var roles = loadJsonContent('../roles.json')

// Behind a firewall Event Grid reaches a storage account by the identity of the topic itself and by no other.
resource systemTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: systemTopicName
  location: location
  tags: tags
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    source: sourceAccountId
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

module deadLetters 'container-access.bicep' = {
  name: '${systemTopicName}-dead-letters'
  params: {
    accountName: deadLetterAccountName
    access: {
      container: deadLetterContainer
      role: 'StorageBlobDataContributor'
      principalId: systemTopic.identity.principalId
      principalType: 'ServicePrincipal'
    }
  }
}

resource topic 'Microsoft.EventGrid/topics@2025-02-15' = {
  name: topicName
  location: location
  tags: tags
  properties: {
    inputSchema: 'CloudEventSchemaV1_0'
    disableLocalAuth: true
    minimumTlsVersionAllowed: '1.2'
    publicNetworkAccess: network == null ? 'Enabled' : 'Disabled'
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in access: {
    scope: topic
    name: guid(topic.id, item.principalId, item.role)
    properties: {
      principalId: item.principalId
      principalType: item.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[item.role].id)
    }
  }
]

module endpoint 'private-endpoint.bicep' = if (network != null) {
  name: '${topicName}-topic'
  params: {
    name: 'pe-${topicName}'
    location: location
    tags: tags
    targetId: topic.id
    groupId: 'topic'
    subnetId: network!.endpointsSubnetId
    zoneId: network!.zoneIds.topic
  }
}

output systemTopicId string = systemTopic.id
output systemTopicName string = systemTopic.name
output topicName string = topic.name
output topicId string = topic.id
output topicEndpoint string = topic.properties.endpoint
