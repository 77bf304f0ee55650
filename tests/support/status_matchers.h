// GoogleMock matchers for absl::Status and absl::StatusOr: IsOk, IsOkAndHolds,
// StatusIs.

#ifndef ONESTOP_TESTS_SUPPORT_STATUS_MATCHERS_H_
#define ONESTOP_TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace onestop {

inline const absl::Status& StatusOf(const absl::Status& status) {
  return status;
}

template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

// Matches an OK Status or StatusOr.
MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  *result_listener << "whose status is " << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

// Matches a Status or StatusOr whose code is `code` and whose message matches
// `message`: StatusIs(absl::StatusCode::kNotFound, HasSubstr("P1")).
MATCHER_P2(StatusIs, code, message, "") {
  const absl::Status& status = StatusOf(arg);
  *result_listener << "whose status is " << status.ToString();
  if (status.code() != code) return false;
  return ::testing::ExplainMatchResult(message, std::string(status.message()),
                                       result_listener);
}

inline auto StatusIs(absl::StatusCode code) {
  return StatusIs(code, ::testing::_);
}

// Matches an OK StatusOr whose value matches `inner`.
MATCHER_P(IsOkAndHolds, inner, "") {
  if (!arg.ok()) {
    *result_listener << "whose status is " << arg.status().ToString();
    return false;
  }
  return ::testing::ExplainMatchResult(inner, *arg, result_listener);
}

}  // namespace onestop

// Stops the test unless `expression` is OK.
#define ONESTOP_ASSERT_OK(expression) ASSERT_THAT(expression, ::onestop::IsOk())

// Goes on, but fails the test, unless `expression` is OK.
#define ONESTOP_EXPECT_OK(expression) EXPECT_THAT(expression, ::onestop::IsOk())

#define ONESTOP_TEST_CONCAT_INNER(a, b) a##b
#define ONESTOP_TEST_CONCAT(a, b) ONESTOP_TEST_CONCAT_INNER(a, b)

// Assigns the value of a StatusOr, or stops the test with its status:
// ONESTOP_ASSERT_OK_AND_ASSIGN(const Day day, Day::Parse("2025-03-01"));
#define ONESTOP_ASSERT_OK_AND_ASSIGN(declaration, expression)         \
  ONESTOP_ASSERT_OK_AND_ASSIGN_IMPL(                                  \
      ONESTOP_TEST_CONCAT(onestop_status_or_, __LINE__), declaration, \
      expression)

#define ONESTOP_ASSERT_OK_AND_ASSIGN_IMPL(temporary, declaration, expression) \
  auto temporary = (expression);                                              \
  ASSERT_TRUE(temporary.ok()) << temporary.status();                          \
  declaration = std::move(temporary).value()

#endif  // ONESTOP_TESTS_SUPPORT_STATUS_MATCHERS_H_
