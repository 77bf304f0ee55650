// One claim of each refusal, and which of two refusals comes first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"
#include "domain/evaluate.h"
#include "domain/reason.h"
#include "tests/support/status_matchers.h"
#include "tests/support/world.h"

namespace onestop::domain {
namespace {

using ::onestop::testing::ClaimOf;
using ::onestop::testing::D;
using ::onestop::testing::InService;
using ::onestop::testing::Line;
using ::onestop::testing::PrescriptionFor;

// A claim that passes, at a pharmacy on a prescription, and what it needs.
class CheckClaimTest : public ::testing::Test {
 protected:
  CheckClaimTest()
      : catalog_(onestop::testing::SmallCatalog()),
        person_(InService("P-1")),
        relative_(InService("P-2")),
        claim_(ClaimOf("P-1", "P", "2025-03-10",
                       {Line("1", "A", 1000), Line("2", "BP", 2000)})) {
    claim_.prescription = PrescriptionFor(claim_, "H3");
    claim_.lines[0].days_supply = 7;
    Registration family;
    family.kind = RegistrationKind::kFamilyAccount;
    family.registered_on = D("2024-01-01");
    family.beneficiary_id = "P-1";
    relative_.registrations = {family};
    today_ = D("2025-03-20");
  }

  absl::Status Check() {
    Facts facts;
    facts.person = unknown_ ? nullptr : &person_;
    facts.year = &year_;
    facts.no_year = &no_year_;
    for (const std::string& id : DistinctRelatives(claim_)) {
      const Person* known = id == "P-2"   ? &relative_
                            : id == "P-1" ? &person_
                                          : nullptr;
      facts.relatives.push_back({known, &year_});
    }
    facts.catalog = &catalog_;
    facts.today = today_;
    facts.year_closed = year_closed_;
    return CheckClaim(facts, claim_);
  }
  std::string Reason() { return ErrorReason(Check()); }

  Catalog catalog_;
  Person person_;
  Person relative_;
  Claim claim_;
  LedgerRow year_;
  LedgerRow no_year_;
  std::optional<Day> today_;
  bool year_closed_ = false;
  bool unknown_ = false;
};

TEST_F(CheckClaimTest, AGoodClaimPasses) { ONESTOP_EXPECT_OK(Check()); }

TEST_F(CheckClaimTest, WhoAndWhereMustBeKnown) {
  claim_.prescription->institution_id = "P";  // not a hospital
  EXPECT_EQ(Reason(), "INSTITUTION_UNKNOWN");
  claim_.prescription->institution_id = "NOWHERE";
  EXPECT_EQ(Reason(), "INSTITUTION_UNKNOWN");
  claim_.institution_id = "NOWHERE";
  EXPECT_EQ(Reason(), "INSTITUTION_UNKNOWN");
  EXPECT_EQ(Check().code(), absl::StatusCode::kNotFound);
  unknown_ = true;
  EXPECT_EQ(Reason(), "PERSON_UNKNOWN");
}

TEST_F(CheckClaimTest, TheYearMustBeOpen) {
  today_ = D("2025-03-09");
  EXPECT_EQ(Reason(), "FUTURE_SERVICE_DATE");
  today_ = D("2026-03-31");
  EXPECT_EQ(Reason(), "");
  today_ = D("2026-04-01");
  EXPECT_EQ(Reason(), "YEAR_CLOSED");
  today_ = D("2025-12-31");
  year_closed_ = true;
  EXPECT_EQ(Reason(), "YEAR_CLOSED");
  today_ = std::nullopt;  // offline: no clock
  EXPECT_EQ(Reason(), "");
}

TEST_F(CheckClaimTest, BenefitsContractAndNetwork) {
  Institution pharmacy = *catalog_.FindInstitution("P");
  pharmacy.instant_settlement = false;
  catalog_.Put(pharmacy);
  EXPECT_EQ(Reason(), "INSTITUTION_NOT_NETWORKED");
  claim_.origin = Origin::kManual;
  EXPECT_EQ(Reason(), "");
  Institution hospital = *catalog_.FindInstitution("H3");
  hospital.contract.until = D("2025-03-09");
  catalog_.Put(hospital);
  EXPECT_EQ(Reason(), "INSTITUTION_NOT_CONTRACTED");
  person_.benefit_periods = {{kOpenFrom, D("2025-03-09")}};
  EXPECT_EQ(Reason(), "BENEFIT_SUSPENDED");
}

TEST_F(CheckClaimTest, LinesMustBeDistinctAndKnown) {
  claim_.lines[1].item_code = "NOTHING";
  EXPECT_EQ(Reason(), "ITEM_UNKNOWN");
  claim_.lines[1].line_id = "1";
  EXPECT_EQ(Reason(), "DUPLICATE_LINE");
  EXPECT_EQ(Check().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(CheckClaimTest, APharmacyNeedsAPrescriptionOrTheAccount) {
  claim_.prescription.reset();
  EXPECT_EQ(Reason(), "PRESCRIPTION_REQUIRED");
  claim_.account.use = true;
  EXPECT_EQ(Reason(), "");
  claim_.account.use = false;
  claim_.institution_id = "H1";
  EXPECT_EQ(Reason(), "");
}

TEST_F(CheckClaimTest, APrescriptionLastsSevenDays) {
  claim_.prescription->issued_on = D("2025-03-03");
  EXPECT_EQ(Reason(), "");
  claim_.prescription->issued_on = D("2025-03-02");
  EXPECT_EQ(Reason(), "PRESCRIPTION_EXPIRED");
  claim_.prescription->issued_on = D("2025-03-11");
  EXPECT_EQ(Reason(), "PRESCRIPTION_EXPIRED");
  claim_.institution_id = "H1";  // at a hospital too
  EXPECT_EQ(Reason(), "PRESCRIPTION_EXPIRED");
}

TEST_F(CheckClaimTest, APrescriptionIsSpentOnce) {
  ONESTOP_ASSERT_OK(no_year_.Add(
      {"P-1", kNoYear,
       PrescriptionCounter("H3", claim_.prescription->prescription_id, "A"),
       5000, D("2025-03-17")}));
  EXPECT_EQ(Reason(), "PRESCRIPTION_EXHAUSTED");
  claim_.prescription->items.push_back({"A", *ParseQuantity("0.5")});
  EXPECT_EQ(Reason(), "");  // repeated items are added
  claim_.prescription->items.erase(claim_.prescription->items.begin() + 1);
  EXPECT_EQ(Reason(), "PRESCRIPTION_EXHAUSTED");  // BP is not prescribed
}

TEST_F(CheckClaimTest, SupplyIsBounded) {
  claim_.lines[0].days_supply = 31;
  EXPECT_EQ(Reason(), "OVER_QUANTITY");
  claim_.prescription->long_term = true;
  claim_.lines[0].days_supply = 84;
  EXPECT_EQ(Reason(), "");
  claim_.lines[0].days_supply = 85;
  EXPECT_EQ(Reason(), "OVER_QUANTITY");
}

TEST_F(CheckClaimTest, ARefillWaitsUntilAWeekBeforeTheEnd) {
  const Movement reaches{"P-1", kNoYear, SupplyCounter("A", "x"), 1,
                         D("2025-03-17")};
  ONESTOP_ASSERT_OK(no_year_.Add(reaches));
  EXPECT_EQ(Reason(), "");
  ONESTOP_ASSERT_OK(no_year_.Add(
      {"P-1", kNoYear, SupplyCounter("A", "y"), 1, D("2025-03-18")}));
  EXPECT_EQ(Reason(), "REFILL_TOO_SOON");
  claim_.lines[0].days_supply = 0;
  EXPECT_EQ(Reason(), "");
}

TEST_F(CheckClaimTest, TheAmountMayDifferByAFen) {
  claim_.lines[0].unit_price = ParseUnitPrice("10.01");
  EXPECT_EQ(Reason(), "");
  claim_.lines[0].unit_price = ParseUnitPrice("10.02");
  EXPECT_EQ(Reason(), "AMOUNT_MISMATCH");
  claim_.lines[0].unit_price = ParseUnitPrice("0");
  EXPECT_EQ(Reason(), "AMOUNT_MISMATCH");
}

TEST_F(CheckClaimTest, ARelativeMustHaveRegisteredTheAccount) {
  claim_.account.relatives = {"P-2"};
  EXPECT_EQ(Reason(), "");
  claim_.account.use = true;
  EXPECT_EQ(Reason(), "");
  claim_.account.relatives = {"P-2", "P-2", "P-1"};  // the person himself
  EXPECT_EQ(Reason(), "ACCOUNT_NOT_BOUND");
  claim_.account.relatives = {"P-9"};
  EXPECT_EQ(Reason(), "ACCOUNT_NOT_BOUND");
  claim_.account.relatives = {"P-2"};
  relative_.registrations[0].revoked_on = D("2025-03-10");
  EXPECT_EQ(Reason(), "ACCOUNT_NOT_BOUND");
}

TEST_F(CheckClaimTest, TheFirstRowThatAppliesIsTheAnswer) {
  claim_.account.use = true;
  claim_.account.relatives = {"P-9"};  // row 14
  struct Fault {
    const char* reason;
    std::function<void()> make;
  };
  const std::vector<Fault> from_last_to_first = {
      {"AMOUNT_MISMATCH",
       [this] { claim_.lines[1].unit_price = ParseUnitPrice("1"); }},
      {"REFILL_TOO_SOON",
       [this] {
         ONESTOP_EXPECT_OK(no_year_.Add(
             {"P-1", kNoYear, SupplyCounter("A", "y"), 1, D("2025-05-01")}));
       }},
      {"OVER_QUANTITY", [this] { claim_.lines[1].days_supply = 60; }},
      {"PRESCRIPTION_EXHAUSTED",
       [this] { claim_.prescription->items.pop_back(); }},
      {"PRESCRIPTION_EXPIRED",
       [this] { claim_.prescription->issued_on = D("2025-01-01"); }},
      {"ITEM_UNKNOWN", [this] { claim_.lines[1].item_code = "NOTHING"; }},
      {"DUPLICATE_LINE", [this] { claim_.lines[1].line_id = "1"; }},
      {"BENEFIT_SUSPENDED",
       [this] {
         person_.benefit_periods = {{kOpenFrom, D("2020-01-01")}};
       }},
      {"FUTURE_SERVICE_DATE", [this] { today_ = D("2025-01-01"); }},
      {"INSTITUTION_UNKNOWN", [this] { claim_.institution_id = "NOWHERE"; }},
      {"PERSON_UNKNOWN", [this] { unknown_ = true; }},
  };
  EXPECT_EQ(Reason(), "ACCOUNT_NOT_BOUND");
  for (const Fault& fault : from_last_to_first) {
    fault.make();
    EXPECT_EQ(Reason(), fault.reason);
  }
}

}  // namespace
}  // namespace onestop::domain
