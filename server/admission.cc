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
  if (door_->by_institution_[place_].fetch_sub(1) == 1) {
    door_->institutions_.fetch_sub(1);
  }
  door_->held_bytes_.fetch_sub(bytes_);
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
  const auto now = static_cast<int64_t>(bytes);
  door_->held_bytes_.fetch_add(now - bytes_);
  bytes_ = now;
}

bool Admission::Enter(std::string_view institution, size_t bytes,
                      int64_t deadline_ms, Ticket& ticket) {
  Ticket mine;  // Gives back what follows, should it be refused.
  mine.door_ = this;
  mine.place_ = absl::Hash<std::string_view>{}(institution) % kPlaces;
  mine.bytes_ = kHeldPerByte * static_cast<int64_t>(bytes);
  const int64_t own = by_institution_[mine.place_].fetch_add(1);
  if (own == 0) institutions_.fetch_add(1);
  const int64_t others = under_way_.fetch_add(1);
  const int64_t held = held_bytes_.fetch_add(mine.bytes_);
  if (held > limits::kMaxHeldBytes || !MayEnter(own, others, deadline_ms)) {
    return false;
  }
  ticket = std::move(mine);
  return true;
}

bool Admission::MayEnter(int64_t own, int64_t others,
                         int64_t deadline_ms) const {
  const int64_t limit = limit_();
  if (others < limit / 8) return true;
  if (deadline_ms != kNoDeadline) {
    const int64_t wait_ms = limits::kMostWaitMs * others / limit;
    if (deadline_ms < UnixMillis() + wait_ms) return false;
  }
  if (others < limit / 2) return true;
  if (others >= 2 * limit) return false;
  const int64_t share = limit / std::max<int64_t>(1, institutions_.load());
  return own < std::max<int64_t>(1, share);
}

}  // namespace onestop::server
