// Rows of limits and reasons of schemes as text.
#include "cli/answer_parts.h"

#include <algorithm>

#include "cli/text.h"
#include "cli/words.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

std::string RuleName(std::string_view rule_id, const TextOptions& options) {
  const domain::Name2 name = options.name_of(rule_id);
  return std::string(Pick(options.language, name.zh, name.en));
}

std::string RemainingName(const pb::Remaining& left, const TextOptions& options,
                          const Naming& naming) {
  if (left.kind() == pb::REMAINING_KIND_LAYER_CAP) {
    return Cat(RuleName(left.rule_id(), options),
               Pick(options.language, "年度限额", ": yearly cap"));
  }
  if (left.kind() == pb::REMAINING_KIND_LAYER_THRESHOLD) {
    return Cat(RuleName(left.rule_id(), options),
               Pick(options.language, "起付线", ": threshold"));
  }
  return naming(CounterName(left.counter(), options.name_of, options.language));
}

}  // namespace

std::string RemainingRows(
    const google::protobuf::RepeatedPtrField<pb::Remaining>& remaining,
    const TextOptions& options, const Naming& naming) {
  constexpr int kColumn = 11;
  std::string text;
  const auto row = [&](std::string_view left, std::string_view limit,
                       std::string_view used, std::string_view name) {
    const std::string numbers =
        Cat(PadLeft(left, kColumn), PadLeft(limit, kColumn),
            PadLeft(used, kColumn), "  ");
    Append(&text, Wrap(name, kSlipWidth, numbers,
                       std::string(DisplayWidth(numbers) + 2, ' ')));
  };
  const auto say = [&](std::string_view zh, std::string_view en) {
    return Pick(options.language, zh, en);
  };
  row(say("还剩", "Left"), say("共", "Of"), say("已用", "Used"),
      say("项目", "What"));
  for (const pb::Remaining& left : remaining) {
    const bool account = left.kind() == pb::REMAINING_KIND_ACCOUNT;
    row(Yuan(left.left_fen()), account ? "" : Yuan(left.limit_fen()),
        account ? "" : Yuan(left.used_fen()),
        RemainingName(left, options, naming));
  }
  return text;
}

std::string PassedOverText(
    const google::protobuf::RepeatedPtrField<pb::PassedOver>& passed,
    const TextOptions& options) {
  const bool same = std::all_of(
      passed.begin(), passed.end(), [&passed](const pb::PassedOver& one) {
        return one.reason() == passed.begin()->reason();
      });
  std::string text;
  for (const pb::PassedOver& one : passed) {
    if (!text.empty()) Append(&text, Pick(options.language, "；", "; "));
    if (!same && !one.scheme_id().empty()) {
      Append(&text, RuleName(one.scheme_id(), options),
             Pick(options.language, "——", ": "));
    }
    Append(&text, PassReasonText(one.reason(), options.language));
    if (same) break;
  }
  return text;
}

}  // namespace onestop::cli
