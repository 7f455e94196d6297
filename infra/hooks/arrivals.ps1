# Has Event Grid tell the deployed app of blobs that arrive. azd runs this after a deployment, with the outputs of main.bicep in the environment.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Set-Location (Join-Path $PSScriptRoot '..')

if (-not $env:BATCHFN_FUNCTIONS_APP) {
    throw 'There is no app yet that could be told of blobs: set BATCHFN_FUNCTIONS_IMAGE and provision again.'
}

if ($env:BATCHFN_FUNCTIONS_HOST -eq 'container') {
    $key = az containerapp function keys show --resource-group $env:AZURE_RESOURCE_GROUP --name $env:BATCHFN_FUNCTIONS_APP `
        --key-type systemKey --key-name eventgrid_extension --query value --output tsv
    $env:BATCHFN_ARRIVAL_WEBHOOK = "$env:BATCHFN_SERVER/runtime/webhooks/eventgrid?functionName=BlobCreated&code=$key"
}

az deployment group create --resource-group $env:AZURE_RESOURCE_GROUP --name arrivals --parameters arrivals.bicepparam --output none
$containers = if ($env:BATCHFN_ARRIVAL_CONTAINERS) { $env:BATCHFN_ARRIVAL_CONTAINERS } else { 'arrivals' }
Write-Output "Blobs that arrive in $containers start the pipelines that mean them."
