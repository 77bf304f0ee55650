// Columns of yuan under each other.
#include "cli/clearing_text.h"

#include <cstdint>
#include <cstdlib>
#include <vector>

#include "domain/units.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

constexpr size_t kName = 26;
constexpr size_t kCount = 8;
constexpr size_t kYuan = 16;

std::string YuanCell(int64_t fen) {
  return PadLeft(domain::FormatYuan(domain::Money{fen}), kYuan);
}

std::string_view InsuranceWords(pb::InsuranceType type, Language language) {
  switch (type) {
    case pb::INSURANCE_TYPE_EMPLOYEE:
      return Pick(language, "职工医保", "employee");
    case pb::INSURANCE_TYPE_RESIDENT:
      return Pick(language, "居民医保", "resident");
    default:
      return "";
  }
}

std::string NameIn(const domain::Name2& name, Language language) {
  return std::string(Pick(language, name.zh, name.en));
}

// One row of a part: a name, two counts, amounts.
std::string Row(std::string_view name, int64_t visits, int64_t persons,
                const std::vector<int64_t>& amounts) {
  std::string row =
      Cat("  ", PadRight(std::string(name), kName),
          PadLeft(Cat(visits), kCount), PadLeft(Cat(persons), kCount));
  for (const int64_t fen : amounts) row += YuanCell(fen);
  return row + "\n";
}

std::string StatementHead(Language language) {
  std::string head = Cat(
      "  ", PadRight(std::string(Pick(language, "险种/待遇", "scheme")), kName),
      PadLeft(std::string(Pick(language, "人次", "visits")), kCount),
      PadLeft(std::string(Pick(language, "人数", "persons")), kCount));
  for (const auto& [zh, en] :
       {std::pair("总费用(元)", "gross"), std::pair("统筹支付", "scheme pay"),
        std::pair("谈判药支付", "negotiated pay"),
        std::pair("两病集采支付", "procured pay")}) {
    head += PadLeft(std::string(Pick(language, zh, en)), kYuan);
  }
  return head + "\n";
}

std::string SchemeName(const pb::SchemeLine& line, const NameOf& name_of,
                       Language language) {
  return line.scheme_id().empty()
             ? std::string(Pick(language, "无待遇支付", "paid by no scheme"))
             : NameIn(name_of(line.scheme_id()), language);
}

std::string LayersText(const pb::StatementPart& part, Language language) {
  std::string text;
  const struct {
    const char* zh;
    const char* en;
    int64_t fen;
  } kRows[] = {
      {"大病保险", "critical illness", part.critical_illness_fen()},
      {"大额补助", "large amount", part.large_amount_fen()},
      {"医疗救助", "medical assistance", part.medical_assistance_fen()},
      {"商业补充", "commercial", part.commercial_fen()},
      {"基金合计", "fund in all", part.fund_pay_fen()},
      {"个人账户", "accounts", part.account_fen()},
  };
  for (const auto& row : kRows) {
    if (row.fen == 0) continue;
    Append(&text, "    ",
           PadRight(std::string(Pick(language, row.zh, row.en)), kName),
           YuanCell(row.fen), "\n");
  }
  return text;
}

std::string PartText(const pb::StatementPart& part, const NameOf& name_of,
                     Language language) {
  int64_t negotiated = 0;
  int64_t procured = 0;
  std::string schemes;
  for (const pb::SchemeLine& line : part.schemes()) {
    negotiated += line.negotiated_pay_fen();
    procured += line.procured_pay_fen();
    schemes += Row(Cat("  ", SchemeName(line, name_of, language)),
                   line.settlements() - line.reversals(), line.persons(),
                   {line.gross_fen(), line.pay_fen(), line.negotiated_pay_fen(),
                    line.procured_pay_fen()});
  }
  std::string text =
      Row(Cat(part.pooling_region(), " ",
              InsuranceWords(part.insurance_type(), language)),
          part.visits(), part.persons(),
          {part.gross_fen(), part.scheme_pay_fen(), negotiated, procured});
  Append(&text, schemes, LayersText(part, language));
  if (part.reversals() > 0 || part.late() > 0) {
    text += Fill(Pick(language, "    其中冲销 $0 笔，迟到 $1 笔\n",
                      "    of them $0 reversals, $1 late\n"),
                 part.reversals(), part.late());
  }
  return text;
}

std::string LeftText(int64_t left_fen, Language language) {
  return Cat(left_fen < 0 ? Pick(language, "，机构应退 ", ", owed back ")
                          : Pick(language, "，未付 ", ", left to pay "),
             domain::FormatYuan(domain::Money{std::abs(left_fen)}));
}

std::string OwedText(const pb::Statement& statement, Language language) {
  std::string text;
  for (const pb::Adjustment& one : statement.adjustments()) {
    const bool adds = one.adjustment_kind() == pb::ADJUSTMENT_KIND_ADVANCE;
    Append(
        &text, "  ", one.pooling_region(), " ",
        PadRight(std::string(AdjustmentWords(one.adjustment_kind(), language)),
                 18),
        YuanCell(adds ? one.amount_fen() : -one.amount_fen()), "  ",
        one.reason(), "\n");
  }
  for (const pb::Payable& one : statement.payables()) {
    Append(&text, "  ", one.pooling_region(), " ",
           PadRight(std::string(Pick(language, "应付", "payable")), 18),
           YuanCell(one.payable_fen()), Pick(language, "  已付 ", "  paid "),
           domain::FormatYuan(domain::Money{one.paid_fen()}),
           LeftText(one.payable_fen() - one.paid_fen(), language), "\n");
  }
  for (const pb::Payment& one : statement.payments()) {
    Append(&text, "  ", one.pooling_region(), " ",
           PadRight(Cat(Pick(language, "付款 ", "paid "), one.paid_on()), 18),
           YuanCell(one.amount_fen()), "  ", one.reference(), "\n");
  }
  return text;
}

std::string_view StateWords(pb::PaymentState state, Language language) {
  switch (state) {
    case pb::PAYMENT_STATE_OPEN:
      return Pick(language, "待付", "open");
    case pb::PAYMENT_STATE_OVERDUE:
      return Pick(language, "逾期", "overdue");
    case pb::PAYMENT_STATE_PAID:
      return Pick(language, "已付清", "paid in full");
    case pb::PAYMENT_STATE_OWED_BACK:
      return Pick(language, "机构应退", "owed back");
    case pb::PAYMENT_STATE_NOT_CLOSED:
      return Pick(language, "清算未完成，请重新清算",
                  "not closed; close it again");
    default:
      return "";
  }
}

}  // namespace

std::string_view AdjustmentWords(pb::AdjustmentKind kind, Language language) {
  switch (kind) {
    case pb::ADJUSTMENT_KIND_DEDUCTION:
      return Pick(language, "扣款", "deduction");
    case pb::ADJUSTMENT_KIND_PREPAYMENT_OFFSET:
      return Pick(language, "预付金抵扣", "prepayment offset");
    case pb::ADJUSTMENT_KIND_ADVANCE:
      return Pick(language, "预拨周转金", "advance");
    default:
      return "";
  }
}

std::string StatementText(const pb::Statement& statement, const NameOf& name_of,
                          Language language) {
  std::string text =
      Fill(Pick(language, "第 $0 号清算单：机构 $1，$2，应于 $3 前拨付\n",
                "Statement $0: institution $1, $2, due on $3\n"),
           statement.statement_number(), statement.institution_id(),
           statement.month(), statement.due_on());
  if (statement.parts().empty()) {
    text += Pick(language, "  本月没有计入的结算。\n",
                 "  No settlement counts in this month.\n");
  } else {
    text += StatementHead(language);
  }
  for (const pb::StatementPart& part : statement.parts()) {
    text += PartText(part, name_of, language);
  }
  return text + OwedText(statement, language);
}

std::string DueText(const pb::ListStatementsResponse& list, Language language) {
  if (list.statements().empty()) {
    return std::string(Pick(language, "没有清算单。\n", "No statements.\n"));
  }
  std::string text;
  for (const pb::StatementDue& one : list.statements()) {
    Append(&text, PadLeft(Cat(one.statement_number()), 6), "  ", one.month(),
           "  ", PadRight(one.institution_id(), 16), "  ",
           PadRight(one.pooling_region(), 6), YuanCell(one.payable_fen()),
           Pick(language, "  已付", "  paid"), YuanCell(one.paid_fen()), "  ",
           one.due_on(), "  ", StateWords(one.payment_state(), language), "\n");
  }
  return text;
}

std::string CountedText(const pb::ListStatementSettlementsResponse& list,
                        Language language) {
  if (list.settlements().empty()) {
    return std::string(Pick(language, "没有结算。\n", "No settlements.\n"));
  }
  std::string text;
  for (const pb::StatementSettlement& one : list.settlements()) {
    Append(&text, one.booked_on(), "  ", PadRight(one.person_id(), 20), "  ",
           PadRight(one.request_id(), 24), "  ", one.pooling_region(),
           YuanCell(one.gross_fen()), YuanCell(one.fund_pay_fen()),
           YuanCell(one.account_fen()),
           one.reversal() ? Pick(language, "  冲销", "  reversal") : "",
           one.late() ? Pick(language, "  迟到", "  late") : "", "\n");
  }
  return text;
}

}  // namespace onestop::cli
