// What MemStore does beside the contract: refusing instead of waiting, so that
// one thread can step several replicas, and releasing what a handle held.
#include "storage/mem_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "base/error.h"
#include "tests/storage/samples.h"
#include "tests/support/status_matchers.h"

namespace onestop::storage {
namespace {

const GatherKeys kKeys{{}, {{"P1", 2025}}, {}};

class RefusingStores : public ::testing::Test {
 protected:
  MemDatabase database_{MemDatabase::OnHeldRow::kRefuse};
  MemStore a_{database_};
  MemStore b_{database_};
};

TEST_F(RefusingStores, AHeldRowIsAConflictToAWriter) {
  ONESTOP_ASSERT_OK(a_.GatherLocked(kKeys));
  EXPECT_THAT(b_.Write({{SampleWrite("P1", 2025, 0)}, {}}),
              IsOkAndHolds(WriteOutcome::kConflict));
  a_.Release();
  EXPECT_THAT(b_.Write({{SampleWrite("P1", 2025, 0)}, {}}),
              IsOkAndHolds(WriteOutcome::kCommitted));
}

TEST_F(RefusingStores, AHeldRowIsUnavailableToALockerAndAPosting) {
  ONESTOP_ASSERT_OK(b_.PutPersons({{SamplePerson("P1")}}));
  ONESTOP_ASSERT_OK(a_.GatherLocked({{}, {{"P1", 0}, {"P1", 2025}}, {}}));
  const auto locked = b_.GatherLocked(kKeys);
  EXPECT_EQ(ErrorReason(locked.status()), "STORAGE_UNAVAILABLE");
  const auto posted = b_.Post({SamplePosting("P1", "C1", 5)});
  EXPECT_EQ(ErrorReason(posted.status()), "STORAGE_UNAVAILABLE");
  EXPECT_THAT(b_.ReadHistory("P1")->postings, testing::IsEmpty());
  ONESTOP_EXPECT_OK(b_.Gather(kKeys));
}

TEST_F(RefusingStores, AHandleReleasesItsRowsAtItsNextLockOrItsEnd) {
  std::optional<MemStore> c(database_);
  ONESTOP_ASSERT_OK(c->GatherLocked(kKeys));
  ONESTOP_ASSERT_OK(c->GatherLocked({{}, {{"P2", 2025}}, {}}));
  ONESTOP_ASSERT_OK(a_.GatherLocked(kKeys));
  EXPECT_EQ(ErrorReason(a_.GatherLocked({{}, {{"P2", 2025}}, {}}).status()),
            "STORAGE_UNAVAILABLE");
  c.reset();
  ONESTOP_EXPECT_OK(a_.GatherLocked({{}, {{"P2", 2025}}, {}}));
}

}  // namespace
}  // namespace onestop::storage
