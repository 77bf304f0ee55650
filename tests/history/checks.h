// The parts of Check; each looks for one family of wounds.
#ifndef ONESTOP_TESTS_HISTORY_CHECKS_H_
#define ONESTOP_TESTS_HISTORY_CHECKS_H_

#include <functional>

#include "absl/types/span.h"
#include "tests/history/findings.h"
#include "tests/history/history.h"
#include "tests/history/stored.h"

namespace onestop::history {

// One settlement id: its settles, also two claims under it.
void CheckSettles(const RecordKey& key, const IdUse& use, const Stored& stored,
                  Findings& findings);
// One settlement id: what takes it back or closes it, with replacements.
void CheckReversals(const RecordKey& key, const IdUse& use,
                    const Stored& stored, Findings& findings);
// Every record was asked for, and none twice.
void CheckOrigins(const IdUses& uses, const Stored& stored, Findings& findings);

// Real time against the order of versions, of persons and of catalogs.
void CheckOrder(absl::Span<const Operation> operations, const IdUses& uses,
                const Stored& stored, Findings& findings);
// Counters within their caps.
void CheckBounds(const Stored& stored, Findings& findings);

// Registrations, their changes, and postings.
void CheckRegistry(
    absl::Span<const Operation> operations, const Stored& stored,
    const std::function<bool(const storage::Posting&)>& from_before,
    Findings& findings);

// The registration that was booked for the request, in the person's latest
// version; nullptr: none.
const domain::Registration* FindRegistered(const Stored& stored,
                                           const wire::RegisterAsk& ask);
// The same of a later change.
const domain::RegistrationChange* FindChanged(const Stored& stored,
                                              const wire::ChangeAsk& ask);

}  // namespace onestop::history

#endif  // ONESTOP_TESTS_HISTORY_CHECKS_H_
