// Errors keep reason, metadata and bad fields on the way to a client and back.
#include "wire/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "google/rpc/error_details.pb.h"
#include "tests/support/status_matchers.h"
#include "tests/wire/samples.h"
#include "wire/claim.h"

namespace onestop::wire {
namespace {

using onestop::testing::FullClaim;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

template <typename Detail>
std::optional<Detail> DetailOf(const google::rpc::Status& status) {
  for (const google::protobuf::Any& any : status.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

TEST(ErrorTest, ARefusalRoundTrips) {
  const absl::Status status =
      MakeError(absl::StatusCode::kFailedPrecondition, "REFILL_TOO_SOON",
                "line 3 comes too soon", {{"line_id", "3"}, {"days", "9"}});
  const google::rpc::Status rpc = ToRpcStatus(status);
  EXPECT_EQ(rpc.code(), 9);
  ASSERT_EQ(rpc.details_size(), 1);
  EXPECT_EQ(rpc.details(0).type_url(),
            "type.googleapis.com/google.rpc.ErrorInfo");
  const auto info = DetailOf<google::rpc::ErrorInfo>(rpc);
  EXPECT_EQ(info->domain(), "onestop");
  const absl::Status read = FromRpcStatusBytes(absl::StatusCode::kUnknown, "",
                                               ToRpcStatusBytes(status));
  EXPECT_EQ(read.code(), status.code());
  EXPECT_EQ(read.message(), status.message());
  EXPECT_EQ(ErrorReason(read), "REFILL_TOO_SOON");
  EXPECT_THAT(ErrorMetadataOf(read),
              ElementsAre(Pair("days", "9"), Pair("line_id", "3")));
}

TEST(ErrorTest, BadFieldsRoundTrip) {
  const absl::Status status =
      MalformedRequest({{"claim.person_id", "is required; it is empty"},
                        {"claim.lines", "is required"}});
  const absl::Status read = FromRpcStatus(ToRpcStatus(status));
  EXPECT_EQ(read.message(), status.message());
  EXPECT_EQ(ErrorReason(read), "MALFORMED_REQUEST");
  ASSERT_EQ(FieldViolations(read).size(), 2u);
  EXPECT_EQ(FieldViolations(read)[0].description, "is required; it is empty");
}

TEST(ErrorTest, FiveHundredBadLinesFitAndSayHowManyMore) {
  pb::Claim claim = FullClaim();
  claim.mutable_lines(0)->set_quantity("-1");
  claim.mutable_lines(0)->set_amount_fen(0);
  const pb::ClaimLine line = claim.lines(0);
  while (claim.lines_size() < 500) *claim.add_lines() = line;
  const absl::Status status = ClaimFromProto(claim).status();
  ASSERT_EQ(FieldViolations(status).size(), 1000u);
  const google::rpc::Status rpc = ToRpcStatus(status);
  EXPECT_LT(rpc.ByteSizeLong(), 8192u);
  const auto bad = DetailOf<google::rpc::BadRequest>(rpc);
  ASSERT_TRUE(bad.has_value());
  EXPECT_LE(bad->ByteSizeLong(), 4096u);
  EXPECT_GT(bad->field_violations_size(), 20);
  const auto& last = *bad->field_violations().rbegin();
  EXPECT_EQ(last.field(), "");
  EXPECT_THAT(last.description(),
              StartsWith(absl::StrCat(1000 - bad->field_violations_size() + 1,
                                      " more")));
}

TEST(ErrorTest, OnlyWhatMayBeRetriedSaysWhen) {
  const struct {
    absl::StatusCode code;
    const char* reason;
    bool retry;
  } rows[] = {
      {absl::StatusCode::kUnavailable, "OVERLOADED", true},
      {absl::StatusCode::kUnavailable, "DRAINING", true},
      {absl::StatusCode::kUnavailable, "STORAGE_UNAVAILABLE", true},
      {absl::StatusCode::kUnavailable, "COMMIT_UNKNOWN", true},
      {absl::StatusCode::kAborted, "CONFLICT", true},
      {absl::StatusCode::kFailedPrecondition, "YEAR_CLOSED", false},
      {absl::StatusCode::kInternal, "INVARIANT_BROKEN", false},
  };
  for (const auto& row : rows) {
    const auto retry = DetailOf<google::rpc::RetryInfo>(
        ToRpcStatus(MakeError(row.code, row.reason, "x")));
    EXPECT_EQ(retry.has_value(), row.retry) << row.reason;
    if (retry) {
      EXPECT_GT(retry->retry_delay().seconds() + retry->retry_delay().nanos(),
                0);
    }
  }
}

TEST(ErrorTest, AStatusWithoutAReasonGetsOne) {
  const auto info = DetailOf<google::rpc::ErrorInfo>(
      ToRpcStatus(absl::DeadlineExceededError("too late")));
  EXPECT_EQ(info->reason(), "DEADLINE_EXCEEDED");
  EXPECT_EQ(
      DetailOf<google::rpc::ErrorInfo>(ToRpcStatus(absl::InternalError("x")))
          ->reason(),
      "INTERNAL");
}

TEST(ErrorTest, HugeTextsAreCutBetweenCharacters) {
  std::string message;
  for (int i = 0; i < 5000; ++i) message += "药";
  const google::rpc::Status rpc = ToRpcStatus(
      MakeError(absl::StatusCode::kNotFound, "ITEM_UNKNOWN", message,
                {{"item_code", "X"}, {"big", std::string(5000, 'y')}}));
  EXPECT_LT(rpc.ByteSizeLong(), 8192u);
  google::rpc::Status parsed;  // UTF-8 is checked when parsed
  EXPECT_TRUE(parsed.ParseFromString(rpc.SerializeAsString()));
  EXPECT_THAT(parsed.message(), HasSubstr("…"));
}

TEST(ErrorTest, BytesThatAreNoStatusKeepCodeAndMessage) {
  const absl::Status read = FromRpcStatusBytes(
      absl::StatusCode::kUnavailable, "connection refused", "\xff\xff");
  EXPECT_EQ(read.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(read.message(), "connection refused");
  EXPECT_THAT(FieldViolations(NotTheMessage("SettleRequest")),
              ::testing::SizeIs(1));
  ONESTOP_EXPECT_OK(FromRpcStatus(google::rpc::Status()));
}

}  // namespace
}  // namespace onestop::wire
