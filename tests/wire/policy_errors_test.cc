// Each mistake in a policy file gives its error with file and line; conflicts
// name both places.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "tests/wire/policy_samples.h"

namespace onestop::wire {
namespace {

struct BadRow {
  const char* from;
  const char* to;
  const char* errors;  // all of them, whole, one a line
};

void ExpectErrors(absl::Span<const BadRow> table) {
  for (const BadRow& row : table) {
    SCOPED_TRACE(absl::StrCat(row.from, " -> ", row.to));
    EXPECT_EQ(
        absl::StrJoin(ErrorsOf(Edited(BasePolicy(), row.from, row.to)), "\n"),
        row.errors);
  }
}

constexpr BadRow kSources[] = {
    {"bp: 6000 source { cited: \"doc §5\" }", "bp: 6000",
     "base.textproto:17: chronic: ratio 60 %: no source; cite a document "
     "and article, or say what is assumed"},
    {"cited: \"doc §5\"", "cited: \"dco §5\"",
     "base.textproto:17: chronic: ratio 60 %: cites 'dco §5', but no file "
     "declares a document 'dco'"},
    {"cited: \"doc §5\"", "cited: \"doc\"",
     "base.textproto:17: chronic: ratio 60 %: cites 'doc' without an "
     "article; write for example 'doc §1'"},
    {"\"chronic\" source { cited: \"doc §1\" }", "\"chronic\"",
     "region.textproto:6: 370100 RESIDENT: chronic first: no source; cite "
     "a document and article, or say what is assumed"},
    {"scope_source { cited: \"doc §6\" }", "",
     "base.textproto:18: chronic: cap 'disease' holds for each disease and "
     "year: no source; cite a document and article, or say what is "
     "assumed"},
    {"documents {",
     "documents { id: \"doc\" title: \"t\" number: \"n\" } documents {",
     "base.textproto:1: document 'doc' is declared at base.textproto:1 "
     "too; remove one"},
    {"number: \"n\"", "",
     "base.textproto:1: document 'doc' needs its title and its number"},
};

TEST(PolicyErrorsTest, Sources) { ExpectErrors(kSources); }

constexpr BadRow kOrders[] = {
    {"    places { id: \"pooled\" source { cited: \"doc §1\" } }\n", "",
     "base.textproto:21: overflow of 'chronic' to 'pooled' "
     "(base.textproto:23): that scheme is not among those of 370100 "
     "RESIDENT\n"
     "base.textproto:23: scheme 'pooled' applies to 370100 RESIDENT from "
     "2022-01-01 but does not stand in its order (region.textproto:4); it "
     "and scheme 'chronic' (base.textproto:6) could both claim a line; "
     "give it a place in the order"},
    {"places { id: \"pooled\"",
     "places { id: \"chronic\" source { cited: \"doc §1\" } }\n"
     "places { id: \"pooled\"",
     "region.textproto:7: scheme 'chronic' stands in the order of 370100 "
     "RESIDENT at region.textproto:6 already; remove one"},
    {"places { id: \"chronic\"",
     "places { id: \"nothing\" source { cited: \"doc §1\" } }\n"
     "places { id: \"chronic\"",
     "region.textproto:6: the order of 370100 RESIDENT names scheme "
     "'nothing', which no file declares"},
    {"region: \"370100\"\n  insurances: INSURANCE_TYPE_RESIDENT",
     "region: \"370100\"\n  insurances: INSURANCE_TYPE_EMPLOYEE",
     "base.textproto:21: overflow of 'chronic' to 'pooled' "
     "(base.textproto:23): that scheme is not among those of 370100 "
     "RESIDENT\n"
     "base.textproto:23: scheme 'pooled' applies to 370100 EMPLOYEE from "
     "2022-01-01 but does not stand in its order (region.textproto:1); give "
     "it a place in the order\n"
     "region.textproto:7: the order of 370100 RESIDENT names scheme "
     "'pooled' (base.textproto:23), which is not for that region and "
     "insurance"},
    {"    insurances: INSURANCE_TYPE_RESIDENT\n    places",
     "    from: \"2022-01-01\" insurances: INSURANCE_TYPE_RESIDENT\n    "
     "places",
     "region.textproto:1: the order of the schemes of 370100 RESIDENT is "
     "missing until 2021-12-31; add a row for these days"},
    {"layer_orders { insurances: INSURANCE_TYPE_RESIDENT places { id: "
     "\"critical\" source { assumed: \"a\" } } }",
     "layer_orders { insurances: INSURANCE_TYPE_RESIDENT }",
     "base.textproto:38: layer 'critical' applies to 370100 RESIDENT but "
     "does not stand in its order (region.textproto:9); give it a "
     "place"},
};

TEST(PolicyErrorsTest, Orders) { ExpectErrors(kOrders); }

constexpr BadRow kOverflow[] = {
    {"overflows { to: \"pooled\"", "overflows { to: \"nothing\"",
     "base.textproto:21: overflow of 'chronic' to 'nothing': no file "
     "declares that scheme"},
    {"overflows { to: \"pooled\"", "overflows { to: \"chronic\"",
     "base.textproto:21: overflow of 'chronic' to 'chronic' "
     "(base.textproto:6) runs backwards: the order of 370100 RESIDENT does "
     "not put it later"},
    {"  caps { id: \"year\"",
     "  overflows { to: \"chronic\" source { cited: \"doc §8\" } }\n"
     "  caps { id: \"year\"",
     "base.textproto:35: overflow of 'pooled' to 'chronic' "
     "(base.textproto:6) runs backwards: the order of 370100 RESIDENT does "
     "not put it later"},
};

TEST(PolicyErrorsTest, Overflow) { ExpectErrors(kOverflow); }

constexpr BadRow kNumbers[] = {
    {"bp: 6000 source { cited", "bp: 10001 source { cited",
     "base.textproto:17: ratio: 10001 basis points (above 100 %); give 0 to "
     "10000"},
    {"bp: 6000 source { cited", "bp: -1 source { cited",
     "base.textproto:17: ratio: -1 basis points (below 0); give 0 to "
     "10000"},
    {"bp: 6000 source { cited", "source { cited",
     "base.textproto:17: ratio: no number; give bp"},
    {"deductibles { fen: 100", "deductibles { fen: -1",
     "base.textproto:16: deductible: -1 fen; give 0 to 1000000000000"},
    {"deductibles { fen: 100", "deductibles { fen: 1000000000001",
     "base.textproto:16: deductible: 1000000000001 fen; give 0 to "
     "1000000000000"},
    {"fen: 1000 source", "fen: 0 source",
     "base.textproto:20: limit: 0 fen; give 1 to 1000000000000"},
    {"bp: 2000 source", "bp: 12000 source",
     "region.textproto:10: self-pay-first ratio: 12000 basis points (above "
     "100 %); give 0 to 10000"},
    {"from_fen: 500 bp: 6000", "from_fen: 500 bp: 10001",
     "base.textproto:45: band: 10001 basis points (above 100 %); give 0 to "
     "10000"},
    {"deductibles { fen: 0", "deductibles { fen: 1",
     "base.textproto:32: a deductible above 0, but 'pooled' has none "
     "(base.textproto:31)"},
    {"caps { fen: 9000 source { assumed: \"a\" } }", "",
     "base.textproto:43: the yearly cap of 'critical' is missing; add a row "
     "for these days"},
};

TEST(PolicyErrorsTest, Numbers) { ExpectErrors(kNumbers); }

constexpr BadRow kGapsAndOverlaps[] = {
    {"ratios { bp: 6000", "ratios { from: \"2021-07-01\" bp: 6000",
     "base.textproto:6: the ratio of 'chronic' for RESIDENT at level 1, 2, "
     "3 in region 370100 is missing from 2021-01-01 until 2021-06-30; add a "
     "row for these days"},
    {"ratios { bp: 6000", "ratios { until: \"2021-12-31\" bp: 6000",
     "base.textproto:6: the ratio of 'chronic' for RESIDENT at level 1, 2, "
     "3 in region 370100 is missing from 2022-01-01; add a row for these "
     "days"},
    {"ratios { bp: 6000",
     "ratios { until: \"2021-12-31\" bp: 6000 source { cited: \"doc §5\" } "
     "}\n  ratios { from: \"2021-12-31\" bp: 6000",
     "base.textproto:18: the ratio of 'chronic' for RESIDENT in region "
     "370100 on 2021-12-31 is given at base.textproto:17 too; end one "
     "before the other begins"},
    {"ratios { bp: 6000",
     "ratios { until: \"2021-12-31\" bp: 5000 source { cited: \"doc §5\" } "
     "}\n  ratios { from: \"2022-01-01\" bp: 6000",
     ""},
    {"ratios { levels: 3", "ratios { levels: 2 levels: 3",
     "base.textproto:34: the ratio of 'pooled' for RESIDENT in region "
     "370100 is given at base.textproto:33 too; end one before the other "
     "begins"},
    {"ratios { levels: 1 levels: 2", "ratios { levels: 2",
     "base.textproto:23: the ratio of 'pooled' for RESIDENT at level 1 in "
     "region 370100 is missing from 2022-01-01; add a row for these days"},
    {"limits { cap: \"year\" fen: 400 source { cited: \"doc §12\" } }", "",
     "base.textproto:35: the limit of cap 'year' of 'pooled' in region "
     "370100 is missing from 2022-01-01; add a row for these days"},
    {"  limits { cap: \"disease\" disease: \"M1\" fen: 1000 source { cited: "
     "\"doc §7\" } }\n",
     "",
     "base.textproto:18: the limit of cap 'disease' of 'chronic' in region "
     "370100 is missing from 2021-01-01; add a row for these days"},
    {"  preself_ratios { kind: POLICY_PRESELF_KIND_NEGOTIATED bp: 2000 "
     "source { assumed: \"a\" } }\n",
     "",
     "region.textproto:1: the self-pay-first ratio of negotiated drugs in "
     "region 370100 is missing; add a row for these days"},
    {"bp: 2000 source { assumed: \"a\" } }",
     "bp: 2000 source { assumed: \"a\" } }\n  preself_ratios { kind: "
     "POLICY_PRESELF_KIND_CLASS_B bp: 100 source { assumed: \"a\" } }",
     "region.textproto:11: the self-pay-first ratio of class B in region "
     "370100 is given at base.textproto:3 too; end one before the other "
     "begins"},
    {"in_force { from: \"2022-01-01\"",
     "in_force { from: \"2022-01-01\" until: \"2021-01-01\"",
     "base.textproto:30: ends on 2021-01-01, before it begins on "
     "2022-01-01; put the days in order"},
    {"in_force { from: \"2022-01-01\"", "in_force { from: \"2022-02-30\"",
     "base.textproto:30: 'from' is '2022-02-30'; write a day as "
     "YYYY-MM-DD"},
    {"price_rules { kind: POLICY_PRICE_KIND_LISTING source { assumed: \"a\" "
     "} }",
     "",
     "region.textproto:1: the price rule LISTING of region 370100 is "
     "missing; add a row for these days"},
    {"  deductible_rules { scope: POLICY_DEDUCTIBLE_SCOPE_SCHEME_YEAR "
     "source { cited: \"doc §3\" } }\n",
     "",
     "base.textproto:6: the deductible's scope of 'chronic' is missing from "
     "2021-01-01; add a row for these days"},
};

TEST(PolicyErrorsTest, GapsAndOverlaps) { ExpectErrors(kGapsAndOverlaps); }

constexpr BadRow kEnumsAndCombinations[] = {
    {"serves: POLICY_SERVES_CHRONIC", "serves: POLICY_SERVES_CRONIC",
     "base.textproto:11: Unknown enumeration value of "
     "\"POLICY_SERVES_CRONIC\" for field \"serves\"."},
    {"serves: POLICY_SERVES_OUTPATIENT", "serves: 77",
     "base.textproto:23: scheme 'pooled' has an unknown kind (serves)"},
    {"grouping: POLICY_GROUPING_NONE", "",
     "base.textproto:23: scheme 'pooled' has an unknown grouping"},
    {"insurances: INSURANCE_TYPE_RESIDENT\n  serves: "
     "POLICY_SERVES_OUTPATIENT",
     "insurances: 9\n  serves: POLICY_SERVES_OUTPATIENT",
     "base.textproto:21: overflow of 'chronic' to 'pooled' "
     "(base.textproto:23): that scheme is not among those of 370100 "
     "RESIDENT\n"
     "base.textproto:23: scheme 'pooled' names an unknown insurance type\n"
     "region.textproto:7: the order of 370100 RESIDENT names scheme "
     "'pooled' (base.textproto:23), which is not for that region and "
     "insurance"},
    {"measure: POLICY_CAP_MEASURE_FUND_PAID",
     "measure: POLICY_CAP_MEASURE_GROSS",
     "base.textproto:18: cap 'disease' of scheme 'chronic' counts the gross "
     "fee, which the engine does not apply yet; use FUND_PAID or "
     "IN_SCOPE_FEE"},
    {"measure: POLICY_CAP_MEASURE_FUND_PAID",
     "measure: POLICY_CAP_MEASURE_FIXED_PAYMENT",
     "base.textproto:18: cap 'disease' of scheme 'chronic' counts a fixed "
     "payment, which the engine does not apply yet; use FUND_PAID or "
     "IN_SCOPE_FEE"},
    {"measure: POLICY_CAP_MEASURE_FUND_PAID", "",
     "base.textproto:18: cap 'disease' of scheme 'chronic' has an unknown "
     "measure"},
    {"scope: POLICY_CAP_SCOPE_SCHEME_YEAR", "scope: POLICY_CAP_SCOPE_SHARED",
     "base.textproto:35: cap 'year' of scheme 'pooled' is shared but names "
     "no shared_counter"},
    {"scope: POLICY_CAP_SCOPE_SCHEME_YEAR", "scope: POLICY_CAP_SCOPE_DRUG_YEAR",
     "base.textproto:23: scheme 'pooled' takes limits from its drug list, "
     "but has no condition on_list\n"
     "base.textproto:35: cap 'year' of scheme 'pooled' holds for each drug, "
     "but the scheme does not group by drug\n"
     "region.textproto:13: cap 'year' (base.textproto:35) takes its limits "
     "from the drug list; remove this one"},
    {"scope: POLICY_DEDUCTIBLE_SCOPE_NONE",
     "scope: POLICY_DEDUCTIBLE_SCOPE_DRUG_YEAR",
     "base.textproto:31: scheme 'pooled' has a deductible for each drug, "
     "but does not group by drug"},
    {"registration: REGISTRATION_KIND_CHRONIC_DISEASE",
     "registration: REGISTRATION_KIND_FAMILY_ACCOUNT",
     "base.textproto:6: scheme 'chronic' serves chronic diseases without "
     "asking for a CHRONIC_DISEASE registration\n"
     "base.textproto:14: asks for a registration of a kind that entitles to "
     "no scheme; use CHRONIC_DISEASE, TREATMENT or TWO_DISEASE"},
    {"registration: REGISTRATION_KIND_CHRONIC_DISEASE", "minimum_level: 4",
     "base.textproto:6: scheme 'chronic' serves chronic diseases without "
     "asking for a CHRONIC_DISEASE registration\n"
     "base.textproto:14: level 4 does not exist; give 1 to 3"},
    {"registration: REGISTRATION_KIND_CHRONIC_DISEASE", "",
     "base.textproto:6: scheme 'chronic' serves chronic diseases without "
     "asking for a CHRONIC_DISEASE registration\n"
     "base.textproto:14: a condition of no known kind"},
    {"limits { cap: \"year\"", "limits { cap: \"yaer\"",
     "base.textproto:35: the limit of cap 'year' of 'pooled' in region "
     "370100 is missing from 2022-01-01; add a row for these days\n"
     "region.textproto:13: a limit of cap 'yaer', which scheme 'pooled' "
     "(base.textproto:23) does not have"},
    {"limits { cap: \"year\"", "limits { cap: \"year\" disease: \"M1\"",
     "region.textproto:13: cap 'year' (base.textproto:35) does not hold for "
     "a disease; remove it"},
    {"ratios { bp: 6000",
     "ratios { categories: PERSON_CATEGORY_RETIRED bp: 6000",
     "base.textproto:6: the ratio of 'chronic' for RESIDENT at level 1, 2, "
     "3 in region 370100 is missing from 2021-01-01; add a row for these "
     "days\n"
     "base.textproto:17: a figure for RETIRED, but scheme 'chronic' "
     "(base.textproto:6) is not for EMPLOYEE"},
    {"figures {\n    scheme: \"pooled\"", "figures {\n    scheme: \"polled\"",
     "base.textproto:35: the limit of cap 'year' of 'pooled' in region "
     "370100 is missing from 2022-01-01; add a row for these days\n"
     "region.textproto:11: figures of scheme 'polled', which no file "
     "declares"},
    {"from_fen: 500", "from_fen: 0",
     "base.textproto:45: the bands of 'critical' must ascend: this one "
     "begins at 0.00, the one before it (base.textproto:44) at 0.00"},
    {"from_fen: 0", "from_fen: 1",
     "base.textproto:44: the first band of 'critical' must begin at 0"},
    {"code: \"370100\"", "code: \"3701\"",
     "base.textproto:21: overflow of 'chronic' to 'pooled' "
     "(base.textproto:23): that scheme is not among those of 3701 RESIDENT\n"
     "region.textproto:1: region '3701' is not a code of six digits\n"
     "region.textproto:7: the order of 3701 RESIDENT names scheme 'pooled' "
     "(base.textproto:23), which is not for that region and insurance\n"
     "region.textproto:11: figures of scheme 'pooled' (base.textproto:23), "
     "which is for region 370100, not 3701"},
    {"id: \"pooled\"\n  name", "id: \"chronic\"\n  name",
     "base.textproto:21: overflow of 'chronic' to 'pooled': no file "
     "declares that scheme\n"
     "base.textproto:23: scheme 'chronic' is declared at base.textproto:6 "
     "too; remove or rename one\n"
     "region.textproto:7: the order of 370100 RESIDENT names scheme "
     "'pooled', which no file declares\n"
     "region.textproto:11: figures of scheme 'pooled', which no file "
     "declares"},
    {"id: \"critical\"\n  name", "id: \"pooled\"\n  name",
     "base.textproto:38: layer 'pooled' is the id of the scheme at "
     "base.textproto:23 too\n"
     "base.textproto:38: layer 'pooled' applies to 370100 RESIDENT but does "
     "not stand in its order (region.textproto:9); give it a place\n"
     "region.textproto:9: the order of the layers of 370100 RESIDENT names "
     "layer 'critical', which no file declares for that region and "
     "insurance"},
    {"id: \"critical\"\n  name", "id: \"Critical\"\n  name",
     "base.textproto:38: id 'Critical' must be 1 to 40 lower-case letters, "
     "digits and dashes\n"
     "base.textproto:38: layer 'Critical' applies to 370100 RESIDENT but "
     "does not stand in its order (region.textproto:9); give it a place\n"
     "region.textproto:9: the order of the layers of 370100 RESIDENT names "
     "layer 'critical', which no file declares for that region and "
     "insurance"},
    {"zh: \"慢\"", "",
     "base.textproto:6: scheme 'chronic' needs a name in Chinese (zh) and "
     "in English (en)"},
};

TEST(PolicyErrorsTest, EnumsAndCombinations) {
  ExpectErrors(kEnumsAndCombinations);
}

constexpr BadRow kEngineRules[] = {
    {"documents {",
     "engine_rules { rule: POLICY_ENGINE_RULE_SUPPLY_DAYS value: 30 source { "
     "cited: \"doc §1\" } } documents {",
     ""},
    {"documents {",
     "engine_rules { rule: POLICY_ENGINE_RULE_SUPPLY_DAYS value: 31 source { "
     "cited: \"doc §1\" } } documents {",
     "base.textproto:1: the engine's number is 30; policy files cannot change "
     "it"},
    {"documents {",
     "engine_rules { rule: POLICY_ENGINE_RULE_SUPPLY_DAYS source { cited: "
     "\"doc §1\" } } documents {",
     "base.textproto:1: the engine's number is 30; policy files cannot change "
     "it"},
    {"documents {",
     "engine_rules { rule: POLICY_ENGINE_RULE_LATE_CLAIMS value: 1 source { "
     "cited: \"doc §1\" } } documents {",
     "base.textproto:1: this engine rule has no number"},
    {"documents {",
     "engine_rules { rule: POLICY_ENGINE_RULE_LATE_CLAIMS } documents {",
     "base.textproto:1: engine: late claims of a year are taken through 31 "
     "March: no source; cite a document and article, or say what is assumed"},
    {"documents {", "engine_rules { } documents {",
     "base.textproto:1: an engine rule of no known kind\n"
     "base.textproto:1: engine: unknown rule: no source; cite a document and "
     "article, or say what is assumed"},
};

TEST(PolicyErrorsTest, EngineRules) { ExpectErrors(kEngineRules); }

}  // namespace
}  // namespace onestop::wire
