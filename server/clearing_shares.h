// What the schemes have to do with a settlement, by its receipt.
#ifndef ONESTOP_SERVER_CLEARING_SHARES_H_
#define ONESTOP_SERVER_CLEARING_SHARES_H_

#include <memory>

#include "domain/policy.h"
#include "storage/clearing.h"

namespace onestop::server {

// Reads stored answers. INVARIANT_BROKEN (INTERNAL): a receipt is not the row
// that the books hold of it.
storage::ShareReader ReceiptShares(
    std::shared_ptr<const domain::Policy> policy);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_CLEARING_SHARES_H_
