// The rows of the table, one by one.
#include "cli/difference_file.h"

#include <cstdint>
#include <utility>

#include "base/status_macros.h"
#include "domain/units.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

const std::vector<SheetColumn>& DifferenceColumns() {
  static const auto* const columns = new std::vector<SheetColumn>{
      {"记账日", "booked_on", 12},
      {"差异", "difference", 20},
      {"建议处理", "repair", 22},
      {"人员编号", "person_id", 20},
      {"请求号", "request_id", 22},
      {"结算流水", "record_id", 34},
      {"冲销", "reversal", 9},
      {"不同字段", "fields", 26},
      {"中心总额(元)", "ledger_gross", 14},
      {"中心基金(元)", "ledger_fund_pay", 17},
      {"中心账户(元)", "ledger_account", 16},
      {"机构总额(元)", "books_gross", 14},
      {"机构基金(元)", "books_fund_pay", 16},
      {"机构账户(元)", "books_account", 15},
      {"另一方记账日", "other_day", 14},
      {"中心数据截至", "as_of", 20},
  };
  return *columns;
}

// A field of a row of the API, in words.
std::string_view FieldWords(std::string_view field, Language language) {
  if (field == "person_id") return Pick(language, "人员编号", "person");
  if (field == "gross_fen") return Pick(language, "总额", "gross");
  if (field == "fund_pay_fen") return Pick(language, "基金", "fund");
  if (field == "account_fen") return Pick(language, "账户", "account");
  return field;
}

std::string FieldsOf(const pb::Difference& difference, Language language) {
  std::string words;
  for (const std::string& field : difference.fields()) {
    Append(&words, words.empty() ? "" : Pick(language, "、", ", "),
           FieldWords(field, language));
  }
  return words;
}

void AddAmounts(bool has, const pb::BookRow& row,
                std::vector<SheetCell>& cells) {
  for (const int64_t fen :
       {row.gross_fen(), row.fund_pay_fen(), row.account_fen()}) {
    if (has) {
      cells.emplace_back(domain::Money{fen});
    } else {
      cells.emplace_back();
    }
  }
}

}  // namespace

std::string_view ClassWords(pb::DifferenceClass what, Language language) {
  switch (what) {
    case pb::DIFFERENCE_CLASS_ONLY_IN_LEDGER:
      return Pick(language, "中心有、机构无", "only in the ledger");
    case pb::DIFFERENCE_CLASS_ONLY_IN_BOOKS:
      return Pick(language, "机构有、中心无", "only in the books");
    case pb::DIFFERENCE_CLASS_AMOUNTS_DIFFER:
      return Pick(language, "内容不同", "amounts differ");
    case pb::DIFFERENCE_CLASS_OTHER_DAY:
      return Pick(language, "记账日不同", "under another day");
    case pb::DIFFERENCE_CLASS_TWICE_IN_BOOKS:
      return Pick(language, "机构重复记账", "twice in the books");
    default:
      return "?";
  }
}

std::string_view RepairWords(pb::Repair repair, Language language) {
  switch (repair) {
    case pb::REPAIR_SETTLE_AGAIN:
      return Pick(language, "以原请求号重新结算", "settle again, same id");
    case pb::REPAIR_REVERSE:
      return Pick(language, "按请求号冲销", "reverse by request id");
    case pb::REPAIR_CORRECT_BOOKS:
      return Pick(language, "更正机构账目", "correct the books");
    default:
      return "?";
  }
}

absl::StatusOr<std::unique_ptr<DifferenceFile>> DifferenceFile::Open(
    const std::string& path, Language language) {
  ONESTOP_ASSIGN_OR_RETURN(auto sheet,
                           Sheet::Open(path,
                                       {.zh = "对账差异",
                                        .en = "Differences",
                                        .facts = {},
                                        .columns = DifferenceColumns()},
                                       language));
  return std::unique_ptr<DifferenceFile>(
      new DifferenceFile(std::move(sheet), language));
}

void DifferenceFile::Add(const pb::Difference& difference,
                         const std::string& as_of) {
  const pb::BookRow& row =
      difference.has_ledger() ? difference.ledger() : difference.books();
  std::vector<SheetCell> cells = {
      difference.booked_on(),
      std::string(ClassWords(difference.difference_class(), language_)),
      std::string(RepairWords(difference.repair(), language_)),
      row.person_id(),
      row.request_id(),
      difference.record_id(),
      std::string(row.reversal() ? Pick(language_, "是", "yes") : ""),
      FieldsOf(difference, language_)};
  AddAmounts(difference.has_ledger(), difference.ledger(), cells);
  AddAmounts(difference.has_books(), difference.books(), cells);
  cells.emplace_back(difference.other_day());
  cells.emplace_back(as_of);
  sheet_->Add(cells);
}

}  // namespace onestop::cli
