// What a stranger may send to any method: bytes that are no message, text that
// is not UTF-8, nothing at all, too much. Each is answered, nothing is written,
// and the server serves on.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "tests/server/server_fixture.h"

namespace onestop::server {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using testing::ClaimRow;
using testing::Client;
using ::testing::Contains;
using ::testing::IsSupersetOf;
using testing::SettleRow;

std::vector<const MethodDescriptor*> Methods() {
  std::vector<const MethodDescriptor*> methods;
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  for (const char* name :
       {"onestop.v1.SettlementService", "onestop.v1.RegistryService",
        "onestop.v1.ReconciliationService", "onestop.v1.ClearingService"}) {
    const auto* service = pool->FindServiceByName(name);
    for (int i = 0; i < service->method_count(); ++i) {
      methods.push_back(service->method(i));
    }
  }
  return methods;
}

std::string PathOf(const MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

// A request with one field that cannot be right.
struct WrongField {
  std::string path;
  std::string bytes;
};

// A text that no field of its name takes; empty: every text may be right.
std::string WrongText(const std::string& name) {
  for (const char* end : {"_id", "_code"}) {
    if (name.ends_with(end)) return std::string(65, 'x');
  }
  for (const char* end : {"_date", "_on", "_from", "_until", "valid_to"}) {
    if (name.ends_with(end)) return "2025-02-30";
  }
  for (const char* end : {"quantity", "price"}) {
    if (name.ends_with(end)) return "1.0000001";
  }
  return "";
}

// Sets a wrong value; false: every value may be right.
bool SetWrong(Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  if (field.type() == FieldDescriptor::TYPE_ENUM) {
    if (field.is_repeated()) {
      reflection.AddEnumValue(&message, &field, 9'999);
    } else {
      reflection.SetEnumValue(&message, &field, 9'999);
    }
    return true;
  }
  if (field.type() == FieldDescriptor::TYPE_STRING) {
    const std::string text = WrongText(field.name());
    if (text.empty()) return false;
    if (field.is_repeated()) {
      reflection.AddString(&message, &field, text);
    } else {
      reflection.SetString(&message, &field, text);
    }
    return true;
  }
  if (field.is_repeated()) return false;
  if (field.type() == FieldDescriptor::TYPE_INT64) {
    reflection.SetInt64(&message, &field, -5'000'000'000'000'000);
    return true;
  }
  if (field.type() == FieldDescriptor::TYPE_INT32) {
    reflection.SetInt32(&message, &field, -1);
    return true;
  }
  return false;
}

// `place` is where `message` stands in `whole`.
void AddWrongFields(const Message& whole, const std::string& place,
                    Message& message, std::vector<WrongField>& out) {
  const auto* descriptor = message.GetDescriptor();
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor& field = *descriptor->field(i);
    std::string path = absl::StrCat(place, field.name());
    if (field.is_repeated()) absl::StrAppend(&path, "[0]");
    if (field.type() == FieldDescriptor::TYPE_MESSAGE) {
      Message* part = field.is_repeated()
                          ? reflection.AddMessage(&message, &field)
                          : reflection.MutableMessage(&message, &field);
      AddWrongFields(whole, path + ".", *part, out);
    } else if (SetWrong(message, field)) {
      out.push_back({path, whole.SerializeAsString()});
    }
    reflection.ClearField(&message, &field);
  }
}

std::vector<WrongField> WrongFields(const google::protobuf::Descriptor& type) {
  auto* factory = google::protobuf::MessageFactory::generated_factory();
  const std::unique_ptr<Message> message(factory->GetPrototype(&type)->New());
  std::vector<WrongField> wrong;
  AddWrongFields(*message, "", *message, wrong);
  return wrong;
}

class BadInputTest : public ServerTest {
 protected:
  // How the method ends when it is sent these bytes and nothing more.
  absl::Status Send(const MethodDescriptor& method, const std::string& bytes) {
    grpc::ClientContext context;
    grpc::CompletionQueue queue;
    const auto call =
        client_->generic().PrepareCall(&context, PathOf(method), &queue);
    const auto wait = [&queue] {
      void* tag = nullptr;
      bool ok = false;
      queue.Next(&tag, &ok);
    };
    call->StartCall(nullptr);
    wait();
    call->Write(BytesOf(bytes), nullptr);
    wait();
    call->WritesDone(nullptr);
    wait();
    grpc::ByteBuffer answer;
    call->Read(&answer, nullptr);
    wait();
    grpc::Status status;
    call->Finish(&status, nullptr);
    wait();
    return Client::ToStatus(status);
  }

  void ExpectServing() {
    EXPECT_TRUE(client_->Settle(SettleRow("alive", "E9", 5'000)).ok());
  }
};

TEST_P(BadInputTest, BytesThatAreNotTheMessage) {
  ASSERT_EQ(Methods().size(), 36u);
  for (const MethodDescriptor* method : Methods()) {
    // A group that nobody opened; a text that is not UTF-8 in the first field
    // of whatever message.
    for (const std::string bytes : {"\xff\xff\xff", "\x0c", "\x0a\x7f"}) {
      const absl::Status status = Send(*method, bytes);
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument)
          << method->name() << ": " << status;
      EXPECT_EQ(ErrorReason(status), "MALFORMED_REQUEST") << method->name();
      EXPECT_EQ(FieldViolations(status).size(), 1u) << method->name();
    }
  }
  ExpectServing();
}

TEST_P(BadInputTest, TextThatIsNotUtf8) {
  pb::GetLedgerRequest request;
  request.set_person_id("XX");
  std::string bytes = request.SerializeAsString();
  bytes[2] = '\xc3';
  bytes[3] = '\x28';
  for (const char* method : {"GetLedger", "GetEligibility", "GetSettlement",
                             "ListSettlements", "Reverse", "Settle"}) {
    const auto answer = client_->Raw(
        absl::StrCat("/onestop.v1.SettlementService/", method), bytes);
    EXPECT_EQ(ErrorReason(answer.status()), "MALFORMED_REQUEST") << method;
  }
  ExpectServing();
}

TEST_P(BadInputTest, AnEmptyMessageIsTold) {
  for (const MethodDescriptor* method : Methods()) {
    const absl::Status status = Send(*method, "");
    EXPECT_EQ(ErrorReason(status), "MALFORMED_REQUEST")
        << method->name() << ": " << status;
    EXPECT_GE(FieldViolations(status).size(), 1u) << method->name();
  }
  ExpectServing();
}

TEST_P(BadInputTest, AMessageOverTheLimitIsRefusedUnread) {
  const std::string huge(limits::kMaxMessageBytes + 1, 'x');
  for (const MethodDescriptor* method : Methods()) {
    const absl::Status status = Send(*method, huge);
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted)
        << method->name() << ": " << status;
  }
  ExpectServing();
}

TEST_P(BadInputTest, EveryBadFieldOfAClaimAtOnce) {
  pb::SettleRequest request = SettleRow(std::string(65, 'r'), "E0", 5'000);
  pb::Claim& claim = *request.mutable_claim();
  claim.set_institution_id("");
  claim.set_service_date("2025-02-30");
  claim.mutable_lines(0)->set_quantity("1.00001");
  claim.mutable_lines(0)->set_unit_price("0.1234567");
  claim.mutable_lines(0)->set_amount_fen(-1);
  pb::ClaimLine& second = *claim.add_lines();
  second.set_line_id("2");
  second.set_item_code("A");
  second.set_quantity("0");
  second.set_amount_fen(1'000'000'000'001);
  second.set_days_supply(-3);
  request.set_expected_cash_fen(-5);
  const auto answer = client_->Settle(request);
  std::vector<std::string> fields;
  for (const FieldViolation& violation : FieldViolations(answer.status())) {
    fields.push_back(violation.field);
  }
  EXPECT_THAT(
      fields,
      IsSupersetOf({"request_id", "claim.institution_id", "claim.service_date",
                    "claim.lines[0].quantity", "claim.lines[0].unit_price",
                    "claim.lines[0].amount_fen", "claim.lines[1].quantity",
                    "claim.lines[1].amount_fen", "claim.lines[1].days_supply",
                    "expected_cash_fen"}));
  ExpectServing();
}

TEST_P(BadInputTest, TooManyBadFieldsAreCounted) {
  pb::SettleRequest request = SettleRow("r", "E0", 5'000);
  for (int i = 0; i < 499; ++i) request.mutable_claim()->add_lines();
  const auto full = client_->Settle(request);
  const auto violations = FieldViolations(full.status());
  EXPECT_LT(violations.size(), 200u);
  EXPECT_EQ(violations.back().field, "");  // how many more there are
  request.mutable_claim()->add_lines();
  const auto over = client_->Settle(request);
  EXPECT_EQ(FieldViolations(over.status()).front().field, "claim.lines");
}

// Each field alone, with a value that it cannot have; whatever else is missing
// is told with it.
TEST_P(BadInputTest, EveryFieldOfEveryMethodIsNamedWhenItIsWrong) {
  int fields = 0;
  for (const MethodDescriptor* method : Methods()) {
    if (method->client_streaming()) continue;  // Told row by row.
    for (const WrongField& wrong : WrongFields(*method->input_type())) {
      ++fields;
      const absl::Status status = Send(*method, wrong.bytes);
      EXPECT_EQ(ErrorReason(status), "MALFORMED_REQUEST");
      std::vector<std::string> named;
      for (const FieldViolation& violation : FieldViolations(status)) {
        named.push_back(violation.field);
      }
      EXPECT_THAT(named, Contains(wrong.path)) << method->name();
    }
  }
  EXPECT_GT(fields, 100);
  ExpectServing();
}

TEST_P(BadInputTest, ALineIdTwiceIsTheClaimsFault) {
  pb::SettleRequest request = SettleRow("r", "E0", 5'000);
  *request.mutable_claim()->add_lines() = request.claim().lines(0);
  EXPECT_EQ(testing::ReasonOf(client_->Settle(request)), "DUPLICATE_LINE");
  ExpectServing();
}

INSTANTIATE_TEST_SUITE_P(Stores, BadInputTest,
                         ::testing::Values("memory", "postgres"),
                         [](const auto& suite) { return suite.param; });

}  // namespace
}  // namespace onestop::server
