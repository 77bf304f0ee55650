// Sums up and prints.
#include "tests/simulation/report.h"

#include <string_view>

#include "absl/strings/str_format.h"

namespace onestop::simulation {
namespace {

void Line(std::ostream& out, std::string_view what, int64_t count) {
  out << absl::StrFormat("  %-42s %12d\n", std::string(what), count);
}

}  // namespace

void Report::Add(const HistoryResult& result) {
  ++histories_;
  if (!result.ok()) ++failed_;
  virtual_ms_ += result.virtual_ms;
  for (size_t i = 0; i < kFaults; ++i) faults_[i] += result.faults[i];
  lanes_ = lanes_ + result.lanes;
  schemes_.insert(result.schemes.begin(), result.schemes.end());
  const history::Verdict& verdict = result.verdict;
  sum_.operations += verdict.operations;
  sum_.calls += verdict.calls;
  sum_.acknowledged += verdict.acknowledged;
  sum_.refused += verdict.refused;
  sum_.unknown += verdict.unknown;
  sum_.never_known += verdict.never_known;
  sum_.lost += verdict.lost;
  sum_.doubled += verdict.doubled;
  sum_.half += verdict.half;
  sum_.differing += verdict.differing;
  sum_.broken += verdict.broken;
  sum_.verify.counts.settlements += verdict.verify.counts.settlements;
  sum_.verify.counts.reversals += verdict.verify.counts.reversals;
  sum_.verify.counts.closed_ids += verdict.verify.counts.closed_ids;
  sum_.verify.counts.postings += verdict.verify.counts.postings;
  differences_ += static_cast<int64_t>(verdict.verify.differences.size());
}

void Report::Print(std::ostream& out, std::optional<double> seconds) const {
  out << "Faults\n";
  for (size_t i = 0; i < kFaults; ++i) {
    Line(out, Name(static_cast<Fault>(i)), faults_[i]);
  }
  out << "What the lanes met\n";
  Line(out, "conflicts", static_cast<int64_t>(lanes_.conflicts));
  Line(out, "commits whose reply was lost",
       static_cast<int64_t>(lanes_.lost_commits));
  Line(out, "gathers under row locks",
       static_cast<int64_t>(lanes_.locked_gathers));
  Line(out, "requests put off", static_cast<int64_t>(lanes_.deferred));
  out << "Calls\n";
  Line(out, "operations", sum_.operations);
  Line(out, "calls", sum_.calls);
  Line(out, "acknowledged", sum_.acknowledged);
  Line(out, "refused", sum_.refused);
  Line(out, "unknown at first", sum_.unknown);
  Line(out, "unknown in the end", sum_.never_known);
  out << "Verdict\n";
  Line(out, "lost", sum_.lost);
  Line(out, "doubled", sum_.doubled);
  Line(out, "half there", sum_.half);
  Line(out, "answers that differ", sum_.differing);
  Line(out, "other promises broken", sum_.broken);
  const cli::VerifyCounts& counts = sum_.verify.counts;
  out << absl::StrFormat(
      "  verify: %d settlements, %d reversals, %d closed ids, %d postings of "
      "%d schemes: %s\n",
      counts.settlements, counts.reversals, counts.closed_ids, counts.postings,
      schemes_.size(),
      differences_ == 0 ? std::string("nothing differs")
                        : absl::StrFormat("%d differences", differences_));
  out << absl::StrFormat("%d histories, %d failed, %.1f hours of virtual time",
                         histories_, failed_,
                         static_cast<double>(virtual_ms_) / 3'600'000);
  if (seconds) {
    out << absl::StrFormat(" in %.1f s, %.0f histories a second", *seconds,
                           static_cast<double>(histories_) / *seconds);
  }
  out << "\n";
}

void PrintFailure(std::ostream& out, const HistoryResult& result,
                  size_t steps) {
  const size_t from =
      result.trace.size() > steps ? result.trace.size() - steps : 0;
  for (size_t i = from; i < result.trace.size(); ++i) {
    out << "  " << result.trace[i] << "\n";
  }
  out << "seed " << result.seed << " FAILED:\n";
  for (const std::string& problem : result.verdict.problems) {
    out << "  " << problem << "\n";
  }
}

}  // namespace onestop::simulation
