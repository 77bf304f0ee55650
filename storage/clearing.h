// Clearing: which settlements of an institution count in which month, what they
// come to, what is owed for it and what of that was paid.
#ifndef ONESTOP_STORAGE_CLEARING_H_
#define ONESTOP_STORAGE_CLEARING_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/person.h"
#include "domain/settlement.h"
#include "domain/units.h"

namespace onestop::storage {

// Where a row stands in its statement: they ascend by day and id.
struct CountedPlace {
  domain::Day booked_on;
  domain::SettlementId id;
  friend auto operator<=>(const CountedPlace&, const CountedPlace&) = default;
};

// An institution's month. It is cut first: from then on it is settled which
// rows count in it. It is closed when its sums are written.
struct ClearingStatement {
  std::string institution_id;
  domain::Day month;   // its first day
  domain::Day due_on;  // by when it is to be paid
  // Given at the cut: 1, 2, 3, … of all institutions.
  int64_t number = 0;
  int64_t cut_at_ms = 0;
  // No row that counts was booked before: the month's first day, or the first
  // day of what came late.
  domain::Day first_day;
  CountedPlace shared_until;  // shares are kept of the rows up to here
  std::optional<int64_t> closed_at_ms;

  // All its rows stand after this place.
  CountedPlace Begin() const { return {first_day, {}}; }
};

// A settlement or a reversal that counts; amounts are fen, negative in a
// reversal.
struct CountedRow {
  CountedPlace place;  // the id is a reversal's own
  std::string person_id;
  std::string request_id;  // of the settle
  bool reversal = false;
  std::string region;  // whose fund pays
  domain::Insurance insurance = domain::Insurance::kUnspecified;
  int64_t gross = 0;
  int64_t fund_pay = 0;
  int64_t critical_illness = 0;
  int64_t large_amount = 0;
  int64_t medical_assistance = 0;
  int64_t commercial = 0;
  int64_t account = 0;  // own account and relatives' accounts

  int64_t SchemePay() const {
    return fund_pay - critical_illness - large_amount - medical_assistance -
           commercial;
  }
};

// With the bytes that the settlement was answered with; of a reversal those of
// what it took back.
struct AnsweredRow {
  CountedRow row;
  std::string reply;
};

// What one scheme has to do with one row: the lines that start in it, and what
// it paid, for these and for what overflowed into it. No scheme: "".
struct ClearingShare {
  std::string scheme;
  int64_t gross = 0;
  int64_t pay = 0;
  // Of these, of drugs that were negotiated on the service date …
  int64_t negotiated_gross = 0;
  int64_t negotiated_pay = 0;
  // … and of centrally procured drugs for the two diseases.
  int64_t procured_gross = 0;
  int64_t procured_pay = 0;
  friend bool operator==(const ClearingShare&, const ClearingShare&) = default;
};

struct SharedRow {
  CountedRow row;
  std::vector<ClearingShare> shares;
};

// The rows of a pooling region and an insurance, summed.
struct ClearingPart {
  std::string region;
  domain::Insurance insurance = domain::Insurance::kUnspecified;
  int64_t settlements = 0;
  int64_t reversals = 0;
  int64_t late = 0;     // of both: booked in an earlier month
  int64_t persons = 0;  // who have a settlement among them
  int64_t gross = 0;
  int64_t scheme_pay = 0;
  int64_t critical_illness = 0;
  int64_t large_amount = 0;
  int64_t medical_assistance = 0;
  int64_t commercial = 0;
  int64_t account = 0;

  int64_t FundPay() const {
    return scheme_pay + critical_illness + large_amount + medical_assistance +
           commercial;
  }
  friend bool operator==(const ClearingPart&, const ClearingPart&) = default;
};

// The shares of a scheme in a part, summed.
struct ClearingSchemeLine {
  std::string region;
  domain::Insurance insurance = domain::Insurance::kUnspecified;
  int64_t settlements = 0;
  int64_t reversals = 0;
  int64_t persons = 0;
  ClearingShare sums;  // and which scheme
  friend bool operator==(const ClearingSchemeLine&,
                         const ClearingSchemeLine&) = default;
};

// Stored: never change a number.
enum class AdjustmentKind : uint8_t {
  kUnspecified = 0,
  kDeduction = 1,         // taken off after an audit
  kPrepaymentOffset = 2,  // paid in advance before, set off now
  kAdvance = 3,           // paid in advance with this statement
};

// A line of a statement that no settlement makes.
struct ClearingAdjustment {
  std::string caller;
  std::string request_id;  // the sender's, unique per caller
  std::string institution_id;
  domain::Day month;
  std::string region;
  AdjustmentKind kind = AdjustmentKind::kUnspecified;
  int64_t amount = 0;  // fen, above 0
  std::string reason;
  std::string operator_id;
  int64_t recorded_at_ms = 0;  // given by the store

  // What it adds to what is owed.
  int64_t Owed() const {
    return kind == AdjustmentKind::kAdvance ? amount : -amount;
  }
  bool SameAs(const ClearingAdjustment& other) const {
    return institution_id == other.institution_id && month == other.month &&
           region == other.region && kind == other.kind &&
           amount == other.amount && reason == other.reason &&
           operator_id == other.operator_id;
  }
};

// What a pooling region owes by a statement.
struct ClearingPayable {
  std::string region;
  int64_t fund_pay = 0;
  int64_t account = 0;
  int64_t adjusted = 0;
  int64_t Payable() const { return fund_pay + account + adjusted; }
  friend bool operator==(const ClearingPayable&,
                         const ClearingPayable&) = default;
};

// What a pooling region paid on a statement.
struct ClearingPayment {
  std::string caller;
  std::string request_id;  // the sender's, unique per caller
  int64_t number = 0;      // the statement's
  std::string region;
  int64_t amount = 0;  // fen, above 0
  domain::Day paid_on;
  std::string reference;       // the bank's
  int64_t recorded_at_ms = 0;  // given by the store

  bool SameAs(const ClearingPayment& other) const {
    return number == other.number && region == other.region &&
           amount == other.amount && paid_on == other.paid_on &&
           reference == other.reference;
  }
};

struct ClearingSums {
  std::vector<ClearingPart> parts;          // by region and insurance
  std::vector<ClearingSchemeLine> schemes;  // and by scheme
};

// A closed statement, whole.
struct ClearingContent {
  ClearingSums sums;
  std::vector<ClearingPayable> payables;        // by region
  std::vector<ClearingAdjustment> adjustments;  // in the order of recording
  std::vector<ClearingPayment> payments;        // in the order of recording
};

struct CutResult {
  // Without a number: it was not cut, because of one of these.
  ClearingStatement statement;
  // Of the institution, when it is later than the one asked for.
  std::optional<domain::Day> last_cut;
  // Holds what no statement counts, and is to be closed before.
  std::optional<domain::Day> first_open;
};

enum class ClearingWrite : uint8_t {
  kWritten,
  kKnown,    // it was written before
  kReused,   // the request id wrote something else
  kCut,      // an adjustment: its month, or a later one, is cut
  kUnknown,  // a payment: no such closed statement, or the region owes nothing
  kTooMuch,  // a payment: more than is left to pay
};

// As PaymentState of proto/onestop/v1/clearing.proto.
enum class DueState : uint8_t {
  kAny = 0,
  kOpen = 1,  // something is left to pay; of a filter: overdue or not
  kOverdue = 2,
  kPaid = 3,
  kOwedBack = 4,
  kNotClosed = 5,  // cut, and without sums
};

struct DueFilter {
  std::string institution_id;  // empty: any
  std::string region;          // empty: any
  domain::Period months;       // by their first days
  DueState state = DueState::kAny;
  domain::Day today;
};

// A region's part of a closed statement. One without any row and adjustment,
// and one that is cut and not closed, is listed once, without a region.
struct DueRow {
  ClearingStatement statement;
  std::string region;
  int64_t payable = 0;
  int64_t paid = 0;
  std::optional<domain::Day> last_paid_on;
};

struct DuePlace {
  int64_t number = 0;
  std::string region;
};

// Which rows of a statement are listed.
struct CountedFilter {
  std::string region;  // empty: any, with any insurance
  domain::Insurance insurance = domain::Insurance::kUnspecified;
  std::optional<std::string> scheme;  // then region and insurance are given
  bool late_only = false;
};

// A listed row; with its share where a scheme was asked for.
struct ListedRow {
  CountedRow row;
  std::optional<ClearingShare> share;
};

// What belongs to one statement is settled by Cut and by nothing else: a row
// counts in the month in which it was booked or, if that month is cut when the
// books take it in, in the first one that is not. So each row counts in exactly
// one. Not thread-safe: each thread has its own, over the same data. Errors as
// Store's.
class Clearings {
 public:
  virtual ~Clearings() = default;

  // Fixes what counts in the month: what the books hold now and no statement
  // counts, of this month. A month that was cut before is answered as it is.
  // BOOK_BEHIND (UNAVAILABLE): the books are being made again.
  virtual absl::StatusOr<CutResult> Cut(const ClearingStatement& asked) = 0;
  virtual absl::StatusOr<std::optional<ClearingStatement>> FindStatement(
      std::string_view institution_id, domain::Day month) = 0;

  // The statement's rows after a place, at most `limit`. INVARIANT_BROKEN: the
  // ledger lacks one.
  virtual absl::StatusOr<std::vector<AnsweredRow>> ReadAnswered(
      const ClearingStatement& statement, const CountedPlace& after,
      int limit) = 0;
  // Keeps the shares of all rows up to a place. Rows that were kept before are
  // passed over.
  virtual absl::Status PutShares(int64_t number, const CountedPlace& until,
                                 const std::vector<SharedRow>& rows) = 0;
  // The parts by the books, the schemes by the shares.
  virtual absl::StatusOr<ClearingSums> Sum(
      const ClearingStatement& statement) = 0;
  virtual absl::StatusOr<std::vector<ClearingAdjustment>> Adjustments(
      std::string_view institution_id, domain::Day month) = 0;
  // Writes the sums, once; they do not change after that.
  virtual absl::Status Close(int64_t number, const ClearingSums& sums,
                             const std::vector<ClearingPayable>& payables) = 0;

  // Of a closed statement.
  virtual absl::StatusOr<ClearingContent> Content(
      const ClearingStatement& statement) = 0;
  virtual absl::StatusOr<std::vector<ListedRow>> ListCounted(
      const ClearingStatement& statement, const CountedFilter& filter,
      const CountedPlace& after, int limit) = 0;

  virtual absl::StatusOr<ClearingWrite> Adjust(
      const ClearingAdjustment& adjustment) = 0;
  virtual absl::StatusOr<ClearingWrite> Pay(const ClearingPayment& payment) = 0;
  // By number and region. What is not closed is of every region.
  virtual absl::StatusOr<std::vector<DueRow>> ListDue(const DueFilter& filter,
                                                      const DuePlace& after,
                                                      int limit) = 0;
};

// The month's first day.
domain::Day FirstOfMonth(domain::Day day);
// The first day of the month after that.
domain::Day NextMonth(domain::Day month);

// What each region owes, ascending.
std::vector<ClearingPayable> PayablesOf(
    const std::vector<ClearingPart>& parts,
    const std::vector<ClearingAdjustment>& adjustments);

// How it stands: anything but kAny.
DueState StateOf(const DueRow& row, domain::Day today);

// INVARIANT_BROKEN (INTERNAL) unless what the schemes paid, and the lines that
// start in them, add up to every part.
absl::Status CheckSums(const ClearingSums& sums);

// Gives the shares of a row by what was answered; of a reversal they are
// negative.
using ShareReader = std::function<absl::StatusOr<std::vector<ClearingShare>>(
    const AnsweredRow& answered)>;

// Rows that are held at once while a statement is worked out.
inline constexpr int kSharedPage = 200;

// Works a statement that was cut out to its end, from where it stopped, a page
// of rows at a time. Whoever stops it, and however often: the same comes out.
// Used by one thread at a time.
class StatementWork {
 public:
  explicit StatementWork(ClearingStatement cut, int page_rows = kSharedPage)
      : cut_(std::move(cut)),
        place_(cut_.shared_until),
        page_rows_(page_rows) {}

  // Keeps the shares of one more page or, when there is none, closes the
  // statement: then gives it as it is closed, before that nothing. One that was
  // closed is given at once. INVARIANT_BROKEN (INTERNAL): the shares do not add
  // up to the ledger; nothing was closed.
  absl::StatusOr<std::optional<ClearingStatement>> Step(
      Clearings& clearings, const ShareReader& read);

 private:
  absl::StatusOr<std::optional<ClearingStatement>> Close(Clearings& clearings);

  const ClearingStatement cut_;
  CountedPlace place_;  // shares are kept of the rows up to here
  const int page_rows_;
};

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_CLEARING_H_
