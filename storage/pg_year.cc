// The closing of years on PostgreSQL.
#include "base/error.h"
#include "storage/pg_rows.h"
#include "storage/pg_store.h"

namespace onestop::storage {

absl::StatusOr<YearClosing> PgStore::CloseYear(std::string_view caller,
                                               std::string_view request_id,
                                               int32_t year) {
  PgParameters asked;
  asked.Scalar(caller);
  asked.Scalar(request_id);
  PgParameters key = asked;
  asked.Scalar(int64_t{year});
  // Repeating it is harmless.
  const PgReply reply =
      RunReading({{sql::kCloseYear, &asked}, {sql::kYearClosing, &key}});
  if (reply.end != PgReply::End::kDone) return StoreError(reply);
  if (reply.rows[1].size() == 0) {
    return MakeError(absl::StatusCode::kInternal, "STORED_FORM_BROKEN",
                     "the year of an earlier closing is not closed any more");
  }
  return YearClosing{static_cast<int32_t>(reply.rows[1].Int(0, 0)),
                     reply.rows[1].TimeMs(0, 1)};
}

}  // namespace onestop::storage
