// Scenario JSON through the parser into a world: anything may come, nothing
// may break.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "tests/fuzz/quiet.h"
#include "tests/support/policies.h"
#include "wire/scenario.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = onestop::wire::ParseScenarios(text);
  ONESTOP_CHECK(!parsed.empty());
  for (const onestop::wire::ParsedScenario& one : parsed) {
    if (!one.scenario.ok()) continue;
    const auto world = onestop::wire::WorldOf(
        *one.scenario, onestop::testing::ShippedPolicy());
    if (world.ok()) {
      ONESTOP_CHECK(static_cast<int>(world->steps.size()) ==
                    one.scenario->steps_size());
    }
  }
  return 0;
}
