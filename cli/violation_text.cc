// What the server says of bad fields, in Chinese: its descriptions as patterns.
#include <array>

#include "cli/reasons.h"

namespace onestop::cli {
namespace {

struct ViolationWords {
  std::string_view en;  // $0 to $9 stand for what varies
  std::string_view zh;
};

constexpr std::array kViolations = std::to_array<ViolationWords>({
    {"is required; it is empty", "必填，不能为空"},
    {"is required; it is absent", "必填，现在没有"},
    {"is required; it is not given", "必填，现在没有"},
    {"is required; write the day as YYYY-MM-DD", "必填，日期写作 YYYY-MM-DD"},
    {"is required, or settlement_id; neither is given",
     "与 settlement_id 须填其一"},
    {"is required; a claim has at least one line", "必填，至少一行"},
    {"is required unless institution_id is given",
     "没有 institution_id 时必填"},
    {"is required without a person; write the day as YYYY-MM-DD",
     "不指定人员时必填，日期写作 YYYY-MM-DD"},
    {"is required; name at least one drug", "必填，至少一种药品"},
    {"is required; name the diagnosis by ICD-10", "必填，写 ICD-10 诊断编码"},
    {"is required; say what the diagnosis rests on", "必填，写诊断依据"},
    {"is required; say how the person is to be treated", "必填，写治疗方案"},
    {"is $0 bytes long; at most $1 are accepted", "长 $0 字节，最多 $1 字节"},
    {"holds a control character; leave it out", "含有控制字符，请去掉"},
    {"holds a NUL character; leave it out", "含有空字符（NUL），请去掉"},
    {"is not a day; write it as YYYY-MM-DD, for example 2025-03-01",
     "不是日期，写作 YYYY-MM-DD，例如 2025-03-01"},
    {"lies before $0; both days are part of the period",
     "早于 $0；首尾两日都在期内"},
    {"must be a month YYYY-MM from $0 to $1",
     "须为月份，写作 YYYY-MM，年份 $0 至 $1"},
    {"must be 11 (hospital outpatient) or 41 (pharmacy)",
     "须为 11（医院门诊）或 41（药店）"},
    {"is not the institution's: 11 is a hospital's, 41 a pharmacy's",
     "与机构类别不符：11 为医院，41 为药店"},
    {"is not an id of a settlement: 32 hexadecimal digits",
     "不是结算流水号：须为 32 位十六进制数字"},
    {"is sent twice for this day", "这一天重复发送了"},
    {"must be 32 bytes", "须为 32 字节"},
    {"has not begun yet", "尚未开始"},
    {"differs from that of an earlier message", "与前面报文中的不同"},
    {"must lie before the current year, $0; it is $1",
     "须早于今年（$0），现为 $1"},
    {"lies before registered_on", "早于 registered_on"},
    {"is not over; today is $0", "尚未结束，今天是 $0"},
    {"must lie after the month", "须晚于该月"},
    {"lies before first_month", "早于 first_month"},
    {"does not go with no_scheme", "不能与 no_scheme 同时使用"},
    {"is no region of the policy", "不是政策中的统筹区"},
    {"owes nothing by this statement", "在此清算单上没有应付"},
    {"lies after today, $0", "晚于今天（$0）"},
    {"lies more than $0 days after booked_from; ask span by span",
     "比 booked_from 晚 $0 天以上，请分段查询"},
    {"is not a quantity; write a decimal number above 0 and below 10^12 with "
     "at "
     "most 4 decimals, without sign or exponent",
     "不是数量：写大于 0、小于 10^12 的小数，最多 4 位小数，不带正负号和指数"},
    {"is not a price; write yuan as a decimal number below 10^10 with at most "
     "6 "
     "decimals, without sign or exponent",
     "不是价格：以元为单位，写小于 10^10 的小数，最多 6 位小数，不带正负号和指"
     "数"},
    {"must be above 0", "须大于 0"},
    {"must be at least 0", "不能为负"},
    {"is $0; it must lie between $1 and $2 fen", "为 $0，须在 $1 至 $2 分之间"},
    {"is $0; it must lie between $1 and $2", "为 $0，须在 $1 至 $2 之间"},
    {"is $0; it must be at least 0", "为 $0，不能为负"},
    {"has $0 elements; at most $1 are accepted", "有 $0 项，最多 $1 项"},
    {"must hold $0 to $1 rows; it holds $2", "须有 $0 至 $1 行，现有 $2 行"},
    {"must hold 1 to $0 settles; it holds $1", "须有 1 至 $0 笔，现有 $1 笔"},
    {"is not one of the known values", "不是可用的值"},
    {"is not one of HYPERTENSION, DIABETES", "须为 HYPERTENSION 或 DIABETES"},
    {"must be HYPERTENSION or DIABETES", "须为 HYPERTENSION 或 DIABETES"},
    {"must be the person of the settlement taken back",
     "须与被冲销结算的人员相同"},
    {"must be the institution of the settlement taken back",
     "须与被冲销结算的机构相同"},
    {"must be the institution of the settlement that is taken back",
     "须与被冲销结算的机构相同"},
    {"must be a new one; that of the settlement taken back is closed by the "
     "reversal",
     "须用新的请求号；被冲销结算的请求号随冲销关闭"},
    {"is not one that was given for this question; send next_page_token as it "
     "came and all else as before, or nothing to begin again",
     "不是这个查询给出的；请原样送回 next_page_token，其他条件不变，或留空从头"
     "开始"},
    {"was not given by a page of this list; send what the page before gave, "
     "with the same other fields",
     "不是这个列表给出的；请送回上一页给出的值，其他条件不变"},
    {"does not belong to this registration", "不属于这类登记，请去掉"},
    {"do not ascend by day; sort them", "没有按日期排列，请排序"},
    {"overlap; each day may lie in one period only", "时段重叠，请改正"},
    {"is the owner; name a relative", "是账户本人，请填亲属"},
    {"is not a counter of a year; write dedc/<scheme>[/<item or encounter>], "
     "cap/<scheme>[/<item or disease>], cap/inpatient, basis/<layer> or "
     "paid/<layer>",
     "不是年度累计项：写 "
     "dedc/<待遇>[/<项目或就诊>]、cap/<待遇>[/<项目或病种>]、"
     "cap/inpatient、basis/<层> 或 paid/<层>"},
    {"is 0; a payment changes something", "为 0，没有变动"},
    {"has two prices from the same day; keep one",
     "同一天起有两个价格，请留一个"},
    {"names a list twice; keep one", "同一目录写了两次，请留一次"},
    {"the bytes are not this message, or a text in it is not UTF-8",
     "报文不是此消息，或其中文字不是 UTF-8"},
    {"$0 more; correct these and send the request again",
     "另有 $0 项；请先改正以上各项再重发"},
});

// Whether the text is the pattern; what stood for $0 and so on.
bool Match(std::string_view pattern, std::string_view text,
           std::vector<std::string>& found) {
  while (true) {
    const size_t hole = pattern.find('$');
    if (!TakePrefix(text, pattern.substr(0, hole))) return false;
    if (hole == std::string_view::npos) return text.empty();
    pattern.remove_prefix(hole + 2);
    const std::string_view next = pattern.substr(0, pattern.find('$'));
    const size_t end = next.empty() ? text.size() : text.find(next);
    if (end == std::string_view::npos) return false;
    found.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

}  // namespace

std::string ViolationText(std::string_view description, Language language) {
  if (language == Language::kEnglish) return std::string(description);
  for (const ViolationWords& words : kViolations) {
    std::vector<std::string> found;
    if (Match(words.en, description, found)) return FillIn(words.zh, found);
  }
  return std::string(description);
}

}  // namespace onestop::cli
