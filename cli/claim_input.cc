// Tells a claim from a request by its fields.
#include "cli/claim_input.h"

#include <string>

#include "base/status_macros.h"
#include "cli/input.h"
#include "google/protobuf/struct.pb.h"

namespace onestop::cli {
namespace {

// Reads `request`, or the message `inner` that its field `name` holds.
absl::Status Read(const std::string& path, const std::string& name,
                  google::protobuf::Message& request,
                  google::protobuf::Message& inner) {
  ONESTOP_ASSIGN_OR_RETURN(const std::string json, ReadInput(path));
  const std::string where = path == "-" ? "standard input" : path;
  google::protobuf::Struct fields;
  ONESTOP_RETURN_IF_ERROR(FromJson(where, json, fields));
  if (fields.fields().contains(name)) return FromJson(where, json, request);
  return FromJson(where, json, inner);
}

}  // namespace

absl::Status ReadQuote(const std::string& path,
                       ::onestop::v1::QuoteRequest& request) {
  ::onestop::v1::Claim claim;
  ONESTOP_RETURN_IF_ERROR(Read(path, "claim", request, claim));
  if (!request.has_claim()) *request.mutable_claim() = claim;
  return absl::OkStatus();
}

absl::Status ReadSettle(const std::string& path,
                        ::onestop::v1::SettleRequest& request) {
  ::onestop::v1::Claim claim;
  ONESTOP_RETURN_IF_ERROR(Read(path, "claim", request, claim));
  if (!request.has_claim()) *request.mutable_claim() = claim;
  return absl::OkStatus();
}

absl::Status ReadRegister(const std::string& path,
                          ::onestop::v1::RegisterRequest& request) {
  ::onestop::v1::Registration registration;
  ONESTOP_RETURN_IF_ERROR(Read(path, "registration", request, registration));
  if (!request.has_registration()) {
    *request.mutable_registration() = registration;
  }
  return absl::OkStatus();
}

}  // namespace onestop::cli
