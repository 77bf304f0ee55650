// Checks questions for lists of settlements and writes their pages.
#include "wire/listing.h"

#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "wire/enums.h"
#include "wire/page_token.h"
#include "wire/receipt.h"
#include "wire/violations.h"

namespace onestop::wire {
namespace {

// All that must be as before when the next page is asked for. No id or day that
// passes the checks holds the separator.
std::string QueryOf(const pb::ListSettlementsRequest& request) {
  return absl::StrJoin(
      {request.person_id(), request.institution_id(), request.booked_from(),
       request.booked_until(), absl::StrCat(request.insurance_type())},
      "\n");
}

// Without a person the span is bounded, so that a page costs a bounded scan.
void CheckSpan(const pb::ListSettlementsRequest& request,
               const domain::Period& booked, const FieldPath& path,
               Violations& violations) {
  constexpr std::string_view kNeeded =
      "is required without a person; write the day as YYYY-MM-DD";
  const FieldPath until(path, "booked_until");
  if (request.booked_from().empty()) {
    violations.Add(FieldPath(path, "booked_from"), kNeeded);
  }
  if (request.booked_until().empty()) violations.Add(until, kNeeded);
  if (booked.from != domain::kOpenFrom && booked.until != domain::kOpenUntil &&
      booked.until > booked.from + limits::kMaxListDays) {
    violations.Add(until,
                   absl::StrCat("lies more than ", limits::kMaxListDays,
                                " days after booked_from; ask span by span"));
  }
}

pb::SettlementKind KindToProto(domain::RecordKind kind) {
  switch (kind) {
    case domain::RecordKind::kSettlement:
      return pb::SETTLEMENT_KIND_SETTLEMENT;
    case domain::RecordKind::kReversal:
      return pb::SETTLEMENT_KIND_REVERSAL;
    case domain::RecordKind::kClosed:
      return pb::SETTLEMENT_KIND_CLOSED;
  }
  return pb::SETTLEMENT_KIND_UNSPECIFIED;
}

pb::SettlementState StateOf(const domain::SettlementSummary& row) {
  if (row.kind == domain::RecordKind::kClosed) {
    return pb::SETTLEMENT_STATE_CLOSED;
  }
  return row.reversed_by ? pb::SETTLEMENT_STATE_REVERSED
                         : pb::SETTLEMENT_STATE_SETTLED;
}

void WriteRow(const domain::SettlementSummary& row,
              pb::SettlementSummary& out) {
  out.set_settlement_id(row.place.id.ToString());
  out.set_kind(KindToProto(row.kind));
  out.set_state(StateOf(row));
  out.set_request_id(row.request_id);
  out.set_person_id(row.person_id);
  out.set_institution_id(row.institution_id);
  if (row.service_date) {
    out.set_service_date(domain::FormatDay(*row.service_date));
  }
  SetTime(row.place.booked_at_ms, *out.mutable_booked_at());
  out.set_booked_on(domain::FormatDay(row.place.booked_on));
  out.set_insurance_type(ToProto(row.insurance));
  if (row.kind != domain::RecordKind::kClosed) {
    *out.mutable_totals() = TotalsToProto(row.totals);
  }
  if (row.reverses) out.set_reverses(row.reverses->ToString());
  if (row.reversed_by) out.set_reversed_by(row.reversed_by->ToString());
}

constexpr int64_t kMaxUnixMs = 32'503'680'000'000;  // the year 3000

}  // namespace

std::string BookingToken(std::string_view query,
                         const domain::BookingPlace& place) {
  return MakePageToken(query,
                       {domain::FormatDay(place.booked_on),
                        absl::StrCat(place.booked_at_ms), place.id.ToString()});
}

std::optional<domain::BookingPlace> PlaceOfToken(std::string_view query,
                                                 std::string_view token) {
  const auto parts = ReadPageToken(query, token);
  if (!parts || parts->size() != 3) return std::nullopt;
  const std::optional<domain::Day> day = domain::ParseDay((*parts)[0]);
  int64_t ms = 0;
  const bool is_time =
      absl::SimpleAtoi((*parts)[1], &ms) && ms >= 0 && ms <= kMaxUnixMs;
  const auto id = domain::SettlementId::Parse((*parts)[2]);
  if (!day || !is_time || !id) return std::nullopt;
  return domain::BookingPlace{*day, ms, *id};
}

absl::StatusOr<ListSettlementsAsk> ListSettlementsFromProto(
    const pb::ListSettlementsRequest& request) {
  Violations violations;
  const FieldPath path("");
  const FieldPath person(path, "person_id");
  ListSettlementsAsk ask;
  domain::SettlementFilter& filter = ask.filter;
  filter.person_id = OptionalId(request.person_id(), person, violations);
  filter.institution_id = OptionalId(
      request.institution_id(), FieldPath(path, "institution_id"), violations);
  filter.booked = PeriodOf(request.booked_from(), request.booked_until(), path,
                           violations, "booked_from", "booked_until");
  if (filter.person_id.empty() && filter.institution_id.empty()) {
    violations.Add(person, "is required unless institution_id is given");
  } else if (filter.person_id.empty()) {
    CheckSpan(request, filter.booked, path, violations);
  }
  filter.insurance = OptionalEnum(
      FromProto(request.insurance_type()), domain::Insurance::kUnspecified,
      FieldPath(path, "insurance_type"), violations);
  ask.page_size = NumberBetween(request.page_size(), 0, limits::kMaxPageSize,
                                FieldPath(path, "page_size"), violations);
  if (ask.page_size == 0) ask.page_size = limits::kDefaultPageSize;
  ask.query = QueryOf(request);
  if (!request.page_token().empty()) {
    const auto place = PlaceOfToken(ask.query, request.page_token());
    if (!place) {
      violations.Add(FieldPath(path, "page_token"),
                     "is not one that was given for this question; send "
                     "next_page_token as it came and all else as before, or "
                     "nothing to begin again");
    }
    ask.after = place.value_or(domain::BookingPlace{});
  }
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

pb::ListSettlementsResponse PageToProto(
    const ListSettlementsAsk& ask,
    const std::vector<domain::SettlementSummary>& rows) {
  pb::ListSettlementsResponse page;
  for (const domain::SettlementSummary& row : rows) {
    if (page.settlements_size() == ask.page_size) {
      page.set_next_page_token(BookingToken(
          ask.query, rows[static_cast<size_t>(ask.page_size) - 1].place));
      break;
    }
    WriteRow(row, *page.add_settlements());
  }
  return page;
}

}  // namespace onestop::wire
