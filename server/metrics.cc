// Sums the counters of lanes and workers into metric families.
#include "server/metrics.h"

#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/stats.h"

namespace onestop::server {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

constexpr double kNanosPerSecond = 1e9;

MetricFamily Family(const std::string& name, const std::string& help,
                    MetricType type) {
  MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  return family;
}

void AddCounter(MetricFamily& family, Labels labels, uint64_t value) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = static_cast<double>(value);
  family.metric.push_back(std::move(metric));
}

void AddGauge(MetricFamily& family, Labels labels, double value) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  family.metric.push_back(std::move(metric));
}

// The sum of histograms of one shape; `scale`: units of the histograms in one
// of the metric.
template <typename Histogram>
void AddHistogram(MetricFamily& family, Labels labels,
                  const std::vector<const Histogram*>& parts, double scale) {
  ClientMetric metric;
  metric.label = std::move(labels);
  uint64_t count = 0;
  uint64_t sum = 0;
  for (size_t bucket = 0; bucket < Histogram::kSize; ++bucket) {
    for (const Histogram* part : parts) count += part->Count(bucket);
    const bool last = bucket + 1 == Histogram::kSize;
    metric.histogram.bucket.push_back(
        {count, last ? std::numeric_limits<double>::infinity()
                     : static_cast<double>(Histogram::Bound(bucket)) / scale});
  }
  for (const Histogram* part : parts) sum += part->Sum();
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = static_cast<double>(sum) / scale;
  family.metric.push_back(std::move(metric));
}

std::vector<const CallStats*> AllCalls(const ServiceParts& parts) {
  std::vector<const CallStats*> calls = {&parts.stats.calls()};
  for (size_t lane = 0; lane < parts.lanes.size(); ++lane) {
    calls.push_back(&parts.lanes.stats(lane).calls);
  }
  return calls;
}

void AddCalls(const ServiceParts& parts, std::vector<MetricFamily>& out) {
  MetricFamily requests =
      Family("onestop_requests_total",
             "Calls answered, by what they came to or why they were refused.",
             MetricType::Counter);
  MetricFamily seconds = Family("onestop_request_seconds",
                                "From the arrival of a call to its answer.",
                                MetricType::Histogram);
  const auto calls = AllCalls(parts);
  for (size_t i = 0; i < kRpcs; ++i) {
    const Rpc rpc = static_cast<Rpc>(i);
    const std::string name(Name(rpc));
    for (size_t outcome = 0; outcome < kOutcomeCount; ++outcome) {
      uint64_t count = 0;
      for (const CallStats* part : calls) count += part->Answers(rpc, outcome);
      if (count == 0) continue;
      AddCounter(requests,
                 {{"rpc", name}, {"outcome", std::string(kOutcomes[outcome])}},
                 count);
    }
    for (const bool ok : {true, false}) {
      std::vector<const LatencyHistogram*> latencies;
      for (const CallStats* part : calls) {
        latencies.push_back(&part->Latency(rpc, ok));
      }
      AddHistogram(seconds, {{"rpc", name}, {"result", ok ? "ok" : "refused"}},
                   latencies, kNanosPerSecond);
    }
  }
  out.push_back(std::move(requests));
  out.push_back(std::move(seconds));
}

void AddLaneCounters(const Lanes& lanes, std::vector<MetricFamily>& out) {
  struct Counter {
    const char* name;
    const char* help;
    Cell LaneStats::*cell;
  };
  static constexpr Counter kCounters[] = {
      {"onestop_records_written_total",
       "Settlements, reversals and closings committed.", &LaneStats::records},
      {"onestop_version_conflicts_total",
       "Writes that found a row's version moved and were decided again.",
       &LaneStats::conflicts},
      {"onestop_deferred_requests_total",
       "Requests put off to a later batch by a conflict or a failed write.",
       &LaneStats::deferred},
      {"onestop_locked_gathers_total",
       "Gathers under row locks, after repeated conflicts.",
       &LaneStats::locked_gathers},
      {"onestop_commit_unknown_total",
       "Writes whose reply was lost and that were looked up.",
       &LaneStats::commit_unknown},
      {"onestop_storage_errors_total",
       "Gathers and writes of lanes that the store refused or failed.",
       &LaneStats::storage_errors},
  };
  for (const Counter& counter : kCounters) {
    MetricFamily family =
        Family(counter.name, counter.help, MetricType::Counter);
    for (size_t lane = 0; lane < lanes.size(); ++lane) {
      AddCounter(family, {{"lane", absl::StrCat(lane)}},
                 (lanes.stats(lane).*counter.cell).Get());
    }
    out.push_back(std::move(family));
  }
}

void AddLaneTimes(const Lanes& lanes, std::vector<MetricFamily>& out) {
  MetricFamily batch = Family("onestop_batch_requests", "Requests a batch.",
                              MetricType::Histogram);
  MetricFamily gather =
      Family("onestop_gather_seconds", "One gather of a batch's rows.",
             MetricType::Histogram);
  MetricFamily commit =
      Family("onestop_commit_seconds", "One write of a batch with its commit.",
             MetricType::Histogram);
  for (size_t lane = 0; lane < lanes.size(); ++lane) {
    const LaneStats& stats = lanes.stats(lane);
    const Labels labels = {{"lane", absl::StrCat(lane)}};
    AddHistogram<BatchHistogram>(batch, labels, {&stats.batch}, 1);
    AddHistogram<LatencyHistogram>(gather, labels, {&stats.gather},
                                   kNanosPerSecond);
    AddHistogram<LatencyHistogram>(commit, labels, {&stats.commit},
                                   kNanosPerSecond);
  }
  out.push_back(std::move(batch));
  out.push_back(std::move(gather));
  out.push_back(std::move(commit));
}

void AddLaneGauges(const Lanes& lanes, std::vector<MetricFamily>& out) {
  MetricFamily depth =
      Family("onestop_lane_queue_depth", "Requests waiting for the lane.",
             MetricType::Gauge);
  MetricFamily busy =
      Family("onestop_lane_busy", "1 while the lane works on a batch.",
             MetricType::Gauge);
  MetricFamily revision =
      Family("onestop_lane_catalog_revision",
             "Catalog revision that the lane decides on.", MetricType::Gauge);
  for (size_t lane = 0; lane < lanes.size(); ++lane) {
    const LaneStats& stats = lanes.stats(lane);
    const Labels labels = {{"lane", absl::StrCat(lane)}};
    AddGauge(depth, labels, static_cast<double>(lanes.depth(lane)));
    AddGauge(busy, labels, static_cast<double>(stats.busy.Get()));
    AddGauge(revision, labels,
             static_cast<double>(stats.catalog_revision.Get()));
  }
  out.push_back(std::move(depth));
  out.push_back(std::move(busy));
  out.push_back(std::move(revision));
}

void AddImports(const SharedStats& stats, std::vector<MetricFamily>& out) {
  MetricFamily family =
      Family("onestop_import_rows_total",
             "Rows imported, by what became of them.", MetricType::Counter);
  for (size_t kind = 0; kind < kImports; ++kind) {
    for (size_t outcome = 1; outcome < kRowOutcomes; ++outcome) {
      AddCounter(family,
                 {{"kind", std::string(kImportNames[kind])},
                  {"outcome", std::string(kRowOutcomeNames[outcome])}},
                 stats.Rows(static_cast<Import>(kind), outcome));
    }
  }
  out.push_back(std::move(family));
}

void AddBatch(const BatchThread& batch, std::vector<MetricFamily>& out) {
  MetricFamily runs = Family("onestop_reconciliations_total",
                             "Comparisons of books that reached their end.",
                             MetricType::Counter);
  AddCounter(runs, {}, batch.stats().reconciliations.Get());
  MetricFamily rows = Family("onestop_reconciled_rows_total",
                             "Rows of these comparisons, by what they came to.",
                             MetricType::Counter);
  for (size_t i = 0; i < kRowResults.size(); ++i) {
    AddCounter(rows, {{"result", std::string(kRowResults[i])}},
               batch.stats().rows[i].Get());
  }
  MetricFamily closings =
      Family("onestop_closings_total", "Closings of months, by how they ended.",
             MetricType::Counter);
  for (size_t i = 0; i < kClosingEnds.size(); ++i) {
    AddCounter(closings, {{"outcome", std::string(kClosingEnds[i])}},
               batch.stats().closings[i].Get());
  }
  MetricFamily closing = Family("onestop_closing_seconds",
                                "From the beginning of a closing to its end.",
                                MetricType::Histogram);
  AddHistogram<ClosingHistogram>(closing, {}, {&batch.stats().closing},
                                 kNanosPerSecond);
  MetricFamily filled =
      Family("onestop_book_filled_timestamp_seconds",
             "When the projection last held everything that was settled.",
             MetricType::Gauge);
  AddGauge(filled, {}, static_cast<double>(batch.stats().filled_at.Get()));
  MetricFamily depth =
      Family("onestop_batch_queue_depth", "Steps waiting for the batch thread.",
             MetricType::Gauge);
  AddGauge(depth, {}, static_cast<double>(batch.depth()));
  out.push_back(std::move(runs));
  out.push_back(std::move(rows));
  out.push_back(std::move(closings));
  out.push_back(std::move(closing));
  out.push_back(std::move(filled));
  out.push_back(std::move(depth));
}

void AddDoor(const Admission& door, std::vector<MetricFamily>& out) {
  struct Gauge {
    const char* name;
    const char* help;
    int64_t value;
  };
  const Gauge gauges[] = {
      {"onestop_under_way_requests",
       "Requests between the door and the leaving of their answer.",
       door.under_way()},
      {"onestop_under_way_limit",
       "Requests that can be answered in half a second.", door.limit()},
      {"onestop_sending_institutions", "Institutions with a request under way.",
       door.institutions()},
      {"onestop_held_bytes", "What requests and answers under way hold.",
       door.held_bytes()},
  };
  for (const Gauge& gauge : gauges) {
    MetricFamily family = Family(gauge.name, gauge.help, MetricType::Gauge);
    AddGauge(family, {}, static_cast<double>(gauge.value));
    out.push_back(std::move(family));
  }
}

}  // namespace

std::vector<MetricFamily> MetricsCollector::Collect() const {
  std::vector<MetricFamily> out;
  AddCalls(parts_, out);
  AddLaneTimes(parts_.lanes, out);
  AddLaneCounters(parts_.lanes, out);
  AddLaneGauges(parts_.lanes, out);
  AddImports(parts_.stats, out);
  AddDoor(parts_.admission, out);
  AddBatch(parts_.batch, out);
  const SnapshotPtr snapshot = parts_.snapshots.Current();
  MetricFamily workers =
      Family("onestop_worker_queue_depth",
             "Look-ups, registrations and imports waiting for a worker.",
             MetricType::Gauge);
  AddGauge(workers, {}, static_cast<double>(parts_.workers.depth()));
  MetricFamily revision =
      Family("onestop_catalog_revision",
             "Catalog revision of the newest snapshot.", MetricType::Gauge);
  AddGauge(revision, {}, static_cast<double>(snapshot->catalog.revision()));
  MetricFamily draining =
      Family("onestop_draining", "1 while the server is being stopped.",
             MetricType::Gauge);
  AddGauge(draining, {}, parts_.workers.draining() ? 1 : 0);
  MetricFamily build =
      Family("onestop_build_info", "Always 1; what runs is in the labels.",
             MetricType::Gauge);
  AddGauge(build,
           {{"version", kVersion},
            {"policy_revision", snapshot->policy->revision()}},
           1);
  out.push_back(std::move(workers));
  out.push_back(std::move(revision));
  out.push_back(std::move(draining));
  out.push_back(std::move(build));
  return out;
}

}  // namespace onestop::server
