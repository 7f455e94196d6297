#!/bin/sh
# Provisions and deploys, then has Event Grid tell the app of blobs. Whoever calls it has signed in with `az login`, by a token of the CI platform.
set -eu
cd "$(dirname "$0")/../.."
: "${AZURE_ENV_NAME:?names the environment}" "${AZURE_LOCATION:?says where it lies}" "${AZURE_SUBSCRIPTION_ID:?says in which subscription}"

azd config set auth.useAzCliAuth true
azd env select "$AZURE_ENV_NAME" 2>/dev/null ||
  azd env new "$AZURE_ENV_NAME" --location "$AZURE_LOCATION" --subscription "$AZURE_SUBSCRIPTION_ID" --no-prompt
azd provision --no-prompt
if [ "${BATCHFN_FUNCTIONS_HOST:-flex}" = container ] || [ "${BATCHFN_SCORING_TIER:-none}" != none ]; then
  AZURE_CONTAINER_REGISTRY_ENDPOINT=$(azd env get-value AZURE_CONTAINER_REGISTRY_ENDPOINT)
  export AZURE_CONTAINER_REGISTRY_ENDPOINT
  infra/ci/images.sh
  azd provision --no-prompt
fi
if [ "${BATCHFN_FUNCTIONS_HOST:-flex}" = container ]; then
  azd hooks run postdeploy
else
  azd deploy --no-prompt
fi
azd env get-values | grep -E '^(AZURE_RESOURCE_GROUP|BATCHFN_)'
