// Frames records by counting quotes; libcsv reads those that have some.
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

// Whether the record holds nothing that libcsv is needed for; takes its line
// end off.
bool IsPlain(std::string_view& record) {
  if (record.find('"') != std::string_view::npos) return false;
  if (record.ends_with('\n')) record.remove_suffix(1);
  if (record.ends_with('\r')) record.remove_suffix(1);
  return record.find_first_of("\r\n") == std::string_view::npos;
}

// The fields of a plain record, in the strings that are there.
void SplitPlain(std::string_view record, CsvFields& fields) {
  if (record.empty()) return fields.clear();
  size_t count = 0;
  for (size_t end = 0; end != std::string_view::npos; ++count) {
    end = record.find(',');
    const std::string_view field = record.substr(0, end);
    if (count == fields.size()) fields.emplace_back();
    fields[count].assign(field);
    if (end != std::string_view::npos) record.remove_prefix(end + 1);
  }
  fields.resize(count);
}

// `fields` before: of any record; their memory is used again.
absl::Status ParseInto(std::string_view record, CsvFields& fields) {
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
  if (std::string_view plain = record; IsPlain(plain)) {
    SplitPlain(plain, fields);
    return absl::OkStatus();
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
  fields = std::move(parser.fields());
  return absl::OkStatus();
}

void ParseRecord(CsvRecord& record) {
  if (!record.fields.ok()) record.fields.emplace();
  const absl::Status read = ParseInto(record.text, *record.fields);
  if (!read.ok()) record.fields = read;
}

}  // namespace

absl::StatusOr<CsvFields> ParseCsv(std::string_view record) {
  CsvFields fields;
  ONESTOP_RETURN_IF_ERROR(ParseInto(record, fields));
  return fields;
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
  ONESTOP_ASSIGN_OR_RETURN(const bool more, lines_.Next(line_));
  if (!more) return false;
  record.line = line_.number;
  record.end = line_.end;
  if (HasOpenQuote(line_.text, false) && !line_.too_long) {
    ONESTOP_RETURN_IF_ERROR(ReadLines(record));
    return true;
  }
  std::swap(record.text, line_.text);
  ParseRecord(record);
  return true;
}

absl::Status CsvReader::ReadLines(CsvRecord& record) {
  // The lines of a record hold an even number of quotes together.
  const Line first = line_;
  std::vector<Line> later;
  record.text = first.text;
  for (bool open = true; open && record.text.size() < kMaxRowBytes;) {
    Line line;
    ONESTOP_ASSIGN_OR_RETURN(const bool more, lines_.Next(line));
    if (!more) break;
    record.text += line.text;
    record.end = line.end;
    open = HasOpenQuote(line.text, open);
    later.push_back(std::move(line));
  }
  ParseRecord(record);
  if (record.fields.ok() || later.empty()) return absl::OkStatus();
  record.fields =
      Broken("opens a quote that does not close, or closes it within a field");
  record.text = first.text;
  record.end = first.end;
  for (; !later.empty(); later.pop_back()) {
    lines_.Return(std::move(later.back()));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> CsvReader::Next(CsvRecord& record) {
  while (true) {
    ONESTOP_ASSIGN_OR_RETURN(const bool more, NextOne(record));
    if (!more) return false;
    if (!record.fields.ok() || !AllEmpty(*record.fields)) return true;
  }
}

}  // namespace onestop::cli
