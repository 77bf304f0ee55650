// Serializes the mix once; then patches ids of a fixed width.
#include "bench/requests.h"

#include "absl/strings/str_format.h"
#include "base/check.h"
#include "bench/family.h"
#include "bench/world.h"
#include "onestop/v1/settlement.pb.h"
#include "wire/claim.h"

namespace onestop::bench {
namespace {

namespace pb = ::onestop::v1;

constexpr uint64_t kTemplates = 200 * kKinds;
constexpr uint64_t kSeed = 1;  // every run sends the same mix

std::string RequestId(uint32_t run, uint64_t serial) {
  return absl::StrFormat("%08x-%016x", run, serial);
}

std::string Serialized(Call call, const domain::Claim& claim,
                       const std::string& request_id) {
  if (call == Call::kQuote) {
    pb::QuoteRequest quote;
    *quote.mutable_claim() = wire::ClaimToProto(claim);
    return quote.SerializeAsString();
  }
  pb::SettleRequest settle;
  settle.set_request_id(request_id);
  *settle.mutable_claim() = wire::ClaimToProto(claim);
  return settle.SerializeAsString();
}

// Where the one occurrence of `id` begins.
size_t PlaceOf(const std::string& id, const std::string& bytes) {
  const size_t at = bytes.find(id);
  ONESTOP_CHECK(at != std::string::npos);
  ONESTOP_CHECK(bytes.find(id, at + 1) == std::string::npos);
  return at;
}

bool Selected(const Selection& selection, uint64_t person,
              const domain::Claim& claim) {
  if (selection.kind && person % kKinds != *selection.kind) return false;
  if (selection.family &&
      PersonOf(person).always.insurance != domain::Insurance::kResident) {
    return false;
  }
  if (claim.institution_id == selection.except) return false;
  return selection.only.empty() || claim.institution_id == selection.only;
}

void UseFamilyAccount(domain::Claim& claim) {
  claim.account.use = true;
  claim.account.relatives = {FamilyOwnerId()};
}

}  // namespace

Requests::Requests(Call call, uint64_t persons, uint32_t run,
                   const Selection& selection)
    : call_(call), persons_of_a_kind_(persons / kKinds), run_(run) {
  ONESTOP_CHECK(persons_of_a_kind_ > 0);
  std::mt19937_64 random(kSeed);  // NOLINT: meant to be the same
  for (uint64_t person = 0; person < kTemplates; ++person) {
    const std::string request_id = RequestId(run, person);
    domain::Claim claim = MakeClaim(person, random);
    if (!Selected(selection, person, claim)) continue;
    if (selection.family) UseFamilyAccount(claim);
    Template made;
    made.kind = person % kKinds;
    made.bytes = Serialized(call, claim, request_id);
    made.person_at = PlaceOf(PersonId(person), made.bytes);
    if (call == Call::kSettle) {
      made.request_id_at = PlaceOf(request_id, made.bytes);
    }
    templates_.push_back(std::move(made));
  }
  ONESTOP_CHECK(!templates_.empty());  // the world has that institution
}

std::string Requests::Next(uint64_t serial, std::mt19937_64& random) const {
  const uint64_t which = random() % templates_.size();
  const Template& chosen = templates_[which];
  const uint64_t person =
      chosen.kind + kKinds * (random() % persons_of_a_kind_);
  std::string bytes = chosen.bytes;
  bytes.replace(chosen.person_at, kPersonIdBytes, PersonId(person));
  if (call_ == Call::kSettle) {
    const std::string id = RequestId(run_, serial);
    bytes.replace(chosen.request_id_at, id.size(), id);
  }
  return bytes;
}

}  // namespace onestop::bench
