// SHA-256 over length-prefixed parts, cut to 128 bits.
#include "storage/ids.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <initializer_list>

#include "absl/strings/escaping.h"
#include "storage/sha256.h"

namespace onestop::storage {
namespace {

using Bits128 = std::array<uint8_t, 16>;

// A part's length goes before it, so that ("ab", "c") is not ("a", "bc").
void Append(std::string& text, std::string_view part) {
  const uint64_t size = part.size();
  for (int shift = 56; shift >= 0; shift -= 8) {
    text.push_back(static_cast<char>(size >> shift));
  }
  text.append(part);
}

Bits128 Digest(const std::string& text) {
  const std::array<uint8_t, 32> full = Sha256(text);
  Bits128 cut;
  std::memcpy(cut.data(), full.data(), cut.size());
  return cut;
}

// `what` keeps the ids of different kinds of things apart.
Bits128 Derive(std::string_view what,
               std::initializer_list<std::string_view> parts) {
  size_t size = what.size() + (1 + parts.size()) * sizeof(uint64_t);
  for (const std::string_view part : parts) size += part.size();
  std::string text;
  text.reserve(size);
  Append(text, what);
  for (const std::string_view part : parts) Append(text, part);
  return Digest(text);
}

std::string Hex(const Bits128& bits) {
  return domain::SettlementId{bits}.ToString();
}

}  // namespace

domain::SettlementId DeriveSettlementId(std::string_view institution_id,
                                        std::string_view person_id,
                                        std::string_view request_id) {
  return {Derive("settlement", {institution_id, person_id, request_id})};
}

domain::SettlementId DeriveReversalId(const domain::SettlementId& target) {
  return {Derive(
      "reversal",
      {std::string_view(reinterpret_cast<const char*>(target.bytes.data()),
                        target.bytes.size())})};
}

std::string DeriveRegistrationId(std::string_view caller,
                                 std::string_view person_id,
                                 std::string_view request_id) {
  return Hex(Derive("registration", {caller, person_id, request_id}));
}

std::string PersonDigest(std::string_view person_id) {
  return Hex(Digest(std::string(person_id))).substr(0, 12);
}

std::string DigestTexts(
    std::vector<std::pair<std::string, std::string>> named_texts) {
  std::sort(named_texts.begin(), named_texts.end());
  std::string text;
  Append(text, "texts");
  for (const auto& [name, content] : named_texts) {
    Append(text, name);
    Append(text, content);
  }
  return Hex(Digest(text));
}

}  // namespace onestop::storage
