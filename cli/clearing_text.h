// A clearing statement, and what is due, as text for people.
#ifndef ONESTOP_CLI_CLEARING_TEXT_H_
#define ONESTOP_CLI_CLEARING_TEXT_H_

#include <string>
#include <string_view>

#include "cli/text.h"
#include "cli/words.h"
#include "onestop/v1/clearing.pb.h"

namespace onestop::cli {

// The words for a kind of line.
std::string_view AdjustmentWords(::onestop::v1::AdjustmentKind kind,
                                 Language language);

std::string StatementText(const ::onestop::v1::Statement& statement,
                          const NameOf& name_of, Language language);
std::string DueText(const ::onestop::v1::ListStatementsResponse& list,
                    Language language);
std::string CountedText(
    const ::onestop::v1::ListStatementSettlementsResponse& list,
    Language language);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_CLEARING_TEXT_H_
