// Derived ids never change, and differ where their parts do.
#include "storage/ids.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace onestop::storage {
namespace {

// These are primary keys in every database: a change would break idempotency.
TEST(Ids, StayWhatTheyWere) {
  const domain::SettlementId id = DeriveSettlementId("H3", "P1", "Q1");
  EXPECT_EQ(id.ToString(), "765c4c724e0a7f9ce6408e8e1753c12f");
  EXPECT_EQ(DeriveReversalId(id).ToString(),
            "8a95b32243279fe3cb6d84e7b6425e32");
  EXPECT_EQ(DeriveRegistrationId("agency", "P1", "Q1"),
            "0052ec484fb7c6c5af0b27584ca3b771");
  EXPECT_EQ(DigestTexts({{"a", "1"}, {"b", "2"}}),
            "6c224d06708169b4893a75c7f22ddc47");
}

TEST(Ids, PartsDoNotRunTogether) {
  const std::set<domain::SettlementId> ids = {
      DeriveSettlementId("ab", "c", "d"), DeriveSettlementId("a", "bc", "d"),
      DeriveSettlementId("a", "b", "cd"), DeriveSettlementId("", "abc", "d"),
      DeriveSettlementId("abcd", "", "")};
  EXPECT_EQ(ids.size(), 5u);
  EXPECT_NE(DigestTexts({{"a", "bc"}}), DigestTexts({{"ab", "c"}}));
}

TEST(Ids, KindsOfIdsDoNotMeet) {
  EXPECT_NE(DeriveSettlementId("H3", "P1", "Q1").ToString(),
            DeriveRegistrationId("H3", "P1", "Q1"));
}

TEST(Ids, TheOrderOfTextsDoesNotMatter) {
  EXPECT_EQ(DigestTexts({{"a", "1"}, {"b", "2"}}),
            DigestTexts({{"b", "2"}, {"a", "1"}}));
  EXPECT_NE(DigestTexts({{"a", "1"}}), DigestTexts({{"a", "2"}}));
}

}  // namespace
}  // namespace onestop::storage
