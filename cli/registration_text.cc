// Registrations as text: one as a list of facts, many as a table.
#include <string>
#include <string_view>

#include "cli/receipt_text.h"
#include "cli/text.h"
#include "cli/words.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using Align = Table::Align;

template <typename Texts>
std::string Joined(const Texts& texts) {
  std::string joined;
  for (const std::string& text : texts) {
    Append(&joined, joined.empty() ? "" : ", ", text);
  }
  return joined;
}

std::string Disease(const pb::Registration& registration, Language language) {
  return registration.disease().empty()
             ? ""
             : DiseaseName(registration.disease(), language);
}

// What it is for, in a word: the disease, the relative, or the latest drugs.
std::string Subject(const pb::Registration& registration, Language language) {
  if (!registration.disease().empty()) return Disease(registration, language);
  if (!registration.beneficiary_id().empty()) {
    return registration.beneficiary_id();
  }
  const int sets = registration.item_versions_size();
  return Joined(sets == 0 ? registration.item_codes()
                          : registration.item_versions(sets - 1).item_codes());
}

}  // namespace

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
      RegistrationKindName(registration.registration_kind(), options.language));
  add("人员", "Person", registration.person_id());
  add("病种", "Disease", Disease(registration, options.language));
  add("机构", "Institution", registration.institution_id());
  add("医师", "Physician", registration.physician_id());
  add("药品", "Drugs", Joined(registration.item_codes()));
  for (const pb::ItemVersion& version : registration.item_versions()) {
    table.Add({Fill(say("药品（$0 起）", "Drugs from $0"), version.from()),
               Joined(version.item_codes())});
  }
  add("治疗方案", "Plan", registration.treatment_plan());
  add("共济亲属", "Relative", registration.beneficiary_id());
  add("起", "From", registration.registered_on());
  add("止", "Until", registration.valid_until());
  add("重新评估", "Assessed on", Joined(registration.assessed_on()));
  add("撤销", "Revoked on", registration.revoked_on());
  add("撤销原因", "Why", registration.revocation_reason());
  return table.ToString(0);
}

std::string RegistrationsText(const pb::ListRegistrationsResponse& list,
                              const TextOptions& options) {
  const Language language = options.language;
  const auto say = [&](std::string_view zh, std::string_view en) {
    return std::string(Pick(language, zh, en));
  };
  if (list.registrations().empty() && list.next_page_token().empty()) {
    return say("没有登记。\n", "No registrations.\n");
  }
  Table table({Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft,
               Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft});
  table.Add({say("人员", "Person"), say("登记", "Registration"),
             say("类别", "Kind"), say("机构", "Institution"), say("起", "From"),
             say("止", "Until"), say("撤销", "Revoked on"),
             say("病种、亲属或药品", "Disease, relative or drugs")});
  for (const pb::Registration& row : list.registrations()) {
    table.Add({row.person_id(), row.registration_id(),
               RegistrationKindName(row.registration_kind(), language),
               row.institution_id(), row.registered_on(), row.valid_until(),
               row.revoked_on(), Subject(row, language)});
  }
  std::string text = table.ToString(0);
  if (!list.next_page_token().empty()) {
    Append(&text, say("还有更多，接着列出：", "There are more; go on with "),
           "--page-token ", list.next_page_token(), "\n");
  }
  return text;
}

}  // namespace onestop::cli
