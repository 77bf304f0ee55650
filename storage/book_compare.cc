// Merges two sorted sides; digests a day as its rows pass.
#include "storage/book_compare.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"

namespace onestop::storage {
namespace {

constexpr int kPageRows = 10'000;

bool ById(const BookRow& a, const BookRow& b) { return a.id < b.id; }

bool SameFigures(const BookRow& a, const BookRow& b) {
  return a.person_id == b.person_id && a.gross == b.gross &&
         a.fund_pay == b.fund_pay && a.account == b.account;
}

// The id after this one; the last has none.
std::optional<domain::SettlementId> Next(domain::SettlementId id) {
  for (size_t i = id.bytes.size(); i-- > 0;) {
    if (++id.bytes[i] != 0) return id;
  }
  return std::nullopt;
}

// Where the rows after `row` begin; false: there are none.
bool GoBehind(const DatedBookRow& row, BookSpan& span) {
  const auto next = Next(row.row.id);
  span.from = next ? row.booked_on : row.booked_on + 1;
  span.from_id = next.value_or(domain::SettlementId{});
  return span.from <= span.until;
}

// Collects the lines of the bucket that is passing.
class DayDigester {
 public:
  explicit DayDigester(std::map<domain::Day, BookDaySums>& days)
      : days_(days) {}

  void Add(const DatedBookRow& dated) {
    const int bucket = BucketOf(dated.row.id);
    if (dated.booked_on != day_ || bucket != bucket_) Close();
    day_ = dated.booked_on;
    bucket_ = bucket;
    lines_.push_back(LineOf(dated.row));
    days_[day_].sums.Add(dated.row);
  }
  void Close() {
    if (lines_.empty()) return;
    BookDaySums& day = days_[day_];
    day.buckets[bucket_] = DigestLines(lines_.data(), lines_.size());
    day.rows[bucket_] = static_cast<int64_t>(lines_.size());
    lines_.clear();
  }

 private:
  std::map<domain::Day, BookDaySums>& days_;
  domain::Day day_;
  int bucket_ = 0;
  std::vector<BookLine> lines_;
};

}  // namespace

BucketComparison CompareBucket(domain::Day day, std::vector<BookRow> ledger,
                               std::vector<BookRow> books) {
  std::sort(ledger.begin(), ledger.end(), ById);
  std::stable_sort(books.begin(), books.end(), ById);
  BucketComparison result;
  const auto add = [&result, day](DifferenceClass what, int place,
                                  const BookRow* here, const BookRow* there) {
    BookDifference difference;
    difference.what = what;
    difference.booked_on = day;
    difference.place = place;
    if (here != nullptr) difference.ledger = *here;
    if (there != nullptr) difference.books = *there;
    result.differences.push_back(std::move(difference));
  };
  auto here = ledger.begin();
  for (auto there = books.begin(); there != books.end();) {
    for (; here != ledger.end() && here->id < there->id; ++here) {
      add(DifferenceClass::kOnlyInLedger, 0, &*here, nullptr);
    }
    const bool known = here != ledger.end() && here->id == there->id;
    if (!known) {
      add(DifferenceClass::kOnlyInBooks, 0, nullptr, &*there);
    } else if (SameFigures(*here, *there)) {
      ++result.matched;
    } else {
      add(DifferenceClass::kAmountsDiffer, 0, &*here, &*there);
    }
    const auto first = there++;
    for (int place = 1; there != books.end() && there->id == first->id;
         ++there, ++place) {
      add(DifferenceClass::kTwiceInBooks, place, nullptr, &*there);
    }
    if (known) ++here;
  }
  for (; here != ledger.end(); ++here) {
    add(DifferenceClass::kOnlyInLedger, 0, &*here, nullptr);
  }
  return result;
}

void BookSums::Add(const BookRow& row) {
  ++rows;
  gross += row.gross;
  fund_pay += row.fund_pay;
  account += row.account;
}

absl::StatusOr<std::map<domain::Day, BookDaySums>> SumDays(
    Books& books, const BookSpan& span) {
  std::map<domain::Day, BookDaySums> days;
  DayDigester digester(days);
  BookSpan rest = span;
  while (true) {
    ONESTOP_ASSIGN_OR_RETURN(const auto page, books.Read(rest, kPageRows));
    for (const DatedBookRow& row : page) digester.Add(row);
    const bool full = page.size() == static_cast<size_t>(kPageRows);
    if (!full || !GoBehind(page.back(), rest)) break;
  }
  digester.Close();
  return days;
}

absl::StatusOr<std::vector<BookRow>> ReadBucket(Books& books,
                                                const BookSpan& span,
                                                domain::Day day, int bucket) {
  BookSpan rest = span;
  rest.from = rest.until = day;
  rest.from_id = {};
  rest.from_id.bytes[0] = static_cast<uint8_t>(bucket);
  domain::SettlementId last;
  last.bytes.fill(0xff);
  last.bytes[0] = static_cast<uint8_t>(bucket);
  rest.until_id = last;
  std::vector<BookRow> rows;
  while (true) {
    ONESTOP_ASSIGN_OR_RETURN(auto page, books.Read(rest, kPageRows));
    const bool full = page.size() == static_cast<size_t>(kPageRows) &&
                      GoBehind(page.back(), rest);
    for (DatedBookRow& row : page) rows.push_back(std::move(row.row));
    if (!full) return rows;
  }
}

}  // namespace onestop::storage
