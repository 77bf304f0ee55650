// Who calls: every service method is given one, so that rights are checks to
// add and not parameters.
#ifndef ONESTOP_SERVER_CALLER_H_
#define ONESTOP_SERVER_CALLER_H_

#include <string>

namespace grpc {
class CallbackServerContext;
}  // namespace grpc

namespace onestop::server {

struct Caller {
  // What its writes are recorded under.
  std::string name;
};

// Without authentication everyone is the agency.
inline Caller CallerOf(const grpc::CallbackServerContext&) {
  return Caller{"agency"};
}

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_CALLER_H_
