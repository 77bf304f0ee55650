// Two passes: every person on their own, then the rows that other persons'
// settlements touched (family accounts).
#include "cli/verify.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "cli/verify_recompute.h"
#include "cli/verify_replay.h"
#include "storage/ids.h"

namespace onestop::cli {
namespace {

using domain::LedgerKey;
using domain::RecordKind;
using domain::SettlementRecord;
using storage::PersonHistory;

struct Read {
  std::string person_id;
  PersonHistory history;
};

class Verification {
 public:
  Verification(storage::Store& store, const VerifyOptions& options)
      : store_(store), options_(options), recomputer_(store, options) {}

  absl::StatusOr<VerifyReport> Run() {
    std::string after;
    while (!Full()) {
      ONESTOP_ASSIGN_OR_RETURN(const std::vector<std::string> persons,
                               store_.ScanPersons(after, options_.batch));
      if (persons.empty()) break;
      ONESTOP_RETURN_IF_ERROR(CheckBatch(persons));
      after = persons.back();
      if (options_.progress) options_.progress(report_.counts);
    }
    for (const auto& [key, events] : foreign_) deferred_.insert(key.person_id);
    for (const std::string& person_id : deferred_) {
      if (Full()) break;
      if (broken_.contains(person_id)) continue;
      ONESTOP_RETURN_IF_ERROR(CheckDeferred(person_id));
    }
    report_.stopped = Full();
    return std::move(report_);
  }

 private:
  bool Full() const {
    return report_.differences.size() >= options_.max_differences;
  }
  void Note(Difference difference) {
    if (!Full()) report_.differences.push_back(std::move(difference));
  }
  void Note(std::optional<Difference> difference) {
    if (difference) Note(*std::move(difference));
  }
  void NoteBroken(const std::string& person_id, const absl::Status& why) {
    Difference difference;
    difference.what = std::string(why.message());
    difference.person = storage::PersonDigest(person_id);
    Note(std::move(difference));
    broken_.insert(person_id);
  }

  // nullopt when the person's rows cannot be read: noted, and passed over.
  absl::StatusOr<std::optional<PersonHistory>> ReadPerson(
      const std::string& person_id) {
    auto history = store_.ReadHistory(person_id);
    if (history.ok()) {
      return std::optional<PersonHistory>(*std::move(history));
    }
    if (ErrorReason(history.status()) != "STORED_FORM_BROKEN") {
      return std::move(history).status();
    }
    NoteBroken(person_id, history.status());
    return std::optional<PersonHistory>();
  }

  absl::Status CheckBatch(const std::vector<std::string>& persons) {
    std::vector<Read> batch;
    for (const std::string& person_id : persons) {
      ONESTOP_ASSIGN_OR_RETURN(std::optional<PersonHistory> history,
                               ReadPerson(person_id));
      if (history) batch.push_back({person_id, *std::move(history)});
    }
    for (const Read& read : batch) {
      Count(read.history);
      CheckVersions(read);
      CheckRows(read);
    }
    ONESTOP_RETURN_IF_ERROR(CheckLatest(batch));
    return CheckRecords(batch);
  }

  void Count(const PersonHistory& history) {
    VerifyCounts& counts = report_.counts;
    ++counts.persons;
    counts.postings += static_cast<int64_t>(history.postings.size());
    counts.ledger_rows += static_cast<int64_t>(history.ledger.size());
    for (const SettlementRecord& record : history.settlements) {
      switch (record.kind) {
        case RecordKind::kSettlement:
          ++counts.settlements;
          if (!Recomputer::SameEngine(record)) ++counts.not_recomputed;
          break;
        case RecordKind::kReversal:
          ++counts.reversals;
          break;
        case RecordKind::kClosed:
          ++counts.closed_ids;
          break;
      }
    }
  }

  void CheckVersions(const Read& read) {
    int64_t next = 1;
    for (const domain::Person& person : read.history.versions) {
      if (person.version == next) {
        ++next;
        continue;
      }
      Difference difference;
      difference.what = "a version of the person is missing";
      difference.person = storage::PersonDigest(read.person_id);
      difference.expected = absl::StrCat("version ", next);
      difference.found = absl::StrCat("version ", person.version);
      return Note(std::move(difference));
    }
  }

  // The row that settlements read is the history's last.
  absl::Status CheckLatest(const std::vector<Read>& batch) {
    std::vector<std::string> ids;
    for (const Read& read : batch) ids.push_back(read.person_id);
    const auto latest = store_.GetPersons(ids);
    if (!latest.ok()) {
      if (ErrorReason(latest.status()) != "STORED_FORM_BROKEN") {
        return latest.status();
      }
      NoteBroken("", latest.status());
      return absl::OkStatus();
    }
    std::map<std::string, const domain::Person*> by_id;
    for (const domain::Person& person : *latest) {
      by_id[person.person_id] = &person;
    }
    for (const Read& read : batch) {
      const std::vector<domain::Person>& versions = read.history.versions;
      const auto at = by_id.find(read.person_id);
      const bool same = versions.empty() ? at == by_id.end()
                                         : at != by_id.end() &&
                                               *at->second == versions.back();
      if (same) continue;
      Difference difference;
      difference.what = "the person is not the last version of its history";
      difference.person = storage::PersonDigest(read.person_id);
      Note(std::move(difference));
    }
    return absl::OkStatus();
  }

  // The events of the person's own rows; in the first pass also notes what the
  // person's settlements did to other persons' rows.
  RowEvents OwnEvents(const Read& read, bool first_pass) {
    RowEvents events;
    for (const SettlementRecord& record : read.history.settlements) {
      auto difference = AddEvents(record, events);
      if (first_pass) Note(std::move(difference));
    }
    for (const storage::Posting& posting : read.history.postings) {
      AddEvent(posting, events);
    }
    for (auto at = events.begin(); at != events.end();) {
      if (at->first.person_id == read.person_id) {
        ++at;
        continue;
      }
      if (first_pass) {
        std::vector<RowEvent>& known = foreign_[at->first];
        std::move(at->second.begin(), at->second.end(),
                  std::back_inserter(known));
      }
      at = events.erase(at);
    }
    return events;
  }

  // Every row that exists or that something moved.
  void CheckRows(const Read& read) {
    RowEvents events = OwnEvents(read, true);
    std::map<LedgerKey, const domain::LedgerRow*> rows = StoredRows(read);
    for (const auto& [key, moved] : events) rows.try_emplace(key, nullptr);
    bool complete = true;
    for (const auto& [key, stored] : rows) {
      if (foreign_.contains(key) ||
          !Gapless(events[key], stored == nullptr ? 0 : stored->version)) {
        complete = false;
      }
    }
    if (!complete) {  // family accounts, or a difference: the second pass
      deferred_.insert(read.person_id);
      return;
    }
    for (const auto& [key, stored] : rows) {
      Note(Replay(key, std::move(events[key]), stored));
    }
  }

  static std::map<LedgerKey, const domain::LedgerRow*> StoredRows(
      const Read& read) {
    std::map<LedgerKey, const domain::LedgerRow*> rows;
    for (const auto& [key, row] : read.history.ledger) rows[key] = &row;
    return rows;
  }

  absl::Status CheckDeferred(const std::string& person_id) {
    ONESTOP_ASSIGN_OR_RETURN(std::optional<PersonHistory> history,
                             ReadPerson(person_id));
    if (!history) return absl::OkStatus();
    const Read read{person_id, *std::move(history)};
    RowEvents events = OwnEvents(read, false);
    for (auto at = foreign_.lower_bound({person_id, INT32_MIN});
         at != foreign_.end() && at->first.person_id == person_id; ++at) {
      std::vector<RowEvent>& own = events[at->first];
      own.insert(own.end(), at->second.begin(), at->second.end());
    }
    std::map<LedgerKey, const domain::LedgerRow*> rows = StoredRows(read);
    for (const auto& [key, moved] : events) rows.try_emplace(key, nullptr);
    for (const auto& [key, stored] : rows) {
      Note(Replay(key, std::move(events[key]), stored));
    }
    return absl::OkStatus();
  }

  // In the order of the revisions that they name, so that each catalog and
  // policy is loaded once a batch.
  absl::Status CheckRecords(const std::vector<Read>& batch) {
    std::vector<std::pair<const SettlementRecord*, const PersonHistory*>> all;
    for (const Read& read : batch) {
      for (const SettlementRecord& record : read.history.settlements) {
        all.emplace_back(&record, &read.history);
      }
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
      const auto order = [](const SettlementRecord& record) {
        return std::tie(record.policy_revision, record.catalog_revision);
      };
      return order(*a.first) < order(*b.first);
    });
    for (const auto& [record, history] : all) {
      if (Full()) break;
      ONESTOP_ASSIGN_OR_RETURN(std::optional<Difference> difference,
                               recomputer_.Check(*record, *history));
      Note(std::move(difference));
    }
    return absl::OkStatus();
  }

  storage::Store& store_;
  const VerifyOptions& options_;
  Recomputer recomputer_;
  VerifyReport report_;
  RowEvents foreign_;  // rows of one person moved by another's settlement
  std::set<std::string> broken_;    // whose rows cannot be read: told once
  std::set<std::string> deferred_;  // whose rows wait for the second pass
};

}  // namespace

std::string Difference::ToString() const {
  std::string text = absl::StrCat("person ", person);
  if (!settlement_id.empty()) {
    absl::StrAppend(&text, ", settlement ", settlement_id);
  }
  if (!counter.empty()) {
    absl::StrAppend(&text, ", year ", year, ", counter ", counter);
  }
  absl::StrAppend(&text, ": ", what);
  if (!expected.empty() || !found.empty()) {
    absl::StrAppend(&text, ": expected ", expected, ", found ", found);
  }
  return text;
}

absl::StatusOr<VerifyReport> VerifyDatabase(storage::Store& store,
                                            const VerifyOptions& options) {
  return Verification(store, options).Run();
}

}  // namespace onestop::cli
