#!/bin/sh
# Has Event Grid tell the deployed app of blobs that arrive. azd runs this after a deployment, with the outputs of main.bicep in the environment.
set -eu
cd "$(dirname "$0")/.."

if [ -z "$BATCHFN_FUNCTIONS_APP" ]; then
  echo "There is no app yet that could be told of blobs: set BATCHFN_FUNCTIONS_IMAGE and provision again." >&2
  exit 1
fi

if [ "$BATCHFN_FUNCTIONS_HOST" = container ]; then
  key=$(az containerapp function keys show --resource-group "$AZURE_RESOURCE_GROUP" --name "$BATCHFN_FUNCTIONS_APP" \
    --key-type systemKey --key-name eventgrid_extension --query value --output tsv)
  BATCHFN_ARRIVAL_WEBHOOK="$BATCHFN_SERVER/runtime/webhooks/eventgrid?functionName=BlobCreated&code=$key"
  export BATCHFN_ARRIVAL_WEBHOOK
fi

az deployment group create --resource-group "$AZURE_RESOURCE_GROUP" --name arrivals --parameters arrivals.bicepparam --output none
echo "Blobs that arrive in ${BATCHFN_ARRIVAL_CONTAINERS:-arrivals} start the pipelines that mean them."
