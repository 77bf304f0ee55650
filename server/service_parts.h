// What every service works with: the door, lanes, workers, batch, snapshots,
// counters, clock.
#ifndef ONESTOP_SERVER_SERVICE_PARTS_H_
#define ONESTOP_SERVER_SERVICE_PARTS_H_

#include <chrono>

#include "server/admission.h"
#include "server/batch_thread.h"
#include "server/lanes.h"
#include "server/live_calls.h"
#include "server/shared_stats.h"
#include "server/snapshot_source.h"
#include "server/workers.h"

namespace onestop::server {

// What the services work with; all of it outlives them.
struct ServiceParts {
  Admission& admission;
  Lanes& lanes;
  Workers& workers;
  BatchThread& batch;
  SnapshotSource& snapshots;
  SharedStats& stats;
  LiveCalls& live;
  WallClock clock;
  std::chrono::milliseconds stream_patience;  // StallWatch
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_SERVICE_PARTS_H_
