// Closes the year in the store, then learns it.
#include "server/year.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "domain/reason.h"

namespace onestop::server {

absl::StatusOr<std::string> CloseYear(const ServiceParts& parts,
                                      storage::Store& store,
                                      const Caller& caller,
                                      const wire::CloseYearAsk& ask) {
  const int32_t current = domain::YearOf(*parts.clock().today);
  if (ask.year >= current) {
    return MalformedRequest(
        {{"year", absl::StrCat("must lie before the current year, ", current,
                               "; it is ", ask.year)}});
  }
  ONESTOP_ASSIGN_OR_RETURN(
      const storage::YearClosing closing,
      store.CloseYear(caller.name, ask.request_id, ask.year));
  if (closing.year != ask.year) {
    return MakeError(
        absl::StatusCode::kAlreadyExists, domain::refusal::kRequestIdReused,
        absl::StrCat("this request id closed the year ", closing.year,
                     "; use a new one for another year"));
  }
  ONESTOP_RETURN_IF_ERROR(parts.snapshots.Refresh(store));
  return wire::CloseYearAnswer(closing.year, closing.closed_at_ms)
      .SerializeAsString();
}

}  // namespace onestop::server
