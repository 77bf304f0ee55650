// Asks the engine's own pieces about a claim that was not made yet: its lines
// are nominal, its institution perhaps not chosen.
#include "domain/eligibility.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "domain/check_claim.h"
#include "domain/reason.h"
#include "domain/rooms.h"
#include "domain/working_claim.h"

namespace onestop::domain {
namespace {

// So large that neither a low ceiling price nor rounding leaves nothing in
// scope of an item that the insurance pays at all.
constexpr Quantity kNominalQuantity{10'000'000'000};  // a million units
constexpr Money kNominalAmount{limits::kMaxAmountFen};

ClaimLine NominalLine(const std::string& item_code) {
  ClaimLine line;
  line.line_id = item_code;
  line.item_code = item_code;
  line.quantity = kNominalQuantity;
  line.amount = kNominalAmount;
  return line;
}

// A line for each item asked about, each once.
Claim NominalClaim(const Inquiry& inquiry) {
  Claim claim;
  claim.person_id = inquiry.person_id;
  claim.institution_id = inquiry.institution_id;
  claim.service_date = inquiry.service_date;
  claim.physician_id = inquiry.physician_id;
  claim.diagnosis_codes = inquiry.diagnosis_codes;
  claim.prescription = inquiry.prescription;
  absl::flat_hash_set<std::string_view> seen;
  for (const std::string& item_code : inquiry.item_codes) {
    if (seen.insert(item_code).second) {
      claim.lines.push_back(NominalLine(item_code));
    }
  }
  return claim;
}

absl::Status TellRefusals(const Checked& checked, Eligibility& told) {
  told.in_force = true;
  for (const Refusal& row : RefusalsBeforeQuantities(checked)) {
    if (row.about == RowAbout::kUnknown) return row.status;
    if (row.about == RowAbout::kPersonOrInstitution) told.in_force = false;
    told.refusals.push_back(ErrorReason(row.status));
  }
  return absl::OkStatus();
}

// Row 10: with no quantity asked, what has nothing left at all is exhausted.
bool Exhausted(const Claim& claim, const std::vector<PrescriptionLeft>& left) {
  const auto has_left = [](const PrescriptionLeft& item) {
    return item.Left().ten_thousandths > 0;
  };
  if (claim.lines.empty()) {
    return std::none_of(left.begin(), left.end(), has_left);
  }
  return std::any_of(
      claim.lines.begin(), claim.lines.end(), [&](const ClaimLine& line) {
        return std::none_of(left.begin(), left.end(), [&](const auto& item) {
          return item.item_code == line.item_code && has_left(item);
        });
      });
}

void TellPrescription(const Facts& facts, const Claim& claim,
                      Eligibility& told) {
  if (!claim.prescription) return;
  const Prescription& prescription = *claim.prescription;
  const auto prescribed = PrescribedQuantities(prescription);
  absl::flat_hash_set<std::string_view> seen;
  for (const PrescribedItem& item : prescription.items) {
    if (!seen.insert(item.item_code).second) continue;
    told.prescription_left.push_back(
        {item.item_code, prescribed.at(item.item_code),
         DispensedSoFar(*facts.no_year, prescription, item.item_code)});
  }
  if (Exhausted(claim, told.prescription_left)) {
    told.refusals.emplace_back(refusal::kPrescriptionExhausted);
  }
}

void TellRegistrations(const Person& person, Day day, Eligibility& told) {
  for (const Registration& registration : person.registrations) {
    told.registrations.push_back({&registration,
                                  ReasonOf(StateOn(registration, day)),
                                  ActiveUntil(registration, day)});
  }
}

void TellAccounts(const Facts& facts, absl::Span<const Person> owners, Day day,
                  Eligibility& told) {
  if (told.coverage->insurance == Insurance::kEmployee) {
    told.account_balance = Money{facts.no_year->Get(kAccountCounter)};
  }
  for (const Person& owner : owners) {
    if (SharesAccount(owner, facts.person->person_id, day) &&
        owner.CoverageOn(day).insurance == Insurance::kEmployee) {
      told.account_owners.push_back(owner.person_id);
    }
  }
}

// The claim as the engine takes it: known items only, then the drugs that the
// person is registered for, whose limits are told too.
void PrepareLines(const Facts& facts, Claim& claim) {
  const Catalog& catalog = *facts.catalog;
  std::erase_if(claim.lines, [&catalog](const ClaimLine& line) {
    return catalog.FindItem(line.item_code) == nullptr;
  });
  absl::flat_hash_set<std::string> seen;
  for (const ClaimLine& line : claim.lines) seen.insert(line.item_code);
  int added = 0;
  for (const Registration& registration : facts.person->registrations) {
    if (registration.kind != RegistrationKind::kTreatment ||
        StateOn(registration, claim.service_date) !=
            RegistrationState::kActive) {
      continue;
    }
    for (const std::string& item_code :
         ItemsOn(registration, claim.service_date)) {
      if (added == limits::kMaxRegistrationItems) return;
      if (catalog.FindItem(item_code) == nullptr ||
          !seen.insert(item_code).second) {
        continue;
      }
      claim.lines.push_back(NominalLine(item_code));
      ++added;
    }
  }
}

// Notes every deductible and cap that can apply to the person.
class LimitTeller {
 public:
  explicit LimitTeller(WorkingClaim& work) : work_(work) {}

  void TellSchemes();
  void TellLayers();

 private:
  // What shares a deductible or a cap.
  struct Group {
    std::string key;
    const Item* item = nullptr;
  };

  bool MayApply(const Scheme& scheme) const;
  std::vector<Group> RegisteredDiseases(const Scheme& scheme) const;
  std::vector<Group> GroupsOf(const Scheme& scheme) const;
  Money DeductibleOf(const Scheme& scheme) const;
  void TellDeductible(int index, const std::vector<Group>& groups);
  void TellCaps(int index, const std::vector<Group>& groups);
  const Scheme& SchemeAt(int index) const {
    return work_.plan.schemes[static_cast<size_t>(index)];
  }
  size_t category() const {
    return static_cast<size_t>(work_.coverage.category);
  }
  // Of the governing institution; 0: none is known.
  size_t LevelFor(const Scheme& scheme) const {
    const Institution* governing =
        work_.visited == nullptr ? nullptr : work_.Governing(scheme);
    return governing == nullptr ? 0
                                : static_cast<size_t>(governing->RuleLevel());
  }
  bool ServedAt(const Scheme& scheme) const {
    return scheme.deductible[category()][LevelFor(scheme)].source != nullptr;
  }

  WorkingClaim& work_;
};

std::vector<LimitTeller::Group> LimitTeller::RegisteredDiseases(
    const Scheme& scheme) const {
  std::vector<Group> diseases;
  absl::flat_hash_set<std::string_view> seen;
  for (const Registration& registration : work_.facts.person->registrations) {
    if (registration.kind == scheme.conditions.registration &&
        scheme.CoversDisease(registration.disease) &&
        StateOn(registration, work_.claim.service_date) ==
            RegistrationState::kActive &&
        seen.insert(registration.disease).second) {
      diseases.push_back({registration.disease, nullptr});
    }
  }
  return diseases;
}

// In force, with a ratio for the person's category, and the person has what
// it asks to be registered.
bool LimitTeller::MayApply(const Scheme& scheme) const {
  if (!scheme.in_force) return false;
  const auto& ratios = scheme.ratio[category()];
  if (std::none_of(ratios.begin(), ratios.end(), [](const SourcedRatio& ratio) {
        return ratio.source != nullptr && ratio.value.basis_points > 0;
      })) {
    return false;
  }
  const RegistrationKind kind = scheme.conditions.registration;
  switch (kind) {
    case RegistrationKind::kChronicDisease:
    case RegistrationKind::kTwoDisease:
      return !RegisteredDiseases(scheme).empty();
    case RegistrationKind::kTreatment: {
      const auto& all = work_.facts.person->registrations;
      return std::any_of(all.begin(), all.end(), [&](const auto& candidate) {
        return candidate.kind == kind &&
               StateOn(candidate, work_.claim.service_date) ==
                   RegistrationState::kActive;
      });
    }
    default:
      return true;
  }
}

std::vector<LimitTeller::Group> LimitTeller::GroupsOf(
    const Scheme& scheme) const {
  switch (scheme.grouping) {
    case Grouping::kNone:
      return {{"", nullptr}};
    case Grouping::kDisease:
      return RegisteredDiseases(scheme);
    case Grouping::kDrug:
      break;
  }
  std::vector<Group> drugs;
  for (size_t i = 0; i < work_.items.size(); ++i) {
    if (CheckEntitlement(work_, scheme, static_cast<int>(i)) ==
        PassReason::kNone) {
      drugs.push_back({work_.items[i]->item_code, work_.items[i]});
    }
  }
  return drugs;
}

// At the governing institution's level; where none is known, or the scheme
// serves none such, the highest.
Money LimitTeller::DeductibleOf(const Scheme& scheme) const {
  const auto& by_level = scheme.deductible[category()];
  if (ServedAt(scheme)) return by_level[LevelFor(scheme)].value;
  Money highest;
  for (const SourcedMoney& amount : by_level) {
    highest = Max(highest, amount.value);
  }
  return highest;
}

void LimitTeller::TellDeductible(int index, const std::vector<Group>& groups) {
  const Scheme& scheme = SchemeAt(index);
  const Money amount = DeductibleOf(scheme);
  if (amount.fen == 0) return;
  switch (scheme.deductible_scope) {
    case DeductibleScope::kNone:
      return;
    case DeductibleScope::kVisit:
      // Of a new visit, whose id will follow the slash.
      if (!ServedAt(scheme)) return;
      return work_.Note(
          {DeductibleCounter(scheme.id, "") + "/", index, -1, true, amount});
    case DeductibleScope::kSchemeYear:
      return work_.Note(
          {DeductibleCounterOf(work_, scheme, ""), index, -1, true, amount});
    case DeductibleScope::kDrugYear:
      for (const Group& group : groups) {
        work_.Note({DeductibleCounterOf(work_, scheme, group.key), index, -1,
                    true, amount});
      }
  }
}

void LimitTeller::TellCaps(int index, const std::vector<Group>& groups) {
  const Scheme& scheme = SchemeAt(index);
  const auto tell = [&](const Cap& cap, const Group& group) {
    const CapRoom room = RoomOf(work_, scheme, cap, group.key, group.item);
    work_.Note({room.counter, index, -1, false, room.limit});
  };
  for (const Cap& cap : scheme.caps) {
    if (cap.scope == CapScope::kSchemeYear || cap.scope == CapScope::kShared) {
      tell(cap, {});
    } else {
      for (const Group& group : groups) tell(cap, group);
    }
  }
}

void LimitTeller::TellSchemes() {
  std::vector<bool> reached(work_.plan.schemes.size(), false);
  for (int s = 0; s < static_cast<int>(reached.size()); ++s) {
    const Scheme& scheme = SchemeAt(s);
    const bool starts = scheme.serves != Serves::kOverflowOnly ||
                        reached[static_cast<size_t>(s)];
    if (!starts || !MayApply(scheme)) continue;
    for (const int to : scheme.overflow_to) {
      reached[static_cast<size_t>(to)] = true;
    }
    const std::vector<Group> groups = GroupsOf(scheme);
    TellDeductible(s, groups);
    TellCaps(s, groups);
  }
}

void LimitTeller::TellLayers() {
  for (int i = 0; i < static_cast<int>(work_.plan.layers.size()); ++i) {
    const Layer& layer = work_.plan.layers[static_cast<size_t>(i)];
    const LayerTerms* terms =
        layer.TermsFor(*work_.facts.person, work_.coverage.assistance,
                       work_.claim.service_date);
    if (terms == nullptr) continue;
    const auto paying = std::find_if(
        terms->bands.begin(), terms->bands.end(),
        [](const Band& band) { return band.ratio.basis_points > 0; });
    if (paying != terms->bands.end() && paying->from.fen > 0) {
      work_.Note({BasisCounter(layer.id), -1, i, true, paying->from});
    }
    work_.Note({PaidCounter(layer.id), -1, i, false, terms->cap.value});
  }
}

// Where the item's line starts; what no plan or catalog knows has no line.
ItemRoute RouteOf(const std::string& item_code, const Facts& facts,
                  const WorkingClaim* work) {
  ItemRoute route;
  route.item_code = item_code;
  if (facts.catalog->FindItem(item_code) == nullptr) return route;
  if (work == nullptr) {
    route.passed_over.push_back({-1, PassReason::kNotModelled});
    return route;
  }
  for (size_t i = 0; i < work->items.size(); ++i) {
    if (work->items[i]->item_code != item_code) continue;
    const LineResult& result = work->outcome.lines[i];
    route.first_scheme = result.first_scheme;
    route.passed_over = result.passed_over;
  }
  return route;
}

}  // namespace

Quantity PrescriptionLeft::Left() const {
  return std::max(Quantity{0}, Quantity{prescribed.ten_thousandths -
                                        dispensed.ten_thousandths});
}

absl::StatusOr<Eligibility> JudgeEligibility(const Policy& policy,
                                             const Facts& facts,
                                             absl::Span<const Person> owners,
                                             const Inquiry& inquiry) {
  const Day day = inquiry.service_date;
  Claim claim = NominalClaim(inquiry);
  Checked checked(facts, claim);
  checked.anywhere = inquiry.institution_id.empty();
  Eligibility told;
  ONESTOP_RETURN_IF_ERROR(TellRefusals(checked, told));
  told.coverage = &facts.person->CoverageOn(day);
  told.plan =
      policy.PlanOn(told.coverage->region, told.coverage->insurance, day);
  TellPrescription(facts, claim, told);
  TellRegistrations(*facts.person, day, told);
  TellAccounts(facts, owners, day, told);
  std::vector<std::string> asked;
  for (const ClaimLine& line : claim.lines) asked.push_back(line.item_code);
  std::optional<WorkingClaim> work;
  if (told.plan != nullptr) {
    PrepareLines(facts, claim);
    work.emplace(facts, claim, *told.plan, *told.coverage);
    PriceLines(*work);
    RouteLines(*work);
    LimitTeller teller(*work);
    teller.TellSchemes();
    teller.TellLayers();
    work->TellRemaining();
    told.remaining = std::move(work->outcome.remaining);
  }
  for (const std::string& item_code : asked) {
    told.items.push_back(RouteOf(item_code, facts, work ? &*work : nullptr));
  }
  return told;
}

}  // namespace onestop::domain
