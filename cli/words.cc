// Codes in words.
#include "cli/words.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/text.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct Word {
  std::string_view code;
  std::string_view zh;
  std::string_view en;
};

template <size_t N>
std::string Find(const std::array<Word, N>& words, std::string_view code,
                 Language language) {
  for (const Word& word : words) {
    if (word.code == code) return std::string(Pick(language, word.zh, word.en));
  }
  return std::string(code);
}

constexpr std::array<Word, 3> kRegions = {{
    {"530100", "昆明市", "Kunming"},
    {"120000", "天津市", "Tianjin"},
    {"370100", "济南市", "Jinan"},
}};

constexpr std::array<Word, 5> kDiseases = {{
    {"M03900", "高血压（慢特病）", "hypertension (chronic)"},
    {"M01600", "糖尿病（慢特病）", "diabetes (chronic)"},
    {"M06900", "类风湿关节炎（慢特病）", "rheumatoid arthritis (chronic)"},
    {"HYPERTENSION", "高血压（两病）", "hypertension (two diseases)"},
    {"DIABETES", "糖尿病（两病）", "diabetes (two diseases)"},
}};

constexpr std::array<Word, 1> kFlags = {{
    {"OUT_OF_INDICATION", "诊断不在药品限定支付的适应症内，供审核",
     "no diagnosis is within the drug's indications; for the auditors"},
}};

constexpr std::array<Word, 18> kPassReasons = {{
    {"NOT_IN_FORCE", "就诊日该待遇未施行", "not in force on the service date"},
    {"NOTHING_IN_SCOPE", "没有符合政策范围的费用", "nothing is within scope"},
    {"NO_REGISTRATION", "没有相应的登记备案", "no such registration"},
    {"REGISTRATION_EXPIRED", "登记备案不在有效期内",
     "the registration is not valid on that day"},
    {"REASSESSMENT_OVERDUE", "超过六个月未重新评估",
     "not reassessed for six months"},
    {"NOT_ON_LIST", "药品不在目录内", "the drug is not on the list"},
    {"NOT_NEGOTIATED", "就诊日不是协议期内谈判药",
     "not under a price agreement on that day"},
    {"OUT_OF_INDICATION", "诊断不在限定支付范围内",
     "no diagnosis is within the indications"},
    {"INSTITUTION_LEVEL", "机构级别不符", "the institution's level is too low"},
    {"OTHER_HOSPITAL", "不是登记的定点医院", "not the registered hospital"},
    {"OTHER_PHYSICIAN", "不是登记的定点医师", "not the registered physician"},
    {"PRESCRIPTION_REQUIRED", "没有处方", "no prescription"},
    {"NOT_DUAL_CHANNEL", "不是双通道药店", "not a dual-channel pharmacy"},
    {"NOT_DESIGNATED", "开方医院未指定该药店",
     "the prescribing hospital did not designate this pharmacy"},
    {"NOT_IN_POOLING", "药店未纳入门诊统筹",
     "the pharmacy is not in outpatient pooling"},
    {"NOT_E_CENTER", "处方未经电子处方中心流转",
     "the prescription did not come through the e-prescription centre"},
    {"OTHER_PROVINCE", "开方医院不在本省",
     "the prescribing hospital is in another province"},
    {"NOT_MODELLED", "本统筹区没有可适用的待遇",
     "the region has no scheme for it"},
}};

// What a counter counts, by the first part of its name.
std::string_view CounterKind(std::string_view kind, Language language) {
  if (kind == "dedc") return Pick(language, "起付线", "deductible");
  if (kind == "cap") return Pick(language, "限额", "limit");
  if (kind == "basis") return Pick(language, "累计负担", "burden so far");
  return Pick(language, "累计支付", "paid so far");
}

}  // namespace

std::string RegionName(std::string_view region, Language language) {
  return Find(kRegions, region, language);
}

std::string InsuranceName(pb::InsuranceType type, Language language) {
  switch (type) {
    case pb::INSURANCE_TYPE_EMPLOYEE:
      return std::string(Pick(language, "职工医保", "employee insurance"));
    case pb::INSURANCE_TYPE_RESIDENT:
      return std::string(Pick(language, "居民医保", "resident insurance"));
    default:
      return "";
  }
}

std::string CategoryName(pb::PersonCategory category, Language language) {
  switch (category) {
    case pb::PERSON_CATEGORY_IN_SERVICE:
      return std::string(Pick(language, "在职", "in service"));
    case pb::PERSON_CATEGORY_RETIRED:
      return std::string(Pick(language, "退休", "retired"));
    case pb::PERSON_CATEGORY_RESIDENT:
      return std::string(Pick(language, "居民", "resident"));
    default:
      return "";
  }
}

std::string AssistanceName(pb::AssistanceCategory category, Language language) {
  switch (category) {
    case pb::ASSISTANCE_CATEGORY_EXTREME_POVERTY:
      return std::string(Pick(language, "特困人员", "extreme poverty"));
    case pb::ASSISTANCE_CATEGORY_LOW_INCOME:
      return std::string(
          Pick(language, "低保对象", "minimum living allowance"));
    default:
      return "";
  }
}

std::string RegistrationKindName(pb::RegistrationKind kind, Language language) {
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

std::string StateName(pb::SettlementState state, Language language) {
  switch (state) {
    case pb::SETTLEMENT_STATE_QUOTED:
      return std::string(Pick(language, "试算，未结算", "quote, not settled"));
    case pb::SETTLEMENT_STATE_SETTLED:
      return std::string(Pick(language, "已结算", "settled"));
    case pb::SETTLEMENT_STATE_REVERSED:
      return std::string(Pick(language, "已冲销", "reversed"));
    case pb::SETTLEMENT_STATE_CLOSED:
      return std::string(Pick(language, "请求号已关闭，未结算",
                              "request id closed, never settled"));
    default:
      return "";
  }
}

std::string DiseaseName(std::string_view disease, Language language) {
  return Find(kDiseases, disease, language);
}

std::string FlagText(std::string_view code, Language language) {
  return Find(kFlags, code, language);
}

std::string PassReasonText(std::string_view reason, Language language) {
  return Find(kPassReasons, reason, language);
}

std::vector<std::string_view> KnownPassReasons() {
  std::vector<std::string_view> reasons;
  for (const Word& word : kPassReasons) reasons.push_back(word.code);
  return reasons;
}

std::string CounterName(std::string_view counter, const NameOf& name_of,
                        Language language) {
  if (counter == "account") {
    return std::string(Pick(language, "个人账户余额", "account balance"));
  }
  if (counter == "cap/inpatient") {
    return std::string(Pick(language, "统筹基金年度限额（与住院合并）",
                            "yearly fund limit, shared with inpatient care"));
  }
  const size_t slash = counter.find('/');
  if (slash == std::string_view::npos) return std::string(counter);
  const std::string_view kind = counter.substr(0, slash);
  if (kind != "dedc" && kind != "cap" && kind != "basis" && kind != "paid") {
    return std::string(counter);
  }
  const std::string_view rest = counter.substr(slash + 1);
  const size_t end = std::min(rest.find('/'), rest.size());
  const domain::Name2 name = name_of(rest.substr(0, end));
  std::string text = language == Language::kChinese
                         ? Cat(name.zh, CounterKind(kind, language))
                         : Cat(name.en, ": ", CounterKind(kind, language));
  if (end < rest.size()) {
    const std::string_view key = rest.substr(end + 1);
    Append(&text, Pick(language, "：", ", "),
           key.empty() ? std::string(Pick(language, "每次就诊", "each visit"))
                       : DiseaseName(key, language));
  }
  return text;
}

}  // namespace onestop::cli
