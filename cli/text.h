// Text for people on a terminal or a slip: columns that line up when Chinese
// characters take two cells, wrapped paragraphs, yuan and percent.
#ifndef ONESTOP_CLI_TEXT_H_
#define ONESTOP_CLI_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace onestop::cli {

// The language of a text. A receipt in both is two texts.
enum class Language { kChinese, kEnglish };

// `zh` or `en`, as the language says.
inline std::string_view Pick(Language language, std::string_view zh,
                             std::string_view en) {
  return language == Language::kChinese ? zh : en;
}

// The parts one after the other. Debian's absl::StrCat does not take
// std::string_view.
inline std::string_view View(std::string_view text) { return text; }
inline std::string_view View(const std::string& text) { return text; }
inline std::string_view View(const char* text) { return text; }
inline std::string_view View(absl::string_view text) {
  return {text.data(), text.size()};
}
template <typename Number>
requires std::is_integral_v<Number> std::string View(Number number) {
  return std::to_string(number);
}
template <typename... Parts>
void Append(std::string* text, const Parts&... parts) {
  (text->append(View(parts)), ...);
}
template <typename... Parts>
std::string Cat(const Parts&... parts) {
  std::string text;
  Append(&text, parts...);
  return text;
}

// `pattern` with $0 to $9 replaced by the arguments.
std::string FillIn(std::string_view pattern,
                   const std::vector<std::string>& arguments);
template <typename... Parts>
std::string Fill(std::string_view pattern, const Parts&... parts) {
  return FillIn(pattern, {Cat(parts)...});
}

// Takes `prefix` off the front of `text`; false when it does not start so.
bool TakePrefix(std::string_view& text, std::string_view prefix);

// Cells that UTF-8 text takes on a terminal; bytes that are not UTF-8 count 1.
int DisplayWidth(std::string_view text);

// `text` with spaces after (before) it, up to `width` cells; longer text stays.
std::string PadRight(std::string_view text, int width);
std::string PadLeft(std::string_view text, int width);

// Lines of at most `width` cells, each after `indent` spaces, the first after
// `first` instead. Breaks at spaces and between Chinese characters, never
// before closing punctuation. Each line ends in a newline.
std::string Wrap(std::string_view text, int width, std::string_view first,
                 std::string_view indent);

// A table: column widths follow the widest cell.
class Table {
 public:
  enum class Align { kLeft, kRight };

  explicit Table(std::vector<Align> columns) : columns_(std::move(columns)) {}
  // Missing cells are empty.
  void Add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  // Rows indented by `indent` spaces, cells two spaces apart, no trailing
  // spaces, each row ending in a newline.
  std::string ToString(int indent) const;

 private:
  std::vector<Align> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// "1234.50", "-3.00": fen as yuan.
std::string Yuan(int64_t fen);
// "60%", "2.5%": basis points.
std::string Percent(int32_t basis_points);

// Whether `text` is well-formed UTF-8.
bool IsUtf8(std::string_view text);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_TEXT_H_
