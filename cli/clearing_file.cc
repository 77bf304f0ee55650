// Rows of the statement, written by our own CSV or by libxlsxwriter.
#include "cli/clearing_file.h"

#include <xlsxwriter.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <optional>
#include <vector>

#include "cli/clearing_text.h"
#include "cli/csv.h"
#include "domain/units.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct Heading {
  std::string_view zh;
  std::string_view en;
  double width;
};
constexpr std::array kHeadings = std::to_array<Heading>({
    {"统筹区", "pooling_region", 10},
    {"险种", "insurance_type", 12},
    {"项目", "line", 30},
    {"说明", "note", 30},
    {"结算笔数", "settlements", 10},
    {"冲销笔数", "reversals", 10},
    {"人数", "persons", 10},
    {"总费用(元)", "gross", 16},
    {"支付(元)", "pay", 16},
    {"谈判药费用(元)", "negotiated_gross", 16},
    {"谈判药支付(元)", "negotiated_pay", 16},
    {"两病集采费用(元)", "procured_gross", 16},
    {"两病集采支付(元)", "procured_pay", 16},
});
constexpr size_t kTexts = 4;
constexpr size_t kCounts = 3;

// Fewer counts or amounts than columns: the rest stay empty.
struct StatementRow {
  std::array<std::string, kTexts> texts;
  std::vector<int64_t> counts;
  std::vector<std::optional<int64_t>> fen;
};

class StatementRows {
 public:
  StatementRows(const pb::Statement& statement, const NameOf& name_of,
                Language language)
      : name_of_(name_of), language_(language) {
    for (const pb::StatementPart& part : statement.parts()) AddPart(part);
    for (const pb::Adjustment& one : statement.adjustments()) {
      const bool adds = one.adjustment_kind() == pb::ADJUSTMENT_KIND_ADVANCE;
      AddPay(one.pooling_region(), "",
             AdjustmentWords(one.adjustment_kind(), language), one.reason(),
             adds ? one.amount_fen() : -one.amount_fen());
    }
    for (const pb::Payable& one : statement.payables()) {
      AddPay(one.pooling_region(), "", Pick(language, "应付", "payable"),
             Cat(Pick(language, "应于以下日期前拨付：", "due on "),
                 statement.due_on()),
             one.payable_fen());
    }
    for (const pb::Payment& one : statement.payments()) {
      AddPay(one.pooling_region(), "", Pick(language, "已付", "paid"),
             Cat(one.paid_on(), " ", one.reference()), one.amount_fen());
    }
  }
  const std::vector<StatementRow>& rows() const { return rows_; }

 private:
  void AddPay(std::string_view region, std::string_view insurance,
              std::string_view what, const std::string& note, int64_t fen) {
    rows_.push_back(
        {{std::string(region), std::string(insurance), std::string(what), note},
         {},
         {std::nullopt, fen}});
  }

  void AddPart(const pb::StatementPart& part) {
    const std::string insurance(part.insurance_type() ==
                                        pb::INSURANCE_TYPE_EMPLOYEE
                                    ? Pick(language_, "职工医保", "employee")
                                    : Pick(language_, "居民医保", "resident"));
    const std::string late =
        part.late() == 0
            ? ""
            : Fill(Pick(language_, "其中迟到 $0 笔", "$0 of them late"),
                   part.late());
    rows_.push_back(
        {{part.pooling_region(), insurance,
          std::string(Pick(language_, "基金合计", "fund in all")), late},
         {part.settlements(), part.reversals(), part.persons()},
         {part.gross_fen(), part.fund_pay_fen()}});
    for (const pb::SchemeLine& line : part.schemes()) {
      const domain::Name2 name =
          line.scheme_id().empty()
              ? domain::Name2{"无待遇支付", "paid by no scheme"}
              : name_of_(line.scheme_id());
      rows_.push_back(
          {{part.pooling_region(), insurance,
            std::string(Pick(language_, name.zh, name.en)), line.scheme_id()},
           {line.settlements(), line.reversals(), line.persons()},
           {line.gross_fen(), line.pay_fen(), line.negotiated_gross_fen(),
            line.negotiated_pay_fen(), line.procured_gross_fen(),
            line.procured_pay_fen()}});
    }
    const struct {
      std::string_view zh;
      std::string_view en;
      int64_t fen;
    } kRest[] = {
        {"大病保险", "critical illness", part.critical_illness_fen()},
        {"大额补助", "large amount", part.large_amount_fen()},
        {"医疗救助", "medical assistance", part.medical_assistance_fen()},
        {"商业补充", "commercial", part.commercial_fen()},
        {"个人账户", "accounts", part.account_fen()},
    };
    for (const auto& one : kRest) {
      if (one.fen == 0) continue;
      AddPay(part.pooling_region(), insurance, Pick(language_, one.zh, one.en),
             "", one.fen);
    }
  }

  const NameOf& name_of_;
  const Language language_;
  std::vector<StatementRow> rows_;
};

absl::Status WriteCsvRows(const std::string& path,
                          const std::vector<StatementRow>& rows,
                          Language language) {
  std::ofstream file(path, std::ios::binary);
  if (!file.good()) {
    return absl::InvalidArgumentError(Cat("cannot write ", path));
  }
  CsvFields head;
  for (const Heading& one : kHeadings) {
    head.emplace_back(Pick(language, one.zh, one.en));
  }
  // A spreadsheet reads UTF-8 by its mark.
  file << "\xef\xbb\xbf" << WriteCsv(head);
  for (const StatementRow& row : rows) {
    CsvFields fields(row.texts.begin(), row.texts.end());
    for (const int64_t count : row.counts) fields.push_back(Cat(count));
    fields.resize(kTexts + kCounts);
    for (const auto& fen : row.fen) {
      fields.push_back(fen ? domain::FormatYuan(domain::Money{*fen}) : "");
    }
    fields.resize(kHeadings.size());
    file << WriteCsv(fields);
  }
  file.close();
  return file.good() ? absl::OkStatus()
                     : absl::InternalError(Cat("cannot write ", path));
}

void WriteSheetRow(lxw_worksheet* sheet, lxw_row_t at, const StatementRow& row,
                   lxw_format* amount) {
  constexpr double kFenPerYuan = 100;
  lxw_col_t column = 0;
  for (const std::string& text : row.texts) {
    worksheet_write_string(sheet, at, column++, text.c_str(), nullptr);
  }
  for (const int64_t count : row.counts) {
    worksheet_write_number(sheet, at, column++, static_cast<double>(count),
                           nullptr);
  }
  column = kTexts + kCounts;
  for (const auto& fen : row.fen) {
    if (fen) {
      worksheet_write_number(sheet, at, column,
                             static_cast<double>(*fen) / kFenPerYuan, amount);
    }
    ++column;
  }
}

absl::Status WriteXlsxRows(const std::string& path,
                           const std::vector<StatementRow>& rows,
                           const std::string& title, Language language) {
  if (!std::ofstream(path, std::ios::binary).good()) {
    return absl::InvalidArgumentError(Cat("cannot write ", path));
  }
  lxw_workbook* book = workbook_new(path.c_str());
  lxw_worksheet* sheet = workbook_add_worksheet(book, title.c_str());
  lxw_format* head = workbook_add_format(book);
  format_set_bold(head);
  format_set_bg_color(head, 0xDDE6F0);
  format_set_border(head, LXW_BORDER_THIN);
  lxw_format* amount = workbook_add_format(book);
  format_set_num_format(amount, "#,##0.00");
  for (size_t i = 0; i < kHeadings.size(); ++i) {
    const auto column = static_cast<lxw_col_t>(i);
    worksheet_set_column(sheet, column, column, kHeadings[i].width, nullptr);
    const std::string words(Pick(language, kHeadings[i].zh, kHeadings[i].en));
    worksheet_write_string(sheet, 0, column, words.c_str(), head);
  }
  worksheet_freeze_panes(sheet, 1, 0);
  lxw_row_t at = 0;
  for (const StatementRow& row : rows) WriteSheetRow(sheet, ++at, row, amount);
  const lxw_error error = workbook_close(book);
  if (error == LXW_NO_ERROR) return absl::OkStatus();
  return absl::InternalError(
      Cat("cannot write ", path, ": ", lxw_strerror(error)));
}

}  // namespace

absl::Status WriteStatementFile(const std::string& path,
                                const pb::Statement& statement,
                                const NameOf& name_of, Language language) {
  const StatementRows rows(statement, name_of, language);
  if (path.ends_with(".csv")) return WriteCsvRows(path, rows.rows(), language);
  if (path.ends_with(".xlsx")) {
    return WriteXlsxRows(
        path, rows.rows(),
        Cat(Pick(language, "清算单 ", "Statement "), statement.month()),
        language);
  }
  return absl::InvalidArgumentError(
      Cat("cannot tell the format of ", path, "; name a .csv or .xlsx file"));
}

}  // namespace onestop::cli
