// Receipts out: a settlement with its explanation, as the bytes that are
// stored, answered, and answered again to a retry.
#ifndef ONESTOP_WIRE_RECEIPT_H_
#define ONESTOP_WIRE_RECEIPT_H_

#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "domain/catalog.h"
#include "domain/outcome.h"
#include "domain/settlement.h"
#include "onestop/v1/receipt.pb.h"
#include "onestop/v1/settlement.pb.h"
#include "wire/claim.h"
#include "base/message_writer.h"

namespace onestop::wire {

// By what a quote was decided.
struct QuoteBasis {
  std::string policy_revision;
  int64_t person_version = 0;
};

// Serialized SettleResponse, SETTLED. Depends on nothing but the record (kind,
// ids, booking, revisions, claim, reads, movements), the outcome, and the
// catalog of the record's revision (names and classes of its items), so that it
// can be recomputed. Deterministic.
std::string SettleReply(const domain::SettlementRecord& record,
                        const domain::Outcome& outcome,
                        const domain::Catalog& catalog);

// Serialized QuoteResponse.
std::string QuoteReply(const domain::Claim& claim,
                       const domain::Outcome& outcome,
                       const domain::Catalog& catalog, const QuoteBasis& basis);

// Serialized SettleResponse, QUOTE_STALE: the new quote and which counters
// moved since the old one.
std::string StaleReply(const SettleAsk& ask, const domain::Outcome& outcome,
                       const domain::Catalog& catalog, const QuoteBasis& basis);

// The receipt inside those, without ids, booking and revisions.
pb::Receipt ReceiptOf(const domain::Claim& claim,
                      const domain::Outcome& outcome,
                      const domain::Catalog& catalog);

pb::Totals TotalsToProto(const domain::Totals& totals);
// The repeated `field` of `outer`: movements and reads of money, in order of
// year and counter; the person's own alone: a relative's balance is not the
// patient's to see, what it paid is in account_payments.
void WriteMovements(std::string_view person_id,
                    absl::Span<const domain::Movement> movements,
                    absl::Span<const domain::CounterRead> reads, int field,
                    MessageWriter& outer);
// What each account paid, in the order of the movements: own first.
void WriteAccountPayments(absl::Span<const domain::Movement> movements,
                          int field, MessageWriter& outer);
void SetTime(int64_t unix_ms, google::protobuf::Timestamp& out);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_RECEIPT_H_
