// The sender of a message that is not parsed: found wherever its field stands,
// and nowhere in bytes that are no message.
#include "wire/sender.h"

#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>

#include <string>

#include "onestop/v1/settlement.pb.h"

namespace onestop::wire {
namespace {

using google::protobuf::io::ArrayInputStream;

// In blocks of three bytes, as a network may cut them.
constexpr int kBlock = 3;

std::string OfSettle(const std::string& bytes) {
  ArrayInputStream in(bytes.data(), static_cast<int>(bytes.size()), kBlock);
  return SenderOfSettle(in);
}

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
  EXPECT_EQ(OfSettle(Request().SerializeAsString()), "H2");
  v1::QuoteRequest quote;
  *quote.mutable_claim() = Request().claim();
  const std::string quoted = quote.SerializeAsString();
  ArrayInputStream in(quoted.data(), static_cast<int>(quoted.size()), kBlock);
  EXPECT_EQ(SenderOfQuote(in), "H2");
  v1::ReverseRequest reverse;
  reverse.set_person_id("P");
  reverse.set_institution_id("H3");
  *reverse.mutable_replacement() = Request();
  const std::string bytes = reverse.SerializeAsString();
  ArrayInputStream reversed(bytes.data(), static_cast<int>(bytes.size()));
  EXPECT_EQ(SenderOfReversal(reversed), "H3");
}

TEST(SenderTest, FieldsMayComeInAnyOrder) {
  v1::SettleRequest claim_alone;
  *claim_alone.mutable_claim() = Request().claim();
  v1::SettleRequest rest = Request();
  rest.clear_claim();
  rest.set_expected_cash_fen(7);
  EXPECT_EQ(
      OfSettle(rest.SerializeAsString() + claim_alone.SerializeAsString()),
      "H2");
}

TEST(SenderTest, AbsentIsEmpty) {
  v1::SettleRequest request = Request();
  request.mutable_claim()->clear_institution_id();
  EXPECT_EQ(OfSettle(request.SerializeAsString()), "");
  request.clear_claim();
  EXPECT_EQ(OfSettle(request.SerializeAsString()), "");
  EXPECT_EQ(OfSettle(""), "");
}

// A claim that ends before its institution does not lend that of what follows.
TEST(SenderTest, NeverLooksBehindTheClaim) {
  v1::SettleRequest request;
  request.mutable_claim()->set_person_id("P");
  std::string bytes = request.SerializeAsString();
  bytes += "\x12\x04none";  // field 2 again, as the claim's would stand
  EXPECT_EQ(OfSettle(bytes), "");
}

TEST(SenderTest, BytesThatAreNoMessageHaveNone) {
  const std::string whole = Request().SerializeAsString();
  for (size_t cut = 0; cut < whole.size(); ++cut) {
    const std::string found = OfSettle(whole.substr(0, cut));
    EXPECT_TRUE(found.empty() || found == "H2") << cut << " " << found;
  }
  EXPECT_EQ(OfSettle("\xff\xff\xff\xff"), "");
  EXPECT_EQ(OfSettle(std::string("\x12\xff\xff\xff\xff\x0f", 6)), "");
  EXPECT_EQ(OfSettle("\x0c"), "");
}

TEST(SenderTest, AnIdThatIsTooLongIsNotRead) {
  v1::SettleRequest request = Request();
  request.mutable_claim()->set_institution_id(std::string(65, 'H'));
  EXPECT_EQ(OfSettle(request.SerializeAsString()), "");
}

}  // namespace
}  // namespace onestop::wire
