// The rows of an import's file, CSV or JSON Lines, one after the other, and the
// file that the refused ones go to.
#ifndef ONESTOP_CLI_IMPORT_ROWS_H_
#define ONESTOP_CLI_IMPORT_ROWS_H_

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/import_kind.h"
#include "cli/line_reader.h"

namespace onestop::cli {

enum class ImportFormat { kCsv, kJsonLines };

// A row on its way. `message` is why it cannot be sent, if it cannot.
struct ImportRow {
  int64_t line = 0;  // where it begins
  int64_t end = 0;   // bytes of the file up to its end
  std::string text;  // as it stands in the file
  absl::StatusOr<std::unique_ptr<google::protobuf::Message>> message;
};

// Not thread-safe.
class RowReader {
 public:
  virtual ~RowReader() = default;
  // False: no more. An error is the file's, and ends the import. What `row`
  // held before is replaced, its memory used again.
  virtual absl::StatusOr<bool> Next(ImportRow& row) = 0;
  // The head of a file of rejects, empty or ending in "\n".
  virtual std::string RejectsHead() const = 0;
  // A row of this reader with the reason why it was refused, in the same
  // format, ending in "\n"; reading it again gives the row without the reason.
  virtual std::string Reject(const ImportRow& row,
                             const std::string& reason) const = 0;
};

// Reads the header of a CSV at once. INVALID_ARGUMENT says what is wrong with
// it. The lines outlive the reader.
absl::StatusOr<std::unique_ptr<RowReader>> OpenRows(const ImportKind& kind,
                                                    ImportFormat format,
                                                    LineReader& lines);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_IMPORT_ROWS_H_
