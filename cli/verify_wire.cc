// What verification needs of the border, put together.
#include "cli/verify_wire.h"

#include <memory>
#include <utility>

#include "base/status_macros.h"
#include "wire/policy_file.h"
#include "wire/receipt.h"
#include "wire/reversal.h"

namespace onestop::cli {
namespace {

absl::StatusOr<std::shared_ptr<const domain::Policy>> Compile(
    const std::string& revision,
    const std::vector<storage::PolicyFileText>& files) {
  std::vector<wire::PolicyText> texts;
  texts.reserve(files.size());
  for (const storage::PolicyFileText& file : files) {
    texts.push_back({file.name, file.text});
  }
  ONESTOP_ASSIGN_OR_RETURN(wire::CompiledPolicy compiled,
                           wire::LoadPolicy(std::move(texts), revision));
  return std::make_shared<const domain::Policy>(std::move(compiled.policy));
}

}  // namespace

VerifyOptions WireVerifyOptions() {
  VerifyOptions options;
  options.replies.settle = wire::SettleReply;
  options.replies.reversal = [](const domain::SettlementRecord& record,
                                const domain::SettlementRecord* target) {
    return wire::ReversalReply(record, target, wire::NoteOfReply(record.reply));
  };
  options.compile = Compile;
  return options;
}

}  // namespace onestop::cli
