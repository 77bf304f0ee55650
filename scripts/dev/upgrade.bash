# Part of ./dev: an older version of onestop and this one, side by side.

# The revision to come from: the last one that had another schema.
previous_schema() {
  local changed
  changed=$(git -c safe.directory='*' log -1 --format=%H -- \
    migrations/sqitch.plan)
  git -c safe.directory='*' rev-parse --verify --quiet \
    "${changed:-HEAD}^{commit}^" ||
    fail "there is no earlier version in this clone's history;" \
      "name one: ./dev upgrade REVISION"
}

# Lays the files of a commit out and builds them; sets old.
build_revision() {
  old=$root/.dev/upgrade/$1
  if [[ ! -e $old/dev ]]; then
    rm -rf "$old.new"
    mkdir -p "$old.new"
    git -c safe.directory='*' archive "$1" | tar -x -C "$old.new"
    mv "$old.new" "$old"
  fi
  say "building the old version in .dev/upgrade/"
  supervise "$old/dev" build ||
    fail "that version does not build here; name another: ./dev upgrade REVISION"
}

verb_upgrade() {
  require_packages build database test
  local revision old
  revision=$(git -c safe.directory='*' rev-parse --verify --quiet \
    "${rest[0]:-$(previous_schema)}^{commit}") ||
    fail "'${rest[0]:-}' is no commit of this clone"
  say "from $(git -c safe.directory='*' log -1 --format='%h, %s' "$revision")"
  build_revision "$revision"
  build_preset release onestopd onestop
  use_throwaway_cluster
  ONESTOP_TEST_DATABASE_URL=$database ONESTOP_OLD_ROOT=$old \
    ONESTOP_BINARY_DIR=$root/build/release supervise "${with_us[@]}" \
    /usr/bin/python3 "$root/tests/upgrade/two_versions.py"
}
