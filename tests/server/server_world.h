// A whole server in this process, a client beside it, and a world loaded
// through its own imports.
#ifndef ONESTOP_TESTS_SERVER_SERVER_WORLD_H_
#define ONESTOP_TESTS_SERVER_SERVER_WORLD_H_

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "onestop/v1/registry.grpc.pb.h"
#include "onestop/v1/settlement.grpc.pb.h"
#include "server/log.h"
#include "server/policy_source.h"
#include "server/raw_bytes.h"
#include "server/server.h"
#include "wire/error.h"

namespace onestop::testing {

namespace pb = ::onestop::v1;

inline constexpr char kSettleMethod[] = "/onestop.v1.SettlementService/Settle";

inline server::Config TestConfig() {
  server::Config config;
  config.listen = "127.0.0.1:0";
  config.metrics_address = server::kNoMetrics;
  config.insecure = true;
  config.allow_assumed = true;
  config.policies = "policies";
  config.today = domain::ParseDay("2025-03-20");
  return config;
}

inline const server::LoadedPolicy& TestPolicy() {
  static const server::LoadedPolicy* const policy = [] {
    auto loaded = server::LoadPolicy(TestConfig());
    EXPECT_TRUE(loaded.ok()) << loaded.status();
    return new server::LoadedPolicy(*std::move(loaded));
  }();
  return *policy;
}

// Calls a server at a port of this machine.
class Client {
 public:
  // Clients with the same arguments share a connection.
  explicit Client(int port, const grpc::ChannelArguments& arguments = {})
      : channel_(grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port),
                                           grpc::InsecureChannelCredentials(),
                                           arguments)),
        settlement(pb::SettlementService::NewStub(channel_)),
        registry(pb::RegistryService::NewStub(channel_)),
        generic_(channel_) {}

  // The answer's bytes, or the status with its reason.
  absl::StatusOr<std::string> Raw(const std::string& method,
                                  const std::string& bytes) {
    grpc::ClientContext context;
    const grpc::ByteBuffer request = server::BytesOf(bytes);
    grpc::ByteBuffer response;
    grpc::Status status;
    // Not by a callback: its queue would be the server's, which does not poll.
    grpc::CompletionQueue queue;
    const auto call =
        generic_.PrepareUnaryCall(&context, method, request, &queue);
    call->StartCall();
    call->Finish(&response, &status, &status);
    void* event = nullptr;
    bool ok = false;
    queue.Next(&event, &ok);
    if (!status.ok()) return ToStatus(status);
    return Text(response);
  }
  absl::StatusOr<std::string> Settle(const pb::SettleRequest& request) {
    return Raw(kSettleMethod, request.SerializeAsString());
  }

  // One message of an import.
  template <typename Request, typename Response>
  Response Import(std::unique_ptr<grpc::ClientReaderWriter<Request, Response>> (
                      pb::RegistryService::Stub::*method)(grpc::ClientContext*),
                  const Request& request) {
    grpc::ClientContext context;
    auto stream = (registry.get()->*method)(&context);
    Response response;
    stream->Write(request);
    stream->WritesDone();
    stream->Read(&response);
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << ToStatus(status);
    return response;
  }

  static absl::Status ToStatus(const grpc::Status& status) {
    return wire::FromRpcStatusBytes(
        static_cast<absl::StatusCode>(status.error_code()),
        status.error_message(), status.error_details());
  }
  static std::string Text(const grpc::ByteBuffer& buffer) {
    grpc::Slice slice;
    EXPECT_TRUE(buffer.DumpToSingleSlice(&slice).ok());
    return std::string(reinterpret_cast<const char*>(slice.begin()),
                       slice.size());
  }
  grpc::GenericStub& generic() { return generic_; }

 private:
  std::shared_ptr<grpc::Channel> channel_;

 public:
  std::unique_ptr<pb::SettlementService::Stub> settlement;
  std::unique_ptr<pb::RegistryService::Stub> registry;

 private:
  grpc::GenericStub generic_;
};

inline pb::Person PersonRow(const std::string& id,
                            pb::InsuranceType insurance) {
  pb::Person person;
  person.set_person_id(id);
  person.set_birth_date("1960-01-01");
  person.set_pooling_region("530100");
  person.set_insurance_type(insurance);
  person.set_person_category(insurance == pb::INSURANCE_TYPE_EMPLOYEE
                                 ? pb::PERSON_CATEGORY_IN_SERVICE
                                 : pb::PERSON_CATEGORY_RESIDENT);
  return person;
}

// "H1" to "H3", the item "A", the employees "E0" to "E9" and the resident "R0".
inline void LoadWorld(Client& client) {
  using Stub = pb::RegistryService::Stub;
  pb::ImportInstitutionsRequest institutions;
  for (int level = 1; level <= 3; ++level) {
    pb::Institution& hospital = *institutions.add_institutions();
    hospital.set_institution_id(absl::StrCat("H", level));
    hospital.set_name(absl::StrCat("Hospital ", level));
    hospital.set_level(level);
    hospital.set_region("530100");
    hospital.set_institution_kind(pb::INSTITUTION_KIND_HOSPITAL);
  }
  client.Import(&Stub::ImportInstitutions, institutions);
  pb::ImportItemsRequest items;
  pb::Item& item = *items.add_items();
  item.set_item_code("A");
  item.set_name("Item A");
  item.set_item_class(pb::ITEM_CLASS_A);
  client.Import(&Stub::ImportItems, items);
  pb::ImportPersonsRequest persons;
  for (int i = 0; i < 10; ++i) {
    *persons.add_persons() =
        PersonRow(absl::StrCat("E", i), pb::INSURANCE_TYPE_EMPLOYEE);
  }
  *persons.add_persons() = PersonRow("R0", pb::INSURANCE_TYPE_RESIDENT);
  const auto loaded = client.Import(&Stub::ImportPersons, persons);
  for (const pb::RowResult& row : loaded.results()) {
    ASSERT_EQ(row.outcome(), pb::ROW_OUTCOME_CREATED) << row.DebugString();
  }
}

inline pb::Claim ClaimRow(const std::string& person, int64_t amount_fen) {
  pb::Claim claim;
  claim.set_person_id(person);
  claim.set_institution_id("H2");
  claim.set_encounter_id("V1");
  claim.set_service_date("2025-03-10");
  claim.set_physician_id("DR1");
  claim.add_diagnosis_codes("I10");
  pb::ClaimLine& line = *claim.add_lines();
  line.set_line_id("1");
  line.set_item_code("A");
  line.set_quantity("1");
  line.set_amount_fen(amount_fen);
  return claim;
}

inline pb::SettleRequest SettleRow(const std::string& id,
                                   const std::string& person,
                                   int64_t amount_fen) {
  pb::SettleRequest request;
  request.set_request_id(id);
  *request.mutable_claim() = ClaimRow(person, amount_fen);
  return request;
}

inline std::string ReasonOf(const absl::StatusOr<std::string>& answer) {
  return answer.ok() ? "OK" : ErrorReason(answer.status());
}

}  // namespace onestop::testing

#endif  // ONESTOP_TESTS_SERVER_SERVER_WORLD_H_
