// The bounded lock-free queue in front of a lane.
#ifndef ONESTOP_SERVER_LANE_QUEUE_H_
#define ONESTOP_SERVER_LANE_QUEUE_H_

#include "server/bounded_queue.h"
#include "server/lane_request.h"
#include "server/snapshot.h"

namespace onestop::server {

// A request, or a new snapshot. After kPushed a request belongs to the lane
// until it is answered.
struct LaneItem {
  LaneRequest* request = nullptr;
  SnapshotPtr snapshot;
};

// Popped by the lane alone.
using LaneQueue = BoundedQueue<LaneItem>;

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_LANE_QUEUE_H_
