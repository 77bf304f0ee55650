// The API's codes in words, Chinese and English: regions, insurance, reasons,
// document articles. An unknown code stands for itself.
#ifndef ONESTOP_CLI_WORDS_H_
#define ONESTOP_CLI_WORDS_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/text.h"
#include "domain/policy.h"
#include "onestop/v1/types.pb.h"

namespace onestop::cli {

// The name of a scheme or layer by its id (domain::Policy::NameOf).
using NameOf = std::function<domain::Name2(std::string_view id)>;

std::string RegionName(std::string_view region, Language language);
std::string InsuranceName(::onestop::v1::InsuranceType type, Language language);
std::string CategoryName(::onestop::v1::PersonCategory category,
                         Language language);
std::string AssistanceName(::onestop::v1::AssistanceCategory category,
                           Language language);
std::string RegistrationKindName(::onestop::v1::RegistrationKind kind,
                                 Language language);
std::string StateName(::onestop::v1::SettlementState state, Language language);
std::string DiseaseName(std::string_view disease, Language language);
std::string FlagText(std::string_view code, Language language);

// Why a scheme did not take a line: "NO_REGISTRATION" in words.
std::string PassReasonText(std::string_view reason, Language language);
// All reasons that PassReasonText knows; for the test that none is missing.
std::vector<std::string_view> KnownPassReasons();

// A counter's name in words: whose deductible or cap it is, and of what. One
// that ends in a slash is that of each visit.
std::string CounterName(std::string_view counter, const NameOf& name_of,
                        Language language);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_WORDS_H_
