// The deductible and the caps of one group of a scheme as they stand for a
// person: which counter, which limit, what is used. Shared by the arithmetic
// and by what tells how much is left.
#ifndef ONESTOP_DOMAIN_ROOMS_H_
#define ONESTOP_DOMAIN_ROOMS_H_

#include <string>

#include "domain/working_claim.h"

namespace onestop::domain {

// A cap as it stands for one group.
struct CapRoom {
  CapMeasure measure;
  std::string counter;
  Money limit;
  Money used;
  const Source* source;
  Money Room() const { return Max(Money{0}, limit - used); }
};

// `key` is the group's item or disease, or empty; `item` one of its items,
// asked for where the limit is the list's (routing has found it there).
CapRoom RoomOf(WorkingClaim& work, const Scheme& scheme, const Cap& cap,
               const std::string& key, const Item* item);

// The counter of the group's deductible; empty: the scheme has none.
std::string DeductibleCounterOf(const WorkingClaim& work, const Scheme& scheme,
                                const std::string& key);

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_ROOMS_H_
