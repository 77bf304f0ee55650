// Checks plain fields and says what is wrong with them.
#include "wire/violations.h"

#include "absl/strings/str_cat.h"

namespace onestop::wire {
namespace {

bool HasControlCharacter(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return true;
  }
  return false;
}

constexpr std::string_view kDayAdvice =
    "is not a day; write it as YYYY-MM-DD, for example 2025-03-01";

}  // namespace

std::string FieldPath::ToString() const {
  std::string text = parent_ ? parent_->ToString() : std::string();
  if (!text.empty() && !name_.empty()) text += '.';
  text += name_;
  if (index_ >= 0) absl::StrAppend(&text, "[", index_, "]");
  return text;
}

void Violations::Add(const FieldPath& field, std::string_view description) {
  violations_.push_back({field.ToString(), std::string(description)});
}

absl::Status Violations::ToStatus() const {
  return empty() ? absl::OkStatus() : MalformedRequest(violations_);
}

std::string RequiredId(const std::string& value, const FieldPath& field,
                       Violations& violations) {
  if (value.empty()) {
    violations.Add(field, "is required; it is empty");
    return value;
  }
  return OptionalId(value, field, violations);
}

std::string OptionalId(const std::string& value, const FieldPath& field,
                       Violations& violations) {
  if (value.size() > limits::kMaxIdBytes) {
    violations.Add(field,
                   absl::StrCat("is ", value.size(), " bytes long; at most ",
                                limits::kMaxIdBytes, " are accepted"));
  } else if (HasControlCharacter(value)) {
    violations.Add(field, "holds a control character; leave it out");
  }
  return value;
}

std::string BoundedText(const std::string& value, const FieldPath& field,
                        Violations& violations, size_t max_bytes) {
  if (value.size() > max_bytes) {
    violations.Add(field,
                   absl::StrCat("is ", value.size(), " bytes long; at most ",
                                max_bytes, " are accepted"));
  } else if (value.find('\0') != std::string::npos) {
    violations.Add(field, "holds a NUL character; leave it out");
  }
  return value;
}

domain::Day RequiredDay(const std::string& value, const FieldPath& field,
                        Violations& violations) {
  if (value.empty()) {
    violations.Add(field, "is required; write the day as YYYY-MM-DD");
    return {};
  }
  return OptionalDay(value, {}, field, violations);
}

domain::Day OptionalDay(const std::string& value, domain::Day absent,
                        const FieldPath& field, Violations& violations) {
  if (value.empty()) return absent;
  const std::optional<domain::Day> day = domain::ParseDay(value);
  if (!day) violations.Add(field, kDayAdvice);
  return day.value_or(absent);
}

domain::Period PeriodOf(const std::string& from, const std::string& until,
                        const FieldPath& parent, Violations& violations,
                        std::string_view from_name,
                        std::string_view until_name) {
  const FieldPath until_field(parent, until_name);
  const domain::Period period{
      OptionalDay(from, domain::kOpenFrom, FieldPath(parent, from_name),
                  violations),
      OptionalDay(until, domain::kOpenUntil, until_field, violations)};
  if (period.until < period.from) {
    violations.Add(until_field,
                   absl::StrCat("lies before ", std::string(from_name),
                                "; both days are part of the period"));
  }
  return period;
}

domain::Day RequiredMonth(const std::string& value, const FieldPath& field,
                          Violations& violations) {
  const std::optional<domain::Day> first =
      value.size() == std::string_view("YYYY-MM").size()
          ? domain::ParseDay(absl::StrCat(value, "-01"))
          : std::nullopt;
  if (!first || domain::YearOf(*first) < kFirstYear ||
      domain::YearOf(*first) > kLastYear) {
    violations.Add(field, absl::StrCat("must be a month YYYY-MM from ",
                                       kFirstYear, " to ", kLastYear));
    return domain::Day{};
  }
  return *first;
}

domain::Quantity RequiredQuantity(const std::string& value,
                                  const FieldPath& field,
                                  Violations& violations) {
  const std::optional<domain::Quantity> quantity = domain::ParseQuantity(value);
  if (!quantity) {
    violations.Add(field, value.empty()
                              ? "is required; it is empty"
                              : "is not a quantity; write a decimal number "
                                "above 0 and below 10^12 with at most 4 "
                                "decimals, without sign or exponent");
    return {};
  }
  if (quantity->ten_thousandths == 0) violations.Add(field, "must be above 0");
  return *quantity;
}

std::optional<domain::UnitPrice> OptionalPrice(const std::string& value,
                                               const FieldPath& field,
                                               Violations& violations) {
  if (value.empty()) return std::nullopt;
  const std::optional<domain::UnitPrice> price = domain::ParseUnitPrice(value);
  if (!price) {
    violations.Add(field,
                   "is not a price; write yuan as a decimal number below "
                   "10^10 with at most 6 decimals, without sign or exponent");
  }
  return price;
}

domain::Money AmountBetween(int64_t fen, int64_t least, int64_t most,
                            const FieldPath& field, Violations& violations) {
  if (fen < least || fen > most) {
    violations.Add(field, absl::StrCat("is ", fen, "; it must lie between ",
                                       least, " and ", most, " fen"));
  }
  return domain::Money{fen};
}

domain::Money NotNegative(int64_t fen, const FieldPath& field,
                          Violations& violations) {
  if (fen < 0) {
    violations.Add(field, absl::StrCat("is ", fen, "; it must be at least 0"));
  }
  return domain::Money{fen};
}

int32_t NumberBetween(int32_t value, int32_t least, int32_t most,
                      const FieldPath& field, Violations& violations) {
  if (value < least || value > most) {
    violations.Add(field, absl::StrCat("is ", value, "; it must lie between ",
                                       least, " and ", most));
  }
  return value;
}

int BoundedCount(int size, int most, const FieldPath& field,
                 Violations& violations) {
  if (size <= most) return size;
  violations.Add(field, absl::StrCat("has ", size, " elements; at most ", most,
                                     " are accepted"));
  return most;
}

}  // namespace onestop::wire
