// Starts, feeds and drains the lanes.
#include "server/lanes.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/hash/hash.h"
#include "base/error.h"
#include "server/log.h"
#include "server/this_thread.h"

namespace onestop::server {
namespace {

constexpr std::chrono::seconds kTakenWithin{1};
constexpr std::chrono::microseconds kTakenPoll{100};

}  // namespace

int64_t MonotonicNanos() {
  return std::chrono::steady_clock::now().time_since_epoch() /
         std::chrono::nanoseconds(1);
}

absl::Status OverloadedError() {
  return MakeError(absl::StatusCode::kUnavailable, "OVERLOADED",
                   "The server has more requests waiting than it may hold; "
                   "send the same request again a little later.");
}

absl::Status DrainingError() {
  return MakeError(absl::StatusCode::kUnavailable, "DRAINING",
                   "The server is being stopped; send the same request again, "
                   "another server will take it.");
}

Lanes::Lanes(std::vector<std::unique_ptr<storage::Store>> stores,
             SnapshotPtr snapshot, WallClock clock)
    : clock_(std::move(clock)) {
  for (auto& store : stores) {
    auto running = std::make_unique<Running>(std::move(store));
    running->lane = std::make_unique<Lane>(running->queue, *running->store,
                                           snapshot, MonotonicNanos);
    lanes_.push_back(std::move(running));
  }
  for (auto& running : lanes_) {
    running->thread = std::thread([this, &lane = *running] { Run(lane); });
  }
}

Lanes::~Lanes() { Drain(); }

void Lanes::Run(Running& running) const {
  NameThisThread("lane");
  absl::StatusCode told = absl::StatusCode::kOk;
  while (true) {
    // Closed is read first: what was pushed before the closing is then seen.
    const bool closed = running.queue.closed();
    const bool worked = running.lane->Step(clock_());
    const absl::Status& storage = running.lane->storage();
    if (storage.code() != told) LogStorage(storage);
    told = storage.code();
    if (closed && !worked && running.queue.depth() == 0 &&
        running.lane->Idle()) {
      return;
    }
    running.lane->Await(kIdleWait);
  }
}

Lanes::Producer Lanes::NewProducer() {
  Producer producer;
  for (auto& running : lanes_) {
    producer.push_back(running->queue.NewProducer());
  }
  return producer;
}

size_t Lanes::LaneOf(const LaneRequest& request) const {
  return absl::Hash<std::string_view>{}(request.person_id()) % lanes_.size();
}

absl::Status Lanes::Push(LaneRequest* request, size_t lane,
                         LaneQueue::Producer* producer) {
  switch (lanes_[lane]->queue.Push({request, nullptr}, producer)) {
    case PushResult::kPushed:
      return absl::OkStatus();
    case PushResult::kFull:
      return OverloadedError();
    case PushResult::kClosed:
      break;
  }
  return DrainingError();
}

absl::Status Lanes::Submit(LaneRequest* request) {
  return Push(request, LaneOf(*request), nullptr);
}

absl::Status Lanes::Submit(LaneRequest* request, Producer& producer) {
  const size_t lane = LaneOf(*request);
  return Push(request, lane, &producer[lane]);
}

void Lanes::Publish(const SnapshotPtr& snapshot) {
  for (auto& running : lanes_) {
    ++running->published;
    running->queue.PushAlways({nullptr, snapshot});
  }
  const auto until = std::chrono::steady_clock::now() + kTakenWithin;
  for (auto& running : lanes_) {
    while (running->lane->stats().snapshots.Get() < running->published &&
           !running->queue.closed() &&
           std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(kTakenPoll);
    }
  }
}

void Lanes::Drain() {
  for (auto& running : lanes_) {
    if (!running->queue.closed()) running->queue.Close();
  }
  for (auto& running : lanes_) {
    if (running->thread.joinable()) running->thread.join();
  }
}

int64_t Lanes::Limit() const {
  int64_t limit = 0;
  for (const auto& running : lanes_) {
    const auto request_ns =
        static_cast<int64_t>(running->lane->stats().request_ns.Get());
    limit += std::clamp<int64_t>(limits::kMostWaitMs * 1'000'000 / request_ns,
                                 limits::kMinUnderWay, limits::kMaxLaneQueue);
  }
  return limit;
}

const LaneStats& Lanes::stats(size_t lane) const {
  return lanes_[lane]->lane->stats();
}

size_t Lanes::depth(size_t lane) const { return lanes_[lane]->queue.depth(); }

}  // namespace onestop::server
