// The two implementations of Store and Books as one parameter of a test:
// "memory" and "postgres".
#ifndef ONESTOP_TESTS_STORAGE_BOTH_STORES_H_
#define ONESTOP_TESTS_STORAGE_BOTH_STORES_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "storage/mem_books.h"
#include "storage/pg_books.h"
#include "storage/pg_store.h"
#include "tests/storage/test_database.h"

namespace onestop::storage {

// Empty at the beginning of each test; all that are made share what is stored.
class BothStores : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() != "postgres") return;
    database_ = TestDatabase::Get();
    if (database_ == nullptr) GTEST_SKIP() << TestDatabase::kWhySkipped;
    database_->Clear();
  }

  PgOptions Options() const {
    PgOptions options;
    options.url = database_->conninfo();
    return options;
  }
  std::unique_ptr<Store> NewStore() {
    if (database_ != nullptr) return std::make_unique<PgStore>(Options());
    return std::make_unique<MemStore>(memory_);
  }
  std::unique_ptr<Books> NewBooks() {
    if (database_ != nullptr) return std::make_unique<PgBooks>(Options());
    return std::make_unique<MemBooks>(memory_, kept_);
  }

  TestDatabase* database_ = nullptr;  // nullptr: memory
  MemDatabase memory_;
  MemReconciliations kept_;
};

inline std::string NameOfStore(
    const ::testing::TestParamInfo<std::string>& info) {
  return info.param;
}

}  // namespace onestop::storage

#endif  // ONESTOP_TESTS_STORAGE_BOTH_STORES_H_
