// Spells fields: scalars, lists, and the small messages that lists hold.
#include "cli/import_cell.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "base/strings.h"
#include "cli/text.h"

namespace onestop::cli {
namespace {

namespace gp = ::google::protobuf;
using gp::FieldDescriptor;

// Fields in their order, and what parts them.
struct Side {
  std::array<const char*, 4> fields;
  const char* separator;
  size_t required;  // so many of them must stand there
};

// How a message of a list is spelled: left=right; without "=" when nothing is
// required on the right.
struct Spelling {
  const char* message;
  Side left;
  Side right;
  const char* example;
};

constexpr std::array<Spelling, 7> kSpellings = {{
    {"DateRange", {{"from", "until"}, "..", 2}, {}, "2024-01-01..2024-12-31"},
    {"CommercialHolding",
     {{"product_id"}, "", 1},
     {{"from", "until"}, "..", 0},
     "QLB-2022=2024-01-01..2024-12-31"},
    {"StatusPeriod",
     {{"from", "until"}, "..", 2},
     {{"pooling_region", "insurance_type", "person_category",
       "assistance_category"},
      "/",
      3},
     "2023-01-01..2023-12-31=530100/RESIDENT/RESIDENT"},
    {"DatedPrice", {{"from"}, "", 1}, {{"price"}, "", 1}, "2021-03-01=12.34"},
    {"Negotiation",
     {{"agreement_from", "agreement_until"}, "..", 2},
     {{"after_agreement"}, "", 0},
     "2024-01-01..2025-12-31=DELISTED"},
    {"ListMembership",
     {{"list"}, "", 1},
     {{"annual_limit_fen"}, "", 1},
     "city-negotiated=28100000"},
    {"ItemVersion",
     {{"from"}, "", 1},
     {{"item_codes"}, "", 1},
     "2024-07-01=NEG-01|NEG-02"},
}};

const Spelling* SpellingOf(const gp::Descriptor& type) {
  for (const Spelling& spelling : kSpellings) {
    if (type.name() == spelling.message) return &spelling;
  }
  return nullptr;
}

std::vector<std::string_view> Split(std::string_view text,
                                    std::string_view separator) {
  std::vector<std::string_view> parts;
  while (!separator.empty()) {
    const size_t at = text.find(separator);
    if (at == std::string_view::npos) break;
    parts.push_back(TrimCell(text.substr(0, at)));
    text.remove_prefix(at + separator.size());
  }
  parts.push_back(TrimCell(text));
  return parts;
}

bool IsDay(std::string_view name) {
  return name == "from" || name == "until" || name.ends_with("_from") ||
         name.ends_with("_until") || name.ends_with("_on") ||
         name.ends_with("_date");
}

bool IsCode(std::string_view name) {
  return name.ends_with("_id") || name.ends_with("_code") ||
         name.ends_with("_codes");
}

// "2024/3/1" as "2024-03-01"; anything else as it is.
std::string NormalDay(std::string_view text) {
  const std::vector<std::string_view> parts = Split(text, "/");
  const auto digits = [](std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
      return absl::ascii_isdigit(static_cast<unsigned char>(c));
    });
  };
  if (parts.size() != 3 || !std::all_of(parts.begin(), parts.end(), digits) ||
      parts[0].size() != 4 || parts[1].size() > 2 || parts[2].size() > 2) {
    return std::string(text);
  }
  const auto two = [](std::string_view part) {
    return Cat(part.size() == 1 ? "0" : "", part);
  };
  return Cat(parts[0], "-", two(parts[1]), "-", two(parts[2]));
}

// "1.23457E+17": what a spreadsheet makes of a long number.
bool IsMangledNumber(std::string_view text) {
  const size_t e = text.find("E+");
  return e != std::string_view::npos && e > 0 && e + 2 < text.size() &&
         text.find_first_not_of("0123456789.") == e &&
         text.find_first_not_of("0123456789", e + 2) == std::string_view::npos;
}

std::string SetText(const FieldDescriptor& field, std::string_view text,
                    gp::Message& message) {
  if (IsCode(field.name()) && IsMangledNumber(text)) {
    return Cat("'", text,
               "' is a number that a spreadsheet has rounded; format the "
               "column as text and enter it again");
  }
  std::string value = IsDay(field.name()) ? NormalDay(text) : std::string(text);
  const gp::Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) {
    reflection.AddString(&message, &field, std::move(value));
  } else {
    reflection.SetString(&message, &field, std::move(value));
  }
  return "";
}

std::string SetEnum(const FieldDescriptor& field, std::string_view text,
                    gp::Message& message) {
  const gp::EnumDescriptor& type = *field.enum_type();
  constexpr std::string_view kUnset = "UNSPECIFIED";
  std::string_view prefix = type.value(0)->name();
  if (prefix.ends_with(kUnset)) prefix.remove_suffix(kUnset.size());
  const std::string upper = absl::AsciiStrToUpper(::onestop::View(text));
  const gp::EnumValueDescriptor* value =
      type.FindValueByName(Cat(prefix, upper));
  if (value == nullptr) value = type.FindValueByName(upper);
  if (value != nullptr) {
    message.GetReflection()->SetEnum(&message, &field, value);
    return "";
  }
  std::string known;
  for (int i = 1; i < type.value_count(); ++i) {
    std::string_view name = type.value(i)->name();
    TakePrefix(name, prefix);
    Append(&known, i == 1 ? "" : ", ", name);
  }
  return Cat("'", text, "' is not one of ", known);
}

std::string SetScalar(const FieldDescriptor& field, std::string_view text,
                      gp::Message& message) {
  const gp::Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return SetText(field, text, message);
    case FieldDescriptor::CPPTYPE_ENUM:
      return SetEnum(field, text, message);
    case FieldDescriptor::CPPTYPE_BOOL: {
      const std::string lower = absl::AsciiStrToLower(::onestop::View(text));
      const bool truth = lower == "true" || lower == "1";
      if (!truth && lower != "false" && lower != "0") {
        return Cat("'", text, "' is not true, false, 1 or 0");
      }
      reflection.SetBool(&message, &field, truth);
      return "";
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      int32_t number = 0;
      if (!absl::SimpleAtoi(::onestop::View(text), &number)) break;
      reflection.SetInt32(&message, &field, number);
      return "";
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t number = 0;
      if (!absl::SimpleAtoi(::onestop::View(text), &number)) break;
      reflection.SetInt64(&message, &field, number);
      return "";
    }
    default:
      return "cannot be written in a CSV; use JSON Lines";
  }
  return Cat("'", text, "' is not a whole number",
             field.name().ends_with("_fen") ? " of fen" : "");
}

// False: the text has not the side's form. `why`: a field was wrong.
bool SetSide(const Side& side, std::string_view text, gp::Message& message,
             std::string& why) {
  if (text.empty()) return side.required == 0;
  const std::vector<std::string_view> parts = Split(text, side.separator);
  const auto known = static_cast<size_t>(
      std::count_if(side.fields.begin(), side.fields.end(),
                    [](const char* name) { return name != nullptr; }));
  if (parts.size() < side.required || parts.size() > known) return false;
  for (size_t i = 0; i < parts.size(); ++i) {
    const FieldDescriptor& field =
        *message.GetDescriptor()->FindFieldByName(side.fields[i]);
    for (const std::string_view part :
         field.is_repeated() ? Split(parts[i], "|")
                             : std::vector<std::string_view>{parts[i]}) {
      if (part.empty()) continue;
      why = SetScalar(field, part, message);
      if (!why.empty()) return true;
    }
  }
  return true;
}

std::string SetMessage(const Spelling& spelling, std::string_view text,
                       gp::Message& message) {
  const size_t at = text.find('=');
  const std::string_view left = TrimCell(text.substr(0, at));
  const std::string_view right = at == std::string_view::npos
                                     ? std::string_view()
                                     : TrimCell(text.substr(at + 1));
  const bool has_right = spelling.right.fields[0] != nullptr;
  std::string why;
  const bool formed = !left.empty() &&
                      (has_right || at == std::string_view::npos) &&
                      SetSide(spelling.left, left, message, why) &&
                      (!has_right || !why.empty() ||
                       SetSide(spelling.right, right, message, why));
  if (formed) return why;
  return Cat("'", text, "' is not spelled like ", spelling.example);
}

std::string SetList(const FieldDescriptor& field, std::string_view cell,
                    gp::Message& message) {
  const Spelling* spelling = field.message_type() == nullptr
                                 ? nullptr
                                 : SpellingOf(*field.message_type());
  for (const std::string_view part : Split(cell, ";")) {
    if (part.empty()) continue;
    std::string why = spelling == nullptr
                          ? SetScalar(field, part, message)
                          : SetMessage(*spelling, part,
                                       *message.GetReflection()->AddMessage(
                                           &message, &field));
    if (!why.empty()) return why;
  }
  return "";
}

}  // namespace

std::string_view TrimCell(std::string_view cell) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = cell.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return cell.substr(begin, cell.find_last_not_of(kSpace) - begin + 1);
}

std::string SetFromCell(const FieldDescriptor& field, std::string_view cell,
                        gp::Message& message) {
  if (field.is_repeated()) return SetList(field, cell, message);
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    return SetScalar(field, cell, message);
  }
  const Spelling* spelling = SpellingOf(*field.message_type());
  if (spelling == nullptr) return "cannot be written in a CSV; use JSON Lines";
  return SetMessage(*spelling, cell,
                    *message.GetReflection()->MutableMessage(&message, &field));
}

std::string ExampleOfCell(const FieldDescriptor& field) {
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    const Spelling* spelling = SpellingOf(*field.message_type());
    return spelling == nullptr ? "" : spelling->example;
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true";
    case FieldDescriptor::CPPTYPE_ENUM: {
      std::string names;
      std::string_view prefix = field.enum_type()->value(0)->name();
      prefix.remove_suffix(std::string_view("UNSPECIFIED").size());
      for (int i = 1; i < field.enum_type()->value_count(); ++i) {
        std::string_view name = field.enum_type()->value(i)->name();
        TakePrefix(name, prefix);
        Append(&names, i == 1 ? "" : "|", name);
      }
      return names;
    }
    case FieldDescriptor::CPPTYPE_STRING:
      if (IsDay(field.name())) return "2024-01-31";
      return field.is_repeated() ? "A;B" : "TEXT";
    default:
      return field.name().ends_with("_fen") ? "FEN" : "NUMBER";
  }
}

}  // namespace onestop::cli
