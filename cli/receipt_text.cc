// Receipts and reversals as text.
#include "cli/receipt_text.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/answer_parts.h"
#include "cli/citation.h"
#include "cli/step_text.h"
#include "cli/text.h"
#include "cli/words.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using Align = Table::Align;

constexpr int kWidth = kSlipWidth;

// Writes the sections of one receipt into `text`.
class ReceiptWriter {
 public:
  ReceiptWriter(const pb::Receipt& receipt, const TextOptions& options)
      : receipt_(receipt), options_(options) {}

  std::string Write() {
    Head();
    Money();
    Lines();
    Steps();
    Remaining();
    Flags();
    Documents();
    return text_;
  }

 private:
  std::string Say(std::string_view zh, std::string_view en) const {
    return std::string(Pick(options_.language, zh, en));
  }
  std::string Name(std::string_view rule_id) const {
    const domain::Name2 name = options_.name_of(rule_id);
    return Say(name.zh, name.en);
  }
  void Title(std::string_view zh, std::string_view en) {
    Append(&text_, "\n", Pick(options_.language, zh, en), "\n");
  }

  void Head();
  void Money();
  void PersonsPart(Table& table);
  void Lines();
  void LineNotes(const pb::ReceiptLine& line);
  void Steps();
  void Remaining();
  std::string WithItemName(std::string name) const;
  void Flags();
  void Documents();

  const pb::Receipt& receipt_;
  const TextOptions& options_;
  std::string text_;
};

void ReceiptWriter::Head() {
  const Language language = options_.language;
  Append(&text_, Say("医疗费用结算单", "Medical settlement"), " · ",
         StateName(receipt_.state(), language), "\n", std::string(kWidth, '='),
         "\n");
  Table table({Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft});
  table.Add(
      {Say("人员", "Person"), receipt_.person_id(), Say("参保", "Insured"),
       Cat(RegionName(receipt_.pooling_region(), language), Say("·", ", "),
           InsuranceName(receipt_.insurance_type(), language), Say("·", ", "),
           CategoryName(receipt_.person_category(), language))});
  table.Add(
      {Say("机构", "Institution"), receipt_.institution_id(),
       Say("就诊", "Visit"),
       Cat(receipt_.encounter_id(), Say("，", ", "), receipt_.service_date())});
  if (!receipt_.settlement_id().empty()) {
    table.Add({Say("请求", "Request"), receipt_.request_id(),
               Say("结算", "Settlement"), receipt_.settlement_id()});
    table.Add({Say("记账日", "Booked on"), receipt_.booked_on()});
  }
  Append(&text_, table.ToString(0));
}

void ReceiptWriter::Money() {
  const pb::Totals& totals = receipt_.totals();
  Title("费用与支付（元）", "Charges and payments (yuan)");
  Table table({Align::kLeft, Align::kRight});
  const auto add = [&](std::string_view zh, std::string_view en, int64_t fen,
                       bool always) {
    if (fen != 0 || always) table.Add({Say(zh, en), Yuan(fen)});
  };
  add("费用总额", "Charges", totals.gross_fen(), true);
  add("  超过支付标准", "  above the payment standard", totals.over_limit_fen(),
      false);
  add("  目录外自费", "  outside the catalog", totals.own_expense_fen(), false);
  add("  先行自付", "  paid first by the person", totals.preself_fen(), false);
  add("  符合政策范围", "  within scope", totals.in_scope_fen(), true);
  add("    其中起付线", "    of it deductible", totals.deductible_fen(), false);
  add("基金支付", "Paid by the funds", totals.fund_pay_fen(), true);
  for (const pb::SchemePay& pay : receipt_.by_scheme()) {
    table.Add({"  " + Name(pay.scheme_id()), Yuan(pay.pay_fen())});
  }
  for (const pb::SchemePay& pay : receipt_.by_layer()) {
    table.Add({"  " + Name(pay.scheme_id()), Yuan(pay.pay_fen())});
  }
  PersonsPart(table);
  Append(&text_, table.ToString(2));
}

void ReceiptWriter::PersonsPart(Table& table) {
  const pb::Totals& totals = receipt_.totals();
  table.Add(
      {Say("个人负担", "The person's part"), Yuan(totals.personal_fen())});
  if (totals.account_fen() != 0) {
    table.Add(
        {Say("  个人账户", "  personal account"), Yuan(totals.account_fen())});
  }
  if (totals.family_account_fen() != 0) {
    table.Add({Say("  家庭共济账户", "  relatives' accounts"),
               Yuan(totals.family_account_fen())});
  }
  table.Add({Say("  现金（窗口支付）", "  cash, at the window"),
             Yuan(totals.cash_fen())});
}

void ReceiptWriter::Lines() {
  Title("明细（元）", "Lines (yuan)");
  Table table({Align::kLeft, Align::kLeft, Align::kRight, Align::kRight,
               Align::kRight, Align::kRight});
  table.Add({Say("行", "Line"), Say("项目", "Item"), Say("数量", "Units"),
             Say("金额", "Amount"), Say("范围内", "In scope"),
             Say("统筹支付", "Schemes pay")});
  for (const pb::ReceiptLine& line : receipt_.lines()) {
    table.Add({line.line_id(),
               line.item_name().empty() ? line.item_code() : line.item_name(),
               line.quantity(), Yuan(line.gross_fen()),
               Yuan(line.in_scope_fen()), Yuan(line.scheme_pay_fen())});
  }
  Append(&text_, table.ToString(2));
  for (const pb::ReceiptLine& line : receipt_.lines()) LineNotes(line);
}

// Why schemes passed over a line, where the patient gets less for it: when no
// scheme took it.
void ReceiptWriter::LineNotes(const pb::ReceiptLine& line) {
  if (!line.first_scheme().empty() || line.passed_over().empty()) return;
  std::string text =
      Fill(Say("行 $0 不由统筹基金支付：", "Line $0, why no scheme pays: "),
           line.line_id());
  Append(&text, PassedOverText(line.passed_over(), options_));
  Append(&text_, Wrap(text + Say("。", "."), kWidth, "  ", "    "));
}

// Lines that start in one scheme for one reason are told once.
std::vector<pb::Step> MergeRoutes(const pb::Receipt& receipt) {
  std::vector<pb::Step> steps;
  for (const pb::Step& step : receipt.steps()) {
    const bool joins = step.kind() == pb::STEP_KIND_ROUTE && !steps.empty() &&
                       steps.back().kind() == pb::STEP_KIND_ROUTE &&
                       steps.back().rule_id() == step.rule_id() &&
                       steps.back().basis() == step.basis();
    if (joins) {
      steps.back().mutable_line_ids()->MergeFrom(step.line_ids());
    } else {
      steps.push_back(step);
    }
  }
  return steps;
}

void ReceiptWriter::Steps() {
  if (receipt_.steps().empty()) return;
  Title("计算步骤", "How it was worked out");
  int number = 0;
  for (const pb::Step& step : MergeRoutes(receipt_)) {
    const std::string first = Cat(PadLeft(Cat(++number), 4), ". ");
    Append(&text_,
           Wrap(StepText(step, receipt_, options_.name_of, options_.language),
                kWidth, first, "      "));
    const std::string source = StepSource(step, options_.language);
    if (!source.empty()) {
      Append(&text_, Wrap(source, kWidth, "      ", "        "));
    }
  }
}

// With the item's name instead of its code at the end.
std::string ReceiptWriter::WithItemName(std::string name) const {
  for (const pb::ReceiptLine& line : receipt_.lines()) {
    if (!line.item_name().empty() && name.ends_with(line.item_code())) {
      name.resize(name.size() - line.item_code().size());
      return name + line.item_name();
    }
  }
  return name;
}

void ReceiptWriter::Remaining() {
  if (receipt_.remaining().empty()) return;
  Title("本次之后还剩（元）", "What is left after this (yuan)");
  Append(&text_, RemainingRows(receipt_.remaining(), options_,
                               [this](std::string name) {
                                 return WithItemName(std::move(name));
                               }));
}

void ReceiptWriter::Flags() {
  if (receipt_.flags().empty()) return;
  Title("提示", "Notes");
  for (const pb::Flag& flag : receipt_.flags()) {
    const std::string line =
        flag.line_id().empty()
            ? ""
            : Fill(Say("行 $0：", "Line $0: "), flag.line_id());
    Append(&text_, Wrap(line + FlagText(flag.code(), options_.language), kWidth,
                        "  ", "    "));
  }
}

void ReceiptWriter::Documents() {
  std::vector<std::string_view> names;
  for (const pb::Step& step : receipt_.steps()) {
    for (std::string_view name : CitedDocuments(step.basis())) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(name);
      }
    }
  }
  if (names.empty()) return;
  Title("所引文件", "Documents cited");
  for (std::string_view name : names) {
    Append(&text_,
           Wrap(DocumentTitle(name, options_.language), kWidth, "  ", "    "));
  }
}

}  // namespace

std::string ReceiptText(const pb::Receipt& receipt,
                        const TextOptions& options) {
  return ReceiptWriter(receipt, options).Write();
}

std::string ReversalText(const pb::Reversal& reversal,
                         const TextOptions& options) {
  const auto say = [&](std::string_view zh, std::string_view en) {
    return std::string(Pick(options.language, zh, en));
  };
  std::string text =
      Cat(say("医疗费用冲销单", "Reversal of a medical settlement"), "\n",
          std::string(kWidth, '='), "\n");
  Table head({Align::kLeft, Align::kLeft});
  head.Add({say("人员", "Person"), reversal.person_id()});
  head.Add({say("机构", "Institution"), reversal.institution_id()});
  head.Add({say("冲销", "Reversal"), reversal.reversal_id()});
  head.Add({say("原结算", "Settlement"), reversal.settlement_id()});
  head.Add({say("原请求", "Its request"), reversal.settle_request_id()});
  head.Add({say("就诊日期", "Service date"), reversal.service_date()});
  head.Add({say("记账日", "Booked on"), reversal.booked_on()});
  if (!reversal.replaced_by().empty()) {
    head.Add({say("替代结算", "Replaced by"), reversal.replaced_by()});
  }
  const pb::Totals& totals = reversal.totals();
  Table money({Align::kLeft, Align::kRight});
  money.Add({say("原费用总额", "Charges of the settlement"),
             Yuan(-totals.gross_fen())});
  money.Add(
      {say("退回基金", "Back to the funds"), Yuan(-totals.fund_pay_fen())});
  money.Add({say("退回个人账户", "Back to the personal account"),
             Yuan(-totals.account_fen())});
  money.Add({say("退回家庭共济账户", "Back to relatives' accounts"),
             Yuan(-totals.family_account_fen())});
  money.Add({say("退还现金", "Cash to give back"), Yuan(-totals.cash_fen())});
  return Cat(text, head.ToString(0), "\n", say("金额（元）", "Amounts (yuan)"),
             "\n", money.ToString(2));
}

}  // namespace onestop::cli
