// Every fixed limit of onestop in one place, so that nothing is unbounded.
#ifndef ONESTOP_BASE_LIMITS_H_
#define ONESTOP_BASE_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace onestop::limits {

// A claim; beyond these it is malformed (docs/api.md, Claim).
inline constexpr int kMaxLines = 500;
inline constexpr int kMaxIdBytes = 64;
inline constexpr int64_t kMaxAmountFen = 1'000'000'000'000;      // 10^12 fen
inline constexpr int64_t kMaxQuantityUnits = 1'000'000'000'000;  // exclusive
inline constexpr int64_t kMaxPriceYuan = 10'000'000'000;         // exclusive
inline constexpr int kMaxDiagnosisCodes = 100;
inline constexpr int kMaxRelatives = 16;
inline constexpr int kMaxPrescriptionItems = 500;
inline constexpr int kMaxDaysSupply = 36'500;
inline constexpr int kMaxTextBytes = 4096;

// Postings and opening counters, in fen either way.
inline constexpr int64_t kMaxPostingFen = 1'000'000'000'000'000;  // 10^15

inline constexpr int kMaxQuotedCounters = 200;

// A person.
inline constexpr int kMaxRegistrations = 200;
inline constexpr int kMaxRegistrationChanges = 1000;  // of all of a person's
inline constexpr int kMaxPeriods = 200;
inline constexpr int kMaxRegistrationItems = 100;
inline constexpr int kMaxNameBytes = 200;  // of institutions and items

// The door.
inline constexpr size_t kMaxMessageBytes = 4u << 20;
inline constexpr int kMaxImportRows = 500;
inline constexpr size_t kMaxBadRequestBytes = 4096;
inline constexpr int kMaxPageSize = 1000;
inline constexpr int kDefaultPageSize = 100;
inline constexpr int kMaxListDays = 366;           // of an institution's list
inline constexpr size_t kMaxPageBytes = 2u << 20;  // one row more may follow
inline constexpr int kMaxListedPersons = 2000;     // read for one page
inline constexpr int kMaxEligibilityItems = 100;
inline constexpr int kMaxAccountOwners = 100;      // told of one person
inline constexpr int kMaxStreamItems = 256;        // of one message
inline constexpr int kMaxStreamUnanswered = 1024;  // of one stream
// What the unanswered of one stream hold before no more is read from it (a
// message may follow).
inline constexpr int64_t kMaxStreamHeldBytes = 4 << 20;
// What all quotes, settles and reversals under way, and their answers, may hold
// if each institution has its share; never more than twice that.
inline constexpr int64_t kHeldBytes = 128 << 20;
// What gRPC holds of messages that are half received or half sent, of all
// connections; beyond it connections are slowed down, then streams ended.
inline constexpr size_t kGrpcHeldBytes = 1u << 30;
// A message of answers is closed once it holds so much.
inline constexpr size_t kStreamAnswerBytes = 1u << 20;

// Policies.
inline constexpr size_t kMaxPolicyFiles = 256;
inline constexpr size_t kMaxPolicyFileBytes = 1u << 20;
inline constexpr size_t kMaxPolicyRows = 10'000;  // of all files together

// Lanes.
inline constexpr size_t kMaxLaneQueue = 16'384;
inline constexpr size_t kMaxWorkerQueue = 4'096;
// The requests of look-ups, registrations and imports that wait or are worked
// on.
inline constexpr int64_t kWorkerHeldBytes = 256 << 20;
// Jobs of the batch thread that wait, each with one message at most.
inline constexpr size_t kMaxBatchJobs = 64;
// Comparisons of rows under way, each with the digests of its days: some 6 MB
// at most (366 days of 256 buckets).
inline constexpr int kMaxReconcileStreams = 64;
inline constexpr size_t kMaxBatch = 512;
// No more is taken than can be answered within so much; at least kMinUnderWay a
// lane, however slow the database is.
inline constexpr int64_t kMostWaitMs = 500;
inline constexpr int64_t kMinUnderWay = 64;
inline constexpr int kMaxOptimisticTries = 3;
inline constexpr int kMaxTries = 6;

// Rules of time (docs/rules.md sections 3 and 7).
inline constexpr int kPrescriptionValidDays = 7;
inline constexpr int kMaxSupplyDays = 30;
inline constexpr int kMaxLongTermSupplyDays = 84;
inline constexpr int kRefillGraceDays = 7;
inline constexpr int kReassessmentMonths = 6;

static_assert(2 * kMaxPageBytes <= kMaxMessageBytes);
static_assert(kMaxBatch < kMaxLaneQueue);
static_assert(kMaxMessageBytes < kWorkerHeldBytes);
static_assert(kMaxStreamItems <= kMaxStreamUnanswered);
static_assert(kStreamAnswerBytes < kMaxMessageBytes);
static_assert(kMaxAmountFen <= INT64_MAX / 10'000 / kMaxLines * 10);
static_assert(kMaxOptimisticTries < kMaxTries);

}  // namespace onestop::limits

#endif  // ONESTOP_BASE_LIMITS_H_
