// What may be imported, and that it comes back as it was.
#include "wire/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"
#include "domain/register.h"
#include "tests/support/status_matchers.h"
#include "tests/wire/samples.h"

namespace onestop::wire {
namespace {

using onestop::testing::BadFields;
using onestop::testing::EmptyPolicy;
using ::testing::ElementsAre;
using ::testing::SizeIs;

pb::Person GoodPerson() {
  pb::Person person;
  person.set_person_id("P-1");
  person.set_birth_date("1980-05-05");
  person.set_pooling_region("530100");
  person.set_insurance_type(pb::INSURANCE_TYPE_EMPLOYEE);
  person.set_person_category(pb::PERSON_CATEGORY_RETIRED);
  person.set_assistance_category(pb::ASSISTANCE_CATEGORY_LOW_INCOME);
  person.add_benefit_periods()->set_from("2025-01-01");
  pb::CommercialHolding& holding = *person.add_commercial();
  holding.set_product_id("QLB-2022");
  holding.set_until("2023-06-30");
  pb::StatusPeriod& status = *person.add_status_periods();
  status.set_until("2020-12-31");
  status.set_pooling_region("370100");
  status.set_insurance_type(pb::INSURANCE_TYPE_RESIDENT);
  status.set_person_category(pb::PERSON_CATEGORY_RESIDENT);
  return person;
}

TEST(PersonTest, IsReadAndWrittenBack) {
  ONESTOP_ASSERT_OK_AND_ASSIGN(const domain::Person person,
                               PersonFromProto(GoodPerson(), EmptyPolicy()));
  EXPECT_EQ(person.always.category, domain::Category::kRetired);
  ASSERT_THAT(person.coverages, SizeIs(1));
  EXPECT_EQ(person.coverages[0].region, "370100");
  EXPECT_EQ(PersonToProto(person).SerializeAsString(),
            GoodPerson().SerializeAsString());
}

TEST(PersonTest, EachMalformedFieldIsNamed) {
  const struct {
    const char* field;
    std::function<void(pb::Person&)> spoil;
  } rows[] = {
      {"persons[2].person_id", [](pb::Person& p) { p.clear_person_id(); }},
      {"persons[2].birth_date", [](pb::Person& p) { p.clear_birth_date(); }},
      {"persons[2].pooling_region",
       [](pb::Person& p) { p.clear_pooling_region(); }},
      {"persons[2].insurance_type",
       [](pb::Person& p) { p.clear_insurance_type(); }},
      {"persons[2].person_category",
       [](pb::Person& p) {
         p.set_person_category(static_cast<pb::PersonCategory>(9));
       }},
      {"persons[2].assistance_category",
       [](pb::Person& p) {
         p.set_assistance_category(static_cast<pb::AssistanceCategory>(9));
       }},
      {"persons[2].benefit_periods[0].until",
       [](pb::Person& p) {
         p.mutable_benefit_periods(0)->set_until("2024-12-31");
       }},
      {"persons[2].commercial[0].product_id",
       [](pb::Person& p) { p.mutable_commercial(0)->clear_product_id(); }},
      {"persons[2].status_periods",
       [](pb::Person& p) { *p.add_status_periods() = p.status_periods(0); }},
  };
  for (const auto& row : rows) {
    pb::Person person = GoodPerson();
    row.spoil(person);
    EXPECT_THAT(
        BadFields(
            PersonFromProto(person, EmptyPolicy(), "persons[2]").status()),
        ElementsAre(row.field));
  }
}

TEST(PersonTest, NoSchemesOrAnUnfittingCategoryCannotBeImported) {
  pb::Person person = GoodPerson();
  person.set_pooling_region("110000");
  absl::Status status = PersonFromProto(person, EmptyPolicy()).status();
  EXPECT_EQ(ErrorReason(status), domain::refusal::kRegionUnknown);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);

  person = GoodPerson();
  person.set_person_category(pb::PERSON_CATEGORY_RESIDENT);
  status = PersonFromProto(person, EmptyPolicy()).status();
  EXPECT_EQ(ErrorReason(status), domain::refusal::kWrongInsurance);

  person = GoodPerson();
  person.mutable_status_periods(0)->set_person_category(
      pb::PERSON_CATEGORY_IN_SERVICE);
  status = PersonFromProto(person, EmptyPolicy()).status();
  EXPECT_EQ(ErrorReason(status), domain::refusal::kWrongInsurance);
}

TEST(InstitutionTest, IsReadAndWrittenBack) {
  pb::Institution in;
  in.set_institution_id("H-1");
  in.set_name("某医院");
  in.set_level(3);
  in.set_region("530100");
  in.set_institution_kind(pb::INSTITUTION_KIND_HOSPITAL);
  in.set_contract_from("2021-01-01");
  in.set_certifies_chronic_disease(true);
  ONESTOP_ASSERT_OK_AND_ASSIGN(const domain::Institution institution,
                               InstitutionFromProto(in));
  EXPECT_EQ(InstitutionToProto(institution).SerializeAsString(),
            in.SerializeAsString());
  in.set_level(4);
  in.clear_institution_kind();
  in.set_contract_until("2020-01-01");
  EXPECT_THAT(BadFields(InstitutionFromProto(in).status()),
              ElementsAre("institution_kind", "level", "contract_until"));
}

pb::Item GoodItem() {
  pb::Item item;
  item.set_item_code("N-1");
  item.set_name("Drug");
  item.set_item_class(pb::ITEM_CLASS_B);
  const std::pair<const char*, const char*> prices[] = {
      {"2021-03-01", "5500"}, {"2022-03-01", "4999.99"}};
  for (const auto& [from, price] : prices) {
    pb::DatedPrice& added = *item.add_standards();
    added.set_from(from);
    added.set_price(price);
  }
  item.mutable_negotiated()->set_agreement_from("2021-03-01");
  item.mutable_negotiated()->set_after_agreement(pb::AFTER_AGREEMENT_DELISTED);
  item.add_indications("C34");
  item.add_chronic("M06900");
  item.add_two_disease("DIABETES");
  pb::ListMembership& list = *item.add_lists();
  list.set_list("city-negotiated");
  list.set_annual_limit_fen(2000000);
  item.set_restriction("仅限二线治疗");
  return item;
}

TEST(ItemTest, IsReadAndWrittenBack) {
  ONESTOP_ASSERT_OK_AND_ASSIGN(const domain::Item item,
                               ItemFromProto(GoodItem()));
  EXPECT_EQ(ItemToProto(item).SerializeAsString(),
            GoodItem().SerializeAsString());
  pb::Item backwards = GoodItem();
  backwards.mutable_standards()->SwapElements(0, 1);
  EXPECT_EQ(*ItemFromProto(backwards), item);
}

TEST(ItemTest, EachMalformedFieldIsNamed) {
  const struct {
    const char* field;
    std::function<void(pb::Item&)> spoil;
  } rows[] = {
      {"item_code", [](pb::Item& i) { i.clear_item_code(); }},
      {"item_class", [](pb::Item& i) { i.clear_item_class(); }},
      {"standards[0].from",
       [](pb::Item& i) { i.mutable_standards(0)->clear_from(); }},
      {"standards[1].price",
       [](pb::Item& i) { i.mutable_standards(1)->set_price("0"); }},
      {"standards[1].price",
       [](pb::Item& i) { i.mutable_standards(1)->clear_price(); }},
      {"standards",
       [](pb::Item& i) { i.mutable_standards(1)->set_from("2021-03-01"); }},
      {"negotiated.agreement_until",
       [](pb::Item& i) {
         i.mutable_negotiated()->set_agreement_until("2020-01-01");
       }},
      {"two_disease[0]", [](pb::Item& i) { i.set_two_disease(0, "GOUT"); }},
      {"lists[0].list", [](pb::Item& i) { i.mutable_lists(0)->clear_list(); }},
      {"lists[1].list", [](pb::Item& i) { *i.add_lists() = i.lists(0); }},
      {"lists[0].annual_limit_fen",
       [](pb::Item& i) { i.mutable_lists(0)->set_annual_limit_fen(-1); }},
      {"restriction",
       [](pb::Item& i) { i.set_restriction(std::string(4097, 'r')); }},
  };
  for (const auto& row : rows) {
    pb::Item item = GoodItem();
    row.spoil(item);
    EXPECT_THAT(BadFields(ItemFromProto(item).status()),
                ElementsAre(row.field));
  }
}

TEST(DesignationTest, IsReadAndWrittenBack) {
  pb::Designation in;
  in.set_hospital_id("H-1");
  in.set_pharmacy_id("P-1");
  in.set_until("2026-12-31");
  ONESTOP_ASSERT_OK_AND_ASSIGN(const domain::Designation designation,
                               DesignationFromProto(in));
  EXPECT_EQ(DesignationToProto(designation).SerializeAsString(),
            in.SerializeAsString());
  EXPECT_THAT(BadFields(DesignationFromProto({}).status()),
              ElementsAre("hospital_id", "pharmacy_id"));
}

TEST(PostingTest, BalancesAreNotNegative) {
  pb::AccountBalance in;
  in.set_person_id("P-1");
  in.set_balance_fen(12345);
  ONESTOP_ASSERT_OK_AND_ASSIGN(const domain::Movement movement,
                               AccountFromProto(in));
  EXPECT_EQ(movement,
            (domain::Movement{"P-1", 0, "account", 12345, domain::kOpenUntil}));
  in.set_balance_fen(-1);
  EXPECT_THAT(BadFields(AccountFromProto(in).status()),
              ElementsAre("balance_fen"));
}

TEST(PostingTest, OpeningCountersAreOfAYear) {
  pb::LedgerCounter in;
  in.set_person_id("P-1");
  in.set_year(2025);
  for (const char* good :
       {"dedc/city-negotiated", "dedc/yn-outpatient-employee/E/1",
        "cap/inpatient", "cap/km-two-disease/DIABETES", "basis/assistance",
        "paid/jn-critical"}) {
    in.set_counter(good);
    ONESTOP_EXPECT_OK(CounterFromProto(in)) << good;
  }
  for (const char* bad : {"account", "rx/H/1/A", "supply/A/1", "", "cap/",
                          "cap//x", "dedc", "other/x"}) {
    in.set_counter(bad);
    EXPECT_THAT(BadFields(CounterFromProto(in).status()),
                ElementsAre("counter"))
        << bad;
  }
  in.set_counter("cap/inpatient");
  in.set_year(0);
  in.set_amount_fen(-1);
  EXPECT_THAT(BadFields(CounterFromProto(in).status()),
              ElementsAre("year", "amount_fen"));
}

TEST(PostingTest, UsageGoesEitherWayButNotNowhere) {
  pb::InpatientUsage in;
  in.set_request_id("u-1");
  in.set_person_id("P-1");
  in.set_year(2025);
  in.set_amount_fen(-500);
  ONESTOP_ASSERT_OK_AND_ASSIGN(const domain::Movement movement,
                               UsageFromProto(in));
  EXPECT_EQ(movement.counter, "cap/inpatient");
  EXPECT_EQ(movement.amount, -500);
  in.clear_request_id();
  in.set_amount_fen(0);
  EXPECT_THAT(BadFields(UsageFromProto(in).status()),
              ElementsAre("request_id", "amount_fen"));
}

}  // namespace
}  // namespace onestop::wire
