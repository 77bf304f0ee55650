// Keeps protobuf from writing a line to stderr for every input that is not
// UTF-8.
#ifndef ONESTOP_TESTS_FUZZ_QUIET_H_
#define ONESTOP_TESTS_FUZZ_QUIET_H_

#include "google/protobuf/stubs/logging.h"

namespace onestop::fuzz {

inline const auto* const kQuiet =
    (google::protobuf::SetLogHandler(nullptr), "quiet");

}  // namespace onestop::fuzz

#endif  // ONESTOP_TESTS_FUZZ_QUIET_H_
