// Reads policy files: text, to protobuf with lines, to the draft, to the
// policy.
#include "wire/policy_file.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "onestop/v1/policy.pb.h"
#include "wire/policy_draft.h"

namespace onestop::wire {
namespace {

namespace pb = ::onestop::v1;
using google::protobuf::TextFormat;

// Keeps what the text parser complains about as findings of one file.
class FindingCollector : public google::protobuf::io::ErrorCollector {
 public:
  FindingCollector(const PolicyText& text,
                   std::vector<domain::Finding>* findings)
      : name_(text.name),
        lines_(absl::StrSplit(text.text, '\n')),
        findings_(*findings) {}

  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    const int known = LineOfEnum(line, message);
    findings_.push_back(
        {{name_, std::max(known, 0) + 1},
         known == line ? absl::StrCat("column ", column + 1, ": ", message)
                       : message});
  }

 private:
  // The parser complains about an enum value at the token after it; this is
  // the line of the value itself.
  int LineOfEnum(int line, const std::string& message) const {
    constexpr char kUnknown[] = "Unknown enumeration value of \"";
    if (!absl::StartsWith(message, kUnknown)) return line;
    const size_t begin = sizeof(kUnknown) - 1;
    const std::string value =
        message.substr(begin, message.find('"', begin) - begin);
    for (int i = std::min(line, static_cast<int>(lines_.size()) - 1); i >= 0;
         --i) {
      if (absl::StrContains(lines_[static_cast<size_t>(i)], value)) return i;
    }
    return line;
  }

  const std::string& name_;
  const std::vector<std::string> lines_;
  std::vector<domain::Finding>& findings_;
};

absl::Status NotFound(const std::string& message) {
  return MakeError(absl::StatusCode::kNotFound, "POLICY_NOT_FOUND", message);
}

void ParseOne(const PolicyText& text, ParsedPolicy* parsed) {
  pb::PolicyFile file;
  TextFormat::ParseInfoTree tree;
  FindingCollector collector(text, &parsed->errors);
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  parser.WriteLocationsTo(&tree);
  const size_t before = parsed->errors.size();
  if (parser.ParseFromString(text.text, &file)) {
    AppendToDraft(file, &tree, text.name, &parsed->draft);
  } else if (parsed->errors.size() == before) {
    parsed->errors.push_back({{text.name, 1}, "is not a policy file"});
  }
}

// What there is too much of; OK when everything is within the limits.
absl::Status CheckLimits(const std::vector<PolicyText>& texts) {
  if (texts.size() > limits::kMaxPolicyFiles) {
    return domain::PolicyInvalid(
        {{{"policies", 1},
          absl::StrCat(texts.size(), " policy files; at most ",
                       limits::kMaxPolicyFiles, " are read")}});
  }
  for (const PolicyText& text : texts) {
    if (text.text.size() > limits::kMaxPolicyFileBytes) {
      return domain::PolicyInvalid(
          {{{text.name, 1},
            absl::StrCat(text.text.size(), " bytes; a policy file has at most ",
                         limits::kMaxPolicyFileBytes)}});
    }
  }
  return absl::OkStatus();
}

}  // namespace

ParsedPolicy ParsePolicy(std::vector<PolicyText> texts) {
  std::sort(
      texts.begin(), texts.end(),
      [](const PolicyText& a, const PolicyText& b) { return a.name < b.name; });
  ParsedPolicy parsed;
  for (const PolicyText& text : texts) ParseOne(text, &parsed);
  return parsed;
}

absl::StatusOr<CompiledPolicy> LoadPolicy(std::vector<PolicyText> texts,
                                          std::string revision) {
  ONESTOP_RETURN_IF_ERROR(CheckLimits(texts));
  const ParsedPolicy parsed = ParsePolicy(std::move(texts));
  if (!parsed.errors.empty()) return domain::PolicyInvalid(parsed.errors);
  ONESTOP_ASSIGN_OR_RETURN(domain::CompileResult result,
                           domain::CompilePolicy(parsed.draft));
  result.policy.set_revision(std::move(revision));
  return CompiledPolicy{std::move(result.policy), std::move(result.warnings)};
}

absl::StatusOr<std::vector<PolicyText>> ReadPolicyDirectory(
    const std::string& path) {
  std::error_code error;
  std::filesystem::directory_iterator entries(path, error);
  if (error) {
    return NotFound(absl::StrCat("cannot read the policy folder '", path,
                                 "': ", error.message(),
                                 "; name a folder with *.textproto files"));
  }
  std::vector<PolicyText> texts;
  for (; entries != std::filesystem::directory_iterator();
       entries.increment(error)) {
    if (error) break;
    const std::filesystem::path& file = entries->path();
    if (file.extension() != ".textproto") continue;
    std::ifstream in(file, std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    if (!in) {
      return NotFound(
          absl::StrCat("cannot read the policy file '", file.string(), "'"));
    }
    texts.push_back({file.filename().string(), content.str()});
  }
  if (error) {
    return NotFound(absl::StrCat("cannot read the policy folder '", path,
                                 "': ", error.message()));
  }
  if (texts.empty()) {
    return NotFound(absl::StrCat("the policy folder '", path,
                                 "' holds no *.textproto file"));
  }
  ONESTOP_RETURN_IF_ERROR(CheckLimits(texts));
  std::sort(
      texts.begin(), texts.end(),
      [](const PolicyText& a, const PolicyText& b) { return a.name < b.name; });
  return texts;
}

absl::StatusOr<CompiledPolicy> LoadPolicyDirectory(const std::string& path,
                                                   std::string revision) {
  ONESTOP_ASSIGN_OR_RETURN(std::vector<PolicyText> texts,
                           ReadPolicyDirectory(path));
  return LoadPolicy(std::move(texts), std::move(revision));
}

}  // namespace onestop::wire
