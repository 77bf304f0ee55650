// CSV by our own writer; XLSX by libxlsxwriter, row by row.
#include "cli/sheet.h"

#include <xlsxwriter.h>

#include <fstream>
#include <utility>

#include "cli/csv.h"

namespace onestop::cli {
namespace {

std::string CellText(const SheetCell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* count = std::get_if<int64_t>(&cell)) return Cat(*count);
  if (const auto* money = std::get_if<domain::Money>(&cell)) {
    return domain::FormatYuan(*money);
  }
  return "";
}

class CsvSheet final : public Sheet {
 public:
  CsvSheet(const std::string& path, SheetLayout layout, Language language)
      : path_(path), layout_(std::move(layout)), file_(path, std::ios::binary) {
    CsvFields head;
    for (const SheetFact& fact : layout_.facts) {
      head.emplace_back(Pick(language, fact.zh, fact.en));
    }
    for (const SheetColumn& column : layout_.columns) {
      head.emplace_back(Pick(language, column.zh, column.en));
    }
    // A spreadsheet reads UTF-8 by its mark.
    file_ << "\xef\xbb\xbf" << WriteCsv(head);
  }

  void Add(const std::vector<SheetCell>& cells) override {
    CsvFields fields;
    for (const SheetFact& fact : layout_.facts) fields.push_back(fact.value);
    for (const SheetCell& cell : cells) fields.push_back(CellText(cell));
    fields.resize(layout_.facts.size() + layout_.columns.size());
    file_ << WriteCsv(fields);
  }
  absl::Status Close() override {
    file_.close();
    return file_.good() ? absl::OkStatus()
                        : absl::InternalError(Cat("cannot write ", path_));
  }

 private:
  const std::string path_;
  const SheetLayout layout_;
  std::ofstream file_;
};

class XlsxSheet final : public Sheet {
 public:
  XlsxSheet(const std::string& path, const SheetLayout& layout,
            Language language)
      : path_(path), columns_(layout.columns.size()) {
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    book_ = workbook_new_opt(path.c_str(), &options);
    const std::string name(Pick(language, layout.zh, layout.en));
    sheet_ = workbook_add_worksheet(book_, name.c_str());
    amount_ = workbook_add_format(book_);
    format_set_num_format(amount_, "#,##0.00");
    WriteTitle(layout);
    WriteHead(layout);
  }
  ~XlsxSheet() override { Close().IgnoreError(); }

  void Add(const std::vector<SheetCell>& cells) override {
    lxw_col_t column = 0;
    for (const SheetCell& cell : cells) Write(cell, column++);
    ++row_;
  }
  absl::Status Close() override {
    if (book_ == nullptr) return absl::OkStatus();
    worksheet_autofilter(sheet_, head_, 0, row_ - 1,
                         static_cast<lxw_col_t>(columns_ - 1));
    const lxw_error error = workbook_close(book_);
    book_ = nullptr;
    if (error == LXW_NO_ERROR) return absl::OkStatus();
    return absl::InternalError(
        Cat("cannot write ", path_, ": ", lxw_strerror(error)));
  }

 private:
  void WriteTitle(const SheetLayout& layout) {
    if (layout.facts.empty()) return;
    constexpr double kTitlePoints = 14;
    lxw_format* title = workbook_add_format(book_);
    format_set_bold(title);
    format_set_font_size(title, kTitlePoints);
    const std::string name = Cat(layout.zh, "  ", layout.en);
    worksheet_write_string(sheet_, row_++, 0, name.c_str(), title);
    for (const SheetFact& fact : layout.facts) {
      const std::string line = Cat(fact.zh, "  ", fact.en, ":  ", fact.value);
      worksheet_write_string(sheet_, row_++, 0, line.c_str(), nullptr);
    }
    ++row_;
  }

  // Two lines high. On paper a row stays a row.
  void WriteHead(const SheetLayout& layout) {
    constexpr uint8_t kA4 = 9;
    constexpr double kHeadPoints = 32;
    lxw_format* head = workbook_add_format(book_);
    format_set_bold(head);
    format_set_bg_color(head, 0xDDE6F0);
    format_set_border(head, LXW_BORDER_THIN);
    format_set_text_wrap(head);
    format_set_align(head, LXW_ALIGN_VERTICAL_CENTER);
    head_ = row_++;
    worksheet_set_row(sheet_, head_, kHeadPoints, nullptr);
    lxw_col_t at = 0;
    for (const SheetColumn& column : layout.columns) {
      worksheet_set_column(sheet_, at, at, column.width, nullptr);
      const std::string words = Cat(column.zh, "\n", column.en);
      worksheet_write_string(sheet_, head_, at++, words.c_str(), head);
    }
    worksheet_freeze_panes(sheet_, row_, 0);
    worksheet_repeat_rows(sheet_, head_, head_);
    worksheet_set_landscape(sheet_);
    worksheet_set_paper(sheet_, kA4);
    worksheet_fit_to_pages(sheet_, 1, 0);
  }

  void Write(const SheetCell& cell, lxw_col_t column) {
    constexpr double kFenPerYuan = 100;
    if (const auto* count = std::get_if<int64_t>(&cell)) {
      worksheet_write_number(sheet_, row_, column, static_cast<double>(*count),
                             nullptr);
    } else if (const auto* money = std::get_if<domain::Money>(&cell)) {
      worksheet_write_number(sheet_, row_, column,
                             static_cast<double>(money->fen) / kFenPerYuan,
                             amount_);
    } else if (const std::string text = CellText(cell); !text.empty()) {
      worksheet_write_string(sheet_, row_, column, text.c_str(), nullptr);
    }
  }

  const std::string path_;
  const size_t columns_;
  lxw_workbook* book_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_format* amount_ = nullptr;
  lxw_row_t head_ = 0;
  lxw_row_t row_ = 0;  // the next
};

}  // namespace

absl::StatusOr<std::unique_ptr<Sheet>> Sheet::Open(const std::string& path,
                                                   SheetLayout layout,
                                                   Language language) {
  const bool csv = path.ends_with(".csv");
  if (!csv && !path.ends_with(".xlsx")) {
    return absl::InvalidArgumentError(
        Cat("cannot tell the format of ", path, "; name a .csv or .xlsx file"));
  }
  // libxlsxwriter would tell only at the end.
  if (!std::ofstream(path, std::ios::binary).good()) {
    return absl::InvalidArgumentError(Cat("cannot write ", path));
  }
  if (csv) {
    return std::make_unique<CsvSheet>(path, std::move(layout), language);
  }
  return std::make_unique<XlsxSheet>(path, layout, language);
}

}  // namespace onestop::cli
