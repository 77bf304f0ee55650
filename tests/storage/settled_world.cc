// Builds the world in the order in which it would happen.
#include "tests/storage/settled_world.h"

#include <cstdlib>
#include <iostream>
#include <utility>

#include "base/check.h"
#include "cli/verify_wire.h"
#include "domain/book.h"
#include "storage/ids.h"
#include "wire/policy_file.h"
#include "wire/receipt.h"
#include "wire/reversal.h"

namespace onestop::storage {
namespace {

using domain::Book;
using domain::DayOf;
using domain::Money;
using domain::Person;
using domain::SettlementId;
using domain::SettlementRecord;

template <typename T>
T Must(absl::StatusOr<T> value, const char* what) {
  if (!value.ok()) {
    std::cerr << what << ": " << value.status() << "\n";
    std::abort();
  }
  return *std::move(value);
}

Person Insured(const std::string& person_id, domain::Insurance insurance,
               domain::Category category) {
  Person person;
  person.person_id = person_id;
  person.birth_date = DayOf(1960, 5, 1);
  person.always.region = "530100";
  person.always.insurance = insurance;
  person.always.category = category;
  return person;
}

std::string PolicyFolder() {
  const char* source = std::getenv("ONESTOP_SOURCE_DIR");
  return std::string(source == nullptr ? "." : source) + "/policies";
}

}  // namespace

SettledWorld::SettledWorld(Store& store) : store_(store) {
  today_ = DayOf(2025, 3, 10);
  LoadPolicies();
  LoadCatalog();
  LoadPersons();
  PostBalances();
  SettleAll();
}

cli::VerifyOptions SettledWorld::Options() {
  cli::VerifyOptions options = cli::WireVerifyOptions();
  options.max_differences = 100;
  options.batch = 2;
  return options;
}

void SettledWorld::LoadPolicies() {
  const auto texts =
      Must(wire::ReadPolicyDirectory(PolicyFolder()), "policies");
  std::vector<std::pair<std::string, std::string>> named;
  std::vector<PolicyFileText> files;
  for (const wire::PolicyText& text : texts) {
    named.emplace_back(text.name, text.text);
    files.push_back({text.name, text.text});
  }
  const std::string revision = DigestTexts(named);
  ONESTOP_CHECK(store_.PutPolicy(revision, files).ok());
  policy_ = Must(wire::LoadPolicy(texts, revision), "policy").policy;
}

void SettledWorld::LoadCatalog() {
  CatalogChange change;
  for (const char* code : {"XA", "XB"}) {
    domain::Item item;
    item.item_code = code;
    item.name = code;
    item.item_class = domain::ItemClass::kA;
    change.items.push_back(item);
  }
  change.items[1].item_class = domain::ItemClass::kB;
  domain::Institution hospital;
  hospital.institution_id = "H3";
  hospital.name = "H3";
  hospital.kind = domain::InstitutionKind::kHospital;
  hospital.level = 3;
  hospital.region = "530100";
  change.institutions = {hospital};
  Must(store_.PutCatalog(change), "catalog");
}

void SettledWorld::LoadPersons() {
  Person owner =
      Insured(kOwner, domain::Insurance::kEmployee, domain::Category::kRetired);
  domain::Registration family;
  family.registration_id = "F1";
  family.kind = domain::RegistrationKind::kFamilyAccount;
  family.registered_on = DayOf(2025, 1, 1);
  family.beneficiary_id = kChild;
  owner.registrations = {family};
  const Person child = Insured(kChild, domain::Insurance::kResident,
                               domain::Category::kResident);
  const Person resident = Insured(kResident, domain::Insurance::kResident,
                                  domain::Category::kResident);
  Must(store_.PutPersons({{owner}, {child}, {resident}}), "persons");
}

void SettledWorld::PostBalances() {
  Posting opening;
  opening.kind = "opening";
  opening.posting_id = "O1";
  opening.caller = "agency";
  opening.booked_on = today_;
  opening.movement = {kOwner, domain::kNoYear, "account", 100'000,
                      domain::kOpenUntil};
  Posting usage = opening;
  usage.kind = "usage";
  usage.posting_id = "U1";
  usage.movement = {kOwner, 2025, "cap/inpatient", 5'000, domain::kOpenUntil};
  Must(store_.Post({opening, usage}), "postings");
}

domain::Claim SettledWorld::ClaimOf(const std::string& person_id,
                                    const std::string& item, int64_t fen,
                                    domain::Day service_date) const {
  domain::Claim claim;
  claim.person_id = person_id;
  claim.institution_id = "H3";
  claim.encounter_id = "E" + domain::FormatDay(service_date);
  claim.service_date = service_date;
  claim.origin = domain::Origin::kInstitution;
  domain::ClaimLine line;
  line.line_id = "1";
  line.item_code = item;
  line.quantity = {10'000};
  line.amount = Money{fen};
  claim.lines = {line};
  return claim;
}

template <typename Decide>
void SettledWorld::InOneBatch(GatherKeys keys, Decide decide) {
  const domain::Catalog catalog =
      Must(store_.LoadCatalog(std::nullopt), "catalog");
  Book book(policy_, catalog, {today_, 1'741'600'000'000});
  Gathered gathered = Must(store_.Gather(keys), "gather");
  for (Person& person : gathered.persons) book.AddPerson(std::move(person));
  for (auto& [key, row] : gathered.ledger) book.AddLedger(key, std::move(row));
  for (SettlementRecord& record : gathered.settlements) {
    book.AddSettlement(std::move(record));
  }
  decide(book, catalog);
  WriteBatch batch{book.LedgerWrites(), {}};
  for (const SettlementRecord& record : book.records()) {
    batch.settlements.push_back(&record);
  }
  ONESTOP_CHECK(Must(store_.Write(batch), "write") == WriteOutcome::kCommitted);
}

SettlementId SettledWorld::Settle(const domain::Claim& claim,
                                  const std::string& request_id) {
  domain::SettleCommand command;
  command.id =
      DeriveSettlementId(claim.institution_id, claim.person_id, request_id);
  command.reversal_id = DeriveReversalId(command.id);
  command.request_id = request_id;
  command.claim = claim;
  GatherKeys keys;
  keys.persons = {claim.person_id};
  keys.ledger = {{claim.person_id, YearOf(claim.service_date)},
                 {claim.person_id, domain::kNoYear}};
  for (const std::string& relative : DistinctRelatives(claim)) {
    keys.persons.push_back(relative);
    keys.ledger.push_back({relative, domain::kNoYear});
  }
  keys.settlements = {{claim.person_id, command.id, command.reversal_id}};
  InOneBatch(keys, [&](Book& book, const domain::Catalog& catalog) {
    auto decision = Must(book.Settle(command), "settle");
    decision.record->reply =
        wire::SettleReply(*decision.record, decision.outcome, catalog);
  });
  return command.id;
}

SettlementId SettledWorld::Reverse(const std::string& person_id,
                                   const SettlementId& target,
                                   const std::string& request_id) {
  domain::ReverseCommand command;
  command.person_id = person_id;
  command.target = target;
  command.reversal_id = DeriveReversalId(target);
  command.by_request_id = true;
  command.institution_id = "H3";
  command.request_id = request_id;
  const auto found = Must(store_.FindSettlement(person_id, target), "find");
  GatherKeys keys;
  if (found) keys.ledger = Book::RowsToReverse(*found);
  keys.settlements = {{person_id, target, command.reversal_id}};
  InOneBatch(keys, [&](Book& book, const domain::Catalog&) {
    auto decision = Must(book.Reverse(command), "reverse");
    decision.record->reply = wire::ReversalReply(
        *decision.record, book.Find(person_id, target), {"refund", "O1", ""});
  });
  return found ? command.reversal_id : target;
}

void SettledWorld::SettleAll() {
  visit = Settle(ClaimOf(kOwner, "XA", 50'000, today_), "Q1");
  second_visit = Settle(ClaimOf(kOwner, "XB", 70'000, today_), "Q2");
  domain::Claim family = ClaimOf(kChild, "XA", 30'000, today_);
  family.account = {true, std::nullopt, {kOwner}};
  family_visit = Settle(family, "Q3");
  reversed = Settle(family, "Q4");
  reversal = Reverse(kChild, reversed, "Q4");
  domain::Claim filled = ClaimOf(kOwner, "XB", 12'000, today_);
  filled.prescription = domain::Prescription{"RX1",
                                             "H3",
                                             "D1",
                                             today_,
                                             domain::Channel::kPaper,
                                             false,
                                             {{"XB", {10'000}}}};
  filled.lines[0].days_supply = 7;
  filled.account.use = true;
  prescription = Settle(filled, "Q5");
  closed = Reverse(kResident, DeriveSettlementId("H3", kResident, "Q6"), "Q6");

  domain::Item renamed;
  renamed.item_code = "XA";
  renamed.name = "renamed";
  renamed.item_class = domain::ItemClass::kB;
  Must(store_.PutCatalog({{renamed}, {}, {}}), "catalog");
  Person owner = Must(store_.GetPersons({kOwner}), "owner")[0];
  owner.always.category = domain::Category::kInService;
  Must(store_.PutPersons({{owner}}), "owner");
  today_ = DayOf(2026, 5, 20);  // what was dispensed in 2025 is dropped
  domain::Claim later = ClaimOf(kOwner, "XA", 90'000, today_);
  later.account.use = true;
  next_year = Settle(later, "Q7");
}

}  // namespace onestop::storage
