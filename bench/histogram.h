// A histogram of times: buckets of at most 1/64 of their value, so that a
// quantile is off by less than 2 %, whatever its size.
#ifndef ONESTOP_BENCH_HISTOGRAM_H_
#define ONESTOP_BENCH_HISTOGRAM_H_

#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace onestop::bench {

// Record may be called from several threads; the rest after they are done.
class Histogram {
 public:
  // Nanoseconds; below 0 counts as 0, from 2^42 (over an hour) on as that.
  void Record(int64_t nanos) {
    buckets_[BucketOf(nanos)].fetch_add(1, std::memory_order_relaxed);
  }

  int64_t count() const {
    int64_t sum = 0;
    for (const auto& bucket : buckets_) sum += bucket.load();
    return sum;
  }

  // The least bucket bound that the share `quantile` (0 to 1) of what was
  // recorded does not exceed, in nanoseconds; 0 when nothing was.
  int64_t Quantile(double quantile) const {
    const auto rank = static_cast<int64_t>(
        std::ceil(quantile * static_cast<double>(count())));
    int64_t seen = 0;
    for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
      seen += buckets_[bucket].load();
      if (seen > 0 && seen >= rank) return BoundOf(bucket);
    }
    return 0;
  }

 private:
  static constexpr int kPartBits = 6;  // 64 buckets for each power of two
  static constexpr uint64_t kParts = 1u << kPartBits;
  static constexpr int kMaxBits = 42;
  static constexpr size_t kBuckets = (kMaxBits - kPartBits + 1) * kParts;

  static size_t BucketOf(int64_t nanos) {
    if (nanos < 0) return 0;
    const auto value = static_cast<uint64_t>(nanos);
    if (value < kParts) return value;
    if (value >= uint64_t{1} << kMaxBits) return kBuckets - 1;
    const int shift = std::bit_width(value) - 1 - kPartBits;
    return static_cast<size_t>(shift) * kParts + (value >> shift);
  }

  // The greatest value of the bucket.
  static int64_t BoundOf(size_t bucket) {
    if (bucket < kParts) return static_cast<int64_t>(bucket);
    const size_t shift = bucket / kParts - 1;
    const uint64_t next = bucket - shift * kParts + 1;
    return static_cast<int64_t>((next << shift) - 1);
  }

  std::array<std::atomic<int64_t>, kBuckets> buckets_{};
};

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_HISTOGRAM_H_
