// Draws asks; each is valid in form, and may be refused by the rules.
#include "tests/simulation/asks.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "server/caller.h"
#include "storage/ids.h"
#include "wire/claim.h"
#include "wire/register.h"

namespace onestop::simulation {
namespace {

template <typename T>
T Valid(absl::StatusOr<T> value) {
  ONESTOP_CHECK(value.ok());
  return *std::move(value);
}

// What a settle under this request names as its target.
void NameTarget(const pb::SettleRequest& settle, bool by_request_id,
                pb::ReverseRequest& reverse) {
  const pb::Claim& claim = settle.claim();
  reverse.set_person_id(claim.person_id());
  reverse.set_institution_id(claim.institution_id());
  if (by_request_id) {
    reverse.set_settle_request_id(settle.request_id());
  } else {
    reverse.set_settlement_id(
        storage::DeriveSettlementId(claim.institution_id(), claim.person_id(),
                                    settle.request_id())
            .ToString());
  }
}

Request OfReverse(const pb::ReverseRequest& request) {
  return {Valid(wire::ReverseFromProto(request)), request.SerializeAsString()};
}

}  // namespace

Asks::Asks(const World& world, Dice& dice, std::vector<std::string> persons)
    : world_(world), dice_(dice), persons_(std::move(persons)) {}

std::string Asks::NewId(const char* kind) {
  return absl::StrCat(kind, "-", ++ids_);
}

const std::string& Asks::Person() {
  return dice_.OneIn(2) ? persons_.front() : dice_.Of(persons_);
}

Request Asks::Next(domain::Day today) {
  const int percent = dice_.Between(1, 100);
  if (percent <= 8) return Quote(today);
  if (settles_.empty() || percent <= 52) return Settle(today);
  if (percent <= 59) return AnotherClaim();
  if (percent <= 73) return Reverse(today);
  if (percent <= 82) return Replace(today);
  if (percent <= 88) return Register(today);
  if (percent <= 92) return Change(today);
  return Post();
}

void Asks::Vary(domain::ClaimLine& line) {
  if (dice_.OneIn(2)) line.days_supply = 0;
  if (!line.unit_price) {
    line.amount.fen = dice_.OneIn(6) ? dice_.Between(100'000, 2'000'000)
                                     : dice_.Between(1, 60'000);
    return;
  }
  if (dice_.OneIn(3)) {
    line.quantity = *domain::ParseQuantity(absl::StrCat(dice_.Between(1, 60)));
    line.amount.fen =
        static_cast<int64_t>(domain::CostFen(*line.unit_price, line.quantity));
  }
}

void Asks::UseAccounts(domain::Claim& claim) {
  if (dice_.OneIn(3)) claim.account = {};
  if (!dice_.OneIn(3)) return;
  claim.account.use = true;
  if (dice_.OneIn(4))
    claim.account.limit = domain::Money{dice_.Between(0, 9'000)};
  const std::string& relative = dice_.Of(persons_);
  if (relative != claim.person_id && world_.IsEmployee(relative)) {
    claim.account.relatives = {relative};
  }
}

domain::Claim Asks::NewClaim(domain::Day today) {
  std::vector<domain::Claim> claims = world_.ClaimsOf(Person());
  // A relative may have no claim of their own in the demonstration.
  if (claims.empty()) claims = world_.ClaimsOf(persons_.front());
  domain::Claim claim = dice_.Of(claims);
  const domain::Day prescribed =
      claim.prescription ? claim.prescription->issued_on : claim.service_date;
  const int32_t waited = claim.service_date.number - prescribed.number;
  claim.service_date = today - dice_.Between(0, 20);
  if (dice_.OneIn(10)) claim.service_date = domain::DayOf(2024, 12, 20);
  for (domain::ClaimLine& line : claim.lines) Vary(line);
  if (claim.lines.size() > 1 && dice_.OneIn(3)) claim.lines.pop_back();
  if (dice_.OneIn(25)) claim.lines[0].item_code = "NO-SUCH-ITEM";
  if (claim.prescription) {
    claim.prescription->issued_on = claim.service_date - waited;
    // One prescription that several pharmacies dispense from, or a new one.
    if (dice_.OneIn(2)) claim.prescription->prescription_id = NewId("rx");
  }
  UseAccounts(claim);
  return claim;
}

Request Asks::Quote(domain::Day today) {
  const domain::Claim claim = NewClaim(today);
  pb::QuoteRequest request;
  *request.mutable_claim() = wire::ClaimToProto(claim);
  return {history::QuoteAsk{Valid(wire::QuoteFromProto(request))},
          request.SerializeAsString()};
}

pb::SettleRequest Asks::NewSettle(domain::Claim claim) {
  pb::SettleRequest request;
  request.set_request_id(NewId("settle"));
  *request.mutable_claim() = wire::ClaimToProto(claim);
  return request;
}

Request Asks::Keep(pb::SettleRequest request) {
  settles_.push_back(request);
  return {Valid(wire::SettleFromProto(request)), request.SerializeAsString()};
}

Request Asks::Settle(domain::Day today) {
  pb::SettleRequest request = NewSettle(NewClaim(today));
  if (!foreseen_.empty() && dice_.OneIn(2)) {
    request.set_request_id(foreseen_.back());
    foreseen_.pop_back();
  }
  return Keep(std::move(request));
}

std::optional<Request> Asks::AfterQuote(const domain::Claim& claim,
                                        const std::string& answer) {
  pb::QuoteResponse quote;
  ONESTOP_CHECK(quote.ParseFromString(answer));
  if (!dice_.OneIn(2)) return std::nullopt;
  pb::SettleRequest request = NewSettle(claim);
  request.set_expected_cash_fen(quote.receipt().totals().cash_fen() +
                                (dice_.OneIn(5) ? 1 : 0));
  return Keep(std::move(request));
}

// The wound of a request id that is used for two claims.
Request Asks::AnotherClaim() {
  pb::SettleRequest request = dice_.Of(settles_);
  pb::ClaimLine& line = *request.mutable_claim()->mutable_lines(0);
  if (line.unit_price().empty()) {
    line.set_amount_fen(line.amount_fen() + dice_.Between(1, 500));
  } else {
    line.set_invoice_number(NewId("invoice"));
  }
  return Keep(std::move(request));
}

Request Asks::Reverse(domain::Day today) {
  pb::ReverseRequest request;
  pb::SettleRequest target = dice_.Of(settles_);
  if (dice_.OneIn(5)) {  // before its settle is sent, if it ever is
    target = NewSettle(NewClaim(today));
    foreseen_.push_back(target.request_id());
    NameTarget(target, true, request);
  } else {
    NameTarget(target, dice_.OneIn(2), request);
  }
  request.set_reason("refund");
  return OfReverse(request);
}

Request Asks::Replace(domain::Day today) {
  pb::ReverseRequest request;
  const pb::SettleRequest target = dice_.Of(settles_);
  NameTarget(target, dice_.OneIn(2), request);
  domain::Claim claim = NewClaim(today);
  claim.person_id = target.claim().person_id();
  claim.institution_id = target.claim().institution_id();
  const pb::SettleRequest replacement = NewSettle(std::move(claim));
  *request.mutable_replacement() = replacement;
  settles_.push_back(replacement);
  return OfReverse(request);
}

Request Asks::Register(domain::Day today) {
  if (!registered_.empty() &&
      dice_.OneIn(6)) {  // the same id for something else
    wire::RegisterAsk again = dice_.Of(registered_);
    again.registration.operator_id = NewId("operator");
    return {again, ""};
  }
  pb::RegisterRequest request;
  request.set_request_id(NewId("register"));
  pb::Registration& registration = *request.mutable_registration();
  registration.set_person_id(Person());
  registration.set_registration_kind(pb::REGISTRATION_KIND_FAMILY_ACCOUNT);
  registration.set_beneficiary_id(dice_.Of(persons_));
  registration.set_registered_on(
      domain::FormatDay(today - dice_.Between(0, 60)));
  auto ask = wire::RegisterFromProto(request);
  if (!ask.ok()) return Post();  // an account cannot be shared with oneself
  registered_.push_back(*ask);
  return {*std::move(ask), ""};
}

Request Asks::Change(domain::Day today) {
  if (registered_.empty()) return Register(today);
  const wire::RegisterAsk& known = dice_.Of(registered_);
  wire::ChangeAsk ask;
  ask.person_id = known.person_id;
  ask.registration_id = storage::DeriveRegistrationId("agency", known.person_id,
                                                      known.request_id);
  ask.change.kind = domain::RegistrationChange::Kind::kRevoke;
  ask.change.request_id = NewId("revoke");
  ask.change.day = today - dice_.Between(-5, 5);
  ask.change.text = "by request";
  return {ask, ""};
}

Request Asks::Post() {
  if (!postings_.empty() && dice_.OneIn(4)) {
    storage::Posting again = dice_.Of(postings_);
    if (dice_.OneIn(2)) again.movement.amount += 1;
    return {again, ""};
  }
  storage::Posting posting;
  posting.posting_id = NewId("posting");
  posting.kind = "usage";
  posting.movement.person_id = Person();
  posting.movement.year = dice_.OneIn(8) ? 2024 : 2025;
  posting.movement.counter = std::string(domain::kInpatientCounter);
  posting.movement.amount = dice_.Between(-20'000, 60'000);
  if (dice_.OneIn(3) && world_.IsEmployee(posting.movement.person_id)) {
    posting.kind = "credit";
    posting.movement.year = domain::kNoYear;
    posting.movement.counter = std::string(domain::kAccountCounter);
    posting.movement.amount = dice_.Between(-5'000, 20'000);
  }
  if (posting.movement.amount == 0) posting.movement.amount = 1;
  postings_.push_back(posting);
  return {posting, ""};
}

}  // namespace onestop::simulation
