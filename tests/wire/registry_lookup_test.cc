// Look-ups of the registry: ids are checked, answers tell everything.
#include "wire/registry_lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/status_matchers.h"
#include "tests/wire/samples.h"

namespace onestop::wire {
namespace {

using onestop::testing::BadFields;
using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST(RegistryLookupTest, IdsAreChecked) {
  EXPECT_THAT(BadFields(GetPersonFromProto({}).status()),
              ElementsAre("person_id"));
  EXPECT_THAT(BadFields(GetInstitutionFromProto({}).status()),
              ElementsAre("institution_id"));
  EXPECT_THAT(BadFields(GetItemFromProto({}).status()),
              ElementsAre("item_code"));
  pb::GetItemRequest item;
  item.set_item_code(std::string(65, 'x'));
  EXPECT_THAT(BadFields(GetItemFromProto(item).status()),
              ElementsAre("item_code"));
  item.set_item_code("A");
  EXPECT_THAT(GetItemFromProto(item), IsOkAndHolds("A"));
}

TEST(RegistryLookupTest, APersonComesWithRevokedRegistrationsToo) {
  domain::Person person;
  person.person_id = "P";
  person.version = 3;
  domain::Registration registration;
  registration.registration_id = "R1";
  registration.kind = domain::RegistrationKind::kTwoDisease;
  person.registrations.push_back(registration);
  registration.registration_id = "R2";
  registration.revoked_on = domain::DayOf(2025, 3, 1);
  person.registrations.push_back(registration);
  const pb::GetPersonResponse answer = PersonAnswer(person);
  EXPECT_EQ(answer.person().person_id(), "P");
  EXPECT_EQ(answer.person().version(), 3);
  ASSERT_THAT(answer.registrations(), SizeIs(2));
  EXPECT_EQ(answer.registrations(0).person_id(), "P");
  EXPECT_EQ(answer.registrations(1).revoked_on(), "2025-03-01");
}

TEST(RegistryLookupTest, ReferenceDataComesWithItsRevision) {
  domain::Catalog catalog;
  catalog.set_revision(7);
  domain::Institution hospital;
  hospital.institution_id = "H";
  domain::Item item;
  item.item_code = "A";
  item.name = "Item";
  catalog.Put(domain::Designation{
      "H", "Y", {domain::DayOf(2025, 1, 1), domain::kOpenUntil}});
  catalog.Put(domain::Designation{"X", "Y", {}});
  const auto institution = InstitutionAnswer(catalog, hospital);
  EXPECT_EQ(institution.institution().institution_id(), "H");
  ASSERT_THAT(institution.designations(), SizeIs(1));
  EXPECT_EQ(institution.designations(0).from(), "2025-01-01");
  EXPECT_EQ(institution.catalog_revision(), 7);
  EXPECT_EQ(ItemAnswer(catalog, item).item().name(), "Item");
  EXPECT_EQ(ItemAnswer(catalog, item).catalog_revision(), 7);
}

}  // namespace
}  // namespace onestop::wire
