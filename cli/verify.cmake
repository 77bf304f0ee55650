# onestop_verify: reads a database and says whether it still adds up.
# onestop_verify_wire: with the replies and the compiler of wire/.
add_library(onestop_verify STATIC
  verify.cc
  verify_recompute.cc
  verify_replay.cc)
target_link_libraries(onestop_verify PUBLIC
  onestop_storage onestop_domain onestop_base)

add_library(onestop_verify_wire STATIC verify_wire.cc)
target_link_libraries(onestop_verify_wire PUBLIC onestop_verify onestop_wire)
