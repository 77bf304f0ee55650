// What lists of registrations may be asked for, and where they go on.
#include "wire/registration_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"
#include "tests/support/status_matchers.h"
#include "tests/wire/samples.h"
#include "wire/page_token.h"

namespace onestop::wire {
namespace {

using onestop::testing::BadFields;
using ::testing::ElementsAre;
using ::testing::Optional;

pb::ListRegistrationsRequest OfHospital() {
  pb::ListRegistrationsRequest request;
  request.set_institution_id("H-1");
  request.set_registration_kind(pb::REGISTRATION_KIND_TREATMENT);
  request.set_active_on("2025-03-01");
  return request;
}

TEST(RegistrationListTest, ReadsWhatIsAskedFor) {
  ONESTOP_ASSERT_OK_AND_ASSIGN(const ListRegistrationsAsk ask,
                               ListRegistrationsFromProto(OfHospital()));
  EXPECT_EQ(ask.person_id, "");
  EXPECT_EQ(ask.institution_id, "H-1");
  EXPECT_EQ(ask.kind, domain::RegistrationKind::kTreatment);
  EXPECT_EQ(ask.active_on, domain::ParseDay("2025-03-01"));
  EXPECT_EQ(ask.page_size, limits::kDefaultPageSize);
  EXPECT_FALSE(ask.after);
}

TEST(RegistrationListTest, NamesEveryBadField) {
  EXPECT_THAT(BadFields(ListRegistrationsFromProto({}).status()),
              ElementsAre("person_id"));
  pb::ListRegistrationsRequest request;
  request.set_person_id(std::string(65, 'x'));
  request.set_institution_id("a\tb");
  request.set_registration_kind(static_cast<pb::RegistrationKind>(99));
  request.set_active_on("2025-13-01");
  request.set_page_size(1001);
  request.set_page_token("made up");
  EXPECT_THAT(BadFields(ListRegistrationsFromProto(request).status()),
              ElementsAre("person_id", "institution_id", "registration_kind",
                          "active_on", "page_size", "page_token"));
  request = OfHospital();
  request.set_page_size(-1);
  EXPECT_THAT(BadFields(ListRegistrationsFromProto(request).status()),
              ElementsAre("page_size"));
}

TEST(RegistrationListTest, ATokenBelongsToItsQuestion) {
  pb::ListRegistrationsRequest request = OfHospital();
  ONESTOP_ASSERT_OK_AND_ASSIGN(const ListRegistrationsAsk first,
                               ListRegistrationsFromProto(request));
  request.set_page_token(PageTokenAfter(first, {"张", "R-7"}));
  request.set_page_size(7);  // may change from page to page
  ONESTOP_ASSERT_OK_AND_ASSIGN(const ListRegistrationsAsk next,
                               ListRegistrationsFromProto(request));
  ASSERT_TRUE(next.after);
  EXPECT_EQ(next.after->person_id, "张");
  EXPECT_EQ(next.after->registration_id, "R-7");
  request.set_active_on("2025-03-02");
  EXPECT_THAT(BadFields(ListRegistrationsFromProto(request).status()),
              ElementsAre("page_token"));
}

TEST(PageTokenTest, IsReadBackAndChecked) {
  const std::string token = MakePageToken("what", {"a", "", "c"});
  EXPECT_THAT(ReadPageToken("what", token),
              Optional(ElementsAre("a", "", "c")));
  EXPECT_EQ(ReadPageToken("else", token), std::nullopt);
  EXPECT_EQ(ReadPageToken("what", ""), std::nullopt);
  EXPECT_EQ(ReadPageToken("what", token + "AAAA"), std::nullopt);
  EXPECT_EQ(ReadPageToken("what", std::string(600, 'A')), std::nullopt);
  for (size_t i = 0; i < token.size(); ++i) {
    std::string damaged = token;
    damaged[i] = damaged[i] == 'Q' ? 'g' : 'Q';
    EXPECT_EQ(ReadPageToken("what", damaged), std::nullopt) << i;
  }
}

}  // namespace
}  // namespace onestop::wire
