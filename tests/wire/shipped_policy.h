// Looks into the compiled policy of policies/ for tests.
#ifndef ONESTOP_TESTS_WIRE_SHIPPED_POLICY_H_
#define ONESTOP_TESTS_WIRE_SHIPPED_POLICY_H_

#include <gtest/gtest.h>

#include <string_view>

#include "domain/policy.h"
#include "domain/units.h"
#include "tests/support/policies.h"

namespace onestop::wire {

using domain::Day;
using domain::Insurance;
using domain::Layer;
using domain::Plan;
using domain::Scheme;

inline constexpr Insurance kEmployee = Insurance::kEmployee;
inline constexpr Insurance kResident = Insurance::kResident;

inline Day On(std::string_view text) { return *domain::ParseDay(text); }

inline const Plan& PlanOf(std::string_view region, Insurance insurance,
                          std::string_view day = "2025-06-01") {
  const Plan* plan =
      testing::ShippedPolicy().PlanOn(region, insurance, On(day));
  if (plan == nullptr) ADD_FAILURE() << region << " has no plan on " << day;
  static const Plan& empty = *new Plan;
  return plan == nullptr ? empty : *plan;
}

inline const Scheme& SchemeOf(const Plan& plan, std::string_view id) {
  for (const Scheme& scheme : plan.schemes) {
    if (scheme.id == id) return scheme;
  }
  ADD_FAILURE() << "no scheme " << id;
  static const Scheme& empty = *new Scheme;
  return empty;
}

inline const Layer& LayerOf(const Plan& plan, std::string_view id) {
  for (const Layer& layer : plan.layers) {
    if (layer.id == id) return layer;
  }
  ADD_FAILURE() << "no layer " << id;
  static const Layer& empty = *new Layer;
  return empty;
}

}  // namespace onestop::wire

#endif  // ONESTOP_TESTS_WIRE_SHIPPED_POLICY_H_
