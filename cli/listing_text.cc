// Rows of a list, their amounts in yuan, and what they come to.
#include "cli/listing_text.h"

#include <cstdint>
#include <string_view>

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using Align = Table::Align;

// The amounts that a line shows.
struct Amounts {
  int64_t gross = 0;
  int64_t fund = 0;
  int64_t account = 0;
  int64_t cash = 0;

  void Add(const pb::Totals& totals) {
    gross += totals.gross_fen();
    fund += totals.fund_pay_fen();
    account += totals.account_fen() + totals.family_account_fen();
    cash += totals.cash_fen();
  }
};

std::string_view StandingName(const pb::SettlementSummary& row,
                              Language language) {
  if (row.kind() == pb::SETTLEMENT_KIND_REVERSAL) {
    return Pick(language, "冲销", "reversal");
  }
  if (row.kind() == pb::SETTLEMENT_KIND_CLOSED) {
    return Pick(language, "请求号已关闭", "id closed");
  }
  return row.state() == pb::SETTLEMENT_STATE_REVERSED
             ? Pick(language, "已冲销", "reversed")
             : Pick(language, "已结算", "settled");
}

void AddRow(const pb::SettlementSummary& row, Language language, Table& table) {
  Amounts amounts;
  amounts.Add(row.totals());
  const auto yuan = [&row](int64_t fen) {
    return row.has_totals() ? Yuan(fen) : std::string();
  };
  table.Add({row.booked_on(), std::string(StandingName(row, language)),
             row.person_id(), row.institution_id(), row.service_date(),
             yuan(amounts.gross), yuan(amounts.fund), yuan(amounts.account),
             yuan(amounts.cash), row.request_id(), row.settlement_id()});
}

}  // namespace

std::string ListingText(const std::vector<pb::SettlementSummary>& rows,
                        bool more, Language language) {
  const auto say = [language](std::string_view zh, std::string_view en) {
    return std::string(Pick(language, zh, en));
  };
  if (rows.empty()) {
    return say("没有符合条件的结算。\n", "There are no such settlements.\n");
  }
  Table table({Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft,
               Align::kLeft, Align::kRight, Align::kRight, Align::kRight,
               Align::kRight, Align::kLeft, Align::kLeft});
  table.Add({say("记账日", "Booked on"), say("现状", "State"),
             say("人员", "Person"), say("机构", "Institution"),
             say("就诊日", "Service"), say("总费用", "Total"),
             say("基金支付", "Funds"), say("账户支付", "Accounts"),
             say("现金", "Cash"), say("请求号", "Request id"),
             say("结算编号", "Settlement id")});
  Amounts sums;
  for (const pb::SettlementSummary& row : rows) {
    AddRow(row, language, table);
    sums.Add(row.totals());
  }
  return Cat(
      table.ToString(0), "\n",
      Fill(Pick(language,
                "共 $0 条：总费用 $1 元，基金支付 $2 元，账户支付 $3 元，现金 "
                "$4 元。",
                "$0 rows: total $1 yuan, funds $2, accounts $3, cash $4."),
           rows.size(), Yuan(sums.gross), Yuan(sums.fund), Yuan(sums.account),
           Yuan(sums.cash)),
      more ? Pick(language, "后面还有。", " More follow.") : "", "\n");
}

}  // namespace onestop::cli
