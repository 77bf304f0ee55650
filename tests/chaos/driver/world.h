// The persons and institutions of a run: those of the benchmarks, with small
// balances, counters near their caps, and families that share accounts.
#ifndef ONESTOP_TESTS_CHAOS_DRIVER_WORLD_H_
#define ONESTOP_TESTS_CHAOS_DRIVER_WORLD_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "domain/claim.h"
#include "storage/store.h"

namespace onestop::chaos {

inline constexpr uint64_t kPersons = 80;
// Half of all claims are for these: replicas meet on their rows.
inline constexpr uint64_t kHotPersons = 10;
inline constexpr int32_t kYear = 2025;
// Whom the server takes us for.
inline constexpr char kCaller[] = "agency";
// What the world's own postings are recorded under.
inline constexpr char kWorld[] = "world";

// Whose accounts the person may use; persons by their numbers.
std::vector<uint64_t> RelativesOf(uint64_t person);

// Into an empty database with the schema.
absl::Status LoadWorld(storage::Store& store, std::mt19937_64& random);

// A claim of the benchmarks' mix; sometimes a relative's account pays.
domain::Claim AnyClaim(uint64_t person, std::mt19937_64& random);
// A claim that fills a prescription of its own, to its last tablet.
domain::Claim FillingClaim(uint64_t person, const std::string& prescription,
                           std::mt19937_64& random);

}  // namespace onestop::chaos

#endif  // ONESTOP_TESTS_CHAOS_DRIVER_WORLD_H_
