// Reads and writes persons, institutions, designations, balances and counters.
#include "wire/registry.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "domain/reason.h"
#include "domain/register.h"
#include "wire/enums.h"
#include "wire/receipt.h"
#include "wire/violations.h"

namespace onestop::wire {
namespace {

constexpr size_t kMaxCounterBytes = 160;

// What the plain fields of Person and a StatusPeriod have in common.
template <typename Message>
domain::Coverage ReadCoverage(const Message& message, const FieldPath& path,
                              Violations& violations) {
  domain::Coverage read;
  read.region = RequiredId(message.pooling_region(),
                           FieldPath(path, "pooling_region"), violations);
  read.insurance = RequiredEnum(FromProto(message.insurance_type()),
                                domain::Insurance::kUnspecified,
                                FieldPath(path, "insurance_type"), violations);
  read.category = RequiredEnum(FromProto(message.person_category()),
                               domain::Category::kUnspecified,
                               FieldPath(path, "person_category"), violations);
  read.assistance = OptionalEnum(
      FromProto(message.assistance_category()), domain::Assistance::kNone,
      FieldPath(path, "assistance_category"), violations);
  return read;
}

template <typename Message>
void WriteCoverage(const domain::Coverage& coverage, Message& out) {
  out.set_pooling_region(coverage.region);
  out.set_insurance_type(ToProto(coverage.insurance));
  out.set_person_category(ToProto(coverage.category));
  out.set_assistance_category(ToProto(coverage.assistance));
}

template <typename Message>
void WritePeriod(domain::Period period, Message& out) {
  if (period.from != domain::kOpenFrom) {
    out.set_from(domain::FormatDay(period.from));
  }
  if (period.until != domain::kOpenUntil) {
    out.set_until(domain::FormatDay(period.until));
  }
}

void ReadStatusPeriods(const pb::Person& person, const FieldPath& path,
                       domain::Person& read, Violations& violations) {
  const FieldPath all(path, "status_periods");
  const int count = BoundedCount(person.status_periods_size(),
                                 limits::kMaxPeriods, all, violations);
  for (int i = 0; i < count; ++i) {
    const FieldPath at(path, "status_periods", i);
    const pb::StatusPeriod& status = person.status_periods(i);
    domain::Coverage coverage = ReadCoverage(status, at, violations);
    coverage.period = PeriodOf(status.from(), status.until(), at, violations);
    read.coverages.push_back(std::move(coverage));
  }
  std::sort(read.coverages.begin(), read.coverages.end(),
            [](const domain::Coverage& a, const domain::Coverage& b) {
              return a.period.from < b.period.from;
            });
  for (size_t i = 1; i < read.coverages.size(); ++i) {
    if (read.coverages[i].period.from <= read.coverages[i - 1].period.until) {
      violations.Add(all, "overlap; each day may lie in one period only");
      break;
    }
  }
}

void ReadHoldings(const pb::Person& person, const FieldPath& path,
                  domain::Person& read, Violations& violations) {
  const int periods =
      BoundedCount(person.benefit_periods_size(), limits::kMaxPeriods,
                   FieldPath(path, "benefit_periods"), violations);
  for (int i = 0; i < periods; ++i) {
    const pb::DateRange& range = person.benefit_periods(i);
    read.benefit_periods.push_back(
        PeriodOf(range.from(), range.until(),
                 FieldPath(path, "benefit_periods", i), violations));
  }
  const int products =
      BoundedCount(person.commercial_size(), limits::kMaxPeriods,
                   FieldPath(path, "commercial"), violations);
  for (int i = 0; i < products; ++i) {
    const pb::CommercialHolding& holding = person.commercial(i);
    const FieldPath at(path, "commercial", i);
    read.products.push_back(
        {RequiredId(holding.product_id(), FieldPath(at, "product_id"),
                    violations),
         PeriodOf(holding.from(), holding.until(), at, violations)});
  }
}

// What no policy can settle.
absl::Status CheckCoverage(const domain::Coverage& coverage,
                           const domain::Policy& policy) {
  if (!policy.HasRegion(coverage.region)) {
    return MakeError(
        absl::StatusCode::kNotFound, domain::refusal::kRegionUnknown,
        absl::StrCat("pooling region ", coverage.region,
                     " has no schemes in the policy; correct it, or load a "
                     "policy that has it"),
        {{"pooling_region", coverage.region}});
  }
  const bool resident = coverage.insurance == domain::Insurance::kResident;
  if (resident != (coverage.category == domain::Category::kResident)) {
    return MakeError(absl::StatusCode::kFailedPrecondition,
                     domain::refusal::kWrongInsurance,
                     "insurance type and category do not fit: a RESIDENT is "
                     "of category RESIDENT, an EMPLOYEE is IN_SERVICE or "
                     "RETIRED");
  }
  return absl::OkStatus();
}

// "dedc/<scheme>[/…]", "cap/…", "basis/<layer>", "paid/<layer>".
bool IsYearCounter(std::string_view counter) {
  for (const std::string_view prefix : {"dedc/", "cap/", "basis/", "paid/"}) {
    if (counter.starts_with(prefix)) {
      return counter.size() > prefix.size() && counter[prefix.size()] != '/';
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<domain::Person> PersonFromProto(const pb::Person& person,
                                               const domain::Policy& policy,
                                               std::string_view path) {
  Violations violations;
  const FieldPath at(path);
  domain::Person read;
  read.person_id =
      RequiredId(person.person_id(), FieldPath(at, "person_id"), violations);
  read.birth_date =
      RequiredDay(person.birth_date(), FieldPath(at, "birth_date"), violations);
  read.always = ReadCoverage(person, at, violations);
  ReadStatusPeriods(person, at, read, violations);
  ReadHoldings(person, at, read, violations);
  if (!violations.empty()) return violations.ToStatus();
  absl::Status fits = CheckCoverage(read.always, policy);
  for (const domain::Coverage& coverage : read.coverages) {
    fits.Update(CheckCoverage(coverage, policy));
  }
  if (!fits.ok()) return fits;
  return read;
}

pb::Person PersonToProto(const domain::Person& person) {
  pb::Person out;
  out.set_person_id(person.person_id);
  out.set_birth_date(domain::FormatDay(person.birth_date));
  WriteCoverage(person.always, out);
  for (const domain::Period& period : person.benefit_periods) {
    WritePeriod(period, *out.add_benefit_periods());
  }
  for (const domain::Product& product : person.products) {
    pb::CommercialHolding& added = *out.add_commercial();
    added.set_product_id(product.product_id);
    WritePeriod(product.period, added);
  }
  for (const domain::Coverage& coverage : person.coverages) {
    pb::StatusPeriod& added = *out.add_status_periods();
    WritePeriod(coverage.period, added);
    WriteCoverage(coverage, added);
  }
  out.set_version(person.version);
  return out;
}

absl::StatusOr<domain::Institution> InstitutionFromProto(
    const pb::Institution& institution, std::string_view path) {
  Violations violations;
  const FieldPath at(path);
  domain::Institution read;
  read.institution_id = RequiredId(institution.institution_id(),
                                   FieldPath(at, "institution_id"), violations);
  read.name = BoundedText(institution.name(), FieldPath(at, "name"), violations,
                          limits::kMaxNameBytes);
  read.kind = RequiredEnum(FromProto(institution.institution_kind()),
                           domain::InstitutionKind::kUnspecified,
                           FieldPath(at, "institution_kind"), violations);
  read.level = NumberBetween(institution.level(), 0, 3, FieldPath(at, "level"),
                             violations);
  read.region =
      OptionalId(institution.region(), FieldPath(at, "region"), violations);
  read.contract =
      PeriodOf(institution.contract_from(), institution.contract_until(), at,
               violations, "contract_from", "contract_until");
  read.dual_channel = institution.dual_channel();
  read.instant_settlement = institution.instant_settlement();
  read.outpatient_pooling = institution.outpatient_pooling();
  read.certifies_chronic_disease = institution.certifies_chronic_disease();
  if (!violations.empty()) return violations.ToStatus();
  return read;
}

pb::Institution InstitutionToProto(const domain::Institution& institution) {
  pb::Institution out;
  out.set_institution_id(institution.institution_id);
  out.set_name(institution.name);
  out.set_institution_kind(ToProto(institution.kind));
  out.set_level(institution.level);
  out.set_region(institution.region);
  if (institution.contract.from != domain::kOpenFrom) {
    out.set_contract_from(domain::FormatDay(institution.contract.from));
  }
  if (institution.contract.until != domain::kOpenUntil) {
    out.set_contract_until(domain::FormatDay(institution.contract.until));
  }
  out.set_dual_channel(institution.dual_channel);
  out.set_instant_settlement(institution.instant_settlement);
  out.set_outpatient_pooling(institution.outpatient_pooling);
  out.set_certifies_chronic_disease(institution.certifies_chronic_disease);
  return out;
}

absl::StatusOr<domain::Designation> DesignationFromProto(
    const pb::Designation& designation, std::string_view path) {
  Violations violations;
  const FieldPath at(path);
  domain::Designation read;
  read.hospital_id = RequiredId(designation.hospital_id(),
                                FieldPath(at, "hospital_id"), violations);
  read.pharmacy_id = RequiredId(designation.pharmacy_id(),
                                FieldPath(at, "pharmacy_id"), violations);
  read.period =
      PeriodOf(designation.from(), designation.until(), at, violations);
  if (!violations.empty()) return violations.ToStatus();
  return read;
}

pb::Designation DesignationToProto(const domain::Designation& designation) {
  pb::Designation out;
  out.set_hospital_id(designation.hospital_id);
  out.set_pharmacy_id(designation.pharmacy_id);
  WritePeriod(designation.period, out);
  return out;
}

absl::StatusOr<domain::Movement> AccountFromProto(
    const pb::AccountBalance& account, std::string_view path) {
  Violations violations;
  const FieldPath at(path);
  domain::Movement read;
  read.person_id =
      RequiredId(account.person_id(), FieldPath(at, "person_id"), violations);
  read.counter = std::string(domain::kAccountCounter);
  read.amount = AmountBetween(account.balance_fen(), 0, limits::kMaxPostingFen,
                              FieldPath(at, "balance_fen"), violations)
                    .fen;
  if (!violations.empty()) return violations.ToStatus();
  return read;
}

absl::StatusOr<domain::Movement> CounterFromProto(
    const pb::LedgerCounter& counter, std::string_view path) {
  Violations violations;
  const FieldPath at(path);
  const FieldPath name(at, "counter");
  domain::Movement read;
  read.person_id =
      RequiredId(counter.person_id(), FieldPath(at, "person_id"), violations);
  read.year = NumberBetween(counter.year(), kFirstYear, kLastYear,
                            FieldPath(at, "year"), violations);
  read.counter =
      BoundedText(counter.counter(), name, violations, kMaxCounterBytes);
  if (!IsYearCounter(read.counter)) {
    violations.Add(name,
                   "is not a counter of a year; write dedc/<scheme>[/<item or "
                   "encounter>], cap/<scheme>[/<item or disease>], "
                   "cap/inpatient, basis/<layer> or paid/<layer>");
  }
  read.amount = AmountBetween(counter.amount_fen(), 0, limits::kMaxPostingFen,
                              FieldPath(at, "amount_fen"), violations)
                    .fen;
  if (!violations.empty()) return violations.ToStatus();
  return read;
}

absl::StatusOr<domain::Movement> UsageFromProto(const pb::InpatientUsage& usage,
                                                std::string_view path) {
  Violations violations;
  const FieldPath at(path);
  const FieldPath amount(at, "amount_fen");
  domain::Movement read;
  RequiredId(usage.request_id(), FieldPath(at, "request_id"), violations);
  read.person_id =
      RequiredId(usage.person_id(), FieldPath(at, "person_id"), violations);
  read.year = NumberBetween(usage.year(), kFirstYear, kLastYear,
                            FieldPath(at, "year"), violations);
  read.counter = std::string(domain::kInpatientCounter);
  read.amount = AmountBetween(usage.amount_fen(), -limits::kMaxPostingFen,
                              limits::kMaxPostingFen, amount, violations)
                    .fen;
  if (read.amount == 0) {
    violations.Add(amount, "is 0; a payment changes something");
  }
  if (!violations.empty()) return violations.ToStatus();
  return read;
}

absl::StatusOr<CreditAsk> CreditFromProto(const pb::AccountCredit& credit,
                                          std::string_view path) {
  Violations violations;
  const FieldPath at(path);
  CreditAsk read;
  read.person_id =
      RequiredId(credit.person_id(), FieldPath(at, "person_id"), violations);
  read.contribution_base =
      AmountBetween(credit.contribution_base_fen(), 0, limits::kMaxPostingFen,
                    FieldPath(at, "contribution_base_fen"), violations);
  if (!violations.empty()) return violations.ToStatus();
  return read;
}

absl::StatusOr<CloseYearAsk> CloseYearFromProto(
    const pb::CloseYearRequest& request) {
  Violations violations;
  CloseYearAsk read;
  read.request_id =
      RequiredId(request.request_id(), FieldPath("request_id"), violations);
  read.year = NumberBetween(request.year(), kFirstYear, kLastYear,
                            FieldPath("year"), violations);
  if (!violations.empty()) return violations.ToStatus();
  return read;
}

pb::CloseYearResponse CloseYearAnswer(int32_t year, int64_t closed_at_ms) {
  pb::CloseYearResponse answer;
  answer.set_year(year);
  SetTime(closed_at_ms, *answer.mutable_closed_at());
  return answer;
}

}  // namespace onestop::wire
