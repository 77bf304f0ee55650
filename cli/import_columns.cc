// Matches a header with fields and hands each cell on to its field.
#include "cli/import_columns.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"
#include "cli/import_cell.h"
#include "cli/text.h"

namespace onestop::cli {
namespace {

namespace gp = ::google::protobuf;

std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    Append(&text, text.empty() ? "" : ", ", name);
  }
  return text;
}

}  // namespace

std::vector<std::string> ColumnNames(const ImportKind& kind) {
  std::vector<std::string> names;
  const gp::Descriptor* type = kind.row->GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    names.push_back(type->field(i)->name());
  }
  return names;
}

absl::StatusOr<ImportColumns> ImportColumns::FromHeader(
    const ImportKind& kind, const CsvFields& header) {
  ImportColumns columns(kind);
  std::set<std::string, std::less<>> seen;
  for (const std::string& cell : header) {
    const std::string name(TrimCell(cell));
    const gp::FieldDescriptor* field =
        kind.row->GetDescriptor()->FindFieldByName(name);
    if (field == nullptr && name != kErrorColumn) {
      return absl::InvalidArgumentError(
          Cat("'", name, "' is not a column of ", kind.name,
              "; known are: ", Join(ColumnNames(kind))));
    }
    if (!seen.insert(name).second) {
      return absl::InvalidArgumentError(
          Cat("the column ", name, " stands twice in the header"));
    }
    columns.fields_.push_back(field);
  }
  std::vector<std::string> missing;
  for (const std::string& name : kind.required) {
    if (!seen.contains(name)) missing.push_back(name);
  }
  if (missing.empty()) return columns;
  return absl::InvalidArgumentError(Cat("the header lacks ", Join(missing),
                                        "; ", kind.name,
                                        " need: ", Join(kind.required)));
}

absl::Status ImportColumns::Read(const CsvFields& cells,
                                 gp::Message& row) const {
  if (cells.size() != fields_.size()) {
    return absl::InvalidArgumentError(Cat("the row has ", cells.size(),
                                          " columns, the header has ",
                                          fields_.size()));
  }
  std::vector<FieldViolation> violations;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (fields_[i] == nullptr) continue;
    const std::string_view cell = TrimCell(cells[i]);
    if (cell.empty()) continue;
    if (kind_->set_plain != nullptr &&
        kind_->set_plain(fields_[i]->number(), cell, row)) {
      continue;
    }
    std::string why = SetFromCell(*fields_[i], cell, row);
    if (!why.empty()) violations.push_back({fields_[i]->name(), why});
  }
  if (violations.empty()) return absl::OkStatus();
  return MalformedRequest(violations);
}

CsvFields ImportColumns::WithoutError(CsvFields record) const {
  for (size_t i = fields_.size(); i-- > 0;) {
    if (fields_[i] == nullptr && i < record.size()) {
      record.erase(record.begin() + static_cast<ptrdiff_t>(i));
    }
  }
  return record;
}

}  // namespace onestop::cli
