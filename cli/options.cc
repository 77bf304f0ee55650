// Adds the shared options; words what is wrong with a command line.
#include "cli/options.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <numeric>
#include <string_view>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace onestop::cli {
namespace {

constexpr char kNoRequest[] =
    "say which FILE holds the request, or -; for an answer in JSON say "
    "--output json";

Language LanguageOfEnvironment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* set = std::getenv(name);
    const std::string_view value = set == nullptr ? "" : set;
    if (value.empty()) continue;
    return value.starts_with("en") ? Language::kEnglish : Language::kChinese;
  }
  return Language::kChinese;
}

// Letters to put in, leave out or replace to make one of the other.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t before = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = before + (a[i] == b[j] ? 0 : 1);
      before = row[j + 1];
      row[j + 1] = std::min({replaced, before + 1, row[j] + 1});
    }
  }
  return row.back();
}

// "; did you mean 'show'?", or nothing where no word is near.
std::string Suggestion(std::string_view typed,
                       const std::vector<std::string>& words) {
  const std::string* nearest = nullptr;
  size_t least = std::max<size_t>(typed.size() / 2, 1) + 1;
  for (const std::string& word : words) {
    const size_t distance = word.starts_with(typed) && typed.size() > 1
                                ? 1
                                : EditDistance(typed, word);
    if (distance >= least) continue;
    least = distance;
    nearest = &word;
  }
  return nearest == nullptr ? "" : Cat("; did you mean '", *nearest, "'?");
}

std::vector<std::string> VerbsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* verb :
       app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(verb->get_name());
  }
  return names;
}

std::vector<std::string> OptionsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back(Cat("--", name));
    }
  }
  return names;
}

// How far a command line makes sense: the verb that it names, and the words
// after it.
struct Named {
  const CLI::App* verb;
  std::string path;
  std::vector<std::string> rest;
};

Named NamedBy(const CLI::App& app, int argc, const char* const* argv) {
  Named named{&app, app.get_name(), {argv + 1, argv + argc}};
  while (!named.rest.empty()) {
    const auto verbs = VerbsOf(*named.verb);
    const std::string& word = named.rest.front();
    if (std::find(verbs.begin(), verbs.end(), word) == verbs.end()) break;
    named.verb = named.verb->get_subcommand(word);
    Append(&named.path, " ", word);
    named.rest.erase(named.rest.begin());
  }
  return named;
}

std::string Wrong(const Named& named, const CLI::ParseError& error) {
  const auto verbs = VerbsOf(*named.verb);
  if (!verbs.empty()) {
    if (named.rest.empty()) {
      return Cat("say what to do: ", absl::StrJoin(verbs, ", "));
    }
    if (!named.rest.front().starts_with("-")) {
      return Cat("there is no '", named.rest.front(), "'",
                 Suggestion(named.rest.front(), verbs));
    }
  }
  const auto options = OptionsOf(*named.verb);
  for (const std::string& word : named.rest) {
    const std::string name = word.substr(0, word.find('='));
    if (name.starts_with("--") && name.size() > 2 &&
        std::find(options.begin(), options.end(), name) == options.end()) {
      return Cat("there is no option ", name, Suggestion(name, options));
    }
  }
  const std::string_view what = error.what();
  if (what.starts_with("--json: ") && what.ends_with(" missing")) {
    return Cat("--json: ", kNoRequest);
  }
  return std::string(what);
}

}  // namespace

void AddServerOptions(CLI::App& verb, ServerOptions& options) {
  verb.add_option("--server", options.server, "Where onestopd listens")
      ->type_name("HOST:PORT")
      ->envname("ONESTOP_SERVER")
      ->capture_default_str();
  verb.add_option("--deadline", options.deadline_seconds,
                  "How long to wait for an answer, all tries together")
      ->type_name("SECONDS")
      ->check(SecondsBetween(0.001, 86'400))
      ->capture_default_str();
}

CLI::Option* AddRequestOption(CLI::App& verb, std::string& path,
                              const std::string& help) {
  return verb.add_option("--json", path, help)
      ->type_name("FILE|-")
      ->check(CLI::Validator(
          [](const std::string& file) -> std::string {
            return file.starts_with("--") ? kNoRequest : "";
          },
          ""));
}

void AddOutputOptions(CLI::App& verb, OutputOptions& options) {
  AddWordOption(verb, "--output", options.format, {"text", "json"},
                "text: to be read to people; json: the answer as it came")
      ->capture_default_str();
  AddWordOption(verb, "--lang", options.language, {"zh", "en", "both"},
                "The language of texts");
  if (verb.get_option_no_throw("--json") != nullptr) return;
  verb.add_flag_callback(
      "--json", [&options] { options.format = "json"; },
      "The same as --output json");
}

std::vector<Language> LanguagesOf(const OutputOptions& options) {
  if (options.language == "both") {
    return {Language::kChinese, Language::kEnglish};
  }
  if (options.language == "zh") return {Language::kChinese};
  if (options.language == "en") return {Language::kEnglish};
  return {LanguageOfEnvironment()};
}

Language FirstLanguage(const OutputOptions& options) {
  return LanguagesOf(options).front();
}

CLI::Validator WholeNumber(int64_t least, int64_t most) {
  return CLI::Validator(
      [least, most](std::string& text) -> std::string {
        int64_t value = 0;
        const char* end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, value);
        if (read.ec == std::errc() && read.ptr == end && value >= least &&
            value <= most) {
          return "";
        }
        return Cat("'", text, "' is not a whole number from ", least, " to ",
                   most);
      },
      "");
}

CLI::Validator SecondsBetween(double least, double most) {
  return CLI::Validator(
      [least, most](std::string& text) -> std::string {
        double value = 0;
        if (absl::SimpleAtod(text, &value) && value >= least && value <= most) {
          return "";
        }
        return absl::StrCat("'", text, "' is not a time from ", least, " to ",
                            most, " seconds");
      },
      "");
}

std::string WordsType(const std::vector<std::string>& words) {
  return absl::StrJoin(words, "|");
}

CLI::Validator OneOf(const std::vector<std::string>& words) {
  return CLI::Validator(
      [words](std::string& text) -> std::string {
        if (std::find(words.begin(), words.end(), text) != words.end()) {
          return "";
        }
        return Cat("'", text, "' is not one of ", absl::StrJoin(words, ", "),
                   Suggestion(text, words));
      },
      "");
}

CLI::Option* AddWordOption(CLI::App& verb, const std::string& name,
                           std::string& value,
                           const std::vector<std::string>& words,
                           const std::string& help) {
  return verb.add_option(name, value, help)
      ->type_name(WordsType(words))
      ->check(OneOf(words));
}

std::string UsageText(const CLI::App& app, int argc, const char* const* argv,
                      const CLI::ParseError& error) {
  const Named named = NamedBy(app, argc, argv);
  return Cat(named.path, ": ", Wrong(named, error), "\nRun ", named.path,
             " --help for more.\n");
}

}  // namespace onestop::cli
