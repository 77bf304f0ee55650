// A file of rows through the CSV reader, the columns and JSON Lines: every row
// is read or refused, and a refused one can be written and read again.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "cli/import_rows.h"
#include "tests/fuzz/quiet.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace cli = onestop::cli;
  if (size < 2) return 0;
  const auto& kinds = cli::ImportKinds();
  const cli::ImportKind& kind = kinds[data[0] % kinds.size()];
  const auto format = data[1] % 2 == 0 ? cli::ImportFormat::kCsv
                                       : cli::ImportFormat::kJsonLines;
  const int file = memfd_create("fuzzed", MFD_CLOEXEC);
  ONESTOP_CHECK(write(file, data + 2, size - 2) ==
                static_cast<ssize_t>(size - 2));
  lseek(file, 0, SEEK_SET);
  const auto lines = cli::LineReader::Of("fuzzed", file);
  auto rows = cli::OpenRows(kind, format, *lines);
  if (!rows.ok()) {
    ONESTOP_CHECK(!rows.status().message().empty());
    return 0;
  }
  cli::ImportRow row;
  int64_t line = 0;
  while (*(*rows)->Next(row)) {
    ONESTOP_CHECK(row.line > line);
    line = row.line;
    ONESTOP_CHECK(row.message.ok() || !row.message.status().message().empty());
    ONESTOP_CHECK((*rows)->Reject(row, "why").ends_with('\n'));
  }
  return 0;
}
