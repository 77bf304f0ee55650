#!/usr/bin/env bash
# Tests ./dev itself in a copy of its own: its answers to mistakes, and that its
# private PostgreSQL starts, is shared, survives a crash and is stopped.
set -euo pipefail

source_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
copy=$(mktemp -d)
chmod 755 "$copy"
trap 'rm -rf "$copy"' EXIT
cp -r "$source_root/dev" "$source_root/scripts" "$copy/"
dev=$copy/dev
unset ONESTOP_DATABASE_URL

broken=0
# expect WHAT PATTERN TEXT: the text matches the pattern.
expect() {
  if [[ $3 =~ $2 ]]; then
    echo "ok: $1"
  else
    printf 'NOT OK: %s\n  wanted: %s\n  got: %s\n' "$1" "$2" "$3"
    broken=1
  fi
}

# The output of ./dev with these arguments, and then its exit code.
output_of() {
  local code=0
  "$dev" "$@" 2>&1 </dev/null || code=$?
  echo "code=$code"
}

mistakes() {
  expect "an unknown verb" "no verb 'tset'.*dev help.*code=1" \
    "$(output_of tset)"
  expect "an unknown option" "'build' does not know '--fast'.*code=1" \
    "$(output_of build --fast)"
  expect "an unknown revision" "'nonsense' is no commit.*code=1" \
    "$(output_of upgrade nonsense)"
  expect "an option without its value" "wants a URL.*code=1" \
    "$(output_of db --database)"
  local verb text
  text=$(output_of help)
  for verb in demo up test build fmt lint bench upgrade simulate chaos db help; do
    expect "help explains $verb" $'\n'"  $verb .*code=0" "$text"
  done
}

server_pid() { head -n 1 "$copy"/.dev/kept/*/data/postmaster.pid; }

# Fails as long as the process works; an unreaped dead one works no more.
gone() { ! grep -qs '^State:[[:space:]][^Z]' "/proc/$1/status"; }

private_database() {
  local text first pid
  text=$(output_of db -- -Atc 'SHOW fsync')
  expect "a database is made and used" $'\non\n.*code=0' "$text"
  text=$(output_of db -- -Atc "SHOW listen_addresses; SELECT 'again'")
  expect "and used again" $'\nagain\n.*code=0' "$text"

  "$dev" db -- -Atc 'SELECT pg_sleep(2)' >/dev/null &
  first=$!
  until output_of db -- -Atc "SELECT 'beside'" >"$copy/beside"; do sleep 1; done
  expect "two may use it at once" $'beside\n.*code=0' "$(cat "$copy/beside")"
  wait "$first"

  "$dev" db -- -Atc 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
  first=$!
  until pid=$(server_pid 2>/dev/null) &&
    output_of db -- -Atc 'SELECT 1' | grep -q code=0; do sleep 0.2; done
  kill -KILL "$pid"
  wait "$first" || true
  text=$(output_of db -- -Atc "SELECT 'recovered'")
  expect "it starts after a crash" $'\nrecovered\n.*code=0' "$text"
  if compgen -G "$copy/.dev/kept/*/data/postmaster.pid" >/dev/null ||
    ! gone "$pid"; then
    expect "it is stopped at the end" "stopped" "still running"
  fi
}

mistakes
private_database
exit "$broken"
