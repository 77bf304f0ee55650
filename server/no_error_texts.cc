// Stands before three of gRPC's functions that write texts about errors.
#include "server/no_error_texts.h"

#include <dlfcn.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace onestop::server {
namespace {

thread_local bool no_error_texts = false;
thread_local int64_t texts_left_out = 0;

bool LeaveOut() {
  if (no_error_texts) ++texts_left_out;
  return no_error_texts;
}

// The function of the same name that comes after the program's own. The name in
// the libraries holds that of Abseil's inline namespace: the linker tells it.
template <typename Function>
Function* Next(Function* own) {
  Dl_info info{};
  if (dladdr(reinterpret_cast<void*>(own), &info) == 0) return nullptr;
  if (info.dli_sname == nullptr) return nullptr;
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, info.dli_sname));
}

}  // namespace

NoErrorTexts::NoErrorTexts() {
  no_error_texts = true;
  texts_left_out = 0;
}

NoErrorTexts::~NoErrorTexts() { no_error_texts = false; }

int64_t NoErrorTexts::left_out() const { return texts_left_out; }

}  // namespace onestop::server

// As libgrpc declares and calls them; the program's own come first.
namespace grpc_core {

enum class StatusStrProperty;
enum class StatusTimeProperty;

std::string StatusToString(const absl::Status& status);
void StatusSetTime(absl::Status* status, StatusTimeProperty property,
                   absl::Time time);
void StatusSetStr(absl::Status* status, StatusStrProperty property,
                  absl::string_view text);

std::string StatusToString(const absl::Status& status) {
  if (onestop::server::LeaveOut()) return "";
  static const auto kNext = onestop::server::Next(&StatusToString);
  return kNext == nullptr ? status.ToString() : kNext(status);
}

void StatusSetTime(absl::Status* status, StatusTimeProperty property,
                   absl::Time time) {
  if (onestop::server::LeaveOut()) return;
  static const auto kNext = onestop::server::Next(&StatusSetTime);
  if (kNext != nullptr) kNext(status, property, time);
}

void StatusSetStr(absl::Status* status, StatusStrProperty property,
                  absl::string_view text) {
  if (onestop::server::LeaveOut()) return;
  static const auto kNext = onestop::server::Next(&StatusSetStr);
  if (kNext != nullptr) kNext(status, property, text);
}

}  // namespace grpc_core
