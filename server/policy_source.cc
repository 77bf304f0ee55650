// Reads the policy files of a folder or those built in.
#include "server/policy_source.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "storage/ids.h"
#include "wire/embedded_policies.h"
#include "wire/policy_file.h"

namespace onestop::server {
namespace {

absl::Status AssumedError(size_t count, const Config& config) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "POLICY_ASSUMED",
      absl::StrCat(
          count,
          " figures or conditions of the policy are assumed, not cited from a "
          "document. List them with 'onestop policy check ",
          config.policies.empty() ? "policies/" : config.policies,
          "'; when they are confirmed, start with --allow-assumed."));
}

}  // namespace

absl::StatusOr<LoadedPolicy> LoadPolicy(const Config& config) {
  std::vector<wire::PolicyText> texts;
  if (config.policies.empty()) {
    texts = wire::EmbeddedPolicies();
  } else {
    ONESTOP_ASSIGN_OR_RETURN(texts, wire::ReadPolicyDirectory(config.policies));
  }
  LoadedPolicy loaded;
  std::vector<std::pair<std::string, std::string>> named;
  for (const wire::PolicyText& text : texts) {
    loaded.files.push_back({text.name, text.text});
    named.emplace_back(text.name, text.text);
  }
  ONESTOP_ASSIGN_OR_RETURN(
      wire::CompiledPolicy compiled,
      wire::LoadPolicy(std::move(texts), storage::DigestTexts(named)));
  const size_t assumed = compiled.policy.Assumed().size();
  if (assumed > 0 && !config.allow_assumed) {
    return AssumedError(assumed, config);
  }
  loaded.policy =
      std::make_shared<const domain::Policy>(std::move(compiled.policy));
  return loaded;
}

}  // namespace onestop::server
