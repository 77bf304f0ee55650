// Full samples of everything that is stored: every field set, so that a field
// that a store loses makes a comparison fail.
#ifndef ONESTOP_TESTS_STORAGE_SAMPLES_H_
#define ONESTOP_TESTS_STORAGE_SAMPLES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/book.h"
#include "domain/catalog.h"
#include "domain/person.h"
#include "domain/settlement.h"
#include "storage/store.h"

namespace onestop::storage {

domain::Person SamplePerson(const std::string& person_id, int64_t version = 0);
domain::Claim SampleClaim(const std::string& person_id);
// Settled by SampleClaim; `number` tells ids apart.
domain::SettlementRecord SampleRecord(const std::string& person_id, int number);
domain::SettlementRecord SampleReversal(const domain::SettlementRecord& target);
domain::SettlementRecord SampleClosing(const std::string& person_id,
                                       int number);
domain::LedgerRow SampleRow(int64_t version, int64_t amount = 100);
domain::LedgerWrite SampleWrite(const std::string& person_id, int32_t year,
                                int64_t expected_version);
Posting SamplePosting(const std::string& person_id,
                      const std::string& posting_id, int64_t amount);
domain::Item SampleItem(const std::string& item_code);
domain::Institution SampleInstitution(const std::string& institution_id);
domain::Designation SampleDesignation(const std::string& hospital_id,
                                      const std::string& pharmacy_id);

// As the lookup of a batch names it.
SettlementKey KeyOf(const domain::SettlementRecord& record);

// Records have no operator== of their own: everything in them, field by field.
bool Same(const domain::SettlementRecord& a, const domain::SettlementRecord& b);
bool Same(const Posting& a, const Posting& b);

}  // namespace onestop::storage

#endif  // ONESTOP_TESTS_STORAGE_SAMPLES_H_
