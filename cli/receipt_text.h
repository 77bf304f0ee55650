// A receipt, a reversal, a ledger, a year or an eligibility answer as text that
// a window clerk can read to a patient, in Chinese or English.
#ifndef ONESTOP_CLI_RECEIPT_TEXT_H_
#define ONESTOP_CLI_RECEIPT_TEXT_H_

#include <string>

#include "cli/text.h"
#include "cli/words.h"
#include "onestop/v1/receipt.pb.h"
#include "onestop/v1/registry.pb.h"
#include "onestop/v1/resources.pb.h"
#include "onestop/v1/settlement.pb.h"

namespace onestop::cli {

// How texts are written. `name_of` gives schemes and layers their names.
struct TextOptions {
  Language language = Language::kChinese;
  NameOf name_of;
};

// A quote or a settlement: who pays what, each line, every step with its
// source, what is left.
std::string ReceiptText(const ::onestop::v1::Receipt& receipt,
                        const TextOptions& options);

std::string ReversalText(const ::onestop::v1::Reversal& reversal,
                         const TextOptions& options);

// The counters of a person, year by year, the account, prescriptions, supply.
std::string LedgerText(std::string_view person_id,
                       const ::onestop::v1::GetLedgerResponse& ledger,
                       const TextOptions& options);

// What was used of each deductible and cap of a year, and of how much; `limits`
// is what the person is entitled to at its end.
std::string YearStatementText(
    std::string_view person_id, int year,
    const ::onestop::v1::GetEligibilityResponse& limits,
    const ::onestop::v1::GetLedgerResponse& ledger, const TextOptions& options);

// What a person is entitled to; the request says who and where.
std::string EligibilityText(
    const ::onestop::v1::GetEligibilityRequest& request,
    const ::onestop::v1::GetEligibilityResponse& eligibility,
    const TextOptions& options);

std::string RegistrationText(const ::onestop::v1::Registration& registration,
                             const TextOptions& options);
// A table, and how to go on where there are more.
std::string RegistrationsText(
    const ::onestop::v1::ListRegistrationsResponse& list,
    const TextOptions& options);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_RECEIPT_TEXT_H_
