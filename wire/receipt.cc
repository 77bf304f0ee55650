// Builds receipts and the replies that carry them.
#include "wire/receipt.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>
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

// A layer ran when its basis was read; what it paid is what it booked.
void AddLayers(const Outcome& outcome, pb::Receipt& receipt) {
  for (const domain::Layer& layer : outcome.plan->layers) {
    const std::string basis = domain::BasisCounter(layer.id);
    const bool ran = std::any_of(
        outcome.reads.begin(), outcome.reads.end(),
        [&basis](const CounterRead& read) { return read.counter == basis; });
    if (!ran) continue;
    pb::SchemePay& out = *receipt.add_by_layer();
    out.set_scheme_id(layer.id);
    const std::string paid = domain::PaidCounter(layer.id);
    int64_t pay = 0;
    for (const Movement& movement : outcome.movements) {
      if (movement.counter == paid) pay += movement.amount;
    }
    out.set_pay_fen(pay);
  }
}

void SetQuoteBasis(const QuoteBasis& basis, const domain::Catalog& catalog,
                   pb::Receipt& receipt) {
  receipt.set_state(pb::SETTLEMENT_STATE_QUOTED);
  receipt.set_policy_revision(basis.policy_revision);
  receipt.set_catalog_revision(catalog.revision());
  receipt.set_engine_revision(domain::kEngineRevision);
  receipt.set_person_version(basis.person_version);
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

pb::Totals TotalsToProto(const domain::Totals& totals) {
  pb::Totals out;
  out.set_gross_fen(totals.gross.fen);
  out.set_own_expense_fen(totals.own_expense.fen);
  out.set_over_limit_fen(totals.over_limit.fen);
  out.set_preself_fen(totals.preself.fen);
  out.set_in_scope_fen(totals.in_scope.fen);
  out.set_deductible_fen(totals.deductible.fen);
  out.set_scheme_pay_fen(totals.scheme_pay.fen);
  out.set_critical_illness_fen(totals.critical_illness.fen);
  out.set_large_amount_fen(totals.large_amount.fen);
  out.set_medical_assistance_fen(totals.medical_assistance.fen);
  out.set_commercial_fen(totals.commercial.fen);
  out.set_fund_pay_fen(totals.fund_pay.fen);
  out.set_personal_fen(totals.personal.fen);
  out.set_account_fen(totals.account.fen);
  out.set_family_account_fen(totals.family_account.fen);
  out.set_cash_fen(totals.cash.fen);
  return out;
}

void AddMovements(
    std::string_view person_id, absl::Span<const Movement> movements,
    absl::Span<const CounterRead> reads,
    google::protobuf::RepeatedPtrField<pb::CounterMovement>* out) {
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
    pb::CounterMovement& added = *out->Add();
    added.mutable_person_id()->assign(person_id);
    added.set_year(row.year);
    added.mutable_counter()->assign(row.counter);
    added.set_before_fen(row.before);
    added.set_delta_fen(row.delta);
  }
}

void AddAccountPayments(
    absl::Span<const Movement> movements,
    google::protobuf::RepeatedPtrField<pb::AccountPayment>* out) {
  for (const Movement& movement : movements) {
    if (movement.counter != domain::kAccountCounter) continue;
    pb::AccountPayment& added = *out->Add();
    added.set_person_id(movement.person_id);
    added.set_paid_fen(-movement.amount);
  }
}

namespace {

// Into an empty receipt.
void FillReceipt(const domain::Claim& claim, const Outcome& outcome,
                 const domain::Catalog& catalog, pb::Receipt& receipt) {
  receipt.set_person_id(claim.person_id);
  receipt.set_institution_id(claim.institution_id);
  receipt.set_encounter_id(claim.encounter_id);
  receipt.set_service_date(domain::FormatDay(claim.service_date));
  receipt.set_pooling_region(outcome.region);
  receipt.set_insurance_type(ToProto(outcome.insurance));
  receipt.set_person_category(ToProto(outcome.category));
  *receipt.mutable_totals() = TotalsToProto(outcome.totals);
  for (const domain::SchemePay& pay : outcome.by_scheme) {
    pb::SchemePay& out = *receipt.add_by_scheme();
    out.set_scheme_id(
        outcome.plan->schemes[static_cast<size_t>(pay.scheme)].id);
    out.set_pay_fen(pay.pay.fen);
  }
  AddLayers(outcome, receipt);
  AddLines(claim, outcome, catalog, receipt);
  AddSteps(claim, outcome, receipt);
  AddMovements(claim.person_id, outcome.movements, outcome.reads,
               receipt.mutable_movements());
  AddAccountPayments(outcome.movements, receipt.mutable_account_payments());
  receipt.set_origin(ToProto(claim.origin));
}

// The receipt of a thread's `response`, empty, with the memory of those before
// it: most of what it would cost to make one is allocating it. A thread keeps
// as much as its largest receipt took.
template <typename Response>
pb::Receipt& EmptyReceipt(Response& response) {
  pb::Receipt& receipt = *response.mutable_receipt();
  receipt.Clear();  // Clear() of the response would free it.
  return receipt;
}

}  // namespace

pb::Receipt ReceiptOf(const domain::Claim& claim, const Outcome& outcome,
                      const domain::Catalog& catalog) {
  pb::Receipt receipt;
  FillReceipt(claim, outcome, catalog, receipt);
  return receipt;
}

std::string SettleReply(const domain::SettlementRecord& record,
                        const Outcome& outcome,
                        const domain::Catalog& catalog) {
  thread_local pb::SettleResponse response;
  response.set_outcome(pb::SETTLE_OUTCOME_SETTLED);
  pb::Receipt& receipt = EmptyReceipt(response);
  FillReceipt(record.claim, outcome, catalog, receipt);
  receipt.set_settlement_id(record.id.ToString());
  receipt.set_state(pb::SETTLEMENT_STATE_SETTLED);
  receipt.set_request_id(record.request_id);
  if (record.had_clock) {
    SetTime(record.booked_at_ms, *receipt.mutable_booked_at());
    receipt.set_booked_on(domain::FormatDay(record.booked_on));
  }
  receipt.set_policy_revision(record.policy_revision);
  receipt.set_catalog_revision(record.catalog_revision);
  receipt.set_engine_revision(record.engine_revision);
  if (!record.persons.empty()) {
    receipt.set_person_version(record.persons.front().version);
  }
  if (record.replaces) receipt.set_replaces(record.replaces->ToString());
  return response.SerializeAsString();
}

std::string QuoteReply(const domain::Claim& claim, const Outcome& outcome,
                       const domain::Catalog& catalog,
                       const QuoteBasis& basis) {
  thread_local pb::QuoteResponse response;
  pb::Receipt& receipt = EmptyReceipt(response);
  FillReceipt(claim, outcome, catalog, receipt);
  SetQuoteBasis(basis, catalog, receipt);
  return response.SerializeAsString();
}

std::string StaleReply(const SettleAsk& ask, const Outcome& outcome,
                       const domain::Catalog& catalog,
                       const QuoteBasis& basis) {
  pb::SettleResponse response;
  response.set_outcome(pb::SETTLE_OUTCOME_QUOTE_STALE);
  *response.mutable_receipt() = ReceiptOf(ask.claim, outcome, catalog);
  SetQuoteBasis(basis, catalog, *response.mutable_receipt());
  AddMoved(ask, response.receipt(), response);
  return response.SerializeAsString();
}

}  // namespace onestop::wire
