// The border between the domain and the stored form: what the bytea columns
// hold (proto/onestop/storage/v1/stored.proto). Round trips are exact.
#ifndef ONESTOP_STORAGE_CODEC_H_
#define ONESTOP_STORAGE_CODEC_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "domain/catalog.h"
#include "domain/ledger.h"
#include "domain/person.h"
#include "domain/settlement.h"

namespace onestop::storage {

// The form that is written today; a reader refuses any other.
inline constexpr uint32_t kStoredForm = 1;

// Bytes that cannot be read: STORED_FORM_BROKEN (INTERNAL). `what` says which
// kind of row, and of settlements which, for people.
absl::Status StoredFormBroken(std::string_view what, std::string_view why);

// Equal content encodes to equal bytes. What is a column of the table (keys,
// versions) is not in the bytes; the reader gives it back.
std::string EncodePerson(const domain::Person& person);
absl::StatusOr<domain::Person> DecodePerson(std::string person_id,
                                            int64_t version,
                                            std::string_view bytes);

std::string EncodeLedger(const domain::LedgerRow& row);
absl::StatusOr<domain::LedgerRow> DecodeLedger(int64_t version,
                                               std::string_view bytes);

// Everything but the columns: id, kind, person, institution, request id,
// reverses, booking, insurance, region, policy revision and reply.
std::string EncodeSettlement(const domain::SettlementRecord& record);
// Adds what the bytes hold to `record`, whose columns are already there.
absl::Status DecodeSettlement(std::string_view bytes,
                              domain::SettlementRecord& record);

// The totals alone, from the same bytes; `what` names the row for people.
absl::StatusOr<domain::Totals> DecodeSettlementTotals(std::string_view what,
                                                      std::string_view bytes);

std::string EncodeItem(const domain::Item& item);
absl::StatusOr<domain::Item> DecodeItem(std::string item_code,
                                        std::string_view bytes);
std::string EncodeInstitution(const domain::Institution& institution);
absl::StatusOr<domain::Institution> DecodeInstitution(
    std::string institution_id, std::string_view bytes);
// The periods in which one hospital designates one pharmacy, at least one.
std::string EncodePeriods(absl::Span<const domain::Period> periods);
absl::StatusOr<std::vector<domain::Period>> DecodePeriods(
    std::string_view bytes);

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_CODEC_H_
