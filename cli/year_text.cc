// A person's yearly statement as text.
#include <algorithm>
#include <string>
#include <string_view>

#include "cli/answer_parts.h"
#include "cli/receipt_text.h"
#include "cli/text.h"
#include "cli/words.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using Align = Table::Align;

// Of the year: the deductible of a visit that is still to come is not.
google::protobuf::RepeatedPtrField<pb::Remaining> OfTheYear(
    const pb::GetEligibilityResponse& limits) {
  google::protobuf::RepeatedPtrField<pb::Remaining> of_the_year;
  for (const pb::Remaining& left : limits.remaining()) {
    if (!left.counter().ends_with("/")) *of_the_year.Add() = left;
  }
  return of_the_year;
}

// What was counted in the year and has no limit as things stand at its end.
std::string Others(const pb::GetEligibilityResponse& limits,
                   const pb::LedgerRow& row, const TextOptions& options) {
  Table table({Align::kLeft, Align::kRight});
  bool any = false;
  for (const pb::CounterAmount& counter : row.counters()) {
    const bool told = std::any_of(
        limits.remaining().begin(), limits.remaining().end(),
        [&](const auto& left) { return left.counter() == counter.counter(); });
    if (told) continue;
    any = true;
    table.Add(
        {CounterName(counter.counter(), options.name_of, options.language),
         Yuan(counter.amount_fen())});
  }
  return any ? table.ToString(2) : "";
}

}  // namespace

std::string YearStatementText(std::string_view person_id, int year,
                              const pb::GetEligibilityResponse& limits,
                              const pb::GetLedgerResponse& ledger,
                              const TextOptions& options) {
  const Language language = options.language;
  const auto say = [language](std::string_view zh, std::string_view en) {
    return Pick(language, zh, en);
  };
  std::string text =
      Cat(FillIn(say("$0 年度医保待遇对账单", "Statement of the year $0"),
                 {Cat(year)}),
          "\n", std::string(kSlipWidth, '='), "\n");
  Append(&text, say("人员 ", "Person "), person_id, say("，", ", "),
         RegionName(limits.pooling_region(), language), say("·", ", "),
         InsuranceName(limits.insurance_type(), language), say("·", ", "),
         CategoryName(limits.person_category(), language), "\n");
  const auto of_the_year = OfTheYear(limits);
  if (!of_the_year.empty()) {
    Append(&text, "\n",
           FillIn(say("起付线与限额（元，按 $0 的待遇）",
                      "Deductibles and caps (yuan, as entitled on $0)"),
                  {limits.service_date()}),
           "\n", RemainingRows(of_the_year, options, [](std::string name) {
             return name;
           }));
  }
  for (const pb::LedgerRow& row : ledger.rows()) {
    if (row.year() != year) continue;
    const std::string others = Others(limits, row, options);
    if (others.empty()) continue;
    Append(&text, "\n",
           say("该年度的其他累计（元）", "Also counted in the year (yuan)"),
           "\n", others);
  }
  if (ledger.rows().empty()) {
    Append(&text, "\n",
           say("该年度没有结算。", "Nothing was settled in this year."), "\n");
  }
  Append(&text, "\n",
         say("个人账户现有余额（元） ", "Account balance today (yuan) "),
         Yuan(ledger.account_balance_fen()), "\n");
  return text;
}

}  // namespace onestop::cli
