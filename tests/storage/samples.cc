// Samples with a distinct value in every field.
#include "tests/storage/samples.h"

#include <tuple>

#include "absl/strings/str_cat.h"
#include "storage/ids.h"

namespace onestop::storage {
namespace {

using domain::Day;
using domain::DayOf;
using domain::Money;

auto Tie(const domain::CounterRead& read) {
  return std::tie(read.person_id, read.year, read.counter, read.amount,
                  read.until);
}

domain::Registration SampleRegistration() {
  domain::Registration registration;
  registration.registration_id = "R1";
  registration.kind = domain::RegistrationKind::kTreatment;
  registration.disease = "M03900";
  registration.institution_id = "H3";
  registration.physician_id = "D1";
  registration.item_codes = {"XA", "XB"};
  registration.item_versions = {{DayOf(2025, 2, 1), {"XA"}},
                                {DayOf(2025, 3, 1), {}}};
  registration.registered_on = DayOf(2025, 1, 2);
  registration.valid_until = DayOf(2026, 1, 1);
  registration.revoked_on = DayOf(2025, 12, 1);
  registration.assessed_on = {DayOf(2025, 5, 1), DayOf(2025, 9, 1)};
  registration.beneficiary_id = "P9";
  registration.request_id = "Q7";
  registration.physician_title = "SENIOR";
  registration.diagnosis_codes = {"I10", "E11.9"};
  registration.diagnosis_basis = "检查报告";
  registration.treatment_plan = "方案 A";
  registration.revocation_reason = "转院";
  registration.operator_id = "O2";
  registration.person_version = 4;
  registration.changes = {{domain::RegistrationChange::Kind::kUpdate,
                           "agency",
                           "Q8",
                           DayOf(2025, 2, 1),
                           {"XA"},
                           "方案 A",
                           "O3",
                           5},
                          {domain::RegistrationChange::Kind::kRevoke,
                           "H3",
                           "Q8",
                           DayOf(2025, 12, 1),
                           {},
                           "转院",
                           "",
                           6}};
  return registration;
}

domain::Totals SampleTotals() {
  return {Money{101}, Money{2},  Money{3},  Money{4},  Money{92}, Money{6},
          Money{7},   Money{8},  Money{9},  Money{10}, Money{11}, Money{45},
          Money{56},  Money{13}, Money{14}, Money{29}};
}

}  // namespace

domain::Person SamplePerson(const std::string& person_id, int64_t version) {
  domain::Person person;
  person.person_id = person_id;
  person.version = version;
  person.birth_date = DayOf(1956, 2, 29);
  person.always = {{Day{1}, Day{2}},
                   "530100",
                   domain::Insurance::kEmployee,
                   domain::Category::kRetired,
                   domain::Assistance::kLowIncome};
  person.coverages = {{{DayOf(2024, 1, 1), domain::kOpenUntil},
                       "120000",
                       domain::Insurance::kResident,
                       domain::Category::kResident,
                       domain::Assistance::kExtremePoverty},
                      {{domain::kOpenFrom, DayOf(2020, 1, 1)},
                       "370100",
                       domain::Insurance::kEmployee,
                       domain::Category::kInService,
                       domain::Assistance::kNone}};
  person.benefit_periods = {{DayOf(2024, 1, 1), DayOf(2024, 12, 31)},
                            {domain::kOpenFrom, domain::kOpenUntil}};
  person.products = {{"QLB-2022", {DayOf(2022, 7, 1), DayOf(2023, 6, 30)}}};
  domain::Registration plain;
  plain.registration_id = "R2";
  plain.kind = domain::RegistrationKind::kFamilyAccount;
  person.registrations = {SampleRegistration(), plain};
  return person;
}

domain::Claim SampleClaim(const std::string& person_id) {
  domain::Claim claim;
  claim.person_id = person_id;
  claim.institution_id = "H3";
  claim.encounter_id = "E1";
  claim.service_date = DayOf(2025, 3, 4);
  claim.physician_id = "D1";
  claim.diagnosis_codes = {"I10", "E11"};
  claim.prescription = domain::Prescription{"RX1",
                                            "H2",
                                            "D2",
                                            DayOf(2025, 3, 3),
                                            domain::Channel::kECenter,
                                            true,
                                            {{"XA", {25'000}}, {"XB", {1}}}};
  domain::ClaimLine line;
  line.line_id = "1";
  line.item_code = "XA";
  line.quantity = {25'000};
  line.unit_price = domain::UnitPrice{4'520'000};
  line.amount = Money{1130};
  line.days_supply = 28;
  line.sender_item_code = "内部-1";
  line.invoice_number = "F1";
  line.operator_id = "O1";
  domain::ClaimLine bare;
  bare.line_id = "2";
  bare.item_code = "XB";
  bare.quantity = {1};
  bare.amount = Money{1};
  claim.lines = {line, bare};
  claim.account = {true, Money{0}, {"P8", "P9"}};
  claim.origin = domain::Origin::kManual;
  return claim;
}

domain::SettlementRecord SampleRecord(const std::string& person_id,
                                      int number) {
  domain::SettlementRecord record;
  record.request_id = absl::StrCat("Q", number);
  record.institution_id = "H3";
  record.person_id = person_id;
  record.id =
      DeriveSettlementId(record.institution_id, person_id, record.request_id);
  record.booked_on = DayOf(2025, 3, 5);
  record.booked_at_ms = 1'741'140'000'123;
  record.claim = SampleClaim(person_id);
  record.totals = SampleTotals();
  record.insurance = domain::Insurance::kEmployee;
  record.region = "530100";
  record.movements = {
      {person_id, 2025, "cap/inpatient", 45, domain::kOpenUntil},
      {"P8", 0, "account", -14, domain::kOpenUntil},
      {person_id, 0, "supply/XA/1", 1, DayOf(2025, 4, 1)}};
  record.reads = {{person_id, 2025, "cap/inpatient", 7, domain::kOpenUntil},
                  {"P8", 0, "account", 1000, domain::kOpenUntil},
                  {person_id, 0, "rx/H2/RX1/XA", 5, DayOf(2025, 3, 10)}};
  record.rows = {{person_id, 2025, 3}, {"P8", 0, 12}};
  record.persons = {{person_id, 2}, {"P8", 1}};
  record.policy_revision = "0123456789abcdef0123456789abcdef";
  record.catalog_revision = 17;
  record.engine_revision = 1;
  record.had_clock = true;
  record.replaces = DeriveSettlementId("H1", person_id, "before");
  record.reply = std::string("\x0a\x00\xff bytes", 9);
  return record;
}

domain::SettlementRecord SampleReversal(
    const domain::SettlementRecord& target) {
  domain::SettlementRecord reversal = target;
  reversal.id = DeriveReversalId(target.id);
  reversal.kind = domain::RecordKind::kReversal;
  reversal.reverses = target.id;
  for (domain::Movement& movement : reversal.movements) {
    movement.amount = -movement.amount;
  }
  reversal.totals = {};
  reversal.totals.gross = Money{0} - target.totals.gross;
  reversal.totals.fund_pay = Money{0} - target.totals.fund_pay;
  reversal.totals.cash = Money{0} - target.totals.cash;
  reversal.reads.clear();
  reversal.persons.clear();
  reversal.booked_at_ms += 60'000;
  reversal.reply = "reversed";
  return reversal;
}

domain::SettlementRecord SampleClosing(const std::string& person_id,
                                       int number) {
  const domain::SettlementRecord unborn = SampleRecord(person_id, number);
  domain::SettlementRecord closing;
  closing.id = unborn.id;
  closing.kind = domain::RecordKind::kClosed;
  closing.person_id = person_id;
  closing.institution_id = unborn.institution_id;
  closing.request_id = unborn.request_id;
  closing.booked_on = unborn.booked_on;
  closing.booked_at_ms = unborn.booked_at_ms;
  return closing;
}

domain::LedgerRow SampleRow(int64_t version, int64_t amount) {
  domain::LedgerRow row;
  row.version = version;
  row.Set({"cap/km-chronic-employee/M03900", amount, domain::kOpenUntil});
  row.Set({"dedc/药品", amount + 1, domain::kOpenUntil});
  row.Set({"supply/XA/1", 1, DayOf(2025, 4, 1)});
  return row;
}

domain::LedgerWrite SampleWrite(const std::string& person_id, int32_t year,
                                int64_t expected_version) {
  return {{person_id, year},
          expected_version,
          SampleRow(expected_version + 1, 100 * (expected_version + 1))};
}

Posting SamplePosting(const std::string& person_id,
                      const std::string& posting_id, int64_t amount) {
  Posting posting;
  posting.posting_id = posting_id;
  posting.kind = "credit";
  posting.movement = {person_id, domain::kNoYear, "account", amount,
                      domain::kOpenUntil};
  posting.caller = "agency";
  posting.booked_on = DayOf(2025, 3, 5);
  posting.booked_at_ms = 1'741'140'000'456;
  return posting;
}

domain::Item SampleItem(const std::string& item_code) {
  domain::Item item;
  item.item_code = item_code;
  item.name = "阿达木单抗";
  item.form = "注射剂";
  item.item_class = domain::ItemClass::kB;
  item.centrally_procured = true;
  item.standards = {{domain::kOpenFrom, {1'290'000'000}},
                    {DayOf(2024, 1, 1), {1'100'000'001}}};
  item.listing = {{DayOf(2021, 1, 1), {4'520'000}}};
  item.negotiated = domain::Agreement{{DayOf(2022, 1, 1), DayOf(2023, 12, 31)},
                                      domain::AfterAgreement::kDelisted};
  item.indications = {"M06", "L40"};
  item.chronic = {"M06900"};
  item.two_disease = {"HYPERTENSION"};
  item.lists = {{"city-negotiated", Money{2'000'000}}};
  item.restriction = "限诊断明确的患者";
  return item;
}

domain::Institution SampleInstitution(const std::string& institution_id) {
  domain::Institution institution;
  institution.institution_id = institution_id;
  institution.name = "第一医院";
  institution.kind = domain::InstitutionKind::kPharmacy;
  institution.level = 3;
  institution.region = "530100";
  institution.contract = {DayOf(2021, 1, 1), DayOf(2029, 12, 31)};
  institution.dual_channel = true;
  institution.instant_settlement = true;
  institution.outpatient_pooling = true;
  institution.certifies_chronic_disease = true;
  return institution;
}

domain::Designation SampleDesignation(const std::string& hospital_id,
                                      const std::string& pharmacy_id) {
  return {hospital_id, pharmacy_id, {DayOf(2022, 1, 1), domain::kOpenUntil}};
}

SettlementKey KeyOf(const domain::SettlementRecord& record) {
  return {record.person_id, record.id, DeriveReversalId(record.id)};
}

bool Same(const domain::SettlementRecord& a,
          const domain::SettlementRecord& b) {
  const auto tie = [](const domain::SettlementRecord& r) {
    return std::tie(r.id, r.kind, r.person_id, r.institution_id, r.request_id,
                    r.reverses, r.replaces, r.booked_on, r.booked_at_ms,
                    r.claim, r.totals, r.insurance, r.region, r.movements,
                    r.rows, r.persons, r.policy_revision, r.catalog_revision,
                    r.engine_revision, r.had_clock, r.reply);
  };
  if (tie(a) != tie(b) || a.reads.size() != b.reads.size()) return false;
  for (size_t i = 0; i < a.reads.size(); ++i) {
    if (Tie(a.reads[i]) != Tie(b.reads[i])) return false;
  }
  return true;
}

bool Same(const Posting& a, const Posting& b) {
  const auto tie = [](const Posting& p) {
    return std::tie(p.posting_id, p.kind, p.movement, p.caller, p.booked_on,
                    p.booked_at_ms, p.row_version);
  };
  return tie(a) == tie(b);
}

}  // namespace onestop::storage
