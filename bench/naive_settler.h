// Settle as it is usually written: one transaction a call, row locks, a round
// trip for each statement; with the rules, tables and answers of onestop.
#ifndef ONESTOP_BENCH_NAIVE_SETTLER_H_
#define ONESTOP_BENCH_NAIVE_SETTLER_H_

#include <pqxx/pqxx>
#include <string>

#include "absl/status/statusor.h"
#include "domain/book.h"
#include "server/lanes.h"
#include "wire/claim.h"

namespace onestop::bench {

// One connection; used by one thread. Policy and catalog outlive it.
class NaiveSettler {
 public:
  // Throws pqxx::failure when the database cannot be reached.
  NaiveSettler(const std::string& url, const domain::Policy& policy,
               const domain::Catalog& catalog, server::WallClock clock);

  // The answer's bytes. Refusals as onestop's; STORAGE_UNAVAILABLE when the
  // database fails; UNIMPLEMENTED for a claim that names relatives.
  absl::StatusOr<std::string> Settle(const wire::SettleAsk& ask);

 private:
  absl::StatusOr<std::string> SettleInTransaction(
      const domain::SettleCommand& command);

  const domain::Policy& policy_;
  const domain::Catalog& catalog_;
  const server::WallClock clock_;
  pqxx::connection connection_;
};

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_NAIVE_SETTLER_H_
