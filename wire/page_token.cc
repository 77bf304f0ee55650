// A token is a checksum of query and place, then the place as text, in base64.
#include "wire/page_token.h"

#include <cstdint>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/strings.h"

namespace onestop::wire {
namespace {

constexpr size_t kChecksumBytes = 8;
constexpr size_t kMaxTokenBytes = 256;
constexpr int64_t kMaxUnixMs = 32'503'680'000'000;  // the year 3000

// FNV-1a, which every replica computes alike.
std::string Checksum(std::string_view query, std::string_view place) {
  uint64_t hash = 14'695'981'039'346'656'037u;
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211u;
    }
    hash *= 1'099'511'628'211u;  // The end of a part counts.
  };
  add(query);
  add(place);
  std::string bytes;
  for (size_t i = 0; i < kChecksumBytes; ++i) {
    bytes.push_back(static_cast<char>(hash >> (8 * i)));
  }
  return bytes;
}

std::optional<domain::BookingPlace> ParsePlace(std::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(View(text), '/');
  if (parts.size() != 3) return std::nullopt;
  const std::optional<domain::Day> day = domain::ParseDay(parts[0]);
  int64_t ms = 0;
  const bool is_time =
      absl::SimpleAtoi(parts[1], &ms) && ms >= 0 && ms <= kMaxUnixMs;
  const auto id = domain::SettlementId::Parse(parts[2]);
  if (!day || !is_time || !id) return std::nullopt;
  return domain::BookingPlace{*day, ms, *id};
}

}  // namespace

std::string PageToken(std::string_view query,
                      const domain::BookingPlace& next) {
  const std::string place =
      absl::StrCat(domain::FormatDay(next.booked_on), "/", next.booked_at_ms,
                   "/", next.id.ToString());
  return absl::WebSafeBase64Escape(absl::StrCat(Checksum(query, place), place));
}

std::optional<domain::BookingPlace> PlaceOfToken(std::string_view query,
                                                 std::string_view token) {
  std::string bytes;
  if (token.size() > kMaxTokenBytes ||
      !absl::WebSafeBase64Unescape(View(token), &bytes) ||
      bytes.size() < kChecksumBytes) {
    return std::nullopt;
  }
  const std::string_view place = std::string_view(bytes).substr(kChecksumBytes);
  if (bytes.substr(0, kChecksumBytes) != Checksum(query, place)) {
    return std::nullopt;
  }
  return ParsePlace(place);
}

}  // namespace onestop::wire
