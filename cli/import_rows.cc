// Reads rows of CSV by their columns and rows of JSON Lines by protobuf's JSON.
#include "cli/import_rows.h"

#include <optional>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "cli/csv.h"
#include "cli/import_columns.h"
#include "cli/input.h"
#include "cli/json_text.h"
#include "cli/text.h"

namespace onestop::cli {
namespace {

class CsvRows final : public RowReader {
 public:
  CsvRows(const ImportKind& kind, LineReader& lines)
      : kind_(kind), reader_(lines) {}

  absl::Status ReadHeader() {
    CsvRecord record;
    ONESTOP_ASSIGN_OR_RETURN(const bool any, reader_.Next(record));
    if (!any) {
      return absl::InvalidArgumentError(
          "the file is empty; its first line must name the columns");
    }
    if (!record.fields.ok()) {
      return absl::InvalidArgumentError(
          Cat("line ", record.line, ": ", record.fields.status().message()));
    }
    header_ = *std::move(record.fields);
    ONESTOP_ASSIGN_OR_RETURN(ImportColumns columns,
                             ImportColumns::FromHeader(kind_, header_));
    columns_ = std::move(columns);
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Next(ImportRow& row) override {
    ONESTOP_ASSIGN_OR_RETURN(const bool more, reader_.Next(record_));
    if (!more) return false;
    row.line = record_.line;
    row.end = record_.end;
    std::swap(row.text, record_.text);
    if (!record_.fields.ok()) {
      row.message = record_.fields.status();
      return true;
    }
    if (!row.message.ok() || *row.message == nullptr) {
      row.message = kind_.NewRow();
    }
    (*row.message)->Clear();
    const absl::Status read = columns_->Read(*record_.fields, **row.message);
    if (!read.ok()) row.message = read;
    return true;
  }

  std::string RejectsHead() const override {
    return Write(kErrorColumn, columns_->WithoutError(header_));
  }
  std::string Reject(const ImportRow& row,
                     const std::string& reason) const override {
    const auto fields = ParseCsv(row.text);
    // What is no record stands in one cell, as it was.
    if (!fields.ok()) return Write(reason, {row.text});
    return Write(reason, columns_->WithoutError(*fields));
  }

 private:
  static std::string Write(const std::string& reason, CsvFields fields) {
    fields.insert(fields.begin(), reason);
    return WriteCsv(fields);
  }

  const ImportKind& kind_;
  CsvReader reader_;
  CsvRecord record_;  // its memory is used again
  CsvFields header_;
  std::optional<ImportColumns> columns_;
};

// Where the JSON string that begins at `at` ends; npos: it does not.
size_t EndOfString(std::string_view json, size_t at) {
  for (++at; at < json.size(); ++at) {
    if (json[at] == '\\') {
      ++at;
    } else if (json[at] == '"') {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

// One message a line. A line of a file of rejects begins with the reason, which
// is passed over.
class JsonRows final : public RowReader {
 public:
  JsonRows(const ImportKind& kind, LineReader& lines)
      : kind_(kind), lines_(lines) {}

  absl::StatusOr<bool> Next(ImportRow& row) override {
    Line line;
    do {
      ONESTOP_ASSIGN_OR_RETURN(const bool more, lines_.Next(line));
      if (!more) return false;
    } while (Trim(line.text).empty());
    row.line = line.number;
    row.end = line.end;
    row.text = std::string(Trim(line.text));
    if (line.too_long) {
      row.message = absl::InvalidArgumentError("the row is longer than 2 MiB");
      return true;
    }
    if (!IsUtf8(row.text)) {
      row.message = absl::InvalidArgumentError("the row is not UTF-8");
      return true;
    }
    auto message = kind_.NewRow();
    const absl::Status read =
        FromJson("the row", WithoutError(row.text), *message);
    if (read.ok()) {
      row.message = std::move(message);
    } else {
      row.message = read;
    }
    return true;
  }

  std::string RejectsHead() const override { return ""; }
  std::string Reject(const ImportRow& row,
                     const std::string& reason) const override {
    const std::string head = Cat(Head(), JsonString(reason));
    const std::string json = WithoutError(row.text);
    if (!json.starts_with('{') || !IsUtf8(json)) {
      return Cat(head, ",\"import_text\":", JsonString(json), "}\n");
    }
    const std::string_view rest = Trim(std::string_view(json).substr(1));
    return Cat(head, rest == "}" ? "" : ",", rest, "\n");
  }

 private:
  static std::string Head() { return Cat("{\"", kErrorColumn, "\":"); }
  static std::string_view Trim(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
  }
  static std::string WithoutError(const std::string& json) {
    const std::string head = Head();
    if (!json.starts_with(head + "\"")) return json;
    size_t end = EndOfString(json, head.size());
    if (end == std::string_view::npos) return json;
    if (end < json.size() && json[end] == ',') ++end;
    return Cat("{", std::string_view(json).substr(end));
  }

  const ImportKind& kind_;
  LineReader& lines_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RowReader>> OpenRows(const ImportKind& kind,
                                                    ImportFormat format,
                                                    LineReader& lines) {
  if (format == ImportFormat::kJsonLines) {
    return std::make_unique<JsonRows>(kind, lines);
  }
  auto rows = std::make_unique<CsvRows>(kind, lines);
  ONESTOP_RETURN_IF_ERROR(rows->ReadHeader());
  return rows;
}

}  // namespace onestop::cli
