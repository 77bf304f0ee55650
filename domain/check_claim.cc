// The checks that refuse a claim, rows 2 to 14 of RULES.md section 7: each row
// for all lines, in line order, before the next row.
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "domain/evaluate.h"
#include "domain/reason.h"

namespace onestop::domain {
namespace {

absl::Status Refuse(std::string_view reason, std::string_view message,
                    ErrorMetadata metadata = {}) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, message,
                   std::move(metadata));
}

absl::Status RefuseLine(std::string_view reason, const ClaimLine& line,
                        std::string_view message) {
  return Refuse(reason,
                absl::StrCat("line ", line.line_id, ": ", View(message)),
                {{"line_id", line.line_id}, {"item_code", line.item_code}});
}

absl::Status Unknown(std::string_view reason, std::string_view message,
                     ErrorMetadata metadata = {}) {
  return MakeError(absl::StatusCode::kNotFound, reason, message,
                   std::move(metadata));
}

// What the rows look at, resolved as far as it exists.
struct Checked {
  const Facts& facts;
  const Claim& claim;
  const Institution* visited;
  const Institution* prescriber;

  bool AtPharmacy() const { return !visited->IsHospital(); }
};

absl::Status Row2Known(const Checked& c) {
  if (c.facts.person == nullptr) {
    return Unknown(refusal::kPersonUnknown,
                   "no such person; import the person or correct person_id");
  }
  if (c.visited == nullptr) {
    return Unknown(
        refusal::kInstitutionUnknown,
        absl::StrCat("institution ", c.claim.institution_id, " is not known"),
        {{"institution_id", c.claim.institution_id}});
  }
  if (!c.claim.prescription) return absl::OkStatus();
  if (c.prescriber == nullptr || !c.prescriber->IsHospital()) {
    const std::string& id = c.claim.prescription->institution_id;
    return Unknown(refusal::kInstitutionUnknown,
                   absl::StrCat("the prescribing institution ", id,
                                " is unknown or is not a hospital"),
                   {{"institution_id", id}});
  }
  return absl::OkStatus();
}

absl::Status Row3Date(const Checked& c) {
  if (!c.facts.today) return absl::OkStatus();
  const Day service = c.claim.service_date;
  if (*c.facts.today < service) {
    return Refuse(refusal::kFutureServiceDate,
                  absl::StrCat("the service date ", FormatDay(service),
                               " is after today, ", FormatDay(*c.facts.today)));
  }
  if (c.facts.year_closed || service < EarliestOpenDay(*c.facts.today)) {
    return Refuse(refusal::kYearClosed,
                  absl::StrCat("the year ", YearOf(service),
                               " is closed for claims; late claims are taken "
                               "through 31 March of the next year"),
                  {{"year", absl::StrCat(YearOf(service))}});
  }
  return absl::OkStatus();
}

absl::Status Row4Benefits(const Checked& c) {
  const Coverage& coverage = c.facts.person->CoverageOn(c.claim.service_date);
  if (c.facts.person->BenefitsInForce(c.claim.service_date) &&
      coverage.insurance != Insurance::kUnspecified) {
    return absl::OkStatus();
  }
  return Refuse(refusal::kBenefitSuspended,
                absl::StrCat("the person's benefits are not in force on ",
                             FormatDay(c.claim.service_date)));
}

absl::Status Row5Contract(const Checked& c) {
  for (const Institution* institution : {c.visited, c.prescriber}) {
    if (institution == nullptr ||
        institution->contract.Contains(c.claim.service_date)) {
      continue;
    }
    return Refuse(
        refusal::kInstitutionNotContracted,
        absl::StrCat("institution ", institution->institution_id,
                     " has no contract on ", FormatDay(c.claim.service_date)),
        {{"institution_id", institution->institution_id}});
  }
  return absl::OkStatus();
}

absl::Status Row6Network(const Checked& c) {
  if (!c.AtPharmacy() || c.visited->instant_settlement ||
      c.claim.origin == Origin::kManual) {
    return absl::OkStatus();
  }
  return Refuse(refusal::kInstitutionNotNetworked,
                absl::StrCat("pharmacy ", c.visited->institution_id,
                             " is not connected for instant settlement; the "
                             "agency settles this claim by hand"),
                {{"institution_id", c.visited->institution_id}});
}

absl::Status Row7Lines(const Checked& c) {
  absl::flat_hash_set<std::string_view> seen;
  for (const ClaimLine& line : c.claim.lines) {
    if (!seen.insert(line.line_id).second) {
      return MakeError(absl::StatusCode::kInvalidArgument,
                       refusal::kDuplicateLine,
                       absl::StrCat("two lines have the id ", line.line_id),
                       {{"line_id", line.line_id}});
    }
  }
  for (const ClaimLine& line : c.claim.lines) {
    if (c.facts.catalog->FindItem(line.item_code) == nullptr) {
      return Unknown(
          refusal::kItemUnknown,
          absl::StrCat("line ", line.line_id, ": item ", line.item_code,
                       " is not in the catalog"),
          {{"line_id", line.line_id}, {"item_code", line.item_code}});
    }
  }
  return absl::OkStatus();
}

absl::Status Row8PrescriptionGiven(const Checked& c) {
  if (!c.AtPharmacy() || c.claim.prescription || c.claim.account.use) {
    return absl::OkStatus();
  }
  return Refuse(refusal::kPrescriptionRequired,
                "a pharmacy settles only on a prescription, or with the "
                "personal account (account.use)");
}

absl::Status Row9PrescriptionDate(const Checked& c) {
  if (!c.claim.prescription) return absl::OkStatus();
  const Day issued = c.claim.prescription->issued_on;
  const Day service = c.claim.service_date;
  if (issued <= service && service <= issued + limits::kPrescriptionValidDays) {
    return absl::OkStatus();
  }
  return Refuse(refusal::kPrescriptionExpired,
                absl::StrCat("the prescription of ", FormatDay(issued),
                             " is valid from that day for ",
                             limits::kPrescriptionValidDays,
                             " more days, not on ", FormatDay(service)));
}

absl::Status Row10PrescriptionLeft(const Checked& c) {
  if (!c.claim.prescription) return absl::OkStatus();
  const Prescription& prescription = *c.claim.prescription;
  absl::flat_hash_map<std::string_view, __int128> prescribed;
  for (const PrescribedItem& item : prescription.items) {
    prescribed[item.item_code] += item.quantity.ten_thousandths;
  }
  absl::flat_hash_map<std::string_view, __int128> claimed;
  for (const ClaimLine& line : c.claim.lines) {
    claimed[line.item_code] += line.quantity.ten_thousandths;
  }
  for (const ClaimLine& line : c.claim.lines) {
    const int64_t dispensed = c.facts.no_year->Get(
        PrescriptionCounter(prescription.institution_id,
                            prescription.prescription_id, line.item_code));
    const auto asked = prescribed.find(line.item_code);
    const __int128 most = asked == prescribed.end() ? 0 : asked->second;
    if (dispensed + claimed[line.item_code] > most) {
      return RefuseLine(
          refusal::kPrescriptionExhausted, line,
          absl::StrCat(
              "more than the prescription has left; dispensed before: ",
              FormatQuantity(Quantity{dispensed})));
    }
  }
  return absl::OkStatus();
}

absl::Status Row11Supply(const Checked& c) {
  const bool long_term =
      c.claim.prescription && c.claim.prescription->long_term;
  const int most =
      long_term ? limits::kMaxLongTermSupplyDays : limits::kMaxSupplyDays;
  for (const ClaimLine& line : c.claim.lines) {
    if (line.days_supply > most) {
      return RefuseLine(refusal::kOverQuantity, line,
                        absl::StrCat(line.days_supply,
                                     " days of supply are more than ", most));
    }
  }
  return absl::OkStatus();
}

absl::Status Row12Refill(const Checked& c) {
  const Day latest = c.claim.service_date + limits::kRefillGraceDays;
  for (const ClaimLine& line : c.claim.lines) {
    if (line.days_supply == 0) continue;
    for (const LedgerEntry& entry :
         c.facts.no_year->WithPrefix(SupplyPrefix(line.item_code))) {
      if (entry.until <= latest) continue;
      return RefuseLine(
          refusal::kRefillTooSoon, line,
          absl::StrCat("what was dispensed before reaches ",
                       FormatDay(entry.until), "; a refill is possible from ",
                       FormatDay(entry.until - limits::kRefillGraceDays)));
    }
  }
  return absl::OkStatus();
}

absl::Status Row13Amount(const Checked& c) {
  for (const ClaimLine& line : c.claim.lines) {
    if (!line.unit_price) continue;
    const __int128 difference =
        CostFen(*line.unit_price, line.quantity) - line.amount.fen;
    if (difference > 1 || difference < -1) {
      return RefuseLine(
          refusal::kAmountMismatch, line,
          "unit_price × quantity differs from amount_fen by more than a fen");
    }
  }
  return absl::OkStatus();
}

bool Bound(const Person& relative, const Claim& claim) {
  if (relative.person_id == claim.person_id) return false;
  for (const Registration& registration : relative.registrations) {
    if (registration.kind == RegistrationKind::kFamilyAccount &&
        registration.beneficiary_id == claim.person_id &&
        StateOn(registration, claim.service_date) ==
            RegistrationState::kActive) {
      return true;
    }
  }
  return false;
}

absl::Status Row14Relatives(const Checked& c) {
  for (size_t i = 0; i < c.facts.relatives.size(); ++i) {
    const Person* relative = c.facts.relatives[i].person;
    if (relative != nullptr && Bound(*relative, c.claim)) continue;
    return Refuse(refusal::kAccountNotBound,
                  absl::StrCat("relative ", i + 1,
                               " has not registered the account for this "
                               "person (FAMILY_ACCOUNT)"),
                  {{"relative", absl::StrCat(i + 1)}});
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckClaim(const Facts& facts, const Claim& claim) {
  const Checked checked{
      facts, claim, facts.catalog->FindInstitution(claim.institution_id),
      claim.prescription
          ? facts.catalog->FindInstitution(claim.prescription->institution_id)
          : nullptr};
  for (const auto row :
       {Row2Known, Row3Date, Row4Benefits, Row5Contract, Row6Network, Row7Lines,
        Row8PrescriptionGiven, Row9PrescriptionDate, Row10PrescriptionLeft,
        Row11Supply, Row12Refill, Row13Amount, Row14Relatives}) {
    ONESTOP_RETURN_IF_ERROR(row(checked));
  }
  return absl::OkStatus();
}

}  // namespace onestop::domain
