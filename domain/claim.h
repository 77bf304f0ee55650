// A claim as the rules see it: normalised, typed, within its limits. Two claims
// are the same when they compare equal (docs/adr/0002).
#ifndef ONESTOP_DOMAIN_CLAIM_H_
#define ONESTOP_DOMAIN_CLAIM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/units.h"

namespace onestop::domain {

struct ClaimLine {
  std::string line_id;
  std::string item_code;
  Quantity quantity;
  std::optional<UnitPrice> unit_price;
  Money amount;  // gross
  int32_t days_supply = 0;
  // Kept and returned, not read.
  std::string sender_item_code;
  std::string invoice_number;
  std::string operator_id;
  friend bool operator==(const ClaimLine&, const ClaimLine&) = default;
};

enum class Channel : uint8_t { kUnspecified, kPaper, kECenter };

struct PrescribedItem {
  std::string item_code;
  Quantity quantity;
  friend bool operator==(const PrescribedItem&,
                         const PrescribedItem&) = default;
};

struct Prescription {
  std::string prescription_id;
  std::string institution_id;
  std::string physician_id;
  Day issued_on;
  Channel channel = Channel::kUnspecified;
  bool long_term = false;
  std::vector<PrescribedItem> items;
  friend bool operator==(const Prescription&, const Prescription&) = default;
};

struct AccountUse {
  bool use = false;
  std::optional<Money> limit;  // absent: no bound; 0: nothing
  std::vector<std::string> relatives;
  friend bool operator==(const AccountUse&, const AccountUse&) = default;
};

enum class Origin : uint8_t { kUnspecified, kInstitution, kManual };

struct Claim {
  std::string person_id;
  std::string institution_id;
  std::string encounter_id;
  Day service_date;
  std::string physician_id;
  std::vector<std::string> diagnosis_codes;
  std::optional<Prescription> prescription;
  std::vector<ClaimLine> lines;
  AccountUse account;
  Origin origin = Origin::kUnspecified;
  friend bool operator==(const Claim&, const Claim&) = default;
};

// The relatives whose accounts a claim may use, each once, in order; none when
// it does not use the account.
std::vector<std::string> DistinctRelatives(const Claim& claim);

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_CLAIM_H_
