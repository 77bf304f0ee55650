// Errors in words, with what to do about each.
#include "cli/failure.h"

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/error.h"
#include "cli/reasons.h"
#include "cli/text.h"

namespace onestop::cli {
namespace {

std::string Headline(const absl::Status& status, std::string_view name,
                     Language language) {
  switch (ExitCodeOf(status)) {
    case kExitUsage:
      return Cat(Pick(language, "输入有误：", "wrong input: "), name);
    case kExitUnavailable:
      return Cat(Pick(language, "暂无答复：", "no answer: "), name);
    case kExitBroken:
      return Cat(Pick(language, "内部错误：", "broken: "), name);
    default:
      return Cat(Pick(language, "被拒绝：", "refused: "), name);
  }
}

}  // namespace

std::string FailureText(const absl::Status& status, Language language) {
  const std::string own_reason = ErrorReason(status);
  const std::string reason =
      own_reason.empty() ? absl::StatusCodeToString(status.code()) : own_reason;
  const std::vector<FieldViolation> violations = FieldViolations(status);
  std::string text = Cat(Headline(status, reason, language), "\n");
  const std::string chinese =
      language == Language::kChinese ? ReasonInChinese(reason) : "";
  if (!chinese.empty()) Append(&text, "  ", chinese, "\n");
  // The message of bad fields says again which they are.
  const bool message_says_more =
      chinese.empty() || (ServerSaysMore(reason) && violations.empty());
  if (message_says_more && !status.message().empty()) {
    Append(&text, "  ", status.message(), "\n");
  }
  for (const FieldViolation& violation : violations) {
    Append(&text, "  ", violation.field,
           Pick(language, violation.field.empty() ? "" : "：", ": "),
           ViolationText(violation.description, language), "\n");
  }
  for (const auto& [name, value] : ErrorMetadataOf(status)) {
    Append(&text, "  ", name, " = ", value, "\n");
  }
  const std::string advice = Advice(reason, language);
  if (!advice.empty()) {
    Append(&text, Pick(language, "  → ", "  -> "), advice, "\n");
  }
  return text;
}

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kExitOk;
    case absl::StatusCode::kInvalidArgument:
      // Two lines of one id are the claim's fault, not the message's.
      return ErrorReason(status) == "DUPLICATE_LINE" ? kExitRefused
                                                     : kExitUsage;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kAborted:
      return kExitUnavailable;
    case absl::StatusCode::kResourceExhausted:  // larger than a message may be
      return kExitUsage;
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kUnimplemented:
      return kExitBroken;
    default:
      return kExitRefused;
  }
}

}  // namespace onestop::cli
