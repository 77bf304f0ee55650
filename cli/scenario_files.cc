// Reads, merges and renames scenarios.
#include "cli/scenario_files.h"

#include <string>
#include <string_view>
#include <vector>

#include "base/status_macros.h"
#include "cli/input.h"
#include "cli/text.h"
#include "wire/scenario.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

void Extend(std::string* id, std::string_view suffix) {
  if (!id->empty()) *id += suffix;
}

void ExtendClaim(pb::Claim& claim, std::string_view suffix) {
  Extend(claim.mutable_person_id(), suffix);
  for (std::string& relative : *claim.mutable_account()->mutable_relatives()) {
    Extend(&relative, suffix);
  }
}

void ExtendStep(pb::ScenarioStep& step, std::string_view suffix) {
  if (step.has_quote()) {
    ExtendClaim(*step.mutable_quote()->mutable_claim(), suffix);
  } else if (step.has_settle()) {
    ExtendClaim(*step.mutable_settle()->mutable_claim(), suffix);
  } else if (step.has_reverse()) {
    Extend(step.mutable_reverse()->mutable_person_id(), suffix);
  }
}

// The settle step that a reversal at `at` means: the nearest before it, else
// the first after it.
const pb::SettleRequest* FindSettle(const pb::Scenario& scenario, int at,
                                    std::string_view request_id) {
  const auto settle_at = [&](int i) -> const pb::SettleRequest* {
    const pb::ScenarioStep& step = scenario.steps(i);
    return step.has_settle() && step.settle().request_id() == request_id
               ? &step.settle()
               : nullptr;
  };
  for (int i = at - 1; i >= 0; --i) {
    if (const auto* settle = settle_at(i)) return settle;
  }
  for (int i = at + 1; i < scenario.steps_size(); ++i) {
    if (const auto* settle = settle_at(i)) return settle;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<pb::Scenario> ReadScenarioFiles(
    const std::vector<std::string>& paths) {
  pb::Scenario merged;
  for (const std::string& path : paths) {
    ONESTOP_ASSIGN_OR_RETURN(const std::string json, ReadInput(path));
    for (const wire::ParsedScenario& parsed : wire::ParseScenarios(json)) {
      if (!parsed.scenario.ok()) {
        return absl::InvalidArgumentError(Cat(
            path, ":", parsed.line, ": ", parsed.scenario.status().message()));
      }
      merged.MergeFrom(*parsed.scenario);
    }
  }
  return merged;
}

void AddPersonSuffix(std::string_view suffix, pb::Scenario& scenario) {
  if (suffix.empty()) return;
  for (pb::Person& person : *scenario.mutable_persons()) {
    Extend(person.mutable_person_id(), suffix);
  }
  for (pb::Registration& registration : *scenario.mutable_registrations()) {
    Extend(registration.mutable_person_id(), suffix);
    Extend(registration.mutable_beneficiary_id(), suffix);
  }
  for (pb::AccountBalance& account : *scenario.mutable_accounts()) {
    Extend(account.mutable_person_id(), suffix);
  }
  for (pb::LedgerCounter& counter : *scenario.mutable_ledger()) {
    Extend(counter.mutable_person_id(), suffix);
  }
  for (pb::ScenarioStep& step : *scenario.mutable_steps()) {
    ExtendStep(step, suffix);
  }
}

void CompleteReversals(pb::Scenario& scenario) {
  for (int i = 0; i < scenario.steps_size(); ++i) {
    if (!scenario.steps(i).has_reverse()) continue;
    pb::ReverseRequest& reverse = *scenario.mutable_steps(i)->mutable_reverse();
    if (!reverse.person_id().empty()) continue;
    const pb::SettleRequest* settle =
        FindSettle(scenario, i, reverse.settle_request_id());
    if (settle == nullptr) continue;
    reverse.set_person_id(settle->claim().person_id());
    reverse.set_institution_id(settle->claim().institution_id());
  }
}

}  // namespace onestop::cli
