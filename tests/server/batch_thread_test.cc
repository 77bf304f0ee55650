// The thread of batches: behind the lanes wherever both want a core.
#include "server/batch_thread.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

#include "storage/mem_books.h"
#include "storage/mem_store.h"

namespace onestop::server {
namespace {

int NiceOfThisThread() {
  return getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()));
}

TEST(BatchThreadTest, LetsOthersGoFirst) {
  storage::MemDatabase database;
  storage::MemReconciliations kept;
  const int before = NiceOfThisThread();
  int nice = before;
  std::array<char, 16> name = {};
  {
    BatchThread batch(std::make_unique<storage::MemBooks>(database, kept));
    ASSERT_TRUE(batch
                    .Submit([&](storage::Books&) {
                      nice = NiceOfThisThread();
                      pthread_getname_np(pthread_self(), name.data(),
                                         name.size());
                    })
                    .ok());
  }
  EXPECT_GT(nice, before);
  EXPECT_EQ(NiceOfThisThread(), before);
  EXPECT_EQ(std::string(name.data()), "batch");
}

}  // namespace
}  // namespace onestop::server
