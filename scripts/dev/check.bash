# Part of ./dev: the verbs that test, format and check.

passed=0
failed=0
skipped=0

# count STATUS WHAT: one more passed or failed.
count() {
  if (($1 == 0)); then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    say "FAILED: $2"
  fi
}

# Adds ctest's own summary, read from its log, to the counts.
count_ctest() {
  local log=$1 failures total skips
  read -r failures total < <(sed -nE \
    's/^[0-9]+% tests passed, ([0-9]+) tests? failed out of ([0-9]+).*/\1 \2/p' \
    "$log") || true
  if [[ -z ${total:-} ]]; then
    count 1 "ctest, see $log"
    return
  fi
  # Skipped ones are named: they have not been seen to pass.
  skips=$(grep -cE '\*\*\*Skipped' "$log") || true
  if ((skips > 0)); then
    say "skipped, for want of something here ($log says what):"
    sed -nE 's/.*Test +#[0-9]+: ([a-z_]+) .*\*\*\*Skipped.*/  \1/p' "$log"
  fi
  skipped=$((skipped + skips))
  passed=$((passed + total - failures - skips))
  failed=$((failed + failures))
}

# Sanitizers of this age lose their way when the kernel randomises addresses
# strongly; where it can be switched off for a program, it is.
steady_addresses() {
  if setarch -R true 2>/dev/null; then
    setarch -R "$@"
  else
    "$@"
  fi
}

# test_preset CONFIGURE_PRESET TEST_PRESET: builds and runs its tests.
test_preset() {
  local log=$root/build/$2.ctest.log
  local -a runner=()
  if [[ $1 != release ]]; then runner=(steady_addresses); fi
  say "--- tests of $2 (after $((SECONDS / 60)) min)"
  if ! build_preset "$1"; then
    count 1 "building $1"
    return
  fi
  rm -f "$log"
  supervise "${runner[@]}" ctest --preset "$2" -O "$log" || true
  count_ctest "$log"
}

# Runs one fuzzer for a minute; its output goes to a log beside it.
fuzz_one() {
  local name=$1 folder=$root/build/fuzz/fuzz seeds
  seeds=$(cat "$folder/$name.corpus")
  mkdir -p "$folder/$name.found"
  steady_addresses "$folder/$name" "$folder/$name.found" ${seeds:+"$seeds"} \
    -max_total_time=60 -rss_limit_mb=2048 -timeout=20 -print_final_stats=1 \
    -artifact_prefix="$folder/$name." >"$folder/$name.log" 2>&1
}

fuzz_all() {
  say "--- a minute of each fuzzer (after $((SECONDS / 60)) min)"
  if ! build_preset fuzz; then
    count 1 "building fuzz"
    return
  fi
  local -a names=()
  local name code
  for name in "$root"/build/fuzz/fuzz/*.corpus; do
    if [[ -e $name ]]; then names+=("$(basename "$name" .corpus)"); fi
  done
  supervise run_fuzzers "${names[@]}" || true
  for name in "${names[@]}"; do
    code=$(cat "$root/build/fuzz/fuzz/$name.code" 2>/dev/null || echo 1)
    if ((code != 0)); then tail -n 30 "$root/build/fuzz/fuzz/$name.log"; fi
    count "$code" "fuzzer $name, see build/fuzz/fuzz/$name.log"
  done
}

# As many at once as there are cores; leaves each one's exit code in a file.
run_fuzzers() {
  local name
  for name in "$@"; do
    while (($(jobs -rp | wc -l) >= $(nproc))); do wait -n || true; done
    rm -f "$root/build/fuzz/fuzz/$name.code"
    say "fuzzing with $name"
    {
      local code=0
      fuzz_one "$name" || code=$?
      echo "$code" >"$root/build/fuzz/fuzz/$name.code"
    } &
  done
  wait
}

verb_test() {
  if [[ -n $all ]]; then
    require_packages build database test chaos fuzz
  else
    require_packages build database test
  fi
  mkdir -p "$root/build"
  database=${database:-${ONESTOP_TEST_DATABASE_URL:-}}
  if [[ -z $database ]]; then use_throwaway_cluster; fi
  if [[ -e $root/migrations/sqitch.plan ]]; then migrate "$database"; fi
  export ONESTOP_TEST_DATABASE_URL=$database

  if [[ -z $all ]]; then
    test_preset release release
  else
    test_preset release release-all
    test_preset dev dev
    test_preset tsan tsan
    fuzz_all
  fi
  end_database
  say "finished in $((SECONDS / 60)) min $((SECONDS % 60)) s"
  echo "$passed passed, $failed failed, $skipped skipped"
  ((failed == 0))
}

# Files of ours that git knows, by the endings given; new ones too.
our_files() {
  git -c safe.directory='*' ls-files -z -c -o --exclude-standard -- "$@" |
    sort -zu | while IFS= read -r -d '' file; do
    if [[ -e $file ]]; then printf '%s\n' "$file"; fi
  done
}

verb_fmt() {
  require_packages fmt
  local -a files
  mapfile -t files < <(our_files '*.cc' '*.h' '*.proto')
  if [[ -n $check ]]; then
    say "checking the format of ${#files[@]} files"
    clang-format --dry-run --Werror "${files[@]}" ||
      fail "some files are not formatted; ./dev fmt does it"
  else
    say "formatting ${#files[@]} files"
    clang-format -i "${files[@]}"
  fi
}

# The C++ files to look at: all, or those that differ from the last commit.
files_to_lint() {
  if [[ -n $changed ]]; then
    comm -12 <(our_files '*.cc' | sort) <(
      git -c safe.directory='*' diff --name-only HEAD | sort
      git -c safe.directory='*' ls-files -o --exclude-standard
    )
  else
    our_files '*.cc'
  fi
}

lint_cpp() {
  build_preset release || return 1 # clang-tidy reads generated headers, too.
  local -a files
  mapfile -t files < <(files_to_lint)
  say "clang-tidy on ${#files[@]} files"
  if ((${#files[@]} == 0)); then return; fi
  # The compilation database is g++'s: clang does not know all its warnings.
  printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$jobs" clang-tidy --quiet \
    -p "$root/build/release" --extra-arg=-Wno-unknown-warning-option
}

lint_shell() {
  local -a files
  # The parts of ./dev are read through it.
  mapfile -t files < <(our_files '*.sh' dev .ci/run)
  say "shellcheck on ${#files[@]} files"
  shellcheck -x -a "${files[@]}"
}

lint_format() { (check=yes verb_fmt); }

lint_tidy() { /usr/bin/python3 "$root/tests/tidy_test.py"; }

verb_lint() {
  require_packages build fmt lint test
  local part code
  for part in format shell tidy cpp; do
    code=0
    "lint_$part" || code=$?
    count "$code" "lint: $part"
  done
  echo "$passed passed, $failed failed"
  ((failed == 0))
}
