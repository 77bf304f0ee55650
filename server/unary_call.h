// A unary call on gRPC's core API, below its C++ classes.
#ifndef ONESTOP_SERVER_UNARY_CALL_H_
#define ONESTOP_SERVER_UNARY_CALL_H_

#include <grpc/grpc.h>
#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "server/call_thread.h"

namespace onestop::server {

// Where the calls of a method come from; known once the server is built
// (server/raw_service.h).
struct CallSource {
  grpc_server* server = nullptr;
  void* method = nullptr;
};

// One call: awaited, read, answered or refused, each once and in this order, on
// the thread of its queue. gRPC's C++ classes watch for the end of a call with
// an operation of its own; here that is part of the one that answers
// (docs/adr/0027).
//
// Await, Answer and Refuse return false when the server shuts down: then
// nothing was begun, and the event does not end.
class UnaryCall {
 public:
  UnaryCall();
  ~UnaryCall();  // Cancels what was awaited, came and was not answered.
  UnaryCall(const UnaryCall&) = delete;
  UnaryCall& operator=(const UnaryCall&) = delete;

  // `arrived` ends when a call is there.
  bool Await(const CallSource& source, grpc::ServerCompletionQueue& queue,
             CallEvent& arrived);

  // When the caller gives up, in Unix milliseconds; kNoDeadline: never.
  int64_t deadline_ms() const;
  // The message in one piece: as it came if it did so, else copied. None when
  // it cannot be read, or the caller gave up before it was.
  std::optional<grpc::Slice> TakeRequest();

  // Copied. `sent` ends when the answer has left, or the caller is gone.
  bool Answer(std::string_view message, CallEvent& sent);
  bool Refuse(const grpc::Status& error, CallEvent& sent);
  // Once that has ended: whether the caller had given up before.
  bool cancelled() const { return cancelled_ != 0; }

 private:
  bool Finish(grpc_byte_buffer* message, const grpc::Status& status,
              CallEvent& sent);

  grpc_call* call_ = nullptr;
  gpr_timespec deadline_{};
  grpc_metadata_array metadata_;
  grpc_byte_buffer* request_ = nullptr;
  int cancelled_ = 0;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_UNARY_CALL_H_
