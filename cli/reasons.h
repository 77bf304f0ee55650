// The reasons of docs/errors.md in words: what happened, and what somebody at
// the window can do about it.
#ifndef ONESTOP_CLI_REASONS_H_
#define ONESTOP_CLI_REASONS_H_

#include <string>
#include <string_view>
#include <vector>

#include "cli/text.h"

namespace onestop::cli {

// Why in Chinese; the server says it in English. Empty: not known here.
std::string ReasonInChinese(std::string_view reason);
// Whether the server's own sentence holds facts besides: days, amounts, what
// broke.
bool ServerSaysMore(std::string_view reason);
// What to do; empty: not known here.
std::string Advice(std::string_view reason, Language language);
// What to do, in Chinese after why; empty: not known here.
std::string ReasonText(std::string_view reason, Language language);
// All reasons that have words.
std::vector<std::string_view> KnownReasons();

// What is wrong with a field: the server's description, in Chinese where it is
// known.
std::string ViolationText(std::string_view description, Language language);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_REASONS_H_
