// Reads settlements as books, and keeps what comparisons came to.
#include "storage/mem_books.h"

#include <algorithm>
#include <limits>
#include <set>

#include "base/status_macros.h"

namespace onestop::storage {

absl::StatusOr<std::vector<DatedBookRow>> MemBooks::Read(const BookSpan& span,
                                                         int limit) {
  domain::SettlementFilter filter;
  filter.institution_id = span.institution_id;
  filter.booked = {span.from, span.until};
  filter.insurance = span.insurance;
  ONESTOP_ASSIGN_OR_RETURN(
      const auto all,
      store_.ListSettlements(filter, {}, std::numeric_limits<int>::max()));
  std::vector<DatedBookRow> rows;
  for (const domain::SettlementSummary& one : all) {
    const auto& [day, at_ms, id] = one.place;
    if (one.kind == domain::RecordKind::kClosed ||
        (day == span.from && id < span.from_id) ||
        (day == span.until && span.until_id && id > *span.until_id)) {
      continue;
    }
    const domain::Totals& totals = one.totals;
    rows.push_back(
        {day,
         {id, one.person_id, one.request_id,
          one.kind == domain::RecordKind::kReversal, totals.gross.fen,
          totals.fund_pay.fen, (totals.account + totals.family_account).fen}});
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::pair(a.booked_on, a.row.id) < std::pair(b.booked_on, b.row.id);
  });
  if (rows.size() > static_cast<size_t>(limit)) rows.resize(limit);
  return rows;
}

absl::StatusOr<Reconciliation> MemBooks::Begin(const Reconciliation& asked) {
  ONESTOP_ASSIGN_OR_RETURN(const auto known,
                           Find(asked.caller, asked.request_id));
  const std::lock_guard lock(kept_.mutex_);
  if (known) {
    Reconciliation& run = kept_.runs_[known->number - 1];
    if (run.SameAs(asked)) {
      run.ended = false;
      run.as_of_ms = asked.as_of_ms;
      ++run.attempt;
    }
    return run;
  }
  kept_.runs_.push_back(asked);
  kept_.runs_.back().number = static_cast<int64_t>(kept_.runs_.size());
  kept_.runs_.back().attempt = 1;
  return kept_.runs_.back();
}

absl::StatusOr<std::optional<Reconciliation>> MemBooks::Find(
    std::string_view caller, std::string_view request_id) {
  const std::lock_guard lock(kept_.mutex_);
  for (const Reconciliation& run : kept_.runs_) {
    if (run.caller == caller && run.request_id == request_id) return run;
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<ComparedBucket>> MemBooks::Compared(
    int64_t number, domain::Day day) {
  const std::lock_guard lock(kept_.mutex_);
  std::vector<ComparedBucket> buckets;
  for (const auto& [bucket, compared] : kept_.buckets_[{number, day}]) {
    buckets.push_back(compared);
  }
  return buckets;
}

void MemBooks::Drop(int64_t number, domain::Day day, int bucket) {
  kept_.buckets_[{number, day}].erase(bucket);
  std::erase_if(kept_.differences_, [&](const auto& one) {
    return one.first.first == std::pair(number, day) &&
           BucketOf(one.first.second.first) == bucket;
  });
}

bool MemBooks::IsLatest(const Reconciliation& run) const {
  return kept_.runs_[run.number - 1].attempt == run.attempt;
}

absl::StatusOr<bool> MemBooks::Put(const Reconciliation& run, domain::Day day,
                                   const std::vector<ComparedBucket>& buckets) {
  const std::lock_guard lock(kept_.mutex_);
  if (!IsLatest(run)) return false;
  const int64_t number = run.number;
  for (const ComparedBucket& compared : buckets) {
    Drop(number, day, compared.bucket);
    ComparedBucket kept = compared;
    kept.differences.clear();
    kept_.buckets_[{number, day}][compared.bucket] = std::move(kept);
    for (const BookDifference& difference : compared.differences) {
      kept_.differences_[{
          {number, day}, {difference.row().id, difference.place}}] = difference;
    }
  }
  return true;
}

absl::StatusOr<bool> MemBooks::KeepOnly(const Reconciliation& run,
                                        domain::Day day,
                                        const std::vector<int>& buckets) {
  const std::lock_guard lock(kept_.mutex_);
  if (!IsLatest(run)) return false;
  for (int bucket = 0; bucket < kBuckets; ++bucket) {
    if (std::count(buckets.begin(), buckets.end(), bucket) == 0) {
      Drop(run.number, day, bucket);
    }
  }
  return true;
}

absl::StatusOr<bool> MemBooks::End(const Reconciliation& run) {
  const std::lock_guard lock(kept_.mutex_);
  if (!IsLatest(run)) return false;
  const int64_t number = run.number;
  // Of each row that one side lacks: its first day by the side that has it.
  std::map<std::pair<domain::SettlementId, DifferenceClass>,
           const BookDifference*>
      firsts;
  for (const auto& [key, one] : kept_.differences_) {
    if (key.first.first != number) continue;
    firsts.emplace(std::pair(one.row().id, one.what), &one);
  }
  for (auto& [key, one] : kept_.differences_) {
    if (key.first.first != number) continue;
    one.other_day.reset();
    one.across.reset();
    if (one.what != DifferenceClass::kOnlyInLedger &&
        one.what != DifferenceClass::kOnlyInBooks) {
      continue;
    }
    const auto other = one.what == DifferenceClass::kOnlyInBooks
                           ? DifferenceClass::kOnlyInLedger
                           : DifferenceClass::kOnlyInBooks;
    const auto found = firsts.find({one.row().id, other});
    if (found == firsts.end()) continue;
    one.other_day = found->second->booked_on;
    one.across = found->second->row();
  }
  kept_.runs_[number - 1].ended = true;
  return true;
}

absl::StatusOr<ReconciliationCounts> MemBooks::Count(int64_t number) {
  const std::lock_guard lock(kept_.mutex_);
  ReconciliationCounts counts;
  for (const auto& [key, buckets] : kept_.buckets_) {
    if (key.first != number) continue;
    for (const auto& [bucket, compared] : buckets) {
      counts.matched += compared.matched;
    }
  }
  for (const auto& [key, one] : kept_.differences_) {
    if (key.first.first != number) continue;
    if (one.other_day) {
      ++counts.other_day;
    } else if (one.what == DifferenceClass::kOnlyInLedger) {
      ++counts.only_in_ledger;
    } else if (one.what == DifferenceClass::kOnlyInBooks) {
      ++counts.only_in_books;
    } else if (one.what == DifferenceClass::kAmountsDiffer) {
      ++counts.amounts_differ;
    } else {
      ++counts.twice_in_books;
    }
  }
  return counts;
}

absl::StatusOr<std::vector<BookDifference>> MemBooks::Differences(
    int64_t number, const DifferencePlace& after, int limit) {
  const std::lock_guard lock(kept_.mutex_);
  std::vector<BookDifference> page;
  for (auto at = kept_.differences_.upper_bound(
           {{number, after.booked_on}, {after.id, after.place}});
       at != kept_.differences_.end() && at->first.first.first == number &&
       static_cast<int>(page.size()) < limit;
       ++at) {
    page.push_back(at->second);
  }
  return page;
}

}  // namespace onestop::storage
