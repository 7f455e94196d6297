@export()
@description('Who may do what: one role for one identity. What the keys of roles.json mean stands in infra/README.md.')
type Access = {
  @description('The key of the role in roles.json.')
  role:
    | 'AcrPull'
    | 'EventGridDataSender'
    | 'KeyVaultSecretsOfficer'
    | 'KeyVaultSecretsUser'
    | 'MonitoringMetricsPublisher'
    | 'StorageBlobDataContributor'
    | 'StorageBlobDataOwner'
    | 'StorageBlobDataReader'
    | 'StorageQueueDataContributor'
    | 'StorageTableDataContributor'

  @description('The object id of the identity.')
  principalId: string

  @description('What kind of identity it is, so that nobody has to look it up in a directory that may not know it yet.')
  principalType: 'ServicePrincipal' | 'User' | 'Group'
}

@export()
@description('A role in one blob container.')
type ContainerAccess = {
  @description('The blob container.')
  container: string

  @description('Reading alone, or reading and writing.')
  role: 'StorageBlobDataReader' | 'StorageBlobDataContributor'

  @description('The object id of the identity.')
  principalId: string

  @description('What kind of identity it is.')
  principalType: 'ServicePrincipal' | 'User' | 'Group'
}

@export()
@description('A rule of a storage account\'s lifecycle management.')
type LifecycleRule = {
  @description('The name of the rule.')
  name: string

  @description('What the names of the blobs start with: container/prefix.')
  prefixes: string[]

  @description('After how many days without a change a blob becomes cool; 0 for never.')
  @minValue(0)
  coolAfterDays: int

  @description('After how many days without a change a blob becomes cold; 0 for never.')
  @minValue(0)
  coldAfterDays: int

  @description('After how many days without a change a blob is deleted; 0 for never.')
  @minValue(0)
  deleteAfterDays: int
}

@export()
@description('A pipeline that has to start a job again and again.')
type ExpectedRun = {
  @description('The name of the pipeline.')
  pipeline: string

  @description('The longest time between two starts before somebody is woken: ISO 8601, P2D at most.')
  within: 'PT1H' | 'PT2H' | 'PT6H' | 'PT12H' | 'P1D' | 'P2D'
}

@export()
@description('The subnets and name zones that private endpoints need.')
type PrivateNetwork = {
  @description('The subnet of the private endpoints.')
  endpointsSubnetId: string

  @description('The private DNS zones by what they resolve: blob, queue, table, topic, registry, vault.')
  zoneIds: {
    blob: string
    queue: string
    table: string
    topic: string
    registry: string
    vault: string
  }
}
