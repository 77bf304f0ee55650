#!/usr/bin/env bash
# Installs Debian packages as root without starting a service and without
# creating a PostgreSQL cluster: apt_install.sh package…
set -euo pipefail

policy=/usr/sbin/policy-rc.d
policy_mark='# Temporary, by onestop: nothing is started while installing.'
cluster_folder=/etc/postgresql-common/createcluster.d

# Removes our policy-rc.d, also one that a killed run has left behind; one that
# was there before stays as it is.
restore_policy() {
  if grep -qsF "$policy_mark" "$policy"; then rm -f "$policy"; fi
}

forbid_services() {
  if [[ -e $policy ]]; then return; fi
  printf '%s\n' '#!/bin/sh' "$policy_mark" 'exit 101' >"$policy"
  chmod 755 "$policy"
}

# Debian's postgresql packages make a cluster "main" and start it at boot,
# unless told otherwise before they are first installed.
forbid_main_cluster() {
  if grep -qsE '^ *create_main_cluster' \
    /etc/postgresql-common/createcluster.conf "$cluster_folder"/*.conf; then
    return
  fi
  mkdir -p "$cluster_folder"
  printf '%s\n' '# Written by onestop: it runs PostgreSQL clusters of its own.' \
    'create_main_cluster = false' >"$cluster_folder/onestop.conf"
}

trap restore_policy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
forbid_services
forbid_main_cluster

export DEBIAN_FRONTEND=noninteractive
if [[ -n $(dpkg --audit) ]]; then
  echo "finishing an installation that was interrupted earlier"
  dpkg --configure -a
fi
apt-get update -q
apt-get install -q -y --no-install-recommends \
  -o DPkg::Lock::Timeout=300 "$@"
