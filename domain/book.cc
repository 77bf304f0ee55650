// Decides the requests of one batch, each on what those before it left.
#include "domain/book.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "domain/reason.h"

namespace onestop::domain {
namespace {

const LedgerRow kEmptyRow;

std::vector<LedgerKey> Distinct(std::vector<LedgerKey> keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

// Every row whose state the record depends on or changes: few, whatever the
// number of counters.
std::vector<LedgerKey> TouchedRows(const SettlementRecord& record) {
  std::vector<LedgerKey> keys;
  const auto touch = [&keys](const auto& counter) {
    for (const LedgerKey& key : keys) {
      if (key.year == counter.year && key.person_id == counter.person_id) {
        return;
      }
    }
    keys.push_back({counter.person_id, counter.year});
  };
  for (const CounterRead& read : record.reads) touch(read);
  for (const Movement& movement : record.movements) touch(movement);
  std::sort(keys.begin(), keys.end());
  return keys;
}

Totals Negated(const Totals& totals) {
  const auto negate = [](Money money) { return Money{0} - money; };
  return {negate(totals.gross),          negate(totals.over_limit),
          negate(totals.own_expense),    negate(totals.preself),
          negate(totals.in_scope),       negate(totals.deductible),
          negate(totals.scheme_pay),     negate(totals.critical_illness),
          negate(totals.large_amount),   negate(totals.medical_assistance),
          negate(totals.commercial),     negate(totals.fund_pay),
          negate(totals.personal),       negate(totals.account),
          negate(totals.family_account), negate(totals.cash)};
}

absl::Status Reversed() {
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   refusal::kRequestReversed,
                   "this request id was closed by a reversal; settle again "
                   "with a new request id");
}

}  // namespace

absl::Status ApplyMovements(const LedgerKey& key,
                            absl::Span<const Movement> movements,
                            std::optional<Day> today, LedgerRow& row) {
  for (const Movement& movement : movements) {
    if (movement.year != key.year || movement.person_id != key.person_id) {
      continue;
    }
    ONESTOP_RETURN_IF_ERROR(row.Add(movement));
  }
  if (today && key.year == kNoYear) row.DropBefore(EarliestOpenDay(*today));
  ++row.version;
  return absl::OkStatus();
}

Book::Book(const Policy& policy, const Catalog& catalog, Moment moment)
    : policy_(policy), catalog_(catalog), moment_(moment) {}

void Book::AddPerson(Person person) {
  std::string key = person.person_id;
  persons_.insert_or_assign(std::move(key), std::move(person));
}

void Book::AddLedger(const LedgerKey& key, LedgerRow row) {
  committed_.insert_or_assign(key, std::move(row));
}

void Book::AddSettlement(SettlementRecord record) {
  gathered_records_.push_back(std::move(record));
  SettlementRecord& kept = gathered_records_.back();
  records_by_id_.insert_or_assign(RecordKey{kept.person_id, kept.id}, &kept);
}

void Book::CloseYear(int32_t year) { closed_years_.push_back(year); }

const Person* Book::FindPerson(const std::string& person_id) const {
  const auto found = persons_.find(person_id);
  return found == persons_.end() ? nullptr : &found->second;
}

const LedgerRow& Book::Row(const LedgerKey& key, bool committed) const {
  if (!committed) {
    const auto moved = working_.find(key);
    if (moved != working_.end()) return moved->second;
  }
  const auto found = committed_.find(key);
  return found == committed_.end() ? kEmptyRow : found->second;
}

const LedgerRow& Book::Committed(const LedgerKey& key) const {
  return Row(key, true);
}

SettlementRecord* Book::FindMutable(const std::string& person_id,
                                    const SettlementId& id) {
  const auto found = records_by_id_.find(RecordKey{person_id, id});
  return found == records_by_id_.end() ? nullptr : found->second;
}

const SettlementRecord* Book::Find(const std::string& person_id,
                                   const SettlementId& id) const {
  const auto found = records_by_id_.find(RecordKey{person_id, id});
  return found == records_by_id_.end() ? nullptr : found->second;
}

Facts Book::GatherFacts(const Claim& claim, bool committed) const {
  const int32_t year = YearOf(claim.service_date);
  Facts facts;
  facts.person = FindPerson(claim.person_id);
  facts.year = &Row({claim.person_id, year}, committed);
  facts.no_year = &Row({claim.person_id, kNoYear}, committed);
  for (const std::string& relative : DistinctRelatives(claim)) {
    facts.relatives.push_back(
        {FindPerson(relative), &Row({relative, kNoYear}, committed)});
  }
  facts.catalog = &catalog_;
  facts.today = moment_.today;
  facts.year_closed = std::find(closed_years_.begin(), closed_years_.end(),
                                year) != closed_years_.end();
  return facts;
}

absl::StatusOr<Outcome> Book::Quote(const Claim& claim) const {
  return Evaluate(policy_, GatherFacts(claim, true), claim);
}

absl::StatusOr<SettleDecision> Book::Settle(const SettleCommand& command) {
  const Claim& claim = command.claim;
  if (SettlementRecord* known = FindMutable(claim.person_id, command.id)) {
    if (known->kind == RecordKind::kClosed ||
        Find(claim.person_id, command.reversal_id) != nullptr) {
      return Reversed();
    }
    if (known->claim != claim) {
      return MakeError(absl::StatusCode::kAlreadyExists,
                       refusal::kRequestIdReused,
                       "this request id settled another claim; use a new "
                       "request id for a new claim");
    }
    SettleDecision replayed;
    replayed.kind = SettleDecision::Kind::kReplayed;
    replayed.record = known;
    return replayed;
  }
  const std::string id_text = command.id.ToString();
  Facts facts = GatherFacts(claim, false);
  facts.settlement_id = id_text;
  SettleDecision decision;
  ONESTOP_ASSIGN_OR_RETURN(decision.outcome, Evaluate(policy_, facts, claim));
  if (command.expected_cash &&
      *command.expected_cash != decision.outcome.totals.cash) {
    decision.kind = SettleDecision::Kind::kQuoteStale;
    return decision;
  }
  SettlementRecord record;
  record.id = command.id;
  record.person_id = claim.person_id;
  record.institution_id = claim.institution_id;
  record.request_id = command.request_id;
  record.claim = claim;
  record.replaces = command.replaces;
  record.totals = decision.outcome.totals;
  record.insurance = decision.outcome.insurance;
  record.region = decision.outcome.region;
  record.movements = decision.outcome.movements;
  record.reads = decision.outcome.reads;
  record.persons.push_back({claim.person_id, facts.person->version});
  for (const RelativeFacts& relative : facts.relatives) {
    record.persons.push_back(
        {relative.person->person_id, relative.person->version});
  }
  ONESTOP_RETURN_IF_ERROR(Apply(record));
  decision.record = Keep(std::move(record));
  return decision;
}

std::vector<LedgerKey> Book::RowsToReverse(const SettlementRecord& target) {
  std::vector<LedgerKey> keys;
  for (const Movement& movement : target.movements) {
    keys.push_back({movement.person_id, movement.year});
  }
  return Distinct(std::move(keys));
}

absl::StatusOr<ReverseDecision> Book::Reverse(const ReverseCommand& command) {
  using Kind = ReverseDecision::Kind;
  SettlementRecord* target = FindMutable(command.person_id, command.target);
  if (target == nullptr && command.by_request_id) {
    SettlementRecord closed;
    closed.id = command.target;
    closed.kind = RecordKind::kClosed;
    closed.person_id = command.person_id;
    closed.institution_id = command.institution_id;
    closed.request_id = command.request_id;
    return ReverseDecision{Kind::kClosed, Keep(std::move(closed))};
  }
  if (target == nullptr || target->kind == RecordKind::kReversal) {
    return MakeError(absl::StatusCode::kNotFound, refusal::kSettlementUnknown,
                     target == nullptr
                         ? "no such settlement of this person"
                         : "this id names a reversal, not a settlement");
  }
  if (target->kind == RecordKind::kClosed) {
    return ReverseDecision{Kind::kAlreadyClosed, target};
  }
  if (SettlementRecord* reversal =
          FindMutable(command.person_id, command.reversal_id)) {
    return ReverseDecision{Kind::kAlreadyReversed, reversal};
  }
  SettlementRecord reversal;
  reversal.id = command.reversal_id;
  reversal.kind = RecordKind::kReversal;
  reversal.person_id = target->person_id;
  reversal.institution_id = target->institution_id;
  reversal.request_id = target->request_id;
  reversal.reverses = target->id;
  reversal.claim = target->claim;
  reversal.totals = Negated(target->totals);
  reversal.insurance = target->insurance;
  reversal.region = target->region;
  reversal.movements = target->movements;
  for (Movement& movement : reversal.movements) {
    movement.amount = -movement.amount;
  }
  ONESTOP_RETURN_IF_ERROR(Apply(reversal));
  return ReverseDecision{Kind::kReversed, Keep(std::move(reversal))};
}

absl::Status Book::Apply(SettlementRecord& record) {
  std::vector<std::pair<LedgerKey, LedgerRow>> moved;
  for (LedgerKey& key : TouchedRows(record)) {
    LedgerRow row = Row(key, false);
    record.rows.push_back({key.person_id, key.year, row.version});
    ONESTOP_RETURN_IF_ERROR(
        ApplyMovements(key, record.movements, moment_.today, row));
    moved.emplace_back(std::move(key), std::move(row));
  }
  for (auto& [key, row] : moved) {
    working_.insert_or_assign(std::move(key), std::move(row));
  }
  return absl::OkStatus();
}

SettlementRecord* Book::Keep(SettlementRecord record) {
  record.booked_on = moment_.today.value_or(Day{0});
  record.booked_at_ms = moment_.now_ms;
  record.had_clock = moment_.today.has_value();
  record.policy_revision = policy_.revision();
  record.catalog_revision = catalog_.revision();
  record.engine_revision = kEngineRevision;
  new_records_.push_back(std::move(record));
  SettlementRecord& kept = new_records_.back();
  records_by_id_.insert_or_assign(RecordKey{kept.person_id, kept.id}, &kept);
  return &kept;
}

std::vector<LedgerWrite> Book::LedgerWrites() const {
  std::vector<LedgerWrite> writes;
  for (const auto& [key, row] : working_) {
    writes.push_back({key, Committed(key).version, row});
  }
  std::sort(
      writes.begin(), writes.end(),
      [](const LedgerWrite& a, const LedgerWrite& b) { return a.key < b.key; });
  return writes;
}

}  // namespace onestop::domain
