// How one request of a batch is decided on the batch's working copy.
#include "base/check.h"
#include "base/error.h"
#include "server/lane_batch.h"
#include "server/stats.h"

namespace onestop::server {
namespace {

using domain::Book;
using domain::ReverseDecision;
using domain::SettleDecision;

void Refuse(Pending& pending, absl::Status refusal) {
  pending.outcome = OutcomeIndexOf(refusal);
  pending.answer = std::move(refusal);
}

void Accept(Pending& pending, std::string_view outcome, std::string answer) {
  pending.outcome = OutcomeIndex(outcome);
  pending.answer = std::move(answer);
}

int64_t PersonVersion(const Book& book, const LaneRequest& request) {
  const domain::Person* person =
      book.FindPerson(request.settle.claim.person_id);
  return person == nullptr ? 0 : person->version;
}

void DecideQuote(const Snapshot& snapshot, const Book& book, Pending& pending) {
  LaneRequest& request = *pending.request;
  auto outcome = book.Quote(request.settle.claim);
  if (!outcome.ok()) return Refuse(pending, outcome.status());
  Accept(pending, "QUOTED",
         request.RenderQuote(snapshot, *outcome, PersonVersion(book, request)));
}

// False when the quote was stale.
bool DecideSettle(const Snapshot& snapshot, Book& book, Pending& pending) {
  LaneRequest& request = *pending.request;
  auto decision = book.Settle(request.settle);
  if (!decision.ok()) {
    Refuse(pending, decision.status());
    return true;
  }
  switch (decision->kind) {
    case SettleDecision::Kind::kSettled:
      decision->record->reply =
          request.RenderSettled(snapshot, *decision->record, decision->outcome);
      pending.wrote = true;
      Accept(pending, "SETTLED", decision->record->reply);
      return true;
    case SettleDecision::Kind::kReplayed:
      Accept(pending, "REPLAYED", decision->record->reply);
      return true;
    case SettleDecision::Kind::kQuoteStale:
      break;
  }
  Accept(pending, "QUOTE_STALE",
         request.RenderStale(snapshot, decision->outcome,
                             PersonVersion(book, request)));
  return false;
}

void DecideReversal(Book& book, Pending& pending) {
  LaneRequest& request = *pending.request;
  auto decision = book.Reverse(request.reverse);
  if (!decision.ok()) return Refuse(pending, decision.status());
  domain::SettlementRecord& record = *decision->record;
  const bool closes = decision->kind == ReverseDecision::Kind::kClosed ||
                      decision->kind == ReverseDecision::Kind::kAlreadyClosed;
  if (decision->kind == ReverseDecision::Kind::kReversed ||
      decision->kind == ReverseDecision::Kind::kClosed) {
    const domain::SettlementRecord* target = nullptr;
    if (record.reverses) {
      target = book.Find(record.person_id, *record.reverses);
      ONESTOP_CHECK(target != nullptr);
    }
    record.reply = request.RenderReversed(record, target);
    pending.wrote = true;
  }
  Accept(pending, closes ? "CLOSED" : "REVERSED", record.reply);
}

// A request that names its settlement by id alone may name one of another
// institution than the replacement's.
bool ReplacesItsOwn(const Book& book, const LaneRequest& request) {
  const auto* target =
      book.Find(request.reverse.person_id, request.reverse.target);
  return target == nullptr ||
         target->institution_id == request.settle.claim.institution_id;
}

// The reversal and its replacement, or neither: it stands alone in its batch,
// so that a refused replacement leaves the book unwritten.
void DecideReplacement(const Snapshot& snapshot, Book& book, Pending& pending) {
  if (!ReplacesItsOwn(book, *pending.request)) {
    return Refuse(
        pending,
        MalformedRequest({{"replacement.claim.institution_id",
                           "must be the institution of the settlement that is "
                           "taken back"}}));
  }
  DecideReversal(book, pending);
  if (!pending.answer.ok()) return;
  const std::string reversal_reply = *std::move(pending.answer);
  const size_t reversal_outcome = pending.outcome;
  LaneRequest& request = *pending.request;
  request.settle.replaces.reset();
  if (reversal_outcome == OutcomeIndex("REVERSED")) {
    request.settle.replaces = request.reverse.target;
  }
  const bool stale = !DecideSettle(snapshot, book, pending);
  if (stale || !pending.answer.ok()) {
    pending.discard = true;
    pending.wrote = false;
  }
  if (!pending.answer.ok()) return;
  if (stale) {
    pending.answer = request.RenderReplacementStale(*pending.answer);
    return;
  }
  pending.outcome = reversal_outcome;
  pending.answer = request.RenderReplaced(reversal_reply, *pending.answer);
}

}  // namespace

void Decide(const Snapshot& snapshot, Book& book, Pending& pending) {
  pending.wrote = false;
  pending.discard = false;
  switch (pending.request->kind) {
    case LaneRequest::Kind::kQuote:
      return DecideQuote(snapshot, book, pending);
    case LaneRequest::Kind::kSettle:
      DecideSettle(snapshot, book, pending);
      return;
    case LaneRequest::Kind::kReverse:
      if (pending.request->has_replacement) {
        return DecideReplacement(snapshot, book, pending);
      }
      return DecideReversal(book, pending);
  }
}

}  // namespace onestop::server
