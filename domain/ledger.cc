// Keeps the counters of a person-year and names them.
#include "domain/ledger.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/error.h"
#include "base/strings.h"
#include "domain/reason.h"

namespace onestop::domain {
namespace {

bool Before(const LedgerEntry& entry, std::string_view name) {
  return entry.name < name;
}

// Whether the entry belongs to what year 0 drops in time.
bool Droppable(std::string_view counter) {
  return counter.starts_with(kSupplyPrefix) ||
         counter.starts_with(kPrescriptionPrefix);
}

// One part of a name, so that two different names stay different.
std::string Escape(std::string_view part) {
  if (part.find_first_of("%/") == std::string_view::npos) {
    return std::string(part);  // As nearly all are, and this is fast.
  }
  return absl::StrReplaceAll(View(part), {{"%", "%25"}, {"/", "%2F"}});
}

std::string Named(std::string_view kind, std::string_view scheme,
                  std::string_view key) {
  return key.empty() ? absl::StrCat(View(kind), View(scheme))
                     : absl::StrCat(View(kind), View(scheme), "/", View(key));
}

}  // namespace

const LedgerEntry* LedgerRow::Find(std::string_view counter) const {
  const auto at =
      std::lower_bound(entries_.begin(), entries_.end(), counter, Before);
  return at != entries_.end() && at->name == counter ? &*at : nullptr;
}

int64_t LedgerRow::Get(std::string_view counter) const {
  const LedgerEntry* entry = Find(counter);
  return entry ? entry->amount : 0;
}

absl::Span<const LedgerEntry> LedgerRow::WithPrefix(
    std::string_view prefix) const {
  const auto first =
      std::lower_bound(entries_.begin(), entries_.end(), prefix, Before);
  auto last = first;
  while (last != entries_.end() && last->name.starts_with(prefix)) {
    ++last;
  }
  return absl::MakeConstSpan(entries_).subspan(
      static_cast<size_t>(first - entries_.begin()),
      static_cast<size_t>(last - first));
}

absl::Status LedgerRow::Add(const Movement& movement) {
  if (movement.amount == 0) return absl::OkStatus();
  const auto at = std::lower_bound(entries_.begin(), entries_.end(),
                                   std::string_view(movement.counter), Before);
  const bool found = at != entries_.end() && at->name == movement.counter;
  if (!found && movement.amount < 0 && Droppable(movement.counter)) {
    return absl::OkStatus();
  }
  int64_t sum = 0;
  if (__builtin_add_overflow(found ? at->amount : 0, movement.amount, &sum) ||
      sum == std::numeric_limits<int64_t>::max()) {
    return MakeError(absl::StatusCode::kInternal, refusal::kInvariantBroken,
                     absl::StrCat("counter ", movement.counter,
                                  " would overflow; nothing was written"));
  }
  if (sum < 0 && Droppable(movement.counter)) sum = 0;
  if (sum < 0) {
    return MakeError(
        absl::StatusCode::kFailedPrecondition, refusal::kCounterBelowZero,
        absl::StrCat("counter ", movement.counter, " of year ", movement.year,
                     " would fall below zero: it holds ",
                     found ? at->amount : 0, ", the change is ",
                     movement.amount,
                     "; take back first the posting that lowered it"),
        {{"counter", movement.counter}});
  }
  if (sum == 0) {
    entries_.erase(at);
  } else if (!found) {
    entries_.insert(at, LedgerEntry{movement.counter, sum, movement.until});
  } else {
    at->amount = sum;
    if (movement.amount > 0) at->until = std::max(at->until, movement.until);
  }
  return absl::OkStatus();
}

void LedgerRow::Set(LedgerEntry entry) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(),
                                   std::string_view(entry.name), Before);
  if (at != entries_.end() && at->name == entry.name) {
    *at = std::move(entry);
  } else {
    entries_.insert(at, std::move(entry));
  }
}

void LedgerRow::DropBefore(Day earliest_open) {
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(),
                                [earliest_open](const LedgerEntry& entry) {
                                  return entry.until < earliest_open &&
                                         Droppable(entry.name);
                                }),
                 entries_.end());
}

Day EarliestOpenDay(Day today) {
  const CivilDate date = CivilDateOf(today);
  return DayOf(date.month <= 3 ? date.year - 1 : date.year, 1, 1);
}

std::string DeductibleCounter(std::string_view scheme, std::string_view key) {
  return Named("dedc/", scheme, key);
}

std::string CapCounter(std::string_view scheme, std::string_view key) {
  return Named("cap/", scheme, key);
}

std::string BasisCounter(std::string_view layer) {
  return absl::StrCat("basis/", View(layer));
}

std::string PaidCounter(std::string_view layer) {
  return absl::StrCat("paid/", View(layer));
}

std::string PrescriptionCounter(std::string_view institution_id,
                                std::string_view prescription_id,
                                std::string_view item_code) {
  return absl::StrCat(View(kPrescriptionPrefix), Escape(institution_id), "/",
                      Escape(prescription_id), "/", Escape(item_code));
}

std::string SupplyPrefix(std::string_view item_code) {
  return absl::StrCat(View(kSupplyPrefix), Escape(item_code), "/");
}

std::string SupplyCounter(std::string_view item_code,
                          std::string_view settlement_id) {
  return absl::StrCat(SupplyPrefix(item_code), View(settlement_id));
}

}  // namespace onestop::domain
