// Files, standard input and JSON.
#include "cli/input.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "cli/text.h"
#include "google/protobuf/util/json_util.h"

namespace onestop::cli {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

absl::Status CannotRead(std::string_view path, std::string_view why) {
  return absl::InvalidArgumentError(Cat("cannot read ", path, ": ", why));
}

std::string Json(const google::protobuf::Message& message, bool in_one_line) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = !in_one_line;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status =
      google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) return "{}\n";
  if (json.empty() || json.back() != '\n') json += '\n';
  return json;
}

}  // namespace

absl::StatusOr<std::string> ReadInput(const std::string& path) {
  const std::string name = path == "-" ? "standard input" : path;
  const std::unique_ptr<std::FILE, CloseFile> file(
      path == "-" ? stdin : std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return CannotRead(name, std::strerror(errno));
  std::string text;
  char buffer[1 << 16];
  while (true) {
    const size_t read = std::fread(buffer, 1, sizeof(buffer), file.get());
    text.append(buffer, read);
    if (text.size() > kMaxInputBytes) {
      return CannotRead(name, "it is larger than 512 MiB; send it in parts");
    }
    if (read < sizeof(buffer)) break;
  }
  if (std::ferror(file.get()) != 0) {
    return CannotRead(name, std::strerror(errno));
  }
  return text;
}

absl::Status FromJson(std::string_view name, std::string_view json,
                      google::protobuf::Message& message) {
  const auto status = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(json.data(), json.size()), &message);
  if (status.ok()) return absl::OkStatus();
  const auto why = status.message();
  return absl::InvalidArgumentError(
      Cat(name, " is not a ", message.GetDescriptor()->name(),
          " in JSON: ", std::string_view(why.data(), why.size())));
}

std::string ToJson(const google::protobuf::Message& message) {
  return Json(message, false);
}

std::string ToJsonLine(const google::protobuf::Message& message) {
  return Json(message, true);
}

}  // namespace onestop::cli
