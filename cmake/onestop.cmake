# What every CMakeLists.txt of onestop shares: ccache, sanitizers, and the
# functions onestop_test, onestop_fuzzer and onestop_generated.

# One of: empty, address, thread, fuzzer. Set by the presets.
set(ONESTOP_SANITIZER "" CACHE STRING "Sanitizer to build everything with")

find_program(ONESTOP_CCACHE ccache)
if(ONESTOP_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths count from the root of the repository, so that every clone on a
  # machine finds what another one has compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=true ${ONESTOP_CCACHE})
endif()

# Seconds that a test may take; sanitizers slow programs down severalfold.
set(ONESTOP_TEST_TIMEOUT 120)
if(ONESTOP_SANITIZER STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  set(ONESTOP_TEST_TIMEOUT 600)
elseif(ONESTOP_SANITIZER STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # ThreadSanitizer does not know the fences of the lock-free queue. Beside
    # each there is an atomic that it does know.
    add_compile_options(-Wno-tsan)
  endif()
  add_link_options(-fsanitize=thread)
  set(ONESTOP_TEST_TIMEOUT 600)
elseif(ONESTOP_SANITIZER STREQUAL "fuzzer")
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined
                      -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(ONESTOP_SANITIZER)
  message(FATAL_ERROR
    "ONESTOP_SANITIZER is '${ONESTOP_SANITIZER}'; "
    "use address, thread, fuzzer, or leave it empty.")
endif()

# Under sanitizers, and where a change is checked before it is taken, nothing is
# compiled twice, and most of the time goes into reading headers: several
# sources are compiled as one. So within a library no two unnamed namespaces may
# hold the same name; where they do on purpose, it says UNITY_BUILD OFF.
if(ONESTOP_SANITIZER OR DEFINED ENV{CI})
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)
endif()

# onestop_fast_malloc(<program>)
#
# A settlement's memory is allocated on one thread and freed on another, which
# glibc's malloc does slowly, and keeps a server's memory from staying flat.
# Sanitizers bring their own.
function(onestop_fast_malloc program)
  if(NOT ONESTOP_SANITIZER)
    target_link_libraries(${program} PRIVATE PkgConfig::JEMALLOC)
  endif()
endfunction()

# Everything that the tests, or the fuzzers, of the chosen preset need:
# `cmake --build … --target onestop_tests`.
add_custom_target(onestop_tests)
add_custom_target(onestop_fuzzers)

# onestop_test(<name> SOURCES … [DEPS …] [LABELS …] [ENV NAME=value …]
#              [TIMEOUT seconds] [SEPARATE])
#
# One GoogleTest executable, run by CTest from the root of the repository.
# Labels: `slow` (only `./dev test --all`), `postgres` (needs the server named
# by ONESTOP_TEST_DATABASE_URL), `tsan` (links no gRPC: also run under
# ThreadSanitizer; the other tests are left out of that preset). SEPARATE: its
# sources use the same names, each for itself; never compile them as one.
function(onestop_test name)
  cmake_parse_arguments(
    ARG "SEPARATE" "TIMEOUT" "SOURCES;DEPS;LABELS;ENV" ${ARGN})
  if(ONESTOP_SANITIZER STREQUAL "fuzzer")
    return()
  endif()
  if(ONESTOP_SANITIZER STREQUAL "thread" AND NOT "tsan" IN_LIST ARG_LABELS)
    return()
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT ${ONESTOP_TEST_TIMEOUT})
  endif()
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  if(ARG_SEPARATE)
    set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)
  endif()
  target_link_libraries(${name} PRIVATE
    ${ARG_DEPS} GTest::gtest_main GTest::gmock)
  add_dependencies(onestop_tests ${name})
  add_test(NAME ${name} COMMAND ${name}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES
    TIMEOUT ${ARG_TIMEOUT}
    LABELS "${ARG_LABELS}"
    ENVIRONMENT "ONESTOP_SOURCE_DIR=${PROJECT_SOURCE_DIR};\
ONESTOP_BINARY_DIR=${PROJECT_BINARY_DIR};${ARG_ENV}")
endfunction()

# onestop_fuzzer(<name> SOURCES … [DEPS …] [CORPUS folder])
#
# SOURCES define LLVMFuzzerTestOneInput. The fuzz preset builds a libFuzzer
# program; every other preset but tsan builds a quick test that feeds it the
# seeds of CORPUS (a folder beside the CMakeLists.txt) and fixed mutations of
# them, so that a fuzzer cannot rot between runs.
function(onestop_fuzzer name)
  cmake_parse_arguments(ARG "" "CORPUS" "SOURCES;DEPS" ${ARGN})
  if(ONESTOP_SANITIZER STREQUAL "thread")
    return()
  endif()
  set(corpus)
  if(ARG_CORPUS)
    set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_CORPUS})
  endif()
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
  if(ONESTOP_SANITIZER STREQUAL "fuzzer")
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(onestop_fuzzers ${name})
    # `./dev test --all` reads the seeds of each fuzzer from here.
    file(WRITE ${PROJECT_BINARY_DIR}/fuzz/${name}.corpus "${corpus}\n")
  else()
    target_sources(${name} PRIVATE
      ${PROJECT_SOURCE_DIR}/tests/support/fuzz_smoke_main.cc)
    add_dependencies(onestop_tests ${name})
    add_test(NAME ${name}_smoke COMMAND ${name} ${corpus}
      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${name}_smoke PROPERTIES
      TIMEOUT ${ONESTOP_TEST_TIMEOUT} LABELS fuzz)
  endif()
endfunction()

# onestop_bench(<name> SOURCES … [DEPS …]): a program of `./dev bench`.
function(onestop_bench name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bench)
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
endfunction()

# onestop_program(<name> SOURCES … [DEPS …]): a program that tests and ./dev
# start.
function(onestop_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  if(ONESTOP_SANITIZER STREQUAL "fuzzer" OR ONESTOP_SANITIZER STREQUAL "thread")
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
endfunction()

# Generated code is not ours to keep free of warnings, and it is most of what
# is compiled: under sanitizers it is built plainly, as the libraries below it.
function(onestop_generated target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
  target_compile_options(${target} PRIVATE -w -O1)
  if(ONESTOP_SANITIZER)
    target_compile_options(${target} PRIVATE -fno-sanitize=all -O0 -g0)
  endif()
endfunction()
