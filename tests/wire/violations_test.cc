// Plain kinds of fields: what is accepted and what is told.
#include "wire/violations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace onestop::wire {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string Complaint(const Violations& violations) {
  return violations.empty() ? "" : violations.all().front().description;
}

TEST(FieldPathTest, SpellsOutTheChain) {
  const FieldPath root("");
  const FieldPath claim(root, "claim");
  const FieldPath line(claim, "lines", 2);
  EXPECT_EQ(FieldPath(line, "quantity").ToString(), "claim.lines[2].quantity");
  EXPECT_EQ(root.ToString(), "");
  EXPECT_EQ(FieldPath("persons[3]").ToString(), "persons[3]");
}

TEST(ViolationsTest, IdsHaveOneTo64BytesWithoutControlCharacters) {
  const struct {
    std::string value;
    std::string complaint;
  } rows[] = {
      {"x", ""},
      {std::string(64, 'x'), ""},
      {"个人-1", ""},
      {"", "is required"},
      {std::string(65, 'x'), "is 65 bytes long; at most 64"},
      {std::string("a\0b", 3), "control character"},
      {"a\nb", "control character"},
      {"a\x7f", "control character"},
  };
  for (const auto& row : rows) {
    Violations violations;
    RequiredId(row.value, FieldPath("id"), violations);
    EXPECT_THAT(Complaint(violations), HasSubstr(row.complaint)) << row.value;
    EXPECT_EQ(violations.empty(), row.complaint.empty()) << row.value;
  }
  Violations violations;
  OptionalId("", FieldPath("id"), violations);
  EXPECT_TRUE(violations.empty());
}

TEST(ViolationsTest, DaysExist) {
  const struct {
    std::string value;
    bool good;
  } rows[] = {{"2024-02-29", true},  {"2025-02-29", false},
              {"2025-3-1", false},   {"2025-13-01", false},
              {"20250301", false},   {"2025-03-01 ", false},
              {"1899-12-31", false}, {"", false}};
  for (const auto& row : rows) {
    Violations violations;
    RequiredDay(row.value, FieldPath("day"), violations);
    EXPECT_EQ(violations.empty(), row.good) << row.value;
  }
}

TEST(ViolationsTest, PeriodsAreInOrderAndOpenWhereNothingIsGiven) {
  Violations violations;
  const FieldPath path("x");
  EXPECT_EQ(PeriodOf("", "", path, violations), domain::Period{});
  PeriodOf("2025-01-02", "2025-01-02", path, violations);
  EXPECT_TRUE(violations.empty());
  PeriodOf("2025-01-02", "2025-01-01", path, violations);
  ASSERT_THAT(violations.all(), SizeIs(1));
  EXPECT_EQ(violations.all()[0].field, "x.until");
}

TEST(ViolationsTest, QuantitiesAndPricesAreExactDecimals) {
  const struct {
    std::string value;
    bool quantity;
    bool price;
  } rows[] = {
      {"1", true, true},
      {"0.0001", true, true},
      {"0.00001", false, true},
      {"0.0000001", false, false},
      {"0", false, true},
      {"-1", false, false},
      {"+1", false, false},
      {"1e3", false, false},
      {"1,5", false, false},
      {" 1", false, false},
      {"999999999999.9999", true, false},
      {"1000000000000", false, false},
      {"9999999999.999999", false, true},
      {"10000000000", true, false},
  };
  for (const auto& row : rows) {
    Violations of_quantity;
    RequiredQuantity(row.value, FieldPath("q"), of_quantity);
    EXPECT_EQ(of_quantity.empty(), row.quantity) << row.value;
    Violations of_price;
    OptionalPrice(row.value, FieldPath("p"), of_price);
    EXPECT_EQ(of_price.empty(), row.price) << row.value;
  }
  Violations violations;
  EXPECT_EQ(OptionalPrice("", FieldPath("p"), violations), std::nullopt);
  EXPECT_TRUE(violations.empty());
  RequiredQuantity("", FieldPath("q"), violations);
  EXPECT_THAT(Complaint(violations), HasSubstr("required"));
}

TEST(ViolationsTest, NothingWrongIsOk) {
  Violations violations;
  ONESTOP_EXPECT_OK(violations.ToStatus());
  violations.Add(FieldPath("x"), "is wrong");
  EXPECT_THAT(violations.ToStatus(),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(ErrorReason(violations.ToStatus()), "MALFORMED_REQUEST");
}

}  // namespace
}  // namespace onestop::wire
