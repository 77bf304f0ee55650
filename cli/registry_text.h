// Persons, institutions and items as text for people, in Chinese or English.
#ifndef ONESTOP_CLI_REGISTRY_TEXT_H_
#define ONESTOP_CLI_REGISTRY_TEXT_H_

#include <string>

#include "cli/text.h"
#include "onestop/v1/registry.pb.h"

namespace onestop::cli {

// The person with its periods and registrations.
std::string PersonText(const ::onestop::v1::GetPersonResponse& answer,
                       Language language);
// The institution with its designations.
std::string InstitutionText(const ::onestop::v1::GetInstitutionResponse& answer,
                            Language language);
// The item with its prices, lists and restrictions.
std::string ItemText(const ::onestop::v1::GetItemResponse& answer,
                     Language language);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_REGISTRY_TEXT_H_
