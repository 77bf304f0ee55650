// What clients ask for in a history: claims of the demonstration, varied; the
// same id for two claims, reversals before their settle, replacements, and what
// an agency writes.
#ifndef ONESTOP_TESTS_SIMULATION_ASKS_H_
#define ONESTOP_TESTS_SIMULATION_ASKS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "onestop/v1/settlement.pb.h"
#include "tests/history/history.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/world.h"

namespace onestop::simulation {

namespace pb = ::onestop::v1;

// An ask and its message; `bytes` are empty where the registry is asked.
struct Request {
  history::Ask ask;
  std::string bytes;
};

class Asks {
 public:
  Asks(const World& world, Dice& dice, std::vector<std::string> persons);

  // The next one, at the day that it is for the region.
  Request Next(domain::Day today);
  // The settle that follows a quote: as quoted, or a fen off.
  std::optional<Request> AfterQuote(const domain::Claim& claim,
                                    const std::string& answer);

 private:
  Request Quote(domain::Day today);
  Request Settle(domain::Day today);
  Request AnotherClaim();
  Request Reverse(domain::Day today);
  Request Replace(domain::Day today);
  Request Register(domain::Day today);
  Request Change(domain::Day today);
  Request Post();

  domain::Claim NewClaim(domain::Day today);
  void Vary(domain::ClaimLine& line);
  void UseAccounts(domain::Claim& claim);
  pb::SettleRequest NewSettle(domain::Claim claim);
  Request Keep(pb::SettleRequest request);
  // Of the person that everyone wants, more often than of the others.
  const std::string& Person();
  std::string NewId(const char* kind);

  const World& world_;
  Dice& dice_;
  const std::vector<std::string> persons_;
  int ids_ = 0;
  std::vector<pb::SettleRequest> settles_;     // sent or to be sent
  std::vector<wire::RegisterAsk> registered_;  // the same
  std::vector<storage::Posting> postings_;     // the same
  std::vector<std::string> foreseen_;          // ids closed before they come
};

}  // namespace onestop::simulation

#endif  // ONESTOP_TESTS_SIMULATION_ASKS_H_
