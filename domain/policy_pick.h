// Picks the row that holds on a day, and reports a gap or an overlap. Only the
// policy compiler uses it.
#ifndef ONESTOP_DOMAIN_POLICY_PICK_H_
#define ONESTOP_DOMAIN_POLICY_PICK_H_

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "domain/policy_rows.h"

namespace onestop::domain {

class RowPicker {
 public:
  // Both outlive this object.
  RowPicker(const PolicyRows* rows, Findings* findings)
      : rows_(*rows), findings_(*findings) {}

  // The row that holds during `span` (throughout or not at all: the caller cut
  // the days so); nullptr when there is none. Reports two as an overlap of
  // `what`.
  template <typename Row>
  const Row* Optional(const std::vector<const Row*>& candidates,
                      const Period& span, const std::string& what) {
    const Row* picked = nullptr;
    for (const Row* row : candidates) {
      if (!rows_.Covers(*row, span.from)) continue;
      if (picked == nullptr) {
        picked = row;
        continue;
      }
      const Period& first = rows_.PeriodOf(*picked);
      const Period& second = rows_.PeriodOf(*row);
      const Period both{std::max(first.from, second.from),
                        std::min(first.until, second.until)};
      findings_.Error(row->place,
                      absl::StrCat(what, FormatPeriod(both), " is given at ",
                                   At(picked->place),
                                   " too; end one before the other begins"));
    }
    return picked;
  }

  // The same; reports a span without a row as a gap, at `owner`.
  template <typename Row>
  const Row* Required(const std::vector<const Row*>& candidates,
                      const Period& span, const std::string& what,
                      const Place& owner) {
    const Row* picked = Optional(candidates, span, what);
    if (picked == nullptr) Gap(span, what, owner);
    return picked;
  }

  // The same; reports days without a row only between two rows.
  template <typename Row>
  const Row* Unbroken(const std::vector<const Row*>& candidates,
                      const Period& span, const std::string& what,
                      const Place& owner) {
    bool before = false;
    bool after = false;
    for (const Row* row : candidates) {
      before = before || rows_.PeriodOf(*row).until < span.from;
      after = after || span.until < rows_.PeriodOf(*row).from;
    }
    return before && after ? Required(candidates, span, what, owner)
                           : Optional(candidates, span, what);
  }

  void Gap(const Period& span, const std::string& what, const Place& owner) {
    findings_.ErrorDuring(owner, absl::StrCat(what, " is missing"), span,
                          "; add a row for these days");
  }

 private:
  const PolicyRows& rows_;
  Findings& findings_;
};

// Pointers to the rows for which `wanted` is true.
template <typename Row, typename Wanted>
std::vector<const Row*> Select(const std::vector<Row>& rows, Wanted wanted) {
  std::vector<const Row*> selected;
  for (const Row& row : rows) {
    if (wanted(row)) selected.push_back(&row);
  }
  return selected;
}

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_POLICY_PICK_H_
