// Puts a history together, lets it run to its end, and judges it.
#include "tests/simulation/simulation.h"

#include <array>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "onestop/v1/settlement.pb.h"
#include "tests/simulation/clients.h"
#include "tests/simulation/setting.h"

namespace onestop::simulation {
namespace {

constexpr int64_t kPollMs = 1'000;
constexpr int64_t kMostEvents = 200'000;
constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kDayOfMs = 24 * kHourMs;
// 20 March 2025, 10:00 at UTC+8; and a second before the year 2024 closes by
// itself, at the end of 31 March.
constexpr int64_t kWorkday = 1'742'436'000'000;
constexpr int64_t kYearEnds = 1'743'436'799'000;

class History {
 public:
  History(const World& world, uint64_t seed, Canary canary, bool traced)
      : world_(world),
        setting_(seed, canary, traced, seed % 8 == 0 ? kYearEnds : kWorkday),
        store_(setting_.database) {
    const std::vector<std::string> persons = world_.Load(store_, setting_.dice);
    const int replicas = setting_.dice.Between(2, 3);
    for (int i = 0; i < replicas; ++i) {
      replicas_.push_back(std::make_unique<Replica>(
          setting_, world_, std::string(1, static_cast<char>('A' + i))));
    }
    clients_ = std::make_unique<Clients>(
        setting_, Asks(world_, setting_.dice, persons), replicas_);
  }

  HistoryResult Run(uint64_t seed) {
    const int64_t start_ms = setting_.agenda.now_ms();
    clients_->Begin(setting_.dice.Between(15, 40));
    setting_.agenda.After(kPollMs, [this] { Poll(); });
    setting_.agenda.After(setting_.dice.Between(0, 100), [this] { Strike(); });
    if (setting_.dice.OneIn(2)) ChangeCatalogLater();
    if (setting_.dice.OneIn(6)) CloseYearLater();
    const bool ended = RunUntilQuiet() && Heal();
    HistoryResult result = Judge();
    result.seed = seed;
    result.virtual_ms = setting_.agenda.now_ms() - start_ms;
    if (!ended) {
      ++result.verdict.broken;
      result.verdict.problems.push_back("the history does not come to an end");
    }
    return result;
  }

 private:
  bool RunUntilQuiet() {
    while (!clients_->Quiet()) {
      if (setting_.agenda.done() > kMostEvents || !setting_.agenda.DoNext()) {
        return false;
      }
    }
    return true;
  }

  // No fault strikes any more; every client finds out, then the rest happens:
  // writes that come late, processes that start again.
  bool Heal() {
    setting_.Tell("no more faults");
    setting_.faults.Heal();
    clients_->Insist();
    if (!RunUntilQuiet()) return false;
    over_ = true;
    while (setting_.agenda.DoNext()) {
    }
    return true;
  }

  // Each replica looks for a new catalog once a second.
  void Poll() {
    if (over_) return;
    for (const auto& replica : replicas_) replica->Refresh();
    setting_.agenda.After(kPollMs, [this] { Poll(); });
  }

  // What happens to replicas and to the database, again and again.
  void Strike() {
    if (over_) return;
    Dice& dice = setting_.dice;
    Replica& replica = *dice.Of(replicas_);
    Faults& faults = setting_.faults;
    if (faults.Has(Fault::kKilled) && dice.OneIn(10)) {
      if (replica.Kill()) faults.Count(Fault::kKilled);
    } else if (faults.Has(Fault::kDrained) && dice.OneIn(15)) {
      if (replica.Drain()) faults.Count(Fault::kDrained);
    } else if (faults.Has(Fault::kConnectionGone) && dice.OneIn(12)) {
      if (replica.LoseConnection(dice.Between(1, 1'000))) {
        faults.Count(Fault::kConnectionGone);
      }
    } else if (faults.Has(Fault::kDatabaseAway) && dice.OneIn(25)) {
      faults.Count(Fault::kDatabaseAway);
      const int64_t for_ms = dice.Between(1, 1'500);
      setting_.Tell("the database is away for ", for_ms, " ms");
      setting_.database_away_until_ms = setting_.agenda.now_ms() + for_ms;
    } else if (faults.Has(Fault::kClockMoved) && dice.OneIn(10)) {
      faults.Count(Fault::kClockMoved);
      const int64_t by_ms = std::array{-kHourMs, int64_t{-900}, int64_t{30},
                                       kHourMs, kDayOfMs}[dice.Between(0, 4)];
      setting_.Tell(replica.name(), ": its clock is moved by ", by_ms, " ms");
      replica.MoveClock(by_ms);
    }
    setting_.agenda.After(dice.Between(5, 120), [this] { Strike(); });
  }

  void ChangeCatalogLater() {
    setting_.agenda.After(setting_.dice.Between(0, 1'500), [this] {
      const auto put =
          store_.PutCatalog({{world_.ChangedItem(setting_.dice)}, {}, {}});
      if (put.ok()) setting_.Tell("the catalog is now at ", put->revision);
    });
  }

  void CloseYearLater() {
    setting_.agenda.After(setting_.dice.Between(0, 1'500), [this] {
      setting_.Tell("the year 2024 is closed");
      setting_.database.CloseYearForTest(2024);
    });
  }

  HistoryResult Judge() {
    HistoryResult result;
    history::CheckOptions options;
    options.verify = world_.VerifyOptions();
    options.from_before = [](const storage::Posting& posting) {
      return posting.posting_id.starts_with(kOpeningId);
    };
    auto verdict = history::Check(clients_->operations(), store_, options);
    if (verdict.ok()) {
      result.verdict = *std::move(verdict);
    } else {
      ++result.verdict.broken;
      result.verdict.problems.emplace_back(verdict.status().message());
    }
    for (const history::Operation& operation : clients_->operations()) {
      const bool quote =
          std::holds_alternative<history::QuoteAsk>(operation.ask);
      if (quote || !history::IsOutcomeUnknown(operation)) continue;
      result.verdict.problems.push_back(
          absl::StrCat(history::Describe(operation),
                       ": what became of it is still not known, long after "
                       "the last fault"));
    }
    NoteSchemes(result);
    result.faults = setting_.faults.counts();
    for (const auto& replica : replicas_) {
      result.lanes = result.lanes + replica->totals();
    }
    result.trace = std::move(setting_.trace);
    return result;
  }

  void NoteSchemes(HistoryResult& result) const {
    for (const history::Operation& operation : clients_->operations()) {
      if (!std::holds_alternative<wire::SettleAsk>(operation.ask)) continue;
      for (const history::Attempt& attempt : operation.attempts) {
        if (attempt.answer.empty()) continue;
        onestop::v1::SettleResponse response;
        if (!response.ParseFromString(attempt.answer)) continue;
        for (const auto& scheme : response.receipt().by_scheme()) {
          result.schemes.insert(scheme.scheme_id());
        }
        break;
      }
    }
  }

  const World& world_;
  Setting setting_;
  storage::MemStore store_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::unique_ptr<Clients> clients_;
  bool over_ = false;
};

}  // namespace

HistoryResult Play(const World& world, uint64_t seed, Canary canary,
                   bool traced) {
  return History(world, seed, canary, traced).Run(seed);
}

}  // namespace onestop::simulation
