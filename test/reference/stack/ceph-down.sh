#!/bin/bash
# Stops what ceph-up.sh started; --wipe also deletes its state.
set -uo pipefail
DIR=${CEPH_REFERENCE_DIR:-${TMPDIR:-/tmp}/ceph-reference}
if [ -s "$DIR/pids" ]; then
  while read -r p; do kill -- "-$p" 2>/dev/null || kill "$p" 2>/dev/null; done < "$DIR/pids"
  # Their ports must be free for the next start.
  for _ in $(seq 100); do
    left=0
    while read -r p; do if kill -0 "$p" 2>/dev/null; then left=1; fi; done < "$DIR/pids"
    [ "$left" = 1 ] || break
    sleep 0.1
  done
fi
rm -f "$DIR/pids"
[ "${1:-}" != --wipe ] || rm -rf "$DIR"
