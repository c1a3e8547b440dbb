#!/usr/bin/env bash
# Runs a command with the addresses of the local servers in its environment: with_servers.sh PYTHON COMMAND ...
# Servers that run already are used and left alone; those that are started here are stopped afterwards.
# Where they cannot be started the command runs without them, but not in CI.
set -euo pipefail
python=$1
shift
servers="$(cd "$(dirname "$0")" && pwd)/servers.py"

ran_before=yes
"$python" "$servers" status >/dev/null 2>&1 || ran_before=no

if addresses=$("$python" "$servers" start); then
  KAFKA_FOR_TESTS=$(awk '$1 == "kafka" { print $2 }' <<<"$addresses")
  ELASTICSEARCH_FOR_TESTS=$(awk '$1 == "elasticsearch" { print $2 }' <<<"$addresses")
  export KAFKA_FOR_TESTS ELASTICSEARCH_FOR_TESTS
elif [ -n "${CI:-}" ]; then
  echo "the servers for the tests could not be started" >&2
  exit 1
else
  echo "without servers: the tests that need them will be skipped" >&2
fi
if [ "$ran_before" = no ]; then
  trap '"$python" "$servers" stop >&2 || true' EXIT
fi
"$@"
