// One thread writes the stream, the caller's reads it.
#include "cli/settle_sender.h"

#include <grpcpp/grpcpp.h>

#include <memory>
#include <thread>
#include <utility>

#include "base/limits.h"
#include "base/status_macros.h"
#include "wire/error.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

// Between two attempts to go on.
constexpr std::chrono::milliseconds kPause{200};
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

// One stream. `sent` is the last line that went out on it; a line up to there
// that is still unanswered when the call has ended goes out on the next one.
struct SettleSender::Call {
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReaderWriter<pb::SettleStreamRequest,
                                           pb::SettleStreamResponse>>
      stream;
  int64_t sent = 0;
  bool ended = false;      // no more is written
  absl::Status read_rows;  // how reading the file went
};

absl::Status SettleSender::Run() {
  last_answer_ = Clock::now();
  while (true) {
    const absl::Status ended = RunCall();
    if (!ended.ok() && !MayGoOn(ended.code())) return ended;
    if (ended.ok() && at_end_ && unanswered_.empty()) return absl::OkStatus();
    if (Clock::now() - last_answer_ > client_.patience()) {
      return ended.ok() ? absl::DeadlineExceededError(
                              "the server keeps asking to wait")
                        : ended;
    }
    std::this_thread::sleep_for(kPause);
    if (!hooks_.tick()) return absl::CancelledError("interrupted");
  }
}

absl::Status SettleSender::RunCall() {
  Call call;
  // A server that hangs is noticed; a call that ends in work is followed by
  // another one.
  client_.Prepare(call.context);
  call.stream = client_.settlement().SettleStream(&call.context);
  std::thread writer([this, &call] { Write(call); });
  absl::Status taken;
  pb::SettleStreamResponse response;
  while (taken.ok() && call.stream->Read(&response)) {
    taken = Take(call, response);
  }
  if (!taken.ok()) call.context.TryCancel();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    call.ended = true;
  }
  room_.notify_all();
  writer.join();
  const grpc::Status status = call.stream->Finish();
  ONESTOP_RETURN_IF_ERROR(taken);
  ONESTOP_RETURN_IF_ERROR(call.read_rows);
  return Client::ToStatus(status);
}

void SettleSender::Write(Call& call) {
  while (true) {
    pb::SettleStreamRequest message;
    call.read_rows = FillMessage(call, message);
    if (!call.read_rows.ok() || message.items().empty()) break;
    if (!call.stream->Write(message)) return;
  }
  call.stream->WritesDone();
}

// Waits for room; an empty message says that there is nothing more to send.
absl::Status SettleSender::FillMessage(Call& call,
                                       pb::SettleStreamRequest& message) {
  std::unique_lock<std::mutex> lock(mutex_);
  size_t bytes = 0;
  const auto add = [&](const StreamRow& row) {
    pb::SettleStreamItem& item = *message.add_items();
    item.set_index(row.line);
    *item.mutable_settle() = row.settle;
    call.sent = row.line;
    bytes += item.ByteSizeLong();
  };
  const auto has_room = [&] {
    return message.items_size() < limits::kMaxStreamItems &&
           bytes < kMessageBytes;
  };
  // First what an earlier call left unanswered, in the order of the file.
  for (auto at = unanswered_.upper_bound(call.sent);
       at != unanswered_.end() && has_room(); ++at) {
    add(at->second);
  }
  if (!message.items().empty()) return absl::OkStatus();
  room_.wait(lock, [&] {
    return call.ended || unanswered_.size() < limits::kMaxStreamUnanswered;
  });
  while (!call.ended && !at_end_ &&
         unanswered_.size() < limits::kMaxStreamUnanswered && has_room()) {
    StreamRow row;
    ONESTOP_ASSIGN_OR_RETURN(const bool more, hooks_.next(row));
    at_end_ = !more;
    if (!more) break;
    add(unanswered_.emplace(row.line, std::move(row)).first->second);
  }
  return absl::OkStatus();
}

absl::Status SettleSender::Take(Call& call,
                                const pb::SettleStreamResponse& response) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const pb::SettleStreamResult& result : response.results()) {
      const auto row = unanswered_.find(result.index());
      if (row == unanswered_.end()) {
        return absl::InternalError("the server answered what was not asked");
      }
      if (MaySendAgain(result)) {  // By the next call, after a pause.
        call.ended = true;
        continue;
      }
      last_answer_ = Clock::now();
      hooks_.done(row->second, result);
      unanswered_.erase(row);
    }
    if (!hooks_.tick()) return absl::CancelledError("interrupted");
  }
  room_.notify_all();
  return absl::OkStatus();
}

}  // namespace onestop::cli
