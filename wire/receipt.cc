// Writes receipts and the replies that carry them.
#include "wire/receipt.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "domain/evaluate.h"
#include "wire/enums.h"
#include "wire/receipt_parts.h"

namespace onestop::wire {
namespace {

using domain::CounterRead;
using domain::Movement;
using domain::Outcome;

bool IsMoney(std::string_view counter) {
  return !counter.starts_with(domain::kPrescriptionPrefix) &&
         !counter.starts_with(domain::kSupplyPrefix);
}

// What a receipt says beside the decision.
struct Frame {
  std::string settlement_id;  // empty: none
  pb::SettlementState state = pb::SETTLEMENT_STATE_UNSPECIFIED;
  std::string_view request_id;
  std::optional<int64_t> booked_at_ms;
  std::string booked_on;
  std::string_view policy_revision;
  int64_t catalog_revision = 0;
  int64_t engine_revision = 0;
  int64_t person_version = 0;
  std::string replaces;
};

Frame FrameOf(const domain::SettlementRecord& record) {
  Frame frame;
  frame.settlement_id = record.id.ToString();
  frame.state = pb::SETTLEMENT_STATE_SETTLED;
  frame.request_id = record.request_id;
  if (record.had_clock) {
    frame.booked_at_ms = record.booked_at_ms;
    frame.booked_on = domain::FormatDay(record.booked_on);
  }
  frame.policy_revision = record.policy_revision;
  frame.catalog_revision = record.catalog_revision;
  frame.engine_revision = record.engine_revision;
  if (!record.persons.empty()) {
    frame.person_version = record.persons.front().version;
  }
  if (record.replaces) frame.replaces = record.replaces->ToString();
  return frame;
}

Frame FrameOf(const QuoteBasis& basis, const domain::Catalog& catalog) {
  Frame frame;
  frame.state = pb::SETTLEMENT_STATE_QUOTED;
  frame.policy_revision = basis.policy_revision;
  frame.catalog_revision = catalog.revision();
  frame.engine_revision = domain::kEngineRevision;
  frame.person_version = basis.person_version;
  return frame;
}

void WritePay(std::string_view id, int64_t pay_fen, int field,
              MessageWriter& receipt) {
  MessageWriter out(receipt, field);
  out.Text(pb::SchemePay::kSchemeIdFieldNumber, id);
  out.Number(pb::SchemePay::kPayFenFieldNumber, pay_fen);
}

// A layer ran when its basis was read; what it paid is what it booked.
void WriteLayers(const Outcome& outcome, MessageWriter& receipt) {
  for (const domain::Layer& layer : outcome.plan->layers) {
    const std::string basis = domain::BasisCounter(layer.id);
    const bool ran = std::any_of(
        outcome.reads.begin(), outcome.reads.end(),
        [&basis](const CounterRead& read) { return read.counter == basis; });
    if (!ran) continue;
    const std::string paid = domain::PaidCounter(layer.id);
    int64_t pay = 0;
    for (const Movement& movement : outcome.movements) {
      if (movement.counter == paid) pay += movement.amount;
    }
    WritePay(layer.id, pay, pb::Receipt::kByLayerFieldNumber, receipt);
  }
}

const QuotedCounter* FindQuoted(const SettleAsk& ask,
                                const pb::CounterMovement& now) {
  for (const QuotedCounter& quoted : ask.quoted_counters) {
    if (quoted.person_id == now.person_id() && quoted.year == now.year() &&
        quoted.counter == now.counter()) {
      return &quoted;
    }
  }
  return nullptr;
}

void AddMoved(const SettleAsk& ask, const pb::Receipt& receipt,
              pb::SettleResponse& response) {
  for (const pb::CounterMovement& now : receipt.movements()) {
    const QuotedCounter* quoted = FindQuoted(ask, now);
    if (quoted != nullptr ? quoted->fen == now.before_fen()
                          : !ask.quoted_counters.empty()) {
      continue;
    }
    pb::MovedCounter& moved = *response.add_moved();
    moved.set_person_id(now.person_id());
    moved.set_year(now.year());
    moved.set_counter(now.counter());
    if (quoted != nullptr) moved.set_quoted_fen(quoted->fen);
    moved.set_now_fen(now.before_fen());
  }
}

}  // namespace

void SetTime(int64_t unix_ms, google::protobuf::Timestamp& out) {
  out.set_seconds(unix_ms / 1000);
  out.set_nanos(static_cast<int32_t>(unix_ms % 1000 * 1'000'000));
}

namespace {

std::string TotalsBytes(const domain::Totals& totals) {
  using Field = pb::Totals;
  std::string bytes;
  MessageWriter out(bytes);
  out.Number(Field::kGrossFenFieldNumber, totals.gross.fen);
  out.Number(Field::kOwnExpenseFenFieldNumber, totals.own_expense.fen);
  out.Number(Field::kOverLimitFenFieldNumber, totals.over_limit.fen);
  out.Number(Field::kPreselfFenFieldNumber, totals.preself.fen);
  out.Number(Field::kInScopeFenFieldNumber, totals.in_scope.fen);
  out.Number(Field::kDeductibleFenFieldNumber, totals.deductible.fen);
  out.Number(Field::kSchemePayFenFieldNumber, totals.scheme_pay.fen);
  out.Number(Field::kCriticalIllnessFenFieldNumber,
             totals.critical_illness.fen);
  out.Number(Field::kLargeAmountFenFieldNumber, totals.large_amount.fen);
  out.Number(Field::kMedicalAssistanceFenFieldNumber,
             totals.medical_assistance.fen);
  out.Number(Field::kCommercialFenFieldNumber, totals.commercial.fen);
  out.Number(Field::kFundPayFenFieldNumber, totals.fund_pay.fen);
  out.Number(Field::kPersonalFenFieldNumber, totals.personal.fen);
  out.Number(Field::kAccountFenFieldNumber, totals.account.fen);
  out.Number(Field::kFamilyAccountFenFieldNumber, totals.family_account.fen);
  out.Number(Field::kCashFenFieldNumber, totals.cash.fen);
  return bytes;
}

}  // namespace

pb::Totals TotalsToProto(const domain::Totals& totals) {
  pb::Totals out;
  out.ParseFromString(TotalsBytes(totals));
  return out;
}

void WriteMovements(std::string_view person_id,
                    absl::Span<const Movement> movements,
                    absl::Span<const CounterRead> reads, int field,
                    MessageWriter& outer) {
  struct Row {
    int32_t year;
    std::string_view counter;
    int64_t before;
    int64_t delta;
  };
  std::vector<Row> rows;
  rows.reserve(reads.size() + movements.size());
  const auto shown = [person_id](const auto& entry) {
    return entry.person_id == person_id && IsMoney(entry.counter);
  };
  const auto row_of = [&rows](const auto& entry) -> Row& {
    for (Row& row : rows) {
      if (row.counter == entry.counter && row.year == entry.year) return row;
    }
    return rows.emplace_back(Row{entry.year, entry.counter, 0, 0});
  };
  for (const CounterRead& read : reads) {
    if (shown(read)) row_of(read).before = read.amount;
  }
  for (const Movement& movement : movements) {
    if (shown(movement)) row_of(movement).delta += movement.amount;
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tie(a.year, a.counter) < std::tie(b.year, b.counter);
  });
  for (const Row& row : rows) {
    MessageWriter out(outer, field);
    out.Text(pb::CounterMovement::kPersonIdFieldNumber, person_id);
    out.Number(pb::CounterMovement::kYearFieldNumber, row.year);
    out.Text(pb::CounterMovement::kCounterFieldNumber, row.counter);
    out.Number(pb::CounterMovement::kBeforeFenFieldNumber, row.before);
    out.Number(pb::CounterMovement::kDeltaFenFieldNumber, row.delta);
  }
}

void WriteAccountPayments(absl::Span<const Movement> movements, int field,
                          MessageWriter& outer) {
  for (const Movement& movement : movements) {
    if (movement.counter != domain::kAccountCounter) continue;
    MessageWriter out(outer, field);
    out.Text(pb::AccountPayment::kPersonIdFieldNumber, movement.person_id);
    out.Number(pb::AccountPayment::kPaidFenFieldNumber, -movement.amount);
  }
}

namespace {

using Field = pb::Receipt;

// Up to the sums.
void WriteHead(const domain::Claim& claim, const Outcome& outcome,
               const Frame& frame, MessageWriter& out) {
  out.Text(Field::kSettlementIdFieldNumber, frame.settlement_id);
  out.Number(Field::kStateFieldNumber, frame.state);
  out.Text(Field::kRequestIdFieldNumber, frame.request_id);
  out.Text(Field::kPersonIdFieldNumber, claim.person_id);
  out.Text(Field::kInstitutionIdFieldNumber, claim.institution_id);
  out.Text(Field::kEncounterIdFieldNumber, claim.encounter_id);
  out.Text(Field::kServiceDateFieldNumber,
           domain::FormatDay(claim.service_date));
  if (frame.booked_at_ms) {
    google::protobuf::Timestamp booked_at;
    SetTime(*frame.booked_at_ms, booked_at);
    out.Message(Field::kBookedAtFieldNumber, booked_at.SerializeAsString());
  }
  out.Text(Field::kBookedOnFieldNumber, frame.booked_on);
  out.Text(Field::kPoolingRegionFieldNumber, outcome.region);
  out.Number(Field::kInsuranceTypeFieldNumber, ToProto(outcome.insurance));
  out.Number(Field::kPersonCategoryFieldNumber, ToProto(outcome.category));
  out.Message(Field::kTotalsFieldNumber, TotalsBytes(outcome.totals));
}

// After what accounts paid.
void WriteTail(const domain::Claim& claim, const Frame& frame,
               MessageWriter& out) {
  out.Text(Field::kPolicyRevisionFieldNumber, frame.policy_revision);
  out.Number(Field::kCatalogRevisionFieldNumber, frame.catalog_revision);
  out.Number(Field::kEngineRevisionFieldNumber, frame.engine_revision);
  out.Number(Field::kPersonVersionFieldNumber, frame.person_version);
  out.Number(Field::kOriginFieldNumber, ToProto(claim.origin));
  out.Text(Field::kReplacesFieldNumber, frame.replaces);
}

void WriteReceipt(const domain::Claim& claim, const Outcome& outcome,
                  const domain::Catalog& catalog, const Frame& frame,
                  MessageWriter& out) {
  WriteHead(claim, outcome, frame, out);
  for (const domain::SchemePay& pay : outcome.by_scheme) {
    WritePay(outcome.plan->schemes[static_cast<size_t>(pay.scheme)].id,
             pay.pay.fen, Field::kBySchemeFieldNumber, out);
  }
  WriteLayers(outcome, out);
  WriteLines(claim, outcome, catalog, out);
  WriteSteps(claim, outcome, out);
  WriteFlags(claim, outcome, out);
  WriteAllRemaining(outcome, out);
  WriteMovements(claim.person_id, outcome.movements, outcome.reads,
                 Field::kMovementsFieldNumber, out);
  WriteAccountPayments(outcome.movements, Field::kAccountPaymentsFieldNumber,
                       out);
  WriteTail(claim, frame, out);
}

// A receipt's bytes as this thread's last ones, so that they are not moved to
// larger memory again and again as they grow.
std::string ReplyBytes(int field, const domain::Claim& claim,
                       const Outcome& outcome, const domain::Catalog& catalog,
                       const Frame& frame) {
  thread_local std::string bytes;
  bytes.clear();
  MessageWriter response(bytes);
  if (frame.state == pb::SETTLEMENT_STATE_SETTLED) {
    response.Number(pb::SettleResponse::kOutcomeFieldNumber,
                    pb::SETTLE_OUTCOME_SETTLED);
  }
  {
    MessageWriter receipt(response, field);
    WriteReceipt(claim, outcome, catalog, frame, receipt);
  }
  return bytes;
}

}  // namespace

pb::Receipt ReceiptOf(const domain::Claim& claim, const Outcome& outcome,
                      const domain::Catalog& catalog) {
  std::string bytes;
  MessageWriter writer(bytes);
  WriteReceipt(claim, outcome, catalog, {}, writer);
  pb::Receipt receipt;
  receipt.ParseFromString(bytes);
  return receipt;
}

std::string SettleReply(const domain::SettlementRecord& record,
                        const Outcome& outcome,
                        const domain::Catalog& catalog) {
  return ReplyBytes(pb::SettleResponse::kReceiptFieldNumber, record.claim,
                    outcome, catalog, FrameOf(record));
}

std::string QuoteReply(const domain::Claim& claim, const Outcome& outcome,
                       const domain::Catalog& catalog,
                       const QuoteBasis& basis) {
  return ReplyBytes(pb::QuoteResponse::kReceiptFieldNumber, claim, outcome,
                    catalog, FrameOf(basis, catalog));
}

std::string StaleReply(const SettleAsk& ask, const Outcome& outcome,
                       const domain::Catalog& catalog,
                       const QuoteBasis& basis) {
  pb::QuoteResponse quote;
  quote.ParseFromString(QuoteReply(ask.claim, outcome, catalog, basis));
  pb::SettleResponse response;
  response.set_outcome(pb::SETTLE_OUTCOME_QUOTE_STALE);
  *response.mutable_receipt() = std::move(*quote.mutable_receipt());
  AddMoved(ask, response.receipt(), response);
  return response.SerializeAsString();
}

}  // namespace onestop::wire
