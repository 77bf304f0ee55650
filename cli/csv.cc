// Frames records by counting quotes; libcsv reads what is within.
#include "cli/csv.h"

#include <csv.h>

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "cli/text.h"

namespace onestop::cli {
namespace {

absl::Status Broken(std::string_view why) {
  return absl::InvalidArgumentError(Cat("the row ", why));
}

// A record of one parser, freed with it. RFC 4180: spaces belong to a field,
// and a quote stands only around a field or doubled within one.
class Parser {
 public:
  Parser() {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_space_func(&parser_, [](unsigned char) { return 0; });
  }
  ~Parser() { csv_free(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  // False: the quotes are wrong.
  bool Read(std::string_view record) {
    return csv_parse(&parser_, record.data(), record.size(), &Parser::OnField,
                     &Parser::OnRecord, this) == record.size() &&
           csv_fini(&parser_, &Parser::OnField, &Parser::OnRecord, this) == 0;
  }
  CsvFields& fields() { return fields_; }
  int records() const { return records_; }

 private:
  static void OnField(void* text, size_t size, void* self) {
    const char* begin = static_cast<const char*>(text);
    static_cast<Parser*>(self)->fields_.emplace_back(begin, begin + size);
  }
  static void OnRecord(int, void* self) {
    ++static_cast<Parser*>(self)->records_;
  }

  csv_parser parser_;
  CsvFields fields_;
  int records_ = 0;
};

bool HasOpenQuote(std::string_view text, bool open) {
  return (std::count(text.begin(), text.end(), '"') % 2 != 0) != open;
}

bool AllEmpty(const CsvFields& fields) {
  return std::all_of(fields.begin(), fields.end(),
                     [](const std::string& field) { return field.empty(); });
}

}  // namespace

absl::StatusOr<CsvFields> ParseCsv(std::string_view record) {
  if (record.size() >= kMaxRowBytes) {
    return Broken("is longer than 2 MiB");
  }
  if (record.find('\0') != std::string_view::npos) {
    return Broken(
        "holds a NUL byte; save the file as CSV in UTF-8 (not UTF-16)");
  }
  if (!IsUtf8(record)) {
    return Broken("is not UTF-8; save the file as CSV in UTF-8");
  }
  Parser parser;
  if (!parser.Read(record)) {
    return Broken(
        "has a quote in the wrong place; put quotes around the whole field "
        "and write a quote within it twice");
  }
  if (parser.records() > 1) {
    return Broken("holds a carriage return alone; end lines with LF or CRLF");
  }
  return std::move(parser.fields());
}

std::string WriteCsv(const CsvFields& fields) {
  std::string record;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) record += ',';
    if (field.find_first_of(",\"\r\n") == std::string::npos) {
      record += field;
      continue;
    }
    std::string quoted(2 * field.size() + 2, '\0');
    quoted.resize(
        csv_write(quoted.data(), quoted.size(), field.data(), field.size()));
    record += quoted;
  }
  return record + "\n";
}

absl::StatusOr<bool> CsvReader::NextOne(CsvRecord& record) {
  Line line;
  ONESTOP_ASSIGN_OR_RETURN(bool more, lines_.Next(line));
  if (!more) return false;
  record.line = line.number;
  const Line first = line;
  // The lines of a record hold an even number of quotes together.
  std::vector<Line> later;
  bool open = HasOpenQuote(line.text, false) && !line.too_long;
  std::string text = line.text;
  while (open && text.size() < kMaxRowBytes) {
    ONESTOP_ASSIGN_OR_RETURN(more, lines_.Next(line));
    if (!more) break;
    text += line.text;
    open = HasOpenQuote(line.text, open);
    later.push_back(std::move(line));
  }
  record.fields = ParseCsv(text);
  record.text = std::move(text);
  record.end = later.empty() ? first.end : later.back().end;
  if (record.fields.ok() || later.empty()) return true;
  record.fields =
      Broken("opens a quote that does not close, or closes it within a field");
  record.text = first.text;
  record.end = first.end;
  for (; !later.empty(); later.pop_back()) {
    lines_.Return(std::move(later.back()));
  }
  return true;
}

absl::StatusOr<bool> CsvReader::Next(CsvRecord& record) {
  while (true) {
    ONESTOP_ASSIGN_OR_RETURN(const bool more, NextOne(record));
    if (!more) return false;
    if (!record.fields.ok() || !AllEmpty(*record.fields)) return true;
  }
}

}  // namespace onestop::cli
