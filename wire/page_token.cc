// A checksum over question and place, then the place, in URL-safe Base64.
#include "wire/page_token.h"

#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace onestop::wire {
namespace {

constexpr size_t kMaxTokenBytes = 512;
constexpr size_t kCheckBytes = 8;
constexpr char kSeparator = '\0';

// FNV-1a: against mistakes, not against forgery; a place gives no rights.
std::string Check(std::string_view question, std::string_view place) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const std::string_view part : {question, place}) {
    for (const char byte : part) {
      hash = (hash ^ static_cast<uint8_t>(byte)) * 0x100000001b3;
    }
    hash = (hash ^ part.size()) * 0x100000001b3;
  }
  std::string bytes;
  for (size_t i = 0; i < kCheckBytes; ++i) {
    bytes.push_back(static_cast<char>(hash >> (8 * i)));
  }
  return bytes;
}

}  // namespace

std::string MakePageToken(std::string_view question,
                          const std::vector<std::string>& place) {
  const std::string joined =
      absl::StrJoin(place, absl::string_view(&kSeparator, 1));
  return absl::WebSafeBase64Escape(Check(question, joined) + joined);
}

std::optional<std::vector<std::string>> ReadPageToken(std::string_view question,
                                                      std::string_view token) {
  std::string bytes;
  if (token.size() > kMaxTokenBytes ||
      !absl::WebSafeBase64Unescape({token.data(), token.size()}, &bytes) ||
      bytes.size() < kCheckBytes) {
    return std::nullopt;
  }
  const std::string place = bytes.substr(kCheckBytes);
  if (bytes.substr(0, kCheckBytes) != Check(question, place)) {
    return std::nullopt;
  }
  return absl::StrSplit(place, kSeparator);
}

}  // namespace onestop::wire
