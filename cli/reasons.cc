// One table of the reasons.
#include "cli/reasons.h"

#include <array>

namespace onestop::cli {
namespace {

struct ReasonWords {
  std::string_view reason;
  std::string_view zh;
  bool server_says_more;
  std::string_view advice_zh;
  std::string_view advice_en;
};

// In the order of docs/errors.md; then statuses that come without a reason.
constexpr std::array kReasons = std::to_array<ReasonWords>({
    {"MALFORMED_REQUEST", "请求中有字段缺失、超出范围或格式不对。", true,
     "请按上面逐项改正。", "Correct each field named above."},
    {"REQUEST_ID_REUSED", "该请求号（或导入名）已用于内容不同的另一请求。",
     false,
     "新的业务请用新的请求号；若是重试，请按第一次的内容原样重发。"
     "导入时换用新的 --import-id，会在已入账的数额上再加一次。",
     "For something new take a new request id; to retry, send exactly what was "
     "sent first. In an import a new --import-id adds to what is booked."},
    {"REQUEST_REVERSED", "该请求号已冲销或关闭。", false,
     "如仍需结算，请换一个新的请求号。",
     "This request id was reversed or closed; settle again under a new id."},
    {"PERSON_UNKNOWN", "没有此人员，或没有此亲属。", false,
     "请核对人员编号；新参保人员请经办机构先导入。",
     "Check the person's number; a new person must be imported first."},
    {"INSTITUTION_UNKNOWN", "没有此机构，或开方机构不存在或不是医院。", false,
     "请核对就诊机构和开方医院的编号。",
     "Check the codes of the institution and of the prescribing hospital."},
    {"FUTURE_SERVICE_DATE", "就诊日期晚于今天。", true, "请改正日期。",
     "The service date is after today; correct it."},
    {"YEAR_CLOSED", "该年度已关账，只能冲销。", true, "请联系经办机构。",
     "That year is closed; only reversals remain. Ask the agency."},
    {"BENEFIT_SUSPENDED", "就诊日待遇未生效或已暂停。", false,
     "可先自费，再向经办机构查询。",
     "Benefits are not in force on that day; ask the agency about the person."},
    {"INSTITUTION_NOT_CONTRACTED", "该机构（或开方医院）当日不在协议期内。",
     true, "请向经办机构查询。",
     "The institution or the prescribing hospital has no contract that day."},
    {"INSTITUTION_NOT_NETWORKED", "该药店未开通即时结算。", false,
     "请先垫付，再到经办机构手工报销。",
     "This pharmacy is not connected; pay first, the agency settles by hand."},
    {"DUPLICATE_LINE", "两行用了同一个行号。", false,
     "请给每行各自的行号后重发。", "Two lines have one id; give each its own."},
    {"ITEM_UNKNOWN", "目录中没有该项目编码。", false,
     "请核对编码，或先导入目录。",
     "The catalog does not hold this code; check it or import the item."},
    {"PRESCRIPTION_REQUIRED", "药店购药须有处方。", false,
     "请补处方；没有处方时可只用个人账户支付。",
     "A pharmacy needs a prescription; without one only the account can pay."},
    {"PRESCRIPTION_EXPIRED", "处方不在有效期内：须在开具当日起 7 日内使用。",
     true, "请医师重新开方。",
     "A prescription is good for 7 days; ask for a new one."},
    {"PRESCRIPTION_EXHAUSTED", "该处方的药量已配完，或未开此药。", true,
     "请按余量配药，或请医师重新开方。",
     "Nothing is left of this item on the prescription; ask for a new one."},
    {"OVER_QUANTITY", "用药天数超量：一次最多 30 天，长期处方最多 84 天。",
     true, "请减少配药量。",
     "At most 30 days of supply, or 84 with a long-term prescription."},
    {"REFILL_TOO_SOON", "上次配的药还剩 7 天以上。", true, "请晚些再配。",
     "More than 7 days are left of the last supply; come back later."},
    {"AMOUNT_MISMATCH", "单价 × 数量与金额不符（允许差 1 分）。", true,
     "请核对该行的单价、数量和金额。",
     "Unit price times quantity is not the amount; check the line."},
    {"ACCOUNT_NOT_BOUND", "该亲属未为此人登记家庭共济。", false,
     "请先登记，或不用其账户。",
     "This relative has not shared the account; register it or leave it out."},
    {"SETTLEMENT_UNKNOWN", "此人没有这笔结算。", false,
     "请核对人员编号和结算编号；未收到答复时请按请求号查询。",
     "There is no such settlement; check the person and the id."},
    {"COUNTER_BELOW_ZERO", "会使累计额低于零。", true,
     "请核对金额；先撤回使其减少的那笔。",
     "It would take a counter below zero; check the amount."},
    {"INSTITUTION_LEVEL", "此项须由三级定点医疗机构登记。", false,
     "请到三级医院办理。", "A level-3 hospital has to do this."},
    {"PHYSICIAN_TITLE", "须由高级（含副高级）职称医师诊断。", false,
     "请由这样的医师办理。",
     "A physician of senior title has to make the diagnosis."},
    {"NOT_ON_LIST", "药品当日不在该统筹区的保障目录内。", true,
     "请核对编码，或去掉该药。",
     "An item is not on the list; check the codes."},
    {"ALREADY_REGISTERED", "已在另一家医院定点登记。", true,
     "变更须先撤销原登记。",
     "The person is registered already; revoke that registration first."},
    {"NOT_CERTIFIED", "该机构不能认定或确诊此项。", true,
     "请到有资格的医院或经办机构办理。",
     "This institution may not certify or diagnose it; register through a "
     "hospital that may, or through the agency."},
    {"WRONG_INSURANCE", "险种或人员类别不符。", true, "请核对人员的参保类型。",
     "The person's insurance does not allow this."},
    {"REGISTRATION_UNKNOWN", "此人没有这个登记，或登记类别不符。", false,
     "请核对登记编号（onestop registration list）。",
     "There is no such registration; check its id."},
    {"REGISTRATION_EXPIRED", "登记当日不在有效期内，或已撤销。", true,
     "请重新登记。",
     "The registration is not valid on that day; register again."},
    {"TOO_MANY_REGISTRATIONS", "该人员的登记、登记的药品组或变更已达上限。",
     true, "请联系经办机构。",
     "The person has too many registrations; ask the agency."},
    {"REGION_UNKNOWN", "该统筹区没有已载入的政策。", true,
     "请改正统筹区，或载入含有它的政策。",
     "No policies are loaded for this region."},
    {"RECONCILIATION_UNKNOWN", "没有以此请求号对过账。", false, "请先对账。",
     "Nothing was compared under this request id; compare first."},
    {"RECONCILIATION_OVERTAKEN", "同一请求号的对账已重新发起，以后一次为准。",
     false, "请查看后一次对账的结果。",
     "The same comparison was begun again; look at what that comes to."},
    {"STATEMENT_UNKNOWN", "该机构此月尚未清算。", false, "请先清算该月。",
     "This institution's month is not closed; close it first."},
    {"MONTH_OUT_OF_ORDER", "清算须按月份先后进行。", true,
     "请按提示的月份依次清算。", "Close the months in order."},
    {"MONTH_CLOSED", "该月已清算，不再更改。", true, "请记入尚未清算的月份。",
     "Enter it in a month that is open."},
    {"PAYMENT_TOO_MUCH", "付款超过该清算单的未付金额；未登记。", false,
     "请查看清算单的应付与已付。",
     "Look at the statement: what is payable and what was paid."},
    {"BOOK_BEHIND", "账册尚未包含全部结算（有未结束的事务，或正在补录）。",
     true, "请稍后原样重发；运维人员可在 pg_stat_activity 中查找未结束的事务。",
     "Send the same again; operators find a transaction that keeps running "
     "in pg_stat_activity."},
    {"OVERLOADED", "服务繁忙，未作任何处理。", false,
     "请稍候用同一请求号重试。",
     "The server is busy; send it again with the same id in a moment."},
    {"DRAINING", "服务正在停机或切换，未作任何处理。", true,
     "请稍候用同一请求号重试。",
     "The server is shutting down; send it again with the same id."},
    {"STORAGE_UNAVAILABLE", "数据库暂不可用。", true,
     "请稍候原样重发：已记录的会被认出，不会重复入账。",
     "The database is away; send the same again shortly: what was written is "
     "recognised and never booked twice."},
    {"COMMIT_UNKNOWN", "提交的结果暂不确定。", true,
     "请用同一请求号重试，不会重复结算。",
     "The outcome is not known yet; the same id again is never settled twice."},
    {"CONFLICT", "同一人员或同一行有并发业务，未作任何记录。", false,
     "请用同一请求号重试。",
     "Others changed the same rows; send it again with the same id."},
    {"DEADLINE_EXCEEDED", "未在期限内得到答复。", true,
     "请用同一请求号重试，可加大 --deadline。",
     "No answer in time; send it again with the same id."},
    {"INVARIANT_BROKEN",
     "系统内部校验不通过，未作任何记录；清算则停在已截数、未出清算单的状态。",
     true, "请连同请求号报告运维。",
     "An internal check failed, nothing was written (a month that was being "
     "closed stays cut, without a statement); tell the operators."},
    {"STORED_FORM_BROKEN", "数据库中的一行无法读取。", true,
     "请报告运维，并运行 onestop verify。",
     "A stored row cannot be read; tell the operators."},
    {"DATABASE_URL_INVALID", "数据库地址无法识别。", true,
     "请改正地址；密码放在 PGPASSWORD 或密码文件中。",
     "Correct the URL; a password belongs into PGPASSWORD or a password file."},
    {"DATABASE_UNKNOWN", "服务器上没有这个数据库。", true,
     "请先创建数据库并部署表结构，或指明正确的数据库。",
     "Create it and deploy the schema, or name the right one."},
    {"DATABASE_LOGIN_REFUSED", "数据库拒绝登录，或该角色没有所需的权限。", true,
     "请核对角色、密码与 pg_hba.conf，或授予所缺的权限。",
     "Check role, password and pg_hba.conf, or grant what is missing."},
    {"SCHEMA_OUTDATED", "数据库没有部署表结构，或比本程序旧。", true,
     "请在 migrations/ 中运行 sqitch deploy --verify。",
     "Run sqitch deploy --verify in migrations/."},
    {"LISTEN_FAILED", "服务端口无法打开。", true,
     "请换一个端口，或停掉占用它的程序。",
     "Choose another port, or stop who holds it."},
    {"POLICY_NOT_FOUND", "政策目录不存在，或其中没有政策文件。", true,
     "请指明正确的目录。", "Name the right folder."},
    {"POLICY_ASSUMED", "政策中有尚未引证的数字或条件。", true,
     "请逐项确认，或用 --allow-assumed 允许。",
     "Confirm them, or allow them with --allow-assumed."},
    {"READY_FILE_FAILED", "--ready-file 指定的文件无法写入。", true,
     "请换一个文件。", "Name another file."},
    {"POLICY_INVALID", "政策文件自相矛盾，或与公文不符。", true,
     "请按文件和行号改正，再运行 onestop policy check。",
     "Correct the files by name and line; then onestop policy check."},
    {"UNAUTHENTICATED", "没有有效的身份凭据。", false, "请提供有效的身份凭据。",
     "Send valid credentials."},
    {"PERMISSION_DENIED", "您没有办理此业务的权限。", false,
     "请向经办机构查询。", "You may not do this; ask the agency."},
    {"UNAVAILABLE", "连不上服务。", true,
     "请核对 --server 和服务是否在运行；可用同一请求号重试。",
     "Check --server and whether the server runs; the same id may be sent "
     "again."},
    {"RESOURCE_EXHAUSTED", "报文超过上限。", true, "请分几次发送。",
     "Send it in parts."},
    {"UNIMPLEMENTED", "该服务没有此功能。", true,
     "请核对 --server 是否为 onestopd 及其版本。",
     "Check that --server is an onestopd, and its version."},
    {"CANCELLED", "已中断。", false, "可再次运行同一命令。",
     "The same command may be run again."},
});

const ReasonWords* Find(std::string_view reason) {
  for (const ReasonWords& row : kReasons) {
    if (row.reason == reason) return &row;
  }
  return nullptr;
}

}  // namespace

std::string ReasonInChinese(std::string_view reason) {
  const ReasonWords* row = Find(reason);
  return row == nullptr ? "" : std::string(row->zh);
}

bool ServerSaysMore(std::string_view reason) {
  const ReasonWords* row = Find(reason);
  return row == nullptr || row->server_says_more;
}

std::string Advice(std::string_view reason, Language language) {
  const ReasonWords* row = Find(reason);
  return row == nullptr
             ? ""
             : std::string(Pick(language, row->advice_zh, row->advice_en));
}

std::string ReasonText(std::string_view reason, Language language) {
  // In English the advice alone: for most reasons it says why, too.
  return Cat(language == Language::kChinese ? ReasonInChinese(reason) : "",
             Advice(reason, language));
}

std::vector<std::string_view> KnownReasons() {
  std::vector<std::string_view> reasons;
  for (const ReasonWords& row : kReasons) reasons.push_back(row.reason);
  return reasons;
}

}  // namespace onestop::cli
