// A batch of a lane: which rows it can touch, which of its requests are
// connected through shared rows, and how each is decided.
#ifndef ONESTOP_SERVER_LANE_BATCH_H_
#define ONESTOP_SERVER_LANE_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "domain/book.h"
#include "server/lane_request.h"
#include "server/snapshot.h"
#include "storage/store.h"

namespace onestop::server {

// A request that its lane has taken.
struct Pending {
  LaneRequest* request = nullptr;
  int tries = 0;  // writes that found a version moved
  // Decided in a batch of its own: its refusal must not touch the others'
  // working copy, or it was in a batch that could not be stored.
  bool alone = false;
  // Its record was in a write whose reply was lost, first at this moment.
  bool maybe_written = false;
  int64_t unknown_since_ms = 0;

  // Of the round under way.
  std::vector<std::string> persons;  // whose rows it can touch
  absl::StatusOr<std::string> answer = absl::UnknownError("not decided");
  size_t outcome = 0;    // index into kOutcomes
  bool wrote = false;    // a new record in the book is its own
  bool discard = false;  // nothing of its round may be written
};

using Batch = std::vector<Pending>;

// Every row that the batch can touch, but for those that only the targets of
// its reversals name. Fills in Pending::persons.
storage::GatherKeys KeysOf(Batch& batch);

// The ledger rows that reversals of the batch move beside `keys`, now that
// their targets are known. Adds their owners to Pending::persons.
std::vector<domain::LedgerKey> RowsOfReversals(
    Batch& batch, const storage::GatherKeys& keys,
    const storage::Gathered& gathered);

// The persons of whom `fresh` has a row of another version than the book was
// given, or a settlement that was not there.
absl::flat_hash_set<std::string> MovedPersons(const domain::Book& book,
                                              const storage::Gathered& fresh);

// Takes out of the batch every request that is connected, through persons that
// requests share, with one of `moved`; both parts keep their order.
Batch TakeConnected(Batch& batch,
                    const absl::flat_hash_set<std::string>& moved);

// Decides one request on the book: its answer, its outcome, and the reply that
// a new record keeps.
void Decide(const Snapshot& snapshot, domain::Book& book, Pending& pending);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_LANE_BATCH_H_
