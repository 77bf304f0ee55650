// What an answer means, by the promises of docs/errors.md.
#include "tests/history/history.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "domain/reason.h"
#include "onestop/v1/settlement.pb.h"
#include "storage/ids.h"

namespace onestop::history {
namespace {

namespace pb = ::onestop::v1;

template <typename T>
bool Asks(const Operation& operation) {
  return std::holds_alternative<T>(operation.ask);
}

// Nothing is written when the quote was stale.
bool IsStale(const Operation& operation, const std::string& answer) {
  if (const auto* settle = std::get_if<wire::SettleAsk>(&operation.ask)) {
    pb::SettleResponse response;
    return settle->expected_cash && response.ParseFromString(answer) &&
           response.outcome() == pb::SETTLE_OUTCOME_QUOTE_STALE;
  }
  if (const auto* reverse = std::get_if<wire::ReverseAsk>(&operation.ask)) {
    pb::ReverseResponse response;
    return reverse->replacement && reverse->replacement->expected_cash &&
           response.ParseFromString(answer) &&
           response.replacement().outcome() == pb::SETTLE_OUTCOME_QUOTE_STALE;
  }
  return false;
}

// The refusal of an id that is reversed is read from its record. When the reply
// of this attempt's own commit was lost and the reversal came before it was
// looked up, that record is its own.
bool MayBeOfItsOwn(const Attempt& attempt) {
  return ErrorReason(attempt.status) == domain::refusal::kRequestReversed;
}

// Only the lanes look up what became of a write whose reply was lost; the other
// writes say STORAGE_UNAVAILABLE then, too.
bool LooksUpLostCommits(const Operation& operation) {
  return Asks<QuoteAsk>(operation) || Asks<wire::SettleAsk>(operation) ||
         Asks<wire::ReverseAsk>(operation);
}

struct Describer {
  std::string operator()(const QuoteAsk& ask) const {
    return absl::StrCat("quote ", ask.claim.institution_id, "/",
                        ask.claim.person_id);
  }
  std::string operator()(const wire::SettleAsk& ask) const {
    return absl::StrCat("settle ", ask.claim.institution_id, "/",
                        ask.claim.person_id, "/", ask.request_id);
  }
  std::string operator()(const wire::ReverseAsk& ask) const {
    std::string text =
        absl::StrCat("reverse ", ask.institution_id, "/", ask.person_id, "/",
                     ask.by_request_id ? ask.settle_request_id
                                       : ask.settlement_id.ToString());
    if (ask.replacement) {
      absl::StrAppend(&text, " replaced by ", ask.replacement->request_id);
    }
    return text;
  }
  std::string operator()(const wire::RegisterAsk& ask) const {
    return absl::StrCat("register ", ask.person_id, "/", ask.request_id);
  }
  std::string operator()(const wire::ChangeAsk& ask) const {
    return absl::StrCat("change registration of ", ask.person_id, "/",
                        ask.change.request_id);
  }
  std::string operator()(const storage::Posting& posting) const {
    return absl::StrCat("post ", posting.kind, " ", posting.movement.person_id,
                        "/", posting.posting_id);
  }
};

}  // namespace

bool IsTransient(const Attempt& attempt) {
  constexpr std::array<std::string_view, 6> kReasons = {
      "OVERLOADED",     "DRAINING", "STORAGE_UNAVAILABLE",
      "COMMIT_UNKNOWN", "CONFLICT", "DEADLINE_EXCEEDED"};
  const std::string reason = ErrorReason(attempt.status);
  return !attempt.status.ok() &&
         (reason.empty() || std::find(kReasons.begin(), kReasons.end(),
                                      reason) != kReasons.end());
}

Meaning MeaningOf(const Operation& operation, const Attempt& attempt) {
  if (!attempt.answered) return Meaning::kUnknown;
  if (attempt.status.ok()) {
    return IsStale(operation, attempt.answer) ? Meaning::kRefused
                                              : Meaning::kAcknowledged;
  }
  const std::string reason = ErrorReason(attempt.status);
  const bool unknown =
      reason.empty() || reason == "COMMIT_UNKNOWN" ||
      (reason == "STORAGE_UNAVAILABLE" && !LooksUpLostCommits(operation));
  return unknown ? Meaning::kUnknown : Meaning::kRefused;
}

std::optional<int64_t> FirstThatMayHaveWritten(const Operation& operation) {
  std::optional<int64_t> first;
  for (const Attempt& attempt : operation.attempts) {
    if (MeaningOf(operation, attempt) == Meaning::kRefused &&
        !MayBeOfItsOwn(attempt)) {
      continue;
    }
    first = std::min(first.value_or(attempt.sent), attempt.sent);
  }
  return first;
}

std::optional<int64_t> FirstAcknowledged(const Operation& operation) {
  std::optional<int64_t> first;
  for (const Attempt& attempt : operation.attempts) {
    if (MeaningOf(operation, attempt) != Meaning::kAcknowledged) continue;
    first = std::min(first.value_or(*attempt.answered), *attempt.answered);
  }
  return first;
}

bool IsOutcomeUnknown(const Operation& operation) {
  bool known = true;
  for (const Attempt& attempt : operation.attempts) {
    switch (MeaningOf(operation, attempt)) {
      case Meaning::kAcknowledged:
        return false;
      case Meaning::kRefused:
        // Refused for the service's sake: that says nothing of the attempts
        // before.
        known = known || !IsTransient(attempt);
        break;
      case Meaning::kUnknown:
        known = false;
        break;
    }
  }
  return !known;
}

domain::SettlementId TargetOf(const wire::ReverseAsk& ask) {
  return ask.by_request_id
             ? storage::DeriveSettlementId(ask.institution_id, ask.person_id,
                                           ask.settle_request_id)
             : ask.settlement_id;
}

std::string Describe(const Operation& operation) {
  return std::visit(Describer(), operation.ask);
}

}  // namespace onestop::history
