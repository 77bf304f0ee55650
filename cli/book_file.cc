// Reads books row by row, and sorts what digests are made of.
#include "cli/book_file.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "cli/csv.h"
#include "cli/import_kind.h"
#include "cli/line_reader.h"
#include "cli/text.h"
#include "storage/ids.h"
#include "storage/sha256.h"
#include "wire/reconciliation.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

// A rounded number or a day with slashes is none.
bool IsPlainText(std::string_view cell) {
  return cell.find_first_of("E/") == std::string_view::npos;
}

std::optional<int64_t> PlainNumber(std::string_view cell) {
  int64_t number = 0;
  const char* end = cell.data() + cell.size();
  const auto read = std::from_chars(cell.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

bool SetPlainText(pb::BookRow& row, std::string_view cell,
                  std::string* (pb::BookRow::*text)()) {
  if (!IsPlainText(cell)) return false;
  (row.*text)()->assign(cell);
  return true;
}

bool SetPlainNumber(pb::BookRow& row, std::string_view cell,
                    void (pb::BookRow::*set)(int64_t)) {
  const auto number = PlainNumber(cell);
  if (number) (row.*set)(*number);
  return number.has_value();
}

bool SetPlain(int field_number, std::string_view cell,
              google::protobuf::Message& message) {
  using Row = pb::BookRow;
  auto& row = static_cast<Row&>(message);
  switch (field_number) {
    case Row::kSettlementIdFieldNumber:
      return SetPlainText(row, cell, &Row::mutable_settlement_id);
    case Row::kRequestIdFieldNumber:
      return SetPlainText(row, cell, &Row::mutable_request_id);
    case Row::kPersonIdFieldNumber:
      return SetPlainText(row, cell, &Row::mutable_person_id);
    case Row::kBookedOnFieldNumber:
      return SetPlainText(row, cell, &Row::mutable_booked_on);
    case Row::kGrossFenFieldNumber:
      return SetPlainNumber(row, cell, &Row::set_gross_fen);
    case Row::kFundPayFenFieldNumber:
      return SetPlainNumber(row, cell, &Row::set_fund_pay_fen);
    case Row::kAccountFenFieldNumber:
      return SetPlainNumber(row, cell, &Row::set_account_fen);
    default:
      return false;
  }
}

const ImportKind& BookKind() {
  static const auto* const kind = [] {
    auto* books = new ImportKind;
    books->name = "books";
    books->required = {"person_id", "gross_fen", "fund_pay_fen", "account_fen",
                       "booked_on"};
    books->row = &pb::BookRow::default_instance();
    books->set_plain = &SetPlain;
    return books;
  }();
  return *kind;
}

constexpr size_t kDayBytes = 10;
constexpr int64_t kLookedAtOnce = 10'000;  // lines

// The cell that should hold a day; nothing where it cannot.
std::optional<std::string_view> DayIn(std::string_view line, size_t place) {
  if (line.find('"') != std::string_view::npos) return std::nullopt;
  for (; place > 0; --place) {
    const size_t comma = line.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    line.remove_prefix(comma + 1);
  }
  const size_t end = std::min(line.find_first_of(",\r\n"), line.size());
  if (end != kDayBytes) return std::nullopt;
  return line.substr(0, end);
}

}  // namespace

absl::Status BookFile::Add(pb::BookRow& row,
                           const std::string& institution_id) {
  const auto day = domain::ParseDay(row.booked_on());
  if (!day) {
    return MalformedRequest(
        {{"booked_on",
          "is not a day; write it as YYYY-MM-DD, for example 2025-03-01"}});
  }
  ONESTOP_ASSIGN_OR_RETURN(const wire::ReconcileRow read,
                           wire::ReconcileRowFromProto(row, ""));
  storage::BookRow book;
  book.id = read.settlement_id
                ? *read.settlement_id
                : storage::DeriveSettlementId(institution_id, read.person_id,
                                              read.request_id);
  if (read.reversal) book.id = storage::DeriveReversalId(book.id);
  book.person_id = read.person_id;
  book.gross = read.gross;
  book.fund_pay = read.fund_pay;
  book.account = read.account;
  row.clear_booked_on();  // Told once for all rows of a day.
  row.SerializeToString(&bytes_);
  BookEntry entry;
  entry.begin = rows_.size();
  entry.day = day->number;
  entry.size = static_cast<uint32_t>(bytes_.size());
  entry.line = storage::LineOf(book);
  ONESTOP_RETURN_IF_ERROR(rows_.Append(bytes_));
  ONESTOP_RETURN_IF_ERROR(sorter_.Add(entry));
  totals_.set_rows(totals_.rows() + 1);
  totals_.set_gross_fen(totals_.gross_fen() + book.gross);
  totals_.set_fund_pay_fen(totals_.fund_pay_fen() + book.fund_pay);
  totals_.set_account_fen(totals_.account_fen() + book.account);
  return absl::OkStatus();
}

absl::Status BookFile::Sort() {
  std::vector<storage::BookLine> lines;  // of the bucket that is passing
  BookEntry last;
  uint64_t sorted = 0;
  const auto close = [&] {
    if (lines.empty()) return;
    days_[domain::Day{last.day}][last.bucket()] = {
        storage::DigestLines(lines.data(), lines.size()), sorted - lines.size(),
        lines.size()};
    lines.clear();
  };
  ONESTOP_RETURN_IF_ERROR(sorter_.Merge([&](const BookEntry& entry) {
    if (entry.day != last.day || entry.bucket() != last.bucket()) close();
    lines.push_back(entry.line);
    last = entry;
    ++sorted;
    return sorted_.Append(BytesOf(&entry, 1));
  }));
  close();
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<BookFile>> BookFile::Read(
    const std::string& path, ImportFormat format,
    const std::string& institution_id, const Hooks& hooks) {
  auto file = std::make_unique<BookFile>();
  ONESTOP_ASSIGN_OR_RETURN(const auto lines, LineReader::Open(path));
  ONESTOP_ASSIGN_OR_RETURN(const auto rows,
                           OpenRows(BookKind(), format, *lines));
  ImportRow row;
  while (true) {
    ONESTOP_ASSIGN_OR_RETURN(const bool more, rows->Next(row));
    if (!more) break;
    absl::Status read = row.message.status();
    if (read.ok()) {
      read =
          file->Add(static_cast<pb::BookRow&>(**row.message), institution_id);
    }
    if (absl::IsInternal(read)) return read;  // The disk's, not the row's.
    if (!read.ok()) {
      ++file->bad_rows_;
      hooks.bad_row(row.line, read);
    }
    if (!hooks.tick(*file, row.end, lines->file_bytes())) {
      return absl::CancelledError("interrupted");
    }
  }
  ONESTOP_RETURN_IF_ERROR(file->Sort());
  return file;
}

std::optional<domain::Period> BookFile::LookAtDays(
    const std::string& path, const std::function<bool()>& go_on) {
  std::error_code no_file;
  if (!std::filesystem::is_regular_file(path, no_file)) return std::nullopt;
  const auto lines = LineReader::Open(path);
  Line line;
  if (!lines.ok() || !(*lines)->Next(line).value_or(false)) return std::nullopt;
  const auto header = ParseCsv(line.text);
  if (!header.ok()) return std::nullopt;
  const auto column = std::find(header->begin(), header->end(), "booked_on");
  if (column == header->end()) return std::nullopt;
  const auto place = static_cast<size_t>(column - header->begin());
  std::string first;
  std::string last;
  while ((*lines)->Next(line).value_or(false)) {
    if (line.number % kLookedAtOnce == 0 && !go_on()) return std::nullopt;
    const auto day = DayIn(line.text, place);
    if (!day) return std::nullopt;
    if (first.empty() || *day < first) first = *day;
    if (*day > last) last = *day;
  }
  const auto from = domain::ParseDay(first);
  const auto until = domain::ParseDay(last);
  if (!from || !until) return std::nullopt;
  return domain::Period{*from, *until};
}

domain::Period BookFile::days() const {
  return {days_.begin()->first, days_.rbegin()->first};
}

std::string BookFile::Digest(const pb::ReconcileBegin& asked) const {
  // Of varints and texts in the order of their numbers, each with its length.
  std::string text = asked.SerializeAsString();
  text += Cat(text.size(), ";");
  for (const auto& [day, buckets] : days_) {
    text += domain::FormatDay(day);
    for (const auto& [bucket, one] : buckets) text += one.digest;
  }
  const auto digest = storage::Sha256(text);
  return absl::BytesToHexString(
      {reinterpret_cast<const char*>(digest.data()), 16});
}

absl::StatusOr<pb::BookBucketRows> BookFile::RowsOf(domain::Day day,
                                                    int bucket) {
  pb::BookBucketRows rows;
  rows.set_bucket(bucket);
  const auto buckets = days_.find(day);
  if (buckets == days_.end()) return rows;
  const auto found = buckets->second.find(bucket);
  if (found == buckets->second.end()) return rows;
  std::vector<BookEntry> entries(found->second.rows);
  ONESTOP_RETURN_IF_ERROR(sorted_.Read(found->second.first * sizeof(BookEntry),
                                       entries.data(),
                                       entries.size() * sizeof(BookEntry)));
  std::string bytes;
  for (const BookEntry& entry : entries) {
    bytes.resize(entry.size);
    ONESTOP_RETURN_IF_ERROR(rows_.Read(entry.begin, bytes.data(), entry.size));
    rows.add_rows()->ParseFromString(bytes);
  }
  return rows;
}

}  // namespace onestop::cli
