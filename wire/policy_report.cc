// Counts and lists what policy files hold.
#include "wire/policy_report.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace onestop::wire {
namespace {

void AppendFindings(const std::vector<domain::Finding>& findings,
                    const std::string& one, const std::string& many,
                    std::string* text) {
  if (findings.empty()) {
    absl::StrAppend(text, "\nNo ", many, ".\n");
    return;
  }
  absl::StrAppend(text, "\n", findings.size(), " ",
                  findings.size() == 1 ? one : many, ":\n");
  for (const domain::Finding& finding : findings) {
    absl::StrAppend(text, "  ", finding.ToString(), "\n");
  }
}

void AppendAssumed(const std::vector<domain::Statement>& assumed,
                   std::string* text) {
  if (assumed.empty()) {
    absl::StrAppend(text, "\nNothing is assumed.\n");
    return;
  }
  absl::StrAppend(text, "\n", assumed.size(),
                  " assumed, to be confirmed before they settle real money:\n");
  for (const domain::Statement& statement : assumed) {
    absl::StrAppend(text, "  ", statement.place.file, ":", statement.place.line,
                    ": ", statement.what, "\n      ", statement.source, "\n");
  }
}

void Count(const domain::PolicyDraft& draft, PolicyReport* report) {
  report->files = static_cast<int>(draft.files.size());
  report->documents = static_cast<int>(draft.documents.size());
  report->schemes = static_cast<int>(draft.schemes.size());
  report->layers = static_cast<int>(draft.layers.size());
  report->regions = static_cast<int>(draft.regions.size());
}

}  // namespace

PolicyReport CheckPolicyFiles(std::vector<PolicyText> texts) {
  PolicyReport report;
  ParsedPolicy parsed = ParsePolicy(std::move(texts));
  Count(parsed.draft, &report);
  if (!parsed.errors.empty()) {
    report.errors = std::move(parsed.errors);
    return report;
  }
  domain::CompileResult result = domain::CheckPolicy(parsed.draft);
  report.errors = std::move(result.errors);
  report.warnings = std::move(result.warnings);
  for (domain::Statement& statement : result.statements) {
    SourceCount& count = statement.is_number ? report.numbers : report.others;
    if (!statement.assumed) {
      ++count.cited;
      continue;
    }
    ++count.assumed;
    report.assumed.push_back(std::move(statement));
  }
  return report;
}

std::string FormatPolicyReport(const PolicyReport& report) {
  std::string text = absl::StrCat(
      report.files, " files: ", report.documents, " documents, ",
      report.schemes, " schemes, ", report.layers, " layers, ", report.regions,
      " regions\n", "numbers: ", report.numbers.cited, " cited, ",
      report.numbers.assumed, " assumed\n",
      "orders, conditions, measures, scopes, dates and price rules: ",
      report.others.cited, " cited, ", report.others.assumed, " assumed\n");
  AppendFindings(report.errors, "error", "errors", &text);
  AppendFindings(report.warnings, "warning", "warnings", &text);
  if (report.ok()) AppendAssumed(report.assumed, &text);
  return text;
}

}  // namespace onestop::wire
