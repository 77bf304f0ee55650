// JSON of what is no message of the API: summaries, reports.
#ifndef ONESTOP_CLI_JSON_TEXT_H_
#define ONESTOP_CLI_JSON_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace onestop::cli {

// The text as a JSON string; bytes that JSON cannot hold become spaces.
std::string JsonString(std::string_view text);

// The elements, each JSON already, as a list.
std::string JsonList(const std::vector<std::string>& elements);

// An object in one line, its fields in the order they are added.
class JsonObject {
 public:
  JsonObject& Add(std::string_view name, int64_t value);
  JsonObject& Add(std::string_view name, std::string_view text);
  // A value that is JSON already.
  JsonObject& AddJson(std::string_view name, std::string_view json);
  std::string ToString() const { return fields_ + "}"; }

 private:
  std::string fields_ = "{";
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_JSON_TEXT_H_
