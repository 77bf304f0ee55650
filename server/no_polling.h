// Who reads the sockets: the call threads alone.
#ifndef ONESTOP_SERVER_NO_POLLING_H_
#define ONESTOP_SERVER_NO_POLLING_H_

namespace onestop::server {

// While one lives, completion queues that this thread makes gRPC create do not
// poll: what waits on them is woken by whoever does. Around BuildAndStart: gRPC
// does so itself for the queues of synchronous methods beside a queue of the
// application, but not for that of callbacks, whose threads would then read
// sockets by turns with the call threads, waking each other at each turn
// (docs/adr/0025). Not nested.
class NoPolling {
 public:
  NoPolling();
  ~NoPolling();
  NoPolling(const NoPolling&) = delete;
  NoPolling& operator=(const NoPolling&) = delete;

  // How many queues were created so.
  int queues() const;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_NO_POLLING_H_
