# Part of ./dev: private PostgreSQL clusters, each with its data, its socket and
# its log in folders of its own. No system cluster is read or touched.
#
# A cluster is named by its record folder below .dev/, which holds two files:
#   home    the folder with data/ and log (elsewhere if the checkout is closed
#           to the user that PostgreSQL runs as)
#   socket  the folder of the Unix socket (elsewhere if the path is too long)
# cluster_open sets: record, home, socket_folder, port, data.

postgres_bin=/usr/lib/postgresql/15/bin
# A socket's whole path may have 107 bytes; "/.s.PGSQL.65535.lock" are 20.
max_socket_folder=85

# The user that PostgreSQL runs as: never root.
postgres_user() {
  if ((EUID != 0)); then
    id -un
  elif id -u postgres >/dev/null 2>&1; then
    echo postgres
  else
    echo nobody
  fi
}

# Runs a command as that user, in a folder that it may enter.
as_postgres() {
  if ((EUID != 0)); then
    "$@"
    return
  fi
  local user
  user=$(postgres_user)
  (cd / && exec setpriv --reuid="$user" --regid="$(id -g "$user")" \
    --clear-groups env HOME=/ "$@")
}

# A new folder of PostgreSQL's own in one of the given parents, the first in
# which that user can really work.
make_home() {
  local parent folder
  for parent in "$@"; do
    mkdir -p "$parent" 2>/dev/null || continue
    folder=$(mktemp -d "$parent/onestop-XXXXXX" 2>/dev/null) || continue
    if ((EUID == 0)); then chown "$(postgres_user):" "$folder" || true; fi
    if as_postgres test -w "$folder" && as_postgres test -x "$folder"; then
      echo "$folder"
      return
    fi
    rmdir "$folder"
  done
  fail "found no folder for PostgreSQL's data that the user" \
    "$(postgres_user) may write; tried: $*"
}

usable_for_socket() {
  [[ $1 =~ ^[A-Za-z0-9/._-]+$ ]] && ((${#1} <= max_socket_folder))
}

# Where to keep short-lived sockets: root's own run folder is closed to others.
short_folder() {
  if ((EUID != 0)) && [[ -d ${XDG_RUNTIME_DIR:-} ]]; then
    echo "$XDG_RUNTIME_DIR"
  else
    echo /tmp
  fi
}

# Prints a folder noted in the record; those inside it are noted without it, so
# that a checkout can be moved.
recorded_folder() {
  local folder
  folder=$(cat "$record/$1" 2>/dev/null || true)
  if [[ -n $folder && $folder != /* ]]; then folder=$record/$folder; fi
  echo "$folder"
}

# cluster_open NAME: finds, or lays out, the folders of the cluster NAME.
cluster_open() {
  record=$root/.dev/$1
  mkdir -p "$record"
  home=$(recorded_folder home)
  if [[ ! -d $home ]]; then
    home=$(make_home "$record" /var/tmp)
    echo "${home#"$record/"}" >"$record/home"
  fi
  if ! as_postgres test -w "$home"; then
    fail "the PostgreSQL cluster in $home belongs to another user." \
      "Run ./dev as that user, or remove .dev/$1 to start afresh."
  fi
  socket_folder=$(recorded_folder socket)
  if [[ ! -d $socket_folder ]]; then
    socket_folder=$home/run
    if ! usable_for_socket "$socket_folder"; then
      socket_folder=$(make_home "$(short_folder)" /tmp)
    fi
    as_postgres mkdir -p -m 700 "$socket_folder"
    echo "${socket_folder#"$record/"}" >"$record/socket"
  fi
  data=$home/data
  port=$(as_postgres sed -n 4p "$data/postmaster.pid" 2>/dev/null || true)
}

# Prints the process id of the cluster's server if it really is one: after a
# crash the pid in the file may be anybody's.
cluster_pid() {
  local pid
  pid=$(as_postgres head -n 1 "$data/postmaster.pid" 2>/dev/null) || return 1
  [[ $pid =~ ^[0-9]+$ ]] || return 1
  [[ $(readlink "/proc/$pid/cwd") == "$(readlink -f "$data")" ]] || return 1
  echo "$pid"
}

# The first port from 54320 on that nobody listens on. The servers open no TCP
# port; the number tells their sockets apart.
free_port() {
  local candidate=$1
  while (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null; do
    candidate=$((candidate + 1))
  done
  echo "$candidate"
}

cluster_create() {
  if [[ -d $data ]]; then return; fi
  say "creating a private PostgreSQL cluster in $data"
  # Made beside its place and moved there when whole.
  as_postgres rm -rf "$data.new"
  as_postgres "$postgres_bin/initdb" -D "$data.new" -U onestop --auth=trust \
    --encoding=UTF8 --locale=C.UTF-8 --no-instructions \
    >"$record/initdb.log" 2>&1 ||
    fail "initdb failed:" "$(tail -n 5 "$record/initdb.log")"
  as_postgres mv "$data.new" "$data"
}

# After a crash: lets the last processes of the dead server go, and removes the
# lock files, whose process ids may be anybody's by now.
clear_crash() {
  local tenths
  for ((tenths = 0; tenths < 100; tenths++)); do
    if ! readlink /proc/[0-9]*/cwd 2>/dev/null |
      grep -qxF "$(readlink -f "$data")"; then
      break
    fi
    sleep 0.1
  done
  as_postgres rm -f "$data/postmaster.pid"
  as_postgres find "$socket_folder" -name '.s.PGSQL.*' -delete
}

# cluster_start [-c NAME=VALUE]…: starts the open cluster, with these settings
# beside ours; does nothing when it runs.
cluster_start() {
  cluster_create
  if cluster_pid >/dev/null; then
    cluster_wait
    return
  fi
  clear_crash
  port=$(free_port 54320)
  say "starting PostgreSQL on socket $socket_folder, port $port"
  # The server must not inherit our lock files.
  as_postgres "$postgres_bin/pg_ctl" start -D "$data" -l "$home/log" -w -s \
    -t 120 -o "-p $port -k $socket_folder -c listen_addresses='' \
-c fsync=on -c synchronous_commit=on -c shared_buffers=256MB \
-c max_wal_size=4GB -c max_connections=200 $*" \
    7>&- 8>&- 9>&- </dev/null >"$record/start.log" 2>&1 ||
    fail "PostgreSQL did not start:" \
      "$(as_postgres tail -n 5 "$home/log" 2>&1 || cat "$record/start.log")"
}

cluster_wait() {
  port=$(as_postgres sed -n 4p "$data/postmaster.pid")
  "$postgres_bin/pg_isready" -q -h "$socket_folder" -p "$port" -t 60 || true
}

# cluster_stop: stops the open cluster; does nothing when it does not run.
cluster_stop() {
  local mode
  for mode in fast immediate; do
    if ! cluster_pid >/dev/null; then return; fi
    say "stopping PostgreSQL ($record)"
    as_postgres "$postgres_bin/pg_ctl" stop -D "$data" -m "$mode" -w -s -t 60 \
      >/dev/null 2>&1 || true
  done
  if cluster_pid >/dev/null; then
    fail "PostgreSQL in $data does not stop; its log: $home/log"
  fi
}

# cluster_remove: stops the open cluster and deletes all that it left.
cluster_remove() {
  cluster_stop
  rm -rf "${home:?}" "${socket_folder:?}" "${record:?}"
}

# The URL of a database of the open cluster.
cluster_url() {
  echo "postgresql://onestop@/$1?host=$socket_folder&port=$port"
}

cluster_psql() {
  "$postgres_bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$socket_folder" \
    -p "$port" -U onestop "$@"
}

# database_create NAME [TEMPLATE]: creates it unless it is there.
database_create() {
  if [[ -z $(cluster_psql -d postgres -At \
    -c "SELECT 1 FROM pg_database WHERE datname = '$1'") ]]; then
    cluster_psql -d postgres \
      -c "CREATE DATABASE \"$1\" TEMPLATE \"${2:-template1}\""
  fi
}

# migrate URL: brings a database to the newest schema; can be run again.
migrate() {
  say "migrating the database"
  (
    cd "$root/migrations"
    SQITCH_FULLNAME=onestop SQITCH_EMAIL=onestop@localhost \
      sqitch deploy --verify "db:$1"
  ) || fail "the migrations did not run through; the lines above say why"
}
