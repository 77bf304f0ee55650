// Propagates absl::Status and absl::StatusOr without a line of ceremony each.
#ifndef ONESTOP_BASE_STATUS_MACROS_H_
#define ONESTOP_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns the status from the enclosing function unless it is OK.
#define ONESTOP_RETURN_IF_ERROR(expression)            \
  do {                                                 \
    ::absl::Status onestop_status_ = (expression);     \
    if (!onestop_status_.ok()) return onestop_status_; \
  } while (false)

// Assigns the value of a StatusOr to `target` (a declaration or an lvalue), or
// returns its status from the enclosing function.
#define ONESTOP_ASSIGN_OR_RETURN(target, expression) \
  ONESTOP_ASSIGN_OR_RETURN_IMPL_(                    \
      ONESTOP_CONCAT_(onestop_status_or_, __LINE__), target, expression)

#define ONESTOP_CONCAT_INNER_(a, b) a##b
#define ONESTOP_CONCAT_(a, b) ONESTOP_CONCAT_INNER_(a, b)
#define ONESTOP_ASSIGN_OR_RETURN_IMPL_(result, target, expression) \
  auto result = (expression);                                      \
  if (!result.ok()) return std::move(result).status();             \
  target = *std::move(result)

#endif  // ONESTOP_BASE_STATUS_MACROS_H_
