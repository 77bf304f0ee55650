// Looks up what the compiled policy holds for a region, an insurance type and a
// day.
#include "domain/policy.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/strings.h"

namespace onestop::domain {

bool Scheme::CoversDisease(std::string_view disease) const {
  return std::any_of(caps.begin(), caps.end(), [disease](const Cap& cap) {
    return cap.by_disease.contains(View(disease));
  });
}

const LayerTerms* Layer::TermsFor(const Person& person, Assistance assistance,
                                  Day day) const {
  if (!product_id.empty() && !person.Holds(product_id, day)) return nullptr;
  const LayerTerms* everyone = nullptr;
  for (const LayerTerms& candidate : terms) {
    if (candidate.any_assistance) {
      everyone = &candidate;
    } else if (candidate.assistance == assistance) {
      return &candidate;
    }
  }
  return everyone;
}

const Plan* Policy::PlanOn(std::string_view region, Insurance insurance,
                           Day day) const {
  const auto found = plans_.find(View(region));
  if (found == plans_.end()) return nullptr;
  const std::vector<Plan>& spans =
      found->second[static_cast<size_t>(insurance)];
  // The last span that begins on `day` or before.
  const auto after = std::upper_bound(
      spans.begin(), spans.end(), day,
      [](Day wanted, const Plan& plan) { return wanted < plan.period.from; });
  if (after == spans.begin()) return nullptr;
  const Plan& plan = *std::prev(after);
  return plan.period.Contains(day) ? &plan : nullptr;
}

bool Policy::HasRegion(std::string_view region) const {
  return plans_.contains(View(region));
}

const AccountCredit* Policy::CreditOn(std::string_view region,
                                      Category category, Day birth_date,
                                      Day last_day) const {
  const auto found = credits_.find(View(region));
  if (found == credits_.end()) return nullptr;
  const AccountCredit* best = nullptr;
  for (const AccountCredit& credit : found->second) {
    if (credit.category != category || !credit.period.Contains(last_day) ||
        last_day < AddMonths(birth_date, 12 * credit.from_age)) {
      continue;
    }
    if (best == nullptr || credit.from_age > best->from_age) best = &credit;
  }
  return best;
}

void Policy::AddAccountCredit(const std::string& region, AccountCredit credit) {
  credits_[region].push_back(credit);
}

std::vector<const Source*> Policy::Assumed() const {
  std::vector<const Source*> assumed;
  for (const Source& source : sources_) {
    if (source.assumed) assumed.push_back(&source);
  }
  std::stable_sort(
      assumed.begin(), assumed.end(), [](const Source* a, const Source* b) {
        return std::tie(a->file, a->line) < std::tie(b->file, b->line);
      });
  return assumed;
}

Name2 Policy::NameOf(std::string_view id) const {
  for (const auto& [region, by_insurance] : plans_) {
    for (const std::vector<Plan>& spans : by_insurance) {
      for (const Plan& plan : spans) {
        for (const Scheme& scheme : plan.schemes) {
          if (scheme.id == id) return scheme.name;
        }
        for (const Layer& layer : plan.layers) {
          if (layer.id == id) return layer.name;
        }
      }
    }
  }
  return {std::string(id), std::string(id)};
}

const Source* Policy::AddSource(Source source) {
  return &sources_.emplace_back(std::move(source));
}

void Policy::AddPlan(const std::string& region, Insurance insurance,
                     Plan plan) {
  std::vector<Plan>& spans = plans_[region][static_cast<size_t>(insurance)];
  ONESTOP_CHECK(plan.period.from <= plan.period.until);
  ONESTOP_CHECK(spans.empty()
                    ? plan.period.from == kOpenFrom
                    : spans.back().period.until + 1 == plan.period.from);
  spans.push_back(std::move(plan));
}

}  // namespace onestop::domain
