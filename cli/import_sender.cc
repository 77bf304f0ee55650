// One loop over a completion queue: reads rows while the server works.
#include "cli/import_sender.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/status_macros.h"
#include "cli/text.h"
#include "wire/error.h"

namespace onestop::cli {
namespace {

namespace gp = ::google::protobuf;
namespace pb = ::onestop::v1;
using std::chrono::milliseconds;

constexpr int kMaxInFlight = 8;  // messages without an answer
constexpr milliseconds kTick{100};
constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{1000};
// What a message's rows may take, the rest of it kept free.
constexpr size_t kMaxRowsBytes = limits::kMaxMessageBytes - 4096;

}  // namespace

ImportSender::ImportSender(const Client& client, const ImportKind& kind,
                           ImportHead head, ImportHooks hooks)
    : client_(client),
      kind_(kind),
      head_(std::move(head)),
      hooks_(std::move(hooks)),
      stub_(client.channel()) {}

absl::Status ImportSender::Tick() const {
  if (!hooks_.tick || hooks_.tick()) return absl::OkStatus();
  return absl::CancelledError("interrupted");
}

absl::Status ImportSender::ReadMessage(Outgoing& outgoing) {
  const std::unique_ptr<gp::Message> request(kind_.request->New());
  const gp::Reflection& reflection = *request->GetReflection();
  for (const auto& [field, value] :
       {std::pair(kind_.import_id, &head_.import_id),
        std::pair(kind_.month, &head_.month),
        std::pair(kind_.region, &head_.region)}) {
    if (field != nullptr) reflection.SetString(request.get(), field, *value);
  }
  size_t bytes = 0;
  while (outgoing.rows.size() < static_cast<size_t>(limits::kMaxImportRows)) {
    ImportRow row;
    if (held_) {
      row = *std::exchange(held_, std::nullopt);
    } else {
      ONESTOP_ASSIGN_OR_RETURN(const bool more, hooks_.next(row));
      at_end_ = !more;
      if (!more) break;
    }
    if (row.message.ok()) {
      const size_t size = (*row.message)->ByteSizeLong() + 8;
      if (size > kMaxRowsBytes) {
        row.message = absl::InvalidArgumentError(
            "the row is larger than a message may be (4 MiB)");
      } else if (bytes + size > kMaxRowsBytes) {
        held_ = std::move(row);
        break;
      } else {
        bytes += size;
        ++outgoing.sent;
        reflection.AddAllocatedMessage(request.get(), kind_.rows,
                                       row.message->release());
      }
    }
    outgoing.rows.push_back(std::move(row));
  }
  const grpc::Slice slice(request->SerializeAsString());
  outgoing.bytes = grpc::ByteBuffer(&slice, 1);
  return absl::OkStatus();
}

absl::Status ImportSender::FillWindow() {
  if (at_end_ || window_.size() >= static_cast<size_t>(kMaxInFlight)) {
    return absl::OkStatus();
  }
  Outgoing outgoing;
  const Clock::time_point begin = Clock::now();
  ONESTOP_RETURN_IF_ERROR(ReadMessage(outgoing));
  // The wait for a pipe is not the server's silence.
  last_answer_ += Clock::now() - begin;
  if (window_.empty()) last_answer_ = Clock::now();  // None was awaited.
  if (!outgoing.rows.empty()) window_.push_back(std::move(outgoing));
  return absl::OkStatus();
}

void ImportSender::TellOldest(
    const std::vector<absl::StatusOr<pb::RowOutcome>>& outcomes) {
  auto outcome = outcomes.begin();
  for (const ImportRow& row : window_.front().rows) {
    if (row.message.ok()) {
      hooks_.done(row, *outcome++);
    } else {
      hooks_.done(row, row.message.status());
    }
  }
  window_.pop_front();
  if (next_to_send_ > 0) --next_to_send_;
}

absl::Status ImportSender::TakeAnswer(const grpc::ByteBuffer& bytes) {
  grpc::Slice slice;
  const std::unique_ptr<gp::Message> response(kind_.response->New());
  const gp::FieldDescriptor* results =
      response->GetDescriptor()->FindFieldByName("results");
  if (next_to_send_ == 0 || !bytes.DumpToSingleSlice(&slice).ok() ||
      !response->ParseFromArray(slice.begin(),
                                static_cast<int>(slice.size())) ||
      response->GetReflection()->FieldSize(*response, results) !=
          window_.front().sent) {
    return absl::InternalError(
        "the server's answer does not fit what it was sent");
  }
  std::vector<absl::StatusOr<pb::RowOutcome>> outcomes;
  for (int i = 0; i < window_.front().sent; ++i) {
    const auto& result = static_cast<const pb::RowResult&>(
        response->GetReflection()->GetRepeatedMessage(*response, results, i));
    if (result.outcome() == pb::ROW_OUTCOME_REFUSED) {
      absl::Status why = wire::FromRpcStatus(result.error());
      if (why.ok()) why = absl::UnknownError("refused without a reason");
      outcomes.push_back(std::move(why));
    } else {
      outcomes.push_back(result.outcome());
    }
  }
  last_answer_ = Clock::now();
  TellOldest(outcomes);
  return absl::OkStatus();
}

void ImportSender::Feed(Call& call) {
  while (!window_.empty() && window_.front().sent == 0) TellOldest({});
  if (!call.may_write()) return;
  while (next_to_send_ < window_.size() && window_[next_to_send_].sent == 0) {
    ++next_to_send_;
  }
  if (next_to_send_ < window_.size()) {
    call.Write(window_[next_to_send_++].bytes);
  } else if (at_end_) {
    call.HalfClose();
  }
}

absl::Status ImportSender::RunCall() {
  Call call(
      [this](grpc::ClientContext* context, grpc::CompletionQueue* queue) {
        return stub_.PrepareCall(context, kind_.method, queue);
      },
      [this](const grpc::ByteBuffer& bytes) { return TakeAnswer(bytes); });
  next_to_send_ = 0;
  absl::Status failed;
  while (!call.finished()) {
    if (failed.ok()) failed = FillWindow();
    if (failed.ok()) Feed(call);
    if (failed.ok()) failed = Tick();
    if (!failed.ok()) call.Cancel();
    const absl::StatusOr<bool> happened = call.Wait(kTick);
    failed.Update(happened.status());
    if (failed.ok() && !*happened) failed = client_.CheckSilence(last_answer_);
  }
  if (!failed.ok()) return failed;
  ONESTOP_RETURN_IF_ERROR(Client::ToStatus(call.status()));
  if (window_.empty() && at_end_) return absl::OkStatus();
  return absl::UnavailableError("the server ended the import early");
}

absl::Status ImportSender::Run() {
  last_answer_ = Clock::now();
  milliseconds pause = kFirstPause;
  while (true) {
    const Clock::time_point before = last_answer_;
    const absl::Status ended = RunCall();
    if (ended.ok() || !Client::MayComeBack(ended.code())) return ended;
    if (last_answer_ != before) pause = kFirstPause;
    const Clock::time_point until = Clock::now() + pause;
    pause = std::min(pause * 2, kLongestPause);
    while (Clock::now() < until) {
      if (!client_.CheckSilence(last_answer_).ok()) return ended;
      ONESTOP_RETURN_IF_ERROR(Tick());
      client_.Rest(kTick);
    }
  }
}

}  // namespace onestop::cli
