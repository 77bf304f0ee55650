// What is sent in one go leaves in one go.
#ifndef ONESTOP_SERVER_JOINED_SENDS_H_
#define ONESTOP_SERVER_JOINED_SENDS_H_

namespace onestop::server {

// gRPC sends each answer for itself, and each costs its way through the
// kernel's network and a waking of the other side. While one of these lives,
// what this thread gives `sendmsg` is kept by the kernel, as for MSG_MORE; it
// leaves when the object goes, or when as much as a packet holds is there
// (docs/adr/0028). Not nested.
class JoinedSends {
 public:
  JoinedSends();
  ~JoinedSends();
  JoinedSends(const JoinedSends&) = delete;
  JoinedSends& operator=(const JoinedSends&) = delete;

  // How many sends were kept.
  int kept() const;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_JOINED_SENDS_H_
