// The moves of a window: the plain ones, and the wounds that others are known
// to have had.
#include <utility>

#include "bench/world.h"
#include "tests/chaos/driver/windows.h"
#include "tests/chaos/driver/world.h"

namespace onestop::chaos {
namespace {

constexpr int64_t kMostPostedFen = 20'000;

}  // namespace

void Window::SettleOne() {
  const pb::SettleRequest settle = AnySettle();
  const Journal::Id id = stage_.journal.Add(SettleOf(settle));
  Pursue(id, random_);
  stage_.recent.Put({id, settle}, random_);
}

// Settles for just what was quoted; another window may have been faster.
void Window::QuoteAndSettle() {
  pb::SettleRequest settle = AnySettle();
  const Request quote = QuoteOf(*wire::ClaimFromProto(settle.claim()));
  const Answer quoted = Pursue(stage_.journal.Add(quote), random_);
  pb::QuoteResponse response;
  if (!quoted.ok() || !response.ParseFromString(quoted.bytes)) return;
  settle.set_expected_cash_fen(response.receipt().totals().cash_fen());
  Pursue(stage_.journal.Add(SettleOf(settle)), random_);
}

void Window::SettleTwice() {
  const pb::SettleRequest settle = AnySettle();
  const Journal::Id id = stage_.journal.Add(SettleOf(settle));
  Together({id, id});
  stage_.recent.Put({id, settle}, random_);
}

void Window::OneIdForTwoClaims() {
  const pb::SettleRequest one = AnySettle();
  pb::SettleRequest other = one;
  other.mutable_claim()->set_encounter_id("another");
  const Journal::Id first = stage_.journal.Add(SettleOf(one));
  const Journal::Id second = stage_.journal.Add(SettleOf(other));
  Together({first, second});
  Together({second, first});
}

void Window::SettleAndReverse() {
  const pb::SettleRequest settle = AnySettle();
  const Journal::Id settled = stage_.journal.Add(SettleOf(settle));
  const Journal::Id reversed =
      stage_.journal.Add(ReverseOf(ReversalOf(settle)));
  Together({settled, reversed});
  if (Chance(50)) Together({settled, reversed});
}

void Window::ReverseThenSettle() {
  const pb::SettleRequest settle = AnySettle();
  Pursue(stage_.journal.Add(ReverseOf(ReversalOf(settle))), random_);
  Pursue(stage_.journal.Add(SettleOf(settle)), random_);
}

void Window::RefundRepeatedly() {
  Recent::Settled target;
  if (!stage_.recent.Pick(random_, target)) return;
  const Journal::Id id =
      stage_.journal.Add(ReverseOf(ReversalOf(target.request)));
  Together({id, id});
  Pursue(id, random_);
}

void Window::Replace() {
  Recent::Settled target;
  if (!stage_.recent.Pick(random_, target)) return;
  pb::ReverseRequest reverse = ReversalOf(target.request);
  pb::SettleRequest& kept = *reverse.mutable_replacement();
  kept = target.request;
  kept.set_request_id(NewId());
  kept.clear_expected_cash_fen();
  if (kept.claim().lines_size() > 1) {
    kept.mutable_claim()->mutable_lines()->RemoveLast();
  }
  const Journal::Id id = stage_.journal.Add(ReverseOf(reverse));
  Together({id, id});
}

void Window::LastOfACap() {
  const uint64_t person = random_() % kHotPersons;
  std::vector<Journal::Id> ids;
  for (int i = 0; i < 3; ++i) {
    const auto settle = NewSettle(NewId(), AnyClaim(person, random_));
    ids.push_back(stage_.journal.Add(SettleOf(settle)));
    stage_.recent.Put({ids.back(), settle}, random_);
  }
  Together(ids);
}

void Window::LastOfAPrescription() {
  const uint64_t person = AnyPerson();
  const domain::Claim claim = FillingClaim(person, "RX-" + NewId(), random_);
  std::vector<Journal::Id> ids;
  for (int i = 0; i < 2; ++i) {
    const auto settle = NewSettle(NewId(), claim);
    ids.push_back(stage_.journal.Add(SettleOf(settle)));
    stage_.recent.Put({ids.back(), settle}, random_);
  }
  Together(ids);
}

// The first resident of a family spends from two accounts, while the owners and
// another relative do.
void Window::ShareAnAccount() {
  const uint64_t family =
      random_() % (kPersons / bench::kKinds) * bench::kKinds;
  std::vector<Journal::Id> ids;
  for (const uint64_t member : {0, 1, 4, 6, 8}) {
    if (Chance(40)) continue;
    domain::Claim claim = AnyClaim(family + member, random_);
    claim.account.use = true;
    const auto settle = NewSettle(NewId(), claim);
    ids.push_back(stage_.journal.Add(SettleOf(settle)));
    stage_.recent.Put({ids.back(), settle}, random_);
  }
  Together(ids);
}

// The account of one person for another one, for a while.
void Window::RegisterAndRevoke() {
  const uint64_t owner = random_() % (kPersons / bench::kKinds) * bench::kKinds;
  pb::RegisterRequest request;
  request.set_request_id(NewId());
  pb::Registration& registration = *request.mutable_registration();
  registration.set_person_id(bench::PersonId(owner));
  registration.set_registration_kind(pb::REGISTRATION_KIND_FAMILY_ACCOUNT);
  registration.set_registered_on("2025-03-01");
  registration.set_beneficiary_id(bench::PersonId(owner + 1 + random_() % 9));
  const Journal::Id id = stage_.journal.Add(RegisterOf(request));
  Together({id, id});
  const Answer answer = Pursue(id, random_);
  pb::RegisterResponse response;
  if (!answer.ok() || !response.ParseFromString(answer.bytes)) return;
  pb::RevokeRegistrationRequest revoke;
  revoke.set_request_id(NewId());
  revoke.set_person_id(bench::PersonId(owner));
  revoke.set_registration_id(response.registration().registration_id());
  revoke.set_revoked_on("2025-03-15");
  const Journal::Id revoked = stage_.journal.Add(RevokeOf(revoke));
  Together({revoked, revoked});
}

void Window::Post() {
  const auto fen = 1 + static_cast<int64_t>(random_() % kMostPostedFen);
  const uint64_t family = AnyPerson() / bench::kKinds * bench::kKinds;
  const std::string person =
      bench::PersonId(family + (Chance(50) ? 0 : random_() % bench::kKinds));
  const Journal::Id id =
      stage_.journal.Add(Chance(50) ? UsageOf(NewId(), person, fen)
                                    : BalanceOf(NewId(), person, fen));
  Together({id, id});
}

void Window::RetryOld() {
  Recent::Settled old;
  if (stage_.recent.Pick(random_, old)) Pursue(old.id, random_);
}

}  // namespace onestop::chaos
