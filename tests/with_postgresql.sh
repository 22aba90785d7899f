#!/usr/bin/env bash
# Run a command with DATABASE_URL set to a PostgreSQL of its own, which is gone afterwards.
#   tests/with_postgresql.sh pytest tests/office
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -1)
test -n "$bin" || { echo "PostgreSQL is not installed; packages.txt names it" >&2; exit 2; }
folder=$(mktemp -d /tmp/urbanwork-postgresql-XXXXXX)
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; fi
port=${PGPORT:-$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')}
stop() { as "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop || true; rm -rf "$folder"; }
trap stop EXIT
as "$bin/initdb" -D "$folder/data" -U urbanwork -A trust -E UTF8 --locale=C.UTF-8 > /dev/null
as "$bin/pg_ctl" -D "$folder/data" -s -w -l "$folder/log" start \
  -o "-p $port -k $folder -c listen_addresses=127.0.0.1 -c fsync=${PGFSYNC:-off}"
as "$bin/createdb" -h 127.0.0.1 -p "$port" -U urbanwork urbanwork
export PATH="$bin:$PATH"
DATABASE_URL="postgresql://urbanwork@127.0.0.1:$port/urbanwork" "$@"
