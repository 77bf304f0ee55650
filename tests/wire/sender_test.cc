// The sender of a message that is not parsed: found wherever its field stands,
// and nowhere in bytes that are no message.
#include "wire/sender.h"

#include <gtest/gtest.h>

#include <string>

#include "onestop/v1/settlement.pb.h"

namespace onestop::wire {
namespace {

v1::SettleRequest Request() {
  v1::SettleRequest request;
  request.set_request_id("r");
  v1::Claim& claim = *request.mutable_claim();
  claim.set_person_id("P");
  claim.set_institution_id("H2");
  claim.set_encounter_id("E");
  claim.add_lines()->set_line_id("1");
  return request;
}

TEST(SenderTest, OfEveryMethodOfTheLanes) {
  EXPECT_EQ(SenderOfSettle(Request().SerializeAsString()), "H2");
  v1::QuoteRequest quote;
  *quote.mutable_claim() = Request().claim();
  EXPECT_EQ(SenderOfQuote(quote.SerializeAsString()), "H2");
  v1::ReverseRequest reverse;
  reverse.set_person_id("P");
  reverse.set_institution_id("H3");
  *reverse.mutable_replacement() = Request();
  EXPECT_EQ(SenderOfReversal(reverse.SerializeAsString()), "H3");
}

TEST(SenderTest, FieldsMayComeInAnyOrder) {
  v1::SettleRequest claim_alone;
  *claim_alone.mutable_claim() = Request().claim();
  v1::SettleRequest rest = Request();
  rest.clear_claim();
  rest.set_expected_cash_fen(7);
  EXPECT_EQ(SenderOfSettle(rest.SerializeAsString() +
                           claim_alone.SerializeAsString()),
            "H2");
}

TEST(SenderTest, AbsentIsEmpty) {
  v1::SettleRequest request = Request();
  request.mutable_claim()->clear_institution_id();
  EXPECT_EQ(SenderOfSettle(request.SerializeAsString()), "");
  request.clear_claim();
  EXPECT_EQ(SenderOfSettle(request.SerializeAsString()), "");
  EXPECT_EQ(SenderOfSettle(""), "");
}

// A claim that ends before its institution does not lend that of what follows.
TEST(SenderTest, NeverLooksBehindTheClaim) {
  v1::SettleRequest request;
  request.mutable_claim()->set_person_id("P");
  std::string bytes = request.SerializeAsString();
  bytes += "\x12\x04none";  // field 2 again, as the claim's would stand
  EXPECT_EQ(SenderOfSettle(bytes), "");
}

TEST(SenderTest, BytesThatAreNoMessageHaveNone) {
  const std::string whole = Request().SerializeAsString();
  for (size_t cut = 0; cut < whole.size(); ++cut) {
    const std::string found = SenderOfSettle(whole.substr(0, cut));
    EXPECT_TRUE(found.empty() || found == "H2") << cut << " " << found;
  }
  EXPECT_EQ(SenderOfSettle("\xff\xff\xff\xff"), "");
  EXPECT_EQ(SenderOfSettle(std::string("\x12\xff\xff\xff\xff\x0f", 6)), "");
  EXPECT_EQ(SenderOfSettle("\x0c"), "");
}

TEST(SenderTest, AnIdThatIsTooLongIsNotRead) {
  v1::SettleRequest request = Request();
  request.mutable_claim()->set_institution_id(std::string(65, 'H'));
  EXPECT_EQ(SenderOfSettle(request.SerializeAsString()), "");
}

}  // namespace
}  // namespace onestop::wire
