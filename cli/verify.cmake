# onestop_verify: reads a database and says whether it still adds up.
add_library(onestop_verify STATIC
  verify.cc
  verify_recompute.cc
  verify_replay.cc)
target_link_libraries(onestop_verify PUBLIC
  onestop_storage onestop_domain onestop_base)
