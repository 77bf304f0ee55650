// Scenarios: a small world and what happens in it, from JSON to the domain, and
// what came out back to JSON (onestop eval).
#ifndef ONESTOP_WIRE_SCENARIO_H_
#define ONESTOP_WIRE_SCENARIO_H_

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/catalog.h"
#include "domain/ledger.h"
#include "domain/person.h"
#include "domain/policy.h"
#include "onestop/v1/scenario.pb.h"
#include "wire/claim.h"

namespace onestop::wire {

// One scenario of a text: where it begins, and the message or what is wrong
// with it.
struct ParsedScenario {
  int line = 1;
  absl::StatusOr<pb::Scenario> scenario;
};

// A JSON list, a single object, or JSON Lines; any sequence of them. The text
// holds no scenario, or ends within one: an error of that entry.
std::vector<ParsedScenario> ParseScenarios(std::string_view json);

struct QuoteStep {
  domain::Claim claim;
};

// A step ready to be decided, or why it was malformed (its result is then
// `refused`). A reversal that names a request id alone has the person and the
// institution of the settle step with that id; without one they are empty.
using ScenarioAction = std::variant<QuoteStep, SettleAsk, ReverseAsk>;

// A scenario in the domain's terms.
struct ScenarioWorld {
  std::vector<domain::Person> persons;    // with their registrations
  domain::Catalog catalog;                // revision 1
  std::vector<domain::Movement> opening;  // balances and counters
  std::vector<absl::StatusOr<ScenarioAction>> steps;
};

// INVALID_ARGUMENT naming the scenario and every bad field of its world.
absl::StatusOr<ScenarioWorld> WorldOf(const pb::Scenario& scenario,
                                      const domain::Policy& policy);

// Results in the shape of Scenario.expect.
pb::Expect ResultOfReceipt(const pb::Receipt& receipt);
// Of a serialized SettleResponse, such as a record's reply.
pb::Expect ResultOfSettleReply(std::string_view reply);
pb::Expect ResultOfRefusal(const absl::Status& status);
// `request_id` empty: the id had not settled and is now closed.
pb::Expect ResultOfReversal(std::string_view request_id);

// One line of JSON: {"id":…,"results":[…]}, amounts as numbers.
std::string ResultToJson(const pb::ScenarioResult& result);

// Each difference as a sentence; empty: they agree. An absent total or scheme
// is 0.
std::vector<std::string> Differences(const pb::Expect& expected,
                                     const pb::Expect& got);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_SCENARIO_H_
