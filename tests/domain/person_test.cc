// Registrations, coverage and benefits by day.
#include "domain/person.h"

#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace onestop::domain {
namespace {

using testing::D;

Registration Treatment(const char* registered_on) {
  Registration registration;
  registration.kind = RegistrationKind::kTreatment;
  registration.registered_on = D(registered_on);
  return registration;
}

TEST(RegistrationTest, TreatmentLastsToTheDayBeforeTheSameDateNextYear) {
  EXPECT_EQ(FormatDay(ValidUntil(Treatment("2024-02-29"))), "2025-02-28");
  EXPECT_EQ(FormatDay(ValidUntil(Treatment("2024-03-15"))), "2025-03-14");
  Registration given = Treatment("2024-03-15");
  given.valid_until = D("2024-04-01");  // ignored
  EXPECT_EQ(FormatDay(ValidUntil(given)), "2025-03-14");
}

TEST(RegistrationTest, TreatmentLapsesHalfAYearAfterTheLastAssessment) {
  Registration registration = Treatment("2024-08-31");
  EXPECT_EQ(StateOn(registration, D("2025-02-28")), RegistrationState::kActive);
  EXPECT_EQ(StateOn(registration, D("2025-03-01")),
            RegistrationState::kOverdue);
  registration.assessed_on = {D("2025-04-01"), D("2025-01-10")};
  EXPECT_EQ(StateOn(registration, D("2025-03-01")), RegistrationState::kActive);
  registration.assessed_on = {D("2025-04-01")};  // after the day: not yet
  EXPECT_EQ(StateOn(registration, D("2025-03-31")),
            RegistrationState::kOverdue);
  EXPECT_EQ(StateOn(registration, D("2025-04-01")), RegistrationState::kActive);
}

TEST(RegistrationTest, OthersLastAsGivenAndEndTheDayTheyAreRevoked) {
  Registration registration;
  registration.kind = RegistrationKind::kChronicDisease;
  registration.registered_on = D("2024-01-01");
  EXPECT_EQ(StateOn(registration, D("2030-01-01")), RegistrationState::kActive);
  EXPECT_EQ(StateOn(registration, D("2023-12-31")),
            RegistrationState::kExpired);
  registration.valid_until = D("2024-06-30");
  EXPECT_EQ(StateOn(registration, D("2024-06-30")), RegistrationState::kActive);
  EXPECT_EQ(StateOn(registration, D("2024-07-01")),
            RegistrationState::kExpired);
  registration.revoked_on = D("2024-05-01");
  EXPECT_EQ(StateOn(registration, D("2024-04-30")), RegistrationState::kActive);
  EXPECT_EQ(StateOn(registration, D("2024-05-01")),
            RegistrationState::kExpired);
}

TEST(RegistrationTest, ActiveUntilTellsTheLastDayAsThingsStand) {
  Registration chronic;
  chronic.kind = RegistrationKind::kChronicDisease;
  chronic.registered_on = D("2024-01-01");
  EXPECT_EQ(ActiveUntil(chronic, D("2024-06-01")), kOpenUntil);
  chronic.valid_until = D("2024-12-31");
  EXPECT_EQ(ActiveUntil(chronic, D("2024-06-01")), D("2024-12-31"));
  chronic.revoked_on = D("2024-05-01");
  EXPECT_EQ(ActiveUntil(chronic, D("2024-06-01")), D("2024-04-30"));
  chronic.revoked_on = D("2025-05-01");  // it had ended before
  EXPECT_EQ(ActiveUntil(chronic, D("2024-06-01")), D("2024-12-31"));
  chronic.revoked_on = D("2024-01-01");
  EXPECT_EQ(ActiveUntil(chronic, D("2024-06-01")), D("2023-12-31"));

  Registration treatment = Treatment("2024-03-15");
  EXPECT_EQ(ActiveUntil(treatment, D("2024-04-01")), D("2024-09-15"));
  treatment.assessed_on = {D("2024-08-01"), D("2024-06-01")};
  EXPECT_EQ(ActiveUntil(treatment, D("2024-04-01")), D("2025-02-01"));
  treatment.assessed_on.push_back(D("2024-12-01"));
  EXPECT_EQ(ActiveUntil(treatment, D("2024-04-01")), D("2025-03-14"));
}

// Day by day: a run of active days ends where ActiveUntil says.
TEST(RegistrationTest, ActiveUntilAgreesWithTheStateOfEachDay) {
  Registration lapsing = Treatment("2024-01-31");
  lapsing.assessed_on = {D("2024-10-15")};  // lapses 2024-08-01
  Registration revoked = lapsing;
  revoked.revoked_on = D("2024-11-20");
  Registration late = lapsing;
  late.assessed_on = {D("2025-06-01")};  // after its end
  for (const Registration& registration : {lapsing, revoked, late}) {
    Day last = registration.registered_on;
    for (Day day = last; day < D("2026-01-01"); day = day + 1) {
      if (StateOn(registration, day) == RegistrationState::kActive) last = day;
    }
    for (Day day = D("2024-01-01"); day < D("2026-01-01"); day = day + 1) {
      Day end = last;
      if (StateOn(registration, day) == RegistrationState::kActive) {
        end = day;
        while (StateOn(registration, end + 1) == RegistrationState::kActive) {
          end = end + 1;
        }
      }
      ASSERT_EQ(FormatDay(ActiveUntil(registration, day)), FormatDay(end))
          << FormatDay(day);
    }
  }
}

TEST(RegistrationTest, ItemsAreThoseOfTheDay) {
  Registration registration = Treatment("2024-01-01");
  registration.item_codes = {"A"};
  registration.item_versions = {{D("2024-03-01"), {"B"}},
                                {D("2024-05-01"), {"B", "C"}}};
  EXPECT_EQ(ItemsOn(registration, D("2024-02-29")).front(), "A");
  EXPECT_EQ(ItemsOn(registration, D("2024-03-01")).front(), "B");
  EXPECT_EQ(ItemsOn(registration, D("2024-06-01")).size(), 2u);
}

TEST(PersonTest, APeriodThatCoversTheDayGoesBeforeThePlainFields) {
  Person person;
  person.always.region = "530100";
  Coverage moved;
  moved.region = "370100";
  moved.period = {D("2024-07-01"), D("2024-12-31")};
  person.coverages = {moved};
  EXPECT_EQ(person.CoverageOn(D("2024-06-30")).region, "530100");
  EXPECT_EQ(person.CoverageOn(D("2024-07-01")).region, "370100");
  EXPECT_EQ(person.CoverageOn(D("2024-12-31")).region, "370100");
  EXPECT_EQ(person.CoverageOn(D("2025-01-01")).region, "530100");
}

TEST(PersonTest, NoBenefitPeriodMeansInForce) {
  Person person;
  EXPECT_TRUE(person.BenefitsInForce(D("2024-01-01")));
  person.benefit_periods = {{D("2024-02-01"), D("2024-02-29")},
                            {D("2024-06-01"), kOpenUntil}};
  EXPECT_FALSE(person.BenefitsInForce(D("2024-01-31")));
  EXPECT_TRUE(person.BenefitsInForce(D("2024-02-29")));
  EXPECT_FALSE(person.BenefitsInForce(D("2024-03-01")));
  EXPECT_TRUE(person.BenefitsInForce(D("2044-01-01")));
}

TEST(PersonTest, AnAccountIsSharedByAnotherPersonsActiveRegistration) {
  Person owner;
  owner.person_id = "O";
  EXPECT_TRUE(BeneficiariesOf(owner).empty());
  Registration family;
  family.kind = RegistrationKind::kFamilyAccount;
  family.registered_on = D("2024-01-01");
  family.revoked_on = D("2025-01-01");
  for (const char* beneficiary : {"P", "C", "P", "O"}) {
    family.beneficiary_id = beneficiary;
    owner.registrations.push_back(family);
  }
  EXPECT_EQ(BeneficiariesOf(owner),
            (std::vector<std::string_view>{"C", "O", "P"}));
  EXPECT_TRUE(SharesAccount(owner, "P", D("2024-12-31")));
  EXPECT_FALSE(SharesAccount(owner, "P", D("2025-01-01")));
  EXPECT_FALSE(SharesAccount(owner, "X", D("2024-12-31")));
  EXPECT_FALSE(SharesAccount(owner, "O", D("2024-12-31"))) << "oneself";
}

}  // namespace
}  // namespace onestop::domain
