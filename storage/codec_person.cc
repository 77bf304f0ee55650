// Persons to bytes and back.
#include <utility>

#include "base/status_macros.h"
#include "storage/codec_common.h"

namespace onestop::storage {
namespace {

using namespace codec;  // NOLINT: the helpers of this border
using domain::Day;
using domain::kOpenUntil;

static_assert(static_cast<int>(domain::Insurance::kResident) ==
              stored::INSURANCE_RESIDENT);
static_assert(static_cast<int>(domain::Category::kResident) ==
              stored::CATEGORY_RESIDENT);
static_assert(static_cast<int>(domain::Assistance::kLowIncome) ==
              stored::ASSISTANCE_LOW_INCOME);
static_assert(static_cast<int>(domain::RegistrationKind::kFamilyAccount) ==
              stored::REGISTRATION_KIND_FAMILY_ACCOUNT);
static_assert(static_cast<int>(domain::RegistrationChange::Kind::kRevoke) ==
              stored::REGISTRATION_CHANGE_KIND_REVOKE);

void EncodeCoverage(const domain::Coverage& in, stored::Coverage& out) {
  EncodePeriod(in.period, *out.mutable_period());
  out.set_region(in.region);
  out.set_insurance(EncodeEnum<stored::Insurance>(in.insurance));
  out.set_category(EncodeEnum<stored::Category>(in.category));
  out.set_assistance(EncodeEnum<stored::Assistance>(in.assistance));
}

domain::Coverage DecodeCoverage(const stored::Coverage& in, bool& broken) {
  domain::Coverage out;
  out.period = DecodePeriod(in.period());
  out.region = in.region();
  out.insurance =
      DecodeEnum(in.insurance(), domain::Insurance::kResident, broken);
  out.category = DecodeEnum(in.category(), domain::Category::kResident, broken);
  out.assistance =
      DecodeEnum(in.assistance(), domain::Assistance::kLowIncome, broken);
  return out;
}

void EncodeChange(const domain::RegistrationChange& in,
                  stored::RegistrationChange& out) {
  out.set_kind(EncodeEnum<stored::RegistrationChangeKind>(in.kind));
  out.set_caller(in.caller);
  out.set_request_id(in.request_id);
  out.set_day(in.day.number);
  AddStrings(in.item_codes, out.mutable_item_codes());
  out.set_text(in.text);
  out.set_operator_id(in.operator_id);
  out.set_person_version(in.person_version);
}

domain::RegistrationChange DecodeChange(const stored::RegistrationChange& in,
                                        bool& broken) {
  domain::RegistrationChange out;
  out.kind =
      DecodeEnum(in.kind(), domain::RegistrationChange::Kind::kRevoke, broken);
  out.caller = in.caller();
  out.request_id = in.request_id();
  out.day = Day{in.day()};
  out.item_codes = Strings(in.item_codes());
  out.text = in.text();
  out.operator_id = in.operator_id();
  out.person_version = in.person_version();
  return out;
}

void EncodeRegistration(const domain::Registration& in,
                        stored::Registration& out) {
  out.set_registration_id(in.registration_id);
  out.set_kind(EncodeEnum<stored::RegistrationKind>(in.kind));
  out.set_disease(in.disease);
  out.set_institution_id(in.institution_id);
  out.set_physician_id(in.physician_id);
  AddStrings(in.item_codes, out.mutable_item_codes());
  for (const domain::ItemVersion& version : in.item_versions) {
    stored::ItemVersion& added = *out.add_item_versions();
    added.set_from(version.from.number);
    AddStrings(version.item_codes, added.mutable_item_codes());
  }
  out.set_registered_on(in.registered_on.number);
  if (in.valid_until != kOpenUntil) out.set_valid_until(in.valid_until.number);
  if (in.revoked_on != kOpenUntil) out.set_revoked_on(in.revoked_on.number);
  for (const Day day : in.assessed_on) out.add_assessed_on(day.number);
  out.set_beneficiary_id(in.beneficiary_id);
  out.set_request_id(in.request_id);
  out.set_physician_title(in.physician_title);
  AddStrings(in.diagnosis_codes, out.mutable_diagnosis_codes());
  out.set_diagnosis_basis(in.diagnosis_basis);
  out.set_treatment_plan(in.treatment_plan);
  out.set_revocation_reason(in.revocation_reason);
  out.set_operator_id(in.operator_id);
  out.set_person_version(in.person_version);
  for (const domain::RegistrationChange& change : in.changes) {
    EncodeChange(change, *out.add_changes());
  }
}

domain::Registration DecodeRegistration(const stored::Registration& in,
                                        bool& broken) {
  domain::Registration out;
  out.registration_id = in.registration_id();
  out.kind =
      DecodeEnum(in.kind(), domain::RegistrationKind::kFamilyAccount, broken);
  out.disease = in.disease();
  out.institution_id = in.institution_id();
  out.physician_id = in.physician_id();
  out.item_codes = Strings(in.item_codes());
  for (const stored::ItemVersion& version : in.item_versions()) {
    out.item_versions.push_back(
        {Day{version.from()}, Strings(version.item_codes())});
  }
  out.registered_on = Day{in.registered_on()};
  if (in.has_valid_until()) out.valid_until = Day{in.valid_until()};
  if (in.has_revoked_on()) out.revoked_on = Day{in.revoked_on()};
  for (const int32_t day : in.assessed_on()) out.assessed_on.push_back({day});
  out.beneficiary_id = in.beneficiary_id();
  out.request_id = in.request_id();
  out.physician_title = in.physician_title();
  out.diagnosis_codes = Strings(in.diagnosis_codes());
  out.diagnosis_basis = in.diagnosis_basis();
  out.treatment_plan = in.treatment_plan();
  out.revocation_reason = in.revocation_reason();
  out.operator_id = in.operator_id();
  out.person_version = in.person_version();
  for (const stored::RegistrationChange& change : in.changes()) {
    out.changes.push_back(DecodeChange(change, broken));
  }
  return out;
}

}  // namespace

std::string EncodePerson(const domain::Person& person) {
  stored::PersonRecord record;
  record.set_form(kStoredForm);
  record.set_birth_date(person.birth_date.number);
  EncodeCoverage(person.always, *record.mutable_always());
  for (const domain::Coverage& coverage : person.coverages) {
    EncodeCoverage(coverage, *record.add_coverages());
  }
  for (const domain::Period& period : person.benefit_periods) {
    EncodePeriod(period, *record.add_benefit_periods());
  }
  for (const domain::Product& product : person.products) {
    stored::Product& added = *record.add_products();
    added.set_product_id(product.product_id);
    EncodePeriod(product.period, *added.mutable_period());
  }
  for (const domain::Registration& registration : person.registrations) {
    EncodeRegistration(registration, *record.add_registrations());
  }
  return record.SerializeAsString();
}

absl::StatusOr<domain::Person> DecodePerson(std::string person_id,
                                            int64_t version,
                                            std::string_view bytes) {
  stored::PersonRecord record;
  ONESTOP_RETURN_IF_ERROR(ParseRecord("person", bytes, record));
  bool broken = false;
  domain::Person person;
  person.person_id = std::move(person_id);
  person.version = version;
  person.birth_date = Day{record.birth_date()};
  person.always = DecodeCoverage(record.always(), broken);
  for (const stored::Coverage& coverage : record.coverages()) {
    person.coverages.push_back(DecodeCoverage(coverage, broken));
  }
  for (const stored::Period& period : record.benefit_periods()) {
    person.benefit_periods.push_back(DecodePeriod(period));
  }
  for (const stored::Product& product : record.products()) {
    person.products.push_back(
        {product.product_id(), DecodePeriod(product.period())});
  }
  for (const stored::Registration& registration : record.registrations()) {
    person.registrations.push_back(DecodeRegistration(registration, broken));
  }
  if (broken) return StoredFormBroken("person", "it holds an unknown value");
  return person;
}

}  // namespace onestop::storage
