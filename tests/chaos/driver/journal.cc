// Keeps operations in the form that the checker takes.
#include "tests/chaos/driver/journal.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace onestop::chaos {
namespace {

int64_t NowMicros() {
  return std::chrono::steady_clock::now().time_since_epoch() /
         std::chrono::microseconds(1);
}

std::string NameOf(const absl::Status& status) {
  if (status.ok()) return "OK";
  const std::string reason = ErrorReason(status);
  return reason.empty()
             ? absl::StrCat("gRPC ", absl::StatusCodeToString(status.code()))
             : reason;
}

bool IsOpen(const history::Operation& operation) {
  if (std::holds_alternative<history::QuoteAsk>(operation.ask)) return false;
  if (operation.attempts.empty()) return false;  // it was never sent
  if (history::FirstAcknowledged(operation)) return false;
  return history::IsTransient(operation.attempts.back());
}

}  // namespace

Journal::Id Journal::Add(Request request) {
  const std::lock_guard<std::mutex> lock(mutex_);
  operations_.push_back({std::move(request.ask), {}});
  requests_.push_back(std::move(request));
  return operations_.size() - 1;
}

Request Journal::RequestOf(Id id) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return requests_[id];
}

size_t Journal::Begin(Id id, const std::string& where) {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto& attempts = operations_[id].attempts;
  attempts.emplace_back();
  attempts.back().where = where;
  attempts.back().sent = NowMicros();
  return attempts.size() - 1;
}

Answer Journal::End(Id id, size_t attempt, absl::Status status,
                    std::string bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  history::Attempt& ended = operations_[id].attempts[attempt];
  ended.answered = NowMicros();
  ended.status = status;
  ended.answer = bytes;
  return {std::move(status), std::move(bytes), history::IsTransient(ended)};
}

std::vector<Journal::Id> Journal::Open() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Id> open;
  for (Id id = 0; id < operations_.size(); ++id) {
    if (IsOpen(operations_[id])) open.push_back(id);
  }
  return open;
}

std::map<std::string, int64_t> Journal::Counts() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::map<std::string, int64_t> counts;
  for (const history::Operation& operation : operations_) {
    for (const history::Attempt& attempt : operation.attempts) {
      if (attempt.answered) ++counts[NameOf(attempt.status)];
    }
  }
  return counts;
}

int64_t Journal::SlowestMs() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  int64_t slowest = 0;
  for (const history::Operation& operation : operations_) {
    for (const history::Attempt& attempt : operation.attempts) {
      if (!attempt.answered) continue;
      slowest = std::max(slowest, *attempt.answered - attempt.sent);
    }
  }
  return slowest / 1000;
}

std::string Journal::ToText() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::string text;
  for (Id id = 0; id < operations_.size(); ++id) {
    const history::Operation& operation = operations_[id];
    for (const history::Attempt& attempt : operation.attempts) {
      absl::StrAppend(&text, id, " ", history::Describe(operation), " at ",
                      attempt.where, ": sent ", attempt.sent, ", ");
      if (attempt.answered) {
        absl::StrAppend(&text, "answered ", *attempt.answered, " ",
                        NameOf(attempt.status), "\n");
      } else {
        absl::StrAppend(&text, "not answered\n");
      }
    }
  }
  return text;
}

}  // namespace onestop::chaos
