// The mix of the benchmarks: never refused, however often a person comes, and
// its rows stay small.
#include "bench/world.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <set>
#include <string>

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

TEST(WorldTest, EveryRequestOfTheMixSettlesAndRowsStaySmall) {
  const domain::Catalog catalog = CatalogHere();
  domain::Moment now;
  now.today = domain::ParseDay(kToday);
  domain::Book book(testing::ShippedPolicy(), catalog, now);
  for (uint64_t number = 0; number < kPersons; ++number) {
    book.AddPerson(PersonOf(number));
  }
  const Requests requests(Call::kSettle, kPersons, 7);
  std::mt19937_64 random(1);
  int paid_by_funds = 0;
  for (uint64_t serial = 0; serial < kPersons * kVisits; ++serial) {
    pb::SettleRequest request;
    ASSERT_TRUE(request.ParseFromString(requests.Next(serial, random)));
    const auto ask = wire::SettleFromProto(request);
    ASSERT_TRUE(ask.ok()) << ask.status();
    domain::SettleCommand command;
    command.id = storage::DeriveSettlementId(
        ask->claim.institution_id, ask->claim.person_id, ask->request_id);
    command.reversal_id = storage::DeriveReversalId(command.id);
    command.claim = ask->claim;
    const auto decision = book.Settle(command);
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
