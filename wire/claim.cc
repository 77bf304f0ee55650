// Reads claims and the requests that carry them; names every malformed field.
#include "wire/claim.h"

#include <utility>

#include "base/error.h"
#include "base/limits.h"
#include "domain/reason.h"
#include "wire/enums.h"

namespace onestop::wire {
namespace {

constexpr size_t kMaxCounterNameBytes = 256;

domain::ClaimLine ReadLine(const pb::ClaimLine& line, const FieldPath& path,
                           Violations& violations) {
  const auto at = [&path](std::string_view name) {
    return FieldPath(path, name);
  };
  domain::ClaimLine read;
  read.line_id = RequiredId(line.line_id(), at("line_id"), violations);
  read.item_code = RequiredId(line.item_code(), at("item_code"), violations);
  read.quantity = RequiredQuantity(line.quantity(), at("quantity"), violations);
  read.unit_price =
      OptionalPrice(line.unit_price(), at("unit_price"), violations);
  read.amount = AmountBetween(line.amount_fen(), 1, limits::kMaxAmountFen,
                              at("amount_fen"), violations);
  read.days_supply = line.days_supply();
  if (line.days_supply() < 0) {
    violations.Add(at("days_supply"), "must be at least 0");
  }
  read.sender_item_code =
      OptionalId(line.sender_item_code(), at("sender_item_code"), violations);
  read.invoice_number =
      OptionalId(line.invoice_number(), at("invoice_number"), violations);
  read.operator_id =
      OptionalId(line.operator_id(), at("operator_id"), violations);
  return read;
}

domain::AccountUse ReadAccount(const pb::AccountUse& account,
                               const FieldPath& path, Violations& violations) {
  domain::AccountUse read;
  read.use = account.use();
  if (account.has_limit_fen()) {
    read.limit = NotNegative(account.limit_fen(), FieldPath(path, "limit_fen"),
                             violations);
  }
  read.relatives = IdList(account.relatives(), limits::kMaxRelatives, path,
                          "relatives", violations);
  return read;
}

std::vector<QuotedCounter> ReadQuotedCounters(const pb::SettleRequest& request,
                                              const FieldPath& path,
                                              Violations& violations) {
  const int count =
      BoundedCount(request.quoted_counters_size(), limits::kMaxQuotedCounters,
                   FieldPath(path, "quoted_counters"), violations);
  std::vector<QuotedCounter> read;
  for (int i = 0; i < count; ++i) {
    const pb::LedgerCounter& counter = request.quoted_counters(i);
    const FieldPath at(path, "quoted_counters", i);
    read.push_back({RequiredId(counter.person_id(), FieldPath(at, "person_id"),
                               violations),
                    NumberBetween(counter.year(), 0, kLastYear,
                                  FieldPath(at, "year"), violations),
                    BoundedText(counter.counter(), FieldPath(at, "counter"),
                                violations, kMaxCounterNameBytes),
                    AmountBetween(counter.amount_fen(), -limits::kMaxPostingFen,
                                  limits::kMaxPostingFen,
                                  FieldPath(at, "amount_fen"), violations)
                        .fen});
  }
  return read;
}

SettleAsk ReadSettle(const pb::SettleRequest& request, const FieldPath& path,
                     Violations& violations) {
  SettleAsk ask;
  ask.request_id = RequiredId(request.request_id(),
                              FieldPath(path, "request_id"), violations);
  const FieldPath claim_path(path, "claim");
  if (request.has_claim()) {
    ask.claim = ReadClaim(request.claim(), claim_path, violations);
  } else {
    violations.Add(claim_path, "is required; it is absent");
  }
  if (request.has_expected_cash_fen()) {
    ask.expected_cash =
        NotNegative(request.expected_cash_fen(),
                    FieldPath(path, "expected_cash_fen"), violations);
  }
  ask.quoted_counters = ReadQuotedCounters(request, path, violations);
  return ask;
}

// Sets the target of `ask`; false: a settlement id that onestop never gave.
bool ReadTarget(const pb::ReverseRequest& request, const FieldPath& path,
                ReverseAsk& ask, Violations& violations) {
  const FieldPath by_id(path, "settlement_id");
  const FieldPath by_request(path, "settle_request_id");
  const FieldPath institution(path, "institution_id");
  ask.by_request_id =
      request.target_case() == pb::ReverseRequest::kSettleRequestId;
  if (ask.by_request_id) {
    ask.institution_id =
        RequiredId(request.institution_id(), institution, violations);
    ask.settle_request_id =
        RequiredId(request.settle_request_id(), by_request, violations);
    return true;
  }
  ask.institution_id =
      OptionalId(request.institution_id(), institution, violations);
  if (request.target_case() == pb::ReverseRequest::TARGET_NOT_SET) {
    violations.Add(by_request,
                   "is required, or settlement_id; neither is given");
    return true;
  }
  RequiredId(request.settlement_id(), by_id, violations);
  const std::optional<domain::SettlementId> id =
      domain::SettlementId::Parse(request.settlement_id());
  ask.settlement_id = id.value_or(domain::SettlementId{});
  return id.has_value();
}

void CheckReplacement(const ReverseAsk& ask, const FieldPath& path,
                      Violations& violations) {
  const FieldPath claim(path, "claim");
  if (ask.replacement->claim.person_id != ask.person_id) {
    violations.Add(FieldPath(claim, "person_id"),
                   "must be the person of the settlement taken back");
  }
  if (!ask.institution_id.empty() &&
      ask.replacement->claim.institution_id != ask.institution_id) {
    violations.Add(FieldPath(claim, "institution_id"),
                   "must be the institution of the settlement taken back");
  }
  if (ask.by_request_id &&
      ask.replacement->request_id == ask.settle_request_id) {
    violations.Add(FieldPath(path, "request_id"),
                   "must be a new one; that of the settlement taken back is "
                   "closed by the reversal");
  }
}

}  // namespace

domain::Prescription ReadPrescription(const pb::Prescription& prescription,
                                      const FieldPath& path,
                                      Violations& violations) {
  domain::Prescription read;
  read.prescription_id =
      RequiredId(prescription.prescription_id(),
                 FieldPath(path, "prescription_id"), violations);
  read.institution_id =
      RequiredId(prescription.institution_id(),
                 FieldPath(path, "institution_id"), violations);
  read.physician_id = OptionalId(prescription.physician_id(),
                                 FieldPath(path, "physician_id"), violations);
  read.issued_on = RequiredDay(prescription.issued_on(),
                               FieldPath(path, "issued_on"), violations);
  read.channel = OptionalEnum(FromProto(prescription.channel()),
                              domain::Channel::kUnspecified,
                              FieldPath(path, "channel"), violations);
  read.long_term = prescription.long_term();
  const int count =
      BoundedCount(prescription.items_size(), limits::kMaxPrescriptionItems,
                   FieldPath(path, "items"), violations);
  read.items.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    const FieldPath at(path, "items", i);
    read.items.push_back(
        {RequiredId(prescription.items(i).item_code(),
                    FieldPath(at, "item_code"), violations),
         RequiredQuantity(prescription.items(i).quantity(),
                          FieldPath(at, "quantity"), violations)});
  }
  return read;
}

domain::Claim ReadClaim(const pb::Claim& claim, const FieldPath& path,
                        Violations& violations) {
  const auto at = [&path](std::string_view name) {
    return FieldPath(path, name);
  };
  domain::Claim read;
  read.person_id = RequiredId(claim.person_id(), at("person_id"), violations);
  read.institution_id =
      RequiredId(claim.institution_id(), at("institution_id"), violations);
  read.encounter_id =
      RequiredId(claim.encounter_id(), at("encounter_id"), violations);
  read.service_date =
      RequiredDay(claim.service_date(), at("service_date"), violations);
  read.physician_id =
      OptionalId(claim.physician_id(), at("physician_id"), violations);
  read.diagnosis_codes =
      IdList(claim.diagnosis_codes(), limits::kMaxDiagnosisCodes, path,
             "diagnosis_codes", violations);
  if (claim.has_prescription()) {
    read.prescription =
        ReadPrescription(claim.prescription(), at("prescription"), violations);
  }
  if (claim.lines().empty()) {
    violations.Add(at("lines"), "is required; a claim has at least one line");
  }
  const int lines = BoundedCount(claim.lines_size(), limits::kMaxLines,
                                 at("lines"), violations);
  read.lines.reserve(static_cast<size_t>(lines));
  for (int i = 0; i < lines; ++i) {
    read.lines.push_back(
        ReadLine(claim.lines(i), FieldPath(path, "lines", i), violations));
  }
  read.account = ReadAccount(claim.account(), at("account"), violations);
  read.origin =
      OptionalEnum(FromProto(claim.origin()), domain::Origin::kUnspecified,
                   at("origin"), violations);
  return read;
}

absl::StatusOr<domain::Claim> ClaimFromProto(const pb::Claim& claim,
                                             std::string_view path) {
  Violations violations;
  domain::Claim read = ReadClaim(claim, FieldPath(path), violations);
  if (!violations.empty()) return violations.ToStatus();
  return read;
}

absl::StatusOr<domain::Claim> QuoteFromProto(const pb::QuoteRequest& request) {
  if (!request.has_claim()) {
    return MalformedRequest({{"claim", "is required; it is absent"}});
  }
  return ClaimFromProto(request.claim());
}

absl::StatusOr<SettleAsk> SettleFromProto(const pb::SettleRequest& request) {
  Violations violations;
  SettleAsk ask = ReadSettle(request, FieldPath(""), violations);
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

absl::StatusOr<ReverseAsk> ReverseFromProto(const pb::ReverseRequest& request) {
  Violations violations;
  const FieldPath path("");
  ReverseAsk ask;
  ask.person_id =
      RequiredId(request.person_id(), FieldPath(path, "person_id"), violations);
  const bool known_kind = ReadTarget(request, path, ask, violations);
  ask.reason =
      BoundedText(request.reason(), FieldPath(path, "reason"), violations);
  ask.operator_id = OptionalId(request.operator_id(),
                               FieldPath(path, "operator_id"), violations);
  if (request.has_replacement()) {
    const FieldPath at(path, "replacement");
    ask.replacement = ReadSettle(request.replacement(), at, violations);
    CheckReplacement(ask, at, violations);
  }
  if (!violations.empty()) return violations.ToStatus();
  if (!known_kind) {
    return MakeError(absl::StatusCode::kNotFound,
                     domain::refusal::kSettlementUnknown,
                     "no settlement has this id; take the settlement_id of "
                     "the receipt, or name the settle's request id");
  }
  return ask;
}

pb::Claim ClaimToProto(const domain::Claim& claim) {
  pb::Claim out;
  out.set_person_id(claim.person_id);
  out.set_institution_id(claim.institution_id);
  out.set_encounter_id(claim.encounter_id);
  out.set_service_date(domain::FormatDay(claim.service_date));
  out.set_physician_id(claim.physician_id);
  for (const auto& code : claim.diagnosis_codes) out.add_diagnosis_codes(code);
  if (claim.prescription) {
    const domain::Prescription& from = *claim.prescription;
    pb::Prescription& to = *out.mutable_prescription();
    to.set_prescription_id(from.prescription_id);
    to.set_institution_id(from.institution_id);
    to.set_physician_id(from.physician_id);
    to.set_issued_on(domain::FormatDay(from.issued_on));
    to.set_channel(ToProto(from.channel));
    to.set_long_term(from.long_term);
    for (const domain::PrescribedItem& item : from.items) {
      pb::PrescriptionItem& added = *to.add_items();
      added.set_item_code(item.item_code);
      added.set_quantity(domain::FormatQuantity(item.quantity));
    }
  }
  for (const domain::ClaimLine& line : claim.lines) {
    pb::ClaimLine& to = *out.add_lines();
    to.set_line_id(line.line_id);
    to.set_item_code(line.item_code);
    to.set_quantity(domain::FormatQuantity(line.quantity));
    if (line.unit_price) {
      to.set_unit_price(domain::FormatUnitPrice(*line.unit_price));
    }
    to.set_amount_fen(line.amount.fen);
    to.set_days_supply(line.days_supply);
    to.set_sender_item_code(line.sender_item_code);
    to.set_invoice_number(line.invoice_number);
    to.set_operator_id(line.operator_id);
  }
  if (claim.account != domain::AccountUse{}) {
    pb::AccountUse& to = *out.mutable_account();
    to.set_use(claim.account.use);
    if (claim.account.limit) to.set_limit_fen(claim.account.limit->fen);
    for (const auto& id : claim.account.relatives) to.add_relatives(id);
  }
  out.set_origin(ToProto(claim.origin));
  return out;
}

}  // namespace onestop::wire
