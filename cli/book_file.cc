// Reads books row by row, and sorts what digests are made of.
#include "cli/book_file.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/escaping.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "cli/import_kind.h"
#include "cli/line_reader.h"
#include "storage/ids.h"
#include "wire/reconciliation.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

const ImportKind& BookKind() {
  static const auto* const kind = [] {
    auto* books = new ImportKind;
    books->name = "books";
    books->required = {"person_id", "gross_fen", "fund_pay_fen", "account_fen",
                       "booked_on"};
    books->row = &pb::BookRow::default_instance();
    return books;
  }();
  return *kind;
}

}  // namespace

absl::Status BookFile::Add(pb::BookRow row, const std::string& institution_id) {
  const auto day = domain::ParseDay(row.booked_on());
  if (!day) {
    return MalformedRequest(
        {{"booked_on",
          "is not a day; write it as YYYY-MM-DD, for example 2025-03-01"}});
  }
  ONESTOP_ASSIGN_OR_RETURN(const wire::ReconcileRow read,
                           wire::ReconcileRowFromProto(row, ""));
  storage::BookRow book;
  book.id = read.settlement_id.value_or(storage::DeriveSettlementId(
      institution_id, read.person_id, read.request_id));
  if (read.reversal) book.id = storage::DeriveReversalId(book.id);
  book.person_id = read.person_id;
  book.gross = read.gross;
  book.fund_pay = read.fund_pay;
  book.account = read.account;
  row.clear_booked_on();  // Told once for all rows of a day.
  Entry entry;
  entry.day = day->number;
  entry.begin = bytes_.size();
  row.AppendToString(&bytes_);
  entry.size = static_cast<uint32_t>(bytes_.size() - entry.begin);
  entry.line = storage::LineOf(book);
  index_.push_back(entry);
  totals_.set_rows(totals_.rows() + 1);
  totals_.set_gross_fen(totals_.gross_fen() + book.gross);
  totals_.set_fund_pay_fen(totals_.fund_pay_fen() + book.fund_pay);
  totals_.set_account_fen(totals_.account_fen() + book.account);
  return absl::OkStatus();
}

void BookFile::Sort() {
  std::sort(index_.begin(), index_.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.day, a.line) < std::tie(b.day, b.line);
  });
}

absl::StatusOr<BookFile> BookFile::Read(const std::string& path,
                                        ImportFormat format,
                                        const std::string& institution_id,
                                        const Hooks& hooks) {
  BookFile file;
  ONESTOP_ASSIGN_OR_RETURN(const auto lines, LineReader::Open(path));
  ONESTOP_ASSIGN_OR_RETURN(const auto rows,
                           OpenRows(BookKind(), format, *lines));
  while (true) {
    ImportRow row;
    ONESTOP_ASSIGN_OR_RETURN(const bool more, rows->Next(row));
    if (!more) break;
    absl::Status read = row.message.status();
    if (read.ok()) {
      read = file.Add(static_cast<const pb::BookRow&>(**row.message),
                      institution_id);
    }
    if (!read.ok()) {
      ++file.bad_rows_;
      hooks.bad_row(row.line, read);
    }
    if (!hooks.tick(file.rows(), row.end, lines->file_bytes())) {
      return absl::CancelledError("interrupted");
    }
  }
  file.Sort();
  return file;
}

domain::Period BookFile::days() const {
  return {domain::Day{index_.front().day}, domain::Day{index_.back().day}};
}

std::string BookFile::Digest() const {
  std::vector<storage::BookLine> lines;
  lines.reserve(index_.size());
  for (const Entry& entry : index_) lines.push_back(entry.line);
  return absl::BytesToHexString(
      storage::DigestLines(lines.data(), lines.size()).substr(0, 16));
}

std::map<domain::Day, std::map<int, std::string>> BookFile::Buckets() const {
  std::map<domain::Day, std::map<int, std::string>> days;
  std::vector<storage::BookLine> lines;
  for (size_t i = 0; i < index_.size(); ++i) {
    const Entry& entry = index_[i];
    lines.push_back(entry.line);
    const bool last = i + 1 == index_.size() ||
                      index_[i + 1].day != entry.day ||
                      index_[i + 1].line[0] != entry.line[0];
    if (!last) continue;
    days[domain::Day{entry.day}][entry.line[0]] =
        storage::DigestLines(lines.data(), lines.size());
    lines.clear();
  }
  return days;
}

pb::BookBucketRows BookFile::RowsOf(domain::Day day, int bucket) const {
  pb::BookBucketRows rows;
  rows.set_bucket(bucket);
  const auto key = [](const Entry& entry) {
    return std::pair(entry.day, static_cast<int>(entry.line[0]));
  };
  const auto wanted = std::pair(day.number, bucket);
  auto at = std::lower_bound(
      index_.begin(), index_.end(), wanted,
      [&key](const Entry& entry, const auto& w) { return key(entry) < w; });
  for (; at != index_.end() && key(*at) == wanted; ++at) {
    rows.add_rows()->ParseFromArray(bytes_.data() + at->begin,
                                    static_cast<int>(at->size));
  }
  return rows;
}

}  // namespace onestop::cli
