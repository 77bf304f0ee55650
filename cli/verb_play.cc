// `onestop play`: sends the steps of scenario files to a server, one by one,
// and compares the answers with what the files expect.
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/input.h"
#include "cli/json_text.h"
#include "cli/scenario_files.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "wire/scenario.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct PlayOptions {
  std::vector<std::string> files;
  std::string person_suffix;
  std::vector<std::string> must_pay;
  bool check = false;
  ServerOptions server;
  OutputOptions output;
};

// Plays one list of steps.
class Player {
 public:
  Player(const PlayOptions& options, const pb::Scenario& scenario)
      : options_(options), scenario_(scenario), client_(options.server) {}

  // OK unless the server gave no answer at all.
  absl::Status Play();
  // Sums up; the exit code.
  int Report() const;

 private:
  absl::StatusOr<pb::Expect> Send(const pb::ScenarioStep& step);
  absl::StatusOr<pb::Expect> SendReverse(const pb::ReverseRequest& request);
  // Adds what schemes paid (a reversal: negative), once however often the same
  // settlement was answered.
  void Count(const std::string& id,
             const google::protobuf::RepeatedPtrField<pb::SchemePay>& pays);
  void Tell(int number, const pb::ScenarioStep& step, const pb::Expect& result);
  // The schemes that had to pay and did not.
  std::vector<std::string> Unpaid() const;
  void PrintReport() const;
  void PrintReportJson() const;
  void Compare(int number, const pb::Expect& result);

  const PlayOptions& options_;
  const pb::Scenario& scenario_;
  Client client_;
  std::map<std::string, int64_t> settled_by_scheme_;  // fen
  std::set<std::string> counted_;  // settlements and reversals
  int differences_ = 0;
};

// A refusal is a result; no answer, or a broken server, is an error.
absl::StatusOr<pb::Expect> ResultOf(const absl::Status& status) {
  const ExitCode code = ExitCodeOf(status);
  if (code == kExitUnavailable || code == kExitBroken) return status;
  return wire::ResultOfRefusal(status);
}

absl::StatusOr<pb::Expect> Player::Send(const pb::ScenarioStep& step) {
  using Stub = pb::SettlementService::Stub;
  if (step.has_quote()) {
    const auto response = client_.Call<pb::QuoteResponse>(
        client_.settlement(), &Stub::Quote, step.quote());
    if (!response.ok()) return ResultOf(response.status());
    return wire::ResultOfReceipt(response->receipt());
  }
  if (step.has_reverse()) return SendReverse(step.reverse());
  const auto response = client_.Call<pb::SettleResponse>(
      client_.settlement(), &Stub::Settle, step.settle());
  if (!response.ok()) return ResultOf(response.status());
  Count(response->receipt().settlement_id(), response->receipt().by_scheme());
  return wire::ResultOfReceipt(response->receipt());
}

absl::StatusOr<pb::Expect> Player::SendReverse(
    const pb::ReverseRequest& request) {
  if (request.person_id().empty()) return wire::ResultOfReversal("");
  const auto response = client_.Call<pb::ReverseResponse>(
      client_.settlement(), &pb::SettlementService::Stub::Reverse, request);
  if (!response.ok()) return ResultOf(response.status());
  Count(response->reversal().reversal_id(), response->reversal().by_scheme());
  return wire::ResultOfReversal(
      response->closed() ? "" : response->reversal().settle_request_id());
}

void Player::Count(
    const std::string& id,
    const google::protobuf::RepeatedPtrField<pb::SchemePay>& pays) {
  if (!counted_.insert(id).second) return;
  for (const pb::SchemePay& pay : pays) {
    settled_by_scheme_[pay.scheme_id()] += pay.pay_fen();
  }
}

std::string StepText(const pb::ScenarioStep& step) {
  if (step.has_quote()) {
    return Cat("quote   ", step.quote().claim().person_id());
  }
  if (step.has_reverse()) {
    return Cat("reverse ", step.reverse().person_id(), " ",
               step.reverse().settle_request_id(),
               step.reverse().settlement_id());
  }
  return Cat("settle  ", step.settle().claim().person_id(), " ",
             step.settle().request_id());
}

void Player::Tell(int number, const pb::ScenarioStep& step,
                  const pb::Expect& result) {
  if (options_.output.json()) {
    std::cout << ToJsonLine(result);
    return;
  }
  std::string text;
  if (!result.refused().empty()) {
    text = Cat("refused ", result.refused());
  } else if (result.has_reversed()) {
    text =
        result.reversed().empty() ? "closed, it had not settled" : "taken back";
  } else {
    text = Cat("funds ", Yuan(result.totals().fund_pay_fen()), ", cash ",
               Yuan(result.totals().cash_fen()), " of ",
               Yuan(result.totals().gross_fen()));
    const std::set<std::string> schemes(result.first_scheme().begin(),
                                        result.first_scheme().end());
    std::string_view separator = "  (";
    for (const std::string& scheme : schemes) {
      Append(&text, separator, scheme.empty() ? "no scheme" : scheme);
      separator = ", ";
    }
    if (!schemes.empty()) text += ")";
  }
  std::cout << PadLeft(Cat(number), 4) << "  " << PadRight(StepText(step), 34)
            << "  " << text << "\n";
}

void Player::Compare(int number, const pb::Expect& result) {
  const std::vector<std::string> differences =
      wire::Differences(scenario_.expect(number - 1), result);
  for (const std::string& difference : differences) {
    (options_.output.json() ? std::cerr : std::cout)
        << "      DIFFERS at step " << number << ": " << difference << "\n";
  }
  differences_ += static_cast<int>(differences.size());
}

absl::Status Player::Play() {
  int number = 0;
  for (const pb::ScenarioStep& step : scenario_.steps()) {
    auto result = Send(step);
    if (!result.ok()) return result.status();
    Tell(++number, step, *result);
    if (options_.check) Compare(number, *result);
  }
  return absl::OkStatus();
}

std::vector<std::string> Player::Unpaid() const {
  std::vector<std::string> unpaid;
  for (const std::string& scheme : options_.must_pay) {
    const auto paid = settled_by_scheme_.find(scheme);
    if (paid != settled_by_scheme_.end() && paid->second > 0) continue;
    unpaid.push_back(scheme);
  }
  return unpaid;
}

void Player::PrintReport() const {
  std::cout << "\nPaid by scheme, reversals taken off (yuan)\n";
  Table table({Table::Align::kLeft, Table::Align::kRight});
  for (const auto& [scheme, fen] : settled_by_scheme_) {
    table.Add({scheme, Yuan(fen)});
  }
  std::cout << table.ToString(2);
  for (const std::string& scheme : Unpaid()) {
    std::cout << "  " << scheme << " should have paid, but did not\n";
  }
  std::cout << scenario_.steps_size() << " steps";
  if (options_.check) std::cout << ", " << differences_ << " differences";
  std::cout << "\n";
}

void Player::PrintReportJson() const {
  JsonObject paid;
  for (const auto& [scheme, fen] : settled_by_scheme_) paid.Add(scheme, fen);
  std::vector<std::string> unpaid;
  for (const std::string& scheme : Unpaid()) {
    unpaid.push_back(JsonString(scheme));
  }
  std::cout << JsonObject()
                   .Add("steps", scenario_.steps_size())
                   .Add("differences", differences_)
                   .AddJson("paid_fen_by_scheme", paid.ToString())
                   .AddJson("unpaid", JsonList(unpaid))
                   .ToString()
            << "\n";
}

int Player::Report() const {
  options_.output.json() ? PrintReportJson() : PrintReport();
  return differences_ == 0 && Unpaid().empty() ? kExitOk : kExitRefused;
}

int RunPlay(const PlayOptions& options) {
  auto scenario = ReadScenarioFiles(options.files);
  if (!scenario.ok()) return Fail(scenario.status(), options.output);
  if (options.check && scenario->expect_size() != scenario->steps_size()) {
    return Fail(absl::InvalidArgumentError(Cat(
                    "--check wants one expectation for each step; there are ",
                    scenario->expect_size(), " for ", scenario->steps_size(),
                    " steps")),
                options.output);
  }
  AddPersonSuffix(options.person_suffix, *scenario);
  CompleteReversals(*scenario);
  Player player(options, *scenario);
  const absl::Status played = player.Play();
  if (!played.ok()) return Fail(played, options.output);
  return player.Report();
}

}  // namespace

void AddPlay(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<PlayOptions>();
  CLI::App* verb = app.add_subcommand(
      "play", "Send the steps of scenario files to a server, in order");
  verb->add_option("files", options->files, "Scenario files or -")
      ->type_name("FILE|-")
      ->required();
  verb->add_flag("--check", options->check,
                 "Compare with what the files expect; exit 1 on a difference");
  verb->add_option("--must-pay", options->must_pay,
                   "Schemes that have to pay something; exit 1 if one does not")
      ->type_name("SCHEME,…")
      ->delimiter(',');
  verb->add_option("--person-suffix", options->person_suffix,
                   "Added to every person id")
      ->type_name("TEXT");
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback(
      [options, &chosen] { chosen = [options] { return RunPlay(*options); }; });
}

}  // namespace onestop::cli
