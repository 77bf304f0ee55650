// Counts what is under way, in all and by institution.
#include "server/admission.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/hash/hash.h"
#include "base/limits.h"
#include "server/lane_request.h"

namespace onestop::server {
namespace {

// While it waits a request is there as bytes, as a claim and as what the lane
// makes of it.
constexpr int64_t kHeldPerByte = 4;

int64_t UnixMillis() {
  return std::chrono::system_clock::now().time_since_epoch() /
         std::chrono::milliseconds(1);
}

}  // namespace

Admission::Admission(Limit limit) : limit_(std::move(limit)) {}

Admission::Ticket::~Ticket() {
  if (door_ == nullptr) return;
  Hold(0);
  if (door_->places_[place_].requests.fetch_sub(1) == 1) {
    door_->institutions_.fetch_sub(1);
  }
  door_->under_way_.fetch_sub(1);
}

Admission::Ticket::Ticket(Ticket&& other) noexcept { *this = std::move(other); }

Admission::Ticket& Admission::Ticket::operator=(Ticket&& other) noexcept {
  door_ = std::exchange(other.door_, nullptr);
  place_ = other.place_;
  bytes_ = other.bytes_;
  return *this;
}

void Admission::Ticket::Hold(size_t bytes) {
  if (door_ == nullptr) return;
  const int64_t more = static_cast<int64_t>(bytes) - bytes_;
  door_->places_[place_].bytes.fetch_add(more);
  door_->held_bytes_.fetch_add(more);
  bytes_ += more;
}

bool Admission::Enter(std::string_view institution, size_t bytes,
                      int64_t deadline_ms, Ticket& ticket) {
  Ticket mine;  // Gives back what follows, should it be refused.
  mine.door_ = this;
  mine.place_ = absl::Hash<std::string_view>{}(institution) % kPlaces;
  mine.bytes_ = kHeldPerByte * static_cast<int64_t>(bytes);
  Place& place = places_[mine.place_];
  const Taken requests{place.requests.fetch_add(1), under_way_.fetch_add(1)};
  if (requests.own == 0) institutions_.fetch_add(1);
  const Taken held{place.bytes.fetch_add(mine.bytes_),
                   held_bytes_.fetch_add(mine.bytes_)};
  if (!InTime(requests.all, deadline_ms) || !Fits(requests, limit_()) ||
      !Fits(held, limits::kHeldBytes)) {
    return false;
  }
  ticket = std::move(mine);
  return true;
}

bool Admission::InTime(int64_t others, int64_t deadline_ms) const {
  const int64_t limit = limit_();
  if (deadline_ms == kNoDeadline || others < limit / 8) return true;
  return deadline_ms >= UnixMillis() + limits::kMostWaitMs * others / limit;
}

bool Admission::Fits(const Taken& taken, int64_t limit) const {
  if (taken.all < limit / 2) return true;
  if (taken.all >= 2 * limit) return false;
  const int64_t share = limit / std::max<int64_t>(1, institutions_.load());
  return taken.own < std::max<int64_t>(1, share);
}

}  // namespace onestop::server
