// A unary call that a lane answers.
#ifndef ONESTOP_SERVER_LANE_CALL_H_
#define ONESTOP_SERVER_LANE_CALL_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/call_thread.h"
#include "server/live_calls.h"
#include "server/rendered_request.h"
#include "server/service_parts.h"
#include "server/stats.h"
#include "server/unary_call.h"

namespace onestop::server {

// A method whose calls are LaneCalls. Outlives them.
struct LaneMethod {
  const char* path;
  Rpc rpc;
  std::string (*sender_of)(std::string_view);  // wire/sender.h
  absl::Status (RenderedRequest::*parse)(std::string_view);
};

// Waits for a call of its method; when it has come, lets another one wait, goes
// through the door, is parsed and handed to its lane; is answered there, sent
// and deleted. All but the lane's part happens on its CallThread.
class LaneCall final : public RenderedRequest,
                       public CallEvent,
                       public AnsweredCall {
 public:
  static void Await(const LaneMethod& method, const CallSource& source,
                    const ServiceParts& parts, CallThread& thread);

  void Ended(bool ok) override;
  void Answer(absl::StatusOr<std::string> answer) override;  // by the lane
  void Send() override;

 private:
  LaneCall(const LaneMethod& method, const CallSource& source,
           const ServiceParts& parts, CallThread& thread)
      : method_(method), source_(source), parts_(parts), thread_(thread) {}

  void Take();
  // After each of these the call may be gone.
  void Refuse(const absl::Status& refusal);
  void SendError(const grpc::Status& error);
  void CountUnread();

  const LaneMethod& method_;
  const CallSource source_;
  const ServiceParts& parts_;
  CallThread& thread_;
  bool arrived_ = false;
  bool unread_ = false;                   // came without a message
  std::optional<LiveCalls::Guard> live_;  // from its arrival on
  UnaryCall call_;
  absl::StatusOr<std::string> answer_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_LANE_CALL_H_
