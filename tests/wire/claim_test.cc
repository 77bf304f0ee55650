// Claims: every malformed field is named, what is well formed comes back the
// same.
#include "wire/claim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <functional>

#include "base/limits.h"
#include "domain/reason.h"
#include "tests/support/status_matchers.h"
#include "tests/wire/samples.h"

namespace onestop::wire {
namespace {

using onestop::testing::BadFields;
using onestop::testing::FullClaim;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(ClaimTest, AFullClaimIsReadFieldByField) {
  ONESTOP_ASSERT_OK_AND_ASSIGN(const domain::Claim claim,
                               ClaimFromProto(FullClaim()));
  EXPECT_EQ(claim.person_id, "P-1");
  EXPECT_EQ(domain::FormatDay(claim.service_date), "2025-03-10");
  ASSERT_TRUE(claim.prescription.has_value());
  EXPECT_EQ(claim.prescription->channel, domain::Channel::kECenter);
  EXPECT_TRUE(claim.prescription->long_term);
  ASSERT_THAT(claim.lines, SizeIs(1));
  EXPECT_EQ(claim.lines[0].quantity.ten_thousandths, 25000);
  EXPECT_EQ(claim.lines[0].unit_price->micro_yuan, 4'520'000);
  EXPECT_EQ(claim.lines[0].invoice_number, "INV-1");
  EXPECT_EQ(claim.account.limit, domain::Money{0});
  EXPECT_EQ(claim.origin, domain::Origin::kInstitution);
}

struct BadClaim {
  const char* field;
  std::function<void(pb::Claim&)> spoil;
};

// Everything that makes a claim malformed (docs/api.md), one row a case.
const BadClaim kBadClaims[] = {
    {"claim.person_id", [](pb::Claim& c) { c.clear_person_id(); }},
    {"claim.institution_id", [](pb::Claim& c) { c.clear_institution_id(); }},
    {"claim.encounter_id", [](pb::Claim& c) { c.clear_encounter_id(); }},
    {"claim.encounter_id",
     [](pb::Claim& c) { c.set_encounter_id(std::string(65, 'e')); }},
    {"claim.service_date", [](pb::Claim& c) { c.clear_service_date(); }},
    {"claim.service_date",
     [](pb::Claim& c) { c.set_service_date("2025-02-30"); }},
    {"claim.physician_id",
     [](pb::Claim& c) { c.set_physician_id(std::string(65, 'd')); }},
    {"claim.diagnosis_codes[1]",
     [](pb::Claim& c) { c.add_diagnosis_codes(""); }},
    {"claim.diagnosis_codes",
     [](pb::Claim& c) {
       for (int i = 0; i < 100; ++i) c.add_diagnosis_codes("I10");
     }},
    {"claim.lines", [](pb::Claim& c) { c.clear_lines(); }},
    {"claim.lines",
     [](pb::Claim& c) {
       const pb::ClaimLine line = c.lines(0);
       while (c.lines_size() < 501) *c.add_lines() = line;
     }},
    {"claim.lines[0].line_id",
     [](pb::Claim& c) { c.mutable_lines(0)->clear_line_id(); }},
    {"claim.lines[0].item_code",
     [](pb::Claim& c) { c.mutable_lines(0)->clear_item_code(); }},
    {"claim.lines[0].quantity",
     [](pb::Claim& c) { c.mutable_lines(0)->set_quantity("0"); }},
    {"claim.lines[0].quantity",
     [](pb::Claim& c) { c.mutable_lines(0)->set_quantity("-1"); }},
    {"claim.lines[0].quantity",
     [](pb::Claim& c) { c.mutable_lines(0)->set_quantity("1.00001"); }},
    {"claim.lines[0].quantity",
     [](pb::Claim& c) { c.mutable_lines(0)->set_quantity("1000000000000"); }},
    {"claim.lines[0].unit_price",
     [](pb::Claim& c) { c.mutable_lines(0)->set_unit_price("1.0000001"); }},
    {"claim.lines[0].unit_price",
     [](pb::Claim& c) { c.mutable_lines(0)->set_unit_price("10000000000"); }},
    {"claim.lines[0].amount_fen",
     [](pb::Claim& c) { c.mutable_lines(0)->set_amount_fen(0); }},
    {"claim.lines[0].amount_fen",
     [](pb::Claim& c) { c.mutable_lines(0)->set_amount_fen(-1); }},
    {"claim.lines[0].amount_fen",
     [](pb::Claim& c) {
       c.mutable_lines(0)->set_amount_fen(1'000'000'000'001);
     }},
    {"claim.lines[0].days_supply",
     [](pb::Claim& c) { c.mutable_lines(0)->set_days_supply(-1); }},
    {"claim.lines[0].invoice_number",
     [](pb::Claim& c) {
       c.mutable_lines(0)->set_invoice_number(std::string(65, 'i'));
     }},
    {"claim.prescription.prescription_id",
     [](pb::Claim& c) { c.mutable_prescription()->clear_prescription_id(); }},
    {"claim.prescription.institution_id",
     [](pb::Claim& c) { c.mutable_prescription()->clear_institution_id(); }},
    {"claim.prescription.issued_on",
     [](pb::Claim& c) { c.mutable_prescription()->set_issued_on("x"); }},
    {"claim.prescription.channel",
     [](pb::Claim& c) {
       c.mutable_prescription()->set_channel(
           static_cast<pb::PrescriptionChannel>(9));
     }},
    {"claim.prescription.items[0].item_code",
     [](pb::Claim& c) {
       c.mutable_prescription()->mutable_items(0)->clear_item_code();
     }},
    {"claim.prescription.items[0].quantity",
     [](pb::Claim& c) {
       c.mutable_prescription()->mutable_items(0)->set_quantity("1.5.2");
     }},
    {"claim.account.limit_fen",
     [](pb::Claim& c) { c.mutable_account()->set_limit_fen(-1); }},
    {"claim.account.relatives[0]",
     [](pb::Claim& c) { c.mutable_account()->set_relatives(0, ""); }},
    {"claim.account.relatives",
     [](pb::Claim& c) {
       for (int i = 0; i < limits::kMaxRelatives; ++i) {
         c.mutable_account()->add_relatives("P-3");
       }
     }},
    {"claim.origin",
     [](pb::Claim& c) { c.set_origin(static_cast<pb::ClaimOrigin>(99)); }},
};

TEST(ClaimTest, EachMalformedFieldIsNamed) {
  for (const BadClaim& bad : kBadClaims) {
    pb::Claim claim = FullClaim();
    bad.spoil(claim);
    const absl::Status status = ClaimFromProto(claim).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << bad.field;
    EXPECT_EQ(ErrorReason(status), "MALFORMED_REQUEST");
    EXPECT_THAT(BadFields(status), ElementsAre(bad.field));
  }
}

TEST(ClaimTest, WhatIsNoMalformedFieldPasses) {
  pb::Claim claim = FullClaim();
  claim.clear_physician_id();
  claim.clear_diagnosis_codes();
  claim.clear_prescription();
  claim.clear_account();
  claim.mutable_lines(0)->clear_unit_price();
  claim.mutable_lines(0)->set_days_supply(1'000'000);  // OVER_QUANTITY's affair
  claim.mutable_lines(0)->set_amount_fen(1'000'000'000'000);
  *claim.add_lines() = claim.lines(0);  // row 7's refusal, not malformed
  ONESTOP_EXPECT_OK(ClaimFromProto(claim));
  claim.mutable_account()->set_limit_fen(INT64_MAX);
  ONESTOP_EXPECT_OK(ClaimFromProto(claim));
}

TEST(ClaimTest, AllErrorsOfOneClaimAreNamedAtOnce) {
  pb::Claim claim = FullClaim();
  claim.clear_person_id();
  claim.set_institution_id(std::string(65, 'i'));
  claim.clear_encounter_id();
  claim.set_service_date("10.03.2025");
  claim.mutable_prescription()->clear_prescription_id();
  claim.mutable_prescription()->set_issued_on("2025-02-31");
  claim.mutable_lines(0)->clear_line_id();
  claim.mutable_lines(0)->set_quantity("-2");
  claim.mutable_lines(0)->set_amount_fen(0);
  claim.mutable_account()->set_limit_fen(-5);
  EXPECT_THAT(
      BadFields(ClaimFromProto(claim).status()),
      ElementsAre("claim.person_id", "claim.institution_id",
                  "claim.encounter_id", "claim.service_date",
                  "claim.prescription.prescription_id",
                  "claim.prescription.issued_on", "claim.lines[0].line_id",
                  "claim.lines[0].quantity", "claim.lines[0].amount_fen",
                  "claim.account.limit_fen"));
}

TEST(ClaimTest, AnEmptyAccountIsTheSameAsNone) {
  pb::Claim with = FullClaim();
  with.mutable_account()->Clear();
  pb::Claim without = with;
  without.clear_account();
  EXPECT_EQ(*ClaimFromProto(with), *ClaimFromProto(without));
  with.mutable_account()->set_limit_fen(0);
  EXPECT_NE(*ClaimFromProto(with), *ClaimFromProto(without));
}

TEST(ClaimTest, DecimalsAreTheSameByValue) {
  pb::Claim one = FullClaim();
  pb::Claim other = one;
  other.mutable_lines(0)->set_quantity("2.5000");
  other.mutable_lines(0)->set_unit_price("04.520");
  EXPECT_EQ(*ClaimFromProto(one), *ClaimFromProto(other));
}

rc::Gen<std::string> AnyId() {
  return rc::gen::nonEmpty(rc::gen::container<std::string>(
      rc::gen::element('a', 'Z', '0', '-', '/', '%', '.')));
}

domain::Claim AnyClaim() {
  domain::Claim claim;
  const auto id = [] { return (*AnyId()).substr(0, limits::kMaxIdBytes); };
  claim.person_id = id();
  claim.institution_id = id();
  claim.encounter_id = id();
  claim.service_date = domain::Day{*rc::gen::inRange(-25000, 300000)};
  if (*rc::gen::arbitrary<bool>()) claim.physician_id = id();
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
    claim.diagnosis_codes.push_back(id());
  }
  if (*rc::gen::arbitrary<bool>()) {
    domain::Prescription& rx = claim.prescription.emplace();
    rx.prescription_id = id();
    rx.institution_id = id();
    rx.issued_on = domain::Day{*rc::gen::inRange(0, 30000)};
    rx.channel =
        *rc::gen::element(domain::Channel::kUnspecified,
                          domain::Channel::kPaper, domain::Channel::kECenter);
    rx.long_term = *rc::gen::arbitrary<bool>();
    rx.items.push_back({id(), {*rc::gen::inRange<int64_t>(1, 1LL << 50)}});
  }
  for (int i = *rc::gen::inRange(1, 5); i > 0; --i) {
    domain::ClaimLine line;
    line.line_id = id();
    line.item_code = id();
    line.quantity = {*rc::gen::inRange<int64_t>(1, 1LL << 50)};
    if (*rc::gen::arbitrary<bool>()) {
      line.unit_price =
          domain::UnitPrice{*rc::gen::inRange<int64_t>(0, 1LL << 50)};
    }
    line.amount = {*rc::gen::inRange<int64_t>(1, limits::kMaxAmountFen)};
    line.days_supply = *rc::gen::inRange(0, 100);
    if (*rc::gen::arbitrary<bool>()) line.operator_id = id();
    claim.lines.push_back(line);
  }
  claim.account.use = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) {
    claim.account.limit =
        domain::Money{*rc::gen::inRange<int64_t>(0, 1LL << 40)};
  }
  if (*rc::gen::arbitrary<bool>()) claim.account.relatives = {id(), id()};
  claim.origin =
      *rc::gen::element(domain::Origin::kUnspecified,
                        domain::Origin::kInstitution, domain::Origin::kManual);
  return claim;
}

TEST(ClaimTest, WhatIsWrittenIsReadBackTheSame) {
  EXPECT_TRUE(rc::check([] {
    const domain::Claim claim = AnyClaim();
    const auto read = ClaimFromProto(ClaimToProto(claim));
    RC_ASSERT(read.ok());
    RC_ASSERT(*read == claim);
  }));
}

TEST(SettleTest, RequestIdClaimAndExpectedCashAreChecked) {
  pb::SettleRequest request;
  request.set_expected_cash_fen(-1);
  EXPECT_THAT(BadFields(SettleFromProto(request).status()),
              ElementsAre("request_id", "claim", "expected_cash_fen"));
  request.set_request_id("r-1");
  *request.mutable_claim() = FullClaim();
  request.set_expected_cash_fen(0);
  ONESTOP_ASSERT_OK_AND_ASSIGN(SettleAsk ask, SettleFromProto(request));
  EXPECT_EQ(ask.expected_cash, domain::Money{0});
  request.clear_expected_cash_fen();
  request.mutable_claim()->clear_person_id();
  EXPECT_THAT(BadFields(SettleFromProto(request).status()),
              ElementsAre("claim.person_id"));
  EXPECT_THAT(BadFields(QuoteFromProto({}).status()), ElementsAre("claim"));
}

TEST(ReverseTest, NamesItsTargetOneWayOrTheOther) {
  pb::ReverseRequest request;
  EXPECT_THAT(BadFields(ReverseFromProto(request).status()),
              ElementsAre("person_id", "settle_request_id"));
  request.set_person_id("P-1");
  request.set_settle_request_id("r-1");
  EXPECT_THAT(BadFields(ReverseFromProto(request).status()),
              ElementsAre("institution_id"));
  request.set_institution_id("H-1");
  ONESTOP_ASSERT_OK_AND_ASSIGN(ReverseAsk ask, ReverseFromProto(request));
  EXPECT_TRUE(ask.by_request_id);

  request.set_settlement_id("not-an-id");
  EXPECT_EQ(ErrorReason(ReverseFromProto(request).status()),
            domain::refusal::kSettlementUnknown);
  request.set_settlement_id(std::string(32, 'a'));
  ONESTOP_ASSERT_OK_AND_ASSIGN(ask, ReverseFromProto(request));
  EXPECT_FALSE(ask.by_request_id);
  EXPECT_EQ(ask.settlement_id.ToString(), std::string(32, 'a'));
}

TEST(ReverseTest, AReplacementIsOfTheSamePersonUnderANewId) {
  pb::ReverseRequest request;
  request.set_person_id("P-1");
  request.set_institution_id("H-1");
  request.set_settle_request_id("r-1");
  pb::SettleRequest& replacement = *request.mutable_replacement();
  replacement.set_request_id("r-1");
  *replacement.mutable_claim() = FullClaim();
  replacement.mutable_claim()->set_person_id("P-9");
  replacement.mutable_claim()->set_institution_id("H-9");
  EXPECT_THAT(BadFields(ReverseFromProto(request).status()),
              ElementsAre("replacement.claim.person_id",
                          "replacement.claim.institution_id",
                          "replacement.request_id"));
  *replacement.mutable_claim() = FullClaim();
  replacement.set_request_id("r-2");
  ONESTOP_ASSERT_OK_AND_ASSIGN(const ReverseAsk ask, ReverseFromProto(request));
  EXPECT_EQ(ask.replacement->request_id, "r-2");
}

}  // namespace
}  // namespace onestop::wire
