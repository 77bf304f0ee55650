// Ledgers and registrations as text.
#include <string>
#include <string_view>

#include "cli/receipt_text.h"
#include "cli/text.h"
#include "cli/words.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using Align = Table::Align;

std::string KindName(pb::RegistrationKind kind, Language language) {
  switch (kind) {
    case pb::REGISTRATION_KIND_TREATMENT:
      return std::string(Pick(language, "谈判药三定登记",
                              "treatment (hospital, physician, drugs)"));
    case pb::REGISTRATION_KIND_CHRONIC_DISEASE:
      return std::string(Pick(language, "门诊慢特病", "chronic disease"));
    case pb::REGISTRATION_KIND_TWO_DISEASE:
      return std::string(Pick(language, "两病门诊用药", "two diseases"));
    case pb::REGISTRATION_KIND_FAMILY_ACCOUNT:
      return std::string(Pick(language, "家庭共济", "family account"));
    default:
      return "";
  }
}

std::string Codes(const pb::Registration& registration) {
  std::string text;
  for (const std::string& code : registration.item_codes()) {
    Append(&text, text.empty() ? "" : ", ", code);
  }
  return text;
}

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

std::string RegistrationText(const pb::Registration& registration,
                             const TextOptions& options) {
  const auto say = [&](std::string_view zh, std::string_view en) {
    return std::string(Pick(options.language, zh, en));
  };
  Table table({Align::kLeft, Align::kLeft});
  const auto add = [&](std::string_view zh, std::string_view en,
                       const std::string& value) {
    if (!value.empty()) table.Add({say(zh, en), value});
  };
  add("登记", "Registration", registration.registration_id());
  add("类别", "Kind",
      KindName(registration.registration_kind(), options.language));
  add("人员", "Person", registration.person_id());
  add("病种", "Disease",
      registration.disease().empty()
          ? ""
          : DiseaseName(registration.disease(), options.language));
  add("机构", "Institution", registration.institution_id());
  add("医师", "Physician", registration.physician_id());
  add("药品", "Drugs", Codes(registration));
  add("共济亲属", "Relative", registration.beneficiary_id());
  add("起", "From", registration.registered_on());
  add("止", "Until", registration.valid_until());
  add("撤销", "Revoked on", registration.revoked_on());
  return table.ToString(0);
}

}  // namespace onestop::cli
