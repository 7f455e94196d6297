using 'arrivals.bicep'

param systemTopicName = readEnvironmentVariable('BATCHFN_SYSTEM_TOPIC')
param functionsHost = readEnvironmentVariable('BATCHFN_FUNCTIONS_HOST')
param functionsApp = readEnvironmentVariable('BATCHFN_FUNCTIONS_APP')
param deadLetterAccountName = readEnvironmentVariable('BATCHFN_HOST_ACCOUNT')
param containers = split(readEnvironmentVariable('BATCHFN_ARRIVAL_CONTAINERS', 'arrivals'), ',')

// The hook reads the key and hands it on; it is written nowhere.
param webhook = readEnvironmentVariable('BATCHFN_ARRIVAL_WEBHOOK', '')
