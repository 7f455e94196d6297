metadata description = 'Tells of a resource group that becomes dearer than was thought. It stops nothing.'

@description('The name of the budget.')
param name string

@description('The amount a month, in the currency of the subscription.')
@minValue(1)
param amount int

@description('The first day of the first month that counts.')
param startDate string

@description('The mail addresses that are told.')
param emails string[]

@description('The action group that is told.')
param actionGroupId string

resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: {
      startDate: startDate
    }
    notifications: {
      spent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: emails
        contactGroups: [actionGroupId]
      }
      forecast: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: emails
        contactGroups: [actionGroupId]
      }
    }
  }
}
