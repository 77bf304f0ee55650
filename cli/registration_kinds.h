// The kinds of registrations as words of the command line.
#ifndef ONESTOP_CLI_REGISTRATION_KINDS_H_
#define ONESTOP_CLI_REGISTRATION_KINDS_H_

#include <CLI/CLI.hpp>
#include <string>

#include "cli/options.h"
#include "onestop/v1/types.pb.h"

namespace onestop::cli {

inline void AddKindOption(CLI::App& verb, ::onestop::v1::RegistrationKind& kind,
                          const std::string& help) {
  AddChoiceOption<::onestop::v1::RegistrationKind>(
      verb, "--kind", kind,
      {{"treatment", ::onestop::v1::REGISTRATION_KIND_TREATMENT},
       {"chronic-disease", ::onestop::v1::REGISTRATION_KIND_CHRONIC_DISEASE},
       {"two-disease", ::onestop::v1::REGISTRATION_KIND_TWO_DISEASE},
       {"family-account", ::onestop::v1::REGISTRATION_KIND_FAMILY_ACCOUNT}},
      help);
}

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_REGISTRATION_KINDS_H_
