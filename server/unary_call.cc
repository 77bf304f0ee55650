// One batch of operations to answer a call.
#include "server/unary_call.h"

#include <grpc/byte_buffer.h>
#include <grpc/byte_buffer_reader.h>
#include <grpc/slice.h>
#include <grpc/support/time.h>

#include <array>
#include <string>
#include <utility>

#include "server/lane_request.h"

namespace onestop::server {
namespace {

constexpr int64_t kMicrosPerMilli = 1'000;

grpc_slice Copied(std::string_view text) {
  return grpc_slice_from_copied_buffer(text.data(), text.size());
}

}  // namespace

UnaryCall::UnaryCall() { grpc_metadata_array_init(&metadata_); }

UnaryCall::~UnaryCall() {
  if (request_ != nullptr) grpc_byte_buffer_destroy(request_);
  grpc_metadata_array_destroy(&metadata_);
  if (call_ != nullptr) grpc_call_unref(call_);
}

bool UnaryCall::Await(const CallSource& source,
                      grpc::ServerCompletionQueue& queue, CallEvent& arrived) {
  return grpc_server_request_registered_call(
             source.server, source.method, &call_, &deadline_, &metadata_,
             &request_, queue.cq(), queue.cq(),
             arrived.TagAtCore()) == GRPC_CALL_OK;
}

int64_t UnaryCall::deadline_ms() const {
  const gpr_timespec never = gpr_inf_future(deadline_.clock_type);
  if (gpr_time_cmp(deadline_, never) == 0) return kNoDeadline;
  const auto deadline = gpr_convert_clock_type(deadline_, GPR_CLOCK_REALTIME);
  return gpr_timespec_to_micros(deadline) / kMicrosPerMilli;
}

std::optional<grpc::Slice> UnaryCall::TakeRequest() {
  grpc_byte_buffer* const request = std::exchange(request_, nullptr);
  grpc_byte_buffer_reader reader;
  if (request == nullptr || !grpc_byte_buffer_reader_init(&reader, request)) {
    if (request != nullptr) grpc_byte_buffer_destroy(request);
    return std::nullopt;
  }
  grpc::Slice message;
  const grpc_slice_buffer& pieces = request->data.raw.slice_buffer;
  if (pieces.count == 1) {
    message = grpc::Slice(pieces.slices[0], grpc::Slice::ADD_REF);
  } else {
    message = grpc::Slice(grpc_byte_buffer_reader_readall(&reader),
                          grpc::Slice::STEAL_REF);
  }
  grpc_byte_buffer_reader_destroy(&reader);
  grpc_byte_buffer_destroy(request);
  return message;
}

bool UnaryCall::Answer(std::string_view message, CallEvent& sent) {
  grpc_slice bytes = Copied(message);
  grpc_byte_buffer* const buffer = grpc_raw_byte_buffer_create(&bytes, 1);
  grpc_slice_unref(bytes);
  const bool begun = Finish(buffer, grpc::Status::OK, sent);
  grpc_byte_buffer_destroy(buffer);
  return begun;
}

bool UnaryCall::Refuse(const grpc::Status& error, CallEvent& sent) {
  return Finish(nullptr, error, sent);
}

bool UnaryCall::Finish(grpc_byte_buffer* message, const grpc::Status& status,
                       CallEvent& sent) {
  std::array<grpc_op, 4> operations{};
  size_t count = 0;
  operations[count++].op = GRPC_OP_SEND_INITIAL_METADATA;
  if (message != nullptr) {
    grpc_op& send = operations[count++];
    send.op = GRPC_OP_SEND_MESSAGE;
    send.data.send_message.send_message = message;
  }
  const std::string text = status.error_message();
  grpc_slice message_text = Copied(text);
  grpc_metadata details{};
  details.key = grpc_slice_from_static_string("grpc-status-details-bin");
  details.value = Copied(status.error_details());
  grpc_op& end = operations[count++];
  end.op = GRPC_OP_SEND_STATUS_FROM_SERVER;
  auto& end_data = end.data.send_status_from_server;
  end_data.status = static_cast<grpc_status_code>(status.error_code());
  if (!text.empty()) end_data.status_details = &message_text;
  end_data.trailing_metadata = &details;
  end_data.trailing_metadata_count = status.error_details().empty() ? 0 : 1;
  grpc_op& closed = operations[count++];
  closed.op = GRPC_OP_RECV_CLOSE_ON_SERVER;
  closed.data.recv_close_on_server.cancelled = &cancelled_;
  const grpc_call_error error = grpc_call_start_batch(
      call_, operations.data(), count, sent.TagAtCore(), nullptr);
  grpc_slice_unref(details.value);
  grpc_slice_unref(message_text);
  return error == GRPC_CALL_OK;
}

}  // namespace onestop::server
