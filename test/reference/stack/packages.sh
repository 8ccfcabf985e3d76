# Installs what a reference server needs from Debian (sourced by up.sh, swift-up.sh and ceph-up.sh; needs `say`).

POLICY=/usr/sbin/policy-rc.d

missing_packages() {  # PACKAGE...: prints those that are not installed
  local p
  for p; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || echo "$p"
  done
}

restore_policy() {
  rm -f $POLICY
  [ ! -e $POLICY.before-reference ] || mv $POLICY.before-reference $POLICY
}

install_packages() {  # PACKAGE...: installs those that are missing, and starts none of their daemons
  local missing apt=(apt-get -q -o DPkg::Lock::Timeout=900)
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  # Started by their packages, the daemons would listen on 0.0.0.0.
  [ ! -e $POLICY ] || mv $POLICY $POLICY.before-reference
  trap restore_policy EXIT
  printf '#!/bin/sh\nexit 101\n' > $POLICY
  chmod 755 $POLICY
  export DEBIAN_FRONTEND=noninteractive
  "${apt[@]}" update >&2
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >&2
  restore_policy
  trap - EXIT
}
