// How a hospital's system behaves: impatient, persistent, and not alone.
#include "tests/simulation/clients.h"

#include <array>
#include <utility>

#include "base/error.h"

namespace onestop::simulation {
namespace {

using history::Attempt;
using history::Meaning;
using history::Operation;

constexpr size_t kMostAttempts = 6;      // before the faults end
constexpr size_t kMostInsistence = 120;  // then it is said to hang
constexpr int64_t kMsOfDay = 86'400'000;
constexpr int64_t kUtcPlus8Ms = int64_t{8} * 3'600'000;

std::string Told(const Attempt& attempt) {
  if (!attempt.answered) return "no answer";
  if (attempt.status.ok()) return "OK";
  const std::string reason = ErrorReason(attempt.status);
  return reason.empty() ? std::string("connection broken") : reason;
}

}  // namespace

Clients::Clients(Setting& setting, Asks asks,
                 std::vector<std::unique_ptr<Replica>>& replicas)
    : setting_(setting), asks_(std::move(asks)), replicas_(replicas) {}

domain::Day Clients::Today() const {
  return domain::Day{static_cast<int32_t>(
      (setting_.agenda.now_ms() + kUtcPlus8Ms) / kMsOfDay)};
}

void Clients::Begin(int count) {
  to_begin_ = count;
  gap_ms_ = std::array{0, 2, 10, 60}[setting_.dice.Between(0, 3)];
  Create();
}

void Clients::Create() {
  if (to_begin_ == 0) return;
  --to_begin_;
  Add(asks_.Next(Today()));
  setting_.agenda.After(setting_.dice.Between(0, gap_ms_),
                        [this] { Create(); });
}

void Clients::Add(Request request) {
  operations_.push_back({std::move(request.ask), {}});
  bytes_.push_back(std::move(request.bytes));
  const size_t index = operations_.size() - 1;
  Send(index);
  if (setting_.dice.OneIn(8)) Send(index);  // twice at once
}

void Clients::SendLater(size_t index, int64_t after_ms) {
  ++waiting_;
  setting_.agenda.After(after_ms, [this, index] {
    Send(index);
    --waiting_;
  });
}

void Clients::Send(size_t index) {
  Operation& operation = operations_[index];
  Replica& replica = *setting_.dice.Of(replicas_);
  Attempt attempt;
  attempt.where = replica.name();
  attempt.sent = setting_.agenda.Tick();
  attempt.least_catalog = replica.catalog_revision();
  if (const auto* settle = std::get_if<wire::SettleAsk>(&operation.ask)) {
    attempt.year_closed =
        replica.KnowsClosed(domain::YearOf(settle->claim.service_date));
  }
  setting_.Tell("client: ", history::Describe(operation), " to ",
                replica.name());
  operation.attempts.push_back(std::move(attempt));
  ++waiting_;
  const auto sent =
      std::make_shared<Sent>(Sent{index, operation.attempts.size() - 1});
  const int64_t patience_ms = setting_.dice.Between(300, 4'000);
  setting_.agenda.After(patience_ms, [this, sent] {
    if (!sent->over) Receive(sent, absl::CancelledError());
  });
  if (setting_.faults.Strikes(Fault::kRequestLost)) return;
  int64_t way_ms = setting_.dice.Between(0, 3);
  if (setting_.faults.Strikes(Fault::kRequestSlow)) {
    way_ms += setting_.dice.Between(10, 5'000);
  }
  const bool bounded = !setting_.dice.OneIn(4);
  setting_.agenda.After(
      way_ms, [this, sent, &replica, bounded, left_ms = patience_ms - way_ms] {
        Deliver(sent, replica, bounded ? left_ms : server::kNoDeadline);
      });
}

void Clients::Deliver(const std::shared_ptr<Sent>& sent, Replica& replica,
                      int64_t time_left_ms) {
  const history::Ask ask = operations_[sent->operation].ask;
  const std::string bytes = bytes_[sent->operation];
  replica.Arrive(ask, bytes, time_left_ms,
                 [this, sent](absl::StatusOr<std::string> answer) {
                   if (setting_.faults.Strikes(Fault::kAnswerLost)) return;
                   setting_.agenda.After(
                       setting_.dice.Between(0, 3),
                       [this, sent, answer = std::move(answer)] {
                         if (!sent->over) Receive(sent, answer);
                       });
                 });
}

// CANCELLED: the client gave up.
void Clients::Receive(const std::shared_ptr<Sent>& sent,
                      const absl::StatusOr<std::string>& answer) {
  sent->over = true;
  --waiting_;
  Attempt& attempt = operations_[sent->operation].attempts[sent->attempt];
  if (!absl::IsCancelled(answer.status())) {
    attempt.answered = setting_.agenda.Tick();
    attempt.status = answer.status();
    if (answer.ok()) attempt.answer = *answer;
  }
  setting_.Tell("client: ", history::Describe(operations_[sent->operation]),
                " at ", attempt.where, ": ", Told(attempt));
  Decide(sent->operation, Attempt(attempt));
}

bool Clients::IsKnown(const Operation& operation) const {
  if (std::holds_alternative<history::QuoteAsk>(operation.ask)) return true;
  return !history::IsOutcomeUnknown(operation);
}

void Clients::Decide(size_t index, const Attempt& attempt) {
  const size_t attempts = operations_[index].attempts.size();
  if (insisting_) {
    if (!IsKnown(operations_[index]) && attempts < kMostInsistence) {
      SendLater(index, setting_.dice.Between(5, 300));
    }
    return;
  }
  const auto* quote = std::get_if<history::QuoteAsk>(&operations_[index].ask);
  if (quote != nullptr) {
    if (!attempt.answered || !attempt.status.ok()) return;
    auto settle = asks_.AfterQuote(quote->claim, attempt.answer);
    if (settle) Add(*std::move(settle));
    return;
  }
  if (attempts >= kMostAttempts) return;
  const bool again =
      MeaningOf(operations_[index], attempt) == Meaning::kUnknown ||
              history::IsTransient(attempt)
          ? !setting_.dice.OneIn(5)
          : setting_.dice.OneIn(4);
  if (again) SendLater(index, setting_.dice.Between(0, 250));
}

void Clients::Insist() {
  insisting_ = true;
  for (size_t index = 0; index < operations_.size(); ++index) {
    if (!IsKnown(operations_[index]) || setting_.dice.OneIn(3)) {
      SendLater(index, setting_.dice.Between(0, 200));
    }
  }
}

}  // namespace onestop::simulation
