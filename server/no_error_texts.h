// What nobody reads is not written: gRPC's own notes on each refusal.
#ifndef ONESTOP_SERVER_NO_ERROR_TEXTS_H_
#define ONESTOP_SERVER_NO_ERROR_TEXTS_H_

#include <cstdint>

namespace onestop::server {

// gRPC 1.51 makes an error object of each status that is sent and is not OK,
// and of each call that is given up, notes in it when, where and with which
// message, as texts, and describes it in words when the call is deleted, for
// filters that nobody has: a quarter of what such a call costs (docs/adr/0026).
// While one of these lives, errors made on this thread hold no texts and are
// described by "". Not nested.
class NoErrorTexts {
 public:
  NoErrorTexts();
  ~NoErrorTexts();
  NoErrorTexts(const NoErrorTexts&) = delete;
  NoErrorTexts& operator=(const NoErrorTexts&) = delete;

  // How many texts were left out.
  int64_t left_out() const;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_NO_ERROR_TEXTS_H_
