// The closing of a month, a page of its rows at a time.
#ifndef ONESTOP_SERVER_CLOSE_MONTH_H_
#define ONESTOP_SERVER_CLOSE_MONTH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/batch_thread.h"
#include "server/clearing_shares.h"
#include "server/service_parts.h"
#include "storage/books.h"
#include "storage/clearing.h"
#include "wire/clearing.h"

namespace onestop::server {

// One closing, step by step: between two steps other batches and the projection
// have their turn. Used by one thread at a time.
class MonthClosing {
 public:
  MonthClosing(const ServiceParts& parts, wire::CloseMonthAsk ask)
      : parts_(parts), ask_(std::move(ask)) {}

  // Cuts the month first, then works a page of its rows out each time, and
  // gives the serialized CloseMonthResponse at the end; before that nothing. An
  // error ends it.
  absl::StatusOr<std::optional<std::string>> Step(storage::Books& books);
  // Called when it ends before its end: `why`, with what is left of it when the
  // month is cut: the same closing goes on from there.
  absl::Status Stopped(const absl::Status& why);

 private:
  absl::StatusOr<storage::ClearingStatement> Cut(storage::Books& books) const;
  void Count(ClosingEnd end);

  const ServiceParts parts_;
  const wire::CloseMonthAsk ask_;
  int64_t began_ns_ = 0;
  // Once the month is cut:
  std::optional<storage::ClearingStatement> cut_;
  std::optional<storage::StatementWork> work_;
  std::optional<ReceiptShares> shares_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_CLOSE_MONTH_H_
