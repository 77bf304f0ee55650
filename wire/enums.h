// The API's enumerations and the domain's, both ways.
#ifndef ONESTOP_WIRE_ENUMS_H_
#define ONESTOP_WIRE_ENUMS_H_

#include <optional>
#include <string>

#include "domain/catalog.h"
#include "domain/claim.h"
#include "domain/outcome.h"
#include "domain/person.h"
#include "onestop/v1/receipt.pb.h"
#include "onestop/v1/types.pb.h"

namespace onestop::wire {

namespace pb = ::onestop::v1;

// nullopt: a number that this version does not know.
std::optional<domain::Insurance> FromProto(pb::InsuranceType value);
std::optional<domain::Category> FromProto(pb::PersonCategory value);
std::optional<domain::Assistance> FromProto(pb::AssistanceCategory value);
std::optional<domain::InstitutionKind> FromProto(pb::InstitutionKind value);
std::optional<domain::ItemClass> FromProto(pb::ItemClass value);
std::optional<domain::AfterAgreement> FromProto(pb::AfterAgreement value);
std::optional<domain::RegistrationKind> FromProto(pb::RegistrationKind value);
std::optional<domain::Channel> FromProto(pb::PrescriptionChannel value);
std::optional<domain::Origin> FromProto(pb::ClaimOrigin value);

pb::InsuranceType ToProto(domain::Insurance value);
pb::PersonCategory ToProto(domain::Category value);
pb::AssistanceCategory ToProto(domain::Assistance value);
pb::InstitutionKind ToProto(domain::InstitutionKind value);
pb::ItemClass ToProto(domain::ItemClass value);
pb::AfterAgreement ToProto(domain::AfterAgreement value);
pb::RegistrationKind ToProto(domain::RegistrationKind value);
pb::PrescriptionChannel ToProto(domain::Channel value);
pb::ClaimOrigin ToProto(domain::Origin value);
pb::StepKind ToProto(domain::StepKind value);

// A physician's title as the domain keeps it ("SENIOR"; empty: not given), and
// back; nullopt: an unknown number.
std::optional<std::string> TitleFromProto(pb::PhysicianTitle value);
pb::PhysicianTitle TitleToProto(const std::string& title);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_ENUMS_H_
