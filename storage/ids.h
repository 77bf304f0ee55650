// Derived ids: what makes a request unique becomes the primary key, so that
// idempotency costs no index of its own (docs/adr/0001).
#ifndef ONESTOP_STORAGE_IDS_H_
#define ONESTOP_STORAGE_IDS_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/settlement.h"

namespace onestop::storage {

// The first 128 bits of a SHA-256 over the parts, each with its length, so that
// no two different requests share one.
domain::SettlementId DeriveSettlementId(std::string_view institution_id,
                                        std::string_view person_id,
                                        std::string_view request_id);
domain::SettlementId DeriveReversalId(const domain::SettlementId& target);
// 32 hexadecimal digits; `caller` is who sends it.
std::string DeriveRegistrationId(std::string_view caller,
                                 std::string_view person_id,
                                 std::string_view request_id);
// A digest of named texts, order not mattering: the revision of a policy.
std::string DigestTexts(
    std::vector<std::pair<std::string, std::string>> named_texts);

// 12 hexadecimal digits that stand for a person in reports and logs; in SQL
// left(encode(sha256(convert_to(person_id, 'UTF8')), 'hex'), 12).
std::string PersonDigest(std::string_view person_id);

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_IDS_H_
