// Names of calls and outcomes, and how an answer is counted.
#include "server/stats.h"

#include <algorithm>
#include <iterator>

#include "base/error.h"

namespace onestop::server {
namespace {

constexpr std::string_view kRpcNames[kRpcs] = {
    "Quote",
    "Settle",
    "Reverse",
    "Register",
    "GetSettlement",
    "ListSettlements",
    "GetLedger",
    "GetEligibility",
    "GetPerson",
    "GetInstitution",
    "GetItem",
    "UpdateRegistration",
    "ReassessRegistration",
    "RevokeRegistration",
    "ListRegistrations",
    "CloseYear",
    "ReconcileTotals",
    "ReconcileDetails",
    "ListDifferences",
    "CloseMonth",
    "GetStatement",
    "ListStatements",
    "ListStatementSettlements",
    "AdjustStatement",
    "RecordPayment",
};

// The outcomes up to here are answers, the others refusals.
constexpr std::string_view kLastAnswer = "FOUND";

}  // namespace

std::string_view Name(Rpc rpc) { return kRpcNames[static_cast<size_t>(rpc)]; }

size_t OutcomeIndex(std::string_view name) {
  const auto* found =
      std::find(std::begin(kOutcomes), std::end(kOutcomes), name);
  if (found == std::end(kOutcomes)) return kOutcomeCount - 1;
  return static_cast<size_t>(found - std::begin(kOutcomes));
}

size_t OutcomeIndexOf(const absl::Status& refusal) {
  return OutcomeIndex(ErrorReason(refusal));
}

void CallStats::Count(Rpc rpc, size_t outcome, int64_t took_ns) {
  static const size_t kLast = OutcomeIndex(kLastAnswer);
  const size_t call = static_cast<size_t>(rpc);
  answers_[call][outcome].Add(1);
  const uint64_t took = took_ns > 0 ? static_cast<uint64_t>(took_ns) : 0;
  latency_[call][outcome <= kLast ? 1 : 0].Observe(took);
}

}  // namespace onestop::server
