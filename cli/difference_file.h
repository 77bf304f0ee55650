// Differences of a reconciliation as a table in a file.
#ifndef ONESTOP_CLI_DIFFERENCE_FILE_H_
#define ONESTOP_CLI_DIFFERENCE_FILE_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/sheet.h"
#include "cli/text.h"
#include "onestop/v1/reconciliation.pb.h"

namespace onestop::cli {

// The words for a class and a repair.
std::string_view ClassWords(::onestop::v1::DifferenceClass what,
                            Language language);
std::string_view RepairWords(::onestop::v1::Repair repair, Language language);

// Not thread-safe. Holds one row, never the table.
class DifferenceFile {
 public:
  // As Sheet::Open.
  static absl::StatusOr<std::unique_ptr<DifferenceFile>> Open(
      const std::string& path, Language language);

  // `as_of`: for which moment it holds, as text.
  void Add(const ::onestop::v1::Difference& difference,
           const std::string& as_of);
  // Not OK: it was not written whole.
  absl::Status Close() { return sheet_->Close(); }

 private:
  DifferenceFile(std::unique_ptr<Sheet> sheet, Language language)
      : sheet_(std::move(sheet)), language_(language) {}

  const std::unique_ptr<Sheet> sheet_;
  const Language language_;
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_DIFFERENCE_FILE_H_
