// What had been answered before a request was sent, it must have seen.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "domain/book.h"
#include "tests/history/checks.h"

namespace onestop::history {
namespace {

using domain::RecordKind;
using domain::SettlementRecord;

// One write of a ledger row, with when it was asked for and acknowledged.
struct RowWrite {
  int64_t version_before = 0;
  Span span;
  std::string what;
};

using RowWrites = std::map<domain::LedgerKey, std::vector<RowWrite>>;

Span SpanOf(const SettlementRecord& record, const IdUses& uses) {
  const auto at = uses.find(
      {record.person_id, record.reverses ? *record.reverses : record.id});
  if (at == uses.end()) return {};
  return record.kind == RecordKind::kSettlement
             ? SettledIn(at->second, record.claim)
             : ReversedIn(at->second);
}

// Which posting, and the amount: one id may have been sent with two.
using PostingName = std::tuple<std::string, std::string, std::string, int64_t>;

PostingName NameOfPosting(const storage::Posting& posting) {
  return {posting.movement.person_id, posting.kind, posting.posting_id,
          posting.movement.amount};
}

std::map<PostingName, Span> SpansOfPostings(
    absl::Span<const Operation> operations) {
  std::map<PostingName, Span> spans;
  for (const Operation& operation : operations) {
    const auto* posting = std::get_if<storage::Posting>(&operation.ask);
    if (posting != nullptr) Widen(operation, spans[NameOfPosting(*posting)]);
  }
  return spans;
}

RowWrites WritesOf(absl::Span<const Operation> operations, const IdUses& uses,
                   const Stored& stored) {
  RowWrites writes;
  for (const auto& [key, record] : stored.records) {
    const Span span = SpanOf(*record, uses);
    for (const domain::RowTouch& row : record->rows) {
      writes[{row.person_id, row.year}].push_back(
          {row.version_before, span,
           absl::StrCat(record->reverses ? "the reversal of " : "",
                        record->person_id, "/", record->request_id)});
    }
  }
  const auto spans = SpansOfPostings(operations);
  for (const auto& [person_id, history] : stored.persons) {
    for (const storage::Posting& posting : history.postings) {
      const auto at = spans.find(NameOfPosting(posting));
      writes[{person_id, posting.movement.year}].push_back(
          {posting.row_version - 1, at == spans.end() ? Span() : at->second,
           absl::StrCat("the posting ", posting.posting_id)});
    }
  }
  return writes;
}

// In the order of versions, none may have been acknowledged before one that
// precedes it was sent.
void CheckRow(const domain::LedgerKey& key, std::vector<RowWrite> writes,
              Findings& findings) {
  std::stable_sort(writes.begin(), writes.end(),
                   [](const RowWrite& a, const RowWrite& b) {
                     return a.version_before < b.version_before;
                   });
  const RowWrite* latest = nullptr;  // the latest sent of those passed
  for (const RowWrite& write : writes) {
    if (latest != nullptr && write.span.acknowledged &&
        *write.span.acknowledged < *latest->span.sent) {
      findings.Add(
          Wound::kBroken,
          absl::StrCat(write.what, " was acknowledged before ", latest->what,
                       " was sent, but comes after it in the ledger of ",
                       key.person_id, ", year ", key.year));
    }
    if (write.span.sent &&
        (latest == nullptr || *write.span.sent > *latest->span.sent)) {
      latest = &write;
    }
  }
}

// A version of a person that was acknowledged at a time.
struct Acknowledged {
  int64_t at = 0;
  int64_t version = 0;
};

std::map<std::string, std::vector<Acknowledged>> AcknowledgedVersions(
    absl::Span<const Operation> operations, const Stored& stored) {
  std::map<std::string, std::vector<Acknowledged>> versions;
  for (const Operation& operation : operations) {
    const auto at = FirstAcknowledged(operation);
    if (!at) continue;
    if (const auto* ask = std::get_if<wire::RegisterAsk>(&operation.ask)) {
      const auto* found = FindRegistered(stored, *ask);
      if (found == nullptr) continue;
      versions[ask->person_id].push_back({*at, found->person_version});
    } else if (const auto* change =
                   std::get_if<wire::ChangeAsk>(&operation.ask)) {
      const auto* found = FindChanged(stored, *change);
      if (found == nullptr) continue;
      versions[change->person_id].push_back({*at, found->person_version});
    }
  }
  return versions;
}

// The versions of persons that a settlement read are no older than what was
// acknowledged before it was sent.
void CheckPersonsRead(
    const SettlementRecord& record, int64_t sent,
    const std::map<std::string, std::vector<Acknowledged>>& versions,
    Findings& findings) {
  for (const domain::PersonVersion& read : record.persons) {
    const auto at = versions.find(read.person_id);
    if (at == versions.end()) continue;
    for (const Acknowledged& known : at->second) {
      if (known.at >= sent || known.version <= read.version) continue;
      return findings.Add(
          Wound::kBroken,
          absl::StrCat(record.person_id, "/", record.request_id,
                       " read version ", read.version, " of ", read.person_id,
                       ", but version ", known.version,
                       " had been acknowledged before it was sent"));
    }
  }
}

// The catalog and the closed years, by what the driver knew of the replicas.
void CheckSnapshot(const SettlementRecord& record, const IdUse& use,
                   Findings& findings) {
  std::optional<int64_t> least_catalog;
  bool all_closed = true;
  for (const SettleUse& settle : use.settles) {
    if (settle.ask->claim != record.claim) continue;
    for (const Attempt& attempt : settle.operation->attempts) {
      if (MeaningOf(*settle.operation, attempt) == Meaning::kRefused) continue;
      least_catalog = std::min(least_catalog.value_or(attempt.least_catalog),
                               attempt.least_catalog);
      all_closed = all_closed && attempt.year_closed;
    }
  }
  if (!least_catalog) return;
  const std::string what =
      absl::StrCat(record.person_id, "/", record.request_id);
  if (record.catalog_revision < *least_catalog) {
    findings.Add(Wound::kBroken,
                 absl::StrCat(what, " was decided by catalog ",
                              record.catalog_revision, ", but its replica had ",
                              *least_catalog, " when it was sent"));
  }
  if (all_closed) {
    findings.Add(Wound::kBroken,
                 absl::StrCat(what, " was settled in a closed year"));
  }
}

}  // namespace

void CheckOrder(absl::Span<const Operation> operations, const IdUses& uses,
                const Stored& stored, Findings& findings) {
  for (auto& [key, writes] : WritesOf(operations, uses, stored)) {
    CheckRow(key, writes, findings);
  }
  const auto versions = AcknowledgedVersions(operations, stored);
  for (const auto& [key, record] : stored.records) {
    if (record->kind != RecordKind::kSettlement) continue;
    const auto use = uses.find(key);
    if (use == uses.end()) continue;
    const Span span = SettledIn(use->second, record->claim);
    if (!span.sent) continue;
    CheckPersonsRead(*record, *span.sent, versions, findings);
    CheckSnapshot(*record, use->second, findings);
  }
}

}  // namespace onestop::history
