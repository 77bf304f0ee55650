// Cuts a text into scenarios and reads each as JSON.
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "google/protobuf/util/json_util.h"
#include "wire/scenario.h"

namespace onestop::wire {
namespace {

absl::Status Malformed(std::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, "MALFORMED_REQUEST",
                   message);
}

absl::StatusOr<pb::Scenario> ParseOne(std::string_view json) {
  pb::Scenario scenario;
  const auto status = google::protobuf::util::JsonStringToMessage(
      {json.data(), json.size()}, &scenario);
  if (status.ok()) return scenario;
  return Malformed(
      absl::StrCat("not a scenario: ", std::string(status.message())));
}

// Walks over the values of a text, remembering the line.
class Cutter {
 public:
  explicit Cutter(std::string_view text) : text_(text) {}

  int line() const { return line_; }
  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }
  void Advance() {
    if (text_[at_] == '\n') ++line_;
    ++at_;
  }
  void SkipSpace() {
    while (!AtEnd() && (Peek() == ' ' || Peek() == '\t' || Peek() == '\n' ||
                        Peek() == '\r' || Peek() == '\xEF' ||
                        Peek() == '\xBB' || Peek() == '\xBF')) {
      Advance();
    }
  }

  // The object that begins here; nullopt when the text ends within it.
  std::optional<std::string_view> TakeObject() {
    const size_t begin = at_;
    int depth = 0;
    bool in_string = false;
    while (!AtEnd()) {
      const char c = Peek();
      Advance();
      if (in_string) {
        if (c == '\\' && !AtEnd()) Advance();
        if (c == '"') in_string = false;
      } else if (c == '"') {
        in_string = true;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return text_.substr(begin, at_ - begin);
      }
    }
    return std::nullopt;
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

std::vector<ParsedScenario> ParseScenarios(std::string_view json) {
  std::vector<ParsedScenario> parsed;
  Cutter cutter(json);
  bool in_list = false;
  const auto stop = [&parsed, &cutter](std::string_view message) {
    parsed.push_back({cutter.line(), Malformed(message)});
    return std::move(parsed);
  };
  for (cutter.SkipSpace(); !cutter.AtEnd(); cutter.SkipSpace()) {
    const char c = cutter.Peek();
    if (c == '{') {
      const int line = cutter.line();
      const std::optional<std::string_view> object = cutter.TakeObject();
      if (!object) return stop("the text ends within this scenario");
      parsed.push_back({line, ParseOne(*object)});
    } else if (c == '[' && !in_list) {
      in_list = true;
      cutter.Advance();
    } else if (c == ']' && in_list) {
      in_list = false;
      cutter.Advance();
    } else if (c == ',' && in_list) {
      cutter.Advance();
    } else {
      return stop(absl::StrCat("a scenario begins with '{', here stands '",
                               std::string(1, c), "'"));
    }
  }
  if (in_list) return stop("the list of scenarios does not end with ']'");
  if (parsed.empty()) return stop("the text holds no scenario");
  return parsed;
}

}  // namespace onestop::wire
