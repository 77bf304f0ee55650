// Writes key=value lines through spdlog.
#include "server/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/strings.h"

namespace onestop::server {
namespace {

void Log(spdlog::level::level_enum level, std::string_view event,
         std::string_view fields) {
  spdlog::log(level, "event={}{}{}", event, fields.empty() ? "" : " ", fields);
}

}  // namespace

bool IsLogLevel(std::string_view level) {
  return level == "debug" || level == "info" || level == "warn" ||
         level == "error" || level == "off";
}

void StartLog(std::string_view level) {
  auto logger = spdlog::get("onestopd");
  if (logger == nullptr) logger = spdlog::stderr_logger_mt("onestopd");
  logger->set_pattern("time=%Y-%m-%dT%H:%M:%S.%e%z level=%l %v");
  logger->set_level(spdlog::level::from_str(std::string(level)));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(logger);
}

void LogInfo(std::string_view event, std::string_view fields) {
  Log(spdlog::level::info, event, fields);
}

void LogWarning(std::string_view event, std::string_view fields) {
  Log(spdlog::level::warn, event, fields);
}

void LogStorage(const absl::Status& status) {
  if (status.ok()) return LogInfo("storage_back");
  LogWarning("storage_failed",
             absl::StrCat("code=", absl::StatusCodeToString(status.code()),
                          " reason=", ErrorReason(status)));
}

void LogDefect(std::string_view rpc, const absl::Status& refusal,
               std::string_view institution_id,
               std::string_view settlement_id) {
  std::string fields =
      absl::StrCat("rpc=", View(rpc), " reason=", ErrorReason(refusal));
  for (const auto& [name, value] : ErrorMetadataOf(refusal)) {
    absl::StrAppend(&fields, " ", name, "=", value);
  }
  if (!institution_id.empty()) {
    absl::StrAppend(&fields, " institution_id=", View(institution_id));
  }
  if (!settlement_id.empty()) {
    absl::StrAppend(&fields, " settlement_id=", View(settlement_id));
  }
  Log(spdlog::level::err, "defect", fields);
}

void LogSnapshot(const Snapshot& snapshot) {
  LogInfo("snapshot",
          absl::StrCat("catalog_revision=", snapshot.catalog.revision(),
                       " items=", snapshot.catalog.items(),
                       " institutions=", snapshot.catalog.institutions(),
                       " closed_years=", snapshot.closed_years.size()));
}

}  // namespace onestop::server
