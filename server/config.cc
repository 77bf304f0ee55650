// Defines the flags with CLI11 and checks their values.
#include "server/config.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/log.h"

namespace onestop::server {
namespace {

constexpr int kMostLanesACore = 4;  // more than one only to measure
constexpr int kMaxWorkers = 64;
constexpr int kMaxDrainSeconds = 3600;
constexpr int kMaxStallSeconds = 3600;

int Cores() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

struct Address {
  std::string host;
  int port = -1;
};

// "host:port", the host perhaps in brackets; port -1 when it is not that.
Address ParseAddress(const std::string& text) {
  Address address;
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return address;
  address.host = text.substr(0, colon);
  const char* end = text.data() + text.size();
  int port = -1;
  const auto [last, error] =
      std::from_chars(text.data() + colon + 1, end, port);
  if (error == std::errc() && last == end && port >= 0 && port <= 65535) {
    address.port = port;
  }
  return address;
}

bool IsLoopback(const std::string& host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

std::string WrongAddress(std::string_view flag, const std::string& value) {
  return absl::StrCat(std::string(flag), " is '", value,
                      "'; it must be HOST:PORT with a port from 0 (any free "
                      "one) to 65535, such as 127.0.0.1:50051.");
}

// A sentence on the first wrong value; empty: all are right.
std::string WrongValue(const Config& config, const std::string& today) {
  if (config.database.empty()) {
    return "No database is named: give --database URL or set "
           "ONESTOP_DATABASE_URL, such as postgresql://user@host/onestop.";
  }
  const Address listen = ParseAddress(config.listen);
  if (listen.port < 0) return WrongAddress("--listen", config.listen);
  if (config.metrics_address != kNoMetrics &&
      ParseAddress(config.metrics_address).port < 0) {
    return WrongAddress("--metrics-address", config.metrics_address);
  }
  if (!config.insecure && !IsLoopback(listen.host)) {
    return absl::StrCat(
        "--listen is '", config.listen,
        "': connections are not encrypted, so an address that other machines "
        "reach is served only with --insecure.");
  }
  const int most_lanes = kMostLanesACore * Cores();
  if (config.lanes < 0 || config.lanes > most_lanes) {
    return absl::StrCat("--lanes is ", config.lanes, "; it must be 1 to ",
                        most_lanes, " (", kMostLanesACore,
                        " times the number of cores), or 0 for one a core.");
  }
  if (config.workers < 1 || config.workers > kMaxWorkers) {
    return absl::StrCat("--workers is ", config.workers, "; it must be 1 to ",
                        kMaxWorkers, ".");
  }
  if (config.drain_seconds < 1 || config.drain_seconds > kMaxDrainSeconds) {
    return absl::StrCat("--drain-seconds is ", config.drain_seconds,
                        "; it must be 1 to ", kMaxDrainSeconds, ".");
  }
  if (config.stall_seconds < 1 || config.stall_seconds > kMaxStallSeconds) {
    return absl::StrCat("--stall-seconds is ", config.stall_seconds,
                        "; it must be 1 to ", kMaxStallSeconds, ".");
  }
  if (!IsLogLevel(config.log_level)) {
    return absl::StrCat("--log-level is '", config.log_level,
                        "'; it must be debug, info, warn, error or off.");
  }
  if (!today.empty() && !domain::ParseDay(today)) {
    return absl::StrCat("--today is '", today,
                        "'; it must be a date YYYY-MM-DD that exists.");
  }
  if (!today.empty() && !config.insecure) {
    return "--today changes what is settled, so it is taken only with "
           "--insecure: for demonstrations and tests.";
  }
  return "";
}

// Names flags alone: what stands behind a misspelt one may be a password.
std::string UnknownFlags(const std::vector<std::string>& words) {
  std::string names;
  for (const std::string& word : words) {
    if (!word.starts_with("-")) continue;
    absl::StrAppend(&names, names.empty() ? "" : ", ",
                    word.substr(0, word.find('=')));
  }
  return absl::StrCat(
      "onestopd: ",
      names.empty() ? "everything is told by flags; there is a word without one"
                    : absl::StrCat("there is no flag ", names),
      ". 'onestopd --help' lists the flags.\n");
}

void AddFlags(CLI::App& app, Config& config, std::string& today) {
  app.add_option("--database", config.database,
                 "PostgreSQL to keep everything in: postgresql://… or "
                 "key=value pairs. Required")
      ->envname("ONESTOP_DATABASE_URL")
      ->type_name("URL");
  app.add_option("--listen", config.listen,
                 "where gRPC is served; port 0: any free one")
      ->envname("ONESTOP_LISTEN")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  app.add_option("--metrics-address,--metrics", config.metrics_address,
                 "where Prometheus reads /metrics; port 0: any free one; "
                 "'none': nowhere")
      ->envname("ONESTOP_METRICS_ADDRESS")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  app.add_option("--lanes", config.lanes,
                 "threads that settle; 0: one a core, which is best")
      ->envname("ONESTOP_LANES")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--workers", config.workers,
                 "threads for look-ups, registrations and imports, 1 to 64")
      ->envname("ONESTOP_WORKERS")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--policies", config.policies,
                 "folder with the policy files; absent: those built in")
      ->envname("ONESTOP_POLICIES")
      ->type_name("DIR");
  app.add_flag("--allow-assumed", config.allow_assumed,
               "serve although some figures of the policy are assumed and not "
               "cited; 'onestop policy check' lists them")
      ->envname("ONESTOP_ALLOW_ASSUMED");
  app.add_flag("--insecure", config.insecure,
               "serve without encryption on any address, and take --today")
      ->envname("ONESTOP_INSECURE");
  app.add_option("--today", today,
                 "the day to book on instead of the clock's; only with "
                 "--insecure")
      ->envname("ONESTOP_TODAY")
      ->type_name("YYYY-MM-DD");
  app.add_option("--log-level", config.log_level,
                 "debug, info, warn, error or off")
      ->envname("ONESTOP_LOG_LEVEL")
      ->type_name("LEVEL")
      ->capture_default_str();
  app.add_option("--drain-seconds", config.drain_seconds,
                 "how long SIGTERM waits for what was accepted; a second "
                 "signal stops at once")
      ->envname("ONESTOP_DRAIN_SECONDS")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--stall-seconds", config.stall_seconds,
                 "how long a caller may leave a ping or a stream's answer "
                 "untaken before its connection or stream is ended")
      ->envname("ONESTOP_STALL_SECONDS")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--ready-file", config.ready_file,
                 "file that gets the ports as JSON once calls are served")
      ->envname("ONESTOP_READY_FILE")
      ->type_name("PATH");
}

}  // namespace

ParsedConfig ParseConfig(int argc, const char* const* argv) {
  CLI::App app("onestopd: quotes and settles claims of the one-stop window.",
               "onestopd");
  Config config;
  std::string today;
  AddFlags(app, config, today);
  app.set_version_flag("--version", "onestopd 0.2.0");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return {std::nullopt, 0, app.help()};
  } catch (const CLI::CallForVersion& version) {
    return {std::nullopt, 0, absl::StrCat(version.what(), "\n")};
  } catch (const CLI::ExtrasError&) {
    return {std::nullopt, 2, UnknownFlags(app.remaining())};
  } catch (const CLI::ParseError& error) {
    return {std::nullopt, 2,
            absl::StrCat("onestopd: ", error.what(),
                         ". 'onestopd --help' lists the flags.\n")};
  }
  const std::string wrong = WrongValue(config, today);
  if (!wrong.empty()) {
    return {std::nullopt, 2, absl::StrCat("onestopd: ", wrong, "\n")};
  }
  if (!today.empty()) config.today = domain::ParseDay(today);
  return {std::move(config), 0, ""};
}

int LaneCount(const Config& config) {
  return config.lanes > 0 ? config.lanes : Cores();
}

}  // namespace onestop::server
