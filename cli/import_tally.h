// How the rows of an import fared, in numbers and in words.
#ifndef ONESTOP_CLI_IMPORT_TALLY_H_
#define ONESTOP_CLI_IMPORT_TALLY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "cli/text.h"
#include "onestop/v1/registry.pb.h"

namespace onestop::cli {

struct ImportTally {
  int64_t created = 0;
  int64_t updated = 0;
  int64_t unchanged = 0;
  int64_t refused = 0;
  std::map<std::string, int64_t> reasons;  // of the refused

  int64_t rows() const { return created + updated + unchanged + refused; }
  void Count(const absl::StatusOr<::onestop::v1::RowOutcome>& outcome);
};

// "persons   1200 rows: 1199 new, 0 changed, 0 as before, 1 refused\n".
// `revoked`: registrations that a whole roster ended.
std::string TallyText(std::string_view kind, const ImportTally& tally,
                      Language language,
                      std::optional<int64_t> revoked = std::nullopt);
// The same as one line of JSON.
std::string TallyJson(std::string_view kind, const ImportTally& tally,
                      std::optional<int64_t> revoked = std::nullopt);
// What another run of an import does to the rows that are loaded.
enum class Rerun {
  kReplaces,
  kAddsUnderAnotherId,    // the user names the import
  kAddsIfTheFileChanged,  // the file's content names it
};
// What to do about each reason for which rows were refused, and how not to book
// the other rows twice; empty: none was refused.
std::string TallyAdvice(const ImportTally& tally, Rerun rerun,
                        Language language);

// Why a row was refused, on one line: the reason, then each bad field or the
// message.
std::string RefusalLine(const absl::Status& status, Language language);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_IMPORT_TALLY_H_
