# Part of ./dev: what is started is stopped, whatever ends the run.
#
# Two kinds of clusters: `kept` is the private database of ./dev up and
# ./dev db and keeps its data below .dev/kept; a throw-away one is made for a
# demonstration or a test run and removed with it.

child=''        # Process group of the program that runs in front of us.
cluster_kind='' # kept, throwaway, or empty: none to stop.
trap end_session EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

end_session() {
  local code=$?
  trap '' INT TERM HUP
  trap - EXIT
  stop_children || true
  end_database || code=1
  exit "$code"
}

end_database() {
  local kind=$cluster_kind
  cluster_kind=''
  case $kind in
    kept) release_kept_cluster ;;
    throwaway) cluster_remove ;;
  esac
}

# Runs a command in a process group of its own and waits for it, so that
# Ctrl-C reaches us first and it is we who end the command.
supervise() {
  local code=0
  set -m
  "$@" 8>&- 9>&- 7>&- </dev/null &
  child=$!
  set +m
  wait "$child" || code=$?
  child=''
  return "$code"
}

# Starts a command in the background, in a process group of its own; its id is
# then in $started, and it is stopped at the end.
started=''
start_background() {
  set -m
  "$@" 8>&- 9>&- 7>&- </dev/null &
  started="$! $started"
  set +m
}

stop_children() {
  local pid
  for pid in $child $started; do
    stop_group "$pid"
  done
  child='' started=''
}

# Asks a process group to end; after 30 seconds it is made to.
stop_group() {
  local tenths=0
  while kill -0 -- "-$1" 2>/dev/null; do
    if ((tenths == 0)); then kill -TERM -- "-$1" 2>/dev/null || true; fi
    if ((tenths == 300)); then kill -KILL -- "-$1" 2>/dev/null || true; fi
    if ((tenths > 350)); then break; fi
    sleep 0.1
    tenths=$((tenths + 1))
  done
  wait "$1" 2>/dev/null || true
}

# Starts the private database that keeps its data, or joins it when another
# ./dev runs it; sets database.
use_kept_cluster() {
  cluster_open kept
  exec 8>"$record/lock" 9>"$record/users"
  flock 8
  flock -s 9 # Held as long as we use the cluster.
  cluster_kind=kept
  cluster_start
  database_create onestop
  flock -u 8
  database=$(cluster_url onestop)
}

# The last one that uses the cluster stops it.
release_kept_cluster() {
  flock 8
  if flock -xn 9; then cluster_stop; fi
  flock -u 8
}

# Makes a cluster that lives as long as this run, perhaps with settings for
# cluster_start; sets database.
use_throwaway_cluster() {
  remove_abandoned_clusters
  local name
  mkdir -p "$root/.dev"
  name=$(basename "$(mktemp -d "$root/.dev/run-XXXXXX")")
  chmod 755 "$root/.dev/$name"
  exec 7>"$root/.dev/$name/owner"
  flock 7
  cluster_kind=throwaway
  cluster_open "$name"
  cluster_start "$@"
  database_create onestop
  database=$(cluster_url onestop)
}

# A run that was killed outright leaves its cluster; the lock on `owner` tells
# whether its run still lives.
remove_abandoned_clusters() {
  local folder
  for folder in "$root"/.dev/run-*; do
    if [[ ! -e $folder/owner ]]; then continue; fi
    if flock -xn "$folder/owner" true; then
      say "removing what an interrupted run left: $folder"
      (cluster_open "$(basename "$folder")" && cluster_remove)
    fi
  done
}
