// Rebuilds facts, evaluates, compares field by field and then byte by byte.
#include "cli/verify_recompute.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "storage/ids.h"

namespace onestop::cli {
namespace {

using domain::Money;
using domain::RecordKind;
using domain::SettlementRecord;
using domain::Totals;
using storage::PersonHistory;

constexpr size_t kKeptCatalogs = 8;
constexpr size_t kKeptPolicies = 32;
constexpr size_t kKeptRelatives = 256;

struct NamedTotal {
  const char* name;
  Money Totals::*field;
};
constexpr std::array kTotals = {
    NamedTotal{"gross", &Totals::gross},
    NamedTotal{"over_limit", &Totals::over_limit},
    NamedTotal{"own_expense", &Totals::own_expense},
    NamedTotal{"preself", &Totals::preself},
    NamedTotal{"in_scope", &Totals::in_scope},
    NamedTotal{"deductible", &Totals::deductible},
    NamedTotal{"scheme_pay", &Totals::scheme_pay},
    NamedTotal{"critical_illness", &Totals::critical_illness},
    NamedTotal{"large_amount", &Totals::large_amount},
    NamedTotal{"medical_assistance", &Totals::medical_assistance},
    NamedTotal{"commercial", &Totals::commercial},
    NamedTotal{"fund_pay", &Totals::fund_pay},
    NamedTotal{"personal", &Totals::personal},
    NamedTotal{"account", &Totals::account},
    NamedTotal{"family_account", &Totals::family_account},
    NamedTotal{"cash", &Totals::cash}};

bool Unreadable(const absl::Status& status) {
  return ErrorReason(status) == "STORED_FORM_BROKEN";
}

Difference Of(const SettlementRecord& record, std::string what) {
  Difference difference;
  difference.what = std::move(what);
  difference.person = storage::PersonDigest(record.person_id);
  difference.settlement_id = record.id.ToString();
  return difference;
}

Difference Of(const SettlementRecord& record, std::string what,
              std::string expected, std::string found) {
  Difference difference = Of(record, std::move(what));
  difference.expected = std::move(expected);
  difference.found = std::move(found);
  return difference;
}

std::optional<Difference> CompareTotals(const SettlementRecord& record,
                                        const Totals& expected) {
  for (const NamedTotal& total : kTotals) {
    const Money want = expected.*total.field;
    const Money found = record.totals.*total.field;
    if (want == found) continue;
    return Of(record, absl::StrCat("total ", total.name, " differs"),
              absl::StrCat(want.fen, " fen"), absl::StrCat(found.fen, " fen"));
  }
  return std::nullopt;
}

std::optional<Difference> CompareMovements(
    const SettlementRecord& record,
    const std::vector<domain::Movement>& expected, std::string what) {
  const size_t both = std::min(expected.size(), record.movements.size());
  size_t at = 0;
  while (at < both && expected[at] == record.movements[at]) ++at;
  if (at == expected.size() && at == record.movements.size()) {
    return std::nullopt;
  }
  const auto text = [at](const std::vector<domain::Movement>& movements) {
    return at < movements.size()
               ? absl::StrCat(movements[at].counter, " ", movements[at].amount)
               : std::string("none");
  };
  Difference difference =
      Of(record, std::move(what), text(expected), text(record.movements));
  const domain::Movement& movement =
      at < expected.size() ? expected[at] : record.movements[at];
  difference.year = movement.year;
  difference.counter = movement.counter;
  return difference;
}

std::optional<Difference> CompareReply(const SettlementRecord& record,
                                       const std::string& expected) {
  if (record.reply == expected) return std::nullopt;
  const auto differs = std::mismatch(expected.begin(), expected.end(),
                                     record.reply.begin(), record.reply.end());
  return Of(record,
            absl::StrCat("the stored reply is not the receipt that comes out; "
                         "they differ at byte ",
                         differs.first - expected.begin()),
            absl::StrCat(expected.size(), " bytes"),
            absl::StrCat(record.reply.size(), " bytes"));
}

// An id says what was settled, so that a row cannot pass for another.
std::optional<Difference> CheckId(const SettlementRecord& record,
                                  const domain::SettlementId& expected) {
  if (record.id == expected) return std::nullopt;
  return Of(record, "the id does not belong to this request",
            expected.ToString(), record.id.ToString());
}

const domain::Person* VersionIn(const std::vector<domain::Person>& versions,
                                int64_t version) {
  for (const domain::Person& person : versions) {
    if (person.version == version) return &person;
  }
  return nullptr;
}

template <typename Cache, typename Key>
auto* FindIn(const Cache& cache, const Key& key) {
  for (const auto& [known, value] : cache) {
    if (known == key) return &value;
  }
  return static_cast<decltype(&cache.front().second)>(nullptr);
}

}  // namespace

absl::StatusOr<const domain::Policy*> Recomputer::FindPolicy(
    const std::string& revision) {
  if (const auto* kept = FindIn(policies_, revision)) return kept->get();
  ONESTOP_ASSIGN_OR_RETURN(const std::vector<storage::PolicyFileText> files,
                           store_.GetPolicy(revision));
  std::shared_ptr<const domain::Policy> policy;
  if (!files.empty()) {
    auto compiled = options_.compile(revision, files);
    if (compiled.ok()) policy = *std::move(compiled);
  }
  if (policies_.size() == kKeptPolicies) policies_.pop_front();
  policies_.emplace_back(revision, std::move(policy));
  return policies_.back().second.get();
}

absl::StatusOr<const domain::Catalog*> Recomputer::FindCatalog(
    int64_t revision) {
  if (const auto* kept = FindIn(catalogs_, revision)) return kept->get();
  auto loaded = store_.LoadCatalog(revision);
  std::unique_ptr<domain::Catalog> catalog;
  if (loaded.ok()) {
    catalog = std::make_unique<domain::Catalog>(*std::move(loaded));
  } else if (loaded.status().code() != absl::StatusCode::kNotFound &&
             !Unreadable(loaded.status())) {
    return std::move(loaded).status();
  }
  if (catalogs_.size() == kKeptCatalogs) catalogs_.pop_front();
  catalogs_.emplace_back(revision, std::move(catalog));
  return catalogs_.back().second.get();
}

absl::StatusOr<const Recomputer::Versions*> Recomputer::VersionsOf(
    const std::string& person_id) {
  if (const auto* kept = FindIn(relatives_, person_id)) return kept->get();
  auto history = store_.ReadHistory(person_id);
  // What cannot be read is noted where the relative is checked.
  if (!history.ok() && !Unreadable(history.status())) {
    return std::move(history).status();
  }
  if (relatives_.size() == kKeptRelatives) relatives_.pop_front();
  std::unique_ptr<Versions> versions;
  if (history.ok()) {
    versions = std::make_unique<Versions>(std::move(history->versions));
  }
  relatives_.emplace_back(person_id, std::move(versions));
  return relatives_.back().second.get();
}

absl::StatusOr<std::optional<Difference>> Recomputer::Rebuild(
    const SettlementRecord& record, const PersonHistory& history,
    World& world) {
  const domain::Claim& claim = record.claim;
  std::vector<std::string> who = {claim.person_id};
  for (std::string& relative : DistinctRelatives(claim)) {
    who.push_back(std::move(relative));
  }
  if (record.persons.size() != who.size()) {
    return Of(record, "the versions of its persons are not all there");
  }
  for (size_t i = 0; i < who.size(); ++i) {
    const Versions* versions = &history.versions;
    if (i > 0) {
      ONESTOP_ASSIGN_OR_RETURN(versions, VersionsOf(who[i]));
      if (versions == nullptr) {
        return Of(record, "the rows of a relative cannot be read");
      }
    }
    const domain::Person* person =
        VersionIn(*versions, record.persons[i].version);
    if (person == nullptr || record.persons[i].person_id != who[i]) {
      return Of(record, absl::StrCat("version ", record.persons[i].version,
                                     " of a person it was decided on is gone"));
    }
    world.persons.push_back(*person);
  }
  for (const domain::CounterRead& read : record.reads) {
    if (read.amount == 0) continue;
    world.rows[{read.person_id, read.year}].Set(
        {read.counter, read.amount, read.until});
  }
  domain::Facts& facts = world.facts;
  facts.person = &world.persons[0];
  facts.year = &world.rows[{claim.person_id, YearOf(claim.service_date)}];
  facts.no_year = &world.rows[{claim.person_id, domain::kNoYear}];
  for (size_t i = 1; i < who.size(); ++i) {
    facts.relatives.push_back(
        {&world.persons[i], &world.rows[{who[i], domain::kNoYear}]});
  }
  if (record.had_clock) facts.today = record.booked_on;
  return std::optional<Difference>();
}

absl::StatusOr<std::optional<Difference>> Recomputer::CheckSettlement(
    const SettlementRecord& record, const PersonHistory& history) {
  if (auto difference =
          CheckId(record, storage::DeriveSettlementId(record.institution_id,
                                                      record.person_id,
                                                      record.request_id))) {
    return difference;
  }
  if (record.claim.person_id != record.person_id ||
      record.claim.institution_id != record.institution_id) {
    return Of(record, "its claim is another person's or institution's");
  }
  if (!SameEngine(record)) return std::optional<Difference>();
  ONESTOP_ASSIGN_OR_RETURN(const domain::Policy* policy,
                           FindPolicy(record.policy_revision));
  ONESTOP_ASSIGN_OR_RETURN(const domain::Catalog* catalog,
                           FindCatalog(record.catalog_revision));
  if (policy == nullptr || catalog == nullptr) {
    return Of(record, policy == nullptr
                          ? "the policy revision it names is gone or broken"
                          : "the catalog revision it names is gone or broken");
  }
  World world;
  ONESTOP_ASSIGN_OR_RETURN(std::optional<Difference> gone,
                           Rebuild(record, history, world));
  if (gone) return gone;
  const std::string id = record.id.ToString();
  world.facts.catalog = catalog;
  world.facts.settlement_id = id;
  const auto outcome = Evaluate(*policy, world.facts, record.claim);
  if (!outcome.ok()) {
    return Of(record, "on its facts the claim is refused", "settled",
              ErrorReason(outcome.status()));
  }
  if (auto totals = CompareTotals(record, outcome->totals)) return totals;
  if (auto moved = CompareMovements(record, outcome->movements,
                                    "a movement is not what comes out")) {
    return moved;
  }
  if (record.insurance != outcome->insurance ||
      record.region != outcome->region) {
    return Of(record, "its insurance or region is not the person's then");
  }
  return CompareReply(record,
                      options_.replies.settle(record, *outcome, *catalog));
}

std::optional<Difference> Recomputer::CheckReversal(
    const SettlementRecord& record, const PersonHistory& history) {
  const SettlementRecord* target = nullptr;
  for (const SettlementRecord& other : history.settlements) {
    if (record.reverses && other.id == *record.reverses) target = &other;
  }
  if (target == nullptr || target->kind != RecordKind::kSettlement) {
    return Of(record, "the settlement that it reverses does not exist");
  }
  // The id follows from the target's: no settlement is reversed twice.
  if (auto difference =
          CheckId(record, storage::DeriveReversalId(target->id))) {
    return difference;
  }
  std::vector<domain::Movement> negated = target->movements;
  for (domain::Movement& movement : negated) movement.amount = -movement.amount;
  if (auto moved = CompareMovements(
          record, negated,
          "a reversal's movement is not the negative of its settlement's")) {
    return moved;
  }
  Totals totals;
  for (const NamedTotal& total : kTotals) {
    totals.*total.field = Money{0} - target->totals.*total.field;
  }
  if (auto difference = CompareTotals(record, totals)) return difference;
  if (record.claim != target->claim ||
      record.institution_id != target->institution_id ||
      record.request_id != target->request_id ||
      record.insurance != target->insurance ||
      record.region != target->region) {
    return Of(record, "a reversal keeps another claim than its settlement");
  }
  return CompareReply(record, options_.replies.reversal(record, target));
}

std::optional<Difference> Recomputer::CheckClosing(
    const SettlementRecord& record) {
  if (auto difference =
          CheckId(record, storage::DeriveSettlementId(record.institution_id,
                                                      record.person_id,
                                                      record.request_id))) {
    return difference;
  }
  if (record.totals != Totals{} || !record.movements.empty() ||
      !record.rows.empty()) {
    return Of(record, "a closed request id moves something");
  }
  return CompareReply(record, options_.replies.reversal(record, nullptr));
}

absl::StatusOr<std::optional<Difference>> Recomputer::Check(
    const SettlementRecord& record, const PersonHistory& history) {
  switch (record.kind) {
    case RecordKind::kSettlement:
      return CheckSettlement(record, history);
    case RecordKind::kReversal:
      return CheckReversal(record, history);
    case RecordKind::kClosed:
      return CheckClosing(record);
  }
  return Of(record, "its kind is unknown");
}

}  // namespace onestop::cli
