// A policy file's text through parser and compiler: it is compiled or refused.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "base/error.h"
#include "tests/fuzz/quiet.h"
#include "wire/policy_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  const auto loaded = onestop::wire::LoadPolicy(
      {{"fuzzed.textproto", std::move(text)}}, "revision");
  ONESTOP_CHECK(loaded.ok() || !onestop::ErrorReason(loaded.status()).empty());
  return 0;
}
