// CSV by our own writer; XLSX by libxlsxwriter, row by row.
#include "cli/difference_file.h"

#include <xlsxwriter.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <optional>
#include <utility>

#include "cli/csv.h"
#include "domain/units.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct Column {
  std::string_view zh;
  std::string_view en;
  double width;
};
constexpr std::array kColumns = std::to_array<Column>({
    {"记账日", "booked_on", 12},
    {"差异", "difference", 18},
    {"建议处理", "repair", 24},
    {"人员编号", "person_id", 24},
    {"请求号", "request_id", 26},
    {"结算流水", "record_id", 36},
    {"冲销", "reversal", 8},
    {"不同字段", "fields", 26},
    {"中心总额(元)", "ledger_gross", 14},
    {"中心基金(元)", "ledger_fund_pay", 14},
    {"中心账户(元)", "ledger_account", 14},
    {"机构总额(元)", "books_gross", 14},
    {"机构基金(元)", "books_fund_pay", 14},
    {"机构账户(元)", "books_account", 14},
    {"另一方记账日", "other_day", 12},
    {"中心数据截至", "as_of", 22},
});
constexpr size_t kFirstAmount = 8;
constexpr size_t kAmounts = 6;

// A row as text; the amounts apart, in fen, where there are any.
struct Cells {
  std::array<std::string, kColumns.size()> text;
  std::array<std::optional<int64_t>, kAmounts> fen;
};

Cells CellsOf(const pb::Difference& difference, const std::string& as_of,
              Language language) {
  const bool here = difference.has_ledger();
  const pb::BookRow& row = here ? difference.ledger() : difference.books();
  Cells cells;
  cells.text[0] = difference.booked_on();
  cells.text[1] = ClassWords(difference.difference_class(), language);
  cells.text[2] = RepairWords(difference.repair(), language);
  cells.text[3] = row.person_id();
  cells.text[4] = row.request_id();
  cells.text[5] = difference.record_id();
  cells.text[6] = row.reversal() ? Pick(language, "是", "yes") : "";
  for (const std::string& field : difference.fields()) {
    if (!cells.text[7].empty()) cells.text[7] += ' ';
    cells.text[7] += field;
  }
  cells.text[14] = difference.other_day();
  cells.text[15] = as_of;
  if (here) {
    cells.fen[0] = difference.ledger().gross_fen();
    cells.fen[1] = difference.ledger().fund_pay_fen();
    cells.fen[2] = difference.ledger().account_fen();
  }
  if (difference.has_books()) {
    cells.fen[3] = difference.books().gross_fen();
    cells.fen[4] = difference.books().fund_pay_fen();
    cells.fen[5] = difference.books().account_fen();
  }
  for (size_t i = 0; i < kAmounts; ++i) {
    if (cells.fen[i]) {
      cells.text[kFirstAmount + i] =
          domain::FormatYuan(domain::Money{*cells.fen[i]});
    }
  }
  return cells;
}

class CsvDifferences final : public DifferenceFile {
 public:
  CsvDifferences(const std::string& path, Language language)
      : path_(path), language_(language), file_(path, std::ios::binary) {
    CsvFields head;
    for (const Column& column : kColumns) {
      head.emplace_back(Pick(language, column.zh, column.en));
    }
    // A spreadsheet reads UTF-8 by its mark.
    file_ << "\xef\xbb\xbf" << WriteCsv(head);
  }
  bool good() const { return file_.good(); }
  void Add(const pb::Difference& difference,
           const std::string& as_of) override {
    const Cells cells = CellsOf(difference, as_of, language_);
    file_ << WriteCsv(CsvFields(cells.text.begin(), cells.text.end()));
  }
  absl::Status Close() override {
    file_.close();
    return file_.good() ? absl::OkStatus()
                        : absl::InternalError(Cat("cannot write ", path_));
  }

 private:
  const std::string path_;
  const Language language_;
  std::ofstream file_;
};

class XlsxDifferences final : public DifferenceFile {
 public:
  XlsxDifferences(const std::string& path, Language language)
      : path_(path), language_(language) {
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    book_ = workbook_new_opt(path.c_str(), &options);
    sheet_ = workbook_add_worksheet(
        book_, std::string(Pick(language, "对账差异", "Differences")).c_str());
    lxw_format* head = workbook_add_format(book_);
    format_set_bold(head);
    format_set_bg_color(head, 0xDDE6F0);
    format_set_border(head, LXW_BORDER_THIN);
    amount_ = workbook_add_format(book_);
    format_set_num_format(amount_, "#,##0.00");
    for (size_t i = 0; i < kColumns.size(); ++i) {
      const auto column = static_cast<lxw_col_t>(i);
      worksheet_set_column(sheet_, column, column, kColumns[i].width, nullptr);
      worksheet_write_string(
          sheet_, 0, column,
          std::string(Pick(language, kColumns[i].zh, kColumns[i].en)).c_str(),
          head);
    }
    worksheet_freeze_panes(sheet_, 1, 0);
    SetPrinting();
  }
  ~XlsxDifferences() override { Close().IgnoreError(); }

  void Add(const pb::Difference& difference,
           const std::string& as_of) override {
    constexpr double kFenPerYuan = 100;
    const Cells cells = CellsOf(difference, as_of, language_);
    ++row_;
    for (size_t i = 0; i < kColumns.size(); ++i) {
      const auto column = static_cast<lxw_col_t>(i);
      const bool is_amount = i >= kFirstAmount && i < kFirstAmount + kAmounts;
      if (is_amount && cells.fen[i - kFirstAmount]) {
        worksheet_write_number(
            sheet_, row_, column,
            static_cast<double>(*cells.fen[i - kFirstAmount]) / kFenPerYuan,
            amount_);
      } else if (!cells.text[i].empty()) {
        worksheet_write_string(sheet_, row_, column, cells.text[i].c_str(),
                               nullptr);
      }
    }
  }
  absl::Status Close() override {
    if (book_ == nullptr) return absl::OkStatus();
    worksheet_autofilter(sheet_, 0, 0, row_,
                         static_cast<lxw_col_t>(kColumns.size() - 1));
    const lxw_error error = workbook_close(book_);
    book_ = nullptr;
    if (error == LXW_NO_ERROR) return absl::OkStatus();
    return absl::InternalError(
        Cat("cannot write ", path_, ": ", lxw_strerror(error)));
  }

 private:
  // On paper a row stays a row.
  void SetPrinting() {
    constexpr uint8_t kA4 = 9;
    worksheet_set_landscape(sheet_);
    worksheet_set_paper(sheet_, kA4);
    worksheet_fit_to_pages(sheet_, 1, 0);
    worksheet_repeat_rows(sheet_, 0, 0);
  }

  const std::string path_;
  const Language language_;
  lxw_workbook* book_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_format* amount_ = nullptr;
  lxw_row_t row_ = 0;
};

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
  if (path.ends_with(".csv")) {
    auto file = std::make_unique<CsvDifferences>(path, language);
    if (file->good()) return std::unique_ptr<DifferenceFile>(std::move(file));
    return absl::InvalidArgumentError(Cat("cannot write ", path));
  }
  if (!path.ends_with(".xlsx")) {
    return absl::InvalidArgumentError(
        Cat("cannot tell the format of ", path, "; name a .csv or .xlsx file"));
  }
  if (!std::ofstream(path, std::ios::binary).good()) {
    return absl::InvalidArgumentError(Cat("cannot write ", path));
  }
  return std::unique_ptr<DifferenceFile>(
      std::make_unique<XlsxDifferences>(path, language));
}

}  // namespace onestop::cli
