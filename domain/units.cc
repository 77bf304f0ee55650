// Parses and prints the exact numbers of a settlement.
#include "domain/units.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "base/limits.h"

namespace onestop::domain {
namespace {

bool AllDigits(std::string_view text) {
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return true;
}

// A decimal as an integer of 10^-decimals units, whole part below `limit`.
std::optional<int64_t> ParseDecimal(std::string_view text, int decimals,
                                    int64_t limit) {
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string_view fraction;
  if (point != std::string_view::npos) {
    fraction = text.substr(point + 1);
    if (fraction.empty()) return std::nullopt;
  }
  if (whole.empty() || whole.size() > 18 || !AllDigits(whole) ||
      !AllDigits(fraction) || fraction.size() > static_cast<size_t>(decimals)) {
    return std::nullopt;
  }
  int64_t value = 0;
  for (const char c : whole) value = value * 10 + (c - '0');
  if (value >= limit) return std::nullopt;
  for (int i = 0; i < decimals; ++i) {
    const bool given = static_cast<size_t>(i) < fraction.size();
    value = value * 10 + (given ? fraction[static_cast<size_t>(i)] - '0' : 0);
  }
  return value;
}

std::string FormatDecimal(int64_t value, int decimals) {
  int64_t unit = 1;
  for (int i = 0; i < decimals; ++i) unit *= 10;
  std::string text = absl::StrCat(value / unit);
  if (value % unit == 0) return text;
  std::string fraction = absl::StrCat(unit + value % unit).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return absl::StrCat(text, ".", fraction);
}

constexpr absl::CivilDay kEpoch(1970, 1, 1);

absl::CivilDay ToCivil(Day day) { return kEpoch + day.number; }

Day FromCivil(absl::CivilDay civil) {
  return Day{static_cast<int32_t>(civil - kEpoch)};
}

}  // namespace

std::optional<Quantity> ParseQuantity(std::string_view text) {
  const std::optional<int64_t> value =
      ParseDecimal(text, 4, limits::kMaxQuantityUnits);
  if (!value) return std::nullopt;
  return Quantity{*value};
}

std::optional<UnitPrice> ParseUnitPrice(std::string_view text) {
  const std::optional<int64_t> value =
      ParseDecimal(text, 6, limits::kMaxPriceYuan);
  if (!value) return std::nullopt;
  return UnitPrice{*value};
}

std::string FormatQuantity(Quantity quantity) {
  return FormatDecimal(quantity.ten_thousandths, 4);
}

std::string FormatUnitPrice(UnitPrice price) {
  return FormatDecimal(price.micro_yuan, 6);
}

std::string FormatYuan(Money money) {
  const uint64_t magnitude = money.fen < 0
                                 ? 0 - static_cast<uint64_t>(money.fen)
                                 : static_cast<uint64_t>(money.fen);
  return absl::StrCat(money.fen < 0 ? "-" : "", magnitude / 100, ".",
                      absl::Dec(magnitude % 100, absl::kZeroPad2));
}

Day DayOf(int32_t year, int32_t month, int32_t day) {
  return FromCivil(absl::CivilDay(year, month, day));
}

CivilDate CivilDateOf(Day day) {
  // Asked for with every rule that counts by year: absl's was a sixtieth of a
  // lane's instructions. std::chrono's years end at 32767, before an open bound.
  constexpr int32_t kWithinItsYears = 10'000'000;
  if (day.number > -kWithinItsYears && day.number < kWithinItsYears) {
    const std::chrono::year_month_day date(
        std::chrono::sys_days(std::chrono::days(day.number)));
    return {static_cast<int>(date.year()),
            static_cast<int>(static_cast<unsigned>(date.month())),
            static_cast<int>(static_cast<unsigned>(date.day()))};
  }
  const absl::CivilDay civil = ToCivil(day);
  return {static_cast<int32_t>(civil.year()), civil.month(), civil.day()};
}

Day AddMonths(Day day, int32_t months) {
  const absl::CivilDay civil = ToCivil(day);
  const absl::CivilMonth month = absl::CivilMonth(civil) + months;
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  const absl::CivilDay same = absl::CivilDay(month) + (civil.day() - 1);
  return FromCivil(same < last ? same : last);
}

Day SameDateNextYear(Day day) {
  const absl::CivilDay civil = ToCivil(day);
  return FromCivil(
      absl::CivilDay(civil.year() + 1, civil.month(), civil.day()));
}

std::optional<Day> ParseDay(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
    return std::nullopt;
  }
  const std::string_view digits[] = {text.substr(0, 4), text.substr(5, 2),
                                     text.substr(8, 2)};
  int32_t parts[3];
  for (int i = 0; i < 3; ++i) {
    if (!AllDigits(digits[i])) return std::nullopt;
    int32_t value = 0;
    for (const char c : digits[i]) value = value * 10 + (c - '0');
    parts[i] = value;
  }
  if (parts[0] < 1900 || parts[0] > 2999) return std::nullopt;
  const absl::CivilDay civil(parts[0], parts[1], parts[2]);
  if (civil.month() != parts[1] || civil.day() != parts[2]) {
    return std::nullopt;  // it was normalised: no such day
  }
  return FromCivil(civil);
}

std::string FormatDay(Day day) {
  const CivilDate date = CivilDateOf(day);
  return absl::StrCat(absl::Dec(date.year, absl::kZeroPad4), "-",
                      absl::Dec(date.month, absl::kZeroPad2), "-",
                      absl::Dec(date.day, absl::kZeroPad2));
}

}  // namespace onestop::domain
