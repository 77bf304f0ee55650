// Counts rows and words refusals.
#include "cli/import_tally.h"

#include <algorithm>

#include "base/error.h"
#include "cli/json_text.h"
#include "cli/reasons.h"

namespace onestop::cli {
namespace {

constexpr int kKindWidth = 14;
constexpr int kRowsWidth = 6;

// A row that was not sent has no reason of the API's.
std::string ReasonOf(const absl::Status& status) {
  const std::string reason = ErrorReason(status);
  return reason.empty() ? "MALFORMED_REQUEST" : reason;
}

// "persons[3].birth_date" as "birth_date": a row is named by its line.
std::string_view FieldOfRow(std::string_view path) {
  const size_t bracket = path.find("].");
  const size_t dot = path.find('.');
  return bracket != std::string_view::npos && dot == bracket + 1
             ? path.substr(dot + 1)
             : path;
}

// What to do with the refused rows of a file.
std::string_view AdviceOn(Rerun rerun, Language language) {
  switch (rerun) {
    case Rerun::kAddsUnderAnotherId:
      return Pick(
          language,
          "请改正被拒绝的行（--rejects FILE 可写出），只导入这些行；或改正"
          "后以同一 --import-id 重新导入。换用别的导入名，已导入的行会再加"
          "一次。\n",
          "Correct the refused rows (--rejects FILE writes them) and "
          "import only those, or\nthis file again under the same "
          "--import-id: another id adds every loaded row again.\n");
    case Rerun::kAddsIfTheFileChanged:
      return Pick(
          language,
          "请改正被拒绝的行（--rejects FILE 可写出），只导入这些行。请勿修改"
          "本文件后重新导入：已导入的行会再加一次。\n",
          "Correct the refused rows (--rejects FILE writes them) and "
          "import only those. Do not\nchange this file and import it "
          "again: every loaded row would be added again.\n");
    case Rerun::kReplaces:
      break;
  }
  return "";
}

}  // namespace

void ImportTally::Count(
    const absl::StatusOr<::onestop::v1::RowOutcome>& outcome) {
  if (!outcome.ok()) {
    ++refused;
    ++reasons[ReasonOf(outcome.status())];
    return;
  }
  switch (*outcome) {
    case ::onestop::v1::ROW_OUTCOME_CREATED:
      ++created;
      break;
    case ::onestop::v1::ROW_OUTCOME_UPDATED:
      ++updated;
      break;
    default:
      ++unchanged;
  }
}

std::string TallyText(std::string_view kind, const ImportTally& tally,
                      Language language, std::optional<int64_t> revoked) {
  std::string text =
      Cat(PadRight(kind, kKindWidth), PadLeft(Cat(tally.rows()), kRowsWidth));
  if (language == Language::kChinese) {
    Append(&text, " 行：新增 ", tally.created, "，更改 ", tally.updated,
           "，未变 ", tally.unchanged, "，拒绝 ", tally.refused);
    if (revoked) Append(&text, "；终止登记 ", *revoked);
  } else {
    Append(&text, " rows: ", tally.created, " new, ", tally.updated,
           " changed, ", tally.unchanged, " as before, ", tally.refused,
           " refused");
    if (revoked) Append(&text, ", ", *revoked, " registrations ended");
  }
  return text + "\n";
}

std::string TallyJson(std::string_view kind, const ImportTally& tally,
                      std::optional<int64_t> revoked) {
  JsonObject json;
  json.Add("kind", kind)
      .Add("rows", tally.rows())
      .Add("created", tally.created)
      .Add("updated", tally.updated)
      .Add("unchanged", tally.unchanged)
      .Add("refused", tally.refused);
  if (revoked) json.Add("revoked", *revoked);
  return json.ToString() + "\n";
}

std::string TallyAdvice(const ImportTally& tally, Rerun rerun,
                        Language language) {
  std::string text;
  for (const auto& [reason, rows] : tally.reasons) {
    Append(&text, reason, Pick(language, "：", ": "), rows,
           Pick(language, " 行", rows == 1 ? " row" : " rows"));
    const std::string advice = Advice(reason, language);
    if (!advice.empty()) {
      Append(&text, Pick(language, "  → ", "  -> "), advice);
    }
    text += '\n';
  }
  if (!text.empty()) text += AdviceOn(rerun, language);
  return text;
}

std::string RefusalLine(const absl::Status& status, Language language) {
  std::string line = Cat(ReasonOf(status), ": ");
  const auto violations = FieldViolations(status);
  const std::string chinese = language == Language::kChinese
                                  ? ReasonInChinese(ErrorReason(status))
                                  : "";
  if (violations.empty()) {
    line += chinese;
    if (chinese.empty() || ServerSaysMore(ErrorReason(status))) {
      Append(&line, chinese.empty() ? "" : " ", status.message());
    }
  }
  for (const FieldViolation& violation : violations) {
    if (&violation != &violations.front()) line += "; ";
    if (!violation.field.empty()) {
      Append(&line, FieldOfRow(violation.field), ": ");
    }
    line += ViolationText(violation.description, language);
  }
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::replace(line.begin(), line.end(), '\r', ' ');
  return line;
}

}  // namespace onestop::cli
