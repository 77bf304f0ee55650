// Compares books with the ledger by digests, then by rows.
#include "server/reconciliation.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "domain/reason.h"
#include "storage/ids.h"
#include "wire/page_token.h"
#include "wire/receipt.h"

namespace onestop::server {
namespace {

using storage::BookDaySums;
using storage::BookDifference;
using storage::BookRow;
using storage::ComparedBucket;
using storage::DifferenceClass;

absl::Status CheckInstitution(const ServiceParts& parts,
                              const wire::ReconcileSpan& span) {
  const SnapshotPtr snapshot = parts.snapshots.Current();
  const domain::Institution* institution =
      snapshot->catalog.FindInstitution(span.institution_id);
  if (institution == nullptr) {
    return MakeError(absl::StatusCode::kNotFound,
                     domain::refusal::kInstitutionUnknown,
                     "no such institution");
  }
  if (span.kind != domain::InstitutionKind::kUnspecified &&
      span.kind != institution->kind) {
    return MalformedRequest(
        {{"clearing_type",
          "is not the institution's: 11 is a hospital's, 41 a pharmacy's"}});
  }
  return absl::OkStatus();
}

storage::BookSpan SpanOf(const wire::ReconcileSpan& span) {
  storage::BookSpan out;
  out.institution_id = span.institution_id;
  out.insurance = span.insurance;
  out.from = span.booked.from;
  out.until = span.booked.until;
  return out;
}

void WriteSums(const storage::BookSums& sums, pb::BookTotals& out) {
  out.set_rows(sums.rows);
  out.set_gross_fen(sums.gross);
  out.set_fund_pay_fen(sums.fund_pay);
  out.set_account_fen(sums.account);
}

void WriteDay(domain::Day day, const BookDaySums& sums, pb::BookDay& out) {
  out.set_booked_on(domain::FormatDay(day));
  WriteSums(sums.sums, *out.mutable_totals());
  out.set_digest(storage::DigestBuckets(sums.buckets));
}

void WriteRow(const BookRow& row, domain::Day day, pb::BookRow& out) {
  out.set_settlement_id(row.reversal ? "" : row.id.ToString());
  out.set_request_id(row.request_id);
  out.set_person_id(row.person_id);
  out.set_reversal(row.reversal);
  out.set_gross_fen(row.gross);
  out.set_fund_pay_fen(row.fund_pay);
  out.set_account_fen(row.account);
  out.set_booked_on(domain::FormatDay(day));
}

pb::DifferenceClass ClassOf(const BookDifference& difference) {
  if (difference.other_day) return pb::DIFFERENCE_CLASS_OTHER_DAY;
  return static_cast<pb::DifferenceClass>(difference.what);
}

// What each side is taken to be wrong in: the ledger is what was settled.
pb::Repair RepairOf(const BookDifference& difference) {
  if (difference.other_day) return pb::REPAIR_CORRECT_BOOKS;
  const bool reversal = difference.row().reversal;
  switch (difference.what) {
    case DifferenceClass::kOnlyInLedger:
      return reversal ? pb::REPAIR_CORRECT_BOOKS : pb::REPAIR_REVERSE;
    case DifferenceClass::kOnlyInBooks:
      return reversal ? pb::REPAIR_REVERSE : pb::REPAIR_SETTLE_AGAIN;
    case DifferenceClass::kAmountsDiffer:
    case DifferenceClass::kTwiceInBooks:
      break;
  }
  return pb::REPAIR_CORRECT_BOOKS;
}

void WriteDifference(const BookDifference& difference, pb::Difference& out) {
  out.set_booked_on(domain::FormatDay(difference.booked_on));
  out.set_difference_class(ClassOf(difference));
  out.set_repair(RepairOf(difference));
  out.set_record_id(difference.row().id.ToString());
  if (difference.ledger) {
    WriteRow(*difference.ledger, difference.booked_on, *out.mutable_ledger());
  }
  if (difference.books) {
    WriteRow(*difference.books, difference.booked_on, *out.mutable_books());
  }
  if (difference.other_day) {
    out.set_other_day(domain::FormatDay(*difference.other_day));
  }
  const std::optional<BookRow>& second =
      difference.other_day ? difference.across : difference.books;
  if (!second) return;
  const BookRow& here = difference.row();
  const BookRow& there = *second;
  if (here.person_id != there.person_id) out.add_fields("person_id");
  if (here.gross != there.gross) out.add_fields("gross_fen");
  if (here.fund_pay != there.fund_pay) out.add_fields("fund_pay_fen");
  if (here.account != there.account) out.add_fields("account_fen");
}

void WriteCounts(const storage::ReconciliationCounts& counts,
                 pb::ReconcileSummary& out) {
  out.set_matched(counts.matched);
  out.set_only_in_ledger(counts.only_in_ledger);
  out.set_only_in_books(counts.only_in_books);
  out.set_amounts_differ(counts.amounts_differ);
  out.set_other_day(counts.other_day);
  out.set_twice_in_books(counts.twice_in_books);
}

std::string TokenOf(const wire::ListDifferencesAsk& ask,
                    const BookDifference& last) {
  return wire::MakePageToken(
      ask.request_id, {domain::FormatDay(last.booked_on),
                       last.row().id.ToString(), absl::StrCat(last.place)});
}

absl::StatusOr<storage::DifferencePlace> PlaceOf(
    const wire::ListDifferencesAsk& ask) {
  storage::DifferencePlace place;
  if (ask.page_token.empty()) return place;
  const auto parts = wire::ReadPageToken(ask.request_id, ask.page_token);
  if (parts && parts->size() == 3) {
    const auto day = domain::ParseDay((*parts)[0]);
    const auto id = domain::SettlementId::Parse((*parts)[1]);
    if (day && id && absl::SimpleAtoi((*parts)[2], &place.place)) {
      place.booked_on = *day;
      place.id = *id;
      return place;
    }
  }
  return MalformedRequest(
      {{"page_token",
        "was not given by a page of this list; send what the page before gave, "
        "with the same other fields"}});
}

// Of a bucket in a map of digests; empty: no rows.
std::string DigestIn(const std::map<int, std::string>& digests, int bucket) {
  const auto found = digests.find(bucket);
  return found == digests.end() ? "" : found->second;
}

// Of what was written for one attempt: whether it still was the latest.
absl::Status CheckLatest(const absl::StatusOr<bool>& written) {
  if (!written.ok()) return written.status();
  if (*written) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   "RECONCILIATION_OVERTAKEN",
                   "The same comparison was begun again since, and goes on "
                   "there; nothing more is taken here.");
}

absl::Status Malformed(std::string_view field, std::string_view why) {
  return MalformedRequest({{std::string(field), std::string(why)}});
}

}  // namespace

absl::StatusOr<std::string> ReconcileTotals(
    const ServiceParts& parts, storage::Books& books,
    const wire::ReconcileTotalsAsk& ask) {
  ONESTOP_RETURN_IF_ERROR(CheckInstitution(parts, ask.span));
  const int64_t as_of = parts.clock().now_ms;
  ONESTOP_RETURN_IF_ERROR(WaitForBooks(books));
  ONESTOP_ASSIGN_OR_RETURN(const auto days,
                           storage::SumDays(books, SpanOf(ask.span)));
  pb::ReconcileTotalsResponse answer;
  storage::BookSums ledger;
  for (const auto& [day, sums] : days) {
    WriteDay(day, sums, *answer.add_days());
    ledger.rows += sums.sums.rows;
    ledger.gross += sums.sums.gross;
    ledger.fund_pay += sums.sums.fund_pay;
    ledger.account += sums.sums.account;
  }
  const storage::BookSums difference{
      ask.rows - ledger.rows, ask.gross - ledger.gross,
      ask.fund_pay - ledger.fund_pay, ask.account - ledger.account};
  answer.set_balanced(difference == storage::BookSums{});
  WriteSums(ledger, *answer.mutable_ledger());
  WriteSums(difference, *answer.mutable_difference());
  wire::SetTime(as_of, *answer.mutable_as_of());
  return answer.SerializeAsString();
}

absl::StatusOr<std::string> ListDifferences(
    storage::Books& books, const Caller& caller,
    const wire::ListDifferencesAsk& ask) {
  ONESTOP_ASSIGN_OR_RETURN(const storage::DifferencePlace after, PlaceOf(ask));
  ONESTOP_ASSIGN_OR_RETURN(const auto run,
                           books.Find(caller.name, ask.request_id));
  if (!run) {
    return MakeError(absl::StatusCode::kNotFound, "RECONCILIATION_UNKNOWN",
                     "no reconciliation was begun under this request id");
  }
  ONESTOP_ASSIGN_OR_RETURN(
      auto page, books.Differences(run->number, after, ask.page_size + 1));
  const bool more = page.size() > static_cast<size_t>(ask.page_size);
  if (more) page.pop_back();
  pb::ListDifferencesResponse answer;
  for (const BookDifference& difference : page) {
    WriteDifference(difference, *answer.add_differences());
  }
  if (more) answer.set_next_page_token(TokenOf(ask, page.back()));
  answer.set_ended(run->ended);
  wire::SetTime(run->as_of_ms, *answer.mutable_as_of());
  if (run->ended) {
    ONESTOP_ASSIGN_OR_RETURN(const auto counts, books.Count(run->number));
    WriteCounts(counts, *answer.mutable_summary());
    *answer.mutable_summary()->mutable_as_of() = answer.as_of();
  }
  return answer.SerializeAsString();
}

absl::StatusOr<pb::ReconcileDetailsResponse> ReconcileSession::Step(
    storage::Books& books, const pb::ReconcileDetailsRequest& request) {
  using Request = pb::ReconcileDetailsRequest;
  pb::ReconcileDetailsResponse answer;
  if (request.step_case() == Request::STEP_NOT_SET) {
    return Malformed("step", "is required; it is not given");
  }
  if (request.has_prepare()) {
    if (summed_) {
      return Malformed("prepare", "is the first message of a stream, if any");
    }
    ONESTOP_RETURN_IF_ERROR(
        Prepare(books, request.prepare(), *answer.mutable_prepared()));
    return answer;
  }
  const bool begins = request.has_begin();
  if (begins == (run_.number != 0)) {
    return Malformed(begins ? "begin" : "step",
                     "begin is the first message of a stream, but for prepare, "
                     "and no other");
  }
  if (begins) {
    ONESTOP_RETURN_IF_ERROR(
        Begin(books, request.begin(), *answer.mutable_begun()));
  } else if (request.has_day()) {
    ONESTOP_ASSIGN_OR_RETURN(const wire::ReconcileDayAsk day,
                             wire::ReconcileDayFromProto(request.day()));
    ONESTOP_RETURN_IF_ERROR(Check(day.booked_on));
    ONESTOP_RETURN_IF_ERROR(Day(books, day, *answer.mutable_wanted()));
  } else if (request.has_rows()) {
    ONESTOP_RETURN_IF_ERROR(
        Rows(books, request.rows(), *answer.mutable_compared()));
  } else {
    ONESTOP_RETURN_IF_ERROR(End(books, *answer.mutable_summary()));
  }
  return answer;
}

absl::Status ReconcileSession::Sum(storage::Books& books,
                                   const wire::ReconcileSpan& span) {
  ONESTOP_RETURN_IF_ERROR(CheckInstitution(parts_, span));
  as_of_ms_ = parts_.clock().now_ms;
  ONESTOP_RETURN_IF_ERROR(WaitForBooks(books));
  span_ = SpanOf(span);
  ONESTOP_ASSIGN_OR_RETURN(ledger_, storage::SumDays(books, span_));
  summed_ = span;
  return absl::OkStatus();
}

absl::Status ReconcileSession::Prepare(storage::Books& books,
                                       const pb::ReconcilePrepare& prepare,
                                       pb::ReconcilePrepared& prepared) {
  ONESTOP_ASSIGN_OR_RETURN(const wire::ReconcileSpan span,
                           wire::ReconcilePrepareFromProto(prepare));
  ONESTOP_RETURN_IF_ERROR(Sum(books, span));
  wire::SetTime(as_of_ms_, *prepared.mutable_as_of());
  return absl::OkStatus();
}

absl::Status ReconcileSession::Begin(storage::Books& books,
                                     const pb::ReconcileBegin& begin,
                                     pb::ReconcileBegun& begun) {
  ONESTOP_ASSIGN_OR_RETURN(const wire::ReconcileBeginAsk ask,
                           wire::ReconcileBeginFromProto(begin));
  if (summed_ != ask.span) {
    ONESTOP_RETURN_IF_ERROR(Sum(books, ask.span));
  }
  storage::Reconciliation asked;
  asked.caller = caller_.name;
  asked.request_id = ask.request_id;
  asked.institution_id = ask.span.institution_id;
  asked.insurance = ask.span.insurance;
  asked.booked = ask.span.booked;
  asked.as_of_ms = as_of_ms_;
  // From here on what the last time found is replaced.
  ONESTOP_ASSIGN_OR_RETURN(storage::Reconciliation run, books.Begin(asked));
  if (!run.SameAs(asked)) {
    return MakeError(absl::StatusCode::kAlreadyExists,
                     domain::refusal::kRequestIdReused,
                     "this request id compared another institution, insurance "
                     "or other days");
  }
  wire::SetTime(asked.as_of_ms, *begun.mutable_as_of());
  for (const auto& [day, sums] : ledger_) {
    WriteDay(day, sums, *begun.add_days());
  }
  run_ = std::move(run);
  return absl::OkStatus();
}

absl::Status ReconcileSession::Check(domain::Day day) const {
  if (!run_.booked.Contains(day)) {
    return Malformed("day.booked_on", "is not one of the days compared");
  }
  if (told_.contains(day)) {
    return Malformed("day.booked_on", "was sent before in this stream");
  }
  return absl::OkStatus();
}

absl::Status ReconcileSession::Day(storage::Books& books,
                                   const wire::ReconcileDayAsk& day,
                                   pb::ReconcileWanted& wanted) {
  const BookDaySums& ledger = ledger_[day.booked_on];
  ONESTOP_ASSIGN_OR_RETURN(const auto before,
                           books.Compared(run_.number, day.booked_on));
  std::map<int, const ComparedBucket*> compared;
  for (const ComparedBucket& one : before) compared[one.bucket] = &one;
  std::set<int> numbers;
  for (const auto& [bucket, digest] : ledger.buckets) numbers.insert(bucket);
  for (const auto& [bucket, digest] : day.buckets) numbers.insert(bucket);
  Wanted& missing = told_[day.booked_on];
  std::vector<int> kept;
  std::vector<ComparedBucket> done;
  for (const int bucket : numbers) {
    const std::string here = DigestIn(ledger.buckets, bucket);
    const std::string there = DigestIn(day.buckets, bucket);
    const auto known = compared.find(bucket);
    if (known != compared.end() && known->second->ledger == here &&
        known->second->books == there) {
      kept.push_back(bucket);
    } else if (here == there) {
      done.push_back({bucket, here, there, ledger.rows.at(bucket), {}});
    } else if (there.empty()) {
      ONESTOP_ASSIGN_OR_RETURN(ComparedBucket one,
                               Compare(books, day.booked_on, bucket, "", {}));
      done.push_back(std::move(one));
    } else {
      missing[bucket] = there;
      wanted.add_buckets(bucket);
    }
  }
  ONESTOP_RETURN_IF_ERROR(
      CheckLatest(books.KeepOnly(run_, day.booked_on, kept)));
  if (done.empty()) return absl::OkStatus();
  return CheckLatest(books.Put(run_, day.booked_on, done));
}

absl::StatusOr<ComparedBucket> ReconcileSession::Compare(
    storage::Books& books, domain::Day day, int bucket,
    const std::string& digest, std::vector<BookRow> rows) const {
  ONESTOP_ASSIGN_OR_RETURN(auto ledger,
                           storage::ReadBucket(books, span_, day, bucket));
  storage::BucketComparison compared =
      storage::CompareBucket(day, std::move(ledger), std::move(rows));
  const auto sums = ledger_.find(day);
  return ComparedBucket{
      bucket,
      sums == ledger_.end() ? "" : DigestIn(sums->second.buckets, bucket),
      digest, compared.matched, std::move(compared.differences)};
}

absl::StatusOr<std::vector<BookRow>> ReconcileSession::ReadRows(
    const pb::BookBucketRows& sent, const std::string& path) const {
  std::vector<BookRow> rows;
  for (int i = 0; i < sent.rows_size(); ++i) {
    const std::string at = absl::StrCat(path, ".rows[", i, "]");
    ONESTOP_ASSIGN_OR_RETURN(const wire::ReconcileRow row,
                             wire::ReconcileRowFromProto(sent.rows(i), at));
    BookRow read{row.settlement_id
                     ? *row.settlement_id
                     : storage::DeriveSettlementId(
                           run_.institution_id, row.person_id, row.request_id),
                 row.person_id,
                 row.request_id,
                 row.reversal,
                 row.gross,
                 row.fund_pay,
                 row.account};
    if (row.reversal) read.id = storage::DeriveReversalId(read.id);
    if (storage::BucketOf(read.id) != sent.bucket()) {
      return Malformed(
          at, absl::StrCat("belongs to bucket ", storage::BucketOf(read.id)));
    }
    rows.push_back(std::move(read));
  }
  return rows;
}

absl::Status ReconcileSession::Rows(storage::Books& books,
                                    const pb::ReconcileRows& sent,
                                    pb::ReconcileCompared& compared) {
  const auto day = domain::ParseDay(sent.booked_on());
  const auto told = day ? told_.find(*day) : told_.end();
  if (told == told_.end()) {
    return Malformed("rows.booked_on", "is not a day that was sent before");
  }
  std::vector<ComparedBucket> done;
  for (int i = 0; i < sent.buckets_size(); ++i) {
    const std::string path = absl::StrCat("rows.buckets[", i, "]");
    const auto wanted = told->second.find(sent.buckets(i).bucket());
    if (wanted == told->second.end()) {
      return Malformed(path + ".bucket", "was not asked for");
    }
    ONESTOP_ASSIGN_OR_RETURN(auto rows, ReadRows(sent.buckets(i), path));
    std::vector<storage::BookLine> lines;
    for (const BookRow& row : rows) lines.push_back(storage::LineOf(row));
    std::sort(lines.begin(), lines.end());
    if (storage::DigestLines(lines.data(), lines.size()) != wanted->second) {
      return Malformed(path, "these rows do not have the digest that was sent");
    }
    ONESTOP_ASSIGN_OR_RETURN(
        ComparedBucket one,
        Compare(books, *day, wanted->first, wanted->second, std::move(rows)));
    compared.set_matched(compared.matched() + one.matched);
    compared.set_differences(compared.differences() +
                             static_cast<int64_t>(one.differences.size()));
    done.push_back(std::move(one));
    told->second.erase(wanted);
  }
  return CheckLatest(books.Put(run_, *day, done));
}

absl::Status ReconcileSession::End(storage::Books& books,
                                   pb::ReconcileSummary& summary) {
  for (const auto& [day, wanted] : told_) {
    if (wanted.empty()) continue;
    return Malformed("end",
                     absl::StrCat("rows of ", wanted.size(), " buckets of ",
                                  domain::FormatDay(day), " were not sent"));
  }
  for (domain::Day day = run_.booked.from; day <= run_.booked.until;
       day = day + 1) {
    if (told_.contains(day)) continue;
    pb::ReconcileWanted none;
    ONESTOP_RETURN_IF_ERROR(Day(books, {day, {}}, none));
  }
  ONESTOP_RETURN_IF_ERROR(CheckLatest(books.End(run_)));
  ONESTOP_ASSIGN_OR_RETURN(const storage::ReconciliationCounts counts,
                           books.Count(run_.number));
  WriteCounts(counts, summary);
  wire::SetTime(run_.as_of_ms, *summary.mutable_as_of());
  BatchStats& stats = parts_.batch.stats();
  stats.reconciliations.Add(1);
  const std::array<int64_t, kRowResults.size()> results = {
      counts.matched,        counts.only_in_ledger, counts.only_in_books,
      counts.amounts_differ, counts.other_day,      counts.twice_in_books};
  for (size_t i = 0; i < results.size(); ++i) {
    stats.rows[i].Add(static_cast<uint64_t>(results[i]));
  }
  return absl::OkStatus();
}

}  // namespace onestop::server
