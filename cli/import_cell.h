// One cell of a spreadsheet as a field of a message.
#ifndef ONESTOP_CLI_IMPORT_CELL_H_
#define ONESTOP_CLI_IMPORT_CELL_H_

#include <string>
#include <string_view>

#include "google/protobuf/message.h"

namespace onestop::cli {

// Without the spaces around it.
std::string_view TrimCell(std::string_view cell);

// Sets `field` of `message` from a cell that is not empty; empty when it could,
// else what is wrong with the cell. Enumerations take their short names
// (EMPLOYEE) and their whole ones, in any case; truth is true, false, 1 or 0;
// days may be written with slashes, as spreadsheets do; members of a list are
// parted by semicolons. The messages of a list have spellings of their own:
// ExampleOfCell tells them.
std::string SetFromCell(const google::protobuf::FieldDescriptor& field,
                        std::string_view cell,
                        google::protobuf::Message& message);

// An example of a cell, for people.
std::string ExampleOfCell(const google::protobuf::FieldDescriptor& field);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_IMPORT_CELL_H_
