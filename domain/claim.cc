// The relatives whose accounts a claim may use.
#include "domain/claim.h"

#include <algorithm>

namespace onestop::domain {

std::vector<std::string> DistinctRelatives(const Claim& claim) {
  std::vector<std::string> relatives;
  if (!claim.account.use) return relatives;
  for (const std::string& relative : claim.account.relatives) {
    if (std::find(relatives.begin(), relatives.end(), relative) ==
        relatives.end()) {
      relatives.push_back(relative);
    }
  }
  return relatives;
}

}  // namespace onestop::domain
