// Documents and articles in words.
#include "cli/citation.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "cli/text.h"

namespace onestop::cli {
namespace {

struct Document {
  std::string_view name;  // short, as policies cite it
  bool articles = false;  // its parts are articles (第…条), not sections (一、)
  std::string_view zh;  // short, on a receipt's line
  std::string_view en;
  std::string_view annex_zh;
  std::string_view annex_en;
  std::string_view title_zh;
  std::string_view title_en;
};

constexpr std::array<Document, 5> kDocuments = {{
    {"yn36", false, "云医保〔2021〕36号", "Yunnan notice (2021) 36", "附件",
     "annex",
     "云医保〔2021〕36号《关于完善协议期内国家医保谈判药品门诊待遇保障机制的"
     "通知》",
     "Yunnan notice (2021) 36 on outpatient benefits for nationally "
     "negotiated drugs"},
    {"city21", false, "谈判药品分类管理通知（2021年11月征求意见稿）",
     "city notice on negotiated drugs (draft, Nov 2021)", "附件", "annex",
     "《关于持续做好国家医保谈判药品供应保障和分类管理工作的通知》（2021年11"
     "月公开征求意见稿）",
     "City notice on supply and classified management of negotiated drugs "
     "(public-consultation draft, Nov 2021)"},
    {"sd22", false, "山东双通道通知（2022年5月9日）",
     "Shandong dual-channel notice (9 May 2022)", "附件", "annex",
     "山东省《关于进一步完善国家医保谈判药品“双通道”管理机制有关事项的通知》"
     "（2022年5月9日）",
     "Shandong notice on the dual-channel management of negotiated drugs (9 "
     "May 2022)"},
    {"yn45", false, "云医保〔2021〕45号", "Yunnan notice (2021) 45",
     "附件医保函〔2020〕219号", "annex (2020) 219",
     "云医保〔2021〕45号，转发《深化城乡居民高血压、糖尿病门诊用药保障和健康管"
     "理专项行动方案》（医保函〔2020〕219号）",
     "Yunnan notice (2021) 45, passing on the national plan for residents' "
     "hypertension and diabetes outpatient drugs (2020) 219"},
    {"ynmz24", true, "云南职工门诊共济保障办法",
     "Yunnan outpatient-pooling measure", "附件", "annex",
     "《云南省职工基本医疗保险门诊共济保障实施办法》（2024年9月3日印发，2024"
     "年11月1日起施行）",
     "Yunnan measure on employees' outpatient pooling (issued 3 Sep 2024, in "
     "force from 1 Nov 2024)"},
}};

const Document* FindDocument(std::string_view name) {
  for (const Document& document : kDocuments) {
    if (document.name == name) return &document;
  }
  return nullptr;
}

std::string ChineseNumber(int number) {
  constexpr std::array<std::string_view, 10> kDigits = {
      "零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
  if (number < 10) return std::string(kDigits[number]);
  if (number >= 100) return Cat(number);
  std::string text = number < 20 ? "" : std::string(kDigits[number / 10]);
  text += "十";
  if (number % 10 != 0) text += kDigits[number % 10];
  return text;
}

// Takes leading digits off; -1 when there are none.
int TakeNumber(std::string_view& text) {
  if (text.empty() || !absl::ascii_isdigit(text[0])) return -1;
  int number = 0;
  while (!text.empty() && absl::ascii_isdigit(text[0])) {
    number = std::min(number * 10 + (text[0] - '0'), 10'000);
    text.remove_prefix(1);
  }
  return number;
}

// "1(3)2" or "2–3", after the section sign; takes it off `text`.
std::string TakeArticle(std::string_view& text, bool articles) {
  const int first = TakeNumber(text);
  std::string words = ChineseNumber(first);
  if (TakePrefix(text, "–")) {
    words += Cat("至", ChineseNumber(std::max(0, TakeNumber(text))));
  }
  words = articles ? Cat("第", words, "条") : words;
  bool parenthesised = false;
  while (text.size() > 2 && text[0] == '(' && absl::ascii_isdigit(text[1])) {
    text.remove_prefix(1);
    if (!articles && !parenthesised) words += "、";
    parenthesised = true;
    words += Cat("（", ChineseNumber(TakeNumber(text)), "）");
    TakePrefix(text, ")");
  }
  if (const int point = TakeNumber(text); point >= 0) {
    Append(&words, point, ".");
  }
  return words;
}

bool IsWordCharacter(char c) { return absl::ascii_isalnum(c) || c == '_'; }

// The document whose short name starts `text`, as a whole word.
const Document* DocumentAt(std::string_view text) {
  for (const Document& document : kDocuments) {
    const size_t size = document.name.size();
    if (text.starts_with(document.name) &&
        (text.size() == size || !IsWordCharacter(text[size]))) {
      return &document;
    }
  }
  return nullptr;
}

// Calls `on_text` for each byte outside a short name and `on_document` for each
// short name, which may take off what follows it.
template <typename OnText, typename OnDocument>
void Scan(std::string_view basis, OnText on_text, OnDocument on_document) {
  bool at_start = true;
  while (!basis.empty()) {
    const Document* document = at_start ? DocumentAt(basis) : nullptr;
    if (document != nullptr) {
      basis.remove_prefix(document->name.size());
      on_document(*document, basis);
      at_start = true;
      continue;
    }
    at_start = !IsWordCharacter(basis[0]);
    on_text(basis[0]);
    basis.remove_prefix(1);
  }
}

// A document with the annex and articles that follow its short name, which are
// taken off `rest`.
std::string ReferenceInChinese(const Document& document,
                               std::string_view& rest) {
  std::string words(document.zh);
  if (TakePrefix(rest, " annex")) Append(&words, " ", document.annex_zh);
  if (rest.starts_with(" §")) {
    rest.remove_prefix(1);
    words += ' ';
  }
  while (rest.size() > 2 && rest.starts_with("§") &&
         absl::ascii_isdigit(rest[2])) {
    rest.remove_prefix(2);
    words += TakeArticle(rest, document.articles);
    if (rest.starts_with(", §")) {
      rest.remove_prefix(2);
      words += "，";
    }
  }
  return words;
}

// As it is cited, in English: the articles stay as they are written.
std::string ReferenceInEnglish(const Document& document,
                               std::string_view& rest) {
  std::string words(document.en);
  if (TakePrefix(rest, " annex")) Append(&words, ", ", document.annex_en);
  if (!rest.starts_with(" §")) return words;
  const size_t end = std::min(rest.find_first_of(" ,;:", 1), rest.size());
  words += rest.substr(0, end);
  rest.remove_prefix(end);
  return words;
}

std::string Reference(const Document& document, std::string_view& rest,
                      Language language) {
  return language == Language::kChinese ? ReferenceInChinese(document, rest)
                                        : ReferenceInEnglish(document, rest);
}

}  // namespace

std::string Citation(std::string_view basis, Language language) {
  std::string words;
  Scan(
      basis, [&](char c) { words += c; },
      [&](const Document& document, std::string_view& rest) {
        words += Reference(document, rest, language);
      });
  return words;
}

std::string CitedArticles(std::string_view basis, Language language) {
  std::string words;
  Scan(
      basis, [](char) {},
      [&](const Document& document, std::string_view& rest) {
        if (!words.empty()) words += Pick(language, "；", "; ");
        words += Reference(document, rest, language);
      });
  return words;
}

std::vector<std::string_view> CitedDocuments(std::string_view basis) {
  std::vector<std::string_view> names;
  Scan(
      basis, [](char) {},
      [&](const Document& document, std::string_view&) {
        if (std::find(names.begin(), names.end(), document.name) ==
            names.end()) {
          names.push_back(document.name);
        }
      });
  return names;
}

std::string DocumentTitle(std::string_view short_name, Language language) {
  const Document* document = FindDocument(short_name);
  if (document == nullptr) return std::string(short_name);
  return std::string(Pick(language, document->title_zh, document->title_en));
}

}  // namespace onestop::cli
