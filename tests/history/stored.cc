// Reads a store to its end, and sorts operations by settlement id.
#include "tests/history/stored.h"

#include <algorithm>

#include "base/status_macros.h"
#include "storage/ids.h"

namespace onestop::history {
namespace {

constexpr int kPersonsAtOnce = 200;

RecordKey KeyOf(const wire::SettleAsk& ask) {
  return {ask.claim.person_id,
          storage::DeriveSettlementId(ask.claim.institution_id,
                                      ask.claim.person_id, ask.request_id)};
}

}  // namespace

const domain::SettlementRecord* Stored::Find(const RecordKey& key) const {
  const auto at = records.find(key);
  return at == records.end() ? nullptr : at->second;
}

const domain::SettlementRecord* Stored::FindReversal(
    const RecordKey& key) const {
  return Find({key.first, storage::DeriveReversalId(key.second)});
}

absl::StatusOr<Stored> ReadAll(storage::Store& store) {
  Stored stored;
  std::string after;
  while (true) {
    ONESTOP_ASSIGN_OR_RETURN(const std::vector<std::string> persons,
                             store.ScanPersons(after, kPersonsAtOnce));
    if (persons.empty()) break;
    after = persons.back();
    for (const std::string& person_id : persons) {
      ONESTOP_ASSIGN_OR_RETURN(storage::PersonHistory history,
                               store.ReadHistory(person_id));
      stored.persons.emplace(person_id, std::move(history));
    }
  }
  for (const auto& [person_id, history] : stored.persons) {
    for (const domain::SettlementRecord& record : history.settlements) {
      stored.records.emplace(RecordKey{person_id, record.id}, &record);
    }
  }
  return stored;
}

IdUses UsesOf(absl::Span<const Operation> operations) {
  IdUses uses;
  for (const Operation& operation : operations) {
    if (const auto* settle = std::get_if<wire::SettleAsk>(&operation.ask)) {
      uses[KeyOf(*settle)].settles.push_back({&operation, settle, false});
    }
    const auto* reverse = std::get_if<wire::ReverseAsk>(&operation.ask);
    if (reverse == nullptr) continue;
    uses[{reverse->person_id, TargetOf(*reverse)}].reversals.push_back(
        &operation);
    if (reverse->replacement) {
      const wire::SettleAsk& ask = *reverse->replacement;
      uses[KeyOf(ask)].settles.push_back({&operation, &ask, true});
    }
  }
  return uses;
}

const wire::ReverseAsk& ReverseAskOf(const Operation& operation) {
  return std::get<wire::ReverseAsk>(operation.ask);
}

void Widen(const Operation& operation, Span& span) {
  const auto earlier = [](std::optional<int64_t> a, std::optional<int64_t> b) {
    return a && b ? std::min(*a, *b) : (a ? a : b);
  };
  span.sent = earlier(span.sent, FirstThatMayHaveWritten(operation));
  span.acknowledged = earlier(span.acknowledged, FirstAcknowledged(operation));
}

Span SettledIn(const IdUse& use, const domain::Claim& claim) {
  Span span;
  for (const SettleUse& settle : use.settles) {
    if (settle.ask->claim == claim) Widen(*settle.operation, span);
  }
  return span;
}

Span ReversedIn(const IdUse& use) {
  Span span;
  for (const Operation* reversal : use.reversals) Widen(*reversal, span);
  return span;
}

}  // namespace onestop::history
