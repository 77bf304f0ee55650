// Settles: booked once as acknowledged, and every answer true.
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "domain/reason.h"
#include "tests/history/checks.h"

namespace onestop::history {
namespace {

using domain::RecordKind;
using domain::SettlementRecord;

// What is known of one id.
struct Id {
  const IdUse& use;
  const SettlementRecord* record;
  const SettlementRecord* reversal;
  Span settled;   // by the claim that is booked; unset unless one is
  Span reversed;  // or closed
  bool IsSettled() const {
    return record != nullptr && record->kind == RecordKind::kSettlement;
  }
};

Id LookUp(const RecordKey& key, const IdUse& use, const Stored& stored) {
  Id id{use, stored.Find(key), stored.FindReversal(key), {}, ReversedIn(use)};
  if (id.IsSettled()) id.settled = SettledIn(use, id.record->claim);
  return id;
}

bool Before(const std::optional<int64_t>& a, int64_t b) { return a && *a < b; }

void CheckAcknowledged(const Id& id, const SettleUse& settle,
                       const Attempt& attempt, Findings& findings) {
  const std::string what = Describe(*settle.operation);
  if (id.record == nullptr) {
    return findings.Add(
        Wound::kLost, absl::StrCat(what, " was acknowledged and is not there"));
  }
  if (!id.IsSettled()) {
    return findings.Add(
        Wound::kLost,
        absl::StrCat(what, " was acknowledged, but its id is closed"));
  }
  if (id.record->claim != settle.ask->claim) {
    return findings.Add(
        Wound::kLost,
        absl::StrCat(what,
                     " was acknowledged, but another claim is booked under "
                     "its request id"));
  }
  if (!settle.replacement && attempt.answer != id.record->reply) {
    findings.Add(
        Wound::kDiffering,
        absl::StrCat(what, " was acknowledged with other bytes than are kept"));
  }
  if (Before(id.reversed.acknowledged, attempt.sent)) {
    findings.Add(Wound::kBroken,
                 absl::StrCat(what,
                              " was settled after its reversal had been "
                              "acknowledged"));
  }
}

// Whether the reason of a refusal is about the request id alone.
void CheckRefusal(const Id& id, const SettleUse& settle, const Attempt& attempt,
                  Findings& findings) {
  const std::string what = Describe(*settle.operation);
  const std::string reason = ErrorReason(attempt.status);
  const auto broken = [&](const char* sentence) {
    findings.Add(Wound::kBroken,
                 absl::StrCat(what, " was refused as ", reason, sentence));
  };
  if (reason == domain::refusal::kRequestReversed) {
    if (id.record == nullptr || (id.IsSettled() && id.reversal == nullptr)) {
      return broken(", but it is neither reversed nor closed");
    }
    if (!id.reversed.sent || *id.reversed.sent > *attempt.answered) {
      broken(" before anyone had asked for a reversal");
    }
    return;
  }
  if (reason == domain::refusal::kRequestIdReused) {
    if (!id.IsSettled() || id.record->claim == settle.ask->claim) {
      return broken(", but no other claim is booked under its id");
    }
    if (!id.settled.sent || *id.settled.sent > *attempt.answered) {
      broken(" before the other claim had been sent");
    }
    return;
  }
  if (reason == domain::refusal::kInvariantBroken ||
      reason == "STORED_FORM_BROKEN") {
    return broken("");
  }
  if (IsTransient(attempt) || settle.replacement) return;
  if (Before(id.settled.acknowledged, attempt.sent)) {
    broken(" after the id had been settled: the id was not recognised");
  } else if (Before(id.reversed.acknowledged, attempt.sent)) {
    broken(" after the id had been reversed or closed");
  }
}

void CheckUse(const Id& id, const SettleUse& settle, Findings& findings) {
  const Operation& operation = *settle.operation;
  const Attempt* first = nullptr;
  for (const Attempt& attempt : operation.attempts) {
    if (!attempt.answered) continue;
    if (!attempt.status.ok()) {
      CheckRefusal(id, settle, attempt, findings);
    } else if (MeaningOf(operation, attempt) == Meaning::kAcknowledged) {
      if (first != nullptr && first->answer != attempt.answer) {
        findings.Add(Wound::kDiffering,
                     absl::StrCat(Describe(operation),
                                  ": two answers to one request differ"));
      }
      if (first == nullptr) CheckAcknowledged(id, settle, attempt, findings);
      first = &attempt;
    }
  }
}

}  // namespace

void CheckSettles(const RecordKey& key, const IdUse& use, const Stored& stored,
                  Findings& findings) {
  const Id id = LookUp(key, use, stored);
  for (const SettleUse& settle : use.settles) CheckUse(id, settle, findings);
}

}  // namespace onestop::history
