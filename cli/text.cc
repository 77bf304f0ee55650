// Columns, wrapping and amounts for people.
#include "cli/text.h"

#include <locale.h>
#include <wchar.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onestop::cli {
namespace {

// One character of UTF-8 text.
struct Character {
  std::string_view bytes;
  char32_t code = 0;
  bool valid = true;
};

int SequenceLength(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

bool IsScalar(char32_t code, int length) {
  constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  return code >= kLeast[length] && code <= 0x10FFFF &&
         !(code >= 0xD800 && code <= 0xDFFF);
}

// The first character of text that is not empty.
Character FirstCharacter(std::string_view text) {
  const Character broken{text.substr(0, 1), 0xFFFD, false};
  const int length = SequenceLength(static_cast<unsigned char>(text[0]));
  if (length == 0 || text.size() < static_cast<size_t>(length)) return broken;
  constexpr std::array<unsigned char, 5> kMask = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t code = static_cast<unsigned char>(text[0]) & kMask[length];
  for (int i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return broken;
    code = (code << 6) | (byte & 0x3F);
  }
  if (!IsScalar(code, length)) return broken;
  return {text.substr(0, length), code, true};
}

std::vector<Character> Characters(std::string_view text) {
  std::vector<Character> characters;
  while (!text.empty()) {
    characters.push_back(FirstCharacter(text));
    text.remove_prefix(characters.back().bytes.size());
  }
  return characters;
}

// The width that the C library knows for UTF-8, whatever locale is set.
int WidthOf(char32_t code) {
  static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (utf8 == nullptr) return code >= 0x1100 ? 2 : 1;
  const locale_t before = uselocale(utf8);
  const int width = wcwidth(static_cast<wchar_t>(code));
  uselocale(before);
  return std::max(width, 0);
}

bool IsWide(char32_t code) { return WidthOf(code) == 2; }

bool ClosesPhrase(char32_t code) {
  return std::u32string_view(U"。，、；：！？）》」』”〕】％%.,;:!?)")
             .find(code) != std::u32string_view::npos;
}

bool OpensPhrase(char32_t code) {
  return std::u32string_view(U"（《「『“〔【").find(code) !=
         std::u32string_view::npos;
}

// Pieces between which a line may break; spaces stay at a piece's end.
std::vector<std::string> Pieces(std::string_view text) {
  std::vector<std::string> pieces;
  char32_t last = U' ';
  for (const Character& character : Characters(text)) {
    const bool glued =
        character.code == U' ' || ClosesPhrase(character.code) ||
        OpensPhrase(last) ||
        (last != U' ' && !IsWide(last) && !IsWide(character.code));
    if (pieces.empty() || !glued) pieces.emplace_back();
    pieces.back().append(character.bytes);
    last = character.code;
  }
  return pieces;
}

std::string WithoutTrailingSpaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string FillIn(std::string_view pattern,
                   const std::vector<std::string>& arguments) {
  std::string text;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const size_t index = pattern[i] == '$' && i + 1 < pattern.size()
                             ? static_cast<size_t>(pattern[i + 1] - '0')
                             : arguments.size();
    if (index < arguments.size()) {
      text += arguments[index];
      ++i;
    } else {
      text += pattern[i];
    }
  }
  return text;
}

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

int DisplayWidth(std::string_view text) {
  int width = 0;
  for (const Character& character : Characters(text)) {
    width += character.valid ? WidthOf(character.code) : 1;
  }
  return width;
}

std::string PadRight(std::string_view text, int width) {
  const int missing = std::max(0, width - DisplayWidth(text));
  return Cat(text, std::string(missing, ' '));
}

std::string PadLeft(std::string_view text, int width) {
  const int missing = std::max(0, width - DisplayWidth(text));
  return Cat(std::string(missing, ' '), text);
}

std::string Wrap(std::string_view text, int width, std::string_view first,
                 std::string_view indent) {
  std::string lines;
  std::string line(first);
  bool fresh = true;
  for (const std::string& piece : Pieces(text)) {
    const std::string next = WithoutTrailingSpaces(line + piece);
    if (!fresh && DisplayWidth(next) > width) {
      Append(&lines, WithoutTrailingSpaces(line), "\n");
      line = indent;
    }
    line += piece;
    fresh = false;
  }
  return Cat(lines, WithoutTrailingSpaces(line), "\n");
}

void Table::Add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

std::string Table::ToString(int indent) const {
  std::vector<int> widths(columns_.size(), 0);
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(row[i]));
    }
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line(indent, ' ');
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += "  ";
      line += columns_[i] == Align::kLeft ? PadRight(row[i], widths[i])
                                          : PadLeft(row[i], widths[i]);
    }
    Append(&text, WithoutTrailingSpaces(line), "\n");
  }
  return text;
}

std::string Yuan(int64_t fen) {
  const uint64_t amount =
      fen < 0 ? 0 - static_cast<uint64_t>(fen) : static_cast<uint64_t>(fen);
  const std::string cents = Cat(amount % 100);
  return Cat(fen < 0 ? "-" : "", amount / 100, ".", cents.size() < 2 ? "0" : "",
             cents);
}

std::string Percent(int32_t basis_points) {
  std::string text = Cat(basis_points / 100);
  int32_t rest = basis_points % 100;
  if (rest != 0) {
    Append(&text, ".", rest / 10);
    if (rest % 10 != 0) Append(&text, rest % 10);
  }
  return text + "%";
}

bool IsUtf8(std::string_view text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
  if (ascii) return true;  // Most rows of a file are.
  const auto characters = Characters(text);
  return std::all_of(characters.begin(), characters.end(),
                     [](const Character& c) { return c.valid; });
}

}  // namespace onestop::cli
