// Collects every malformed field of a request, and checks the plain kinds of
// fields: ids, texts, days, quantities, prices, amounts.
#ifndef ONESTOP_WIRE_VIOLATIONS_H_
#define ONESTOP_WIRE_VIOLATIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/error.h"
#include "base/limits.h"
#include "domain/units.h"

namespace onestop::wire {

// The years of service that a request may name.
inline constexpr int32_t kFirstYear = 2000;
inline constexpr int32_t kLastYear = 2100;

// Where a field stands, as a chain on the stack: nothing is spelled out unless
// the field is wrong. The parent and the name outlive it.
class FieldPath {
 public:
  // The whole message; `name` may be empty.
  explicit FieldPath(std::string_view name) : name_(name) {}
  FieldPath(const FieldPath& parent, std::string_view name)
      : parent_(&parent), name_(name) {}
  FieldPath(const FieldPath& parent, std::string_view name, int index)
      : parent_(&parent), name_(name), index_(index) {}

  // "claim.lines[2].quantity".
  std::string ToString() const;

 private:
  const FieldPath* parent_ = nullptr;
  std::string_view name_;
  int index_ = -1;
};

// The malformed fields found so far. Not thread-safe.
class Violations {
 public:
  void Add(const FieldPath& field, std::string_view description);
  bool empty() const { return violations_.empty(); }
  const std::vector<FieldViolation>& all() const { return violations_; }
  // OK when there is none, else MALFORMED_REQUEST with all of them.
  absl::Status ToStatus() const;

 private:
  std::vector<FieldViolation> violations_;
};

// Each takes a field as it came and returns it typed; when it is malformed a
// violation is added and the value returned is of no use.

// 1 to 64 bytes without control characters; `Optional…` also accept an empty
// one.
std::string RequiredId(const std::string& value, const FieldPath& field,
                       Violations& violations);
std::string OptionalId(const std::string& value, const FieldPath& field,
                       Violations& violations);
// Words for people, up to `max_bytes`; no NUL.
std::string BoundedText(const std::string& value, const FieldPath& field,
                        Violations& violations,
                        size_t max_bytes = limits::kMaxTextBytes);
// YYYY-MM-DD.
domain::Day RequiredDay(const std::string& value, const FieldPath& field,
                        Violations& violations);
domain::Day OptionalDay(const std::string& value, domain::Day absent,
                        const FieldPath& field, Violations& violations);
// Two optional days in order; `until` is named when it lies before `from`.
domain::Period PeriodOf(const std::string& from, const std::string& until,
                        const FieldPath& parent, Violations& violations,
                        std::string_view from_name = "from",
                        std::string_view until_name = "until");
// YYYY-MM, of the years of service: its first day.
domain::Day RequiredMonth(const std::string& value, const FieldPath& field,
                          Violations& violations);
// Above 0, in the decimals and below the bound of ClaimLine.quantity.
domain::Quantity RequiredQuantity(const std::string& value,
                                  const FieldPath& field,
                                  Violations& violations);
// Empty: not given.
std::optional<domain::UnitPrice> OptionalPrice(const std::string& value,
                                               const FieldPath& field,
                                               Violations& violations);
// From `least` to `most`.
domain::Money AmountBetween(int64_t fen, int64_t least, int64_t most,
                            const FieldPath& field, Violations& violations);
// Without an upper bound.
domain::Money NotNegative(int64_t fen, const FieldPath& field,
                          Violations& violations);
int32_t NumberBetween(int32_t value, int32_t least, int32_t most,
                      const FieldPath& field, Violations& violations);

// How many elements of a repeated field to read: `size`, or, with a violation,
// `most` when there are more.
int BoundedCount(int size, int most, const FieldPath& field,
                 Violations& violations);

// An enum value already mapped: a violation when the number is unknown
// (nullopt), for `RequiredEnum` also when it is `unspecified`.
template <typename E>
E RequiredEnum(std::optional<E> value, E unspecified, const FieldPath& field,
               Violations& violations) {
  if (!value || *value == unspecified) {
    violations.Add(field, value ? "is required; it is not given"
                                : "is not one of the known values");
    return unspecified;
  }
  return *value;
}
template <typename E>
E OptionalEnum(std::optional<E> value, E unspecified, const FieldPath& field,
               Violations& violations) {
  if (!value) violations.Add(field, "is not one of the known values");
  return value.value_or(unspecified);
}

// Strings of a repeated field, each a required id.
template <typename Repeated>
std::vector<std::string> IdList(const Repeated& values, int most,
                                const FieldPath& parent, std::string_view name,
                                Violations& violations) {
  const int count =
      BoundedCount(values.size(), most, FieldPath(parent, name), violations);
  std::vector<std::string> ids;
  ids.reserve(count);
  for (int i = 0; i < count; ++i) {
    ids.push_back(
        RequiredId(values.Get(i), FieldPath(parent, name, i), violations));
  }
  return ids;
}

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_VIOLATIONS_H_
