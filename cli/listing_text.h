// A list of settlements as a table for people, in Chinese or English.
#ifndef ONESTOP_CLI_LISTING_TEXT_H_
#define ONESTOP_CLI_LISTING_TEXT_H_

#include <string>
#include <vector>

#include "cli/text.h"
#include "onestop/v1/settlement.pb.h"

namespace onestop::cli {

// One line a row and a line with the sums; `more`: the list goes on.
std::string ListingText(
    const std::vector<::onestop::v1::SettlementSummary>& rows, bool more,
    Language language);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_LISTING_TEXT_H_
