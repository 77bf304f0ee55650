// Clearing on PostgreSQL: the cut, shares, sums and what is written at the end.
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "storage/book_sql.h"
#include "storage/clearing_sql.h"
#include "storage/pg_books.h"
#include "storage/pg_clearing_rows.h"

namespace onestop::storage {
namespace {

using Reply = PgReply::End;
using Type = PgArray::Type;

PgParameters MonthParameters(std::string_view institution_id,
                             domain::Day month) {
  PgParameters parameters;
  parameters.Scalar(institution_id);
  parameters.Scalar(month);
  return parameters;
}

PgParameters NumberParameters(int64_t number) {
  PgParameters parameters;
  parameters.Scalar(number);
  return parameters;
}

void AddColumns(PgParameters& parameters, Type type, auto&& rows,
                auto&& value) {
  PgArray& column = parameters.Array(type);
  for (const auto& row : rows) column.Add(value(row));
}

// A column of numbers each: members of the rows.
template <typename Row>
void AddNumbers(PgParameters& parameters, const std::vector<Row>& rows,
                std::initializer_list<int64_t Row::*> members) {
  for (int64_t Row::*member : members) {
    AddColumns(parameters, Type::kInt8, rows,
               [member](const Row& row) { return row.*member; });
  }
}

template <typename Row>
void AddWho(PgParameters& parameters, const std::vector<Row>& rows) {
  AddColumns(parameters, Type::kText, rows,
             [](const Row& row) { return std::string_view(row.region); });
  AddColumns(parameters, Type::kInt2, rows, [](const Row& row) {
    return static_cast<int64_t>(row.insurance);
  });
}

PgParameters PartParameters(int64_t number,
                            const std::vector<ClearingPart>& parts) {
  PgParameters parameters = NumberParameters(number);
  AddWho(parameters, parts);
  AddNumbers(parameters, parts,
             {&ClearingPart::settlements, &ClearingPart::reversals,
              &ClearingPart::late, &ClearingPart::persons, &ClearingPart::gross,
              &ClearingPart::scheme_pay, &ClearingPart::critical_illness,
              &ClearingPart::large_amount, &ClearingPart::medical_assistance,
              &ClearingPart::commercial, &ClearingPart::account});
  return parameters;
}

PgParameters SchemeParameters(int64_t number,
                              const std::vector<ClearingSchemeLine>& lines) {
  PgParameters parameters = NumberParameters(number);
  AddWho(parameters, lines);
  AddColumns(parameters, Type::kText, lines,
             [](const ClearingSchemeLine& line) {
               return std::string_view(line.sums.scheme);
             });
  AddNumbers(parameters, lines,
             {&ClearingSchemeLine::settlements, &ClearingSchemeLine::reversals,
              &ClearingSchemeLine::persons});
  for (const auto member : kShareAmounts) {
    AddColumns(
        parameters, Type::kInt8, lines,
        [member](const ClearingSchemeLine& line) { return line.sums.*member; });
  }
  return parameters;
}

PgParameters PayableParameters(int64_t number,
                               const std::vector<ClearingPayable>& payables) {
  PgParameters parameters = NumberParameters(number);
  AddColumns(parameters, Type::kText, payables, [](const ClearingPayable& one) {
    return std::string_view(one.region);
  });
  AddNumbers(parameters, payables,
             {&ClearingPayable::fund_pay, &ClearingPayable::account,
              &ClearingPayable::adjusted});
  return parameters;
}

PgParameters ShareParameters(int64_t number,
                             const std::vector<SharedRow>& rows) {
  PgParameters parameters = NumberParameters(number);
  PgArray& region = parameters.Array(Type::kText);
  PgArray& insurance = parameters.Array(Type::kInt2);
  PgArray& scheme = parameters.Array(Type::kText);
  PgArray& day = parameters.Array(Type::kDate);
  PgArray& id = parameters.Array(Type::kUuid);
  PgArray& kind = parameters.Array(Type::kInt2);
  PgArray& person = parameters.Array(Type::kText);
  std::vector<PgArray*> amounts;
  for (size_t i = 0; i < kShareAmounts.size(); ++i) {
    amounts.push_back(&parameters.Array(Type::kInt8));
  }
  for (const SharedRow& shared : rows) {
    for (const ClearingShare& share : shared.shares) {
      region.Add(shared.row.region);
      insurance.Add(static_cast<int64_t>(shared.row.insurance));
      scheme.Add(share.scheme);
      day.Add(shared.row.place.booked_on);
      id.Add(shared.row.place.id);
      kind.Add(int64_t{shared.row.reversal ? 2 : 1});
      person.Add(shared.row.person_id);
      for (size_t i = 0; i < kShareAmounts.size(); ++i) {
        amounts[i]->Add(share.*kShareAmounts[i]);
      }
    }
  }
  return parameters;
}

// What stands against cutting the month; nothing: it may be cut.
CutResult Judge(const PgReply& looked, domain::Day month) {
  CutResult result;
  const PgRows& open = looked.rows[1];
  if (looked.rows[0].size() > 0) {
    result.statement = StatementOf(looked.rows[0], 0);
  } else if (!open.IsNull(0, 0) && open.Date(0, 0) > month) {
    result.last_cut = open.Date(0, 0);
  } else if (!open.IsNull(0, 1)) {
    result.first_open = open.Date(0, 1);
  }
  return result;
}

}  // namespace

absl::StatusOr<std::optional<ClearingStatement>> PgBooks::FindStatement(
    std::string_view institution_id, domain::Day month) {
  if (!Storable(institution_id)) return std::nullopt;
  PgParameters key = MonthParameters(institution_id, month);
  const PgReply reply = Run({{sql::kFindStatement, &key}});
  if (reply.end != Reply::kDone) return StoreError(reply);
  if (reply.rows[0].size() == 0) return std::nullopt;
  return StatementOf(reply.rows[0], 0);
}

absl::StatusOr<CutResult> PgBooks::Cut(const ClearingStatement& asked) {
  PgParameters found_by = MonthParameters(asked.institution_id, asked.month);
  PgParameters key = found_by;
  const PgReply held = Run({{sql::kBegin}, {sql::kHoldBookState}});
  if (held.end != Reply::kDone) return GiveUp(held);
  const PgReply looked = connection_.Run(
      {{sql::kFindStatement, &found_by}, {sql::kOpenMonths, &key}});
  if (looked.end != Reply::kDone) return GiveUp(looked);
  CutResult result = Judge(looked, asked.month);
  const bool cuts =
      result.statement.number == 0 && !result.last_cut && !result.first_open;
  const PgRows& state = held.rows[1];
  if (!cuts || !CaughtUp(state)) {
    const PgReply ended = connection_.Run({{sql::kRollback}});
    if (ended.end != Reply::kDone) return GiveUp(ended);
    if (!cuts) return result;
    return MakeError(absl::StatusCode::kUnavailable, "BOOK_BEHIND",
                     "The projection of settlements is being made again; "
                     "nothing was closed. Send the same again.");
  }
  PgParameters cut = MonthParameters(asked.institution_id, asked.month);
  cut.Scalar(asked.due_on);
  cut.Scalar(state.Int(0, 0));
  PgParameters again = MonthParameters(asked.institution_id, asked.month);
  const PgReply reply = connection_.Run({{sql::kCutStatement, &cut},
                                         {sql::kFindStatement, &again},
                                         {sql::kCommit}});
  if (reply.end != Reply::kDone) return GiveUp(reply);
  result.statement = StatementOf(reply.rows[1], 0);
  return result;
}

absl::StatusOr<std::vector<AnsweredRow>> PgBooks::ReadAnswered(
    const ClearingStatement& statement, const CountedPlace& after, int limit) {
  PgParameters span = CountedParameters(statement, after, limit);
  const PgReply reply = Run({{sql::kReadAnswered, &span}});
  if (reply.end != Reply::kDone) return StoreError(reply);
  const PgRows& rows = reply.rows[0];
  std::vector<AnsweredRow> answered;
  for (int i = 0; i < rows.size(); ++i) {
    CountedRow row = CountedOf(rows, i);
    if (rows.IsNull(i, kCountedColumns)) {
      return MakeError(absl::StatusCode::kInternal, "INVARIANT_BROKEN",
                       absl::StrCat("The books hold ", row.place.id.ToString(),
                                    ", which the ledger lacks. The statement "
                                    "was not written."));
    }
    answered.push_back({std::move(row), rows.Text(i, kCountedColumns)});
  }
  return answered;
}

absl::Status PgBooks::PutShares(int64_t number, const CountedPlace& until,
                                const std::vector<SharedRow>& rows) {
  PgParameters shares = ShareParameters(number, rows);
  PgParameters place = NumberParameters(number);
  place.Scalar(until.booked_on);
  place.Scalar(until.id);
  const PgReply reply =
      Run({{sql::kPutShares, &shares}, {sql::kMoveShares, &place}});
  return reply.end == Reply::kDone ? absl::OkStatus() : StoreError(reply);
}

absl::StatusOr<ClearingSums> PgBooks::Sum(const ClearingStatement& statement) {
  PgParameters span =
      MonthParameters(statement.institution_id, statement.month);
  span.Scalar(statement.first_day);
  PgParameters number = NumberParameters(statement.number);
  const PgReply reply =
      Run({{sql::kSumParts, &span}, {sql::kSumSchemes, &number}});
  if (reply.end != Reply::kDone) return StoreError(reply);
  return ClearingSums{PartsOf(reply.rows[0]), SchemeLinesOf(reply.rows[1])};
}

absl::StatusOr<std::vector<ClearingAdjustment>> PgBooks::Adjustments(
    std::string_view institution_id, domain::Day month) {
  PgParameters key = MonthParameters(institution_id, month);
  const PgReply reply = Run({{sql::kReadAdjustments, &key}});
  if (reply.end != Reply::kDone) return StoreError(reply);
  return AdjustmentsOf(reply.rows[0]);
}

absl::Status PgBooks::Close(int64_t number, const ClearingSums& sums,
                            const std::vector<ClearingPayable>& payables) {
  PgParameters parts = PartParameters(number, sums.parts);
  PgParameters schemes = SchemeParameters(number, sums.schemes);
  PgParameters owed = PayableParameters(number, payables);
  PgParameters key = NumberParameters(number);
  const PgReply reply = Run({{sql::kWriteParts, &parts},
                             {sql::kWriteSchemes, &schemes},
                             {sql::kWritePayables, &owed},
                             {sql::kCloseStatement, &key}});
  return reply.end == Reply::kDone ? absl::OkStatus() : StoreError(reply);
}

absl::StatusOr<ClearingContent> PgBooks::Content(
    const ClearingStatement& statement) {
  PgParameters parts = NumberParameters(statement.number);
  PgParameters schemes = parts;
  PgParameters payables = parts;
  PgParameters payments = parts;
  PgParameters month =
      MonthParameters(statement.institution_id, statement.month);
  const PgReply reply = Run({{sql::kReadParts, &parts},
                             {sql::kReadSchemes, &schemes},
                             {sql::kReadPayables, &payables},
                             {sql::kReadAdjustments, &month},
                             {sql::kReadPayments, &payments}});
  if (reply.end != Reply::kDone) return StoreError(reply);
  return ClearingContent{{PartsOf(reply.rows[0]), SchemeLinesOf(reply.rows[1])},
                         PayablesOf(reply.rows[2]),
                         AdjustmentsOf(reply.rows[3]),
                         PaymentsOf(reply.rows[4])};
}

absl::StatusOr<std::vector<ListedRow>> PgBooks::ListCounted(
    const ClearingStatement& statement, const CountedFilter& filter,
    const CountedPlace& after, int limit) {
  std::vector<ListedRow> listed;
  if (!Storable(filter.region) || !Storable(filter.scheme.value_or(""))) {
    return listed;
  }
  PgReply reply;
  if (filter.scheme) {
    PgParameters share = NumberParameters(statement.number);
    share.Scalar(filter.region);
    share.Scalar(static_cast<int64_t>(filter.insurance));
    share.Scalar(*filter.scheme);
    share.Scalar(after.booked_on);
    share.Scalar(after.id);
    share.Scalar(int64_t{limit});
    share.Scalar(statement.institution_id);
    share.Scalar(int64_t{filter.late_only});
    reply = Run({{sql::kListShares, &share}});
  } else {
    PgParameters span = CountedParameters(statement, after, limit);
    span.Scalar(filter.region);
    span.Scalar(static_cast<int64_t>(filter.insurance));
    span.Scalar(int64_t{filter.late_only});
    reply = Run({{sql::kListCounted, &span}});
  }
  if (reply.end != Reply::kDone) return StoreError(reply);
  const PgRows& rows = reply.rows[0];
  for (int i = 0; i < rows.size(); ++i) {
    ListedRow row{CountedOf(rows, i), std::nullopt};
    if (filter.scheme) {
      row.share = ShareOf(rows, i, kCountedColumns);
      row.share->scheme = *filter.scheme;
    }
    listed.push_back(std::move(row));
  }
  return listed;
}

}  // namespace onestop::storage
