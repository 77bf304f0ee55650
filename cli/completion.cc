// Walks over the parser's tree and words it for each shell.
#include "cli/completion.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "cli/text.h"

namespace onestop::cli {
namespace {

// Types are written "zh|en", "FILE|-", "DIR", "ID": small letters are words to
// choose from.
CompletedValue ValueOf(const CLI::Option& option) {
  CompletedValue value;
  const std::string type = option.get_type_name();
  std::string_view rest = std::string_view(type).substr(0, type.find(':'));
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find('|'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    if (part == "FILE" || part == "DIR") {
      value.file = true;
    } else if (!part.empty() && part[0] >= 'a' && part[0] <= 'z') {
      value.words.emplace_back(part);
    }
  }
  return value;
}

void AddOption(const CLI::Option& option, CompletedVerb& verb) {
  CompletedOption completed;
  for (const std::string& name : option.get_snames()) {
    completed.names.push_back("-" + name);
  }
  for (const std::string& name : option.get_lnames()) {
    completed.names.push_back("--" + name);
  }
  completed.help = option.get_description();
  completed.takes_value = option.get_items_expected_max() > 0;
  if (completed.takes_value) completed.value = ValueOf(option);
  if (option.get_positional()) verb.argument = completed.value;
  if (!completed.names.empty()) verb.options.push_back(std::move(completed));
}

void AddVerb(const CLI::App& app, const std::string& path,
             std::vector<CompletedVerb>& verbs) {
  CompletedVerb verb{path, app.get_description(), {}, {}, {}};
  for (const CLI::Option* option : app.get_options()) AddOption(*option, verb);
  const auto below = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* sub : below) verb.verbs.push_back(sub->get_name());
  verbs.push_back(std::move(verb));
  for (const CLI::App* sub : below) {
    AddVerb(*sub, Cat(path, " ", sub->get_name()), verbs);
  }
}

std::string Join(const std::vector<std::string>& words,
                 std::string_view separator) {
  std::string text;
  for (const std::string& word : words) {
    Append(&text, text.empty() ? "" : separator, word);
  }
  return text;
}

// In single quotes, for any of the shells.
std::string Quoted(std::string_view text, std::string_view quote) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += quote;
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}
std::string PosixQuoted(std::string_view text) { return Quoted(text, "'\\''"); }
std::string FishQuoted(std::string_view text) { return Quoted(text, "\\'"); }

// The paths of all verbs below the command, as the pattern of a `case`.
std::string PathsPattern(const std::vector<CompletedVerb>& verbs,
                         std::string_view separator) {
  std::string pattern;
  for (size_t i = 1; i < verbs.size(); ++i) {
    Append(&pattern, i == 1 ? "" : separator, "'", verbs[i].path, "'");
  }
  return pattern;
}

// "'onestop show --person' | 'onestop show -p'": `verb`'s path with each name.
std::string AfterOption(const CompletedVerb& verb,
                        const CompletedOption& option) {
  std::string pattern;
  for (const std::string& name : option.names) {
    Append(&pattern, pattern.empty() ? "" : " | ", "'", verb.path, " ", name,
           "'");
  }
  return pattern;
}

const CompletedVerb& Below(const std::vector<CompletedVerb>& verbs,
                           const CompletedVerb& verb, const std::string& name) {
  const std::string path = Cat(verb.path, " ", name);
  return *std::find_if(
      verbs.begin(), verbs.end(),
      [&path](const CompletedVerb& other) { return other.path == path; });
}

constexpr char kBashHead[] = R"(# Completion of onestop for bash.
_onestop() {
  local current="${COMP_WORDS[COMP_CWORD]}"
  local previous="${COMP_WORDS[COMP_CWORD - 1]}"
  local verb=onestop words='' files='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case "$verb ${COMP_WORDS[i]}" in
      $0) verb="$verb ${COMP_WORDS[i]}" ;;
    esac
  done
  case "$verb $previous" in
)";
constexpr char kBashMiddle[] = R"(    *)
      case "$verb" in
)";
constexpr char kBashTail[] = R"(      esac ;;
  esac
  if [[ -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  fi
  if [[ -n $files && $current != -* ]]; then
    compopt -o filenames 2> /dev/null
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -F _onestop onestop
)";

constexpr char kZshHead[] = R"(#compdef onestop
# Completion of onestop for zsh.
_onestop() {
  local verb=onestop word
  local -a choices
  for word in "${(@)words[2,CURRENT-1]}"; do
    case "$verb $word" in
      $0) verb="$verb $word" ;;
    esac
  done
  case "$verb ${words[CURRENT-1]}" in
)";
constexpr char kZshMiddle[] = R"(  esac
  case "$verb" in
)";
constexpr char kZshTail[] = R"(  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _onestop "$@"
else
  compdef _onestop onestop
fi
)";

constexpr char kFishHead[] = R"(# Completion of onestop for fish.
function __onestop_at
    set -l verb onestop
    for word in (commandline -opc)[2..-1]
        switch "$verb $word"
            case $0
                set verb "$verb $word"
        end
    end
    test "$verb" = "$argv[1]"
end
complete -c onestop -f
)";

std::string Head(const char* head, const std::string& paths) {
  std::string text = head;
  const size_t at = text.find("$0");
  return text.replace(at, 2, paths);
}

}  // namespace

std::vector<CompletedVerb> CompletedVerbs(const CLI::App& app) {
  std::vector<CompletedVerb> verbs;
  AddVerb(app, "onestop", verbs);
  return verbs;
}

std::string BashCompletion(const std::vector<CompletedVerb>& verbs) {
  std::string text = Head(kBashHead, PathsPattern(verbs, " | "));
  for (const CompletedVerb& verb : verbs) {
    for (const CompletedOption& option : verb.options) {
      if (!option.takes_value) continue;
      Append(&text, "    ", AfterOption(verb, option), ")\n      words='",
             Join(option.value.words, " "), "'",
             option.value.file ? " files=1" : "", " ;;\n");
    }
  }
  text += kBashMiddle;
  for (const CompletedVerb& verb : verbs) {
    std::vector<std::string> words = verb.verbs;
    words.insert(words.end(), verb.argument.words.begin(),
                 verb.argument.words.end());
    for (const CompletedOption& option : verb.options) {
      words.insert(words.end(), option.names.begin(), option.names.end());
    }
    Append(&text, "        '", verb.path, "')\n          words='",
           Join(words, " "), "'", verb.argument.file ? " files=1" : "",
           " ;;\n");
  }
  return text + kBashTail;
}

std::string ZshCompletion(const std::vector<CompletedVerb>& verbs) {
  std::string text = Head(kZshHead, PathsPattern(verbs, "|"));
  for (const CompletedVerb& verb : verbs) {
    for (const CompletedOption& option : verb.options) {
      if (!option.takes_value) continue;
      Append(&text, "    (", AfterOption(verb, option), ")");
      if (!option.value.words.empty()) {
        Append(&text, " compadd -- ", Join(option.value.words, " "), ";");
      }
      Append(&text, option.value.file ? " _files;" : "", " return ;;\n");
    }
  }
  text += kZshMiddle;
  for (const CompletedVerb& verb : verbs) {
    Append(&text, "    ('", verb.path, "')\n      choices=(\n");
    for (const std::string& name : verb.verbs) {
      Append(&text, "        ",
             PosixQuoted(Cat(name, ":", Below(verbs, verb, name).help)), "\n");
    }
    for (const std::string& word : verb.argument.words) {
      Append(&text, "        ", word, "\n");
    }
    for (const CompletedOption& option : verb.options) {
      for (const std::string& name : option.names) {
        Append(&text, "        ", PosixQuoted(Cat(name, ":", option.help)),
               "\n");
      }
    }
    Append(&text, "      )\n      _describe onestop choices",
           verb.argument.file ? "\n      _files" : "", " ;;\n");
  }
  return text + kZshTail;
}

std::string FishCompletion(const std::vector<CompletedVerb>& verbs) {
  std::string text = Head(kFishHead, PathsPattern(verbs, " "));
  for (const CompletedVerb& verb : verbs) {
    const std::string at =
        Cat("complete -c onestop -n '__onestop_at \"", verb.path, "\"'");
    for (const std::string& name : verb.verbs) {
      Append(&text, at, " -a ", name, " -d ",
             FishQuoted(Below(verbs, verb, name).help), "\n");
    }
    if (!verb.argument.words.empty()) {
      Append(&text, at, " -a '", Join(verb.argument.words, " "), "'\n");
    }
    if (verb.argument.file) Append(&text, at, " -F\n");
    for (const CompletedOption& option : verb.options) {
      text += at;
      for (const std::string& name : option.names) {
        const bool is_long = name.starts_with("--");
        Append(&text, is_long ? " -l " : " -s ",
               std::string_view(name).substr(is_long ? 2 : 1));
      }
      if (option.takes_value) text += option.value.file ? " -r -F" : " -x";
      if (!option.value.words.empty()) {
        Append(&text, " -a '", Join(option.value.words, " "), "'");
      }
      Append(&text, " -d ", FishQuoted(option.help), "\n");
    }
  }
  return text;
}

}  // namespace onestop::cli
