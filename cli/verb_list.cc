// `onestop list`: settlements and reversals of a person or an institution.
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/status_macros.h"
#include "cli/exit_code.h"
#include "cli/input.h"
#include "cli/listing_text.h"
#include "cli/verbs.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct ListOptions {
  std::string person;
  std::string institution;
  std::string from;
  std::string until;
  pb::InsuranceType insurance = pb::INSURANCE_TYPE_UNSPECIFIED;
  int64_t limit = 0;
  ServerOptions server;
  OutputOptions output;
};

// Asks page after page. JSON is printed as it comes, rows for a table are kept.
class Listing {
 public:
  explicit Listing(const ListOptions& options)
      : options_(options), client_(options.server) {
    request_.set_person_id(options.person);
    request_.set_institution_id(options.institution);
    request_.set_booked_from(options.from);
    request_.set_booked_until(options.until);
    request_.set_insurance_type(options.insurance);
  }

  absl::Status Read() {
    do {
      ONESTOP_RETURN_IF_ERROR(ReadPage());
    } while (more() && Left() > 0);
    if (read_ > 0) return absl::OkStatus();
    return CheckKnown(client_, options_.person, options_.institution);
  }

  const std::vector<pb::SettlementSummary>& rows() const { return rows_; }
  bool more() const { return !request_.page_token().empty(); }

 private:
  int64_t Left() const {
    const int64_t page = limits::kMaxPageSize;
    return options_.limit == 0 ? page : std::min(page, options_.limit - read_);
  }

  absl::Status ReadPage() {
    request_.set_page_size(static_cast<int32_t>(Left()));
    ONESTOP_ASSIGN_OR_RETURN(
        auto page,
        client_.Call<pb::ListSettlementsResponse>(
            client_.settlement(), &pb::SettlementService::Stub::ListSettlements,
            request_));
    for (pb::SettlementSummary& row : *page.mutable_settlements()) {
      ++read_;
      if (options_.output.json()) {
        std::cout << ToJsonLine(row);
      } else {
        rows_.push_back(std::move(row));
      }
    }
    request_.set_page_token(page.next_page_token());
    return absl::OkStatus();
  }

  const ListOptions& options_;
  Client client_;
  pb::ListSettlementsRequest request_;
  int64_t read_ = 0;
  std::vector<pb::SettlementSummary> rows_;
};

int RunList(const ListOptions& options) {
  Listing listing(options);
  const absl::Status read = listing.Read();
  std::cout << std::flush;
  if (!read.ok()) return Fail(read, options.output);
  if (options.output.json()) return kExitOk;
  std::string_view separator;
  for (const Language language : LanguagesOf(options.output)) {
    std::cout << separator
              << ListingText(listing.rows(), listing.more(), language);
    separator = "\n";
  }
  std::cout << std::flush;
  return kExitOk;
}

}  // namespace

void AddList(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* verb = app.add_subcommand(
      "list",
      "Settlements, reversals and closed ids of a person, or of an institution "
      "by booking days, in booking order; --output json prints one "
      "SettlementSummary a line");
  verb->add_option("--person", options->person, "The person")->type_name("ID");
  verb->add_option("--institution", options->institution,
                   "The institution; without a person, --from and --until are "
                   "needed")
      ->type_name("ID");
  verb->add_option("--from", options->from, "First booking day")
      ->type_name("DATE");
  verb->add_option("--until", options->until,
                   "Last booking day; at most 366 days later without a person")
      ->type_name("DATE");
  AddChoiceOption<pb::InsuranceType>(
      *verb, "--insurance", options->insurance,
      {{"employee", pb::INSURANCE_TYPE_EMPLOYEE},
       {"resident", pb::INSURANCE_TYPE_RESIDENT}},
      "Only this insurance");
  verb->add_option("--limit", options->limit, "At most so many rows; 0: all")
      ->type_name("N")
      ->check(WholeNumber(0, 1'000'000'000))
      ->capture_default_str();
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback(
      [options, &chosen] { chosen = [options] { return RunList(*options); }; });
}

}  // namespace onestop::cli
