// bench_hot_path: settles the mix on lanes and says, as one JSON object, how
// many locks and allocations that took.
#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "absl/strings/str_format.h"
#include "bench/hot_path.h"
#include "bench/world.h"

namespace {

int Print(const onestop::bench::HotPathOptions& options) {
  const auto counts = onestop::bench::RunHotPath(options);
  if (!counts.ok()) {
    std::cerr << "bench_hot_path: " << counts.status().message() << "\n";
    return 1;
  }
  for (const auto& [reason, count] : counts->refused) {
    std::cerr << "bench_hot_path: " << count << " refused: " << reason << "\n";
  }
  std::cout << absl::StrFormat(
      "{\"settled\": %d, \"batches\": %d, \"locks\": %d, "
      "\"decoding_allocations\": %d, \"decoding_bytes\": %d, "
      "\"lane_allocations\": %d, \"lane_bytes\": %d}\n",
      counts->settled, counts->batches,
      counts->decoding.locks + counts->lanes.locks,
      counts->decoding.allocations, counts->decoding.allocated_bytes,
      counts->lanes.allocations, counts->lanes.allocated_bytes);
  return counts->refused.empty() ? 0 : 1;
}

int Run(int argc, char** argv) {
  CLI::App app("bench_hot_path: what a settle locks and allocates.",
               "bench_hot_path");
  onestop::bench::HotPathOptions options;
  options.settles = 20'000;
  app.add_option("--database", options.database, "PostgreSQL, filled")
      ->required();
  app.add_option("--persons", options.persons, "how many it holds")
      ->check(
          CLI::Range(uint64_t{onestop::bench::kKinds}, uint64_t{99'999'990}))
      ->required();
  app.add_option("--settles", options.settles, "how many are counted")
      ->check(CLI::Range(1, 100'000'000));
  app.add_option("--lanes", options.lanes, "with a thread each")
      ->check(CLI::Range(1, 64));
  app.add_option("--run", options.run, "unlike that of any run before");
  CLI11_PARSE(app, argc, argv);
  return Print(options);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "bench_hot_path: " << error.what() << "\n";
    return 1;
  }
}
