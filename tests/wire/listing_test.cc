// Lists of settlements: which questions are malformed, what a page tells, and
// tokens that only fit their own question.
#include "wire/listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "tests/support/status_matchers.h"
#include "tests/support/world.h"
#include "tests/wire/samples.h"

namespace onestop::wire {
namespace {

using domain::BookingPlace;
using domain::SettlementSummary;
using onestop::testing::BadFields;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using testing::D;

pb::ListSettlementsRequest OfInstitution() {
  pb::ListSettlementsRequest request;
  request.set_institution_id("H-1");
  request.set_booked_from("2025-01-01");
  request.set_booked_until("2025-12-31");
  return request;
}

SettlementSummary Row(int number) {
  SettlementSummary row;
  row.place = {D("2025-03-20"), 1'742'436'000'123 + number, {}};
  row.place.id.bytes[15] = static_cast<uint8_t>(number);
  row.person_id = "P-1";
  row.institution_id = "H-1";
  row.request_id = "r";
  row.service_date = D("2025-03-19");
  row.insurance = domain::Insurance::kResident;
  row.totals.gross.fen = 100 + number;
  row.totals.over_limit.fen = 7;
  return row;
}

TEST(ListingTest, EveryBadFieldIsNamed) {
  EXPECT_THAT(BadFields(ListSettlementsFromProto({}).status()),
              ElementsAre("person_id"));
  pb::ListSettlementsRequest request;
  request.set_institution_id("H-1");
  EXPECT_THAT(BadFields(ListSettlementsFromProto(request).status()),
              ElementsAre("booked_from", "booked_until"));
  request.set_person_id(std::string(65, 'x'));
  request.set_institution_id("a\nb");
  request.set_booked_from("2025-02-30");
  request.set_booked_until("soon");
  request.set_insurance_type(static_cast<pb::InsuranceType>(9));
  request.set_page_size(1001);
  request.set_page_token("no token");
  EXPECT_THAT(
      BadFields(ListSettlementsFromProto(request).status()),
      ElementsAre("person_id", "institution_id", "booked_from", "booked_until",
                  "insurance_type", "page_size", "page_token"));
  request = OfInstitution();
  request.set_page_size(-1);
  EXPECT_THAT(BadFields(ListSettlementsFromProto(request).status()),
              ElementsAre("page_size"));
}

TEST(ListingTest, TheSpanIsBoundedWithoutAPerson) {
  pb::ListSettlementsRequest request = OfInstitution();
  request.set_booked_until("2026-01-02");
  ONESTOP_EXPECT_OK(ListSettlementsFromProto(request));
  request.set_booked_until("2026-01-03");
  EXPECT_THAT(BadFields(ListSettlementsFromProto(request).status()),
              ElementsAre("booked_until"));
  request.set_booked_until("2024-12-31");
  EXPECT_THAT(BadFields(ListSettlementsFromProto(request).status()),
              ElementsAre("booked_until"));
  request.set_person_id("P-1");
  request.set_booked_until("2999-12-31");
  ONESTOP_EXPECT_OK(ListSettlementsFromProto(request));
}

TEST(ListingTest, AQuestionBecomesAFilter) {
  pb::ListSettlementsRequest request = OfInstitution();
  request.set_insurance_type(pb::INSURANCE_TYPE_EMPLOYEE);
  request.set_page_size(1000);
  ONESTOP_ASSERT_OK_AND_ASSIGN(ListSettlementsAsk ask,
                               ListSettlementsFromProto(request));
  domain::SettlementFilter filter;
  filter.institution_id = "H-1";
  filter.booked = {D("2025-01-01"), D("2025-12-31")};
  filter.insurance = domain::Insurance::kEmployee;
  EXPECT_EQ(ask.filter, filter);
  EXPECT_EQ(ask.after, BookingPlace{});
  EXPECT_EQ(ask.page_size, 1000);
  request = {};
  request.set_person_id("P-1");
  ONESTOP_ASSERT_OK_AND_ASSIGN(ask, ListSettlementsFromProto(request));
  EXPECT_EQ(ask.filter.booked, domain::Period{});
  EXPECT_EQ(ask.page_size, limits::kDefaultPageSize);
}

TEST(ListingTest, APageTellsWhatEachRowIs) {
  SettlementSummary settled = Row(1);
  settled.reversed_by = Row(2).place.id;
  SettlementSummary reversal = Row(2);
  reversal.kind = domain::RecordKind::kReversal;
  reversal.totals.gross.fen = -101;
  reversal.reverses = settled.place.id;
  SettlementSummary closed = Row(3);
  closed.kind = domain::RecordKind::kClosed;
  closed.service_date.reset();
  closed.insurance = domain::Insurance::kUnspecified;
  ListSettlementsAsk ask;
  ask.page_size = 3;
  const auto page = PageToProto(ask, {settled, reversal, closed});
  EXPECT_EQ(page.next_page_token(), "");
  ASSERT_THAT(page.settlements(), SizeIs(3));
  const pb::SettlementSummary& first = page.settlements(0);
  EXPECT_EQ(first.settlement_id(), "00000000000000000000000000000001");
  EXPECT_EQ(first.kind(), pb::SETTLEMENT_KIND_SETTLEMENT);
  EXPECT_EQ(first.state(), pb::SETTLEMENT_STATE_REVERSED);
  EXPECT_EQ(first.request_id(), "r");
  EXPECT_EQ(first.person_id(), "P-1");
  EXPECT_EQ(first.institution_id(), "H-1");
  EXPECT_EQ(first.service_date(), "2025-03-19");
  EXPECT_EQ(first.booked_at().seconds(), 1'742'436'000);
  EXPECT_EQ(first.booked_at().nanos(), 124'000'000);
  EXPECT_EQ(first.booked_on(), "2025-03-20");
  EXPECT_EQ(first.insurance_type(), pb::INSURANCE_TYPE_RESIDENT);
  EXPECT_EQ(first.totals().gross_fen(), 101);
  EXPECT_EQ(first.totals().over_limit_fen(), 7);
  EXPECT_EQ(first.reverses(), "");
  EXPECT_EQ(first.reversed_by(), page.settlements(1).settlement_id());
  EXPECT_EQ(page.settlements(1).kind(), pb::SETTLEMENT_KIND_REVERSAL);
  EXPECT_EQ(page.settlements(1).state(), pb::SETTLEMENT_STATE_SETTLED);
  EXPECT_EQ(page.settlements(1).totals().gross_fen(), -101);
  EXPECT_EQ(page.settlements(1).reverses(), first.settlement_id());
  EXPECT_EQ(page.settlements(2).kind(), pb::SETTLEMENT_KIND_CLOSED);
  EXPECT_EQ(page.settlements(2).state(), pb::SETTLEMENT_STATE_CLOSED);
  EXPECT_EQ(page.settlements(2).service_date(), "");
  EXPECT_FALSE(page.settlements(2).has_totals());
}

TEST(ListingTest, TheTokenGoesOnAfterTheLastRow) {
  pb::ListSettlementsRequest request = OfInstitution();
  request.set_page_size(2);
  ONESTOP_ASSERT_OK_AND_ASSIGN(ListSettlementsAsk ask,
                               ListSettlementsFromProto(request));
  EXPECT_EQ(PageToProto(ask, {Row(1), Row(2)}).next_page_token(), "");
  EXPECT_THAT(PageToProto(ask, {}).settlements(), IsEmpty());
  const auto page = PageToProto(ask, {Row(1), Row(2), Row(3)});
  EXPECT_THAT(page.settlements(), SizeIs(2));
  request.set_page_token(page.next_page_token());
  ONESTOP_ASSERT_OK_AND_ASSIGN(ask, ListSettlementsFromProto(request));
  EXPECT_EQ(ask.after, Row(2).place);
  request.set_page_size(1000);  // The size alone may change.
  ONESTOP_EXPECT_OK(ListSettlementsFromProto(request));
}

TEST(ListingTest, ATokenFitsNoOtherQuestion) {
  const pb::ListSettlementsRequest asked = OfInstitution();
  ONESTOP_ASSERT_OK_AND_ASSIGN(ListSettlementsAsk ask,
                               ListSettlementsFromProto(asked));
  const std::string token = BookingToken(ask.query, Row(1).place);
  const std::vector<std::function<void(pb::ListSettlementsRequest&)>> changes =
      {[](auto& request) { request.set_person_id("P-1"); },
       [](auto& request) { request.set_institution_id("H-2"); },
       [](auto& request) { request.set_booked_from("2025-01-02"); },
       [](auto& request) { request.set_booked_until("2025-12-30"); },
       [](auto& request) {
         request.set_insurance_type(pb::INSURANCE_TYPE_RESIDENT);
       }};
  for (size_t i = 0; i < changes.size(); ++i) {
    pb::ListSettlementsRequest request = asked;
    request.set_page_token(token);
    ONESTOP_EXPECT_OK(ListSettlementsFromProto(request));
    changes[i](request);
    EXPECT_THAT(BadFields(ListSettlementsFromProto(request).status()),
                ElementsAre("page_token"))
        << i;
  }
}

TEST(BookingTokenTest, ABrokenTokenIsNone) {
  const BookingPlace place = Row(1).place;
  const std::string token = BookingToken("q", place);
  EXPECT_EQ(PlaceOfToken("q", token), place);
  EXPECT_EQ(PlaceOfToken("Q", token), std::nullopt);
  for (const std::string& broken :
       {std::string(), token.substr(1), token.substr(0, token.size() - 2),
        token + "AAAA", token + token, std::string("AAAAAAAAAAA"),
        std::string("%%%%"), std::string(4096, 'A')}) {
    EXPECT_EQ(PlaceOfToken("q", broken), std::nullopt) << broken;
  }
  for (size_t i = 0; i + 2 < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(PlaceOfToken("q", changed), std::nullopt) << changed;
  }
}

}  // namespace
}  // namespace onestop::wire
