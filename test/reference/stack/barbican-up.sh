#!/bin/bash
# Starts OpenStack Barbican, as Debian packages it, on loopback, to hold the adapter of signers' certificates against it.
#   barbican-up.sh       http://127.0.0.1:9311 (BARBICAN_REFERENCE_PORT)
#   barbican-down.sh     stops it; --wipe also deletes its state
# Without a Keystone: whatever comes as X-Auth-Token is taken for the id of the caller's project.
# State in ${BARBICAN_REFERENCE_DIR:-${TMPDIR:-/tmp}/barbican-reference}.
set -euo pipefail
DIR=${BARBICAN_REFERENCE_DIR:-${TMPDIR:-/tmp}/barbican-reference}
PORT=${BARBICAN_REFERENCE_PORT:-9311}
say() { echo "$*" >&2; }
up() { (echo > /dev/tcp/127.0.0.1/"$1") 2>/dev/null; }
. "$(dirname "$0")/packages.sh"
install_packages barbican-api
if up "$PORT" && [ -s "$DIR/pids" ]; then say "already up on $PORT"; exit 0; fi
mkdir -p "$DIR/policy.d"; : > "$DIR/pids"
sed 's#^/v1: .*#/v1: barbican_api#' /usr/share/barbican-common/barbican-api-paste.ini > "$DIR/paste.ini"
cat > "$DIR/barbican.conf" <<CONF
[DEFAULT]
sql_connection = sqlite:///$DIR/barbican.db
db_auto_create = True
host_href = http://127.0.0.1:$PORT
log_file = $DIR/barbican.log
transport_url = fake://
[oslo_policy]
policy_dirs = $DIR/policy.d
[simple_crypto_plugin]
kek = 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY='
CONF
cat > "$DIR/reference_barbican.py" <<APP
from barbican.common import config
from paste import deploy

config.CONF(args=["--config-file", "$DIR/barbican.conf"], project="barbican")
barbican = deploy.loadapp("config:$DIR/paste.ini", name="main")


def application(environ, start_response):
    environ["HTTP_X_PROJECT_ID"] = environ.get("HTTP_X_AUTH_TOKEN", "")
    return barbican(environ, start_response)
APP
setsid uwsgi --plugins python3 --http-socket "127.0.0.1:$PORT" --wsgi-file "$DIR/reference_barbican.py" \
  --master --processes 1 --need-app --die-on-term > "$DIR/uwsgi.log" 2>&1 < /dev/null &
echo $! >> "$DIR/pids"
for _ in $(seq 300); do up "$PORT" && break; kill -0 "$(cat "$DIR/pids")" 2>/dev/null || break; sleep 0.1; done
up "$PORT" || { tail -n 20 "$DIR/uwsgi.log" >&2; say "did not start: $DIR"; exit 1; }
say "Barbican on http://127.0.0.1:$PORT"
