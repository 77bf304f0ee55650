// The exact numbers of a settlement: fen, basis points, quantities, prices and
// civil days (docs/rules.md section 1). No binary floating point anywhere.
#ifndef ONESTOP_DOMAIN_UNITS_H_
#define ONESTOP_DOMAIN_UNITS_H_

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"

namespace onestop::domain {

// A whole number of fen. Overflow cannot happen within the limits of
// base/limits.h; should it, the process stops rather than pay a wrong amount.
struct Money {
  int64_t fen = 0;

  friend constexpr auto operator<=>(Money, Money) = default;
  friend constexpr Money operator+(Money a, Money b) {
    Money sum;
    ONESTOP_CHECK(!__builtin_add_overflow(a.fen, b.fen, &sum.fen));
    return sum;
  }
  friend constexpr Money operator-(Money a, Money b) {
    Money difference;
    ONESTOP_CHECK(!__builtin_sub_overflow(a.fen, b.fen, &difference.fen));
    return difference;
  }
  constexpr Money& operator+=(Money other) { return *this = *this + other; }
  constexpr Money& operator-=(Money other) { return *this = *this - other; }
};

inline constexpr Money kNoLimit{std::numeric_limits<int64_t>::max()};

constexpr Money Min(Money a, Money b) { return a < b ? a : b; }
constexpr Money Max(Money a, Money b) { return a < b ? b : a; }

// A whole number of basis points; 10000 is all of it.
struct Ratio {
  int32_t basis_points = 0;
  friend constexpr auto operator<=>(Ratio, Ratio) = default;
};

// The ratio's share of an amount, half up to the fen: the one rounding rule.
constexpr Money Share(Money amount, Ratio ratio) {
  const __int128 product =
      static_cast<__int128>(amount.fen) * ratio.basis_points + 5000;
  return Money{static_cast<int64_t>(product / 10000)};
}

// The least amount whose share by `ratio` is `pay` or more. `ratio` is above 0.
constexpr Money AmountThatPays(Money pay, Ratio ratio) {
  const __int128 scaled = static_cast<__int128>(pay.fen) * 10000;
  return Money{static_cast<int64_t>((scaled + ratio.basis_points - 1) /
                                    ratio.basis_points)};
}

// A quantity in ten-thousandths of a unit (the national `cnt`, 16,4).
struct Quantity {
  int64_t ten_thousandths = 0;
  friend constexpr auto operator<=>(Quantity, Quantity) = default;
};

// A unit price in millionths of a yuan (the national `pric`, 16,6).
struct UnitPrice {
  int64_t micro_yuan = 0;
  friend constexpr auto operator<=>(UnitPrice, UnitPrice) = default;
};

// price × quantity in fen, half up, as 128 bits: what a huge price makes of a
// huge quantity does not fit Money.
constexpr __int128 CostFen(UnitPrice price, Quantity quantity) {
  const __int128 product = static_cast<__int128>(price.micro_yuan) *
                           static_cast<__int128>(quantity.ten_thousandths);
  constexpr __int128 kPerFen = 100'000'000;  // 10^-10 yuan in one fen
  return (product + kPerFen / 2) / kPerFen;
}

// Decimal text with at most 4 (quantity) or 6 (price) decimals, exactly as
// written: digits, at most one point, no sign, no exponent, no spaces. nullopt
// for anything else, and for what base/limits.h calls too large.
std::optional<Quantity> ParseQuantity(std::string_view text);
std::optional<UnitPrice> ParseUnitPrice(std::string_view text);

// The shortest text that parses back to the same value.
std::string FormatQuantity(Quantity quantity);
std::string FormatUnitPrice(UnitPrice price);
// "1234.50": fen as yuan, for people.
std::string FormatYuan(Money money);

// A civil day, in days since 1970-01-01. The least and greatest values stand
// for an open bound.
struct Day {
  int32_t number = 0;
  friend constexpr auto operator<=>(Day, Day) = default;
  friend constexpr Day operator+(Day day, int32_t days) {
    return Day{day.number + days};
  }
  friend constexpr Day operator-(Day day, int32_t days) {
    return Day{day.number - days};
  }
};

inline constexpr Day kOpenFrom{std::numeric_limits<int32_t>::min()};
inline constexpr Day kOpenUntil{std::numeric_limits<int32_t>::max()};

struct CivilDate {
  int32_t year = 0;
  int32_t month = 0;
  int32_t day = 0;
};

Day DayOf(int32_t year, int32_t month, int32_t day);
CivilDate CivilDateOf(Day day);
inline int32_t YearOf(Day day) { return CivilDateOf(day).year; }
// The same day of the month `months` later, or that month's last day.
Day AddMonths(Day day, int32_t months);
// The same date a year later; 29 February becomes 1 March.
Day SameDateNextYear(Day day);

// "YYYY-MM-DD" from 1900-01-01 to 2999-12-31, a day that exists; else nullopt.
std::optional<Day> ParseDay(std::string_view text);
std::string FormatDay(Day day);

// From/until, both inclusive; an open bound where none was given.
struct Period {
  Day from = kOpenFrom;
  Day until = kOpenUntil;
  friend constexpr bool operator==(Period, Period) = default;
  constexpr bool Contains(Day day) const { return from <= day && day <= until; }
};

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_UNITS_H_
