// A SettleRequest's bytes through the border into the engine: what is accepted
// comes back the same, what is settled conserves every fen, and the receipt is
// a message. The same bytes are taken apart as a message of a stream, too.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "domain/book.h"
#include "tests/fuzz/quiet.h"
#include "tests/fuzz/world.h"
#include "wire/claim.h"
#include "wire/error.h"
#include "wire/receipt.h"
#include "wire/stream.h"

namespace onestop {
namespace {

constexpr size_t kMaxTrailerBytes = 8192;

void CheckRefusal(const absl::Status& status) {
  ONESTOP_CHECK(!ErrorReason(status).empty());
  ONESTOP_CHECK(ErrorReason(status) != "INVARIANT_BROKEN");
  ONESTOP_CHECK(wire::ToRpcStatusBytes(status).size() < kMaxTrailerBytes);
}

void SettleTwice(const wire::SettleAsk& ask) {
  domain::Book book(testing::ShippedPolicy(), fuzz::SmallWorld(),
                    {testing::D("2025-06-30"), 0});
  fuzz::AddPersons(book);
  domain::SettleCommand command;
  command.id.bytes[0] = 1;
  command.reversal_id.bytes[0] = 2;
  command.request_id = ask.request_id;
  command.claim = ask.claim;
  command.expected_cash = ask.expected_cash;
  const auto decision = book.Settle(command);
  if (!decision.ok()) {
    CheckRefusal(decision.status());
    return;
  }
  ONESTOP_CHECK(domain::CheckConservation(decision->outcome).ok());
  if (decision->record == nullptr) return;  // the quote is stale
  const std::string reply = wire::SettleReply(
      *decision->record, decision->outcome, fuzz::SmallWorld());
  onestop::v1::SettleResponse response;
  ONESTOP_CHECK(response.ParseFromString(reply));
  ONESTOP_CHECK(response.receipt().lines_size() ==
                static_cast<int>(ask.claim.lines.size()));
  decision->record->reply = reply;
  const auto again = book.Settle(command);
  ONESTOP_CHECK(again.ok() && again->record == decision->record);
  domain::ReverseCommand reverse;
  reverse.person_id = ask.claim.person_id;
  reverse.target = command.id;
  reverse.reversal_id = command.reversal_id;
  ONESTOP_CHECK(book.Reverse(reverse).ok());
}

// Taken for a message of a stream, the bytes fall apart as in protobuf's hands.
void TakeApart(std::string_view bytes) {
  const auto asks = wire::StreamAsksOf(bytes);
  if (!asks.ok()) return CheckRefusal(asks.status());
  v1::SettleStreamRequest message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return;  // A settle within is no message, or not UTF-8.
  }
  ONESTOP_CHECK(asks->size() == static_cast<size_t>(message.items_size()));
  for (int i = 0; i < message.items_size(); ++i) {
    ONESTOP_CHECK((*asks)[static_cast<size_t>(i)].index ==
                  message.items(i).index());
  }
}

}  // namespace
}  // namespace onestop

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  onestop::TakeApart({reinterpret_cast<const char*>(data), size});
  onestop::v1::SettleRequest request;
  if (!request.ParseFromArray(data, static_cast<int>(size))) return 0;
  const auto ask = onestop::wire::SettleFromProto(request);
  if (!ask.ok()) {
    onestop::CheckRefusal(ask.status());
    return 0;
  }
  const auto read =
      onestop::wire::ClaimFromProto(onestop::wire::ClaimToProto(ask->claim));
  ONESTOP_CHECK(read.ok() && *read == ask->claim);
  onestop::SettleTwice(*ask);
  return 0;
}
