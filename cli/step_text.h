// One step of a receipt as a sentence: what was taken, by which rule, and
// where the figure comes from.
#ifndef ONESTOP_CLI_STEP_TEXT_H_
#define ONESTOP_CLI_STEP_TEXT_H_

#include <string>

#include "cli/text.h"
#include "cli/words.h"
#include "onestop/v1/receipt.pb.h"

namespace onestop::cli {

// The sentence without its source; `receipt` names the lines.
std::string StepText(const ::onestop::v1::Step& step,
                     const ::onestop::v1::Receipt& receipt,
                     const NameOf& name_of, Language language);

// Where the step's figure comes from; empty when the step cites nothing.
std::string StepSource(const ::onestop::v1::Step& step, Language language);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_STEP_TEXT_H_
