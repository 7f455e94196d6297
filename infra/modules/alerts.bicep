metadata description = 'What wakes people. Each rule asks the workspace with a query of the folder alerts.'

import { ExpectedRun } from 'types.bicep'

@description('What the names of the rules start with.')
param prefix string

@description('Where the rules lie: where the workspace does.')
param location string

@description('The tags of the resources.')
param tags object

@description('The Log Analytics workspace.')
param workspaceId string

@description('Whom the rules wake.')
param actionGroupId string

@description('The topic of the data account, whose undelivered events are told of.')
param systemTopicId string

@description('How many records of a pipeline may fail within an hour.')
param failedRecordsLimit int

@description('The success rate of a pipeline within an hour, in percent.')
param successRateLimit int

@description('The pipelines that have to start a job again and again.')
param expectedRuns ExpectedRun[]

type Rule = {
  name: string
  title: string
  description: string
  severity: 1 | 2
  query: string
  column: string
  operator: 'GreaterThan' | 'LessThan'
  threshold: int
  aggregation: 'Total' | 'Minimum' | 'Maximum'
  window: 'PT15M' | 'PT1H' | 'PT2H' | 'PT6H' | 'PT12H' | 'P1D' | 'P2D'
  frequency: 'PT5M' | 'PT15M' | 'PT1H'
  dimensions: string[]
}

var jobRules Rule[] = [
  {
    name: 'failed-records'
    title: 'Too many records of a pipeline failed'
    description: 'More records of a pipeline were rejected within an hour than the limit. The reports and the rejects of its jobs say which and why.'
    severity: 2
    query: loadTextContent('../alerts/failed-records.kql')
    column: 'Failed'
    operator: 'GreaterThan'
    threshold: failedRecordsLimit
    aggregation: 'Maximum'
    window: 'PT1H'
    frequency: 'PT5M'
    dimensions: ['Pipeline']
  }
  {
    name: 'success-rate'
    title: 'Too few records of a pipeline were scored'
    description: 'The success rate of a pipeline within an hour, in percent, is below the limit.'
    severity: 2
    query: loadTextContent('../alerts/success-rate.kql')
    column: 'SuccessRate'
    operator: 'LessThan'
    threshold: successRateLimit
    aggregation: 'Minimum'
    window: 'PT1H'
    frequency: 'PT5M'
    dimensions: ['Pipeline']
  }
  {
    name: 'job-failed'
    title: 'A job failed'
    description: 'A job ended as failed. It has published nothing; batchfn status says why, batchfn retry goes on where it was.'
    severity: 1
    query: loadTextContent('../alerts/job-failed.kql')
    column: 'Jobs'
    operator: 'GreaterThan'
    threshold: 0
    aggregation: 'Total'
    window: 'PT15M'
    frequency: 'PT5M'
    dimensions: ['Job']
  }
  {
    name: 'deadline-missed'
    title: 'A job missed its deadline'
    description: 'A job had not ended when its pipeline\'s policy.deadline had passed. It goes on.'
    severity: 1
    query: loadTextContent('../alerts/deadline-missed.kql')
    column: 'Jobs'
    operator: 'GreaterThan'
    threshold: 0
    aggregation: 'Total'
    window: 'PT15M'
    frequency: 'PT5M'
    dimensions: ['Job']
  }
  {
    name: 'drift'
    title: 'The data of a job have moved away from its baseline'
    description: 'Features or scores of a job are further from their baseline than its pipeline\'s monitoring allows. Its report says which and how far.'
    severity: 2
    query: loadTextContent('../alerts/drift.kql')
    column: 'Jobs'
    operator: 'GreaterThan'
    threshold: 0
    aggregation: 'Total'
    window: 'PT15M'
    frequency: 'PT5M'
    dimensions: ['Job']
  }
  {
    name: 'nobody-looks'
    title: 'Nobody looks for jobs that are due'
    description: 'For a quarter of an hour no look for due jobs has succeeded, so that schedules are not followed. The log of StartDueJobs says why.'
    severity: 1
    query: loadTextContent('../alerts/nobody-looks.kql')
    column: 'Looks'
    operator: 'LessThan'
    threshold: 1
    aggregation: 'Total'
    window: 'PT15M'
    frequency: 'PT5M'
    dimensions: []
  }
]

var runRules Rule[] = [
  for run in expectedRuns: {
    name: 'no-run-${run.pipeline}'
    title: 'No run of ${run.pipeline} when one was due'
    description: 'The schedule of ${run.pipeline} has started no job within ${run.within}. The API\'s list of pipelines says whether its file is wrong.'
    severity: 1
    query: replace(loadTextContent('../alerts/no-run.kql'), 'PIPELINE', run.pipeline)
    column: 'Jobs'
    operator: 'LessThan'
    threshold: 1
    aggregation: 'Total'
    window: run.within
    frequency: 'PT15M'
    dimensions: []
  }
]

resource rules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in concat(jobRules, runRules): {
    name: '${prefix}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      description: rule.description
      enabled: true
      severity: rule.severity
      scopes: [workspaceId]
      evaluationFrequency: rule.frequency
      windowSize: rule.window
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            metricMeasureColumn: rule.column
            timeAggregation: rule.aggregation
            operator: rule.operator
            threshold: rule.threshold
            dimensions: [for dimension in rule.dimensions: { name: dimension, operator: 'Include', values: ['*'] }]
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: [actionGroupId]
      }
    }
  }
]

resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${prefix}-dead-letters'
  location: 'global'
  tags: tags
  properties: {
    description: 'Events of blobs that arrived were accepted by nobody for a day. They lie in the container dead-letters of the host account.'
    enabled: true
    severity: 1
    scopes: [systemTopicId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'dead-letters'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.EventGrid/systemTopics'
          metricName: 'DeadLetteredCount'
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: [
      {
        actionGroupId: actionGroupId
      }
    ]
  }
}
