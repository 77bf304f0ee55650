// Nothing is in the store that nobody asked for, and nothing twice.
#include <map>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "tests/history/checks.h"

namespace onestop::history {
namespace {

using domain::RecordKind;
using domain::SettlementRecord;

std::string NameOf(const SettlementRecord& record) {
  const char* kind = record.kind == RecordKind::kSettlement ? "settlement "
                     : record.kind == RecordKind::kReversal ? "reversal of "
                                                            : "closed id ";
  return absl::StrCat(kind, record.institution_id, "/", record.person_id, "/",
                      record.request_id);
}

// Which of the operations can have written the record, as times; and whether
// any asked for it at all.
struct Origin {
  bool asked = false;
  Span span;
};

Origin OriginOf(const SettlementRecord& record, const IdUses& uses) {
  const auto at = uses.find(
      {record.person_id, record.reverses ? *record.reverses : record.id});
  if (at == uses.end()) return {};
  if (record.kind == RecordKind::kSettlement) {
    bool asked = false;
    for (const SettleUse& settle : at->second.settles) {
      asked |= settle.ask->claim == record.claim;
    }
    return {asked, SettledIn(at->second, record.claim)};
  }
  return {!at->second.reversals.empty(), ReversedIn(at->second)};
}

}  // namespace

void CheckOrigins(const IdUses& uses, const Stored& stored,
                  Findings& findings) {
  std::map<std::tuple<std::string, std::string, std::string, RecordKind>, int>
      seen;
  for (const auto& [key, record] : stored.records) {
    if (++seen[{record->person_id, record->institution_id, record->request_id,
                record->kind}] > 1) {
      findings.Add(Wound::kDoubled,
                   absl::StrCat(NameOf(*record), " is there twice"));
    }
    const Origin origin = OriginOf(*record, uses);
    if (!origin.asked) {
      findings.Add(Wound::kBroken,
                   absl::StrCat(NameOf(*record), " was asked for by nobody"));
    } else if (!origin.span.sent) {
      findings.Add(
          Wound::kBroken,
          absl::StrCat(NameOf(*record),
                       " is there, although every attempt was refused"));
    }
  }
}

}  // namespace onestop::history
