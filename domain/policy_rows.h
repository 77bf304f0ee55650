// The dated rows of a policy draft with their days and sources resolved, and
// the findings made on the way. Only the policy compiler uses it.
#ifndef ONESTOP_DOMAIN_POLICY_ROWS_H_
#define ONESTOP_DOMAIN_POLICY_ROWS_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "domain/policy.h"
#include "domain/policy_compile.h"
#include "domain/policy_describe.h"
#include "domain/policy_draft.h"

namespace onestop::domain {

// Collects findings; the same one counts once.
class Findings {
 public:
  explicit Findings(CompileResult* result) : result_(*result) {}
  void Error(const Place& place, std::string message);
  void Warning(const Place& place, std::string message);
  // An error during `span`: "<before> from … until …<after>". Spans that follow
  // one another become one error; FlushSpans writes them.
  void ErrorDuring(const Place& place, const std::string& before,
                   const Period& span, const std::string& after);
  void FlushSpans();
  // True the first time that it is asked about `key`.
  bool First(std::string key) { return keys_.insert(std::move(key)).second; }

 private:
  struct Spanning {
    Place place;
    std::string before;
    Period span;
    std::string after;
  };

  CompileResult& result_;
  absl::flat_hash_set<std::string> keys_;
  std::vector<Spanning> spanning_;
};

// Resolves every row of a draft: reports bad dates and sources, adds the
// sources to the policy, and lists the statements.
class PolicyRows {
 public:
  // All three outlive this object.
  PolicyRows(const PolicyDraft& draft, CompileResult* result,
             Findings* findings);

  // An empty period when the dates were bad.
  const Period& PeriodOf(const DraftDates& row) const;
  const Source* SourceOf(const DraftSource& source) const;
  bool Covers(const DraftDates& row, Day day) const {
    return PeriodOf(row).Contains(day);
  }

 private:
  void AddDates(const DraftDates& row);
  void AddSource(const DraftSource& source, const Place& place,
                 std::string what, bool is_number);
  void AddRow(const DraftRow& row, const std::string& what, bool is_number);
  void AddScheme(const DraftScheme& scheme);
  void AddCap(const DraftScheme& scheme, const DraftCap& cap);
  void AddFigures(const DraftFigures& figures, const std::string& prefix);
  void AddLayer(const DraftLayer& layer);
  void AddRegion(const DraftRegion& region);
  void AddOrder(const DraftOrder& order, const std::string& prefix);
  void AddPreself(const DraftPreself& row, const std::string& prefix);
  void AddPriceRule(const DraftPriceRule& row, const std::string& prefix);

  CompileResult& result_;
  Findings& findings_;
  absl::flat_hash_set<std::string> documents_;
  absl::flat_hash_map<const DraftDates*, Period> periods_;
  absl::flat_hash_map<const DraftSource*, const Source*> sources_;
};

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_POLICY_ROWS_H_
