#!/bin/sh
# Makes .env of .env.example, with a random secret behind each name that has no value. Needs openssl.
set -eu
cd "$(dirname "$0")"
if [ -e .env ]; then
  echo "$PWD/.env is there already: its secrets are in use, so move it away first" >&2
  exit 1
fi
umask 077
trap 'rm -f .env.new' EXIT
while IFS= read -r line; do
  case $line in
    '#'*) ;;
    *=) secret=$(openssl rand -hex 24) && line=$line$secret ;;
  esac
  printf '%s\n' "$line"
done <.env.example >.env.new
mv .env.new .env
echo "wrote $PWD/.env"
