// Look-ups over gRPC, in memory and on PostgreSQL: lists of settlements,
// persons, institutions with their designations, items.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/server/server_fixture.h"
#include "tests/support/status_matchers.h"

namespace onestop::server {
namespace {

using testing::Client;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::SettleRow;
using ::testing::SizeIs;
using Stub = pb::RegistryService::Stub;

std::vector<std::string> BadFields(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const auto& violation : FieldViolations(status)) {
    fields.push_back(violation.field);
  }
  return fields;
}

class LookupsTest : public ServerTest {
 protected:
  absl::StatusOr<pb::ListSettlementsResponse> Page(
      const pb::ListSettlementsRequest& request) {
    grpc::ClientContext context;
    pb::ListSettlementsResponse page;
    const auto status =
        client_->settlement->ListSettlements(&context, request, &page);
    if (!status.ok()) return Client::ToStatus(status);
    return page;
  }
  // Every page, of `page_size` rows.
  std::vector<pb::SettlementSummary> List(pb::ListSettlementsRequest request,
                                          int page_size = 0) {
    request.set_page_size(page_size);
    std::vector<pb::SettlementSummary> rows;
    do {
      const auto page = Page(request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) return rows;
      rows.insert(rows.end(), page->settlements().begin(),
                  page->settlements().end());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return rows;
  }
  std::vector<std::string> Requests(const pb::ListSettlementsRequest& request,
                                    int page_size = 0) {
    std::vector<std::string> ids;
    for (const auto& row : List(request, page_size)) {
      ids.push_back(row.request_id());
    }
    return ids;
  }

  // One look-up of the registry.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Get(
      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                   Response*),
      const Request& request, Client* client = nullptr) {
    grpc::ClientContext context;
    Response response;
    Stub& stub = *(client == nullptr ? client_.get() : client)->registry;
    const auto status = (stub.*method)(&context, request, &response);
    if (!status.ok()) return Client::ToStatus(status);
    return response;
  }
};

// What is booked from now on stands after what was booked so far.
void NextMillisecond() {
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

pb::ListSettlementsRequest OfPerson(const std::string& person_id) {
  pb::ListSettlementsRequest request;
  request.set_person_id(person_id);
  return request;
}

pb::ListSettlementsRequest OfInstitution(const std::string& institution_id) {
  pb::ListSettlementsRequest request;
  request.set_institution_id(institution_id);
  request.set_booked_from("2025-03-20");
  request.set_booked_until("2025-03-20");
  return request;
}

TEST_P(LookupsTest, ListsSettlementsReversalsAndClosedIds) {
  const pb::Receipt receipt = Settled(SettleRow("l1", "E0", 200'000)).receipt();
  NextMillisecond();
  ASSERT_THAT(Reverse(ReverseRow("E0", "l1")), IsOk());
  NextMillisecond();
  ASSERT_THAT(Reverse(ReverseRow("E0", "late")), IsOk());
  const auto rows = List(OfPerson("E0"));
  ASSERT_THAT(rows, SizeIs(3));
  EXPECT_EQ(rows[0].settlement_id(), receipt.settlement_id());
  EXPECT_EQ(rows[0].kind(), pb::SETTLEMENT_KIND_SETTLEMENT);
  EXPECT_EQ(rows[0].state(), pb::SETTLEMENT_STATE_REVERSED);
  EXPECT_EQ(rows[0].reversed_by(), rows[1].settlement_id());
  EXPECT_EQ(rows[0].institution_id(), "H2");
  EXPECT_EQ(rows[0].service_date(), "2025-03-10");
  EXPECT_EQ(rows[0].booked_on(), "2025-03-20");
  EXPECT_EQ(rows[0].insurance_type(), pb::INSURANCE_TYPE_EMPLOYEE);
  EXPECT_EQ(rows[0].booked_at().SerializeAsString(),
            receipt.booked_at().SerializeAsString());
  // All totals, those that are no column too.
  EXPECT_EQ(rows[0].totals().SerializeAsString(),
            receipt.totals().SerializeAsString());
  EXPECT_GT(rows[0].totals().deductible_fen(), 0);
  EXPECT_EQ(rows[1].kind(), pb::SETTLEMENT_KIND_REVERSAL);
  EXPECT_EQ(rows[1].state(), pb::SETTLEMENT_STATE_SETTLED);
  EXPECT_EQ(rows[1].reverses(), receipt.settlement_id());
  EXPECT_EQ(rows[1].request_id(), "l1");
  EXPECT_EQ(rows[1].totals().gross_fen(), -200'000);
  EXPECT_EQ(rows[1].totals().deductible_fen(),
            -rows[0].totals().deductible_fen());
  EXPECT_EQ(rows[2].kind(), pb::SETTLEMENT_KIND_CLOSED);
  EXPECT_EQ(rows[2].state(), pb::SETTLEMENT_STATE_CLOSED);
  EXPECT_EQ(rows[2].request_id(), "late");
  EXPECT_FALSE(rows[2].has_totals());
}

TEST_P(LookupsTest, PagesAreTheListInPieces) {
  std::vector<std::string> ids;
  for (int i = 0; i < 7; ++i) {
    ids.push_back(absl::StrCat("p", i));
    Settled(SettleRow(ids.back(), i % 2 == 0 ? "E1" : "R0", 1'000));
  }
  // One after the other, but perhaps within one millisecond: any order then.
  const auto whole = Requests(OfInstitution("H2"));
  EXPECT_THAT(whole, ::testing::UnorderedElementsAreArray(ids));
  for (const int size : {1, 2, 3, 7}) {
    EXPECT_EQ(Requests(OfInstitution("H2"), size), whole) << size;
  }
  EXPECT_THAT(Requests(OfPerson("E1"), 3), SizeIs(4));
  pb::ListSettlementsRequest residents = OfInstitution("H2");
  residents.set_insurance_type(pb::INSURANCE_TYPE_RESIDENT);
  EXPECT_THAT(Requests(residents, 2), SizeIs(3));
  pb::ListSettlementsRequest both = OfInstitution("H2");
  both.set_person_id("R0");
  EXPECT_THAT(Requests(both, 2), SizeIs(3));
  EXPECT_THAT(Requests(OfInstitution("H1")), IsEmpty());
  EXPECT_THAT(Requests(OfPerson("NOBODY")), IsEmpty());
  pb::ListSettlementsRequest before = OfPerson("E1");
  before.set_booked_until("2025-03-19");
  EXPECT_THAT(Requests(before), IsEmpty());
}

TEST_P(LookupsTest, APageTokenIsOfItsQuestion) {
  for (const char* id : {"t1", "t2", "t3"}) {
    Settled(SettleRow(id, "E2", 1'000));
  }
  pb::ListSettlementsRequest request = OfPerson("E2");
  request.set_page_size(1);
  const auto first = Page(request);
  ASSERT_THAT(first, IsOk());
  ASSERT_FALSE(first->next_page_token().empty());
  request.set_page_token(first->next_page_token());
  // Another replica goes on with it, and with another size.
  const auto other = StartServer();
  Client there(other->port());
  grpc::ClientContext context;
  request.set_page_size(2);
  pb::ListSettlementsResponse rest;
  ASSERT_TRUE(there.settlement->ListSettlements(&context, request, &rest).ok());
  EXPECT_THAT(rest.settlements(), SizeIs(2));
  EXPECT_EQ(rest.next_page_token(), "");

  request.set_person_id("E3");
  EXPECT_THAT(BadFields(Page(request).status()), ElementsAre("page_token"));
  request.set_person_id("E2");
  request.set_page_token(first->next_page_token().substr(3));
  const absl::Status broken = Page(request).status();
  EXPECT_EQ(ErrorReason(broken), "MALFORMED_REQUEST");
  EXPECT_THAT(BadFields(broken), ElementsAre("page_token"));
}

TEST_P(LookupsTest, EveryMalformedFieldIsNamed) {
  pb::ListSettlementsRequest list;
  list.set_person_id("a\nb");
  list.set_institution_id(std::string(65, 'x'));
  list.set_booked_from("yesterday");
  list.set_booked_until("2025-02-30");
  list.set_insurance_type(static_cast<pb::InsuranceType>(7));
  list.set_page_size(1'001);
  list.set_page_token("?");
  const absl::Status malformed = Page(list).status();
  EXPECT_EQ(ErrorReason(malformed), "MALFORMED_REQUEST");
  EXPECT_THAT(
      BadFields(malformed),
      ElementsAre("person_id", "institution_id", "booked_from", "booked_until",
                  "insurance_type", "page_size", "page_token"));
  EXPECT_THAT(BadFields(Page({}).status()), ElementsAre("person_id"));
  list.Clear();
  list.set_institution_id("H2");
  EXPECT_THAT(BadFields(Page(list).status()),
              ElementsAre("booked_from", "booked_until"));
  EXPECT_THAT(BadFields(Get(&Stub::GetPerson, pb::GetPersonRequest()).status()),
              ElementsAre("person_id"));
  EXPECT_THAT(
      BadFields(
          Get(&Stub::GetInstitution, pb::GetInstitutionRequest()).status()),
      ElementsAre("institution_id"));
  EXPECT_THAT(BadFields(Get(&Stub::GetItem, pb::GetItemRequest()).status()),
              ElementsAre("item_code"));
  for (const char* method :
       {"SettlementService/ListSettlements", "RegistryService/GetPerson",
        "RegistryService/GetInstitution", "RegistryService/GetItem"}) {
    const auto answer =
        client_->Raw(absl::StrCat("/onestop.v1.", method), "\xff\xff\xff");
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kInvalidArgument)
        << method;
    EXPECT_THAT(FieldViolations(answer.status()), SizeIs(1)) << method;
  }
}

TEST_P(LookupsTest, GetsAPersonWithRegistrations) {
  pb::ImportRegistrationsRequest registrations;
  for (const char* id : {"old", "new"}) {
    pb::Registration& registration = *registrations.add_registrations();
    registration.set_registration_id(id);
    registration.set_person_id("R0");
    registration.set_registration_kind(pb::REGISTRATION_KIND_TWO_DISEASE);
    registration.set_disease("HYPERTENSION");
    registration.set_registered_on("2024-01-01");
  }
  registrations.mutable_registrations(0)->set_revoked_on("2024-02-01");
  client_->Import(&Stub::ImportRegistrations, registrations);
  pb::GetPersonRequest ask;
  ask.set_person_id("R0");
  const auto answer = Get(&Stub::GetPerson, ask);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->person().person_id(), "R0");
  EXPECT_EQ(answer->person().birth_date(), "1960-01-01");
  EXPECT_EQ(answer->person().insurance_type(), pb::INSURANCE_TYPE_RESIDENT);
  EXPECT_GE(answer->person().version(), 2);
  ASSERT_THAT(answer->registrations(), SizeIs(2));
  EXPECT_EQ(answer->registrations(0).registration_id(), "old");
  EXPECT_EQ(answer->registrations(0).revoked_on(), "2024-02-01");
  EXPECT_EQ(answer->registrations(1).person_id(), "R0");
  ask.set_person_id("NOBODY");
  EXPECT_EQ(ErrorReason(Get(&Stub::GetPerson, ask).status()), "PERSON_UNKNOWN");
}

TEST_P(LookupsTest, GetsAnInstitutionWithAllPeriodsOfItsDesignations) {
  pb::ImportInstitutionsRequest institutions;
  pb::Institution& pharmacy = *institutions.add_institutions();
  pharmacy.set_institution_id("Y1");
  pharmacy.set_institution_kind(pb::INSTITUTION_KIND_PHARMACY);
  pharmacy.set_dual_channel(true);
  client_->Import(&Stub::ImportInstitutions, institutions);
  pb::ImportDesignationsRequest designations;
  const auto add = [&designations](const char* from, const char* until) {
    pb::Designation& row = *designations.add_designations();
    row.set_hospital_id("H3");
    row.set_pharmacy_id("Y1");
    row.set_from(from);
    row.set_until(until);
  };
  add("2025-01-01", "");
  add("2023-01-01", "2023-12-31");
  add("2025-01-01", "2025-06-30");  // The same first day: it replaces.
  const auto loaded = client_->Import(&Stub::ImportDesignations, designations);
  ASSERT_THAT(loaded.results(), SizeIs(3));
  EXPECT_EQ(loaded.results(0).outcome(), pb::ROW_OUTCOME_CREATED);
  EXPECT_EQ(loaded.results(1).outcome(), pb::ROW_OUTCOME_CREATED);
  EXPECT_EQ(loaded.results(2).outcome(), pb::ROW_OUTCOME_UPDATED);
  for (const char* id : {"Y1", "H3"}) {
    pb::GetInstitutionRequest ask;
    ask.set_institution_id(id);
    const auto answer = Get(&Stub::GetInstitution, ask);
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ(answer->institution().institution_id(), id);
    EXPECT_GT(answer->catalog_revision(), 0);
    ASSERT_THAT(answer->designations(), SizeIs(2)) << id;
    EXPECT_EQ(answer->designations(0).from(), "2023-01-01");
    EXPECT_EQ(answer->designations(0).until(), "2023-12-31");
    EXPECT_EQ(answer->designations(1).from(), "2025-01-01");
    EXPECT_EQ(answer->designations(1).until(), "2025-06-30");
  }
  pb::GetInstitutionRequest unknown;
  unknown.set_institution_id("NOWHERE");
  EXPECT_EQ(ErrorReason(Get(&Stub::GetInstitution, unknown).status()),
            "INSTITUTION_UNKNOWN");
}

TEST_P(LookupsTest, GetsAnItemThatCameByAnotherReplicaJustNow) {
  const auto other = StartServer();
  Client there(other->port());
  pb::ImportItemsRequest items;
  pb::Item& item = *items.add_items();
  item.set_item_code("FRESH");
  item.set_name("Fresh item");
  item.set_item_class(pb::ITEM_CLASS_B);
  client_->Import(&Stub::ImportItems, items);
  pb::GetItemRequest ask;
  ask.set_item_code("FRESH");
  const auto answer = Get(&Stub::GetItem, ask, &there);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->item().name(), "Fresh item");
  EXPECT_EQ(answer->catalog_revision(),
            Get(&Stub::GetItem, ask)->catalog_revision());
  ask.set_item_code("NONE");
  EXPECT_EQ(ErrorReason(Get(&Stub::GetItem, ask).status()), "ITEM_UNKNOWN");
}

INSTANTIATE_TEST_SUITE_P(Stores, LookupsTest,
                         ::testing::Values("memory", "postgres"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace onestop::server
