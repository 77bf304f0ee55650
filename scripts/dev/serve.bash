# Part of ./dev: the verbs that build and run onestop.

jobs=$(nproc)
# Before a command: it is told to end even if this script is killed outright.
with_us=(setpriv --pdeathsig TERM)
demo_day=2025-03-20
demo_later_days=(2025-04-10 2025-05-06)

configure() {
  if ! cmake --preset "$1" >"$root/build/$1.configure.log" 2>&1; then
    cat "$root/build/$1.configure.log" >&2
    return 1
  fi
}

# build_preset PRESET [TARGET…]: everything, unless targets are named.
build_preset() {
  local preset=$1
  shift
  say "building $preset ${*:+($*)}"
  mkdir -p "$root/build"
  configure "$preset" &&
    supervise cmake --build --preset "$preset" -j "$jobs" ${1:+--target "$@"}
}

verb_build() {
  require_packages build
  build_preset release onestopd onestop
  say "built build/release/onestopd and build/release/onestop"
}

# Sets database to the one asked for, if any; tells whether there is one.
other_database() {
  database=${database:-${ONESTOP_DATABASE_URL:-}}
  [[ -n $database ]]
}

verb_db() {
  require_packages database
  if other_database; then
    psql "$database" "${rest[@]}"
    return
  fi
  use_kept_cluster
  psql "$database" "${rest[@]}" 7>&- 8>&- 9>&-
}

verb_up() {
  require_packages build database
  build_preset release onestopd onestop
  if ! other_database; then use_kept_cluster; fi
  migrate "$database"
  say "serving until Ctrl-C"
  supervise "${with_us[@]}" "$root/build/release/onestopd" --database "$database" \
    --policies "$root/policies" --allow-assumed "${rest[@]}"
}

# Waits until the server has written the file $1: it serves, or it has ended.
await_server() {
  local tenths
  for ((tenths = 0; tenths < 600; tenths++)); do
    if [[ -e $1 ]]; then return; fi
    if ! kill -0 "${started%% *}" 2>/dev/null; then
      fail "onestopd ended while starting; the lines above say why"
    fi
    sleep 0.1
  done
  fail "onestopd does not serve after a minute"
}

# serve_demo_day DAY: starts a server on that day; its port is then in $port.
serve_demo_day() {
  local ready
  ready=$(mktemp -u "$root/.dev/ready-XXXXXX")
  say "starting onestopd on free ports, on the day $1"
  start_background "${with_us[@]}" "$root/build/release/onestopd" \
    --database "$database" --policies "$root/policies" --allow-assumed \
    --listen 127.0.0.1:0 --metrics 127.0.0.1:0 --ready-file "$ready" \
    --insecure --today "$1" --log-level warn
  await_server "$ready"
  port=$(sed -nE 's/.*"port": ([0-9]+).*/\1/p' "$ready")
  rm -f "$ready"
}

verb_demo() {
  require_packages build database
  build_preset release onestopd onestop
  if ! other_database; then use_throwaway_cluster; fi
  migrate "$database"
  mkdir -p "$root/.dev"
  local day ports=()
  for day in "$demo_day" "${demo_later_days[@]}"; do
    serve_demo_day "$day"
    ports+=("$port")
  done
  ONESTOP=$root/build/release/onestop ONESTOP_SERVER=127.0.0.1:${ports[0]} \
    DEMO_APRIL_SERVER=127.0.0.1:${ports[1]} \
    DEMO_MAY_SERVER=127.0.0.1:${ports[2]} \
    ONESTOP_DATABASE_URL=$database supervise "${with_us[@]}" \
    "$root/scripts/demo.sh"
  say "the demonstration is over; stopping what it started"
}
