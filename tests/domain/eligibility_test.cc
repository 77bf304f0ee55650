// What a person is entitled to: refusals, standing, what is left, routes; and
// that all of it agrees with a quote of the same day.
#include "domain/eligibility.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "domain/reason.h"
#include "tests/support/policies.h"
#include "tests/support/random_claims.h"
#include "tests/support/status_matchers.h"
#include "tests/support/world.h"

namespace onestop::domain {
namespace {

using namespace onestop::testing;  // the small world reads like a sentence
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class EligibilityTest : public ::testing::Test {
 protected:
  EligibilityTest() : catalog_(SmallCatalog()), person_(InService("P-1")) {
    inquiry_.person_id = "P-1";
    inquiry_.institution_id = "H3";
    inquiry_.service_date = D("2025-03-10");
    inquiry_.physician_id = "DR1";
    inquiry_.diagnosis_codes = {"I10"};
  }

  absl::StatusOr<Eligibility> Try() {
    Facts facts;
    facts.person = unknown_ ? nullptr : &person_;
    facts.year = &year_;
    facts.no_year = &no_year_;
    facts.catalog = &catalog_;
    facts.today = today_;
    facts.year_closed = year_closed_;
    return JudgeEligibility(ShippedPolicy(), facts, owners_, inquiry_);
  }
  Eligibility Judge() {
    auto eligibility = Try();
    EXPECT_THAT(eligibility, IsOk());
    return *std::move(eligibility);
  }
  // "counter limit used left", a layer's threshold with a question mark.
  std::vector<std::string> Left() {
    std::vector<std::string> rows;
    for (const Remaining& left : Judge().remaining) {
      rows.push_back(absl::StrCat(left.counter, " ", left.limit.fen, " ",
                                  left.used.fen, " ", left.Left().fen,
                                  left.is_deductible ? " ded" : ""));
    }
    return rows;
  }
  // "scheme" of each item asked about, or its last reason.
  std::vector<std::string> Routes() {
    const Eligibility told = Judge();
    std::vector<std::string> routes;
    for (const ItemRoute& route : told.items) {
      std::string text = route.item_code;
      for (const PassedOver& passed : route.passed_over) {
        absl::StrAppend(&text, " ", std::string(Name(passed.reason)));
      }
      if (route.first_scheme >= 0) {
        absl::StrAppend(
            &text, " ",
            told.plan->schemes[static_cast<size_t>(route.first_scheme)].id);
      }
      routes.push_back(text);
    }
    return routes;
  }
  void Used(const std::string& counter, int64_t amount) {
    year_.Set({counter, amount, kOpenUntil});
  }
  void Change(const std::string& id, void (*change)(Institution&)) {
    Institution institution = *catalog_.FindInstitution(id);
    change(institution);
    catalog_.Put(institution);
  }
  void Prescribe(const std::string& hospital, const char* issued_on) {
    Prescription& prescription = inquiry_.prescription.emplace();
    prescription.prescription_id = "RX";
    prescription.institution_id = hospital;
    prescription.physician_id = "DR1";
    prescription.issued_on = D(issued_on);
    prescription.channel = Channel::kECenter;
    prescription.items = {{"A", *ParseQuantity("2")},
                          {"N1", *ParseQuantity("1.5")},
                          {"A", *ParseQuantity("3")}};
  }
  void Dispensed(const std::string& item, int64_t ten_thousandths) {
    no_year_.Set({PrescriptionCounter("H3", "RX", item), ten_thousandths,
                  D("2025-03-17")});
  }
  Registration Treatment(const std::string& hospital) {
    Registration treatment =
        Registered(RegistrationKind::kTreatment, "", "2025-01-02");
    treatment.institution_id = hospital;
    treatment.physician_id = "DR1";
    treatment.item_codes = {"N1"};
    return treatment;
  }

  Catalog catalog_;
  Person person_;
  std::vector<Person> owners_;
  LedgerRow year_;
  LedgerRow no_year_;
  Inquiry inquiry_;
  std::optional<Day> today_ = D("2025-03-20");
  bool year_closed_ = false;
  bool unknown_ = false;
};

// ---- refusals ----

TEST_F(EligibilityTest, WhoAndWhereMustBeKnown) {
  inquiry_.institution_id = "NOWHERE";
  EXPECT_EQ(ErrorReason(Try().status()), "INSTITUTION_UNKNOWN");
  EXPECT_EQ(Try().status().code(), absl::StatusCode::kNotFound);
  unknown_ = true;
  EXPECT_EQ(ErrorReason(Try().status()), "PERSON_UNKNOWN");
  unknown_ = false;
  inquiry_.institution_id = "";
  EXPECT_TRUE(Judge().in_force);
  Prescribe("P", "2025-03-10");  // a pharmacy prescribes nothing
  EXPECT_EQ(ErrorReason(Try().status()), "INSTITUTION_UNKNOWN");
}

TEST_F(EligibilityTest, NothingRefusesAPersonInGoodStanding) {
  const Eligibility told = Judge();
  EXPECT_TRUE(told.in_force);
  EXPECT_THAT(told.refusals, IsEmpty());
  EXPECT_EQ(told.coverage->region, "530100");
}

TEST_F(EligibilityTest, TellsEveryRefusalInTheOrderOfTheChecks) {
  inquiry_.institution_id = "P";
  inquiry_.item_codes = {"NOTHING", "A"};
  Prescribe("H3", "2025-01-10");
  Dispensed("A", 50000);
  Change("P", [](Institution& p) { p.instant_settlement = false; });
  Change("H3", [](Institution& h) { h.contract.until = D("2025-03-09"); });
  person_.benefit_periods = {{kOpenFrom, D("2025-03-09")}};
  year_closed_ = true;
  EXPECT_THAT(Judge().refusals,
              ElementsAre("YEAR_CLOSED", "BENEFIT_SUSPENDED",
                          "INSTITUTION_NOT_CONTRACTED",
                          "INSTITUTION_NOT_NETWORKED", "ITEM_UNKNOWN",
                          "PRESCRIPTION_EXPIRED", "PRESCRIPTION_EXHAUSTED"));
  inquiry_.prescription.reset();
  EXPECT_THAT(Judge().refusals, Contains("PRESCRIPTION_REQUIRED"));
}

// in_force is about the person and the institution alone.
TEST_F(EligibilityTest, InForceIsForThePersonsAndTheInstitutionsSake) {
  today_ = D("2025-03-09");
  EXPECT_THAT(Judge().refusals, ElementsAre("FUTURE_SERVICE_DATE"));
  EXPECT_TRUE(Judge().in_force);
  today_ = D("2026-04-01");
  EXPECT_THAT(Judge().refusals, ElementsAre("YEAR_CLOSED"));
  EXPECT_TRUE(Judge().in_force);
  today_ = D("2025-03-10");
  inquiry_.institution_id = "P";
  EXPECT_THAT(Judge().refusals, ElementsAre("PRESCRIPTION_REQUIRED"));
  EXPECT_TRUE(Judge().in_force);
  Change("P", [](Institution& p) { p.instant_settlement = false; });
  EXPECT_FALSE(Judge().in_force);
  inquiry_.institution_id = "H3";
  EXPECT_TRUE(Judge().in_force);
  Change("H3", [](Institution& h) { h.contract.from = D("2025-03-11"); });
  EXPECT_FALSE(Judge().in_force);
  inquiry_.institution_id = "";
  EXPECT_TRUE(Judge().in_force);
  person_.benefit_periods = {{D("2025-03-11"), kOpenUntil}};
  EXPECT_FALSE(Judge().in_force);
}

// ---- registrations and accounts ----

TEST_F(EligibilityTest, TellsTheStandingOfEachRegistration) {
  Registration lapsed = Treatment("H3");
  lapsed.registered_on = D("2024-08-01");
  Registration ended =
      Registered(RegistrationKind::kChronicDisease, "M03900", "2024-01-01");
  ended.valid_until = D("2024-12-31");
  Registration open =
      Registered(RegistrationKind::kChronicDisease, "M01600", "2024-01-01");
  person_.registrations = {lapsed, ended, open};
  const Eligibility told = Judge();
  ASSERT_EQ(told.registrations.size(), 3u);
  EXPECT_EQ(told.registrations[0].reason, PassReason::kReassessmentOverdue);
  EXPECT_EQ(told.registrations[0].active_until, D("2025-02-01"));
  EXPECT_EQ(told.registrations[1].reason, PassReason::kRegistrationExpired);
  EXPECT_EQ(told.registrations[1].active_until, D("2024-12-31"));
  EXPECT_EQ(told.registrations[2].reason, PassReason::kNone);
  EXPECT_EQ(told.registrations[2].active_until, kOpenUntil);
}

TEST_F(EligibilityTest, TellsWhoseAccountsPay) {
  no_year_.Set({std::string(kAccountCounter), 12345, kOpenUntil});
  Person sharing = InService("O-1");
  Registration family =
      Registered(RegistrationKind::kFamilyAccount, "", "2024-01-01");
  family.beneficiary_id = "P-1";
  sharing.registrations = {family};
  Person revoked = sharing;
  revoked.person_id = "O-2";
  revoked.registrations[0].revoked_on = D("2025-03-10");
  Person resident = Resident("O-3");  // has no account
  resident.registrations = {family};
  Person for_another = sharing;
  for_another.person_id = "O-4";
  for_another.registrations[0].beneficiary_id = "P-2";
  Person oneself = sharing;
  oneself.person_id = "P-1";
  owners_ = {sharing, revoked, resident, for_another, oneself};
  EXPECT_THAT(Judge().account_owners, ElementsAre("O-1"));
  EXPECT_EQ(Judge().account_balance.fen, 12345);
  person_ = Resident("P-1");
  EXPECT_EQ(Judge().account_balance.fen, 0);
  EXPECT_THAT(Judge().account_owners, ElementsAre("O-1"));
}

// ---- what is left ----

TEST_F(EligibilityTest, TellsWhatIsLeftForAnEmployee) {
  Used("cap/yn-outpatient-employee", 590000);
  Used("cap/inpatient", 13000000);  // more than the limit
  Used("dedc/yn-outpatient-employee/V1", 6000);
  Used("basis/km-large-employee", 900000);
  EXPECT_THAT(Left(),
              ElementsAre("cap/inpatient 12000000 13000000 0",
                          "dedc/yn-outpatient-employee/ 6000 0 6000 ded",
                          "cap/yn-outpatient-employee 600000 590000 10000",
                          "basis/km-large-employee 800000 900000 0 ded",
                          "paid/km-large-employee 30000000 0 30000000"));
}

TEST_F(EligibilityTest, APerVisitDeductibleIsTheLevelsWhereOneIsKnown) {
  const auto visit = [this] {
    for (const std::string& row : Left()) {
      if (absl::StartsWith(row, "dedc/yn-outpatient")) return row;
    }
    return std::string("none");
  };
  inquiry_.institution_id = "H1";
  EXPECT_EQ(visit(), "dedc/yn-outpatient-employee/ 2000 0 2000 ded");
  inquiry_.institution_id = "";
  EXPECT_EQ(visit(), "none");
  inquiry_.institution_id = "P";
  EXPECT_EQ(visit(), "none");
  Prescribe("H2", "2025-03-10");  // the prescriber governs
  EXPECT_EQ(visit(), "dedc/yn-outpatient-employee/ 4000 0 4000 ded");
}

TEST_F(EligibilityTest, ADrugsLimitsAreToldWhenItIsAskedAbout) {
  Used("dedc/yn-negotiated-employee/N1", 50000);
  inquiry_.item_codes = {"N1", "N2", "A"};
  EXPECT_THAT(
      Left(),
      AllOf(Contains("dedc/yn-negotiated-employee/N1 120000 50000 70000 ded"),
            // N2 is out of its indications.
            Not(Contains(::testing::HasSubstr("N2")))));
  inquiry_.institution_id = "H2";
  EXPECT_THAT(Left(),
              Contains("dedc/yn-negotiated-employee/N1 80000 50000 30000 ded"));
  // The highest level's, nowhere in particular and where it is not served.
  for (const char* institution : {"", "H1"}) {
    inquiry_.institution_id = institution;
    EXPECT_THAT(
        Left(),
        Contains("dedc/yn-negotiated-employee/N1 120000 50000 70000 ded"));
  }
}

TEST_F(EligibilityTest, RegisteredDiseasesHaveTheirLimits) {
  person_ = Resident("P-1");
  Registration expired =
      Registered(RegistrationKind::kChronicDisease, "M06900", "2024-01-01");
  expired.valid_until = D("2024-12-31");
  person_.registrations = {
      Registered(RegistrationKind::kChronicDisease, "M03900", "2024-01-01"),
      expired,
      Registered(RegistrationKind::kTwoDisease, "DIABETES", "2024-01-01")};
  person_.always.assistance = Assistance::kExtremePoverty;
  Used("cap/km-chronic-resident/M03900", 100000);
  EXPECT_THAT(Left(),
              ElementsAre("dedc/km-chronic-resident 20000 0 20000 ded",
                          "cap/km-chronic-resident/M03900 150000 100000 50000",
                          "cap/km-two-disease/DIABETES 60000 0 60000",
                          "cap/inpatient 8000000 0 8000000",
                          "cap/km-outpatient-resident 40000 0 40000",
                          "basis/km-critical-resident 1000000 0 1000000 ded",
                          "paid/km-critical-resident 20000000 0 20000000",
                          // Pays from the first fen: no threshold.
                          "paid/assistance 5000000 0 5000000"));
}

TEST_F(EligibilityTest, RegisteredDrugsAreToldUnaskedWhateverTheHospital) {
  person_ = Resident("P-1", "120000");
  person_.registrations = {Treatment("T3")};
  inquiry_.institution_id = "T2";
  inquiry_.physician_id = "";
  Used("cap/city-negotiated/N1", 1800000);
  EXPECT_THAT(Left(),
              ElementsAre("dedc/city-negotiated 50000 0 50000 ded",
                          "cap/city-negotiated/N1 2000000 1800000 200000",
                          "basis/city-critical 2000000 0 2000000 ded",
                          "paid/city-critical 30000000 0 30000000"));
  EXPECT_THAT(Judge().items, IsEmpty());
  person_.registrations[0].revoked_on = D("2025-02-01");
  EXPECT_THAT(Left(), ElementsAre("basis/city-critical 2000000 0 2000000 ded",
                                  "paid/city-critical 30000000 0 30000000"));
}

// ---- prescription ----

TEST_F(EligibilityTest, TellsWhatAPrescriptionHasLeft) {
  Prescribe("H3", "2025-03-05");
  Dispensed("A", 45000);
  Dispensed("N1", 20000);  // more than was prescribed
  const Eligibility told = Judge();
  ASSERT_EQ(told.prescription_left.size(), 2u);
  EXPECT_EQ(told.prescription_left[0].item_code, "A");
  EXPECT_EQ(told.prescription_left[0].prescribed, *ParseQuantity("5"));
  EXPECT_EQ(told.prescription_left[0].dispensed, *ParseQuantity("4.5"));
  EXPECT_EQ(told.prescription_left[0].Left(), *ParseQuantity("0.5"));
  EXPECT_EQ(told.prescription_left[1].Left(), Quantity{0});
  EXPECT_THAT(told.refusals, IsEmpty());
  inquiry_.item_codes = {"A"};
  EXPECT_THAT(Judge().refusals, IsEmpty());
  inquiry_.item_codes = {"A", "N1"};
  EXPECT_THAT(Judge().refusals, ElementsAre("PRESCRIPTION_EXHAUSTED"));
  inquiry_.item_codes = {"B"};  // not prescribed
  EXPECT_THAT(Judge().refusals, ElementsAre("PRESCRIPTION_EXHAUSTED"));
  inquiry_.item_codes = {};
  Dispensed("A", 50000);
  EXPECT_THAT(Judge().refusals, ElementsAre("PRESCRIPTION_EXHAUSTED"));
}

// ---- routes ----

TEST_F(EligibilityTest, TellsTheFirstSchemeAndThosePassedOver) {
  inquiry_.item_codes = {"N1", "A", "OWN", "NOTHING", "A"};
  EXPECT_THAT(
      Routes(),
      ElementsAre("N1 NO_REGISTRATION yn-negotiated-employee",
                  "A NO_REGISTRATION NOT_NEGOTIATED yn-outpatient-employee",
                  "OWN NOTHING_IN_SCOPE NOTHING_IN_SCOPE NOTHING_IN_SCOPE",
                  "NOTHING"));
  inquiry_.institution_id = "H1";
  inquiry_.item_codes = {"N1"};
  EXPECT_THAT(Routes(), ElementsAre("N1 NO_REGISTRATION INSTITUTION_LEVEL "
                                    "yn-outpatient-employee"));
  inquiry_.institution_id = "P";
  EXPECT_THAT(Routes(), ElementsAre("N1 NO_REGISTRATION PRESCRIPTION_REQUIRED "
                                    "PRESCRIPTION_REQUIRED"));
  inquiry_.institution_id = "";  // nothing is asked of the place
  EXPECT_THAT(Routes(),
              ElementsAre("N1 NO_REGISTRATION yn-negotiated-employee"));
}

TEST_F(EligibilityTest, WhereNoSchemeIsModelledItSaysSo) {
  inquiry_.item_codes = {"A"};
  person_ = Resident("P-1", "999999");
  EXPECT_THAT(Routes(), ElementsAre("A NOT_MODELLED"));
  EXPECT_THAT(Judge().remaining, IsEmpty());
}

// A low ceiling leaves little in scope of one unit, but it is not nothing.
TEST_F(EligibilityTest, ALowCeilingIsStillInScope) {
  Item cheap = PlainItem("CHEAP", ItemClass::kB);
  cheap.listing = {{D("2021-01-01"), *ParseUnitPrice("0.000001")}};
  catalog_.Put(cheap);
  inquiry_.item_codes = {"CHEAP"};
  EXPECT_THAT(Routes(), ElementsAre("CHEAP NO_REGISTRATION NOT_NEGOTIATED "
                                    "yn-outpatient-employee"));
}

// ---- the same as a quote ----

int64_t MovedBy(const Outcome& outcome, const std::string& counter) {
  for (const Movement& movement : outcome.movements) {
    if (movement.counter == counter) return movement.amount;
  }
  return 0;
}

// The row that eligibility gave for a receipt's; a visit's has the visit's id.
const Remaining* Matching(const Eligibility& told, const Remaining& receipt,
                          const std::string& encounter) {
  for (const Remaining& left : told.remaining) {
    if (left.counter == receipt.counter ||
        left.counter + encounter == receipt.counter) {
      return &left;
    }
  }
  return nullptr;
}

void ExpectAgreement(const Claim& claim, const Outcome& quote,
                     const Eligibility& told) {
  RC_ASSERT(told.in_force);
  for (const std::string& reason : told.refusals) {
    RC_ASSERT(reason == refusal::kPrescriptionRequired);
    RC_ASSERT(claim.account.use);
  }
  for (size_t i = 0; i < claim.lines.size(); ++i) {
    if (quote.lines[i].in_scope.fen == 0) continue;
    const auto route = std::find_if(
        told.items.begin(), told.items.end(), [&](const ItemRoute& item) {
          return item.item_code == claim.lines[i].item_code;
        });
    RC_ASSERT(route != told.items.end());
    RC_ASSERT(route->first_scheme == quote.lines[i].first_scheme);
    RC_ASSERT(route->passed_over.size() == quote.lines[i].passed_over.size());
  }
  for (const Remaining& receipt : quote.remaining) {
    const Remaining* left = Matching(told, receipt, claim.encounter_id);
    RC_ASSERT(left != nullptr);
    RC_ASSERT(left->limit == receipt.limit);
    RC_ASSERT(left->is_deductible == receipt.is_deductible);
    const int64_t before = receipt.used.fen - MovedBy(quote, receipt.counter);
    RC_ASSERT(left->used.fen == before);
  }
  for (const Remaining& left : told.remaining) {
    RC_ASSERT(left.Left() == Max(Money{0}, left.limit - left.used));
  }
}

RC_GTEST_PROP(EligibilityProperties, AgreesWithAQuoteOfTheSameDay, ()) {
  const RandomWorld world = *ArbitraryWorld();
  const std::vector<Claim> claims = *ArbitraryClaims(world, 1);
  const Claim& claim = claims.front();
  Book book(ShippedPolicy(), world.catalog, {});
  for (const Person& person : world.persons) book.AddPerson(person);
  for (const auto& [key, row] : world.opening) book.AddLedger(key, row);
  Facts facts;
  facts.person = book.FindPerson(claim.person_id);
  facts.year = &book.Committed({claim.person_id, YearOf(claim.service_date)});
  facts.no_year = &book.Committed({claim.person_id, kNoYear});
  facts.catalog = &world.catalog;
  Inquiry inquiry{claim.person_id,
                  claim.institution_id,
                  claim.service_date,
                  claim.prescription,
                  {},
                  claim.diagnosis_codes,
                  claim.physician_id};
  for (const ClaimLine& line : claim.lines) {
    inquiry.item_codes.push_back(line.item_code);
  }
  const auto told =
      JudgeEligibility(ShippedPolicy(), facts, world.persons, inquiry);
  RC_ASSERT(told.ok());
  const auto quote = book.Quote(claim);
  RC_TAG(quote.ok() ? std::string("quoted") : ErrorReason(quote.status()));
  if (quote.ok()) return ExpectAgreement(claim, *quote, *told);
  const std::string reason = ErrorReason(quote.status());
  if (reason == refusal::kPrescriptionRequired) {
    RC_ASSERT(told->refusals.front() == reason);
  }
}

}  // namespace
}  // namespace onestop::domain
