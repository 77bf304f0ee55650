// Errors in words, with what to do about each.
#include "cli/failure.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/error.h"
#include "cli/text.h"

namespace onestop::cli {
namespace {

struct AdviceRow {
  std::string_view reason;
  std::string_view zh;
  std::string_view en;
};

// In the order of the checks, then registration, then the door.
constexpr std::array<AdviceRow, 41> kAdvice = {{
    {"REQUEST_REVERSED", "该请求号已冲销或关闭，请换一个新的请求号重新结算。",
     "This request id was reversed or closed; settle again under a new id."},
    {"REQUEST_ID_REUSED", "该请求号已用于另一笔费用；每笔结算请用新的请求号。",
     "The id belongs to another request; use a new id for each settlement."},
    {"PERSON_UNKNOWN", "请核对人员编号；新参保人员请经办机构先导入。",
     "Check the person's number; a new person must be imported first."},
    {"INSTITUTION_UNKNOWN", "请核对就诊机构和开方医院的编号。",
     "Check the codes of the institution and of the prescribing hospital."},
    {"FUTURE_SERVICE_DATE", "就诊日期晚于今天，请改正。",
     "The service date is after today; correct it."},
    {"YEAR_CLOSED", "该年度已关账，只能冲销；请联系经办机构。",
     "That year is closed; only reversals remain. Ask the agency."},
    {"BENEFIT_SUSPENDED",
     "就诊日待遇未生效或已暂停；可先自费，再向经办机构查询。",
     "Benefits are not in force on that day; ask the agency about the person."},
    {"INSTITUTION_NOT_CONTRACTED", "该机构（或开方医院）就诊日不在协议期内。",
     "The institution or the prescribing hospital has no contract that day."},
    {"INSTITUTION_NOT_NETWORKED",
     "该药店未开通即时结算；请先垫付，再到经办机构手工报销。",
     "This pharmacy is not connected; pay first, the agency settles by hand."},
    {"DUPLICATE_LINE", "两行用了同一个行号，请改正后重发。",
     "Two lines have one id; give each its own."},
    {"ITEM_UNKNOWN", "目录中没有该项目编码，请核对或先导入目录。",
     "The catalog does not hold this code; check it or import the item."},
    {"PRESCRIPTION_REQUIRED",
     "药店购药须有处方；没有处方时可只用个人账户支付。",
     "A pharmacy needs a prescription; without one only the account can pay."},
    {"PRESCRIPTION_EXPIRED", "处方须在开具后 7 日内使用；请医师重新开方。",
     "A prescription is good for 7 days; ask for a new one."},
    {"PRESCRIPTION_EXHAUSTED",
     "该处方的药量已配完，或未开此药；请医师重新开方。",
     "Nothing is left of this item on the prescription; ask for a new one."},
    {"OVER_QUANTITY", "一次最多配 30 天用药，长期处方最多 84 天。",
     "At most 30 days of supply, or 84 with a long-term prescription."},
    {"REFILL_TOO_SOON", "上次配的药还剩 7 天以上，请晚些再配。",
     "More than 7 days are left of the last supply; come back later."},
    {"AMOUNT_MISMATCH", "单价 × 数量与金额不符（允许差 1 分），请核对该行。",
     "Unit price times quantity is not the amount; check the line."},
    {"ACCOUNT_NOT_BOUND", "该亲属未登记家庭共济，请先登记或不用其账户。",
     "This relative has not shared the account; register it or leave it out."},
    {"SETTLEMENT_UNKNOWN", "没有这笔结算，请核对人员编号和结算编号。",
     "There is no such settlement; check the person and the id."},
    {"COUNTER_BELOW_ZERO", "会使累计额低于零，请核对金额。",
     "It would take a counter below zero; check the amount."},
    {"INSTITUTION_LEVEL", "须由三级定点医疗机构办理。",
     "A level-3 hospital has to do this."},
    {"PHYSICIAN_TITLE", "须由高级专业技术职称医师诊断。",
     "A physician of senior title has to make the diagnosis."},
    {"NOT_ON_LIST", "药品不在保障目录内，请核对。",
     "An item is not on the list; check the codes."},
    {"ALREADY_REGISTERED", "已有定点登记；变更须先撤销原登记。",
     "The person is registered already; revoke that registration first."},
    {"NOT_CERTIFIED",
     "该机构不能认定或确诊此项，请到有资格的医院或经办机构办理。",
     "This institution may not certify or diagnose it; register through a "
     "hospital that may, or through the agency."},
    {"WRONG_INSURANCE", "险种不符，请核对人员的参保类型。",
     "The person's insurance does not allow this."},
    {"REGISTRATION_UNKNOWN", "没有这个登记，请核对登记编号。",
     "There is no such registration; check its id."},
    {"REGISTRATION_EXPIRED", "登记不在有效期内，请重新登记。",
     "The registration is not valid on that day; register again."},
    {"TOO_MANY_REGISTRATIONS", "该人员的登记过多，请联系经办机构。",
     "The person has too many registrations; ask the agency."},
    {"REGION_UNKNOWN", "该统筹区没有已载入的政策。",
     "No policies are loaded for this region."},
    {"MALFORMED_REQUEST", "请按上面逐项改正后重发。",
     "Correct each field named above and send it again."},
    {"CONFLICT", "同一人员有并发业务，请用同一请求号重试。",
     "Others changed the same rows; send it again with the same id."},
    {"OVERLOADED", "服务繁忙，请稍候用同一请求号重试。",
     "The server is busy; send it again with the same id in a moment."},
    {"DRAINING", "服务正在停机或切换，请稍候用同一请求号重试。",
     "The server is shutting down; send it again with the same id."},
    {"STORAGE_UNAVAILABLE", "数据库暂不可用，未作任何记录；请稍候重试。",
     "The database is away and nothing was written; try again shortly."},
    {"COMMIT_UNKNOWN", "结果暂不确定；请用同一请求号重试，不会重复结算。",
     "The outcome is not known yet; the same id again is never settled twice."},
    {"INVARIANT_BROKEN", "系统内部校验不通过，未作任何记录；请报告运维。",
     "An internal check failed, nothing was written; tell the operators."},
    {"STORED_FORM_BROKEN", "数据库中的一行无法读取；请报告运维。",
     "A stored row cannot be read; tell the operators."},
    {"UNAUTHENTICATED", "请提供有效的身份凭据。", "Send valid credentials."},
    {"PERMISSION_DENIED", "您没有办理此业务的权限。",
     "You may not do this; ask the agency."},
    {"DEADLINE_EXCEEDED", "未在期限内得到答复；请用同一请求号重试。",
     "No answer in time; send it again with the same id."},
}};

std::string Headline(const absl::Status& status, std::string_view reason,
                     Language language) {
  const std::string name = reason.empty()
                               ? absl::StatusCodeToString(status.code())
                               : std::string(reason);
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

std::string Advice(std::string_view reason, Language language) {
  for (const AdviceRow& row : kAdvice) {
    if (row.reason == reason) {
      return std::string(Pick(language, row.zh, row.en));
    }
  }
  return "";
}

std::vector<std::string_view> KnownReasons() {
  std::vector<std::string_view> reasons;
  for (const AdviceRow& row : kAdvice) reasons.push_back(row.reason);
  return reasons;
}

std::string FailureText(const absl::Status& status, Language language) {
  const std::string reason = ErrorReason(status);
  std::string text = Cat(Headline(status, reason, language), "\n");
  if (!status.message().empty()) {
    Append(&text, "  ", status.message(), "\n");
  }
  for (const FieldViolation& violation : FieldViolations(status)) {
    Append(&text, "  ", violation.field, ": ", violation.description, "\n");
  }
  for (const auto& [name, value] : ErrorMetadataOf(status)) {
    Append(&text, "  ", name, " = ", value, "\n");
  }
  const std::string advice =
      Advice(reason.empty() ? absl::StatusCodeToString(status.code())
                            : std::string_view(reason),
             language);
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
