// One loop reads the file, writes the stream and takes the answers.
#include "cli/settle_sender.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/status_macros.h"
#include "wire/error.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using std::chrono::milliseconds;

// Between two attempts to go on.
constexpr milliseconds kPause{200};
constexpr milliseconds kLongestIdle{100};
// How long a claim may lie in a pipe before it is seen.
constexpr milliseconds kLook{10};
// A message is sent once it holds so much: one claim more stays far below what
// a server takes.
constexpr size_t kMessageBytes = 1u << 20;

bool MayGoOn(absl::StatusCode code) {
  return Client::MayComeBack(code) ||
         code == absl::StatusCode::kDeadlineExceeded;
}

bool MaySendAgain(const pb::SettleStreamResult& result) {
  return result.has_error() &&
         MayGoOn(static_cast<absl::StatusCode>(result.error().code()));
}

}  // namespace

absl::Status SettleSender::Tick() const {
  return hooks_.tick() ? absl::OkStatus() : absl::CancelledError("interrupted");
}

absl::Status SettleSender::Pause(milliseconds pause) const {
  client_.Rest(pause);
  return Tick();
}

milliseconds SettleSender::Idle() const {
  if (WantsRows()) return kLook;
  if (again_.empty()) return kLongestIdle;
  const auto left =
      std::chrono::ceil<milliseconds>(again_.begin()->first - Clock::now());
  return std::clamp(left, milliseconds(0), kLongestIdle);
}

bool SettleSender::WantsRows() const {
  return !at_end_ && unanswered_.size() < limits::kMaxStreamUnanswered;
}

void SettleSender::ReadRows() {
  while (WantsRows()) {
    StreamRow row;
    const absl::StatusOr<NextLine> next = hooks_.next(row);
    read_ = next.status();
    at_end_ = !next.ok() || *next == NextLine::kEnd;
    if (at_end_ || *next == NextLine::kNotYet) return;
    if (unanswered_.empty()) last_answer_ = Clock::now();  // None was awaited.
    auto& lines = lines_of_person_[row.settle.claim().person_id()];
    if (lines.empty()) ready_.insert(row.line);
    lines.push_back(row.line);
    unanswered_.emplace(row.line, std::move(row));
  }
}

void SettleSender::ReadyAgain() {
  again_.clear();
  for (const auto& [person, lines] : lines_of_person_) {
    ready_.insert(lines.front());
  }
}

void SettleSender::Forget(std::map<int64_t, StreamRow>::iterator row) {
  const auto lines =
      lines_of_person_.find(row->second.settle.claim().person_id());
  lines->second.pop_front();
  if (lines->second.empty()) {
    lines_of_person_.erase(lines);
  } else {
    ready_.insert(lines->second.front());
  }
  unanswered_.erase(row);
}

void SettleSender::Feed(Call& call) {
  if (!call.may_write()) return;
  const auto due = again_.upper_bound(Clock::now());
  for (auto at = again_.begin(); at != due; ++at) ready_.insert(at->second);
  again_.erase(again_.begin(), due);
  pb::SettleStreamRequest message;
  size_t bytes = 0;
  while (!ready_.empty() && message.items_size() < limits::kMaxStreamItems &&
         bytes < kMessageBytes) {
    const int64_t line = *ready_.begin();
    ready_.erase(ready_.begin());
    pb::SettleStreamItem& item = *message.add_items();
    item.set_index(line);
    *item.mutable_settle() = unanswered_.at(line).settle;
    bytes += item.ByteSizeLong();
  }
  if (!message.items().empty()) {
    call.Write(message);
  } else if (at_end_ && unanswered_.empty()) {
    call.HalfClose();
  }
}

absl::Status SettleSender::Take(const pb::SettleStreamResponse& response) {
  for (const pb::SettleStreamResult& result : response.results()) {
    const auto row = unanswered_.find(result.index());
    if (row == unanswered_.end()) {
      return absl::InternalError("the server answered what was not asked");
    }
    if (MaySendAgain(result)) {
      again_.emplace(Clock::now() + kPause, row->first);
      continue;
    }
    last_answer_ = Clock::now();
    hooks_.done(row->second, result);
    Forget(row);
  }
  return absl::OkStatus();
}

absl::Status SettleSender::RunCall() {
  Call call(
      [this](grpc::ClientContext* context, grpc::CompletionQueue* queue) {
        return client_.settlement().PrepareAsyncSettleStream(context, queue);
      },
      [this](const pb::SettleStreamResponse& response) {
        return Take(response);
      });
  ReadyAgain();
  absl::Status failed;
  while (!call.finished()) {
    if (failed.ok()) {
      ReadRows();
      Feed(call);
      failed = Tick();
    }
    if (!failed.ok()) call.Cancel();
    const absl::StatusOr<bool> happened = call.Wait(Idle());
    failed.Update(happened.status());
    if (failed.ok() && !*happened && !unanswered_.empty()) {
      failed = client_.CheckSilence(last_answer_);
    }
  }
  return failed.ok() ? Client::ToStatus(call.status()) : failed;
}

absl::Status SettleSender::Run() {
  while (true) {
    ReadRows();
    if (at_end_ && unanswered_.empty()) return read_;
    if (unanswered_.empty()) {
      ONESTOP_RETURN_IF_ERROR(Pause(kLook));
      continue;
    }
    const absl::Status ended = RunCall();
    if (!ended.ok() && !MayGoOn(ended.code())) return ended;
    if (unanswered_.empty()) continue;
    if (!client_.CheckSilence(last_answer_).ok()) {
      return ended.ok()
                 ? absl::UnavailableError("the server ended the stream early")
                 : ended;
    }
    ONESTOP_RETURN_IF_ERROR(Pause(kPause));
  }
}

}  // namespace onestop::cli
