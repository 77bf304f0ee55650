// Lists what statements are made of, records what is paid.
#include "server/clearing.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "domain/reason.h"
#include "server/clearing_answers.h"
#include "wire/page_token.h"

namespace onestop::server {
namespace {

namespace pb = ::onestop::v1;
using storage::ClearingStatement;
using storage::ClearingWrite;

absl::Status Refused(std::string_view reason, std::string why) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason,
                   std::move(why));
}

absl::Status StatementUnknown(const wire::StatementAsk& ask) {
  return MakeError(absl::StatusCode::kNotFound, "STATEMENT_UNKNOWN",
                   absl::StrCat(wire::FormatMonth(ask.month),
                                " is not closed for this institution"));
}

absl::Status IdReused() {
  return MakeError(absl::StatusCode::kAlreadyExists,
                   domain::refusal::kRequestIdReused,
                   "this request id recorded something else");
}

absl::StatusOr<ClearingStatement> FindClosed(storage::Books& books,
                                             const wire::StatementAsk& ask) {
  ONESTOP_ASSIGN_OR_RETURN(const auto found,
                           books.FindStatement(ask.institution_id, ask.month));
  if (!found) return StatementUnknown(ask);
  if (!found->closed_at_ms) {
    return MakeError(
        absl::StatusCode::kNotFound, "STATEMENT_UNKNOWN",
        absl::StrCat(wire::FormatMonth(ask.month), " was cut as statement ",
                     found->number,
                     " and its closing cut short: close it again"));
  }
  return *found;
}

// The place of a token; nullopt: it was not given by this list.
std::optional<std::vector<std::string>> PlaceIn(const wire::PageAsk& page) {
  auto place = wire::ReadPageToken(page.question, page.token);
  if (place && place->size() != 2) return std::nullopt;
  return place;
}

absl::Status BadToken() {
  return MalformedRequest(
      {{"page_token",
        "was not given by a page of this list; send what the page "
        "before gave, with the same other fields"}});
}

absl::StatusOr<storage::DuePlace> DuePlaceOf(const wire::PageAsk& page) {
  storage::DuePlace after;
  if (page.token.empty()) return after;
  const auto place = PlaceIn(page);
  if (!place || !absl::SimpleAtoi((*place)[0], &after.number)) {
    return BadToken();
  }
  after.region = (*place)[1];
  return after;
}

absl::StatusOr<storage::CountedPlace> CountedPlaceOf(
    const wire::PageAsk& page, const ClearingStatement& statement) {
  if (page.token.empty()) return statement.Begin();
  const auto place = PlaceIn(page);
  const auto day = place ? domain::ParseDay((*place)[0]) : std::nullopt;
  const auto id =
      place ? domain::SettlementId::Parse((*place)[1]) : std::nullopt;
  if (!day || !id) return BadToken();
  return storage::CountedPlace{*day, *id};
}

}  // namespace

absl::Status CheckInstitutionKnown(const ServiceParts& parts,
                                   const std::string& institution_id) {
  if (parts.snapshots.Current()->catalog.FindInstitution(institution_id) !=
      nullptr) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kNotFound,
                   domain::refusal::kInstitutionUnknown, "no such institution");
}

absl::StatusOr<pb::Statement> WholeStatement(storage::Books& books,
                                             const ClearingStatement& head) {
  ONESTOP_ASSIGN_OR_RETURN(const storage::ClearingContent content,
                           books.Content(head));
  pb::Statement statement;
  WriteStatement(head, content, statement);
  return statement;
}

absl::StatusOr<std::string> GetStatement(storage::Books& books,
                                         const wire::StatementAsk& ask) {
  ONESTOP_ASSIGN_OR_RETURN(const auto found, FindClosed(books, ask));
  pb::GetStatementResponse answer;
  ONESTOP_ASSIGN_OR_RETURN(*answer.mutable_statement(),
                           WholeStatement(books, found));
  return answer.SerializeAsString();
}

absl::StatusOr<std::string> ListStatements(const ServiceParts& parts,
                                           storage::Books& books,
                                           const wire::ListStatementsAsk& ask) {
  ONESTOP_ASSIGN_OR_RETURN(const storage::DuePlace after, DuePlaceOf(ask.page));
  const storage::DueFilter filter{ask.institution_id, ask.region, ask.months,
                                  static_cast<storage::DueState>(ask.state),
                                  *parts.clock().today};
  ONESTOP_ASSIGN_OR_RETURN(auto rows,
                           books.ListDue(filter, after, ask.page.size + 1));
  const bool more = rows.size() > static_cast<size_t>(ask.page.size);
  if (more) rows.pop_back();
  pb::ListStatementsResponse answer;
  for (const storage::DueRow& row : rows) {
    WriteDue(row, filter.today, *answer.add_statements());
  }
  if (more) {
    answer.set_next_page_token(wire::MakePageToken(
        ask.page.question,
        {absl::StrCat(rows.back().statement.number), rows.back().region}));
  }
  return answer.SerializeAsString();
}

absl::StatusOr<std::string> ListStatementSettlements(
    storage::Books& books, const wire::ListStatementSettlementsAsk& ask) {
  ONESTOP_ASSIGN_OR_RETURN(const auto statement,
                           FindClosed(books, ask.statement));
  ONESTOP_ASSIGN_OR_RETURN(const storage::CountedPlace after,
                           CountedPlaceOf(ask.page, statement));
  const storage::CountedFilter filter{ask.region, ask.insurance, ask.scheme,
                                      ask.late_only};
  ONESTOP_ASSIGN_OR_RETURN(
      auto rows,
      books.ListCounted(statement, filter, after, ask.page.size + 1));
  const bool more = rows.size() > static_cast<size_t>(ask.page.size);
  if (more) rows.pop_back();
  pb::ListStatementSettlementsResponse answer;
  for (const storage::ListedRow& row : rows) {
    WriteListed(row, statement.month, *answer.add_settlements());
  }
  if (more) {
    const storage::CountedPlace& last = rows.back().row.place;
    answer.set_next_page_token(wire::MakePageToken(
        ask.page.question,
        {domain::FormatDay(last.booked_on), last.id.ToString()}));
  }
  return answer.SerializeAsString();
}

absl::StatusOr<std::string> AdjustStatement(
    const ServiceParts& parts, storage::Books& books, const Caller& caller,
    const wire::AdjustStatementAsk& ask) {
  ONESTOP_RETURN_IF_ERROR(
      CheckInstitutionKnown(parts, ask.statement.institution_id));
  if (!parts.snapshots.Current()->policy->HasRegion(ask.region)) {
    return MalformedRequest({{"pooling_region", "is no region of the policy"}});
  }
  storage::ClearingAdjustment adjustment;
  adjustment.caller = caller.name;
  adjustment.request_id = ask.request_id;
  adjustment.institution_id = ask.statement.institution_id;
  adjustment.month = ask.statement.month;
  adjustment.region = ask.region;
  adjustment.kind = static_cast<storage::AdjustmentKind>(ask.kind);
  adjustment.amount = ask.amount;
  adjustment.reason = ask.reason;
  adjustment.operator_id = ask.operator_id;
  ONESTOP_ASSIGN_OR_RETURN(const ClearingWrite write, books.Adjust(adjustment));
  if (write == ClearingWrite::kReused) return IdReused();
  if (write == ClearingWrite::kCut) {
    return Refused("MONTH_CLOSED",
                   "This month, or a later one, is closed; adjust one that is "
                   "open.");
  }
  return pb::AdjustStatementResponse().SerializeAsString();
}

absl::StatusOr<std::string> RecordPayment(const ServiceParts& parts,
                                          storage::Books& books,
                                          const Caller& caller,
                                          const wire::RecordPaymentAsk& ask) {
  const domain::Day today = *parts.clock().today;
  if (ask.paid_on > today) {
    return MalformedRequest(
        {{"paid_on",
          absl::StrCat("lies after today, ", domain::FormatDay(today))}});
  }
  ONESTOP_ASSIGN_OR_RETURN(const auto statement,
                           FindClosed(books, ask.statement));
  storage::ClearingPayment payment;
  payment.caller = caller.name;
  payment.request_id = ask.request_id;
  payment.number = statement.number;
  payment.region = ask.region;
  payment.amount = ask.amount;
  payment.paid_on = ask.paid_on;
  payment.reference = ask.reference;
  ONESTOP_ASSIGN_OR_RETURN(const ClearingWrite write, books.Pay(payment));
  if (write == ClearingWrite::kReused) return IdReused();
  if (write == ClearingWrite::kUnknown) {
    return MalformedRequest(
        {{"pooling_region", "owes nothing by this statement"}});
  }
  if (write == ClearingWrite::kTooMuch) {
    return Refused("PAYMENT_TOO_MUCH",
                   "The payment is more than what is left to pay of the "
                   "region's part; nothing was recorded.");
  }
  return pb::RecordPaymentResponse().SerializeAsString();
}

}  // namespace onestop::server
