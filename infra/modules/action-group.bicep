metadata description = 'Whom alerts wake.'

@description('The name of the group.')
param name string

@description('The tags of the resource.')
param tags object

@description('The mail addresses that are told.')
param emails string[]

@description('The addresses that are called, with the common alert schema.')
@secure()
param webhooks object

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'batchfn'
    emailReceivers: [
      for (email, index) in emails: {
        name: 'mail-${index}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
    webhookReceivers: [
      for webhook in items(webhooks): {
        name: webhook.key
        serviceUri: webhook.value
        useCommonAlertSchema: true
      }
    ]
  }
}

output id string = group.id
