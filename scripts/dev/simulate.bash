# Part of ./dev: the simulation.

verb_simulate() {
  require_packages build
  build_preset release onestop_simulate
  # Nothing of it needs to be cleaned up: Ctrl-C is the program's own, which
  # then prints what was done.
  exec "$root/build/release/tests/onestop_simulate" "${rest[@]}"
}
