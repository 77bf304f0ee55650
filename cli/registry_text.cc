// One line a fact; what is not given is left out.
#include "cli/registry_text.h"

#include <string_view>

#include "cli/receipt_text.h"
#include "cli/words.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

// Names and values below each other; several values of one name stand in lines
// of their own.
class Facts {
 public:
  explicit Facts(Language language) : language_(language) {}

  std::string Say(std::string_view zh, std::string_view en) const {
    return std::string(Pick(language_, zh, en));
  }
  void Add(std::string_view zh, std::string_view en, const std::string& value) {
    if (value.empty()) return;
    const std::string name = Say(zh, en);
    table_.Add({name == last_ ? "" : name, value});
    last_ = name;
  }
  void AddYes(std::string_view zh, std::string_view en, bool value) {
    if (value) Add(zh, en, Say("是", "yes"));
  }
  // "from 2024-01-01 until 2024-12-31"; empty: open on both sides.
  std::string Days(const std::string& from, const std::string& until) const {
    std::string text;
    if (!from.empty()) Append(&text, Say("自 ", "from "), from);
    if (!until.empty()) {
      Append(&text, text.empty() ? "" : " ", Say("至 ", "until "), until);
    }
    return text;
  }
  std::string ToString() const { return table_.ToString(0); }

 private:
  const Language language_;
  Table table_{{Table::Align::kLeft, Table::Align::kLeft}};
  std::string last_;
};

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& in) {
  std::string text;
  for (const std::string& part : in) {
    Append(&text, text.empty() ? "" : ", ", part);
  }
  return text;
}

std::string AssistanceName(pb::AssistanceCategory category,
                           const Facts& facts) {
  switch (category) {
    case pb::ASSISTANCE_CATEGORY_EXTREME_POVERTY:
      return facts.Say("特困人员", "extreme poverty");
    case pb::ASSISTANCE_CATEGORY_LOW_INCOME:
      return facts.Say("低保对象", "minimum living allowance");
    default:
      return "";
  }
}

std::string ClassName(pb::ItemClass item_class, const Facts& facts) {
  switch (item_class) {
    case pb::ITEM_CLASS_A:
      return facts.Say("甲类", "A");
    case pb::ITEM_CLASS_B:
      return facts.Say("乙类", "B");
    case pb::ITEM_CLASS_OWN_EXPENSE:
      return facts.Say("自费", "own expense");
    default:
      return "";
  }
}

// The region, insurance, category and assistance of a person or a period.
template <typename Message>
std::string StatusText(const Message& status, const Facts& facts,
                       Language language) {
  std::string text = RegionName(status.pooling_region(), language);
  const auto add = [&text](const std::string& part) {
    if (!part.empty()) Append(&text, text.empty() ? "" : ", ", part);
  };
  add(InsuranceName(status.insurance_type(), language));
  add(CategoryName(status.person_category(), language));
  add(AssistanceName(status.assistance_category(), facts));
  return text;
}

void AddPrices(std::string_view zh, std::string_view en,
               const google::protobuf::RepeatedPtrField<pb::DatedPrice>& prices,
               Facts& facts) {
  for (const pb::DatedPrice& price : prices) {
    facts.Add(zh, en,
              Cat(facts.Days(price.from(), ""), facts.Say("：", ": "),
                  price.price(), facts.Say(" 元", " yuan")));
  }
}

void AddNegotiation(const pb::Item& item, Facts& facts) {
  if (!item.has_negotiated()) return;
  const pb::Negotiation& negotiated = item.negotiated();
  std::string text =
      facts.Days(negotiated.agreement_from(), negotiated.agreement_until());
  if (text.empty()) text = facts.Say("是", "yes");
  if (negotiated.after_agreement() == pb::AFTER_AGREEMENT_DELISTED) {
    text += facts.Say("，到期后调出目录", ", leaves the catalog afterwards");
  }
  facts.Add("谈判协议", "Agreement", text);
}

}  // namespace

std::string PersonText(const pb::GetPersonResponse& answer, Language language) {
  const pb::Person& person = answer.person();
  Facts facts(language);
  facts.Add("人员", "Person", person.person_id());
  facts.Add("出生日期", "Born", person.birth_date());
  facts.Add("参保", "Insured", StatusText(person, facts, language));
  for (const pb::StatusPeriod& status : person.status_periods()) {
    facts.Add("期间参保", "Insured then",
              Cat(facts.Days(status.from(), status.until()),
                  facts.Say("：", ": "), StatusText(status, facts, language)));
  }
  for (const pb::DateRange& range : person.benefit_periods()) {
    facts.Add("待遇享受期", "Benefits",
              facts.Days(range.from(), range.until()));
  }
  for (const pb::CommercialHolding& holding : person.commercial()) {
    facts.Add("商业补充", "Commercial",
              Cat(holding.product_id(), " ",
                  facts.Days(holding.from(), holding.until())));
  }
  facts.Add("版本", "Version", Cat(person.version()));
  std::string text = facts.ToString();
  for (const pb::Registration& registration : answer.registrations()) {
    Append(&text, "\n", RegistrationText(registration, {language, {}}));
  }
  return text;
}

std::string InstitutionText(const pb::GetInstitutionResponse& answer,
                            Language language) {
  const pb::Institution& institution = answer.institution();
  const bool hospital =
      institution.institution_kind() == pb::INSTITUTION_KIND_HOSPITAL;
  Facts facts(language);
  facts.Add("机构", "Institution", institution.institution_id());
  facts.Add("名称", "Name", institution.name());
  facts.Add(
      "类别", "Kind",
      hospital ? facts.Say("医院", "hospital") : facts.Say("药店", "pharmacy"));
  if (hospital) facts.Add("级别", "Level", Cat(institution.level()));
  facts.Add("所在地", "Place", RegionName(institution.region(), language));
  facts.Add(
      "定点协议", "Contract",
      facts.Days(institution.contract_from(), institution.contract_until()));
  facts.AddYes("双通道药店", "Dual channel", institution.dual_channel());
  facts.AddYes("即时结算", "Instant settlement",
               institution.instant_settlement());
  facts.AddYes("门诊统筹", "Outpatient pooling",
               institution.outpatient_pooling());
  facts.AddYes("认定慢特病", "Certifies chronic diseases",
               institution.certifies_chronic_disease());
  for (const pb::Designation& designation : answer.designations()) {
    facts.Add("指定药店", "Designation",
              Cat(designation.hospital_id(), " → ", designation.pharmacy_id(),
                  " ", facts.Days(designation.from(), designation.until())));
  }
  facts.Add("目录版本", "Catalog revision", Cat(answer.catalog_revision()));
  return facts.ToString();
}

std::string ItemText(const pb::GetItemResponse& answer, Language language) {
  const pb::Item& item = answer.item();
  Facts facts(language);
  facts.Add("项目", "Item", item.item_code());
  facts.Add("名称", "Name", item.name());
  facts.Add("剂型", "Form", item.form());
  facts.Add("类别", "Class", ClassName(item.item_class(), facts));
  facts.AddYes("集采中选", "Centrally procured", item.centrally_procured());
  AddNegotiation(item, facts);
  AddPrices("支付标准", "Payment standard", item.standards(), facts);
  AddPrices("挂网价", "Listing price", item.listing(), facts);
  facts.Add("限定适应症", "Indications", Joined(item.indications()));
  for (const std::string& disease : item.chronic()) {
    facts.Add("慢特病用药", "For chronic disease",
              DiseaseName(disease, language));
  }
  for (const std::string& disease : item.two_disease()) {
    facts.Add("两病用药", "For the two diseases",
              DiseaseName(disease, language));
  }
  for (const pb::ListMembership& list : item.lists()) {
    facts.Add("地方目录", "On list",
              Cat(list.list(), facts.Say("，年限额 ", ", yearly limit "),
                  Yuan(list.annual_limit_fen())));
  }
  facts.Add("限定说明", "Restriction", item.restriction());
  facts.Add("目录版本", "Catalog revision", Cat(answer.catalog_revision()));
  return facts.ToString();
}

}  // namespace onestop::cli
