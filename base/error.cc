// Reasons, metadata and field violations as payloads of an absl::Status.
#include "base/error.h"

#include <algorithm>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/strings.h"

namespace onestop {
namespace {

constexpr std::string_view kReasonUrl = "onestop/reason";
constexpr std::string_view kMetadataUrl = "onestop/metadata";
constexpr std::string_view kViolationsUrl = "onestop/violations";

using Pairs = std::vector<std::pair<std::string, std::string>>;

// Pairs as text separated by NUL; a NUL inside a value becomes '?'.
absl::Cord EncodePairs(const Pairs& pairs) {
  std::string text;
  for (const auto& [name, value] : pairs) {
    for (std::string part : {name, value}) {
      std::replace(part.begin(), part.end(), '\0', '?');
      text += part;
      text += '\0';
    }
  }
  return absl::Cord(text);
}

Pairs DecodePairs(const absl::Status& status, std::string_view url) {
  const auto payload = status.GetPayload(View(url));
  if (!payload) return {};
  const std::string text(*payload);
  const std::vector<std::string> parts = absl::StrSplit(text, '\0');
  Pairs pairs;
  for (size_t i = 0; i + 1 < parts.size(); i += 2) {
    pairs.emplace_back(parts[i], parts[i + 1]);
  }
  return pairs;
}

}  // namespace

absl::Status MakeError(absl::StatusCode code, std::string_view reason,
                       std::string_view message, ErrorMetadata metadata) {
  absl::Status status(code, View(message));
  status.SetPayload(View(kReasonUrl), absl::Cord(View(reason)));
  if (!metadata.empty()) {
    status.SetPayload(View(kMetadataUrl), EncodePairs(metadata));
  }
  return status;
}

absl::Status MalformedRequest(const std::vector<FieldViolation>& violations) {
  Pairs pairs;
  std::vector<std::string> fields;
  for (const FieldViolation& violation : violations) {
    pairs.emplace_back(violation.field, violation.description);
    if (fields.size() < 5) fields.push_back(violation.field);
  }
  absl::Status status =
      MakeError(absl::StatusCode::kInvalidArgument, "MALFORMED_REQUEST",
                absl::StrCat(violations.size(),
                             " bad field(s): ", absl::StrJoin(fields, ", "),
                             violations.size() > fields.size() ? ", …" : "",
                             "; the details say what is wrong with each"));
  status.SetPayload(View(kViolationsUrl), EncodePairs(pairs));
  return status;
}

std::string ErrorReason(const absl::Status& status) {
  const auto payload = status.GetPayload(View(kReasonUrl));
  return payload ? std::string(*payload) : std::string();
}

ErrorMetadata ErrorMetadataOf(const absl::Status& status) {
  return DecodePairs(status, kMetadataUrl);
}

std::vector<FieldViolation> FieldViolations(const absl::Status& status) {
  std::vector<FieldViolation> violations;
  for (auto& [field, description] : DecodePairs(status, kViolationsUrl)) {
    violations.push_back({std::move(field), std::move(description)});
  }
  return violations;
}

}  // namespace onestop
