// Checks the question and writes the answer.
#include "wire/eligibility.h"

#include <string>

#include "base/limits.h"
#include "domain/reason.h"
#include "wire/claim.h"
#include "wire/enums.h"
#include "wire/receipt_parts.h"
#include "wire/register.h"
#include "wire/violations.h"

namespace onestop::wire {
namespace {

using domain::Eligibility;

void AddRegistrations(const domain::Inquiry& inquiry,
                      const Eligibility& eligibility,
                      pb::GetEligibilityResponse& out) {
  for (const domain::RegistrationStanding& standing :
       eligibility.registrations) {
    pb::RegistrationStanding& added = *out.add_registrations();
    *added.mutable_registration() =
        RegistrationToProto(inquiry.person_id, *standing.registration);
    added.set_active(standing.reason == domain::PassReason::kNone);
    added.set_reason(std::string(domain::Name(standing.reason)));
    if (standing.active_until != domain::kOpenUntil) {
      added.set_active_until(domain::FormatDay(standing.active_until));
    }
  }
}

void AddPrescription(const Eligibility& eligibility,
                     pb::GetEligibilityResponse& out) {
  for (const domain::PrescriptionLeft& left : eligibility.prescription_left) {
    pb::PrescriptionLeft& added = *out.add_prescription_left();
    added.set_item_code(left.item_code);
    added.set_prescribed_quantity(domain::FormatQuantity(left.prescribed));
    added.set_dispensed_quantity(domain::FormatQuantity(left.dispensed));
    added.set_left_quantity(domain::FormatQuantity(left.Left()));
  }
}

void AddItems(const Eligibility& eligibility, pb::GetEligibilityResponse& out) {
  for (const domain::ItemRoute& route : eligibility.items) {
    pb::ItemRoute& added = *out.add_items();
    added.set_item_code(route.item_code);
    if (eligibility.plan != nullptr) {
      added.set_first_scheme(SchemeId(*eligibility.plan, route.first_scheme));
    }
    for (const domain::PassedOver& passed : route.passed_over) {
      pb::PassedOver& over = *added.add_passed_over();
      if (eligibility.plan != nullptr) {
        over.set_scheme_id(SchemeId(*eligibility.plan, passed.scheme));
      }
      over.set_reason(std::string(domain::Name(passed.reason)));
    }
  }
}

}  // namespace

absl::StatusOr<GetEligibilityAsk> GetEligibilityFromProto(
    const pb::GetEligibilityRequest& request) {
  Violations violations;
  const FieldPath path("");
  GetEligibilityAsk ask;
  domain::Inquiry& inquiry = ask.inquiry;
  inquiry.person_id =
      RequiredId(request.person_id(), FieldPath(path, "person_id"), violations);
  inquiry.institution_id = OptionalId(
      request.institution_id(), FieldPath(path, "institution_id"), violations);
  ask.today = request.service_date().empty();
  inquiry.service_date =
      OptionalDay(request.service_date(), domain::Day{},
                  FieldPath(path, "service_date"), violations);
  if (request.has_prescription()) {
    inquiry.prescription = ReadPrescription(
        request.prescription(), FieldPath(path, "prescription"), violations);
  }
  inquiry.item_codes =
      IdList(request.item_codes(), limits::kMaxEligibilityItems, path,
             "item_codes", violations);
  inquiry.diagnosis_codes =
      IdList(request.diagnosis_codes(), limits::kMaxDiagnosisCodes, path,
             "diagnosis_codes", violations);
  inquiry.physician_id = OptionalId(
      request.physician_id(), FieldPath(path, "physician_id"), violations);
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

pb::GetEligibilityResponse EligibilityToProto(const domain::Inquiry& inquiry,
                                              const Eligibility& eligibility) {
  pb::GetEligibilityResponse out;
  out.set_in_force(eligibility.in_force);
  for (const std::string& reason : eligibility.refusals) {
    out.add_refusals(reason);
  }
  out.set_service_date(domain::FormatDay(inquiry.service_date));
  out.set_pooling_region(eligibility.coverage->region);
  out.set_insurance_type(ToProto(eligibility.coverage->insurance));
  out.set_person_category(ToProto(eligibility.coverage->category));
  out.set_assistance_category(ToProto(eligibility.coverage->assistance));
  AddRegistrations(inquiry, eligibility, out);
  if (eligibility.plan != nullptr) {
    std::string written;
    MessageWriter writer(written);
    WriteRemaining(*eligibility.plan, eligibility.remaining,
                   pb::GetEligibilityResponse::kRemainingFieldNumber, writer);
    out.MergeFromString(written);
  }
  out.set_account_balance_fen(eligibility.account_balance.fen);
  AddPrescription(eligibility, out);
  AddItems(eligibility, out);
  for (const std::string& owner : eligibility.account_owners) {
    out.add_account_owners(owner);
  }
  return out;
}

}  // namespace onestop::wire
