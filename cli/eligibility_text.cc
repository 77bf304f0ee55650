// What a person is entitled to as text: may be treated or why not,
// registrations, what is left, accounts, prescription, items.
#include <string>
#include <string_view>

#include "cli/answer_parts.h"
#include "cli/reasons.h"
#include "cli/receipt_text.h"
#include "cli/text.h"
#include "cli/words.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using Align = Table::Align;

// Writes the sections of one answer into `text`.
class EligibilityWriter {
 public:
  EligibilityWriter(const pb::GetEligibilityRequest& request,
                    const pb::GetEligibilityResponse& answer,
                    const TextOptions& options)
      : request_(request), answer_(answer), options_(options) {}

  std::string Write() {
    Head();
    Verdict();
    Registrations();
    Remaining();
    Accounts();
    Prescription();
    Items();
    return text_;
  }

 private:
  std::string Say(std::string_view zh, std::string_view en) const {
    return std::string(Pick(options_.language, zh, en));
  }
  void Title(std::string_view zh, std::string_view en) {
    Append(&text_, "\n", Pick(options_.language, zh, en), "\n");
  }
  void Paragraph(std::string_view text) {
    Append(&text_, Wrap(text, kSlipWidth, "  ", "    "));
  }

  void Head();
  void Verdict();
  void Registrations();
  std::string Subject(const pb::Registration& registration) const;
  std::string Drugs(const pb::Registration& registration) const;
  std::string Standing(const pb::RegistrationStanding& standing) const;
  void Remaining();
  void Accounts();
  void Prescription();
  void Items();

  const pb::GetEligibilityRequest& request_;
  const pb::GetEligibilityResponse& answer_;
  const TextOptions& options_;
  std::string text_;
};

void EligibilityWriter::Head() {
  const Language language = options_.language;
  Append(&text_, Say("医保待遇查询", "Eligibility"), " · ",
         answer_.service_date(), "\n", std::string(kSlipWidth, '='), "\n");
  Table table({Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft});
  table.Add(
      {Say("人员", "Person"), request_.person_id(), Say("参保", "Insured"),
       Cat(RegionName(answer_.pooling_region(), language), Say("·", ", "),
           InsuranceName(answer_.insurance_type(), language), Say("·", ", "),
           CategoryName(answer_.person_category(), language))});
  const std::string assistance =
      AssistanceName(answer_.assistance_category(), language);
  table.Add({Say("机构", "Institution"),
             request_.institution_id().empty() ? Say("未指定", "any")
                                               : request_.institution_id(),
             assistance.empty() ? "" : Say("医疗救助", "Assistance"),
             assistance});
  Append(&text_, table.ToString(0));
}

void EligibilityWriter::Verdict() {
  if (answer_.refusals().empty()) {
    const std::string yes =
        request_.institution_id().empty()
            ? Say("可以：当日待遇有效（未指定机构）。",
                  "Yes: benefits are in force on this day (no institution was "
                  "named).")
            : Say("可以：当日在此就医、购药可以结算。",
                  "Yes: care and drugs can be settled here on this day.");
    Append(&text_, "\n", yes, "\n");
    return;
  }
  if (answer_.in_force()) {
    Title("待遇有效，但照此结算会被拒绝：",
          "Benefits are in force, but as things are a claim is refused:");
  } else {
    Title("不可以：当日结算会被拒绝：", "No: a claim on this day is refused:");
  }
  for (const std::string& reason : answer_.refusals()) {
    const std::string text = ReasonText(reason, options_.language);
    Paragraph(Cat("- ", text.empty() ? reason : text));
  }
}

// The drugs of the day.
std::string EligibilityWriter::Drugs(
    const pb::Registration& registration) const {
  const auto* codes = &registration.item_codes();
  for (const pb::ItemVersion& version : registration.item_versions()) {
    if (version.from() <= answer_.service_date()) codes = &version.item_codes();
  }
  std::string text;
  for (const std::string& code : *codes) {
    Append(&text, text.empty() ? "" : Say("、", ", "), code);
  }
  return text;
}

// What or whom it is for.
std::string EligibilityWriter::Subject(
    const pb::Registration& registration) const {
  switch (registration.registration_kind()) {
    case pb::REGISTRATION_KIND_TREATMENT:
      return Fill(Say("，医院 $0，医师 $1，药品 $2",
                      ", hospital $0, physician $1, drugs $2"),
                  registration.institution_id(), registration.physician_id(),
                  Drugs(registration));
    case pb::REGISTRATION_KIND_FAMILY_ACCOUNT:
      return Fill(Say("，供 $0 使用", ", for $0"),
                  registration.beneficiary_id());
    default:
      return Cat(Say("，", ", "),
                 DiseaseName(registration.disease(), options_.language));
  }
}

std::string EligibilityWriter::Standing(
    const pb::RegistrationStanding& standing) const {
  const pb::Registration& registration = standing.registration();
  if (standing.active()) {
    return standing.active_until().empty()
               ? Say("有效，未定期限", "valid, no end is set")
               : Fill(Say("有效至 $0", "valid until $0"),
                      standing.active_until());
  }
  // Days as text are in the order of days.
  if (answer_.service_date() < registration.registered_on()) {
    return Fill(Say("尚未生效，自 $0 起", "not valid yet, begins on $0"),
                registration.registered_on());
  }
  std::string text = Cat(Say("无效：", "not valid: "),
                         PassReasonText(standing.reason(), options_.language));
  if (registration.registered_on() <= standing.active_until()) {
    Append(&text, Fill(Say("（最后有效日 $0）", " (last valid day $0)"),
                       standing.active_until()));
  }
  return text;
}

void EligibilityWriter::Registrations() {
  if (answer_.registrations().empty()) return;
  Title("登记备案", "Registrations");
  for (const pb::RegistrationStanding& standing : answer_.registrations()) {
    const pb::Registration& registration = standing.registration();
    Paragraph(Cat(RegistrationKindName(registration.registration_kind(),
                                       options_.language),
                  Subject(registration), Say("：", ": "), Standing(standing),
                  Say("。", ".")));
  }
}

void EligibilityWriter::Remaining() {
  if (answer_.remaining().empty()) return;
  Title("还剩（元）", "What is left (yuan)");
  Append(&text_, RemainingRows(answer_.remaining(), options_,
                               [](std::string name) { return name; }));
}

void EligibilityWriter::Accounts() {
  const bool employee = answer_.insurance_type() == pb::INSURANCE_TYPE_EMPLOYEE;
  if (!employee && answer_.account_owners().empty()) return;
  Title("账户", "Accounts");
  if (employee) {
    Paragraph(Fill(Say("个人账户余额 $0 元。", "Personal account: $0 yuan."),
                   Yuan(answer_.account_balance_fen())));
  }
  std::string owners;
  for (const std::string& owner : answer_.account_owners()) {
    Append(&owners, owners.empty() ? "" : Say("、", ", "), owner);
  }
  if (!owners.empty()) {
    Paragraph(Fill(Say("还可使用亲属的账户：$0。",
                       "Relatives' accounts that may be used: $0."),
                   owners));
  }
}

void EligibilityWriter::Prescription() {
  if (answer_.prescription_left().empty()) return;
  Title("处方还剩", "Left on the prescription");
  Table table({Align::kLeft, Align::kRight, Align::kRight, Align::kRight});
  table.Add({Say("药品", "Item"), Say("开方", "Prescribed"),
             Say("已配", "Dispensed"), Say("还剩", "Left")});
  for (const pb::PrescriptionLeft& left : answer_.prescription_left()) {
    table.Add({left.item_code(), left.prescribed_quantity(),
               left.dispensed_quantity(), left.left_quantity()});
  }
  Append(&text_, table.ToString(2));
}

void EligibilityWriter::Items() {
  if (answer_.items().empty()) return;
  Title("所问项目由哪项待遇支付", "Which scheme pays the items");
  for (const pb::ItemRoute& item : answer_.items()) {
    std::string text = Cat(item.item_code(), Say("：", ": "));
    if (!item.first_scheme().empty()) {
      const domain::Name2 name = options_.name_of(item.first_scheme());
      Append(&text, Say(name.zh, name.en));
    } else if (item.passed_over().empty()) {
      Append(&text, Say("目录中没有该编码", "the catalog does not hold it"));
    } else {
      Append(&text, Say("不由统筹基金支付：", "no scheme pays: "),
             PassedOverText(item.passed_over(), options_));
    }
    Paragraph(text + Say("。", "."));
  }
}

}  // namespace

std::string EligibilityText(const pb::GetEligibilityRequest& request,
                            const pb::GetEligibilityResponse& eligibility,
                            const TextOptions& options) {
  return EligibilityWriter(request, eligibility, options).Write();
}

}  // namespace onestop::cli
