// A clearing statement as a table in a file.
#ifndef ONESTOP_CLI_CLEARING_FILE_H_
#define ONESTOP_CLI_CLEARING_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "cli/text.h"
#include "cli/words.h"
#include "onestop/v1/clearing.pb.h"

namespace onestop::cli {

// By the name's end, .csv or .xlsx: a row a scheme, layers and accounts as rows
// of their own, then what adjusts it, what is owed and what was paid; amounts
// in yuan. INVALID_ARGUMENT: another end, or the file cannot be written.
absl::Status WriteStatementFile(const std::string& path,
                                const ::onestop::v1::Statement& statement,
                                const NameOf& name_of, Language language);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_CLEARING_FILE_H_
