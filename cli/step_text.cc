// Steps as sentences.
#include "cli/step_text.h"

#include <string>
#include <string_view>

#include "cli/citation.h"
#include "cli/text.h"
#include "cli/words.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

// What the sentences of one step need.
struct Writer {
  const pb::Step& step;
  const pb::Receipt& receipt;
  const NameOf& name_of;
  Language language;

  std::string_view Say(std::string_view zh, std::string_view en) const {
    return Pick(language, zh, en);
  }
  std::string Rule(std::string_view id) const {
    const domain::Name2 name = name_of(id);
    return std::string(Pick(language, name.zh, name.en));
  }
  std::string Before() const { return Yuan(step.before_fen()); }
  std::string Taken() const { return Yuan(step.taken_fen()); }
  std::string After() const { return Yuan(step.after_fen()); }
  std::string Ratio() const { return Percent(step.ratio_bp()); }
};

const pb::ReceiptLine* FindLine(const pb::Receipt& receipt,
                                std::string_view line_id) {
  for (const pb::ReceiptLine& line : receipt.lines()) {
    if (line.line_id() == line_id) return &line;
  }
  return nullptr;
}

std::string LineName(const pb::Receipt& receipt, std::string_view line_id) {
  const pb::ReceiptLine* line = FindLine(receipt, line_id);
  if (line == nullptr) return std::string(line_id);
  return line->item_name().empty() ? line->item_code() : line->item_name();
}

// The lines of a step by name, at most three of them.
std::string LineNames(const Writer& w) {
  const int count = w.step.line_ids_size();
  if (count == 0) return std::string(w.Say("全部费用", "all lines"));
  constexpr int kMost = 3;
  std::string text;
  for (int i = 0; i < count && i < kMost; ++i) {
    Append(&text, i == 0 ? "" : w.Say("、", ", "), w.Say("「", "\""),
           LineName(w.receipt, w.step.line_ids(i)), w.Say("」", "\""));
  }
  if (count > kMost) {
    Append(&text,
           Fill(w.Say("等 $0 项", " and $0 more"),
                w.language == Language::kChinese ? count : count - kMost));
  }
  return text;
}

// Whether `taken` is just `before` times the ratio, so that it may be shown as
// an equation.
bool IsPlainShare(const pb::Step& step) {
  const __int128 product =
      static_cast<__int128>(step.before_fen()) * step.ratio_bp();
  return (product + 5000) / 10000 == step.taken_fen();
}

std::string Route(const Writer& w) {
  const std::string lines = LineNames(w);
  if (!w.step.rule_id().empty()) {
    return Fill(w.Say("$0由「$1」支付。", "$0: starts in $1."), lines,
                w.Rule(w.step.rule_id()));
  }
  return Fill(w.Say("$0没有可支付的待遇，由个人承担（原因见明细）。",
                    "$0: no scheme pays, the person bears it (reasons above)."),
              lines);
}

std::string Deductible(const Writer& w) {
  const pb::Step& step = w.step;
  std::string text = Fill(w.Say("「$0」起付线：本次由个人先付 $1 元",
                                "$0: deductible, $1 yuan is the person's"),
                          w.Rule(step.rule_id()), w.Taken());
  if (step.has_limit_fen()) {
    Append(&text, Fill(w.Say("（起付标准 $0 元，此前已付 $1 元，累计 $2 元）",
                             " (amount $0, paid before $1, now $2)"),
                       Yuan(step.limit_fen()), Yuan(step.counter_before_fen()),
                       Yuan(step.counter_after_fen())));
  }
  return Cat(text, w.Say("。", "."));
}

std::string FundPay(const Writer& w) {
  const std::string rule = w.Rule(w.step.rule_id());
  if (IsPlainShare(w.step)) {
    return Fill(w.Say("「$0」支付：$1 元 × $2 = $3 元。",
                      "$0 pays: $1 × $2 = $3 yuan."),
                rule, w.Before(), w.Ratio(), w.Taken());
  }
  return Fill(w.Say("「$0」按 $1 支付，在限额内支付 $2 元。",
                    "$0 pays at $1, within its limit $2 yuan."),
              rule, w.Ratio(), w.Taken());
}

std::string Cap(const Writer& w, bool layer) {
  const pb::Step& step = w.step;
  std::string text =
      Fill(layer ? w.Say("「$0」受年度限额所限，少付 $1 元",
                         "$0: its yearly cap cuts $1 yuan")
                 : w.Say("「$0」受最高支付限额所限，$1 元不再由它支付",
                         "$0: its cap leaves $1 yuan outside"),
           w.Rule(step.rule_id()), w.Taken());
  if (step.has_limit_fen()) {
    Append(&text,
           Fill(w.Say("（限额 $0 元，此前已用 $1 元）",
                      " (limit $0, used before $1)"),
                Yuan(step.limit_fen()), Yuan(step.counter_before_fen())));
  }
  return Cat(text, w.Say("。", "."));
}

std::string Overflow(const Writer& w) {
  if (w.step.to_rule_id().empty()) {
    return Fill(w.Say("「$0」未支付的 $1 元由个人承担。",
                      "$0: the $1 yuan it does not cover are the person's."),
                w.Rule(w.step.rule_id()), w.Taken());
  }
  return Fill(
      w.Say("「$0」未支付的 $1 元转入「$2」。", "$0: $1 yuan go on to $2."),
      w.Rule(w.step.rule_id()), w.Taken(), w.Rule(w.step.to_rule_id()));
}

// One band of a layer: the part of the year's burden that lies in it.
std::string LayerPay(const Writer& w) {
  const pb::Step& step = w.step;
  const std::string burden =
      Fill(w.Say("「$0」：全年累计负担 $1 → $2 元，",
                 "$0: the year's burden goes from $1 to $2 yuan; "),
           w.Rule(step.rule_id()), Yuan(step.counter_before_fen()),
           Yuan(step.counter_after_fen()));
  if (step.ratio_bp() == 0) {
    return Cat(burden, w.Say("在起付线以内，不支付。",
                             "that is below its threshold, it pays nothing."));
  }
  return Cat(burden, Fill(w.Say("支付 $0 元 × $1 = $2 元。",
                                "it pays $0 × $1 = $2 yuan."),
                          w.Before(), w.Ratio(), w.Taken()));
}

std::string Account(const Writer& w, bool family) {
  return Fill(
      family ? w.Say("家庭共济账户支付 $0 元（余额 $1 → $2 元）。",
                     "A relative's account pays $0 yuan (balance $1 → $2).")
             : w.Say("个人账户支付 $0 元（余额 $1 → $2 元）。",
                     "The personal account pays $0 yuan (balance $1 → $2)."),
      w.Taken(), Yuan(w.step.counter_before_fen()),
      Yuan(w.step.counter_after_fen()));
}

// What happens to lines before any scheme looks at them.
std::string Pricing(const Writer& w) {
  const std::string lines = LineNames(w);
  switch (w.step.kind()) {
    case pb::STEP_KIND_PAYMENT_STANDARD:
      return Fill(
          w.Say("$0收费 $1 元，按医保支付标准认可 $2 元，超出的 $3 元由个人"
                "承担。",
                "$0: charged $1, allowed by the payment standard $2; the "
                "person bears $3 yuan."),
          lines, w.Before(), w.After(), w.Taken());
    case pb::STEP_KIND_OWN_EXPENSE:
      return Fill(w.Say("$0是目录外自费项目，$1 元由个人承担。",
                        "$0: outside the catalog, the person bears $1 yuan."),
                  lines, w.Taken());
    case pb::STEP_KIND_DELISTED:
      return Fill(
          w.Say("$0协议期满已调出目录，$1 元由个人承担。",
                "$0: its agreement ended and it left the catalog, the person "
                "bears $1 yuan."),
          lines, w.Taken());
    default:
      return Fill(
          w.Say("$0先行自付 $1：$2 元，其余 $3 元符合政策范围。",
                "$0: $1 is paid first by the person: $2 yuan; $3 are in "
                "scope."),
          lines, w.Ratio(), w.Taken(), w.After());
  }
}

}  // namespace

std::string StepText(const pb::Step& step, const pb::Receipt& receipt,
                     const NameOf& name_of, Language language) {
  const Writer w{step, receipt, name_of, language};
  switch (step.kind()) {
    case pb::STEP_KIND_PAYMENT_STANDARD:
    case pb::STEP_KIND_OWN_EXPENSE:
    case pb::STEP_KIND_DELISTED:
    case pb::STEP_KIND_PRESELF:
      return Pricing(w);
    case pb::STEP_KIND_ROUTE:
      return Route(w);
    case pb::STEP_KIND_DEDUCTIBLE:
      return Deductible(w);
    case pb::STEP_KIND_FUND_PAY:
      return FundPay(w);
    case pb::STEP_KIND_CAP:
      return Cap(w, false);
    case pb::STEP_KIND_OVERFLOW:
      return Overflow(w);
    case pb::STEP_KIND_LAYER_PAY:
      return LayerPay(w);
    case pb::STEP_KIND_LAYER_CAP:
      return Cap(w, true);
    case pb::STEP_KIND_ACCOUNT:
      return Account(w, false);
    case pb::STEP_KIND_FAMILY_ACCOUNT:
      return Account(w, true);
    default:
      return Cat(pb::StepKind_Name(step.kind()), " ", w.Taken());
  }
}

std::string StepSource(const pb::Step& step, Language language) {
  if (step.basis().empty() && !step.assumed()) return "";
  if (!step.assumed()) {
    return Cat(Pick(language, "依据：", "Source: "),
               Citation(step.basis(), language));
  }
  if (language == Language::kEnglish) {
    return Cat("Source: left open by the documents: ",
               Citation(step.basis(), language));
  }
  // What the policy file says of an assumption is written for its operator, in
  // English; the patient is told that it is one, and which articles are near.
  const std::string near = CitedArticles(step.basis(), language);
  return Cat("依据：文件未定，按统筹区参数，待经办机构确认",
             near.empty() ? "" : Cat("（参见", near, "）"));
}

}  // namespace onestop::cli
