// Monthly rosters on PostgreSQL.
#include "storage/pg_rows.h"
#include "storage/pg_store.h"

namespace onestop::storage {

using End = PgReply::End;
using Type = PgArray::Type;

absl::StatusOr<Roster> PgStore::BeginRoster(const Roster& asked) {
  PgParameters begun;
  begun.Scalar(asked.caller);
  begun.Scalar(asked.roster_id);
  PgParameters key = begun;
  begun.Scalar(asked.region);
  begun.Scalar(asked.month);
  const PgReply reply =
      RunReading({{sql::kBeginRoster, &begun}, {sql::kFindRoster, &key}});
  if (reply.end != End::kDone) return StoreError(reply);
  Roster roster = asked;
  roster.number = reply.rows[1].Int(0, 0);
  roster.region = reply.rows[1].Text(0, 1);
  roster.month = reply.rows[1].Date(0, 2);
  return roster;
}

absl::Status PgStore::KeepOnRoster(const Roster& roster,
                                   absl::Span<const RosterMember> members) {
  PgParameters parameters;
  parameters.Scalar(roster.number);
  parameters.Scalar(roster.month);
  parameters.Scalar(roster.region);
  PgArray& persons = parameters.Array(Type::kText);
  PgArray& diseases = parameters.Array(Type::kText);
  PgArray& registrations = parameters.Array(Type::kText);
  for (const RosterMember& member : members) {
    persons.Add(member.person_id);
    diseases.Add(member.disease);
    registrations.Add(member.registration_id);
  }
  const PgReply reply = RunReading({{sql::kKeepOnRoster, &parameters}});
  return reply.end == End::kDone ? absl::OkStatus() : StoreError(reply);
}

absl::StatusOr<std::vector<RosterMember>> PgStore::OffRoster(
    const Roster& roster, int limit) {
  PgParameters parameters;
  parameters.Scalar(roster.number);
  parameters.Scalar(roster.month);
  parameters.Scalar(roster.region);
  parameters.Scalar(int64_t{limit});
  const PgReply reply = RunReading({{sql::kOffRoster, &parameters}});
  if (reply.end != End::kDone) return StoreError(reply);
  std::vector<RosterMember> members;
  for (int row = 0; row < reply.rows[0].size(); ++row) {
    members.push_back({reply.rows[0].Text(row, 0), reply.rows[0].Text(row, 1),
                       reply.rows[0].Text(row, 2)});
  }
  return members;
}

absl::Status PgStore::RevokeFromRoster(const Roster& roster,
                                       absl::Span<const RosterMember> members) {
  PgParameters parameters;
  parameters.Scalar(roster.number);
  parameters.Scalar(roster.region);
  PgArray& persons = parameters.Array(Type::kText);
  PgArray& diseases = parameters.Array(Type::kText);
  for (const RosterMember& member : members) {
    persons.Add(member.person_id);
    diseases.Add(member.disease);
  }
  const PgReply reply = RunReading({{sql::kRevokeFromRoster, &parameters}});
  return reply.end == End::kDone ? absl::OkStatus() : StoreError(reply);
}

absl::StatusOr<int64_t> PgStore::RevokedByRoster(const Roster& roster) {
  PgParameters parameters;
  parameters.Scalar(roster.number);
  parameters.Scalar(roster.region);
  const PgReply reply = RunReading({{sql::kRevokedByRoster, &parameters}});
  if (reply.end != End::kDone) return StoreError(reply);
  return reply.rows[0].Int(0, 0);
}

}  // namespace onestop::storage
