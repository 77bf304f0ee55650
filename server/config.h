// What onestopd is told by flags and environment.
#ifndef ONESTOP_SERVER_CONFIG_H_
#define ONESTOP_SERVER_CONFIG_H_

#include <optional>
#include <string>

#include "domain/units.h"

namespace onestop::server {

inline constexpr char kNoMetrics[] = "none";

struct Config {
  std::string database;
  std::string listen = "127.0.0.1:50051";
  std::string metrics_address = "127.0.0.1:9464";  // kNoMetrics: none
  int lanes = 0;                                   // 0: one a core
  int workers = 2;
  std::string policies;  // empty: those built in
  bool allow_assumed = false;
  bool insecure = false;
  std::optional<domain::Day> today;  // absent: the clock's
  std::string log_level = "info";
  int drain_seconds = 20;
  int stall_seconds = 30;
  std::string ready_file;  // empty: none
};

// Either a configuration, or what to print and with which code to end.
struct ParsedConfig {
  std::optional<Config> config;
  int exit_code = 0;  // 0: help was asked for; 2: a value was wrong
  std::string text;
};

// Reads the command line and, where a flag is absent, the environment
// (ONESTOP_…). Every value is checked; what is wrong is said in a sentence.
ParsedConfig ParseConfig(int argc, const char* const* argv);

// The number of lanes for the configuration on this machine.
int LaneCount(const Config& config);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_CONFIG_H_
