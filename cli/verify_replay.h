// One ledger row rebuilt from all that moved it, version by version.
#ifndef ONESTOP_CLI_VERIFY_REPLAY_H_
#define ONESTOP_CLI_VERIFY_REPLAY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/verify.h"
#include "domain/book.h"
#include "domain/settlement.h"
#include "storage/store.h"

namespace onestop::cli {

// What one settlement, reversal or posting read and did at one version.
struct RowEvent {
  int64_t version_before = 0;
  std::string settlement_id;  // empty: a posting
  std::vector<domain::Movement> movements;
  std::vector<domain::CounterRead> reads;
  std::optional<domain::Day> today;  // drops what ended before
};

using RowEvents = std::map<domain::LedgerKey, std::vector<RowEvent>>;

// Adds the record's event at every row that it touched. A difference when it
// read or moved a row that it does not name as touched, or names one twice.
std::optional<Difference> AddEvents(const domain::SettlementRecord& record,
                                    RowEvents& events);
void AddEvent(const storage::Posting& posting, RowEvents& events);

// Whether the events alone bring the row to the version, one each.
bool Gapless(std::vector<RowEvent> events, int64_t version);

// Replays the events from nothing and compares what every one read, and in the
// end the stored row (nullptr: there is none).
std::optional<Difference> Replay(const domain::LedgerKey& key,
                                 std::vector<RowEvent> events,
                                 const domain::LedgerRow* stored);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_VERIFY_REPLAY_H_
