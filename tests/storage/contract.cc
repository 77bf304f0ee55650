// The two backends of the contract suite.
#include "tests/storage/contract.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/mem_store.h"
#include "storage/pg_store.h"
#include "tests/storage/test_database.h"
#include "tests/support/status_matchers.h"

namespace onestop::storage {
namespace {

class MemBackend : public Backend {
 public:
  std::unique_ptr<Store> Open() override {
    return std::make_unique<MemStore>(database_);
  }
  void CloseYear(int32_t year) override { database_.CloseYearForTest(year); }

 private:
  MemDatabase database_;
};

class PgBackend : public Backend {
 public:
  explicit PgBackend(TestDatabase& database) : database_(database) {
    database_.Clear();
  }
  std::unique_ptr<Store> Open() override {
    PgOptions options;
    options.url = database_.conninfo();
    options.application_name = "store_contract_test";
    return std::make_unique<PgStore>(std::move(options));
  }
  void CloseYear(int32_t year) override {
    database_.Execute(
        absl::StrCat("INSERT INTO closed_year (year) VALUES (", year, ")"));
  }

 private:
  TestDatabase& database_;
};

}  // namespace

void StoreContract::SetUp() {
  if (GetParam() == "memory") {
    backend_ = std::make_unique<MemBackend>();
  } else {
    TestDatabase* database = TestDatabase::Get();
    if (database == nullptr) GTEST_SKIP() << TestDatabase::kWhySkipped;
    backend_ = std::make_unique<PgBackend>(*database);
  }
  a_ = backend_->Open();
  b_ = backend_->Open();
}

void StoreContract::TearDown() {
  a_.reset();
  b_.reset();
  backend_.reset();
}

void StoreContract::Commit(Store& store, const WriteBatch& batch) {
  const auto outcome = store.Write(batch);
  ASSERT_THAT(outcome, IsOk());
  ASSERT_EQ(*outcome, WriteOutcome::kCommitted);
}

Gathered StoreContract::Read(const GatherKeys& keys) {
  auto gathered = b().Gather(keys);
  EXPECT_THAT(gathered, IsOk());
  return gathered.ok() ? *std::move(gathered) : Gathered();
}

}  // namespace onestop::storage
