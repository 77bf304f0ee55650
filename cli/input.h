// Reads what a verb is given: files, standard input, JSON of a message.
#ifndef ONESTOP_CLI_INPUT_H_
#define ONESTOP_CLI_INPUT_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace onestop::cli {

// A scenario file or an import may be this large; a request has its own limit.
inline constexpr size_t kMaxInputBytes = size_t{512} << 20;

// The whole file, or standard input for "-". INVALID_ARGUMENT says which file
// and what is wrong with it.
absl::StatusOr<std::string> ReadInput(const std::string& path);

// Fills `message` from JSON with the field names of the API. INVALID_ARGUMENT
// says where the JSON came from (`name`) and what is wrong with it.
absl::Status FromJson(std::string_view name, std::string_view json,
                      google::protobuf::Message& message);

// JSON with the API's field names, amounts as the protobuf JSON form writes
// them; ends in a newline.
std::string ToJson(const google::protobuf::Message& message);
// The same in one line.
std::string ToJsonLine(const google::protobuf::Message& message);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_INPUT_H_
