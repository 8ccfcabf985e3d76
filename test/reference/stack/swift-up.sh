#!/bin/bash
# Starts OpenStack Swift with its own API and its S3 API, as Debian packages it, on
# loopback, to run the blob store's contract suite against both.
#   swift-up.sh          S3 at http://127.0.0.1:8085, key test:tester, secret testing, region us-east-1;
#                        Swift's own at /v1/AUTH_test, login at /auth/v1.0 with the same user
#   swift-down.sh        stops it; --wipe also deletes its state
# SWIFT_REFERENCE_KEYSTONE=http://127.0.0.1:5000 takes tokens of that Keystone (up.sh) too:
# a project's account is KEY_<project id>, and whoever is admin there may use it. Each other
# token is asked about there too, which is slow: run it beside the plain one, with another
# SWIFT_REFERENCE_DIR and SWIFT_REFERENCE_PORT.
# State in ${SWIFT_REFERENCE_DIR:-${TMPDIR:-/tmp}/swift-reference}.
set -euo pipefail
DIR=${SWIFT_REFERENCE_DIR:-${TMPDIR:-/tmp}/swift-reference}
PORT=${SWIFT_REFERENCE_PORT:-8085}
say() { echo "$*" >&2; }
up() { (echo > /dev/tcp/127.0.0.1/"$1") 2>/dev/null; }
exports() {
  local url=http://127.0.0.1:$PORT
  if [ -n "${SWIFT_REFERENCE_KEYSTONE:-}" ]; then echo "export TEST_KEYSTONE_SWIFT_URL=$url"; return; fi
  echo "export TEST_SWIFT_URL=$url TEST_S3_ENDPOINT=$url AWS_ACCESS_KEY_ID=test:tester AWS_SECRET_ACCESS_KEY=testing AWS_REGION=us-east-1"
}
. "$(dirname "$0")/packages.sh"
install_packages swift-proxy swift-account swift-container swift-object memcached
if up "$PORT" && [ -s "$DIR/pids" ]; then say "already up on $PORT"; exports; exit 0; fi
mkdir -p "$DIR/etc" "$DIR/dev/sdb1" "$DIR/cache" "$DIR/log"; : > "$DIR/pids"; cd "$DIR/etc"
printf '[swift-hash]\nswift_hash_path_suffix = reference\nswift_hash_path_prefix = reference\n' > swift.conf
base=$((PORT + 100))
declare -A port=([account]=$((base + 2)) [container]=$((base + 1)) [object]=$base)
for n in account container object; do
  if [ ! -f $n.ring.gz ]; then
    swift-ring-builder $n.builder create 4 1 1 >/dev/null
    swift-ring-builder $n.builder add "r1z1-127.0.0.1:${port[$n]}/sdb1" 1 >/dev/null
    swift-ring-builder $n.builder rebalance >/dev/null
  fi
  cat > $n-server.conf <<CONF
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port[$n]}
workers = 0
devices = $DIR/dev
mount_check = false
swift_dir = $DIR/etc
user = root
recon_cache_path = $DIR/cache
log_level = WARNING
[pipeline:main]
pipeline = $n-server
[app:$n-server]
use = egg:swift#$n
[$n-replicator]
[$n-updater]
[$n-auditor]
CONF
done
keystone=
if [ -n "${SWIFT_REFERENCE_KEYSTONE:-}" ]; then
  keystone="authtoken keystoneauth"
  cat > keystone.conf <<CONF
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
www_authenticate_uri = $SWIFT_REFERENCE_KEYSTONE
auth_url = $SWIFT_REFERENCE_KEYSTONE
auth_type = password
username = glance
password = glance
project_name = service
user_domain_name = Default
project_domain_name = Default
delay_auth_decision = true
cache = swift.cache
include_service_catalog = false
[filter:keystoneauth]
use = egg:swift#keystoneauth
reseller_prefix = KEY
operator_roles = admin
CONF
fi
cat > proxy-server.conf <<CONF
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $PORT
workers = 0
swift_dir = $DIR/etc
user = root
log_level = WARNING
[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats bulk tempurl s3api $keystone tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:tempurl]
use = egg:swift#tempurl
# Whoever may upload a part may not have it expire.
incoming_remove_headers = x-timestamp x-delete-*
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
allow_multipart_uploads = true
min_segment_size = 5242880
cors_preflight_allow_origin = *
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:$((base + 3))
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
CONF
[ -z "$keystone" ] || cat keystone.conf >> proxy-server.conf
for f in catch_errors gatekeeper listing_formats bulk copy slo dlo symlink; do
  printf '[filter:%s]\nuse = egg:swift#%s\n' $f $f >> proxy-server.conf
done
start() { local log=$1; shift; setsid "$@" > "$DIR/log/$log.log" 2>&1 < /dev/null & echo $! >> "$DIR/pids"; }
start memcached memcached -u root -l 127.0.0.1 -p $((base + 3))
for n in account container object proxy; do start $n swift-$n-server "$DIR/etc/$n-server.conf"; done
for _ in $(seq 200); do up "$PORT" && up "${port[object]}" && up "${port[container]}" && up "${port[account]}" && break; sleep 0.1; done
up "$PORT" || { say "did not start: $DIR/log"; exit 1; }
sleep 1
say "Swift and its S3 API on http://127.0.0.1:$PORT"
exports
