#!/bin/sh
# Brings everything up, makes 200,000 customers, and has the Functions app score them in a job whose shards the scoring service scores.
set -eu
cd "$(dirname "$0")"

docker compose up --build --detach --wait
docker compose run --rm batchfn demo --rows 200000

# The Functions host makes its keys when somebody comes with one, right or wrong.
docker compose run --rm batchfn status nobody --server http://functions:8080 --key none >/dev/null 2>&1 || true
BATCHFN_API_KEY=$(docker compose exec -T functions sh -c 'cat "$FUNCTIONS_SECRETS_PATH/host.json"' | tr -d ' \r\n' |
  sed -n 's/.*"functionKeys":\[{"name":"default","value":"\([^"]*\)".*/\1/p')
: "${BATCHFN_API_KEY:?is not among the keys of the Functions host: see \$FUNCTIONS_SECRETS_PATH/host.json in its container}"
export BATCHFN_API_KEY

exec docker compose run --rm --env BATCHFN_API_KEY batchfn submit churn --server http://functions:8080 --wait
