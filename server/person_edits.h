// Optimistic changes of many persons' rows at once.
#ifndef ONESTOP_SERVER_PERSON_EDITS_H_
#define ONESTOP_SERVER_PERSON_EDITS_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "domain/person.h"
#include "server/import_stream.h"
#include "storage/store.h"

namespace onestop::server {

// One row: whose it is, and how it changes what is known of the person; called
// again when the row had moved meanwhile.
struct PersonEdit {
  size_t row = 0;
  std::string person_id;
  std::function<RowAnswer(std::optional<domain::Person>&)> apply;
};

// Applies the edits in their order, those of one person on one another's
// result, and writes whom they changed. `answers` gets one answer for each
// edit, at its row: CONFLICT (ABORTED) where others kept changing the person.
absl::Status EditPersons(storage::Store& store, std::vector<PersonEdit> edits,
                         std::vector<RowAnswer>& answers);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_PERSON_EDITS_H_
