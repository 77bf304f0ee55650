// The options that verbs share, and how options are said: whole numbers, words
// to choose from, the request that a verb reads, how its answer is printed.
#ifndef ONESTOP_CLI_OPTIONS_H_
#define ONESTOP_CLI_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cli/client.h"
#include "cli/text.h"

namespace onestop::cli {

// How an answer is printed.
struct OutputOptions {
  std::string format = "text";  // text, json
  std::string language;         // zh, en, both; empty: by LANG
  bool json() const { return format == "json"; }
};

void AddServerOptions(CLI::App& verb, ServerOptions& options);

// `--json FILE|-`: the request that the verb reads. Before AddOutputOptions.
CLI::Option* AddRequestOption(CLI::App& verb, std::string& path,
                              const std::string& help);
// `--output text|json` and `--lang`; for a verb that reads no request also
// `--json`, which is short for `--output json`.
void AddOutputOptions(CLI::App& verb, OutputOptions& options);

// The languages to print in, in order.
std::vector<Language> LanguagesOf(const OutputOptions& options);
// The one to use where a text is written once, as for errors.
Language FirstLanguage(const OutputOptions& options);

// A validator that says "-1 is not a whole number from 0 to 9".
CLI::Validator WholeNumber(int64_t least, int64_t most);
CLI::Validator SecondsBetween(double least, double most);

// "zh|en|both", the type of an option that takes one of the words.
std::string WordsType(const std::vector<std::string>& words);
// A validator that says "'pet' is not one of cat, dog".
CLI::Validator OneOf(const std::vector<std::string>& words);
CLI::Option* AddWordOption(CLI::App& verb, const std::string& name,
                           std::string& value,
                           const std::vector<std::string>& words,
                           const std::string& help);

// An option whose words stand for values.
template <typename Value>
using Choices = std::vector<std::pair<std::string, Value>>;
template <typename Value>
CLI::Option* AddChoiceOption(CLI::App& verb, const std::string& name,
                             Value& value, const Choices<Value>& choices,
                             const std::string& help) {
  std::vector<std::string> words;
  for (const auto& [word, meant] : choices) words.push_back(word);
  return verb
      .add_option_function<std::string>(
          name,
          [&value, choices](const std::string& chosen) {
            for (const auto& [word, meant] : choices) {
              if (word == chosen) value = meant;
            }
          },
          help)
      ->type_name(WordsType(words))
      ->check(OneOf(words));
}

// What is wrong with a command line that `error` was thrown for, and what may
// have been meant; some lines.
std::string UsageText(const CLI::App& app, int argc, const char* const* argv,
                      const CLI::ParseError& error);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_OPTIONS_H_
