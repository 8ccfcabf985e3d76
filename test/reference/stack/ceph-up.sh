#!/bin/bash
# Starts Ceph's object gateway as Debian packages it, on loopback: a second independent S3 to compare with. One
# monitor, one OSD that keeps its objects in memory, one gateway; no manager, no redundancy.
#   ceph-up.sh          S3 at http://127.0.0.1:8087, a user with keys, region us-east-1
#   ceph-down.sh        stops it; --wipe also deletes its state
# State in ${CEPH_REFERENCE_DIR:-${TMPDIR:-/tmp}/ceph-reference}.
set -euo pipefail
DIR=${CEPH_REFERENCE_DIR:-${TMPDIR:-/tmp}/ceph-reference}
PORT=${CEPH_REFERENCE_PORT:-8087}
MON_PORT=$((PORT + 200))
say() { echo "$*" >&2; }
up() { (echo > /dev/tcp/127.0.0.1/"$1") 2>/dev/null; }
exports() {
  echo "export TEST_CEPH_ENDPOINT=http://127.0.0.1:$PORT TEST_CEPH_ACCESS_KEY_ID=reference TEST_CEPH_SECRET_ACCESS_KEY=reference-secret"
}
. "$(dirname "$0")/packages.sh"
install_packages ceph-mon ceph-osd radosgw ceph-common
if up "$PORT" && [ -s "$DIR/pids" ]; then say "already up on $PORT"; exports; exit 0; fi
if up "$PORT"; then say "port $PORT is in use by something else"; exit 1; fi
# The OSD's objects went with its memory, so nothing of an earlier run is of use.
rm -rf "$DIR"/{mon,osd,run,log}; mkdir -p "$DIR/mon" "$DIR/osd" "$DIR/run" "$DIR/log"; : > "$DIR/pids"
export CEPH_CONF=$DIR/ceph.conf
fsid=$(cat /proc/sys/kernel/random/uuid)
# No keys between the daemons: all of them are ours, and none is reachable from elsewhere.
cat > "$CEPH_CONF" <<CONF
[global]
fsid = $fsid
mon_host = v2:127.0.0.1:$MON_PORT/0
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv6 = false
ms_bind_msgr1 = false
ms_bind_port_min = $((MON_PORT + 1))
ms_bind_port_max = $((MON_PORT + 40))
ms_async_op_threads = 1
# The gateway asks for encryption, which there is none of without keys.
ms_mon_client_mode = crc
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
run_dir = $DIR/run
admin_socket =
log_file =
log_to_stderr = true
mon_cluster_log_to_file = false
debug_default = 0/0
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
[mon]
mon_data = $DIR/mon
mon_allow_pool_size_one = true
mon_data_avail_crit = 1
mon_osd_cache_size = 10
[osd]
osd_data = $DIR/osd
osd_objectstore = memstore
memstore_device_bytes = 2147483648
osd_memory_target = 939524096
osd_op_num_shards = 1
osd_op_num_threads_per_shard = 2
osd_class_update_on_start = false
crush_location = root=default host=reference
[client.rgw]
rgw_data = $DIR/run
rgw_frontends = beast endpoint=127.0.0.1:$PORT
rgw_enable_apis = s3
rgw_thread_pool_size = 32
rgw_rados_pool_pg_num_min = 4
rgw_enable_usage_log = false
rgw_enable_ops_log = false
rgw_run_sync_thread = false
rgw_enable_lc_threads = false
CONF
start() { local log=$1; shift; setsid "$@" > "$DIR/log/$log.log" 2>&1 < /dev/null & echo $! >> "$DIR/pids"; }
ready() { # WHAT COMMAND...: waits until the command succeeds, at most 30 s
  local what=$1; shift
  for _ in $(seq 150); do "$@" > /dev/null 2>&1 && return 0; sleep 0.2; done
  say "$what did not start: $DIR/log"; "$(dirname "$0")/ceph-down.sh"; exit 1
}
monmaptool --create --fsid "$fsid" --addv reference "[v2:127.0.0.1:$MON_PORT]" "$DIR/monmap" > "$DIR/log/setup.log" 2>&1
ceph-mon -i reference --mkfs --monmap "$DIR/monmap" >> "$DIR/log/setup.log" 2>&1
start mon ceph-mon -f -i reference
ready "the monitor" ceph --connect-timeout 2 mon stat
ceph osd new "$fsid" >> "$DIR/log/setup.log" 2>&1
ceph-osd -i 0 --mkfs --osd-uuid "$fsid" >> "$DIR/log/setup.log" 2>&1
start osd ceph-osd -f -i 0
ready "the OSD" sh -c 'ceph osd stat | grep -q "1 up"'
start rgw radosgw -f -n client.rgw
ready "the gateway" up "$PORT"
timeout 30 radosgw-admin -n client.rgw user create --uid=reference --display-name=reference \
  --access-key=reference --secret-key=reference-secret >> "$DIR/log/setup.log" 2>&1
say "Ceph's S3 API on http://127.0.0.1:$PORT"
exports
