// Tells a claim from a request by its fields.
#include "cli/claim_input.h"

#include <string>

#include "base/status_macros.h"
#include "cli/input.h"
#include "google/protobuf/struct.pb.h"

namespace onestop::cli {
namespace {

std::string NameOfInput(const std::string& path) {
  return path == "-" ? "standard input" : path;
}

// Reads `request`, or the message `inner` that its field `name` holds.
absl::Status ReadEither(const std::string& path, const std::string& name,
                        google::protobuf::Message& request,
                        google::protobuf::Message& inner) {
  ONESTOP_ASSIGN_OR_RETURN(const std::string json, ReadInput(path));
  // What is no object is neither; `inner` says so better.
  google::protobuf::Struct fields;
  const bool is_request =
      FromJson("", json, fields).ok() && fields.fields().contains(name);
  return FromJson(NameOfInput(path), json, is_request ? request : inner);
}

}  // namespace

absl::Status ReadRequest(const std::string& path,
                         google::protobuf::Message& request) {
  if (path.empty()) return absl::OkStatus();
  ONESTOP_ASSIGN_OR_RETURN(const std::string json, ReadInput(path));
  return FromJson(NameOfInput(path), json, request);
}

absl::Status ReadQuote(const std::string& path,
                       ::onestop::v1::QuoteRequest& request) {
  ::onestop::v1::Claim claim;
  ONESTOP_RETURN_IF_ERROR(ReadEither(path, "claim", request, claim));
  if (!request.has_claim()) *request.mutable_claim() = claim;
  return absl::OkStatus();
}

absl::Status ReadSettle(const std::string& path,
                        ::onestop::v1::SettleRequest& request) {
  ::onestop::v1::Claim claim;
  ONESTOP_RETURN_IF_ERROR(ReadEither(path, "claim", request, claim));
  if (!request.has_claim()) *request.mutable_claim() = claim;
  return absl::OkStatus();
}

absl::Status ReadRegister(const std::string& path,
                          ::onestop::v1::RegisterRequest& request) {
  ::onestop::v1::Registration registration;
  ONESTOP_RETURN_IF_ERROR(
      ReadEither(path, "registration", request, registration));
  if (!request.has_registration()) {
    *request.mutable_registration() = registration;
  }
  return absl::OkStatus();
}

}  // namespace onestop::cli
