// Parts that the texts of several answers share: what is left of each limit,
// and why schemes did not take something.
#ifndef ONESTOP_CLI_ANSWER_PARTS_H_
#define ONESTOP_CLI_ANSWER_PARTS_H_

#include <functional>
#include <string>
#include <string_view>

#include "cli/receipt_text.h"
#include "google/protobuf/repeated_field.h"
#include "onestop/v1/receipt.pb.h"

namespace onestop::cli {

// The width of a slip, in cells.
inline constexpr int kSlipWidth = 78;

// A counter's name with the item's name instead of its code, where known.
using Naming = std::function<std::string(std::string counter_name)>;

// A heading row, then left, limit, used and what of each; wrapped.
std::string RemainingRows(const google::protobuf::RepeatedPtrField<
                              ::onestop::v1::Remaining>& remaining,
                          const TextOptions& options, const Naming& naming);

// "Chronic: no such registration; Negotiated: not on the list"; one reason
// alone when all schemes give the same.
std::string PassedOverText(
    const google::protobuf::RepeatedPtrField<::onestop::v1::PassedOver>& passed,
    const TextOptions& options);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_ANSWER_PARTS_H_
