// What holds for any claim: every fen conserved, no counter below zero, no cap
// passed, reversals restore, batches of any size agree, line order matters not
// where the rules do not say so.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "domain/book.h"
#include "tests/support/policies.h"
#include "tests/support/random_claims.h"
#include "tests/support/world.h"
#include "wire/receipt.h"

namespace onestop::domain {
namespace {

using namespace onestop::testing;

// The rows and records that batches leave behind, as a store would keep them.
class Kept {
 public:
  explicit Kept(const RandomWorld& world) : world_(world) {
    for (const auto& [key, row] : world.opening) rows_[key] = row;
  }

  // Decides `commands` in one batch; what each gave, or its refusal.
  std::vector<absl::StatusOr<SettleDecision>> Settle(
      absl::Span<const SettleCommand> commands) {
    Book book(ShippedPolicy(), world_.catalog, {});
    Load(book);
    std::vector<absl::StatusOr<SettleDecision>> decisions;
    for (const SettleCommand& command : commands) {
      decisions.push_back(book.Settle(command));
    }
    Save(book);
    return decisions;
  }

  absl::Status Reverse(const SettleCommand& command) {
    Book book(ShippedPolicy(), world_.catalog, {});
    Load(book);
    const auto decision =
        book.Reverse({command.claim.person_id, command.id, command.reversal_id,
                      true, command.claim.institution_id, command.request_id});
    Save(book);
    return decision.status();
  }

  std::map<LedgerKey, std::map<std::string, int64_t>> Counters() const {
    std::map<LedgerKey, std::map<std::string, int64_t>> counters;
    for (const auto& [key, row] : rows_) {
      for (const LedgerEntry& entry : row.entries()) {
        counters[key][entry.name] = entry.amount;
      }
    }
    return counters;
  }

 private:
  void Load(Book& book) const {
    for (const Person& person : world_.persons) book.AddPerson(person);
    for (const auto& [key, row] : rows_) book.AddLedger(key, row);
    for (const SettlementRecord& record : records_) {
      book.AddSettlement(record);
    }
  }
  void Save(const Book& book) {
    for (const LedgerWrite& write : book.LedgerWrites()) {
      rows_[write.key] = write.row;
    }
    records_.insert(records_.end(), book.records().begin(),
                    book.records().end());
  }

  const RandomWorld& world_;
  std::map<LedgerKey, LedgerRow> rows_;
  std::vector<SettlementRecord> records_;
};

SettlementId NumberedId(size_t number, uint8_t kind) {
  SettlementId id;
  id.bytes[0] = static_cast<uint8_t>(number % 256);
  id.bytes[1] = static_cast<uint8_t>(number / 256);
  id.bytes[15] = kind;
  return id;
}

std::vector<SettleCommand> CommandsOf(const std::vector<Claim>& claims) {
  std::vector<SettleCommand> commands;
  for (size_t i = 0; i < claims.size(); ++i) {
    commands.push_back({NumberedId(i, 0), NumberedId(i, 1),
                        absl::StrCat("r", i), claims[i], std::nullopt});
  }
  return commands;
}

RC_GTEST_PROP(PropertiesTest, EveryFenIsConservedAndNoCapIsPassed, ()) {
  const RandomWorld world = *ArbitraryWorld();
  Kept kept(world);
  for (const SettleCommand& command : CommandsOf(*ArbitraryClaims(world, 12))) {
    const auto decision = kept.Settle({&command, 1}).front();
    if (!decision.ok()) continue;
    const Totals& t = decision->outcome.totals;
    RC_ASSERT(t.gross.fen == t.fund_pay.fen + t.account.fen +
                                 t.family_account.fen + t.cash.fen);
    RC_ASSERT(t.gross.fen == t.over_limit.fen + t.own_expense.fen +
                                 t.preself.fen + t.in_scope.fen);
    RC_ASSERT(t.fund_pay <= t.gross);
    RC_ASSERT(t.cash.fen >= 0);
    int64_t claimed = 0;
    for (const ClaimLine& line : command.claim.lines) {
      claimed += line.amount.fen;
    }
    RC_ASSERT(claimed == t.gross.fen);
    for (const Remaining& left : decision->outcome.remaining) {
      const auto moved = std::find_if(
          decision->outcome.movements.begin(),
          decision->outcome.movements.end(), [&left](const Movement& movement) {
            return movement.counter == left.counter && movement.amount > 0;
          });
      if (moved == decision->outcome.movements.end()) continue;
      RC_ASSERT(left.used <= left.limit);
    }
    for (const auto& [key, counters] : kept.Counters()) {
      for (const auto& [name, amount] : counters) RC_ASSERT(amount > 0);
    }
  }
}

RC_GTEST_PROP(PropertiesTest, AReversalRestoresEveryCounter, ()) {
  const RandomWorld world = *ArbitraryWorld();
  const std::vector<SettleCommand> commands =
      CommandsOf(*ArbitraryClaims(world, 8));
  Kept kept(world);
  for (const SettleCommand& command : commands) {
    const auto before = kept.Counters();
    if (!kept.Settle({&command, 1}).front().ok()) {
      RC_ASSERT(kept.Counters() == before);
      continue;
    }
    Kept reversed = kept;
    RC_ASSERT(reversed.Reverse(command).ok());
    RC_ASSERT(reversed.Counters() == before);
  }
  // In any order, and all of them: nothing but the opening is left.
  std::vector<SettleCommand> order = commands;
  std::reverse(order.begin() + static_cast<long>(order.size() / 2),
               order.end());
  for (const SettleCommand& command : order) {
    RC_ASSERT(kept.Reverse(command).ok());
  }
  RC_ASSERT(kept.Counters() == Kept(world).Counters());
}

// The whole receipt, but for ids and booking time.
std::string ReceiptOf(const RandomWorld& world, const SettleCommand& command,
                      const SettleDecision& decision) {
  return wire::ReceiptOf(command.claim, decision.outcome, world.catalog)
      .SerializeAsString();
}

RC_GTEST_PROP(PropertiesTest, BatchesOfAnySizeGiveTheSameReceipts, ()) {
  const RandomWorld world = *ArbitraryWorld();
  const std::vector<SettleCommand> commands =
      CommandsOf(*ArbitraryClaims(world, 12));
  Kept alone(world);
  Kept batched(world);
  size_t next = 0;
  while (next < commands.size()) {
    const size_t size =
        std::min(*rc::gen::inRange<size_t>(1, 7), commands.size() - next);
    const absl::Span<const SettleCommand> batch =
        absl::MakeConstSpan(commands).subspan(next, size);
    const auto together = batched.Settle(batch);
    for (size_t i = 0; i < size; ++i) {
      const auto one = alone.Settle(batch.subspan(i, 1)).front();
      RC_ASSERT(one.ok() == together[i].ok());
      if (!one.ok()) {
        RC_ASSERT(one.status().message() == together[i].status().message());
        continue;
      }
      RC_ASSERT(ReceiptOf(world, batch[i], *one) ==
                ReceiptOf(world, batch[i], *together[i]));
    }
    next += size;
  }
  RC_ASSERT(alone.Counters() == batched.Counters());
}

// The line with this id in the claim's outcome.
const LineResult& LineNamed(const Claim& claim, const Outcome& outcome,
                            const std::string& line_id) {
  size_t i = 0;
  while (claim.lines[i].line_id != line_id) ++i;
  return outcome.lines[i];
}

RC_GTEST_PROP(PropertiesTest, LineOrderChangesOnlyWhatFollowsIt, ()) {
  const RandomWorld world = *ArbitraryWorld();
  SettleCommand command = CommandsOf(*ArbitraryClaims(world, 1)).front();
  SettleCommand shuffled = command;
  std::reverse(shuffled.claim.lines.begin(), shuffled.claim.lines.end());
  const auto a = Kept(world).Settle({&command, 1}).front();
  const auto b = Kept(world).Settle({&shuffled, 1}).front();
  RC_ASSERT(a.ok() == b.ok());
  if (!a.ok()) return;
  for (const ClaimLine& line : command.claim.lines) {
    const LineResult& x = LineNamed(command.claim, a->outcome, line.line_id);
    const LineResult& y = LineNamed(shuffled.claim, b->outcome, line.line_id);
    RC_ASSERT(x.over_limit == y.over_limit);
    RC_ASSERT(x.own_expense == y.own_expense);
    RC_ASSERT(x.preself == y.preself);
    RC_ASSERT(x.in_scope == y.in_scope);
    RC_ASSERT(x.first_scheme == y.first_scheme);
    RC_ASSERT(x.disease == y.disease);
  }
  RC_ASSERT(a->outcome.totals.gross == b->outcome.totals.gross);
  RC_ASSERT(a->outcome.totals.in_scope == b->outcome.totals.in_scope);
  // The order says which line's tail overflows and which group meets a shared
  // deductible first; where nothing overflows and one scheme runs on one
  // group, nothing may differ.
  const auto simple = [](const Outcome& outcome) {
    return outcome.by_scheme.size() <= 1 &&
           std::all_of(outcome.lines.begin(), outcome.lines.end(),
                       [&](const LineResult& line) {
                         return line.shares.empty() ||
                                (line.shares[0].overflow.fen == 0 &&
                                 outcome.plan
                                         ->schemes[static_cast<size_t>(
                                             line.first_scheme)]
                                         .grouping == Grouping::kNone);
                       });
  };
  if (simple(a->outcome)) {
    RC_ASSERT(a->outcome.totals == b->outcome.totals);
  }
}

}  // namespace
}  // namespace onestop::domain
