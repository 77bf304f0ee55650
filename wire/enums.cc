// Maps the enumerations by switch, so that a new value is a compiler warning.
#include "wire/enums.h"

#include <string>

namespace onestop::wire {

using domain::AfterAgreement;
using domain::Assistance;
using domain::Category;
using domain::Channel;
using domain::InstitutionKind;
using domain::Insurance;
using domain::ItemClass;
using domain::Origin;
using domain::RegistrationKind;
using domain::StepKind;

std::optional<Insurance> FromProto(pb::InsuranceType value) {
  switch (value) {
    case pb::INSURANCE_TYPE_UNSPECIFIED:
      return Insurance::kUnspecified;
    case pb::INSURANCE_TYPE_EMPLOYEE:
      return Insurance::kEmployee;
    case pb::INSURANCE_TYPE_RESIDENT:
      return Insurance::kResident;
    default:
      return std::nullopt;
  }
}

std::optional<Category> FromProto(pb::PersonCategory value) {
  switch (value) {
    case pb::PERSON_CATEGORY_UNSPECIFIED:
      return Category::kUnspecified;
    case pb::PERSON_CATEGORY_IN_SERVICE:
      return Category::kInService;
    case pb::PERSON_CATEGORY_RETIRED:
      return Category::kRetired;
    case pb::PERSON_CATEGORY_RESIDENT:
      return Category::kResident;
    default:
      return std::nullopt;
  }
}

std::optional<Assistance> FromProto(pb::AssistanceCategory value) {
  switch (value) {
    case pb::ASSISTANCE_CATEGORY_UNSPECIFIED:
      return Assistance::kNone;
    case pb::ASSISTANCE_CATEGORY_EXTREME_POVERTY:
      return Assistance::kExtremePoverty;
    case pb::ASSISTANCE_CATEGORY_LOW_INCOME:
      return Assistance::kLowIncome;
    default:
      return std::nullopt;
  }
}

std::optional<InstitutionKind> FromProto(pb::InstitutionKind value) {
  switch (value) {
    case pb::INSTITUTION_KIND_UNSPECIFIED:
      return InstitutionKind::kUnspecified;
    case pb::INSTITUTION_KIND_HOSPITAL:
      return InstitutionKind::kHospital;
    case pb::INSTITUTION_KIND_PHARMACY:
      return InstitutionKind::kPharmacy;
    default:
      return std::nullopt;
  }
}

std::optional<ItemClass> FromProto(pb::ItemClass value) {
  switch (value) {
    case pb::ITEM_CLASS_UNSPECIFIED:
      return ItemClass::kUnspecified;
    case pb::ITEM_CLASS_A:
      return ItemClass::kA;
    case pb::ITEM_CLASS_B:
      return ItemClass::kB;
    case pb::ITEM_CLASS_OWN_EXPENSE:
      return ItemClass::kOwnExpense;
    default:
      return std::nullopt;
  }
}

std::optional<AfterAgreement> FromProto(pb::AfterAgreement value) {
  switch (value) {
    case pb::AFTER_AGREEMENT_UNSPECIFIED:
    case pb::AFTER_AGREEMENT_REGULAR:
      return AfterAgreement::kRegular;
    case pb::AFTER_AGREEMENT_DELISTED:
      return AfterAgreement::kDelisted;
    default:
      return std::nullopt;
  }
}

std::optional<RegistrationKind> FromProto(pb::RegistrationKind value) {
  switch (value) {
    case pb::REGISTRATION_KIND_UNSPECIFIED:
      return RegistrationKind::kUnspecified;
    case pb::REGISTRATION_KIND_TREATMENT:
      return RegistrationKind::kTreatment;
    case pb::REGISTRATION_KIND_CHRONIC_DISEASE:
      return RegistrationKind::kChronicDisease;
    case pb::REGISTRATION_KIND_TWO_DISEASE:
      return RegistrationKind::kTwoDisease;
    case pb::REGISTRATION_KIND_FAMILY_ACCOUNT:
      return RegistrationKind::kFamilyAccount;
    default:
      return std::nullopt;
  }
}

std::optional<Channel> FromProto(pb::PrescriptionChannel value) {
  switch (value) {
    case pb::PRESCRIPTION_CHANNEL_UNSPECIFIED:
      return Channel::kUnspecified;
    case pb::PRESCRIPTION_CHANNEL_PAPER:
      return Channel::kPaper;
    case pb::PRESCRIPTION_CHANNEL_E_CENTER:
      return Channel::kECenter;
    default:
      return std::nullopt;
  }
}

std::optional<Origin> FromProto(pb::ClaimOrigin value) {
  switch (value) {
    case pb::CLAIM_ORIGIN_UNSPECIFIED:
      return Origin::kUnspecified;
    case pb::CLAIM_ORIGIN_INSTITUTION:
      return Origin::kInstitution;
    case pb::CLAIM_ORIGIN_MANUAL:
      return Origin::kManual;
    default:
      return std::nullopt;
  }
}

pb::InsuranceType ToProto(Insurance value) {
  switch (value) {
    case Insurance::kUnspecified:
      break;
    case Insurance::kEmployee:
      return pb::INSURANCE_TYPE_EMPLOYEE;
    case Insurance::kResident:
      return pb::INSURANCE_TYPE_RESIDENT;
  }
  return pb::INSURANCE_TYPE_UNSPECIFIED;
}

pb::PersonCategory ToProto(Category value) {
  switch (value) {
    case Category::kUnspecified:
      break;
    case Category::kInService:
      return pb::PERSON_CATEGORY_IN_SERVICE;
    case Category::kRetired:
      return pb::PERSON_CATEGORY_RETIRED;
    case Category::kResident:
      return pb::PERSON_CATEGORY_RESIDENT;
  }
  return pb::PERSON_CATEGORY_UNSPECIFIED;
}

pb::AssistanceCategory ToProto(Assistance value) {
  switch (value) {
    case Assistance::kNone:
      break;
    case Assistance::kExtremePoverty:
      return pb::ASSISTANCE_CATEGORY_EXTREME_POVERTY;
    case Assistance::kLowIncome:
      return pb::ASSISTANCE_CATEGORY_LOW_INCOME;
  }
  return pb::ASSISTANCE_CATEGORY_UNSPECIFIED;
}

pb::InstitutionKind ToProto(InstitutionKind value) {
  switch (value) {
    case InstitutionKind::kUnspecified:
      break;
    case InstitutionKind::kHospital:
      return pb::INSTITUTION_KIND_HOSPITAL;
    case InstitutionKind::kPharmacy:
      return pb::INSTITUTION_KIND_PHARMACY;
  }
  return pb::INSTITUTION_KIND_UNSPECIFIED;
}

pb::ItemClass ToProto(ItemClass value) {
  switch (value) {
    case ItemClass::kUnspecified:
      break;
    case ItemClass::kA:
      return pb::ITEM_CLASS_A;
    case ItemClass::kB:
      return pb::ITEM_CLASS_B;
    case ItemClass::kOwnExpense:
      return pb::ITEM_CLASS_OWN_EXPENSE;
  }
  return pb::ITEM_CLASS_UNSPECIFIED;
}

pb::AfterAgreement ToProto(AfterAgreement value) {
  return value == AfterAgreement::kDelisted ? pb::AFTER_AGREEMENT_DELISTED
                                            : pb::AFTER_AGREEMENT_REGULAR;
}

pb::RegistrationKind ToProto(RegistrationKind value) {
  switch (value) {
    case RegistrationKind::kUnspecified:
      break;
    case RegistrationKind::kTreatment:
      return pb::REGISTRATION_KIND_TREATMENT;
    case RegistrationKind::kChronicDisease:
      return pb::REGISTRATION_KIND_CHRONIC_DISEASE;
    case RegistrationKind::kTwoDisease:
      return pb::REGISTRATION_KIND_TWO_DISEASE;
    case RegistrationKind::kFamilyAccount:
      return pb::REGISTRATION_KIND_FAMILY_ACCOUNT;
  }
  return pb::REGISTRATION_KIND_UNSPECIFIED;
}

pb::PrescriptionChannel ToProto(Channel value) {
  switch (value) {
    case Channel::kUnspecified:
      break;
    case Channel::kPaper:
      return pb::PRESCRIPTION_CHANNEL_PAPER;
    case Channel::kECenter:
      return pb::PRESCRIPTION_CHANNEL_E_CENTER;
  }
  return pb::PRESCRIPTION_CHANNEL_UNSPECIFIED;
}

pb::ClaimOrigin ToProto(Origin value) {
  switch (value) {
    case Origin::kUnspecified:
      break;
    case Origin::kInstitution:
      return pb::CLAIM_ORIGIN_INSTITUTION;
    case Origin::kManual:
      return pb::CLAIM_ORIGIN_MANUAL;
  }
  return pb::CLAIM_ORIGIN_UNSPECIFIED;
}

pb::StepKind ToProto(StepKind value) {
  switch (value) {
    case StepKind::kPaymentStandard:
      return pb::STEP_KIND_PAYMENT_STANDARD;
    case StepKind::kOwnExpense:
      return pb::STEP_KIND_OWN_EXPENSE;
    case StepKind::kDelisted:
      return pb::STEP_KIND_DELISTED;
    case StepKind::kPreself:
      return pb::STEP_KIND_PRESELF;
    case StepKind::kRoute:
      return pb::STEP_KIND_ROUTE;
    case StepKind::kDeductible:
      return pb::STEP_KIND_DEDUCTIBLE;
    case StepKind::kFundPay:
      return pb::STEP_KIND_FUND_PAY;
    case StepKind::kCap:
      return pb::STEP_KIND_CAP;
    case StepKind::kOverflow:
      return pb::STEP_KIND_OVERFLOW;
    case StepKind::kLayerPay:
      return pb::STEP_KIND_LAYER_PAY;
    case StepKind::kLayerCap:
      return pb::STEP_KIND_LAYER_CAP;
    case StepKind::kAccount:
      return pb::STEP_KIND_ACCOUNT;
    case StepKind::kFamilyAccount:
      return pb::STEP_KIND_FAMILY_ACCOUNT;
  }
  return pb::STEP_KIND_UNSPECIFIED;
}

std::optional<std::string> TitleFromProto(pb::PhysicianTitle value) {
  switch (value) {
    case pb::PHYSICIAN_TITLE_UNSPECIFIED:
      return "";
    case pb::PHYSICIAN_TITLE_JUNIOR:
      return "JUNIOR";
    case pb::PHYSICIAN_TITLE_INTERMEDIATE:
      return "INTERMEDIATE";
    case pb::PHYSICIAN_TITLE_ASSOCIATE_SENIOR:
      return "ASSOCIATE_SENIOR";
    case pb::PHYSICIAN_TITLE_SENIOR:
      return "SENIOR";
    default:
      return std::nullopt;
  }
}

pb::PhysicianTitle TitleToProto(const std::string& title) {
  pb::PhysicianTitle value = pb::PHYSICIAN_TITLE_UNSPECIFIED;
  pb::PhysicianTitle_Parse("PHYSICIAN_TITLE_" + title, &value);
  return value;
}

}  // namespace onestop::wire
