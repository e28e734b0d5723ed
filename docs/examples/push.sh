#!/bin/sh
# Pushes to a user and says what became of it: push.sh USER TOPIC JSON
set -eu
url=${PARLEY_URL:-http://127.0.0.1:7401}
key=${PARLEY_KEY:-dev-key}
user=$1 topic=$2 data=$3

# The same key again is the same push: to repeat it after a failure does no harm.
once=$(printf '%s %s %s' "$user" "$topic" "$data" | cksum | cut -d ' ' -f 1)
ask() { curl --silent --show-error --fail-with-body --retry 3 --header "Authorization: Bearer $key" "$@"; }

answer=$(ask --header 'Content-Type: application/json' --header "Idempotency-Key: push-$once" "$url/v1/push" \
  --data "{\"target\": {\"user\": \"$user\"}, \"topic\": \"$topic\", \"data\": $data, \"store\": true, \"ttlMs\": 86400000}")
echo "$answer"
ask "$url/v1/pushes/$(echo "$answer" | sed 's/.*"id":"\([^"]*\)".*/\1/')"
echo
