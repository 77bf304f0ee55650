# Part of ./dev: faults on real processes.

verb_chaos() {
  require_packages build database test chaos
  local -a chaos=(/usr/bin/python3 "$root/tests/chaos/chaos.py")
  if [[ " ${rest[*]} " =~ \ (--help|-h)\  ]]; then
    "${chaos[@]}" --help
    return
  fi
  build_preset release onestopd chaos_driver
  # Its own process ends with us; the cluster and all else belong to it.
  supervise "${with_us[@]}" env -C "$called_from" "${chaos[@]}" "${rest[@]}"
}
