// Turns the world and the steps of a scenario into the domain's terms.
#include "wire/scenario.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/limits.h"
#include "wire/register.h"
#include "wire/registry.h"

namespace onestop::wire {
namespace {

constexpr size_t kMaxFaultsTold = 20;

std::string At(std::string_view list, int index) {
  return absl::StrCat(std::string(list), "[", index, "]");
}

// Everything that is wrong with one scenario.
class Faults {
 public:
  void Add(std::string_view path, std::string_view what) {
    faults_.push_back(absl::StrCat(std::string(path), ": ", std::string(what)));
  }
  void Add(std::string_view path, const absl::Status& status) {
    const std::vector<FieldViolation> violations = FieldViolations(status);
    for (const FieldViolation& violation : violations) {
      Add(violation.field, violation.description);
    }
    if (violations.empty()) Add(path, std::string(status.message()));
  }
  absl::Status ToStatus(const std::string& id) const {
    if (faults_.empty()) return absl::OkStatus();
    std::vector<std::string> told(
        faults_.begin(),
        faults_.begin() + static_cast<std::ptrdiff_t>(
                              std::min(faults_.size(), kMaxFaultsTold)));
    if (told.size() < faults_.size()) {
      told.push_back(absl::StrCat(faults_.size() - told.size(), " more"));
    }
    return MakeError(
        absl::StatusCode::kInvalidArgument, "MALFORMED_REQUEST",
        absl::StrCat("scenario '", id, "': ", absl::StrJoin(told, "; ")));
  }

 private:
  std::vector<std::string> faults_;
};

// Adds each read row to `put`, or what is wrong with it to `faults`.
template <typename Rows, typename Read, typename Put>
void ReadAll(const Rows& rows, std::string_view list, Faults& faults,
             const Read& read, const Put& put) {
  for (int i = 0; i < rows.size(); ++i) {
    const std::string path = At(list, i);
    auto row = read(rows[i], path);
    if (row.ok()) {
      put(*std::move(row), path);
    } else {
      faults.Add(path, row.status());
    }
  }
}

void ReadPersons(const pb::Scenario& scenario, const domain::Policy& policy,
                 ScenarioWorld& world, Faults& faults) {
  absl::flat_hash_map<std::string, size_t> known;
  ReadAll(
      scenario.persons(), "persons", faults,
      [&policy](const pb::Person& person, const std::string& path) {
        return PersonFromProto(person, policy, path);
      },
      [&](domain::Person person, const std::string& path) {
        if (!known.emplace(person.person_id, world.persons.size()).second) {
          faults.Add(path, "the person_id occurs twice");
          return;
        }
        person.version = 1;
        world.persons.push_back(std::move(person));
      });
  ReadAll(
      scenario.registrations(), "registrations", faults,
      [](const pb::Registration& registration, const std::string& path) {
        return RegistrationFromProto(registration, path);
      },
      [&](RegistrationOf of, const std::string& path) {
        const auto owner = known.find(of.person_id);
        if (owner == known.end()) return;  // it can change nothing
        auto& held = world.persons[owner->second].registrations;
        if (held.size() >= limits::kMaxRegistrations) {
          faults.Add(path, "the person has too many registrations");
          return;
        }
        held.push_back(std::move(of.registration));
      });
}

void ReadCatalog(const pb::Scenario& scenario, ScenarioWorld& world,
                 Faults& faults) {
  world.catalog.set_revision(1);
  ReadAll(
      scenario.institutions(), "institutions", faults,
      [](const pb::Institution& row, const std::string& path) {
        return InstitutionFromProto(row, path);
      },
      [&](domain::Institution row, const std::string& path) {
        if (world.catalog.FindInstitution(row.institution_id) != nullptr) {
          faults.Add(path, "the institution_id occurs twice");
        }
        world.catalog.Put(std::move(row));
      });
  ReadAll(
      scenario.items(), "items", faults,
      [](const pb::Item& row, const std::string& path) {
        return ItemFromProto(row, path);
      },
      [&](domain::Item row, const std::string& path) {
        if (world.catalog.FindItem(row.item_code) != nullptr) {
          faults.Add(path, "the item_code occurs twice");
        }
        world.catalog.Put(std::move(row));
      });
  ReadAll(
      scenario.designations(), "designations", faults,
      [](const pb::Designation& row, const std::string& path) {
        return DesignationFromProto(row, path);
      },
      [&](domain::Designation row, const std::string&) {
        world.catalog.Put(std::move(row));
      });
}

void ReadOpening(const pb::Scenario& scenario, ScenarioWorld& world,
                 Faults& faults) {
  const auto put = [&world](domain::Movement movement, const std::string&) {
    world.opening.push_back(std::move(movement));
  };
  ReadAll(
      scenario.accounts(), "accounts", faults,
      [](const pb::AccountBalance& row, const std::string& path) {
        return AccountFromProto(row, path);
      },
      put);
  ReadAll(
      scenario.ledger(), "ledger", faults,
      [](const pb::LedgerCounter& row, const std::string& path) {
        return CounterFromProto(row, path);
      },
      put);
}

// A reversal by request id alone is of the settle step with that id.
absl::StatusOr<ScenarioAction> ReadReverse(const pb::Scenario& scenario,
                                           const pb::ReverseRequest& request) {
  const bool alone = request.person_id().empty() &&
                     request.institution_id().empty() &&
                     !request.settle_request_id().empty();
  pb::ReverseRequest named = request;
  if (alone) {
    for (const pb::ScenarioStep& step : scenario.steps()) {
      if (step.settle().request_id() == request.settle_request_id()) {
        named.set_person_id(step.settle().claim().person_id());
        named.set_institution_id(step.settle().claim().institution_id());
        break;
      }
    }
  }
  if (alone && named.person_id().empty() && !named.has_replacement()) {
    ReverseAsk ask;
    ask.by_request_id = true;
    ask.settle_request_id = request.settle_request_id();
    return ask;
  }
  absl::StatusOr<ReverseAsk> ask = ReverseFromProto(named);
  if (!ask.ok()) return ask.status();
  return *std::move(ask);
}

absl::StatusOr<ScenarioAction> ReadStep(const pb::Scenario& scenario,
                                        const pb::ScenarioStep& step) {
  if (step.has_quote()) {
    absl::StatusOr<domain::Claim> claim = QuoteFromProto(step.quote());
    if (!claim.ok()) return claim.status();
    return QuoteStep{*std::move(claim)};
  }
  if (step.has_settle()) {
    absl::StatusOr<SettleAsk> ask = SettleFromProto(step.settle());
    if (!ask.ok()) return ask.status();
    return *std::move(ask);
  }
  return ReadReverse(scenario, step.reverse());
}

}  // namespace

absl::StatusOr<ScenarioWorld> WorldOf(const pb::Scenario& scenario,
                                      const domain::Policy& policy) {
  Faults faults;
  ScenarioWorld world;
  ReadPersons(scenario, policy, world, faults);
  ReadCatalog(scenario, world, faults);
  ReadOpening(scenario, world, faults);
  for (int i = 0; i < scenario.steps_size(); ++i) {
    if (scenario.steps(i).step_case() == pb::ScenarioStep::STEP_NOT_SET) {
      faults.Add(At("steps", i), "is none of quote, settle, reverse");
      continue;
    }
    world.steps.push_back(ReadStep(scenario, scenario.steps(i)));
  }
  if (scenario.expect_size() != 0 &&
      scenario.expect_size() != scenario.steps_size()) {
    faults.Add("expect",
               absl::StrCat("has ", scenario.expect_size(), " entries for ",
                            scenario.steps_size(), " steps"));
  }
  const absl::Status status = faults.ToStatus(scenario.id());
  if (!status.ok()) return status;
  return world;
}

}  // namespace onestop::wire
