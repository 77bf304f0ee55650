// Counters within their bounds, by the limits that the receipts name.
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "domain/book.h"
#include "onestop/v1/settlement.pb.h"
#include "tests/history/checks.h"

namespace onestop::history {
namespace {

namespace pb = ::onestop::v1;

using CounterKey = std::pair<domain::LedgerKey, std::string>;

// The highest limit that a receipt named for a counter: a person's category may
// change within the year.
void AddLimits(const domain::SettlementRecord& record,
               std::map<CounterKey, int64_t>& limits) {
  if (record.kind != domain::RecordKind::kSettlement) return;
  pb::SettleResponse response;
  if (!response.ParseFromString(record.reply)) return;  // verification says so
  const int32_t year = domain::YearOf(record.claim.service_date);
  for (const pb::Remaining& remaining : response.receipt().remaining()) {
    if (remaining.kind() != pb::REMAINING_KIND_CAP &&
        remaining.kind() != pb::REMAINING_KIND_LAYER_CAP) {
      continue;
    }
    int64_t& limit = limits[{{record.person_id, year}, remaining.counter()}];
    limit = std::max(limit, remaining.limit_fen());
  }
}

}  // namespace

void CheckBounds(const Stored& stored, Findings& findings) {
  std::map<CounterKey, int64_t> limits;
  for (const auto& [key, record] : stored.records) AddLimits(*record, limits);
  for (const auto& [person_id, history] : stored.persons) {
    std::set<CounterKey> posted;  // what is paid elsewhere knows no cap
    for (const storage::Posting& posting : history.postings) {
      posted.insert(
          {{person_id, posting.movement.year}, posting.movement.counter});
    }
    for (const auto& [key, row] : history.ledger) {
      for (const domain::LedgerEntry& entry : row.entries()) {
        const CounterKey counter{key, entry.name};
        const auto limit = limits.find(counter);
        const bool over = limit != limits.end() && !posted.contains(counter) &&
                          entry.amount > limit->second;
        if (entry.amount >= 0 && !over) continue;
        findings.Add(Wound::kBroken,
                     absl::StrCat("the counter ", entry.name, " of ", person_id,
                                  ", year ", key.year, ", is ", entry.amount,
                                  over ? absl::StrCat(", over its cap of ",
                                                      limit->second)
                                       : std::string(", below zero")));
      }
    }
  }
}

}  // namespace onestop::history
