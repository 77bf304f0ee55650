// What every decision reads beside the person's rows: policy, catalog and the
// closed years, as one immutable object.
#ifndef ONESTOP_SERVER_SNAPSHOT_H_
#define ONESTOP_SERVER_SNAPSHOT_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "domain/catalog.h"
#include "domain/policy.h"

namespace onestop::server {

// Immutable once shared; read by several threads.
struct Snapshot {
  std::shared_ptr<const domain::Policy> policy;
  domain::Catalog catalog;
  std::vector<int32_t> closed_years;  // ascending
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_SNAPSHOT_H_
