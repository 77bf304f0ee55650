// The mix of the benchmarks: never refused, however often a person comes, and
// its rows stay small.
#include "bench/world.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <utility>

#include "bench/family.h"
#include "bench/requests.h"
#include "domain/book.h"
#include "onestop/v1/settlement.pb.h"
#include "storage/ids.h"
#include "tests/support/policies.h"
#include "wire/claim.h"

namespace onestop::bench {
namespace {

namespace pb = ::onestop::v1;

constexpr uint64_t kPersons = 2 * kKinds;
constexpr int kVisits = 60;  // a person
constexpr size_t kMostEntries = 40;

domain::Catalog CatalogHere() {
  domain::Catalog catalog;
  catalog.set_revision(1);
  const storage::CatalogChange rows = CatalogOfWorld();
  for (const domain::Item& item : rows.items) catalog.Put(item);
  for (const auto& institution : rows.institutions) catalog.Put(institution);
  return catalog;
}

domain::Moment Today() {
  domain::Moment now;
  now.today = domain::ParseDay(kToday);
  return now;
}

absl::StatusOr<domain::SettleDecision> Settle(const pb::SettleRequest& request,
                                              domain::Book& book) {
  const auto ask = wire::SettleFromProto(request);
  if (!ask.ok()) return ask.status();
  domain::SettleCommand command;
  command.id = storage::DeriveSettlementId(
      ask->claim.institution_id, ask->claim.person_id, ask->request_id);
  command.reversal_id = storage::DeriveReversalId(command.id);
  command.claim = ask->claim;
  return book.Settle(command);
}

TEST(WorldTest, EveryRequestOfTheMixSettlesAndRowsStaySmall) {
  const domain::Catalog catalog = CatalogHere();
  domain::Book book(testing::ShippedPolicy(), catalog, Today());
  for (uint64_t number = 0; number < kPersons; ++number) {
    book.AddPerson(PersonOf(number));
  }
  const Requests requests(Call::kSettle, kPersons, 7);
  std::mt19937_64 random(1);
  int paid_by_funds = 0;
  for (uint64_t serial = 0; serial < kPersons * kVisits; ++serial) {
    pb::SettleRequest request;
    ASSERT_TRUE(request.ParseFromString(requests.Next(serial, random)));
    const auto decision = Settle(request, book);
    ASSERT_TRUE(decision.ok()) << decision.status() << "\n"
                               << request.DebugString();
    EXPECT_EQ(decision->kind, domain::SettleDecision::Kind::kSettled);
    if (decision->outcome.totals.fund_pay.fen > 0) ++paid_by_funds;
  }
  EXPECT_GT(paid_by_funds, static_cast<int>(kPersons) * kVisits / 4);
  for (const domain::LedgerWrite& write : book.LedgerWrites()) {
    EXPECT_LE(write.row.entries().size(), kMostEntries) << write.key.person_id;
  }
}

TEST(WorldTest, TheFamilyPaysFromOneAccount) {
  const domain::Catalog catalog = CatalogHere();
  domain::Book book(testing::ShippedPolicy(), catalog, Today());
  for (uint64_t number = 0; number < kPersons; ++number) {
    book.AddPerson(PersonOf(number));
  }
  const domain::Person owner = FamilyOwner(kPersons);
  EXPECT_EQ(owner.registrations.size(), 8u);  // four kinds in ten are residents
  book.AddPerson(owner);
  domain::LedgerRow account;
  ASSERT_TRUE(account.Add(FamilyBalance()).ok());
  book.AddLedger({FamilyOwnerId(), domain::kNoYear}, account);
  Selection selection;
  selection.family = true;
  const Requests requests(Call::kSettle, kPersons, 7, selection);
  std::mt19937_64 random(1);
  std::set<std::string> patients;
  int paid = 0;
  for (uint64_t serial = 0; serial < kPersons * kVisits; ++serial) {
    pb::SettleRequest request;
    ASSERT_TRUE(request.ParseFromString(requests.Next(serial, random)));
    const auto decision = Settle(request, book);
    ASSERT_TRUE(decision.ok()) << decision.status();
    const domain::Totals& totals = decision->outcome.totals;
    EXPECT_EQ(totals.cash.fen, 0);
    if (totals.family_account.fen > 0) ++paid;
    patients.insert(request.claim().person_id());
  }
  EXPECT_EQ(patients.size(), owner.registrations.size());
  EXPECT_GT(paid, static_cast<int>(kPersons) * kVisits / 2);
}

TEST(RequestsTest, ASelectionIsKeptTo) {
  const auto sent = [](const Selection& selection, uint64_t persons) {
    const Requests requests(Call::kSettle, persons, 7, selection);
    std::mt19937_64 random(1);
    std::set<std::string> persons_asked;
    std::set<std::string> institutions;
    for (uint64_t serial = 0; serial < 1'000; ++serial) {
      pb::SettleRequest request;
      EXPECT_TRUE(request.ParseFromString(requests.Next(serial, random)));
      persons_asked.insert(request.claim().person_id());
      institutions.insert(request.claim().institution_id());
    }
    return std::pair(persons_asked, institutions);
  };
  Selection one_person;
  one_person.kind = 3;
  EXPECT_EQ(sent(one_person, kKinds).first, std::set<std::string>{PersonId(3)});
  const std::set<std::string> all = sent({}, kKinds).second;
  EXPECT_EQ(all.size(), 12u);
  Selection one_place;
  one_place.only = *all.begin();
  EXPECT_EQ(sent(one_place, kKinds).second,
            std::set<std::string>{one_place.only});
  Selection others;
  others.except = *all.begin();
  EXPECT_EQ(sent(others, kKinds).second.size(), 11u);
  EXPECT_EQ(sent(others, kKinds).second.count(others.except), 0u);
}

TEST(RequestsTest, IdsAreFreshAndPersonsOfEveryKindAreAsked) {
  const Requests requests(Call::kSettle, 1'000, 7);
  std::mt19937_64 random(1);
  std::set<std::string> ids;
  std::set<std::string> persons;
  std::set<size_t> lines;
  for (uint64_t serial = 0; serial < 5'000; ++serial) {
    pb::SettleRequest request;
    ASSERT_TRUE(request.ParseFromString(requests.Next(serial, random)));
    ids.insert(request.request_id());
    persons.insert(request.claim().person_id());
    lines.insert(request.claim().lines_size());
  }
  EXPECT_EQ(ids.size(), 5'000u);
  EXPECT_GT(persons.size(), 900u);
  EXPECT_LE(persons.size(), 1'000u);
  EXPECT_EQ(lines, (std::set<size_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
}

TEST(RequestsTest, QuotesAreWellFormed) {
  const Requests requests(Call::kQuote, 10, 7);
  std::mt19937_64 random(1);
  for (uint64_t serial = 0; serial < 100; ++serial) {
    pb::QuoteRequest request;
    ASSERT_TRUE(request.ParseFromString(requests.Next(serial, random)));
    EXPECT_TRUE(wire::QuoteFromProto(request).ok());
    EXPECT_LT(request.claim().person_id(), PersonId(10));
  }
}

}  // namespace
}  // namespace onestop::bench
