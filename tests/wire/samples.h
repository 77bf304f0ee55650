// Claims and policies that the tests of wire/ start from.
#ifndef ONESTOP_TESTS_WIRE_SAMPLES_H_
#define ONESTOP_TESTS_WIRE_SAMPLES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/error.h"
#include "domain/policy.h"
#include "onestop/v1/claim.pb.h"

namespace onestop::testing {

namespace pb = ::onestop::v1;

// A claim that uses every field and is well formed.
inline pb::Claim FullClaim() {
  pb::Claim claim;
  claim.set_person_id("P-1");
  claim.set_institution_id("H-1");
  claim.set_encounter_id("E-1");
  claim.set_service_date("2025-03-10");
  claim.set_physician_id("DR-1");
  claim.add_diagnosis_codes("I10");
  pb::Prescription& prescription = *claim.mutable_prescription();
  prescription.set_prescription_id("RX-1");
  prescription.set_institution_id("H-1");
  prescription.set_physician_id("DR-1");
  prescription.set_issued_on("2025-03-09");
  prescription.set_channel(pb::PRESCRIPTION_CHANNEL_E_CENTER);
  prescription.set_long_term(true);
  pb::PrescriptionItem& prescribed = *prescription.add_items();
  prescribed.set_item_code("A-1");
  prescribed.set_quantity("2.5");
  pb::ClaimLine& line = *claim.add_lines();
  line.set_line_id("1");
  line.set_item_code("A-1");
  line.set_quantity("2.5");
  line.set_unit_price("4.52");
  line.set_amount_fen(1130);
  line.set_days_supply(7);
  line.set_sender_item_code("S-1");
  line.set_invoice_number("INV-1");
  line.set_operator_id("CLERK-1");
  claim.mutable_account()->set_use(true);
  claim.mutable_account()->set_limit_fen(0);
  claim.mutable_account()->add_relatives("P-2");
  claim.set_origin(pb::CLAIM_ORIGIN_INSTITUTION);
  return claim;
}

// A policy that has schemes for the regions of the cases, but no numbers: "A
// region without schemes" is all that wire/ asks of it. In 120000 the scheme
// city-negotiated asks for a TREATMENT registration.
inline const domain::Policy& EmptyPolicy() {
  static const domain::Policy* const policy = [] {
    auto* made = new domain::Policy;
    for (const std::string region : {"530100", "120000", "370100"}) {
      for (const auto insurance :
           {domain::Insurance::kEmployee, domain::Insurance::kResident}) {
        domain::Plan plan;
        if (region == "120000") {
          domain::Scheme scheme;
          scheme.id = "city-negotiated";
          scheme.conditions.registration = domain::RegistrationKind::kTreatment;
          plan.schemes.push_back(std::move(scheme));
        }
        made->AddPlan(region, insurance, std::move(plan));
      }
    }
    return made;
  }();
  return *policy;
}

// The names of the bad fields, in order.
inline std::vector<std::string> BadFields(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const FieldViolation& violation : FieldViolations(status)) {
    fields.push_back(violation.field);
  }
  return fields;
}

}  // namespace onestop::testing

#endif  // ONESTOP_TESTS_WIRE_SAMPLES_H_
