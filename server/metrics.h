// What a scrape reads: the lanes' own arrays, gathered into Prometheus
// families. docs/metrics.md lists each of them.
#ifndef ONESTOP_SERVER_METRICS_H_
#define ONESTOP_SERVER_METRICS_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <string>
#include <vector>

#include "server/service_parts.h"

namespace onestop::server {

inline constexpr char kVersion[] = "0.2.0";

// Thread-safe; its parts outlive it.
class MetricsCollector final : public prometheus::Collectable {
 public:
  explicit MetricsCollector(const ServiceParts& parts) : parts_(parts) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const ServiceParts parts_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_METRICS_H_
