// Reads look-ups and writes settlements and ledgers as they stand.
#include "wire/lookup.h"

#include <algorithm>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "domain/reason.h"
#include "wire/claim.h"
#include "wire/receipt.h"
#include "wire/violations.h"

namespace onestop::wire {
namespace {

// The parts of an rx/ or supply/ counter's name (domain/ledger.h).
std::vector<std::string> PartsOf(const std::string& counter) {
  std::vector<std::string> parts = absl::StrSplit(counter, '/');
  for (std::string& part : parts) {
    part = absl::StrReplaceAll(part, {{"%2F", "/"}, {"%25", "%"}});
  }
  return parts;
}

void AddYear(int32_t year, const domain::LedgerRow& row,
             pb::GetLedgerResponse& out) {
  pb::LedgerRow& added = *out.add_rows();
  added.set_year(year);
  added.set_version(row.version);
  for (const domain::LedgerEntry& entry : row.entries()) {
    pb::CounterAmount& counter = *added.add_counters();
    counter.set_counter(entry.name);
    counter.set_amount_fen(entry.amount);
  }
}

void AddNoYear(const domain::LedgerRow& row, pb::GetLedgerResponse& out) {
  out.set_version(row.version);
  for (const domain::LedgerEntry& entry : row.entries()) {
    const std::vector<std::string> parts = PartsOf(entry.name);
    if (entry.name == domain::kAccountCounter) {
      out.set_account_balance_fen(entry.amount);
    } else if (parts[0] == "rx" && parts.size() == 4) {
      pb::DispensedItem& item = *out.add_dispensed();
      item.set_institution_id(parts[1]);
      item.set_prescription_id(parts[2]);
      item.set_item_code(parts[3]);
      item.set_dispensed_quantity(
          domain::FormatQuantity(domain::Quantity{entry.amount}));
    } else if (parts[0] == "supply" && parts.size() == 3) {
      pb::Supply& supply = *out.add_supplies();
      supply.set_item_code(parts[1]);
      supply.set_settlement_id(parts[2]);
      if (entry.until != domain::kOpenUntil) {
        supply.set_ends_on(domain::FormatDay(entry.until));
      }
    }
  }
}

}  // namespace

absl::StatusOr<GetSettlementAsk> GetSettlementFromProto(
    const pb::GetSettlementRequest& request) {
  // The same target as a reversal's.
  pb::ReverseRequest reverse;
  reverse.set_person_id(request.person_id());
  reverse.set_institution_id(request.institution_id());
  if (request.target_case() == pb::GetSettlementRequest::kSettlementId) {
    reverse.set_settlement_id(request.settlement_id());
  } else if (request.target_case() ==
             pb::GetSettlementRequest::kSettleRequestId) {
    reverse.set_settle_request_id(request.settle_request_id());
  }
  absl::StatusOr<ReverseAsk> ask = ReverseFromProto(reverse);
  if (!ask.ok()) return ask.status();
  return GetSettlementAsk{ask->person_id, ask->institution_id,
                          ask->by_request_id, ask->settlement_id,
                          ask->settle_request_id};
}

absl::StatusOr<GetLedgerAsk> GetLedgerFromProto(
    const pb::GetLedgerRequest& request) {
  Violations violations;
  const FieldPath path("");
  GetLedgerAsk ask;
  ask.person_id =
      RequiredId(request.person_id(), FieldPath(path, "person_id"), violations);
  if (request.year() != 0) {
    ask.year = NumberBetween(request.year(), kFirstYear, kLastYear,
                             FieldPath(path, "year"), violations);
  }
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

pb::GetSettlementResponse SettlementToProto(
    const domain::SettlementRecord& record,
    const domain::SettlementRecord* reversal) {
  pb::GetSettlementResponse out;
  if (record.kind == domain::RecordKind::kClosed) {
    out.set_state(pb::SETTLEMENT_STATE_CLOSED);
    SetTime(record.booked_at_ms, *out.mutable_closed_at());
    return out;
  }
  out.set_state(reversal == nullptr ? pb::SETTLEMENT_STATE_SETTLED
                                    : pb::SETTLEMENT_STATE_REVERSED);
  pb::SettleResponse settled;
  if (settled.ParseFromString(record.reply)) {
    *out.mutable_receipt() = std::move(*settled.mutable_receipt());
  }
  *out.mutable_claim() = ClaimToProto(record.claim);
  pb::ReverseResponse reversed;
  if (reversal != nullptr && reversed.ParseFromString(reversal->reply)) {
    *out.mutable_reversal() = std::move(*reversed.mutable_reversal());
  }
  return out;
}

pb::GetLedgerResponse LedgerToProto(
    absl::Span<const std::pair<domain::LedgerKey, domain::LedgerRow>> rows) {
  std::vector<const std::pair<domain::LedgerKey, domain::LedgerRow>*> sorted;
  for (const auto& row : rows) sorted.push_back(&row);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
    return a->first.year < b->first.year;
  });
  pb::GetLedgerResponse out;
  for (const auto* row : sorted) {
    if (row->first.year == domain::kNoYear) {
      AddNoYear(row->second, out);
    } else {
      AddYear(row->first.year, row->second, out);
    }
  }
  return out;
}

}  // namespace onestop::wire
