# Part of ./dev: the benchmarks.

# As in a small production: what the page cache and checkpoints do to a run of
# minutes is not what is measured. Durability stays on.
bench_settings=(-c shared_buffers=1GB -c max_wal_size=16GB -c min_wal_size=2GB
  -c checkpoint_timeout=15min)

verb_bench() {
  set -- "${rest[@]:-compare}"
  local what=$1
  shift
  "bench_$what" "$@"
}

bench_micro() {
  require_packages build
  build_preset release bench_micro
  supervise "${with_us[@]}" "$root/build/release/bench/bench_micro" "$@"
}

bench_compare() { bench_on_postgres compare.py "$@"; }

bench_overload() { bench_on_postgres overload.py "$@"; }

bench_reconcile() { bench_on_postgres reconcile.py "$@"; }

# bench_on_postgres SCRIPT FLAGS…
bench_on_postgres() {
  local script=$1
  shift
  require_packages build database bench
  # Where we were called: --json FILE is a path from there.
  local -a bench=(env -C "$called_from" /usr/bin/python3
    "$root/bench/$script")
  if [[ " $* " == *" --help "* || " $* " == *" -h "* ]]; then
    "${bench[@]}" --help
    return
  fi
  # What is wrong with the flags is said before anything is built.
  "${bench[@]}" "$@" --check-only
  build_preset release onestopd onestop bench_load bench_contender \
    bench_slow_fsync bench_decision bench_hot_path bench_micro
  if [[ " $* " != *" --database"* ]]; then
    use_throwaway_cluster "${bench_settings[@]}"
    set -- "$@" --database "$database"
  fi
  supervise "${with_us[@]}" "${bench[@]}" "$@"
}
