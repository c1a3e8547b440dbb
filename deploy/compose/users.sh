#!/bin/sh
# Tells Elasticsearch who may log in: Kibana's own account, and monitor with no more rights than it needs.
# It writes the same at every run, and takes up passwords that have changed.
set -eu

ask() { # METHOD PATH JSON
  printf 'user = "elastic:%s"\n' "$ELASTIC_PASSWORD" |
    curl --config - --fail-with-body --silent --show-error --max-time 30 --request "$1" \
      --header 'content-type: application/json' --data "$3" "$ELASTICSEARCH_URL$2" >&2
  echo " $2" >&2
}

for secret in "$ELASTIC_PASSWORD" "$KIBANA_SYSTEM_PASSWORD" "$ELASTIC_MONITOR_PASSWORD"; do
  case $secret in
    '' | *[!A-Za-z0-9._~-]*)
      echo "the passwords in .env must be there, and of letters, digits and . _ ~ - only: openssl rand -hex 24" >&2
      exit 1
      ;;
  esac
done

ask POST /_security/user/kibana_system/_password "{\"password\": \"$KIBANA_SYSTEM_PASSWORD\"}"
ask PUT /_security/role/monitor '{
  "cluster": ["monitor", "manage_index_templates"],
  "indices": [{
    "names": ["monitor-*"],
    "privileges": ["create_index", "create", "write", "read", "delete_index", "maintenance", "view_index_metadata", "monitor"]
  }]
}'
ask PUT /_security/user/monitor "{\"password\": \"$ELASTIC_MONITOR_PASSWORD\", \"roles\": [\"monitor\"]}"
