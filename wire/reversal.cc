// Builds the negative of a settlement from its record and its reply.
#include "wire/reversal.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "onestop/v1/settlement.pb.h"
#include "wire/receipt.h"

namespace onestop::wire {
namespace {

void AddNegated(const google::protobuf::RepeatedPtrField<pb::SchemePay>& pays,
                google::protobuf::RepeatedPtrField<pb::SchemePay>* out) {
  for (const pb::SchemePay& pay : pays) {
    pb::SchemePay& added = *out->Add();
    added.set_scheme_id(pay.scheme_id());
    added.set_pay_fen(-pay.pay_fen());
  }
}

void SetReversal(const domain::SettlementRecord& record,
                 const domain::SettlementRecord& target,
                 const ReversalNote& note, pb::Reversal& out) {
  out.set_reversal_id(record.id.ToString());
  out.set_settlement_id(target.id.ToString());
  out.set_settle_request_id(record.request_id);
  out.set_person_id(record.person_id);
  out.set_institution_id(record.institution_id);
  out.set_service_date(domain::FormatDay(record.claim.service_date));
  if (record.had_clock) {
    SetTime(record.booked_at_ms, *out.mutable_booked_at());
    out.set_booked_on(domain::FormatDay(record.booked_on));
  }
  *out.mutable_totals() = TotalsToProto(record.totals);
  pb::SettleResponse settled;
  if (settled.ParseFromString(target.reply)) {
    AddNegated(settled.receipt().by_scheme(), out.mutable_by_scheme());
    AddNegated(settled.receipt().by_layer(), out.mutable_by_layer());
  }
  std::string written;
  MessageWriter writer(written);
  WriteMovements(record.person_id, record.movements, record.reads,
                 pb::Reversal::kMovementsFieldNumber, writer);
  WriteAccountPayments(record.movements,
                       pb::Reversal::kAccountPaymentsFieldNumber, writer);
  out.MergeFromString(written);
  out.set_reason(note.reason);
  out.set_operator_id(note.operator_id);
  out.set_replaced_by(note.replaced_by);
}

}  // namespace

std::string ReversalReply(const domain::SettlementRecord& record,
                          const domain::SettlementRecord* target,
                          const ReversalNote& note) {
  pb::ReverseResponse response;
  if (record.kind == domain::RecordKind::kClosed || target == nullptr) {
    response.set_closed(true);
  } else {
    SetReversal(record, *target, note, *response.mutable_reversal());
  }
  return response.SerializeAsString();
}

ReversalNote NoteOfReply(std::string_view reply) {
  pb::ReverseResponse response;
  if (!response.ParseFromArray(reply.data(), static_cast<int>(reply.size()))) {
    return {};
  }
  const pb::Reversal& reversal = response.reversal();
  return {reversal.reason(), reversal.operator_id(), reversal.replaced_by()};
}

std::string WithReplacement(std::string_view reply,
                            std::string_view settle_reply) {
  // Messages one after the other are read as one: only field 3 is added.
  pb::ReverseResponse added;
  added.mutable_replacement()->ParseFromArray(
      settle_reply.data(), static_cast<int>(settle_reply.size()));
  return absl::StrCat(std::string(reply), added.SerializeAsString());
}

}  // namespace onestop::wire
