// The lane's loop, the worker's calls and the process, by events.
#include "tests/simulation/replica.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "domain/reason.h"
#include "server/lanes.h"
#include "server/registrations.h"
#include "wire/register.h"

namespace onestop::simulation {
namespace {

constexpr size_t kQueue = 24;  // so that it is full now and then
constexpr int64_t kMsPerDay = 86'400'000;
constexpr int64_t kBeijingMs = int64_t{8} * 3'600'000;

// gRPC's own, when the connection breaks or nobody listens.
absl::Status Broken() { return absl::UnavailableError("connection broken"); }

bool YearIsClosed(const server::Snapshot& snapshot, domain::Day today,
                  int32_t year) {
  if (year == domain::kNoYear) return false;
  const auto& closed = snapshot.closed_years;
  return std::find(closed.begin(), closed.end(), year) != closed.end() ||
         year < domain::YearOf(domain::EarliestOpenDay(today));
}

absl::StatusOr<std::string> AnswerOf(storage::PostOutcome outcome) {
  switch (outcome) {
    case storage::PostOutcome::kApplied:
    case storage::PostOutcome::kDuplicate:
      return std::string();
    case storage::PostOutcome::kReused:
      return MakeError(absl::StatusCode::kAlreadyExists,
                       domain::refusal::kRequestIdReused, "another amount");
    case storage::PostOutcome::kPersonUnknown:
      return MakeError(absl::StatusCode::kNotFound,
                       domain::refusal::kPersonUnknown, "no such person");
    case storage::PostOutcome::kRefused:
      return MakeError(absl::StatusCode::kFailedPrecondition,
                       domain::refusal::kYearClosed, "the year is closed");
    case storage::PostOutcome::kBelowZero:
      break;
  }
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   domain::refusal::kCounterBelowZero, "below zero");
}

absl::Status Parse(const history::Ask& ask, const std::string& bytes,
                   server::RenderedRequest& request) {
  if (std::holds_alternative<history::QuoteAsk>(ask)) {
    return request.ParseQuote(bytes);
  }
  return std::holds_alternative<wire::SettleAsk>(ask)
             ? request.ParseSettle(bytes)
             : request.ParseReverse(bytes);
}

}  // namespace

struct Replica::Request final : server::RenderedRequest {
  void Answer(absl::StatusOr<std::string> what) override {
    answered = true;
    answer(std::move(what));
  }
  AnswerTo answer;
  bool answered = false;
};

struct Replica::Process {
  Process(Setting& setting, const std::string& name, server::SnapshotPtr first)
      : state(std::make_shared<ProcessState>(ProcessState{name})),
        queue(kQueue),
        store(setting, state),
        lane(queue, store, first,
             [&setting] { return setting.agenda.now_ms() * 1'000'000; }),
        snapshot(std::move(first)) {}

  const std::shared_ptr<ProcessState> state;
  server::LaneQueue queue;
  FaultStore store;
  server::Lane lane;
  server::SnapshotPtr snapshot;  // the latest that the lane was given
  std::vector<std::unique_ptr<Request>> requests;
  bool stepping = false;
  bool step_due = false;
  bool draining = false;
};

Replica::Replica(Setting& setting, const World& world, std::string name)
    : setting_(setting), world_(world), name_(std::move(name)) {
  Start();
}

domain::Moment Replica::Now() const {
  domain::Moment moment;
  moment.now_ms = setting_.agenda.now_ms() + clock_offset_ms_;
  moment.today = domain::Day{
      static_cast<int32_t>((moment.now_ms + kBeijingMs) / kMsPerDay)};
  return moment;
}

int64_t Replica::catalog_revision() const {
  return process_ ? process_->snapshot->catalog.revision() : 0;
}

bool Replica::KnowsClosed(int32_t year) const {
  if (!process_) return false;
  const auto& closed = process_->snapshot->closed_years;
  return std::find(closed.begin(), closed.end(), year) != closed.end();
}

void Replica::Start() {
  storage::MemStore store(setting_.database);
  process_ =
      std::make_shared<Process>(setting_, name_, world_.SnapshotOf(store));
  setting_.Tell(name_, ": starts");
}

// What it had accepted is gone; its clients see the connection break.
void Replica::Break() {
  for (const auto& request : process_->requests) {
    if (!request->answered) request->Answer(Broken());
  }
}

void Replica::Die() {
  before_ = totals();
  process_.reset();
  ++generation_;
  setting_.agenda.After(setting_.dice.Between(1, 120), [this] { Start(); });
}

bool Replica::Kill() {
  if (!process_ || process_->state->killed) return false;
  setting_.Tell(name_, process_->stepping ? ": killed in a call" : ": killed");
  process_->state->killed = true;
  Break();
  if (!process_->stepping) Die();  // else its step ends by Killed
  return true;
}

bool Replica::Drain() {
  if (!process_ || process_->state->killed || process_->draining) return false;
  setting_.Tell(name_, ": is drained");
  process_->draining = true;
  process_->queue.Close();
  ScheduleStep(0);
  return true;
}

bool Replica::LoseConnection(int64_t for_ms) {
  if (!process_ || process_->state->killed) return false;
  setting_.Tell(name_, ": loses its connections for ", for_ms, " ms");
  process_->state->connection_gone_until_ms = setting_.agenda.now_ms() + for_ms;
  return true;
}

void Replica::Refresh() {
  const std::shared_ptr<Process> process = process_;
  if (!process || process->state->killed) return;
  try {
    FaultStore store(setting_, process->state);
    const auto revision = store.CatalogRevision();
    if (!revision.ok()) return;
    const server::SnapshotPtr next = world_.SnapshotOf(store);
    if (next->catalog.revision() == process->snapshot->catalog.revision() &&
        next->closed_years == process->snapshot->closed_years) {
      return;
    }
    setting_.Tell(name_, ": decides by catalog ", next->catalog.revision());
    process->snapshot = next;
    if (setting_.canary != Canary::kStaleCatalog) {
      process->queue.PushAlways({nullptr, next});
    }
    if (process == process_) ScheduleStep(0);
  } catch (const Killed&) {
    // The process is gone, or its step sees to it.
  }
}

void Replica::ScheduleStep(int64_t after_ms) {
  if (process_->step_due) return;
  process_->step_due = true;
  setting_.agenda.After(after_ms, [this, generation = generation_] {
    if (generation != generation_) return;
    process_->step_due = false;
    Step();
  });
}

void Replica::Step() {
  const std::shared_ptr<Process> process = process_;
  if (process->stepping) return;  // it looks again when it is done
  process->stepping = true;
  try {
    process->lane.Step(Now());
  } catch (const Killed&) {
    return Die();
  }
  process->stepping = false;
  if (process->state->killed) return Die();
  std::erase_if(process->requests, [](const std::unique_ptr<Request>& request) {
    return request->answered;
  });
  if (!process->lane.Idle()) {
    ScheduleStep(setting_.dice.Between(0, server::Lane::kLookUpPauseMs));
  } else if (process->queue.depth() > 0) {
    ScheduleStep(0);
  } else if (process->draining) {
    Die();
  }
}

void Replica::Arrive(const history::Ask& ask, const std::string& bytes,
                     int64_t time_left_ms, AnswerTo answer) {
  if (!process_ || process_->state->killed) return answer(Broken());
  if (std::holds_alternative<history::QuoteAsk>(ask) ||
      std::holds_alternative<wire::SettleAsk>(ask) ||
      std::holds_alternative<wire::ReverseAsk>(ask)) {
    return ToLane(ask, bytes, time_left_ms, std::move(answer));
  }
  ToWorker(ask, answer);
}

void Replica::ToLane(const history::Ask& ask, const std::string& bytes,
                     int64_t time_left_ms, AnswerTo answer) {
  auto request = std::make_unique<Request>();
  if (const absl::Status parsed = Parse(ask, bytes, *request); !parsed.ok()) {
    return answer(parsed);
  }
  request->answer = std::move(answer);
  if (time_left_ms != server::kNoDeadline) {
    request->deadline_ms = Now().now_ms + time_left_ms;
  }
  switch (process_->queue.Push({request.get(), nullptr})) {
    case server::PushResult::kPushed:
      process_->requests.push_back(std::move(request));
      return ScheduleStep(setting_.dice.Between(0, 1));
    case server::PushResult::kFull:
      return request->Answer(server::OverloadedError());
    case server::PushResult::kClosed:
      return request->Answer(server::DrainingError());
  }
}

void Replica::ToWorker(const history::Ask& ask, const AnswerTo& answer) {
  const std::shared_ptr<Process> process = process_;
  if (process->draining) return answer(server::DrainingError());
  const server::SnapshotPtr snapshot = process->snapshot;
  try {
    FaultStore store(setting_, process->state);
    answer(Work(store, ask, *snapshot));
  } catch (const Killed&) {
    answer(Broken());
  }
}

absl::StatusOr<std::string> Replica::Work(FaultStore& store,
                                          const history::Ask& ask,
                                          const server::Snapshot& snapshot) {
  const server::Caller caller{"agency"};
  const domain::Moment now = Now();
  if (const auto* register_ask = std::get_if<wire::RegisterAsk>(&ask)) {
    return server::Register(store, snapshot, *now.today, caller, *register_ask);
  }
  if (const auto* change = std::get_if<wire::ChangeAsk>(&ask)) {
    const auto changed = server::ChangeRegistration(store, snapshot, *now.today,
                                                    caller, *change);
    if (!changed.ok()) return changed.status();
    return wire::RegistrationToProto(change->person_id, *changed)
        .SerializeAsString();
  }
  storage::Posting posting = std::get<storage::Posting>(ask);
  posting.caller = caller.name;
  posting.booked_on = *now.today;
  posting.booked_at_ms = now.now_ms;
  posting.refused = YearIsClosed(snapshot, *now.today, posting.movement.year);
  const auto outcomes = store.Post({&posting, 1});
  if (!outcomes.ok()) return outcomes.status();
  return AnswerOf(outcomes->front());
}

LaneTotals Replica::OfProcess() const {
  if (!process_) return {};
  const server::LaneStats& stats = process_->lane.stats();
  return {stats.conflicts.Get(), stats.commit_unknown.Get(),
          stats.locked_gathers.Get(), stats.deferred.Get()};
}

LaneTotals Replica::totals() const { return before_ + OfProcess(); }

}  // namespace onestop::simulation
