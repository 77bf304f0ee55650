// Merges sorted runs by a heap of their next entries.
#include "cli/book_sorter.h"

#include <algorithm>
#include <queue>
#include <tuple>

#include "base/status_macros.h"

namespace onestop::cli {
namespace {

constexpr size_t kReadEntries = 64;

bool Before(const BookEntry& a, const BookEntry& b) {
  return std::tie(a.day, a.line, a.begin) < std::tie(b.day, b.line, b.begin);
}

// A run that is read from its beginning, a piece at a time.
class Run {
 public:
  Run(Spool& spool, uint64_t begin, uint64_t end)
      : spool_(&spool), at_(begin), end_(end) {}

  // False: there are no more.
  absl::StatusOr<bool> Next(BookEntry& entry) {
    if (next_ == piece_.size()) {
      piece_.resize(
          std::min<uint64_t>(kReadEntries, (end_ - at_) / sizeof(BookEntry)));
      if (piece_.empty()) return false;
      const size_t bytes = piece_.size() * sizeof(BookEntry);
      ONESTOP_RETURN_IF_ERROR(spool_->Read(at_, piece_.data(), bytes));
      at_ += bytes;
      next_ = 0;
    }
    entry = piece_[next_++];
    return true;
  }

 private:
  Spool* spool_;
  uint64_t at_;
  uint64_t end_;
  std::vector<BookEntry> piece_;
  size_t next_ = 0;
};

struct Head {
  BookEntry entry;
  size_t run = 0;
};

struct Later {
  bool operator()(const Head& a, const Head& b) const {
    return Before(b.entry, a.entry);
  }
};

}  // namespace

absl::Status BookSorter::Add(const BookEntry& entry) {
  held_.push_back(entry);
  return held_.size() < run_ ? absl::OkStatus() : EndRun();
}

absl::Status BookSorter::EndRun() {
  std::sort(held_.begin(), held_.end(), Before);
  ONESTOP_RETURN_IF_ERROR(spool_.Append(BytesOf(held_.data(), held_.size())));
  ends_.push_back(spool_.size());
  held_.clear();
  return absl::OkStatus();
}

absl::Status BookSorter::Merge(
    const std::function<absl::Status(const BookEntry&)>& each) {
  ONESTOP_RETURN_IF_ERROR(EndRun());
  std::vector<BookEntry>().swap(held_);
  std::vector<Run> runs;
  std::priority_queue<Head, std::vector<Head>, Later> heads;
  const auto push = [&](size_t run) -> absl::Status {
    Head head;
    head.run = run;
    ONESTOP_ASSIGN_OR_RETURN(const bool more, runs[run].Next(head.entry));
    if (more) heads.push(head);
    return absl::OkStatus();
  };
  uint64_t begin = 0;
  for (const uint64_t end : ends_) {
    runs.emplace_back(spool_, begin, end);
    ONESTOP_RETURN_IF_ERROR(push(runs.size() - 1));
    begin = end;
  }
  while (!heads.empty()) {
    const Head head = heads.top();
    heads.pop();
    ONESTOP_RETURN_IF_ERROR(each(head.entry));
    ONESTOP_RETURN_IF_ERROR(push(head.run));
  }
  return absl::OkStatus();
}

}  // namespace onestop::cli
