// The suite that every Store passes runs on each backend by this fixture.
#ifndef ONESTOP_TESTS_STORAGE_CONTRACT_H_
#define ONESTOP_TESTS_STORAGE_CONTRACT_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "storage/store.h"

namespace onestop::storage {

// One database; several stores on it are several replicas.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::unique_ptr<Store> Open() = 0;
  virtual void CloseYear(int32_t year) = 0;
};

// "memory" or "postgres".
class StoreContract : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override;
  void TearDown() override;

  Store& a() { return *a_; }
  Store& b() { return *b_; }
  Backend& backend() { return *backend_; }

  // Commits, or fails the test.
  void Commit(Store& store, const WriteBatch& batch);
  // What the store holds of these, in one gather.
  Gathered Read(const GatherKeys& keys);

 private:
  std::unique_ptr<Backend> backend_;
  std::unique_ptr<Store> a_;
  std::unique_ptr<Store> b_;
};

}  // namespace onestop::storage

#endif  // ONESTOP_TESTS_STORAGE_CONTRACT_H_
