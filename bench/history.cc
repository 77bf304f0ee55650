// A book a person: the visits before, then one more.
#include "bench/history.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "bench/world.h"
#include "storage/ids.h"
#include "wire/embedded_policies.h"
#include "wire/receipt.h"

namespace onestop::bench {
namespace {

using domain::Book;

domain::Moment TheMoment() {
  domain::Moment moment;
  moment.today = domain::ParseDay(kToday);
  return moment;
}

domain::SettleCommand CommandOf(const domain::Claim& claim, uint64_t number) {
  domain::SettleCommand command;
  // As long as the requests' (bench/requests.cc).
  command.request_id = absl::StrFormat("%08x-%016x", 0, number);
  command.id = storage::DeriveSettlementId(claim.institution_id,
                                           claim.person_id, command.request_id);
  command.reversal_id = storage::DeriveReversalId(command.id);
  command.claim = claim;
  return command;
}

}  // namespace

absl::StatusOr<Rules> LoadRules() {
  ONESTOP_ASSIGN_OR_RETURN(wire::CompiledPolicy compiled,
                           wire::LoadPolicy(wire::EmbeddedPolicies(), ""));
  Rules rules{std::move(compiled), {}};
  rules.catalog.set_revision(1);
  const storage::CatalogChange rows = CatalogOfWorld();
  for (const auto& item : rows.items) rules.catalog.Put(item);
  for (const auto& institution : rows.institutions) {
    rules.catalog.Put(institution);
  }
  return rules;
}

absl::StatusOr<LedgerRows> RowsAfter(const Rules& rules, uint64_t person,
                                     int visits, std::mt19937_64& random) {
  Book book(rules.compiled.policy, rules.catalog, TheMoment());
  book.AddPerson(PersonOf(person));
  LedgerRows rows;
  for (const domain::Movement& movement : OpeningOf(person)) {
    domain::LedgerRow row;
    ONESTOP_RETURN_IF_ERROR(row.Add(movement));
    rows.emplace_back(domain::LedgerKey{movement.person_id, movement.year},
                      row);
    book.AddLedger(rows.back().first, row);
  }
  for (int number = 0; number < visits; ++number) {
    ONESTOP_RETURN_IF_ERROR(
        book.Settle(CommandOf(MakeClaim(person, random),
                              static_cast<uint64_t>(number)))
            .status());
  }
  for (domain::LedgerWrite& write : book.LedgerWrites()) {
    std::erase_if(
        rows, [&write](const auto& known) { return known.first == write.key; });
    rows.emplace_back(write.key, std::move(write.row));
  }
  return rows;
}

absl::StatusOr<Decided> DecideVisit(const Rules& rules, uint64_t person,
                                    const LedgerRows& rows,
                                    std::mt19937_64& random) {
  Book book(rules.compiled.policy, rules.catalog, TheMoment());
  book.AddPerson(PersonOf(person));
  for (const auto& [key, row] : rows) book.AddLedger(key, row);
  ONESTOP_ASSIGN_OR_RETURN(
      const domain::SettleDecision decision,
      book.Settle(CommandOf(MakeClaim(person, random), random())));
  Decided decided;
  decided.record = *decision.record;
  decided.record.reply =
      wire::SettleReply(*decision.record, decision.outcome, rules.catalog);
  decided.writes = book.LedgerWrites();
  return decided;
}

}  // namespace onestop::bench
