metadata description = 'Where logs, traces and metrics go: a Log Analytics workspace and Application Insights on it, with a workbook of jobs. Both take telemetry from identities only.'

import { Access } from 'types.bicep'

@description('The name of the Log Analytics workspace.')
param workspaceName string

@description('The name of the Application Insights component.')
param componentName string

@description('Where they lie.')
param location string

@description('The tags of the resources.')
param tags object

@description('How many days logs are kept.')
@minValue(30)
@maxValue(730)
param retentionDays int

@description('How many gigabytes of logs a day are taken at most; -1 for no limit. Alerts see nothing of what is refused.')
param dailyQuotaGb int

@description('Who may send telemetry.')
param access Access[]

var roles = loadJsonContent('../roles.json')

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
    workspaceCapping: {
      dailyQuotaGb: dailyQuotaGb
    }
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: componentName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
  }
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(component.id, 'jobs')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Batch jobs'
    category: 'workbook'
    sourceId: component.id
    serializedData: loadTextContent('../workbook/jobs.workbook.json')
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in access: {
    scope: component
    name: guid(component.id, item.principalId, item.role)
    properties: {
      principalId: item.principalId
      principalType: item.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[item.role].id)
    }
  }
]

output workspaceId string = workspace.id
output connectionString string = component.properties.ConnectionString
