// Which scheme pays a line: the first of the region's order whose conditions it
// meets, every other one with the reason why not (docs/rules.md section 3).
#include <algorithm>
#include <string>
#include <vector>

#include "domain/working_claim.h"

namespace onestop::domain {
namespace {

bool Holds(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// Chronic disease and two diseases: the earliest registered disease that the
// item serves and the scheme has a limit for, then the lowest code. Where none
// is active, the furthest that any got is told, here and below.
PassReason FindDisease(const WorkingClaim& work, const Scheme& scheme,
                       const Item& item, std::string* disease) {
  const RegistrationKind kind = scheme.conditions.registration;
  const std::vector<std::string>& served =
      kind == RegistrationKind::kChronicDisease ? item.chronic
                                                : item.two_disease;
  const Registration* earliest = nullptr;
  PassReason reason = PassReason::kNoRegistration;
  for (const Registration& candidate : work.facts.person->registrations) {
    if (candidate.kind != kind || !scheme.CoversDisease(candidate.disease)) {
      continue;
    }
    const RegistrationState state = StateOn(candidate, work.claim.service_date);
    if (state != RegistrationState::kActive) {
      reason = std::max(reason, ReasonOf(state));
    } else if (!Holds(served, candidate.disease)) {
      reason = std::max(reason, PassReason::kNotOnList);
    } else if (earliest == nullptr ||
               candidate.registered_on < earliest->registered_on ||
               (candidate.registered_on == earliest->registered_on &&
                candidate.disease < earliest->disease)) {
      earliest = &candidate;
    }
  }
  if (earliest == nullptr) return reason;
  *disease = earliest->disease;
  return PassReason::kNone;
}

// The active TREATMENT registrations that cover the item; why none otherwise.
PassReason FindTreatments(const WorkingClaim& work, const Item& item,
                          std::vector<const Registration*>* found) {
  const Day day = work.claim.service_date;
  PassReason reason = PassReason::kNoRegistration;
  for (const Registration& candidate : work.facts.person->registrations) {
    if (candidate.kind != RegistrationKind::kTreatment ||
        !Holds(ItemsOn(candidate, day), item.item_code)) {
      continue;
    }
    const RegistrationState state = StateOn(candidate, day);
    if (state == RegistrationState::kActive) {
      found->push_back(&candidate);
    } else {
      reason = std::max(reason, ReasonOf(state));
    }
  }
  return found->empty() ? reason : PassReason::kNone;
}

PassReason CheckRegistered(const WorkingClaim& work, const Scheme& scheme,
                           const Item& item, std::string* disease,
                           std::vector<const Registration*>* treatments) {
  switch (scheme.conditions.registration) {
    case RegistrationKind::kChronicDisease:
    case RegistrationKind::kTwoDisease:
      return FindDisease(work, scheme, item, disease);
    case RegistrationKind::kTreatment:
      return FindTreatments(work, item, treatments);
    default:
      return PassReason::kNone;
  }
}

// On the scheme's list from the agreement's begin on, and not delisted.
bool ListedOn(const Scheme& scheme, const Item& item, Day day) {
  if (item.OnList(scheme.id) == nullptr || item.DelistedOn(day)) return false;
  return !item.negotiated || item.negotiated->period.from <= day;
}

PassReason CheckItem(const WorkingClaim& work, const Scheme& scheme,
                     const Item& item) {
  const Conditions& asked = scheme.conditions;
  const Day day = work.claim.service_date;
  if (asked.on_list && !ListedOn(scheme, item, day)) {
    return PassReason::kNotOnList;
  }
  if (asked.negotiated && !item.NegotiatedOn(day)) {
    return PassReason::kNotNegotiated;
  }
  if (asked.indication && !WithinIndications(work.claim, item)) {
    return PassReason::kOutOfIndication;
  }
  return PassReason::kNone;
}

// Item, hospital and physician on one and the same registration.
PassReason CheckThreeFix(const WorkingClaim& work, const Scheme& scheme,
                         const Institution& governing,
                         std::vector<const Registration*> treatments) {
  const std::string& physician = work.AtPharmacy()
                                     ? work.claim.prescription->physician_id
                                     : work.claim.physician_id;
  if (scheme.conditions.registered_hospital) {
    std::erase_if(treatments, [&](const Registration* treatment) {
      return treatment->institution_id != governing.institution_id;
    });
    if (treatments.empty()) return PassReason::kOtherHospital;
  }
  if (scheme.conditions.registered_physician) {
    std::erase_if(treatments, [&](const Registration* treatment) {
      return physician.empty() || treatment->physician_id != physician;
    });
    if (treatments.empty()) return PassReason::kOtherPhysician;
  }
  return PassReason::kNone;
}

PassReason CheckPharmacy(const WorkingClaim& work, const Scheme& scheme,
                         const Institution& governing) {
  const Conditions& asked = scheme.conditions;
  const Institution& pharmacy = *work.visited;
  const Prescription& prescription = *work.claim.prescription;
  if (asked.dual_channel && !pharmacy.dual_channel) {
    return PassReason::kNotDualChannel;
  }
  if (asked.designated && !work.facts.catalog->Designated(
                              governing.institution_id, pharmacy.institution_id,
                              work.claim.service_date)) {
    return PassReason::kNotDesignated;
  }
  if (asked.in_pooling && !pharmacy.outpatient_pooling) {
    return PassReason::kNotInPooling;
  }
  if (asked.e_center && prescription.channel != Channel::kECenter) {
    return PassReason::kNotECenter;
  }
  if (!governing.region.starts_with(asked.prescriber_region_prefix)) {
    return PassReason::kOtherProvince;
  }
  return PassReason::kNone;
}

bool HasRatio(const WorkingClaim& work, const Scheme& scheme,
              const Institution& governing) {
  const SourcedRatio& ratio =
      scheme.ratio[static_cast<size_t>(work.coverage.category)]
                  [static_cast<size_t>(governing.RuleLevel())];
  return ratio.source != nullptr && ratio.value.basis_points > 0;
}

// Person and item.
PassReason CheckEntitled(const WorkingClaim& work, const Scheme& scheme,
                         int line, std::string* disease,
                         std::vector<const Registration*>* treatments) {
  const size_t index = static_cast<size_t>(line);
  if (!scheme.in_force) return PassReason::kNotInForce;
  if (work.outcome.lines[index].in_scope.fen == 0) {
    return PassReason::kNothingInScope;
  }
  if (scheme.serves == Serves::kOverflowOnly) return PassReason::kNone;
  const Item& item = *work.items[index];
  const PassReason reason =
      CheckRegistered(work, scheme, item, disease, treatments);
  if (reason != PassReason::kNone) return reason;
  return CheckItem(work, scheme, item);
}

// Institution, physician and prescription.
PassReason CheckPlace(const WorkingClaim& work, const Scheme& scheme,
                      std::vector<const Registration*> treatments) {
  const Institution* governing = work.Governing(scheme);
  if (governing == nullptr) return PassReason::kPrescriptionRequired;
  if (governing->RuleLevel() < scheme.conditions.minimum_level ||
      !HasRatio(work, scheme, *governing)) {
    return PassReason::kInstitutionLevel;
  }
  const PassReason reason =
      CheckThreeFix(work, scheme, *governing, std::move(treatments));
  if (reason != PassReason::kNone || !work.AtPharmacy()) return reason;
  return CheckPharmacy(work, scheme, *governing);
}

}  // namespace

PassReason ReasonOf(RegistrationState state) {
  switch (state) {
    case RegistrationState::kActive:
      return PassReason::kNone;
    case RegistrationState::kExpired:
      return PassReason::kRegistrationExpired;
    case RegistrationState::kOverdue:
      return PassReason::kReassessmentOverdue;
  }
  return PassReason::kNone;
}

bool WithinIndications(const Claim& claim, const Item& item) {
  if (item.indications.empty()) return true;
  for (const std::string& code : claim.diagnosis_codes) {
    for (const std::string& prefix : item.indications) {
      if (code.starts_with(prefix)) return true;
    }
  }
  return false;
}

PassReason CheckScheme(const WorkingClaim& work, const Scheme& scheme, int line,
                       std::string* disease) {
  std::vector<const Registration*> treatments;
  const PassReason reason =
      CheckEntitled(work, scheme, line, disease, &treatments);
  const bool anywhere = work.visited == nullptr;
  if (reason != PassReason::kNone || anywhere ||
      scheme.serves == Serves::kOverflowOnly) {
    return reason;
  }
  return CheckPlace(work, scheme, std::move(treatments));
}

PassReason CheckEntitlement(const WorkingClaim& work, const Scheme& scheme,
                            int line) {
  std::string disease;
  std::vector<const Registration*> treatments;
  return CheckEntitled(work, scheme, line, &disease, &treatments);
}

void RouteLines(WorkingClaim& work) {
  const std::vector<Scheme>& schemes = work.plan.schemes;
  const bool models_outpatient =
      std::any_of(schemes.begin(), schemes.end(), [](const Scheme& scheme) {
        return scheme.serves == Serves::kOutpatient;
      });
  for (int i = 0; i < static_cast<int>(work.claim.lines.size()); ++i) {
    LineResult& result = work.outcome.lines[static_cast<size_t>(i)];
    result.passed_over.reserve(schemes.size());
    for (int s = 0; s < static_cast<int>(schemes.size()); ++s) {
      const Scheme& scheme = schemes[static_cast<size_t>(s)];
      if (scheme.serves == Serves::kOverflowOnly) continue;
      std::string disease;
      const PassReason reason = CheckScheme(work, scheme, i, &disease);
      if (reason != PassReason::kNone) {
        result.passed_over.push_back({s, reason});
        continue;
      }
      result.first_scheme = s;
      result.disease = disease;
      Step step;
      step.kind = StepKind::kRoute;
      step.source = scheme.order_source;
      step.scheme = s;
      step.lines = {i};
      step.key = disease;
      step.before = result.in_scope;
      step.after = result.in_scope;
      work.outcome.steps.push_back(std::move(step));
      work.entries[static_cast<size_t>(s)].push_back(
          {i, result.in_scope, std::move(disease)});
      break;
    }
    if (result.first_scheme < 0 && !models_outpatient) {
      result.passed_over.push_back({-1, PassReason::kNotModelled});
    }
  }
}

}  // namespace onestop::domain
