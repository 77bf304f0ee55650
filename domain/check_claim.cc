// The checks that refuse a claim, rows 2 to 14 of docs/rules.md section 7: each
// row for all lines, in line order, before the next row.
#include "domain/check_claim.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
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

absl::Status Row2Known(const Checked& c) {
  if (c.facts.person == nullptr) {
    return Unknown(refusal::kPersonUnknown,
                   "no such person; import the person or correct person_id");
  }
  if (c.visited == nullptr && !c.anywhere) {
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

absl::Status Row3Future(const Checked& c) {
  if (!c.facts.today) return absl::OkStatus();
  const Day service = c.claim.service_date;
  if (service <= *c.facts.today) return absl::OkStatus();
  return Refuse(refusal::kFutureServiceDate,
                absl::StrCat("the service date ", FormatDay(service),
                             " is after today, ", FormatDay(*c.facts.today)));
}

absl::Status Row3Year(const Checked& c) {
  if (!c.facts.today) return absl::OkStatus();
  const Day service = c.claim.service_date;
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

bool LinesHaveTheirOwnIds(const Claim& claim) {
  absl::InlinedVector<std::string_view, 16> ids;
  for (const ClaimLine& line : claim.lines) ids.push_back(line.line_id);
  std::sort(ids.begin(), ids.end());
  return std::adjacent_find(ids.begin(), ids.end()) == ids.end();
}

// Of lines of which two have the same id.
absl::Status FirstLineIdGivenTwice(const Claim& claim) {
  absl::flat_hash_set<std::string_view> seen;
  const auto twice = std::find_if(claim.lines.begin(), claim.lines.end(),
                                  [&seen](const ClaimLine& line) {
                                    return !seen.insert(line.line_id).second;
                                  });
  return MakeError(absl::StatusCode::kInvalidArgument, refusal::kDuplicateLine,
                   absl::StrCat("two lines have the id ", twice->line_id),
                   {{"line_id", twice->line_id}});
}

absl::Status Row7Lines(const Checked& c) {
  if (!LinesHaveTheirOwnIds(c.claim)) return FirstLineIdGivenTwice(c.claim);
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
  const auto prescribed = PrescribedQuantities(prescription);
  absl::flat_hash_map<std::string_view, __int128> claimed;
  for (const ClaimLine& line : c.claim.lines) {
    claimed[line.item_code] += line.quantity.ten_thousandths;
  }
  for (const ClaimLine& line : c.claim.lines) {
    const Quantity dispensed =
        DispensedSoFar(*c.facts.no_year, prescription, line.item_code);
    const auto asked = prescribed.find(line.item_code);
    const int64_t most =
        asked == prescribed.end() ? 0 : asked->second.ten_thousandths;
    if (dispensed.ten_thousandths + claimed[line.item_code] > most) {
      return RefuseLine(
          refusal::kPrescriptionExhausted, line,
          absl::StrCat(
              "more than the prescription has left; dispensed before: ",
              FormatQuantity(dispensed)));
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

absl::Status Row14Relatives(const Checked& c) {
  for (size_t i = 0; i < c.facts.relatives.size(); ++i) {
    const Person* relative = c.facts.relatives[i].person;
    if (relative != nullptr &&
        SharesAccount(*relative, c.claim.person_id, c.claim.service_date)) {
      continue;
    }
    return Refuse(refusal::kAccountNotBound,
                  absl::StrCat("relative ", i + 1,
                               " has not registered the account for this "
                               "person (FAMILY_ACCOUNT)"),
                  {{"relative", absl::StrCat(i + 1)}});
  }
  return absl::OkStatus();
}

struct Row {
  RowAbout about;
  absl::Status (*judge)(const Checked&);
};

constexpr Row kRows[] = {
    {RowAbout::kUnknown, Row2Known},
    {RowAbout::kDay, Row3Future},
    {RowAbout::kDay, Row3Year},
    {RowAbout::kPersonOrInstitution, Row4Benefits},
    {RowAbout::kPersonOrInstitution, Row5Contract},
    {RowAbout::kPersonOrInstitution, Row6Network},
    {RowAbout::kClaim, Row7Lines},
    {RowAbout::kClaim, Row8PrescriptionGiven},
    {RowAbout::kClaim, Row9PrescriptionDate},
    {RowAbout::kQuantities, Row10PrescriptionLeft},
    {RowAbout::kQuantities, Row11Supply},
    {RowAbout::kQuantities, Row12Refill},
    {RowAbout::kQuantities, Row13Amount},
    {RowAbout::kQuantities, Row14Relatives},
};

}  // namespace

Checked::Checked(const Facts& given_facts, const Claim& given_claim)
    : facts(given_facts),
      claim(given_claim),
      visited(facts.catalog->FindInstitution(claim.institution_id)),
      prescriber(claim.prescription ? facts.catalog->FindInstitution(
                                          claim.prescription->institution_id)
                                    : nullptr) {}

absl::Status CheckClaim(const Facts& facts, const Claim& claim) {
  const Checked checked(facts, claim);
  for (const Row& row : kRows) ONESTOP_RETURN_IF_ERROR(row.judge(checked));
  return absl::OkStatus();
}

std::vector<Refusal> RefusalsBeforeQuantities(const Checked& checked) {
  std::vector<Refusal> refusals;
  for (const Row& row : kRows) {
    if (row.about == RowAbout::kQuantities) break;
    absl::Status status = row.judge(checked);
    if (status.ok()) continue;
    refusals.push_back({row.about, std::move(status)});
    if (row.about == RowAbout::kUnknown) break;
  }
  return refusals;
}

absl::flat_hash_map<std::string_view, Quantity> PrescribedQuantities(
    const Prescription& prescription) {
  static_assert(limits::kMaxPrescriptionItems *
                    static_cast<__int128>(limits::kMaxQuantityUnits) * 10'000 <
                std::numeric_limits<int64_t>::max());
  absl::flat_hash_map<std::string_view, Quantity> prescribed;
  for (const PrescribedItem& item : prescription.items) {
    prescribed[item.item_code].ten_thousandths += item.quantity.ten_thousandths;
  }
  return prescribed;
}

Quantity DispensedSoFar(const LedgerRow& no_year,
                        const Prescription& prescription,
                        std::string_view item_code) {
  return Quantity{no_year.Get(PrescriptionCounter(
      prescription.institution_id, prescription.prescription_id, item_code))};
}

}  // namespace onestop::domain
