// The world of the benchmarks: persons by their number, a small catalog, and a
// mix of claims that is never refused and whose rows do not grow without end.
#ifndef ONESTOP_BENCH_WORLD_H_
#define ONESTOP_BENCH_WORLD_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "domain/claim.h"
#include "domain/ledger.h"
#include "domain/person.h"
#include "storage/store.h"

namespace onestop::bench {

// The servers under measurement book on this day; claims are of the weeks
// before it.
inline constexpr char kToday[] = "2025-03-20";
// Person numbers that are equal modulo kKinds are of one kind: insured alike,
// with the same registrations.
inline constexpr uint64_t kKinds = 10;
// The width of every person id.
inline constexpr size_t kPersonIdBytes = 20;

std::string PersonId(uint64_t number);
domain::Person PersonOf(uint64_t number);
storage::CatalogChange CatalogOfWorld();

// What a person of this number has before the first claim: the balance of the
// account, if there is one.
std::vector<domain::Movement> OpeningOf(uint64_t number);

// One to ten lines, half of the claims one or two; hospitals of three levels,
// pharmacies with and without a prescription. The person id is the only part
// that tells persons of one kind apart: a claim may be sent for any of them.
domain::Claim MakeClaim(uint64_t person, std::mt19937_64& random);

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_WORLD_H_
