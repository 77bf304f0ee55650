// Comma-separated values as RFC 4180 has them: records in and out.
#ifndef ONESTOP_CLI_CSV_H_
#define ONESTOP_CLI_CSV_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/line_reader.h"

namespace onestop::cli {

using CsvFields = std::vector<std::string>;

// The fields of one record, with or without its line end. INVALID_ARGUMENT
// says in what it is not a record: quotes, NUL bytes, not UTF-8, or too long.
absl::StatusOr<CsvFields> ParseCsv(std::string_view record);

// One record, ending in "\n"; fields are quoted where they must be.
std::string WriteCsv(const CsvFields& fields);

// Of a file.
struct CsvRecord {
  int64_t line = 0;  // where it begins
  int64_t end = 0;   // bytes of the file up to its end
  std::string text;  // as it stands in the file
  absl::StatusOr<CsvFields> fields;
};

// Records of a file, one after the other. A record that is broken never hides
// those after it: reading goes on at the line after the one where it began.
class CsvReader {
 public:
  explicit CsvReader(LineReader& lines) : lines_(lines) {}

  // False: the file has ended. Blank lines, and those of empty fields alone,
  // are passed over. What `record` held before is replaced, its memory used
  // again. INVALID_ARGUMENT: the file cannot be read.
  absl::StatusOr<bool> Next(CsvRecord& record);

 private:
  absl::StatusOr<bool> NextOne(CsvRecord& record);
  // The record that begins with `line_` and does not end there.
  absl::Status ReadLines(CsvRecord& record);

  LineReader& lines_;
  Line line_;  // its memory is used again
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_CSV_H_
