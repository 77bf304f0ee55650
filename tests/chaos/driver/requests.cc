// Makes requests, and reads each as the server's border does.
#include "tests/chaos/driver/requests.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "tests/chaos/driver/world.h"
#include "wire/claim.h"
#include "wire/register.h"
#include "wire/registry.h"

namespace onestop::chaos {
namespace {

using Method = Request::Method;

template <typename Message, typename Ask>
Request Made(Method method, const Message& message,
             absl::StatusOr<Ask> (*read)(const Message&)) {
  auto ask = read(message);
  ONESTOP_CHECK(ask.ok());
  return {method, message.SerializeAsString(), *std::move(ask)};
}

}  // namespace

Request QuoteOf(const domain::Claim& claim) {
  pb::QuoteRequest request;
  *request.mutable_claim() = wire::ClaimToProto(claim);
  return {Method::kQuote, request.SerializeAsString(),
          history::QuoteAsk{claim}};
}

Request SettleOf(const pb::SettleRequest& settle) {
  return Made(Method::kSettle, settle, wire::SettleFromProto);
}
Request ReverseOf(const pb::ReverseRequest& reverse) {
  return Made(Method::kReverse, reverse, wire::ReverseFromProto);
}
Request RegisterOf(const pb::RegisterRequest& request) {
  return Made(Method::kRegister, request, wire::RegisterFromProto);
}
Request RevokeOf(const pb::RevokeRegistrationRequest& revoke) {
  return Made(Method::kRevoke, revoke, wire::RevokeFromProto);
}

Request UsageOf(const std::string& request_id, const std::string& person_id,
                int64_t fen) {
  pb::PostUsageRequest message;
  pb::InpatientUsage& usage = *message.add_usages();
  usage.set_request_id(request_id);
  usage.set_person_id(person_id);
  usage.set_year(kYear);
  usage.set_amount_fen(fen);
  storage::Posting posting;
  posting.posting_id = request_id;
  posting.kind = "usage";
  posting.caller = kCaller;
  posting.movement = *wire::UsageFromProto(usage, "usage");
  return {Method::kPostUsage, message.SerializeAsString(), posting};
}

Request BalanceOf(const std::string& import_id, const std::string& person_id,
                  int64_t fen) {
  pb::ImportAccountsRequest message;
  message.set_import_id(import_id);
  pb::AccountBalance& balance = *message.add_accounts();
  balance.set_person_id(person_id);
  balance.set_balance_fen(fen);
  storage::Posting posting;
  posting.posting_id = absl::StrCat("account/", import_id);
  posting.kind = "opening";
  posting.caller = kCaller;
  posting.movement = *wire::AccountFromProto(balance, "account");
  return {Method::kImportAccounts, message.SerializeAsString(), posting};
}

pb::SettleRequest NewSettle(const std::string& request_id,
                            const domain::Claim& claim) {
  pb::SettleRequest settle;
  settle.set_request_id(request_id);
  *settle.mutable_claim() = wire::ClaimToProto(claim);
  return settle;
}

pb::ReverseRequest ReversalOf(const pb::SettleRequest& settle) {
  pb::ReverseRequest reverse;
  reverse.set_person_id(settle.claim().person_id());
  reverse.set_institution_id(settle.claim().institution_id());
  reverse.set_settle_request_id(settle.request_id());
  reverse.set_reason("chaos");
  return reverse;
}

}  // namespace onestop::chaos
