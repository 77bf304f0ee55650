// Settlement ids as text.
#include "domain/settlement.h"

#include "absl/strings/escaping.h"

namespace onestop::domain {

std::string SettlementId::ToString() const {
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

std::optional<SettlementId> SettlementId::Parse(std::string_view text) {
  SettlementId id;
  if (text.size() != 2 * id.bytes.size()) return std::nullopt;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool digit = c >= '0' && c <= '9';
    if (!digit && !(c >= 'a' && c <= 'f')) return std::nullopt;
    const int value = digit ? c - '0' : c - 'a' + 10;
    id.bytes[i / 2] = static_cast<uint8_t>(id.bytes[i / 2] * 16 + value);
  }
  return id;
}

}  // namespace onestop::domain
