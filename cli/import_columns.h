// The columns of an import's CSV: the fields of the row's message by name, each
// spelled as a person writes it in a spreadsheet (docs/import.md).
#ifndef ONESTOP_CLI_IMPORT_COLUMNS_H_
#define ONESTOP_CLI_IMPORT_COLUMNS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/csv.h"
#include "cli/import_kind.h"

namespace onestop::cli {

// Says why the row was refused, in a file of rejects; not read when the file is
// imported again.
inline constexpr char kErrorColumn[] = "import_error";

class ImportColumns {
 public:
  // INVALID_ARGUMENT names a column that is not known (and those that are),
  // stands twice, or is missing.
  static absl::StatusOr<ImportColumns> FromHeader(const ImportKind& kind,
                                                  const CsvFields& header);

  // Sets the fields of an empty row; an empty cell sets nothing.
  // MALFORMED_REQUEST names every bad cell.
  absl::Status Read(const CsvFields& cells,
                    google::protobuf::Message& row) const;

  // The record without its error column, if it has one.
  CsvFields WithoutError(CsvFields record) const;

 private:
  explicit ImportColumns(const ImportKind& kind) : kind_(&kind) {}

  const ImportKind* kind_;
  // By column; nullptr: the error column.
  std::vector<const google::protobuf::FieldDescriptor*> fields_;
};

// The columns that a kind knows, in the API's order.
std::vector<std::string> ColumnNames(const ImportKind& kind);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_IMPORT_COLUMNS_H_
