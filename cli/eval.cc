// Plays scenarios step by step on MemStore and Book.
#include "cli/eval.h"

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "cli/text.h"
#include "domain/book.h"
#include "domain/reason.h"
#include "storage/ids.h"
#include "storage/mem_store.h"
#include "storage/store.h"
#include "wire/receipt.h"
#include "wire/reversal.h"
#include "wire/scenario.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using domain::Book;
using domain::LedgerKey;

// One world being played. Lives for one scenario.
class Player {
 public:
  Player(const domain::Policy& policy, wire::ScenarioWorld world)
      : policy_(policy), world_(std::move(world)) {}

  // Persons, opening balances and counters.
  absl::Status Load();
  absl::StatusOr<pb::Expect> Play(
      const absl::StatusOr<wire::ScenarioAction>& step);
  const std::vector<absl::StatusOr<wire::ScenarioAction>>& steps() const {
    return world_.steps;
  }

 private:
  absl::StatusOr<pb::Expect> Play(const wire::QuoteStep& quote);
  absl::StatusOr<pb::Expect> Play(const wire::SettleAsk& settle);
  absl::StatusOr<pb::Expect> Play(const wire::ReverseAsk& reverse);

  // Decided on the book, not yet written. A refusal is an error here.
  absl::StatusOr<pb::Expect> Decide(const domain::SettleCommand& command,
                                    Book& book, bool& stale);
  // The request id that was taken back; empty: closed.
  absl::StatusOr<std::string> Decide(const domain::ReverseCommand& command,
                                     Book& book);

  // Everything that `keys` names, into the book.
  absl::Status Fill(const storage::GatherKeys& keys, Book& book);
  absl::Status Write(const Book& book);

  const domain::Policy& policy_;
  const wire::ScenarioWorld world_;
  storage::MemDatabase database_;
  storage::MemStore store_{database_};
};

absl::Status Player::Load() {
  std::vector<storage::PersonWrite> persons;
  for (const domain::Person& person : world_.persons) {
    persons.push_back({person});
    persons.back().person.version = 0;  // none is stored yet
  }
  ONESTOP_RETURN_IF_ERROR(store_.PutPersons(persons).status());
  std::vector<storage::Posting> postings;
  for (const domain::Movement& movement : world_.opening) {
    storage::Posting posting;
    posting.posting_id = Cat(postings.size());
    posting.kind = "opening";
    posting.movement = movement;
    postings.push_back(std::move(posting));
  }
  // A balance of somebody unknown can pay for nobody: its posting is refused
  // and the claims that name it are.
  return store_.Post(postings).status();
}

storage::GatherKeys KeysOf(const domain::Claim& claim) {
  storage::GatherKeys keys;
  keys.persons.push_back(claim.person_id);
  keys.ledger.push_back({claim.person_id, domain::kNoYear});
  keys.ledger.push_back({claim.person_id, domain::YearOf(claim.service_date)});
  for (const std::string& relative : domain::DistinctRelatives(claim)) {
    if (relative == claim.person_id) continue;
    keys.persons.push_back(relative);
    keys.ledger.push_back({relative, domain::kNoYear});
  }
  return keys;
}

absl::Status Player::Fill(const storage::GatherKeys& keys, Book& book) {
  ONESTOP_ASSIGN_OR_RETURN(storage::Gathered gathered, store_.Gather(keys));
  for (domain::Person& person : gathered.persons) {
    book.AddPerson(std::move(person));
  }
  for (auto& [key, row] : gathered.ledger) book.AddLedger(key, std::move(row));
  for (domain::SettlementRecord& record : gathered.settlements) {
    book.AddSettlement(std::move(record));
  }
  return absl::OkStatus();
}

absl::Status Player::Write(const Book& book) {
  storage::WriteBatch batch;
  batch.ledger = book.LedgerWrites();
  for (const domain::SettlementRecord& record : book.records()) {
    batch.settlements.push_back(&record);
  }
  if (batch.settlements.empty()) return absl::OkStatus();
  ONESTOP_ASSIGN_OR_RETURN(const storage::WriteOutcome outcome,
                           store_.Write(batch));
  if (outcome == storage::WriteOutcome::kCommitted) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInternal,
                   domain::refusal::kInvariantBroken,
                   "a write of a single player met a conflict");
}

// A refusal is a result; only what must never happen ends the scenario.
absl::StatusOr<pb::Expect> ResultOf(const absl::Status& status) {
  if (absl::IsInternal(status)) return status;
  return wire::ResultOfRefusal(status);
}

absl::StatusOr<pb::Expect> Player::Play(
    const absl::StatusOr<wire::ScenarioAction>& step) {
  if (!step.ok()) return wire::ResultOfRefusal(step.status());
  return std::visit([this](const auto& action) { return Play(action); }, *step);
}

absl::StatusOr<pb::Expect> Player::Play(const wire::QuoteStep& quote) {
  Book book(policy_, world_.catalog, domain::Moment{});
  ONESTOP_RETURN_IF_ERROR(Fill(KeysOf(quote.claim), book));
  const absl::StatusOr<domain::Outcome> outcome = book.Quote(quote.claim);
  if (!outcome.ok()) return ResultOf(outcome.status());
  return wire::ResultOfReceipt(
      wire::ReceiptOf(quote.claim, *outcome, world_.catalog));
}

domain::SettleCommand CommandOf(const wire::SettleAsk& settle) {
  domain::SettleCommand command;
  command.id = storage::DeriveSettlementId(
      settle.claim.institution_id, settle.claim.person_id, settle.request_id);
  command.reversal_id = storage::DeriveReversalId(command.id);
  command.request_id = settle.request_id;
  command.claim = settle.claim;
  command.expected_cash = settle.expected_cash;
  return command;
}

storage::GatherKeys KeysOf(const domain::SettleCommand& command) {
  storage::GatherKeys keys = KeysOf(command.claim);
  keys.settlements.push_back(
      {command.claim.person_id, command.id, command.reversal_id});
  return keys;
}

domain::ReverseCommand CommandOf(const wire::ReverseAsk& reverse) {
  domain::ReverseCommand command;
  command.person_id = reverse.person_id;
  command.by_request_id = reverse.by_request_id;
  command.institution_id = reverse.institution_id;
  command.request_id = reverse.settle_request_id;
  command.target = reverse.by_request_id
                       ? storage::DeriveSettlementId(reverse.institution_id,
                                                     reverse.person_id,
                                                     reverse.settle_request_id)
                       : reverse.settlement_id;
  command.reversal_id = storage::DeriveReversalId(command.target);
  return command;
}

absl::StatusOr<pb::Expect> Player::Decide(const domain::SettleCommand& command,
                                          Book& book, bool& stale) {
  const absl::StatusOr<domain::SettleDecision> decision = book.Settle(command);
  if (!decision.ok()) return decision.status();
  using Kind = domain::SettleDecision::Kind;
  stale = decision->kind == Kind::kQuoteStale;
  if (stale) {
    return wire::ResultOfReceipt(
        wire::ReceiptOf(command.claim, decision->outcome, world_.catalog));
  }
  if (decision->kind == Kind::kSettled) {
    decision->record->reply =
        wire::SettleReply(*decision->record, decision->outcome, world_.catalog);
  }
  return wire::ResultOfSettleReply(decision->record->reply);
}

absl::StatusOr<pb::Expect> Player::Play(const wire::SettleAsk& settle) {
  const domain::SettleCommand command = CommandOf(settle);
  Book book(policy_, world_.catalog, domain::Moment{});
  ONESTOP_RETURN_IF_ERROR(Fill(KeysOf(command), book));
  bool stale = false;
  absl::StatusOr<pb::Expect> result = Decide(command, book, stale);
  if (!result.ok()) return ResultOf(result.status());
  if (!stale) ONESTOP_RETURN_IF_ERROR(Write(book));
  return result;
}

absl::StatusOr<std::string> Player::Decide(
    const domain::ReverseCommand& command, Book& book) {
  // The rows to lower are known once the target is.
  const domain::SettlementRecord* target =
      book.Find(command.person_id, command.target);
  if (target != nullptr) {
    storage::GatherKeys rows;
    rows.ledger = Book::RowsToReverse(*target);
    ONESTOP_RETURN_IF_ERROR(Fill(rows, book));
  }
  ONESTOP_ASSIGN_OR_RETURN(const domain::ReverseDecision decision,
                           book.Reverse(command));
  using Kind = domain::ReverseDecision::Kind;
  if (decision.kind == Kind::kReversed || decision.kind == Kind::kClosed) {
    decision.record->reply = wire::ReversalReply(
        *decision.record, decision.kind == Kind::kReversed ? target : nullptr,
        {});
  }
  const bool reversed = decision.kind == Kind::kReversed ||
                        decision.kind == Kind::kAlreadyReversed;
  return reversed ? decision.record->request_id : "";
}

absl::StatusOr<pb::Expect> Player::Play(const wire::ReverseAsk& reverse) {
  // Nobody's request: no settle of this scenario has the id.
  if (reverse.person_id.empty()) return wire::ResultOfReversal("");
  const domain::ReverseCommand command = CommandOf(reverse);
  storage::GatherKeys keys;
  keys.persons.push_back(command.person_id);
  keys.settlements.push_back(
      {command.person_id, command.target, command.reversal_id});
  Book book(policy_, world_.catalog, domain::Moment{});
  if (reverse.replacement) {
    ONESTOP_RETURN_IF_ERROR(
        Fill(KeysOf(CommandOf(*reverse.replacement)), book));
  }
  ONESTOP_RETURN_IF_ERROR(Fill(keys, book));
  const absl::StatusOr<std::string> reversed = Decide(command, book);
  if (!reversed.ok()) return ResultOf(reversed.status());
  if (reverse.replacement) {
    bool stale = false;
    const auto replaced = Decide(CommandOf(*reverse.replacement), book, stale);
    if (!replaced.ok()) return ResultOf(replaced.status());
    if (stale) return replaced;
  }
  ONESTOP_RETURN_IF_ERROR(Write(book));
  return wire::ResultOfReversal(*reversed);
}

// Compares with `expect`; each difference is a line that says where.
int Check(std::string_view name, const pb::Scenario& scenario,
          const pb::ScenarioResult& result, std::ostream& out) {
  const std::string where = Cat(name, ": ", scenario.id());
  if (scenario.expect_size() != scenario.steps_size()) {
    out << where << ": has " << scenario.steps_size() << " steps but "
        << scenario.expect_size() << " expectations; give one for each step\n";
    return 1;
  }
  int differences = 0;
  for (int i = 0; i < result.results_size(); ++i) {
    for (const std::string& difference :
         wire::Differences(scenario.expect(i), result.results(i))) {
      out << where << ": step " << i + 1 << ": " << difference << "\n";
      ++differences;
    }
  }
  return differences;
}

}  // namespace

absl::StatusOr<pb::ScenarioResult> RunScenario(const pb::Scenario& scenario,
                                               const domain::Policy& policy) {
  ONESTOP_ASSIGN_OR_RETURN(wire::ScenarioWorld world,
                           wire::WorldOf(scenario, policy));
  Player player(policy, std::move(world));
  ONESTOP_RETURN_IF_ERROR(player.Load());
  pb::ScenarioResult result;
  result.set_id(scenario.id());
  for (const auto& step : player.steps()) {
    ONESTOP_ASSIGN_OR_RETURN(*result.add_results(), player.Play(step));
  }
  return result;
}

void EvalText(std::string_view name, std::string_view json,
              const domain::Policy& policy, bool check, std::ostream& out,
              std::ostream& err, EvalTally& tally) {
  for (const wire::ParsedScenario& parsed : wire::ParseScenarios(json)) {
    if (!parsed.scenario.ok()) {
      err << name << ":" << parsed.line << ": "
          << parsed.scenario.status().message() << "\n";
      ++tally.malformed;
      continue;
    }
    const auto result = RunScenario(*parsed.scenario, policy);
    if (!result.ok()) {
      err << name << ":" << parsed.line << ": scenario '"
          << parsed.scenario->id() << "': " << result.status().message()
          << "\n";
      for (const FieldViolation& violation : FieldViolations(result.status())) {
        err << "  " << violation.field << ": " << violation.description << "\n";
      }
      ++(absl::IsInternal(result.status()) ? tally.broken : tally.malformed);
      continue;
    }
    ++tally.scenarios;
    tally.steps += result->results_size();
    if (check) {
      tally.differences += Check(name, *parsed.scenario, *result, out);
    } else {
      out << wire::ResultToJson(*result) << "\n";
    }
  }
}

}  // namespace onestop::cli
