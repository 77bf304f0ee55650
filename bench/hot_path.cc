// One thread decodes and feeds, each lane has a thread that steps it.
#include "bench/hot_path.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "absl/hash/hash.h"
#include "base/check.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "bench/requests.h"
#include "bench/world.h"
#include "server/admission.h"
#include "server/lane.h"
#include "server/lane_queue.h"
#include "server/lanes.h"
#include "server/policy_source.h"
#include "server/raw_bytes.h"
#include "server/rendered_request.h"
#include "server/server.h"
#include "storage/pg_store.h"
#include "wire/sender.h"

namespace onestop::bench {
namespace {

// As many as a lane takes in one batch, and as many again that wait.
constexpr int64_t kUnderWayPerLane = 2 * int64_t{limits::kMaxBatch};
constexpr int64_t kWideOpen = 1'000'000;  // requests under way at the door
constexpr int64_t kUncounted = kUnderWayPerLane;

// What becomes of the requests of one lane; written by its thread.
struct Answers {
  int64_t settled = 0;
  std::map<std::string, int64_t> refused;
  std::atomic<int64_t> count{0};
};

class Call final : public server::RenderedRequest {
 public:
  Call() { arrived_ns = server::MonotonicNanos(); }

  void SendTo(Answers& answers) { answers_ = &answers; }

  // The call of the reply: what follows is the caller's.
  void Answer(absl::StatusOr<std::string> answer) override {
    const HotPause pause;
    Answers& answers = *answers_;
    if (answer.ok()) {
      ++answers.settled;
    } else {
      ++answers.refused[ErrorReason(answer.status())];
    }
    delete this;
    answers.count.fetch_add(1, std::memory_order_release);
  }

 private:
  Answers* answers_ = nullptr;
};

struct Running {
  Running(const storage::PgOptions& options,
          const server::SnapshotPtr& snapshot, server::Lane::NanoClock clock)
      : queue(limits::kMaxLaneQueue),
        store(options),
        lane(queue, store, snapshot, std::move(clock)) {}

  server::LaneQueue queue;
  storage::PgStore store;
  server::Lane lane;
  Answers answers;
  HotCounts counts;
  int64_t sent = 0;
  std::thread thread;
};

void Add(const HotCounts& more, HotCounts& sum) {
  if (sum.first_lock == nullptr) {
    sum.first_lock = more.first_lock;
    sum.first_lock_frames = more.first_lock_frames;
  }
  sum.locks += more.locks;
  sum.allocations += more.allocations;
  sum.allocated_bytes += more.allocated_bytes;
}

class HotPath {
 public:
  HotPath(const HotPathOptions& options, const server::SnapshotPtr& snapshot,
          server::WallClock clock)
      : clock_(std::move(clock)),
        requests_(bench::Call::kSettle, options.persons, options.run) {
    storage::PgOptions store;
    store.url = options.database;
    const auto nanos = [planted = options.planted] {
      if (planted) planted();
      return server::MonotonicNanos();
    };
    for (int i = 0; i < options.lanes; ++i) {
      lanes_.push_back(std::make_unique<Running>(store, snapshot, nanos));
    }
  }

  HotPathCounts Run(int64_t settles) {
    HotCounts uncounted;
    for (int64_t i = 0; i < kUncounted; ++i) Send(uncounted);
    for (auto& running : lanes_) {
      while (running->lane.Step(clock_())) {
      }
      running->answers.settled = 0;
    }
    HotPathCounts counts;
    for (auto& running : lanes_) {
      running->thread = std::thread([this, &lane = *running] { Loop(lane); });
    }
    for (int64_t i = 0; i < settles; ++i) Send(counts.decoding);
    for (auto& running : lanes_) running->queue.Close();
    for (auto& running : lanes_) Collect(*running, counts);
    return counts;
  }

 private:
  // As the server's lanes do; asleep it is outside.
  void Loop(Running& running) {
    while (true) {
      const bool closed = running.queue.closed();
      bool worked = false;
      {
        const HotSection counted(running.counts);
        worked = running.lane.Step(clock_());
      }
      if (closed && !worked && running.queue.depth() == 0 &&
          running.lane.Idle()) {
        return;
      }
      running.lane.Await(server::kIdleWait);
    }
  }

  void Send(HotCounts& counts) {
    const grpc::ByteBuffer bytes =
        server::BytesOf(requests_.Next(serial_++, random_));
    Call* call = nullptr;
    {
      const HotSection counted(counts);
      server::Admission::Ticket ticket;
      const auto slice = server::SliceOf(bytes);
      ONESTOP_CHECK(slice.ok());
      const std::string_view message = server::ViewOf(*slice);
      ONESTOP_CHECK(door_.Enter(wire::SenderOfSettle(message), message.size(),
                                server::kNoDeadline, ticket));
      call = new Call();
      call->ticket = std::move(ticket);
      ONESTOP_CHECK(call->ParseSettle(message).ok());
    }
    Running& to =
        *lanes_[absl::Hash<std::string>{}(call->person_id()) % lanes_.size()];
    while (to.sent - to.answers.count.load(std::memory_order_acquire) >=
           kUnderWayPerLane) {
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    ++to.sent;
    call->SendTo(to.answers);
    const HotSection counted(counts);
    ONESTOP_CHECK(to.queue.Push({call, nullptr}) ==
                  server::PushResult::kPushed);
  }

  static void Collect(Running& running, HotPathCounts& counts) {
    running.thread.join();
    counts.settled += running.answers.settled;
    for (const auto& [reason, count] : running.answers.refused) {
      counts.refused[reason] += count;
    }
    const auto& batch = running.lane.stats().batch;
    for (size_t i = 0; i < batch.kSize; ++i) {
      counts.batches += static_cast<int64_t>(batch.Count(i));
    }
    Add(running.counts, counts.lanes);
  }

  const server::WallClock clock_;
  server::Admission door_{[] { return kWideOpen; }};
  const Requests requests_;
  std::mt19937_64 random_{1};  // NOLINT: every run sends the same
  uint64_t serial_ = 0;
  std::vector<std::unique_ptr<Running>> lanes_;
};

}  // namespace

absl::StatusOr<HotPathCounts> RunHotPath(const HotPathOptions& options) {
  server::Config config;
  config.allow_assumed = true;
  config.today = domain::ParseDay(kToday);
  ONESTOP_ASSIGN_OR_RETURN(const server::LoadedPolicy loaded,
                           server::LoadPolicy(config));
  auto snapshot = std::make_shared<server::Snapshot>();
  snapshot->policy = loaded.policy;
  storage::PgOptions store_options;
  store_options.url = options.database;
  storage::PgStore store(store_options);
  // Beside the settlements, so that they can be verified.
  ONESTOP_RETURN_IF_ERROR(
      store.PutPolicy(loaded.policy->revision(), loaded.files));
  ONESTOP_ASSIGN_OR_RETURN(snapshot->catalog, store.LoadCatalog(std::nullopt));
  HotPath path(options, snapshot, server::MakeClock(config));
  return path.Run(options.settles);
}

}  // namespace onestop::bench
