// A table in a file for people with a spreadsheet: CSV or XLSX.
#ifndef ONESTOP_CLI_SHEET_H_
#define ONESTOP_CLI_SHEET_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/text.h"
#include "domain/units.h"

namespace onestop::cli {

struct SheetColumn {
  std::string_view zh;
  std::string_view en;
  double width;  // characters, on paper and on the screen
};

// What holds for all rows.
struct SheetFact {
  std::string_view zh;
  std::string_view en;
  std::string value;
};

struct SheetLayout {
  std::string_view zh;  // the name
  std::string_view en;
  std::vector<SheetFact> facts;
  std::vector<SheetColumn> columns;
};

// Empty, text, a count or an amount, which is told in yuan.
using SheetCell =
    std::variant<std::monostate, std::string, int64_t, domain::Money>;

// A CSV begins with a header in one language and has the facts in columns of
// their own before the others, row by row. An XLSX has them above the header,
// in both languages, and prints on A4, one page wide, with the header on each.
// Not thread-safe. Holds one row, never the table.
class Sheet {
 public:
  virtual ~Sheet() = default;
  // By the name's end, .csv or .xlsx. INVALID_ARGUMENT: another end, or the
  // file cannot be written.
  static absl::StatusOr<std::unique_ptr<Sheet>> Open(const std::string& path,
                                                     SheetLayout layout,
                                                     Language language);

  // A cell a column; those that are missing are empty.
  virtual void Add(const std::vector<SheetCell>& cells) = 0;
  // Not OK: it was not written whole.
  virtual absl::Status Close() = 0;
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_SHEET_H_
