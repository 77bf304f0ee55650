// Reads policies/ and demo/, and puts a part of it into each database.
#include "tests/simulation/world.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/verify_wire.h"
#include "onestop/v1/scenario.pb.h"
#include "storage/ids.h"
#include "wire/policy_file.h"
#include "wire/registry.h"
#include "wire/scenario.h"

namespace onestop::simulation {
namespace {

namespace pb = ::onestop::v1;

template <typename T>
T Need(absl::StatusOr<T> value) {
  if (!value.ok()) {
    std::cerr << "simulate: " << value.status().message() << "\n";
    std::exit(2);
  }
  return *std::move(value);
}

pb::Scenario ReadDemonstration() {
  pb::Scenario all;
  for (const char* name : {"catalog", "institutions", "persons", "day"}) {
    const std::string path = absl::StrCat("demo/", name, ".json");
    std::ifstream in(path);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    for (const wire::ParsedScenario& parsed : wire::ParseScenarios(text)) {
      if (!parsed.scenario.ok()) {
        std::cerr << "simulate: " << path << ": "
                  << parsed.scenario.status().message()
                  << " (run it from the project's folder)\n";
        std::exit(2);
      }
      all.MergeFrom(*parsed.scenario);
    }
  }
  return all;
}

}  // namespace

World::World() {
  LoadPolicies();
  LoadDemonstration();
}

void World::LoadPolicies() {
  std::vector<wire::PolicyText> texts =
      Need(wire::ReadPolicyDirectory("policies"));
  std::vector<std::pair<std::string, std::string>> named;
  for (const wire::PolicyText& text : texts) {
    named.emplace_back(text.name, text.text);
    policy_files_.push_back({text.name, text.text});
  }
  policy_ = std::make_shared<const domain::Policy>(
      Need(wire::LoadPolicy(std::move(texts), storage::DigestTexts(named)))
          .policy);
}

void World::LoadDemonstration() {
  const pb::Scenario demonstration = ReadDemonstration();
  for (const pb::Item& item : demonstration.items()) {
    catalog_.items.push_back(Need(wire::ItemFromProto(item)));
  }
  for (const pb::Institution& institution : demonstration.institutions()) {
    catalog_.institutions.push_back(
        Need(wire::InstitutionFromProto(institution)));
  }
  for (const pb::Designation& designation : demonstration.designations()) {
    catalog_.designations.push_back(
        Need(wire::DesignationFromProto(designation)));
  }
  wire::ScenarioWorld world = Need(wire::WorldOf(demonstration, *policy_));
  persons_ = std::move(world.persons);
  opening_ = std::move(world.opening);
  for (const auto& step : world.steps) {
    if (!step.ok()) continue;
    if (const auto* settle = std::get_if<wire::SettleAsk>(&*step)) {
      claims_.push_back(settle->claim);
    }
  }
}

const domain::Person& World::PersonOf(const std::string& person_id) const {
  return *std::find_if(persons_.begin(), persons_.end(),
                       [&](const domain::Person& person) {
                         return person.person_id == person_id;
                       });
}

bool World::IsEmployee(const std::string& person_id) const {
  return PersonOf(person_id).always.insurance == domain::Insurance::kEmployee;
}

// Whose account a chosen person may use, and who may use theirs.
void World::AddRelatives(std::vector<std::string>& chosen) const {
  const auto add = [&](const std::string& person_id) {
    if (std::find(chosen.begin(), chosen.end(), person_id) == chosen.end()) {
      chosen.push_back(person_id);
    }
  };
  const std::set<std::string> before(chosen.begin(), chosen.end());
  for (const domain::Person& person : persons_) {
    for (const std::string_view named : domain::BeneficiariesOf(person)) {
      const std::string beneficiary(named);
      if (before.contains(person.person_id)) add(beneficiary);
      if (before.contains(beneficiary)) add(person.person_id);
    }
  }
}

std::vector<std::string> World::Load(storage::Store& store, Dice& dice) const {
  std::vector<std::string> chosen;
  for (int i = dice.Between(1, 4); i > 0; --i) {
    const std::string& person_id = dice.Of(claims_).person_id;
    if (std::find(chosen.begin(), chosen.end(), person_id) == chosen.end()) {
      chosen.push_back(person_id);
    }
  }
  AddRelatives(chosen);
  Need(store.PutCatalog(catalog_));
  if (!store.PutPolicy(policy_->revision(), policy_files_).ok()) std::exit(2);
  for (const std::string& person_id : chosen) {
    storage::PersonWrite write{PersonOf(person_id)};
    write.person.version = 0;  // there is none yet
    Need(store.PutPersons({&write, 1}));
  }
  for (const domain::Movement& movement : opening_) {
    if (std::find(chosen.begin(), chosen.end(), movement.person_id) ==
        chosen.end()) {
      continue;
    }
    storage::Posting posting;
    posting.posting_id = absl::StrCat(kOpeningId, "/", movement.counter);
    posting.kind = "opening";
    posting.movement = movement;
    posting.caller = "agency";
    Need(store.Post({&posting, 1}));
  }
  return chosen;
}

server::SnapshotPtr World::SnapshotOf(storage::Store& store) const {
  auto snapshot = std::make_shared<server::Snapshot>();
  snapshot->policy = policy_;
  snapshot->catalog = Need(store.LoadCatalog(std::nullopt));
  snapshot->closed_years = Need(store.ClosedYears());
  return snapshot;
}

std::vector<domain::Claim> World::ClaimsOf(const std::string& person_id) const {
  std::vector<domain::Claim> claims;
  for (const domain::Claim& claim : claims_) {
    if (claim.person_id == person_id) claims.push_back(claim);
  }
  return claims;
}

domain::Item World::ChangedItem(Dice& dice) const {
  domain::Item item = dice.Of(catalog_.items);
  absl::StrAppend(&item.name, "+");
  if (dice.OneIn(2)) {
    item.item_class = item.item_class == domain::ItemClass::kA
                          ? domain::ItemClass::kB
                          : domain::ItemClass::kA;
  }
  return item;
}

cli::VerifyOptions World::VerifyOptions() const {
  cli::VerifyOptions options = cli::WireVerifyOptions();
  options.max_differences = 20;
  options.compile = [policy = policy_](const std::string&, const auto&)
      -> absl::StatusOr<std::shared_ptr<const domain::Policy>> {
    return policy;
  };
  return options;
}

}  // namespace onestop::simulation
