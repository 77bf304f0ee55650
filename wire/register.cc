// Reads and writes registrations, with what each kind needs.
#include "wire/register.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "wire/enums.h"
#include "wire/registry.h"
#include "wire/violations.h"

namespace onestop::wire {
namespace {

using domain::RegistrationKind;

constexpr int kMaxAssessments = 100;

void MustBeEmpty(bool empty, const FieldPath& field, Violations& violations) {
  if (!empty) violations.Add(field, "does not belong to this registration");
}

std::vector<domain::ItemVersion> ReadVersions(
    const pb::Registration& registration, const FieldPath& path,
    Violations& violations) {
  const FieldPath all(path, "item_versions");
  const int count =
      BoundedCount(registration.item_versions_size(),
                   limits::kMaxRegistrationItems, all, violations);
  std::vector<domain::ItemVersion> versions;
  for (int i = 0; i < count; ++i) {
    const FieldPath at(path, "item_versions", i);
    const pb::ItemVersion& version = registration.item_versions(i);
    versions.push_back(
        {RequiredDay(version.from(), FieldPath(at, "from"), violations),
         IdList(version.item_codes(), limits::kMaxRegistrationItems, at,
                "item_codes", violations)});
    if (i > 0 && versions[static_cast<size_t>(i)].from <=
                     versions[static_cast<size_t>(i) - 1].from) {
      violations.Add(all, "do not ascend by day; sort them");
    }
  }
  return versions;
}

std::vector<domain::Day> ReadAssessments(const pb::Registration& registration,
                                         const FieldPath& path,
                                         Violations& violations) {
  const int count =
      BoundedCount(registration.assessed_on_size(), kMaxAssessments,
                   FieldPath(path, "assessed_on"), violations);
  std::vector<domain::Day> days;
  for (int i = 0; i < count; ++i) {
    days.push_back(RequiredDay(registration.assessed_on(i),
                               FieldPath(path, "assessed_on", i), violations));
  }
  std::sort(days.begin(), days.end());
  return days;
}

// The fields that some kinds need, and those that others must not have.
void CheckKind(const pb::Registration& registration, const FieldPath& path,
               Violations& violations) {
  const pb::RegistrationKind kind = registration.registration_kind();
  const bool treatment = kind == pb::REGISTRATION_KIND_TREATMENT;
  const bool two_disease = kind == pb::REGISTRATION_KIND_TWO_DISEASE;
  const bool family = kind == pb::REGISTRATION_KIND_FAMILY_ACCOUNT;
  const FieldPath disease(path, "disease");
  const FieldPath beneficiary(path, "beneficiary_id");
  if (two_disease && !IsTwoDisease(registration.disease())) {
    violations.Add(disease, "must be HYPERTENSION or DIABETES");
  } else if (kind == pb::REGISTRATION_KIND_CHRONIC_DISEASE) {
    RequiredId(registration.disease(), disease, violations);
  } else if (!two_disease) {
    MustBeEmpty(registration.disease().empty(), disease, violations);
  }
  if (treatment) {
    RequiredId(registration.institution_id(), FieldPath(path, "institution_id"),
               violations);
    RequiredId(registration.physician_id(), FieldPath(path, "physician_id"),
               violations);
    if (registration.item_codes().empty()) {
      violations.Add(FieldPath(path, "item_codes"),
                     "is required; name at least one drug");
    }
  } else {
    MustBeEmpty(registration.item_codes().empty(),
                FieldPath(path, "item_codes"), violations);
    MustBeEmpty(registration.item_versions().empty(),
                FieldPath(path, "item_versions"), violations);
    MustBeEmpty(registration.assessed_on().empty(),
                FieldPath(path, "assessed_on"), violations);
  }
  if (family) {
    RequiredId(registration.beneficiary_id(), beneficiary, violations);
  } else {
    MustBeEmpty(registration.beneficiary_id().empty(), beneficiary, violations);
  }
}

void ReadTexts(const pb::Registration& registration, const FieldPath& path,
               domain::Registration& read, Violations& violations) {
  read.diagnosis_codes =
      IdList(registration.diagnosis_codes(), limits::kMaxDiagnosisCodes, path,
             "diagnosis_codes", violations);
  read.diagnosis_basis =
      BoundedText(registration.diagnosis_basis(),
                  FieldPath(path, "diagnosis_basis"), violations);
  read.treatment_plan =
      BoundedText(registration.treatment_plan(),
                  FieldPath(path, "treatment_plan"), violations);
  read.revocation_reason =
      BoundedText(registration.revocation_reason(),
                  FieldPath(path, "revocation_reason"), violations);
  const std::optional<std::string> title =
      TitleFromProto(registration.physician_title());
  if (!title) {
    violations.Add(FieldPath(path, "physician_title"),
                   "is not one of the known values");
  }
  read.physician_title = title.value_or("");
  read.request_id = OptionalId(registration.request_id(),
                               FieldPath(path, "request_id"), violations);
}

void ReadDays(const pb::Registration& registration, const FieldPath& path,
              domain::Registration& read, Violations& violations) {
  const FieldPath until(path, "valid_until");
  read.registered_on =
      RequiredDay(registration.registered_on(),
                  FieldPath(path, "registered_on"), violations);
  read.revoked_on = OptionalDay(registration.revoked_on(), domain::kOpenUntil,
                                FieldPath(path, "revoked_on"), violations);
  const domain::Day given = OptionalDay(registration.valid_until(),
                                        domain::kOpenUntil, until, violations);
  // TREATMENT computes its own; a given one is ignored.
  if (read.kind != RegistrationKind::kTreatment) read.valid_until = given;
}

RegistrationOf ReadRegistration(const pb::Registration& registration,
                                const FieldPath& path, Violations& violations) {
  RegistrationOf of;
  domain::Registration& read = of.registration;
  of.person_id = RequiredId(registration.person_id(),
                            FieldPath(path, "person_id"), violations);
  read.kind = RequiredEnum(FromProto(registration.registration_kind()),
                           RegistrationKind::kUnspecified,
                           FieldPath(path, "registration_kind"), violations);
  read.disease = registration.disease();
  read.institution_id =
      OptionalId(registration.institution_id(),
                 FieldPath(path, "institution_id"), violations);
  read.physician_id = OptionalId(registration.physician_id(),
                                 FieldPath(path, "physician_id"), violations);
  read.item_codes =
      IdList(registration.item_codes(), limits::kMaxRegistrationItems, path,
             "item_codes", violations);
  read.item_versions = ReadVersions(registration, path, violations);
  ReadDays(registration, path, read, violations);
  read.assessed_on = ReadAssessments(registration, path, violations);
  read.beneficiary_id = registration.beneficiary_id();
  ReadTexts(registration, path, read, violations);
  CheckKind(registration, path, violations);
  return of;
}

// What cannot be asked for: it is the service's to set, or makes no sense in a
// new registration (an imported one may have ended before it began, or name its
// owner; neither ever pays).
void CheckAsked(const pb::Registration& registration,
                const domain::Registration& read, const FieldPath& path,
                Violations& violations) {
  if (read.valid_until < read.registered_on) {
    violations.Add(FieldPath(path, "valid_until"), "lies before registered_on");
  }
  MustBeEmpty(registration.registration_id().empty(),
              FieldPath(path, "registration_id"), violations);
  MustBeEmpty(registration.assessed_on().empty(),
              FieldPath(path, "assessed_on"), violations);
  MustBeEmpty(registration.item_versions().empty(),
              FieldPath(path, "item_versions"), violations);
  MustBeEmpty(registration.revoked_on().empty(), FieldPath(path, "revoked_on"),
              violations);
  MustBeEmpty(registration.revocation_reason().empty(),
              FieldPath(path, "revocation_reason"), violations);
  MustBeEmpty(registration.request_id().empty(), FieldPath(path, "request_id"),
              violations);
  if (registration.registration_kind() ==
          pb::REGISTRATION_KIND_FAMILY_ACCOUNT &&
      registration.beneficiary_id() == registration.person_id()) {
    violations.Add(FieldPath(path, "beneficiary_id"),
                   "is the owner; name a relative");
  }
  if (registration.registration_kind() != pb::REGISTRATION_KIND_TREATMENT) {
    return;
  }
  if (registration.diagnosis_codes().empty()) {
    violations.Add(FieldPath(path, "diagnosis_codes"),
                   "is required; name the diagnosis by ICD-10");
  }
  if (registration.diagnosis_basis().empty()) {
    violations.Add(FieldPath(path, "diagnosis_basis"),
                   "is required; say what the diagnosis rests on");
  }
  if (registration.treatment_plan().empty()) {
    violations.Add(FieldPath(path, "treatment_plan"),
                   "is required; say how the person is to be treated");
  }
}

// The fields that every change of a registration has.
template <typename Request>
ChangeAsk ReadChange(const Request& request,
                     domain::RegistrationChange::Kind kind,
                     Violations& violations) {
  const FieldPath path("");
  ChangeAsk ask;
  ask.change.kind = kind;
  ask.change.request_id = RequiredId(request.request_id(),
                                     FieldPath(path, "request_id"), violations);
  ask.person_id =
      RequiredId(request.person_id(), FieldPath(path, "person_id"), violations);
  ask.registration_id =
      RequiredId(request.registration_id(), FieldPath(path, "registration_id"),
                 violations);
  ask.change.operator_id = OptionalId(
      request.operator_id(), FieldPath(path, "operator_id"), violations);
  return ask;
}

}  // namespace

absl::StatusOr<RegisterAsk> RegisterFromProto(
    const pb::RegisterRequest& request) {
  Violations violations;
  const FieldPath path("");
  const FieldPath registration(path, "registration");
  RegisterAsk ask;
  ask.request_id = RequiredId(request.request_id(),
                              FieldPath(path, "request_id"), violations);
  std::string operator_id = OptionalId(
      request.operator_id(), FieldPath(path, "operator_id"), violations);
  const std::optional<std::string> title =
      TitleFromProto(request.physician_title());
  if (!title) {
    violations.Add(FieldPath(path, "physician_title"),
                   "is not one of the known values");
  }
  RegistrationOf read;
  if (request.has_registration()) {
    read = ReadRegistration(request.registration(), registration, violations);
    CheckAsked(request.registration(), read.registration, registration,
               violations);
  } else {
    violations.Add(registration, "is required; it is absent");
  }
  if (!violations.empty()) return violations.ToStatus();
  ask.person_id = std::move(read.person_id);
  ask.registration = std::move(read.registration);
  ask.registration.request_id = ask.request_id;
  ask.registration.operator_id = std::move(operator_id);
  if (!title->empty()) ask.registration.physician_title = *title;
  return ask;
}

absl::StatusOr<RegistrationOf> RegistrationFromProto(
    const pb::Registration& registration, std::string_view path) {
  Violations violations;
  const FieldPath at(path);
  RegistrationOf of = ReadRegistration(registration, at, violations);
  of.registration.registration_id =
      RequiredId(registration.registration_id(),
                 FieldPath(at, "registration_id"), violations);
  if (!violations.empty()) return violations.ToStatus();
  return of;
}

absl::StatusOr<ChangeAsk> UpdateFromProto(
    const pb::UpdateRegistrationRequest& request) {
  Violations violations;
  const FieldPath path("");
  ChangeAsk ask = ReadChange(request, domain::RegistrationChange::Kind::kUpdate,
                             violations);
  ask.change.day =
      RequiredDay(request.from(), FieldPath(path, "from"), violations);
  ask.change.item_codes =
      IdList(request.item_codes(), limits::kMaxRegistrationItems, path,
             "item_codes", violations);
  if (request.item_codes().empty()) {
    violations.Add(FieldPath(path, "item_codes"),
                   "is required; name at least one drug");
  }
  ask.change.text = BoundedText(request.treatment_plan(),
                                FieldPath(path, "treatment_plan"), violations);
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

absl::StatusOr<ChangeAsk> ReassessFromProto(
    const pb::ReassessRegistrationRequest& request) {
  Violations violations;
  const FieldPath path("");
  ChangeAsk ask = ReadChange(
      request, domain::RegistrationChange::Kind::kReassess, violations);
  ask.change.day = RequiredDay(request.assessed_on(),
                               FieldPath(path, "assessed_on"), violations);
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

absl::StatusOr<ChangeAsk> RevokeFromProto(
    const pb::RevokeRegistrationRequest& request) {
  Violations violations;
  const FieldPath path("");
  ChangeAsk ask = ReadChange(request, domain::RegistrationChange::Kind::kRevoke,
                             violations);
  ask.change.day = RequiredDay(request.revoked_on(),
                               FieldPath(path, "revoked_on"), violations);
  ask.change.text =
      BoundedText(request.reason(), FieldPath(path, "reason"), violations);
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

pb::Registration RegistrationToProto(const std::string& person_id,
                                     const domain::Registration& registration) {
  pb::Registration out;
  out.set_registration_id(registration.registration_id);
  out.set_person_id(person_id);
  out.set_registration_kind(ToProto(registration.kind));
  out.set_disease(registration.disease);
  out.set_institution_id(registration.institution_id);
  out.set_physician_id(registration.physician_id);
  for (const auto& code : registration.item_codes) out.add_item_codes(code);
  out.set_registered_on(domain::FormatDay(registration.registered_on));
  const domain::Day until = domain::ValidUntil(registration);
  if (until != domain::kOpenUntil) {
    out.set_valid_until(domain::FormatDay(until));
  }
  for (const domain::Day day : registration.assessed_on) {
    out.add_assessed_on(domain::FormatDay(day));
  }
  if (registration.revoked_on != domain::kOpenUntil) {
    out.set_revoked_on(domain::FormatDay(registration.revoked_on));
  }
  out.set_beneficiary_id(registration.beneficiary_id);
  for (const domain::ItemVersion& version : registration.item_versions) {
    pb::ItemVersion& added = *out.add_item_versions();
    added.set_from(domain::FormatDay(version.from));
    for (const auto& code : version.item_codes) added.add_item_codes(code);
  }
  for (const auto& code : registration.diagnosis_codes) {
    out.add_diagnosis_codes(code);
  }
  out.set_diagnosis_basis(registration.diagnosis_basis);
  out.set_treatment_plan(registration.treatment_plan);
  out.set_revocation_reason(registration.revocation_reason);
  out.set_physician_title(TitleToProto(registration.physician_title));
  out.set_request_id(registration.request_id);
  return out;
}

}  // namespace onestop::wire
