// Writes JSON piece by piece.
#include "cli/json_text.h"

#include "cli/text.h"

namespace onestop::cli {

std::string JsonString(std::string_view text) {
  const bool utf8 = IsUtf8(text);
  std::string json = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') json += '\\';
    const bool bad = byte < 0x20 || (byte >= 0x80 && !utf8);
    json += bad ? ' ' : c;
  }
  return json + "\"";
}

std::string JsonList(const std::vector<std::string>& elements) {
  std::string json = "[";
  for (const std::string& element : elements) {
    Append(&json, json.size() == 1 ? "" : ",", element);
  }
  return json + "]";
}

JsonObject& JsonObject::AddJson(std::string_view name, std::string_view json) {
  Append(&fields_, fields_.size() == 1 ? "" : ",", JsonString(name), ":", json);
  return *this;
}

JsonObject& JsonObject::Add(std::string_view name, int64_t value) {
  return AddJson(name, Cat(value));
}

JsonObject& JsonObject::Add(std::string_view name, std::string_view text) {
  return AddJson(name, JsonString(text));
}

}  // namespace onestop::cli
