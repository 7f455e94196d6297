#!/bin/sh
# Has the registry build the images of whatever runs as a container, and lets the next `azd provision` start them: images.sh [TAG].
# Whoever calls it has signed in with `az login`; what is built comes from the working copy.
set -eu
cd "$(dirname "$0")/../.."
: "${AZURE_CONTAINER_REGISTRY_ENDPOINT:?is the registry, which the first azd provision makes}"

revision=$(git rev-parse HEAD)
tag=${1:-$(git rev-parse --short=12 HEAD)}

build() {
  name=$1 image=$2
  shift 2
  az acr build --registry "${AZURE_CONTAINER_REGISTRY_ENDPOINT%%.*}" --image "$image" --file "infra/containers/$name.Dockerfile" --platform linux/amd64 \
    --build-arg REVISION="$revision" --build-arg SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)" "$@" .
}

if [ "${BATCHFN_FUNCTIONS_HOST:-flex}" = container ]; then
  build functions "functions:$tag"
  azd env set BATCHFN_FUNCTIONS_IMAGE "$AZURE_CONTAINER_REGISTRY_ENDPOINT/functions:$tag"
fi

case "${BATCHFN_SCORING_TIER:-none}" in
  cpu)
    build scoring "scoring:$tag"
    azd env set BATCHFN_SCORING_IMAGE "$AZURE_CONTAINER_REGISTRY_ENDPOINT/scoring:$tag" ;;
  gpu)
    build scoring "scoring:$tag-cuda" --build-arg ONNXRUNTIME=gpu --build-arg RUNTIME_IMAGE=docker.io/nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04
    azd env set BATCHFN_SCORING_IMAGE "$AZURE_CONTAINER_REGISTRY_ENDPOINT/scoring:$tag-cuda" ;;
esac
