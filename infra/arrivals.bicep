metadata description = 'The subscription that tells the Functions app of blobs that arrived. It is deployed after the app: Event Grid asks the function whether it wants the events.'

@description('The topic of the data account.')
param systemTopicName string

@description('Where the Functions app runs.')
param functionsHost 'flex' | 'container'

@description('The Functions app, where it runs on a Flex Consumption plan.')
param functionsApp string

@description('The address of the function with its key, where the app runs as a container: https://APP/runtime/webhooks/eventgrid?functionName=BlobCreated&code=KEY. Event Grid keeps it.')
@secure()
param webhook string = ''

@description('The containers of the data account whose blobs are told of.')
@minLength(1)
@maxLength(25)
param containers string[] = ['arrivals']

@description('The account that takes events which nobody accepted for a day.')
param deadLetterAccountName string

resource systemTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: systemTopicName
}

resource deadLetterAccount 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: deadLetterAccountName
}

resource subscription 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: systemTopic
  name: 'arrivals'
  properties: {
    eventDeliverySchema: 'CloudEventSchemaV1_0'
    destination: functionsHost == 'flex'
      ? {
          endpointType: 'AzureFunction'
          properties: {
            resourceId: resourceId('Microsoft.Web/sites/functions', functionsApp, 'BlobCreated')
            maxEventsPerBatch: 1
          }
        }
      : {
          endpointType: 'WebHook'
          properties: {
            endpointUrl: webhook
            maxEventsPerBatch: 1
          }
        }
    filter: {
      includedEventTypes: ['Microsoft.Storage.BlobCreated', 'Microsoft.Storage.BlobRenamed']
      advancedFilters: [
        {
          operatorType: 'StringBeginsWith'
          key: 'subject'
          values: [for container in containers: '/blobServices/default/containers/${container}/']
        }
      ]
    }
    retryPolicy: {
      eventTimeToLiveInMinutes: 1440
      maxDeliveryAttempts: 30
    }
    deadLetterWithResourceIdentity: {
      identity: {
        type: 'SystemAssigned'
      }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: {
          resourceId: deadLetterAccount.id
          blobContainerName: 'dead-letters'
        }
      }
    }
  }
}
