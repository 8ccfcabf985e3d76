#!/bin/bash
# Stops what barbican-up.sh started; --wipe also deletes its state.
set -uo pipefail
DIR=${BARBICAN_REFERENCE_DIR:-${TMPDIR:-/tmp}/barbican-reference}
[ ! -s "$DIR/pids" ] || while read -r p; do kill -- "-$p" 2>/dev/null || kill "$p" 2>/dev/null; done < "$DIR/pids"
rm -f "$DIR/pids"
[ "${1:-}" != --wipe ] || rm -rf "$DIR"
