// Keys, moved rows and connected requests of a batch.
#include "server/lane_batch.h"

#include <optional>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "domain/claim.h"
#include "domain/ledger.h"
#include "domain/units.h"

namespace onestop::server {
namespace {

using domain::LedgerKey;
using domain::SettlementId;
using storage::Gathered;
using storage::GatherKeys;

// Collects keys, each once. What it has seen are views of the requests.
class KeyCollector {
 public:
  KeyCollector(GatherKeys& keys, size_t requests) : keys_(keys) {
    persons_.reserve(requests);
    rows_.reserve(2 * requests);
    settlements_.reserve(requests);
  }

  void Person(const std::string& person_id) {
    if (persons_.insert(person_id).second) keys_.persons.push_back(person_id);
  }
  void Row(const std::string& person_id, int32_t year) {
    if (rows_.emplace(person_id, year).second) {
      keys_.ledger.push_back({person_id, year});
    }
  }
  void Settlement(const std::string& person_id, const SettlementId& id,
                  const SettlementId& reversal_id) {
    if (settlements_.emplace(person_id, id).second) {
      keys_.settlements.push_back({person_id, id, reversal_id});
    }
  }

  void Claim(const domain::Claim& claim, Pending& pending) {
    Person(claim.person_id);
    Row(claim.person_id, domain::YearOf(claim.service_date));
    Row(claim.person_id, domain::kNoYear);
    if (!claim.account.use) return;
    for (const std::string& relative : claim.account.relatives) {
      Person(relative);
      Row(relative, domain::kNoYear);
    }
    for (std::string& relative : domain::DistinctRelatives(claim)) {
      pending.persons.push_back(std::move(relative));
    }
  }

 private:
  GatherKeys& keys_;
  absl::flat_hash_set<std::string_view> persons_;
  absl::flat_hash_set<std::pair<std::string_view, int32_t>> rows_;
  absl::flat_hash_set<std::pair<std::string_view, SettlementId>> settlements_;
};

// Which persons are connected by the requests that touch both.
class Connections {
 public:
  explicit Connections(const Batch& batch) {
    for (const Pending& pending : batch) {
      const size_t first = IndexOf(pending.persons.front());
      for (const std::string& person : pending.persons) {
        parents_[Root(IndexOf(person))] = Root(first);
      }
    }
  }

  // Nothing when no request of the batch touches the person.
  std::optional<size_t> GroupOf(const std::string& person) {
    const auto found = indices_.find(person);
    if (found == indices_.end()) return std::nullopt;
    return Root(found->second);
  }

 private:
  size_t IndexOf(const std::string& person) {
    const auto [at, is_new] = indices_.try_emplace(person, parents_.size());
    if (is_new) parents_.push_back(at->second);
    return at->second;
  }
  size_t Root(size_t index) {
    while (parents_[index] != index) {
      parents_[index] = parents_[parents_[index]];
      index = parents_[index];
    }
    return index;
  }

  absl::flat_hash_map<std::string, size_t> indices_;
  std::vector<size_t> parents_;
};

}  // namespace

GatherKeys KeysOf(Batch& batch) {
  GatherKeys keys;
  KeyCollector collect(keys, batch.size());
  for (Pending& pending : batch) {
    const LaneRequest& request = *pending.request;
    pending.persons.assign(1, request.person_id());
    if (request.kind == LaneRequest::Kind::kReverse) {
      collect.Settlement(request.reverse.person_id, request.reverse.target,
                         request.reverse.reversal_id);
      if (!request.has_replacement) continue;
    }
    const domain::SettleCommand& settle = request.settle;
    collect.Claim(settle.claim, pending);
    if (request.kind != LaneRequest::Kind::kQuote) {
      collect.Settlement(settle.claim.person_id, settle.id, settle.reversal_id);
    }
  }
  return keys;
}

std::vector<LedgerKey> RowsOfReversals(Batch& batch, const GatherKeys& keys,
                                       const Gathered& gathered) {
  std::vector<LedgerKey> rows;
  absl::flat_hash_map<std::pair<std::string, SettlementId>,
                      const domain::SettlementRecord*>
      records;
  absl::flat_hash_set<LedgerKey> known;
  for (Pending& pending : batch) {
    if (pending.request->kind != LaneRequest::Kind::kReverse) continue;
    if (records.empty()) {
      known.insert(keys.ledger.begin(), keys.ledger.end());
      for (const auto& record : gathered.settlements) {
        records[{record.person_id, record.id}] = &record;
      }
    }
    const domain::ReverseCommand& reverse = pending.request->reverse;
    const auto target = records.find({reverse.person_id, reverse.target});
    if (target == records.end()) continue;
    for (LedgerKey& key : domain::Book::RowsToReverse(*target->second)) {
      pending.persons.push_back(key.person_id);
      if (known.insert(key).second) rows.push_back(std::move(key));
    }
  }
  return rows;
}

absl::flat_hash_set<std::string> MovedPersons(const domain::Book& book,
                                              const Gathered& fresh) {
  absl::flat_hash_set<std::string> moved;
  for (const auto& [key, row] : fresh.ledger) {
    if (book.Committed(key).version != row.version) moved.insert(key.person_id);
  }
  absl::flat_hash_set<const domain::SettlementRecord*> unwritten;
  for (const auto& record : book.records()) unwritten.insert(&record);
  for (const auto& record : fresh.settlements) {
    const auto* known = book.Find(record.person_id, record.id);
    if (known == nullptr || unwritten.contains(known)) {
      moved.insert(record.person_id);
    }
  }
  return moved;
}

Batch TakeConnected(Batch& batch,
                    const absl::flat_hash_set<std::string>& moved) {
  Connections connections(batch);
  absl::flat_hash_set<size_t> groups;
  for (const std::string& person : moved) {
    if (const auto group = connections.GroupOf(person)) groups.insert(*group);
  }
  Batch taken;
  Batch kept;
  for (Pending& pending : batch) {
    const auto group = connections.GroupOf(pending.persons.front());
    (groups.contains(*group) ? taken : kept).push_back(std::move(pending));
  }
  batch = std::move(kept);
  return taken;
}

}  // namespace onestop::server
