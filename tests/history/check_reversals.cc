// Reversals, closed ids and replacements: each as acknowledged, none in part.
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "domain/reason.h"
#include "storage/ids.h"
#include "tests/history/checks.h"
#include "wire/reversal.h"

namespace onestop::history {
namespace {

using domain::RecordKind;
using domain::SettlementRecord;

// The record that a reversal left: of its own, or of the closed id.
const SettlementRecord* LeftBy(const RecordKey& target, const Stored& stored) {
  const SettlementRecord* record = stored.Find(target);
  if (record != nullptr && record->kind == RecordKind::kClosed) return record;
  return stored.FindReversal(target);
}

const SettlementRecord* ReplacementOf(const wire::ReverseAsk& ask,
                                      const Stored& stored) {
  const wire::SettleAsk& settle = *ask.replacement;
  return stored.Find(
      {ask.person_id,
       storage::DeriveSettlementId(settle.claim.institution_id,
                                   settle.claim.person_id, settle.request_id)});
}

void CheckTakenBack(const Operation& operation, const Attempt& attempt,
                    const RecordKey& target, const Stored& stored,
                    Findings& findings) {
  const wire::ReverseAsk& ask = ReverseAskOf(operation);
  const SettlementRecord* left = LeftBy(target, stored);
  if (left == nullptr) {
    return findings.Add(Wound::kLost,
                        absl::StrCat(Describe(operation),
                                     " was acknowledged and is not there"));
  }
  std::string expected = left->reply;
  if (ask.replacement) {
    const SettlementRecord* replacement = ReplacementOf(ask, stored);
    if (replacement == nullptr) {  // That it is lost, CheckSettles says.
      return findings.Add(Wound::kHalf,
                          absl::StrCat(Describe(operation),
                                       ": the reversal is there without its "
                                       "replacement"));
    }
    expected = wire::WithReplacement(expected, replacement->reply);
  }
  if (attempt.answer != expected) {
    findings.Add(Wound::kDiffering,
                 absl::StrCat(Describe(operation),
                              " was acknowledged with other bytes than are "
                              "kept"));
  }
}

void CheckRefused(const Operation& operation, const Attempt& attempt,
                  const RecordKey& target, const Span& settled,
                  const Stored& stored, Findings& findings) {
  const std::string reason = ErrorReason(attempt.status);
  if (reason == domain::refusal::kInvariantBroken ||
      reason == "STORED_FORM_BROKEN") {
    findings.Add(Wound::kBroken,
                 absl::StrCat(Describe(operation), " was refused as ", reason));
  }
  if (reason != domain::refusal::kSettlementUnknown) return;
  const SettlementRecord* record = stored.Find(target);
  if (record != nullptr && record->kind == RecordKind::kSettlement &&
      settled.acknowledged && *settled.acknowledged < attempt.sent) {
    findings.Add(Wound::kLost,
                 absl::StrCat(Describe(operation),
                              " was told that there is no such settlement, "
                              "after it had been acknowledged"));
  }
}

// Both in one transaction, as the records themselves say.
void CheckWhole(const RecordKey& key, const Stored& stored,
                Findings& findings) {
  const SettlementRecord* reversal = stored.FindReversal(key);
  if (reversal == nullptr) return;
  const std::string replaced_by =
      wire::NoteOfReply(reversal->reply).replaced_by;
  if (replaced_by.empty()) return;
  const auto id = domain::SettlementId::Parse(replaced_by);
  if (id && stored.Find({key.first, *id}) != nullptr) return;
  findings.Add(Wound::kHalf,
               absl::StrCat("the settlement ", key.second.ToString(),
                            " was reversed, but its replacement ", replaced_by,
                            " is not there"));
}

}  // namespace

void CheckReversals(const RecordKey& key, const IdUse& use,
                    const Stored& stored, Findings& findings) {
  const SettlementRecord* record = stored.Find(key);
  Span settled;
  if (record != nullptr) settled = SettledIn(use, record->claim);
  for (const Operation* operation : use.reversals) {
    for (const Attempt& attempt : operation->attempts) {
      if (!attempt.answered) continue;
      if (!attempt.status.ok()) {
        CheckRefused(*operation, attempt, key, settled, stored, findings);
      } else if (MeaningOf(*operation, attempt) == Meaning::kAcknowledged) {
        CheckTakenBack(*operation, attempt, key, stored, findings);
      }
    }
  }
  if (record == nullptr) return;
  CheckWhole(key, stored, findings);
  if (record->replaces &&
      stored.FindReversal({key.first, *record->replaces}) == nullptr) {
    findings.Add(
        Wound::kHalf,
        absl::StrCat("the settlement ", key.second.ToString(), " replaces ",
                     record->replaces->ToString(), ", which was not reversed"));
  }
}

}  // namespace onestop::history
