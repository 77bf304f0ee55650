// Ledgers as text.
#include <string>
#include <string_view>

#include "cli/receipt_text.h"
#include "cli/text.h"
#include "cli/words.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using Align = Table::Align;

}  // namespace

std::string LedgerText(std::string_view person_id,
                       const pb::GetLedgerResponse& ledger,
                       const TextOptions& options) {
  const auto say = [&](std::string_view zh, std::string_view en) {
    return Pick(options.language, zh, en);
  };
  std::string text = Cat(say("人员 ", "Person "), person_id,
                         say(" 的累计（元）", ": so far (yuan)"), "\n");
  for (const pb::LedgerRow& row : ledger.rows()) {
    Append(&text, "\n", row.year(), say(" 年度", ""), "\n");
    Table table({Align::kLeft, Align::kRight, Align::kLeft});
    for (const pb::CounterAmount& counter : row.counters()) {
      table.Add(
          {CounterName(counter.counter(), options.name_of, options.language),
           Yuan(counter.amount_fen()), counter.counter()});
    }
    text += table.ToString(2);
  }
  Append(&text, "\n", say("个人账户余额 ", "Account balance "),
         Yuan(ledger.account_balance_fen()), "\n");
  for (const pb::DispensedItem& item : ledger.dispensed()) {
    Append(&text, say("处方 ", "Prescription "), item.prescription_id(),
           say("（", " ("), item.institution_id(), say("）：", "): "),
           item.item_code(), say(" 已配 ", " dispensed "),
           item.dispensed_quantity(), "\n");
  }
  for (const pb::Supply& supply : ledger.supplies()) {
    Append(&text, say("用药 ", "Supply of "), supply.item_code(),
           say(" 可用至 ", " lasts until "), supply.ends_on(), "\n");
  }
  return text;
}

}  // namespace onestop::cli
