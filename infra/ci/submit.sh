#!/bin/sh
# Starts a job on the deployed app, shows its progress, and ends as it ends: submit.sh PIPELINE [options of batchfn submit].
# The key is fetched for this one call, by whoever has signed in with `az login`; it is stored nowhere.
set -eu
: "${BATCHFN_SERVER:?is the address of the app}" "${BATCHFN_FUNCTIONS_APP:?is its name}" "${AZURE_RESOURCE_GROUP:?is where it lies}"

if [ "${BATCHFN_FUNCTIONS_HOST:-flex}" = container ]; then
  BATCHFN_API_KEY=$(az containerapp function keys show --resource-group "$AZURE_RESOURCE_GROUP" --name "$BATCHFN_FUNCTIONS_APP" \
    --key-type hostKey --key-name default --query value --output tsv)
else
  BATCHFN_API_KEY=$(az functionapp keys list --resource-group "$AZURE_RESOURCE_GROUP" --name "$BATCHFN_FUNCTIONS_APP" \
    --query functionKeys.default --output tsv)
fi
export BATCHFN_API_KEY

exec batchfn submit "$@" --server "$BATCHFN_SERVER" --wait
