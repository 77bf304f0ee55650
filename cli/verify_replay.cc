// Applies movements exactly as the Book does.
#include "cli/verify_replay.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "storage/ids.h"

namespace onestop::cli {
namespace {

using domain::LedgerEntry;
using domain::LedgerKey;
using domain::LedgerRow;

std::string Amount(const LedgerEntry* entry) {
  if (entry == nullptr) return "0";
  if (entry->until == domain::kOpenUntil) return absl::StrCat(entry->amount);
  return absl::StrCat(entry->amount, " until ", FormatDay(entry->until));
}

Difference At(const LedgerKey& key, std::string what,
              std::string settlement_id) {
  Difference difference;
  difference.what = std::move(what);
  difference.person = storage::PersonDigest(key.person_id);
  difference.settlement_id = std::move(settlement_id);
  difference.year = key.year;
  difference.counter = "(row)";
  return difference;
}

std::optional<Difference> CheckReads(const LedgerKey& key,
                                     const RowEvent& event,
                                     const LedgerRow& row) {
  for (const domain::CounterRead& read : event.reads) {
    const LedgerEntry* entry = row.Find(read.counter);
    const LedgerEntry as_read{read.counter, read.amount, read.until};
    const bool same = entry == nullptr ? read.amount == 0 : *entry == as_read;
    if (same) continue;
    Difference difference =
        At(key,
           "the settlement read a counter that the movements before it do "
           "not give",
           event.settlement_id);
    difference.counter = read.counter;
    difference.expected = Amount(entry);
    difference.found = Amount(&as_read);
    return difference;
  }
  return std::nullopt;
}

std::optional<Difference> CompareRows(const LedgerKey& key,
                                      const LedgerRow& replayed,
                                      const LedgerRow* stored) {
  const LedgerRow nothing;
  const LedgerRow& row = stored == nullptr ? nothing : *stored;
  if (row.version != replayed.version) {
    Difference difference = At(
        key, "the ledger row is not at the version of its last movement", "");
    difference.expected = absl::StrCat("version ", replayed.version);
    difference.found = absl::StrCat("version ", row.version);
    return difference;
  }
  std::set<std::string> counters;
  for (const LedgerRow* side : {&replayed, &row}) {
    for (const LedgerEntry& entry : side->entries()) {
      counters.insert(entry.name);
    }
  }
  for (const std::string& counter : counters) {
    const LedgerEntry* expected = replayed.Find(counter);
    const LedgerEntry* found = row.Find(counter);
    if (expected && found && *expected == *found) continue;
    Difference difference =
        At(key, "the stored counter is not the sum of its movements", "");
    difference.counter = counter;
    difference.expected = Amount(expected);
    difference.found = Amount(found);
    return difference;
  }
  return std::nullopt;
}

void SortByVersion(std::vector<RowEvent>& events) {
  std::stable_sort(events.begin(), events.end(),
                   [](const RowEvent& a, const RowEvent& b) {
                     return a.version_before < b.version_before;
                   });
}

}  // namespace

std::optional<Difference> AddEvents(const domain::SettlementRecord& record,
                                    RowEvents& events) {
  const std::string id = record.id.ToString();
  std::map<LedgerKey, RowEvent> touched;
  for (const domain::RowTouch& row : record.rows) {
    const LedgerKey key{row.person_id, row.year};
    RowEvent event;
    event.version_before = row.version_before;
    event.settlement_id = id;
    if (record.had_clock) event.today = record.booked_on;
    if (!touched.emplace(key, std::move(event)).second) {
      return At(key, "the settlement names a ledger row twice", id);
    }
  }
  const auto find = [&](const auto& item) {
    const auto at = touched.find({item.person_id, item.year});
    return at == touched.end() ? nullptr : &at->second;
  };
  const char* unnamed =
      "the settlement read or moved a ledger row that it does not name";
  for (const domain::Movement& movement : record.movements) {
    RowEvent* event = find(movement);
    if (event == nullptr) {
      return At({movement.person_id, movement.year}, unnamed, id);
    }
    event->movements.push_back(movement);
  }
  for (const domain::CounterRead& read : record.reads) {
    RowEvent* event = find(read);
    if (event == nullptr) {
      return At({read.person_id, read.year}, unnamed, id);
    }
    event->reads.push_back(read);
  }
  for (auto& [key, event] : touched) events[key].push_back(std::move(event));
  return std::nullopt;
}

void AddEvent(const storage::Posting& posting, RowEvents& events) {
  RowEvent event;
  event.version_before = posting.row_version - 1;
  event.movements = {posting.movement};
  events[{posting.movement.person_id, posting.movement.year}].push_back(
      std::move(event));
}

bool Gapless(std::vector<RowEvent> events, int64_t version) {
  SortByVersion(events);
  int64_t next = 0;
  for (const RowEvent& event : events) {
    if (event.version_before != next++) return false;
  }
  return next == version;
}

std::optional<Difference> Replay(const LedgerKey& key,
                                 std::vector<RowEvent> events,
                                 const LedgerRow* stored) {
  SortByVersion(events);
  LedgerRow row;
  for (const RowEvent& event : events) {
    if (event.version_before != row.version) {
      Difference difference =
          At(key,
             event.version_before < row.version
                 ? "two movements claim the same version of the ledger row"
                 : "a movement of the ledger row is missing",
             event.settlement_id);
      difference.expected = absl::StrCat("version ", row.version);
      difference.found = absl::StrCat("version ", event.version_before);
      return difference;
    }
    if (auto difference = CheckReads(key, event, row)) return difference;
    const absl::Status applied =
        ApplyMovements(key, event.movements, event.today, row);
    if (!applied.ok()) {
      return At(key,
                absl::StrCat("the movements cannot be applied again: ",
                             applied.message()),
                event.settlement_id);
    }
  }
  return CompareRows(key, row, stored);
}

}  // namespace onestop::cli
