// The rows of the statement, one by one.
#include "cli/clearing_file.h"

#include <cstdint>
#include <vector>

#include "base/status_macros.h"
#include "cli/clearing_text.h"
#include "cli/sheet.h"
#include "domain/units.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using domain::Money;

const std::vector<SheetColumn>& StatementColumns() {
  static const auto* const columns = new std::vector<SheetColumn>{
      {"统筹区", "pooling_region", 15},
      {"险种", "insurance_type", 15},
      {"项目", "line", 24},
      {"说明", "note", 28},
      {"结算笔数", "settlements", 12},
      {"冲销笔数", "reversals", 10},
      {"人数", "persons", 9},
      {"总费用(元)", "gross", 15},
      {"支付(元)", "pay", 15},
      {"谈判药费用(元)", "negotiated_gross", 17},
      {"谈判药支付(元)", "negotiated_pay", 16},
      {"两病集采费用(元)", "procured_gross", 17},
      {"两病集采支付(元)", "procured_pay", 17},
  };
  return *columns;
}

SheetLayout LayoutOf(const pb::Statement& statement) {
  return {
      .zh = "清算单",
      .en = "Clearing statement",
      .facts = {{"机构", "institution_id", statement.institution_id()},
                {"月份", "month", statement.month()},
                {"清算单号", "statement_number",
                 Cat(statement.statement_number())},
                {"应付日期", "due_on", statement.due_on()}},
      .columns = StatementColumns(),
  };
}

class StatementRows {
 public:
  StatementRows(Sheet& sheet, const NameOf& name_of, Language language)
      : sheet_(sheet), name_of_(name_of), language_(language) {}

  void Add(const pb::Statement& statement) {
    for (const pb::StatementPart& part : statement.parts()) AddPart(part);
    for (const pb::Adjustment& one : statement.adjustments()) {
      const bool adds = one.adjustment_kind() == pb::ADJUSTMENT_KIND_ADVANCE;
      AddPay(one.pooling_region(), "",
             AdjustmentWords(one.adjustment_kind(), language_), one.reason(),
             adds ? one.amount_fen() : -one.amount_fen());
    }
    for (const pb::Payable& one : statement.payables()) {
      AddPay(one.pooling_region(), "", Pick(language_, "应付", "payable"),
             Cat(Pick(language_, "应于以下日期前拨付：", "due on "),
                 statement.due_on()),
             one.payable_fen());
    }
    for (const pb::Payment& one : statement.payments()) {
      AddPay(one.pooling_region(), "", Pick(language_, "已付", "paid"),
             Cat(one.paid_on(), " ", one.reference()), one.amount_fen());
    }
    for (const pb::Payable& one : statement.payables()) {
      const int64_t left = one.payable_fen() - one.paid_fen();
      AddPay(one.pooling_region(), "",
             left < 0 ? Pick(language_, "机构应退", "owed back")
                      : Pick(language_, "未付", "left to pay"),
             "", left);
    }
  }

 private:
  void AddPay(std::string_view region, std::string_view insurance,
              std::string_view what, const std::string& note, int64_t fen) {
    sheet_.Add({std::string(region),
                std::string(insurance),
                std::string(what),
                note,
                {},
                {},
                {},
                {},
                Money{fen}});
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
    sheet_.Add({part.pooling_region(), insurance,
                std::string(Pick(language_, "基金合计", "fund in all")), late,
                part.settlements(), part.reversals(), part.persons(),
                Money{part.gross_fen()}, Money{part.fund_pay_fen()}});
    for (const pb::SchemeLine& line : part.schemes()) {
      const domain::Name2 name =
          line.scheme_id().empty()
              ? domain::Name2{"无待遇支付", "paid by no scheme"}
              : name_of_(line.scheme_id());
      sheet_.Add(
          {part.pooling_region(), insurance,
           std::string(Pick(language_, name.zh, name.en)), line.scheme_id(),
           line.settlements(), line.reversals(), line.persons(),
           Money{line.gross_fen()}, Money{line.pay_fen()},
           Money{line.negotiated_gross_fen()}, Money{line.negotiated_pay_fen()},
           Money{line.procured_gross_fen()}, Money{line.procured_pay_fen()}});
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

  Sheet& sheet_;
  const NameOf& name_of_;
  const Language language_;
};

}  // namespace

absl::Status WriteStatementFile(const std::string& path,
                                const pb::Statement& statement,
                                const NameOf& name_of, Language language) {
  ONESTOP_ASSIGN_OR_RETURN(const auto sheet,
                           Sheet::Open(path, LayoutOf(statement), language));
  StatementRows(*sheet, name_of, language).Add(statement);
  return sheet->Close();
}

}  // namespace onestop::cli
