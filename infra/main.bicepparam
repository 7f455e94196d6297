using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param principalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param principalType = readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'User')

param functionsHost = readEnvironmentVariable('BATCHFN_FUNCTIONS_HOST', 'flex')
param scoringTier = readEnvironmentVariable('BATCHFN_SCORING_TIER', 'none')
param functionsImage = readEnvironmentVariable('BATCHFN_FUNCTIONS_IMAGE', '')
param scoringImage = readEnvironmentVariable('BATCHFN_SCORING_IMAGE', '')
param extraSettings = json(readEnvironmentVariable('BATCHFN_EXTRA_SETTINGS', '{}'))
param vaultSettings = json(readEnvironmentVariable('BATCHFN_VAULT_SETTINGS', '{}'))

param privateNetworking = bool(readEnvironmentVariable('BATCHFN_PRIVATE_NETWORKING', 'false'))
param allowedCallers = json(readEnvironmentVariable('BATCHFN_ALLOWED_CALLERS', '[]'))

param alertEmails = json(readEnvironmentVariable('BATCHFN_ALERT_EMAILS', '[]'))
param expectedRuns = json(readEnvironmentVariable('BATCHFN_EXPECTED_RUNS', '[]'))
param budgetAmount = int(readEnvironmentVariable('BATCHFN_BUDGET', '0'))
