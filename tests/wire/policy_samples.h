// A small valid policy to break in tests, and what loading it says.
#ifndef ONESTOP_TESTS_WIRE_POLICY_SAMPLES_H_
#define ONESTOP_TESTS_WIRE_POLICY_SAMPLES_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/error.h"
#include "wire/policy_file.h"

namespace onestop::wire {

// A small valid policy; line 1 is the first line after R"(.
inline constexpr char kBasePolicy[] =
    R"(documents { id: "doc" title: "t" number: "n" }
preself_ratios { kind: POLICY_PRESELF_KIND_CLASS_A bp: 0 source { assumed: "a" } }
preself_ratios { kind: POLICY_PRESELF_KIND_CLASS_B bp: 500 source { assumed: "a" } }
price_rules { kind: POLICY_PRICE_KIND_PAYMENT_STANDARD source { assumed: "a" } }
price_rules { kind: POLICY_PRICE_KIND_LISTING source { assumed: "a" } }
schemes {
  id: "chronic"
  name { zh: "慢" en: "Chronic" }
  region: "370000"
  insurances: INSURANCE_TYPE_RESIDENT
  serves: POLICY_SERVES_CHRONIC
  grouping: POLICY_GROUPING_DISEASE
  in_force { from: "2021-01-01" source { cited: "doc §1" } }
  conditions { registration: REGISTRATION_KIND_CHRONIC_DISEASE source { cited: "doc §2" } }
  deductible_rules { scope: POLICY_DEDUCTIBLE_SCOPE_SCHEME_YEAR source { cited: "doc §3" } }
  deductibles { fen: 100 source { cited: "doc §4" } }
  ratios { bp: 6000 source { cited: "doc §5" } }
  caps { id: "disease" measure: POLICY_CAP_MEASURE_FUND_PAID scope: POLICY_CAP_SCOPE_DISEASE_YEAR
    measure_source { cited: "doc §6" } scope_source { cited: "doc §6" } }
  limits { cap: "disease" disease: "M1" fen: 1000 source { cited: "doc §7" } }
  overflows { to: "pooled" source { cited: "doc §8" } }
}
schemes {
  id: "pooled"
  name { zh: "普" en: "Pooled" }
  region: "370100"
  insurances: INSURANCE_TYPE_RESIDENT
  serves: POLICY_SERVES_OUTPATIENT
  grouping: POLICY_GROUPING_NONE
  in_force { from: "2022-01-01" source { cited: "doc §9" } }
  deductible_rules { scope: POLICY_DEDUCTIBLE_SCOPE_NONE source { cited: "doc §9" } }
  deductibles { fen: 0 source { cited: "doc §9" } }
  ratios { levels: 1 levels: 2 bp: 5000 source { cited: "doc §10" } }
  ratios { levels: 3 bp: 0 source { cited: "doc §10" } }
  caps { id: "year" measure: POLICY_CAP_MEASURE_FUND_PAID scope: POLICY_CAP_SCOPE_SCHEME_YEAR
    measure_source { cited: "doc §11" } scope_source { cited: "doc §11" } }
}
layers {
  id: "critical"
  name { zh: "大" en: "Critical" }
  insurances: INSURANCE_TYPE_RESIDENT
  field: POLICY_LAYER_FIELD_CRITICAL_ILLNESS
  terms {
    bands { from_fen: 0 bp: 0 source { assumed: "a" } }
    bands { from_fen: 500 bp: 6000 source { assumed: "a" } }
    caps { fen: 9000 source { assumed: "a" } }
  }
}
)";

inline constexpr char kRegionPolicy[] = R"(regions {
  code: "370100"
  name { zh: "甲" en: "One" }
  orders {
    insurances: INSURANCE_TYPE_RESIDENT
    places { id: "chronic" source { cited: "doc §1" } }
    places { id: "pooled" source { cited: "doc §1" } }
  }
  layer_orders { insurances: INSURANCE_TYPE_RESIDENT places { id: "critical" source { assumed: "a" } } }
  preself_ratios { kind: POLICY_PRESELF_KIND_NEGOTIATED bp: 2000 source { assumed: "a" } }
  figures {
    scheme: "pooled"
    limits { cap: "year" fen: 400 source { cited: "doc §12" } }
  }
}
)";

inline std::vector<PolicyText> BasePolicy() {
  return {{"region.textproto", kRegionPolicy}, {"base.textproto", kBasePolicy}};
}

// `from` replaced by `to` in whichever file holds it, once.
inline std::vector<PolicyText> Edited(std::vector<PolicyText> texts,
                                      const std::string& from,
                                      const std::string& to) {
  for (PolicyText& text : texts) {
    const size_t at = text.text.find(from);
    if (at == std::string::npos) continue;
    text.text.replace(at, from.size(), to);
    return texts;
  }
  ADD_FAILURE() << "nothing to edit: " << from;
  return texts;
}

inline std::vector<std::string> ErrorsOf(const std::vector<PolicyText>& texts) {
  const auto loaded = LoadPolicy(texts, "r");
  if (loaded.ok()) return {};
  EXPECT_EQ(ErrorReason(loaded.status()), "POLICY_INVALID");
  return absl::StrSplit(std::string(loaded.status().message()), '\n');
}

}  // namespace onestop::wire

#endif  // ONESTOP_TESTS_WIRE_POLICY_SAMPLES_H_
