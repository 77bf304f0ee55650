// The kinds of rows that the registry's imports take, read off the API's own
// descriptors.
#ifndef ONESTOP_CLI_IMPORT_KIND_H_
#define ONESTOP_CLI_IMPORT_KIND_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/message.h"

namespace onestop::cli {

struct ImportKind {
  std::string name;    // "persons"
  std::string method;  // "/onestop.v1.RegistryService/ImportPersons"
  // A row without one of these cannot be right.
  std::vector<std::string> required;
  // Empty messages that live as long as the program.
  const google::protobuf::Message* request = nullptr;
  const google::protobuf::Message* response = nullptr;
  const google::protobuf::Message* row = nullptr;
  // Of the request: the rows; the id that names the import, the month and the
  // region that the rows are of (or nullptr).
  const google::protobuf::FieldDescriptor* rows = nullptr;
  const google::protobuf::FieldDescriptor* import_id = nullptr;
  const google::protobuf::FieldDescriptor* month = nullptr;
  const google::protobuf::FieldDescriptor* region = nullptr;
  // Rows under another id are added to those loaded.
  bool adds = false;
  // Of a kind whose files are long: sets a cell that is not empty and spelled
  // plainly, as SetFromCell would and faster; false: that one shall do it.
  bool (*set_plain)(int field_number, std::string_view cell,
                    google::protobuf::Message& row) = nullptr;

  std::unique_ptr<google::protobuf::Message> NewRow() const {
    return std::unique_ptr<google::protobuf::Message>(row->New());
  }
};

// All kinds, in an order in which each row finds what it names.
const std::vector<ImportKind>& ImportKinds();
// The kind of this name, which must exist.
const ImportKind& ImportKindOf(std::string_view name);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_IMPORT_KIND_H_
