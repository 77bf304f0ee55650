// Bridges std::string_view and Abseil's: Debian builds Abseil with a string
// view of its own, which does not convert by itself.
#ifndef ONESTOP_BASE_STRINGS_H_
#define ONESTOP_BASE_STRINGS_H_

#include <string_view>

#include "absl/strings/string_view.h"

namespace onestop {

inline absl::string_view View(std::string_view text) {
  return absl::string_view(text.data(), text.size());
}

}  // namespace onestop

#endif  // ONESTOP_BASE_STRINGS_H_
