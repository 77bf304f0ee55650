// The hot path takes no lock and allocates little: counted over settles on
// lanes and PostgreSQL, by functions in front of the libraries' own.
#include "bench/hot_path.h"

#include <gtest/gtest.h>
#include <semaphore.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "bench/fill.h"
#include "bench/hot_section.h"
#include "tests/storage/test_database.h"

namespace onestop::bench {
namespace {

using storage::TestDatabase;

constexpr uint64_t kPersons = 20'000;
// `./dev test --all` counts as many as the claim says; CMakeLists.txt.
constexpr int64_t kSettles = 20'000;
// Allocations a settle; what is measured is a tenth below.
constexpr int64_t kMostInDecoding = 25;
constexpr int64_t kMostInLane = 175;

int64_t Settles() {
  const char* asked = std::getenv("ONESTOP_HOT_PATH_SETTLES");
  return asked == nullptr ? kSettles : std::atoll(asked);
}

HotCounts CountsOf(const std::function<void()>& work) {
  HotCounts counts;
  const HotSection counted(counts);
  work();
  return counts;
}

struct Planted {
  const char* name;
  const char* function;  // that is called first
  std::function<void()> lock;
};

// What anybody would write, and all that it ends in.
const Planted kPlanted[] = {
    {"Mutex", "pthread_mutex_lock",
     [] {
       static std::mutex mutex;
       const std::lock_guard<std::mutex> lock(mutex);
     }},
    {"MutexThatIsTried", "pthread_mutex_trylock",
     [] {
       static std::mutex mutex;
       if (mutex.try_lock()) mutex.unlock();
     }},
    {"TimedMutex", "pthread_mutex_clocklock",
     [] {
       static std::timed_mutex mutex;
       if (mutex.try_lock_for(std::chrono::milliseconds(1))) mutex.unlock();
     }},
    {"SharedMutexRead", "pthread_rwlock_rdlock",
     [] {
       static std::shared_mutex mutex;
       const std::shared_lock<std::shared_mutex> lock(mutex);
     }},
    {"SharedMutexWritten", "pthread_rwlock_wrlock",
     [] {
       static std::shared_mutex mutex;
       const std::unique_lock<std::shared_mutex> lock(mutex);
     }},
    {"ConditionWaitedFor", "pthread_mutex_lock",
     [] {
       static std::mutex mutex;
       static std::condition_variable condition;
       std::unique_lock<std::mutex> lock(mutex);
       condition.wait_for(lock, std::chrono::milliseconds(1));
     }},
    {"ConditionNotified", "pthread_cond_broadcast",
     [] {
       static std::condition_variable condition;
       condition.notify_all();
     }},
    {"Semaphore", "sem_wait",
     [] {
       sem_t semaphore;
       sem_init(&semaphore, 0, 1);
       sem_wait(&semaphore);
       sem_destroy(&semaphore);
     }},
    {"AtomicNotified", "futex",
     [] {
       std::atomic<int> number{0};
       std::thread waits([&number] { number.wait(0); });
       std::this_thread::sleep_for(std::chrono::milliseconds(20));
       number = 1;
       number.notify_all();
       waits.join();
     }},
    {"AbslMutex", "absl::Mutex::Lock",
     [] {
       static absl::Mutex mutex;
       const absl::MutexLock lock(&mutex);
     }},
    {"AbslMutexRead", "absl::Mutex::ReaderLock",
     [] {
       static absl::Mutex mutex;
       const absl::ReaderMutexLock lock(&mutex);
     }},
};

class PlantedTest : public ::testing::TestWithParam<Planted> {};

TEST_P(PlantedTest, IsFound) {
  const HotCounts counts = CountsOf(GetParam().lock);
  EXPECT_GT(counts.locks, 0);
  EXPECT_STREQ(counts.first_lock, GetParam().function);
}

TEST_P(PlantedTest, IsNotCountedOutside) {
  const HotCounts counts = CountsOf([] {
    const HotPause pause;
    GetParam().lock();
  });
  EXPECT_EQ(counts.locks, 0);
}

INSTANTIATE_TEST_SUITE_P(Locks, PlantedTest, ::testing::ValuesIn(kPlanted),
                         [](const auto& given) {
                           return std::string(given.param.name);
                         });

TEST(HotSectionTest, CountsAllocations) {
  const HotCounts counts = CountsOf([] {
    const std::string text(100, 'x');
    const HotPause pause;
    const std::string other = text + text;
  });
  EXPECT_EQ(counts.allocations, 1);
  EXPECT_GT(counts.allocated_bytes, 100);
}

class HotPathTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (TestDatabase::Get() == nullptr) {
      GTEST_SKIP() << TestDatabase::kWhySkipped;
    }
    TestDatabase::Get()->Clear();
    options_.database = TestDatabase::Get()->conninfo();
    options_.persons = kPersons;
    options_.settles = Settles();
    FillOptions world;
    world.url = options_.database;
    world.persons = kPersons;
    const absl::Status filled = FillDatabase(world);
    ASSERT_TRUE(filled.ok()) << filled;
  }

  HotPathOptions options_;
};

TEST_F(HotPathTest, TakesNoLockAndAllocatesLittle) {
  const auto counts = RunHotPath(options_);
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->settled, options_.settles);
  EXPECT_EQ(counts->lanes.locks, 0) << DescribeFirstLock(counts->lanes);
  EXPECT_EQ(counts->decoding.locks, 0) << DescribeFirstLock(counts->decoding);
  const int64_t decoding = counts->decoding.allocations / options_.settles;
  const int64_t lanes = counts->lanes.allocations / options_.settles;
  std::cout << counts->settled << " settled in " << counts->batches
            << " batches; allocations a settle: decoding " << decoding
            << ", lane " << lanes << "\n";
  EXPECT_LE(decoding, kMostInDecoding);
  EXPECT_LE(lanes, kMostInLane);
}

TEST_F(HotPathTest, FindsAPlantedLock) {
  options_.settles = 1'000;
  options_.planted = [] {
    static std::mutex mutex;
    const std::lock_guard<std::mutex> lock(mutex);
  };
  const auto counts = RunHotPath(options_);
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_GE(counts->lanes.locks, options_.settles);
  EXPECT_EQ(DescribeFirstLock(counts->lanes).find("pthread_mutex_lock\n"), 0u);
}

}  // namespace
}  // namespace onestop::bench
