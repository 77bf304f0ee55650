// PgStore when the world is not well: lost replies and connections, a server
// that is away, rows that were tampered with, snapshots.
#include "storage/pg_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "storage/pg_connection.h"
#include "storage/pg_rows.h"
#include "storage/sql.h"
#include "tests/storage/relay.h"
#include "tests/storage/samples.h"
#include "tests/storage/test_database.h"
#include "tests/support/status_matchers.h"

namespace onestop::storage {
namespace {

using domain::SettlementRecord;

class PgStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (TestDatabase::Get() == nullptr) {
      GTEST_SKIP() << TestDatabase::kWhySkipped;
    }
    database().Clear();
  }

  static TestDatabase& database() { return *TestDatabase::Get(); }
  static PgOptions Options(const std::string& conninfo) {
    PgOptions options;
    options.url = conninfo;
    options.application_name = "pg_store_test";
    return options;
  }
  // Ends every session that this test's stores have.
  static void TerminateSessions() {
    database().QueryOne(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()");
  }
  static std::string Count(const std::string& table) {
    return database().QueryOne("SELECT count(*) FROM " + table);
  }
};

TEST_F(PgStoreTest, ALostReplyIsUnknownAndTheSettlementIsFound) {
  Relay relay(database().conninfo());
  PgStore store(Options(relay.conninfo()));
  ONESTOP_ASSERT_OK(store.Gather({}));
  const SettlementRecord record = SampleRecord("P1", 1);
  relay.Set(Relay::Mode::kLoseReplies);
  const auto outcome = store.Write({{SampleWrite("P1", 2025, 0)}, {&record}});
  EXPECT_EQ(ErrorReason(outcome.status()), "COMMIT_UNKNOWN");
  EXPECT_EQ(relay.losses(), 1);
  // The server may still be at it when the reply is lost: it is asked again.
  std::optional<SettlementRecord> found;
  for (int tries = 0; tries < 100 && !found; ++tries) {
    ONESTOP_ASSERT_OK_AND_ASSIGN(found, store.FindSettlement("P1", record.id));
    if (!found) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(Same(*found, record));
}

TEST_F(PgStoreTest, ALostRequestIsUnknownAndNothingIsFound) {
  Relay relay(database().conninfo());
  PgStore store(Options(relay.conninfo()));
  ONESTOP_ASSERT_OK(store.Gather({}));
  const SettlementRecord record = SampleRecord("P1", 1);
  const WriteBatch batch{{SampleWrite("P1", 2025, 0)}, {&record}};
  relay.Set(Relay::Mode::kLoseRequests);
  EXPECT_EQ(ErrorReason(store.Write(batch).status()), "COMMIT_UNKNOWN");
  EXPECT_THAT(store.FindSettlement("P1", record.id),
              IsOkAndHolds(testing::Eq(std::nullopt)));
  EXPECT_THAT(store.Write(batch), IsOkAndHolds(WriteOutcome::kCommitted));
}

TEST_F(PgStoreTest, ALostCommitUnderLocksIsUnknownToo) {
  Relay relay(database().conninfo());
  PgStore store(Options(relay.conninfo()));
  ONESTOP_ASSERT_OK(store.GatherLocked({{}, {{"P1", 2025}}, {}}));
  const SettlementRecord record = SampleRecord("P1", 1);
  relay.Set(Relay::Mode::kLoseReplies);
  EXPECT_EQ(
      ErrorReason(
          store.Write({{SampleWrite("P1", 2025, 0)}, {&record}}).status()),
      "COMMIT_UNKNOWN");
  ONESTOP_EXPECT_OK(store.Gather({}));
}

TEST_F(PgStoreTest, ReadsSurviveALostConnection) {
  PgStore store(Options(database().conninfo()));
  ONESTOP_ASSERT_OK(store.PutPersons({{SamplePerson("P1")}}));
  TerminateSessions();
  EXPECT_THAT(store.GetPersons({"P1"}), IsOkAndHolds(testing::SizeIs(1)));
  TerminateSessions();
  ONESTOP_EXPECT_OK(store.GatherLocked({{}, {{"P1", 0}}, {}}));
}

// Walking through the table instead would take as long as it is.
TEST_F(PgStoreTest, LooksUpInATableThatWasAnalysedWhileEmpty) {
  database().Execute("VACUUM (ANALYZE) settlement");
  PgConnection connection(Options(database().conninfo()));
  const std::string text = absl::StrCat("EXPLAIN ", sql::kReadSettlements.text);
  const sql::Statement explain = {"explain", text.c_str()};
  PgParameters keys = SettlementParameters({{"P1", {}, {}}, {"P2", {}, {}}});
  const PgReply reply = connection.Run({{explain, &keys}});
  ASSERT_EQ(reply.end, PgReply::End::kDone) << reply.message;
  std::string plan;
  for (int row = 0; row < reply.rows[0].size(); ++row) {
    absl::StrAppend(&plan, reply.rows[0].Text(row, 0), "\n");
  }
  EXPECT_THAT(plan,
              testing::HasSubstr("Index Cond: ((person_id = k.person_id)"));
  EXPECT_THAT(plan, testing::HasSubstr("Index Cond: ((person_id = f"));
  EXPECT_THAT(plan, testing::Not(testing::HasSubstr("Join Filter")));
}

TEST_F(PgStoreTest, WhatTheRegistryDidOnceItFindsDone) {
  Relay relay(database().conninfo());
  PgStore store(Options(relay.conninfo()));
  ONESTOP_ASSERT_OK(store.Gather({}));
  relay.Set(Relay::Mode::kLoseReplies);
  const auto put = store.PutPersons({{SamplePerson("P1")}});
  ASSERT_THAT(put, IsOkAndHolds(testing::SizeIs(1)));
  EXPECT_EQ(Count("person"), "1");
  EXPECT_EQ(Count("person_version"), "1");
}

TEST_F(PgStoreTest, AnEndedSessionLosesTheLocksAndNothingIsWritten) {
  PgStore store(Options(database().conninfo()));
  ONESTOP_ASSERT_OK(store.GatherLocked({{}, {{"P1", 2025}}, {}}));
  TerminateSessions();
  const auto outcome = store.Write({{SampleWrite("P1", 2025, 0)}, {}});
  EXPECT_THAT(outcome, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(Count("ledger"), "0");
  EXPECT_THAT(store.Write({{SampleWrite("P1", 2025, 0)}, {}}),
              IsOkAndHolds(WriteOutcome::kCommitted));
}

TEST_F(PgStoreTest, AServerThatIsAwayIsUnavailableAtOnce) {
  PgStore store(Options("host=/nonexistent port=1 dbname=x"));
  for (int i = 0; i < 100; ++i) {
    const auto gathered = store.Gather({});
    ASSERT_EQ(ErrorReason(gathered.status()), "STORAGE_UNAVAILABLE");
    const SettlementRecord record = SampleRecord("P1", 1);
    ASSERT_EQ(ErrorReason(store.Write({{}, {&record}}).status()),
              "STORAGE_UNAVAILABLE");
  }
}

// Not the database's trouble but the row's: tried alone it fails again, and
// only its owner is told.
TEST_F(PgStoreTest, ARowThatCanNeverBeStoredIsNotAnOutage) {
  PgStore store(Options(database().conninfo()));
  SettlementRecord record = SampleRecord("P1", 1);
  record.request_id = std::string("a\0b", 3);  // no text of PostgreSQL's
  const auto outcome = store.Write({{SampleWrite("P1", 2025, 0)}, {&record}});
  EXPECT_EQ(outcome.status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(ErrorReason(outcome.status()), "INVARIANT_BROKEN");
  EXPECT_EQ(Count("settlement"), "0");
  EXPECT_EQ(Count("ledger"), "0");
  EXPECT_EQ(ErrorReason(store.FindSettlement("P1", record.id).status()), "");
}

TEST_F(PgStoreTest, AStatementThatTakesTooLongIsGivenUp) {
  PgOptions options = Options(database().conninfo());
  options.lock_timeout_ms = 50;
  PgStore holder(Options(database().conninfo()));
  PgStore store(options);
  const GatherKeys keys{{}, {{"P1", 2025}}, {}};
  ONESTOP_ASSERT_OK(holder.GatherLocked(keys));
  EXPECT_EQ(ErrorReason(store.GatherLocked(keys).status()),
            "STORAGE_UNAVAILABLE");
  EXPECT_EQ(
      ErrorReason(store.Write({{SampleWrite("P1", 2025, 0)}, {}}).status()),
      "STORAGE_UNAVAILABLE");
  holder.Release();
  EXPECT_THAT(store.Write({{SampleWrite("P1", 2025, 0)}, {}}),
              IsOkAndHolds(WriteOutcome::kCommitted));
}

TEST_F(PgStoreTest, CommitsAreDurableWhateverTheDefault) {
  database().Execute("ALTER DATABASE " + database().Setting("dbname") +
                     " SET synchronous_commit = off");
  PgConnection connection(Options(database().conninfo()));
  constexpr sql::Statement kShow = {
      "show", "SELECT current_setting('synchronous_commit')"};
  const PgReply reply = connection.Run({{kShow}});
  database().Execute("ALTER DATABASE " + database().Setting("dbname") +
                     " RESET synchronous_commit");
  ASSERT_EQ(reply.end, PgReply::End::kDone) << reply.message;
  EXPECT_EQ(reply.rows[0].Text(0, 0), "on");
}

int64_t SessionOf(PgConnection& connection) {
  constexpr sql::Statement kPid = {"pid", "SELECT pg_backend_pid()"};
  const PgReply reply = connection.Run({{kPid}});
  EXPECT_EQ(reply.end, PgReply::End::kDone) << reply.message;
  return reply.rows.empty() ? 0 : reply.rows[0].Int(0, 0);
}

// It is no primary any more: whoever wants to write looks for one.
TEST_F(PgStoreTest, ASessionThatTurnsReadOnlyIsLeft) {
  PgConnection connection(Options(database().conninfo()));
  const int64_t first = SessionOf(connection);
  EXPECT_EQ(SessionOf(connection), first);
  constexpr sql::Statement kTurn = {"turn",
                                    "SET default_transaction_read_only = on"};
  EXPECT_EQ(connection.Run({{kTurn}}).end, PgReply::End::kDone);
  const int64_t second = SessionOf(connection);
  EXPECT_NE(second, first);

  constexpr sql::Statement kOnce = {"once", "SET TRANSACTION READ ONLY"};
  EXPECT_EQ(connection.Run({{sql::kBegin}, {kOnce}}).end, PgReply::End::kDone);
  EXPECT_EQ(connection.Run({{sql::kHoldCatalog}}).sqlstate, "25006");
  EXPECT_NE(SessionOf(connection), second);
}

// A row that somebody changed behind our back is told, not believed.
TEST_F(PgStoreTest, TamperedRowsAreBroken) {
  const SettlementRecord record = SampleRecord("P1", 1);
  for (const char* tampering :
       {"UPDATE settlement SET fund_pay = fund_pay + 1",
        "UPDATE settlement SET service_date = service_date + 1",
        "UPDATE settlement SET service_date = NULL",
        "UPDATE settlement SET insurance = 7",
        "UPDATE settlement SET record = '\\x00'"}) {
    database().Clear();
    PgStore store(Options(database().conninfo()));
    EXPECT_THAT(store.Write({{}, {&record}}),
                IsOkAndHolds(WriteOutcome::kCommitted));
    database().Execute(tampering);
    EXPECT_EQ(ErrorReason(store.FindSettlement("P1", record.id).status()),
              "STORED_FORM_BROKEN")
        << tampering;
    EXPECT_EQ(ErrorReason(store.ReadHistory("P1").status()),
              "STORED_FORM_BROKEN")
        << tampering;
  }
}

TEST_F(PgStoreTest, ListsRefuseTamperedRowsToo) {
  const SettlementRecord record = SampleRecord("P1", 1);
  for (const char* tampering : {"UPDATE settlement SET fund_pay = fund_pay + 1",
                                "UPDATE settlement SET insurance = 7",
                                "UPDATE settlement SET record = '\\x00'"}) {
    database().Clear();
    PgStore store(Options(database().conninfo()));
    EXPECT_THAT(store.Write({{}, {&record}}),
                IsOkAndHolds(WriteOutcome::kCommitted));
    database().Execute(tampering);
    domain::SettlementFilter filter;
    filter.person_id = "P1";
    EXPECT_EQ(ErrorReason(store.ListSettlements(filter, {}, 10).status()),
              "STORED_FORM_BROKEN")
        << tampering;
  }
}

TEST_F(PgStoreTest, ASnapshotStaysAsItWasAndCannotWrite) {
  PgStore writer(Options(database().conninfo()));
  ONESTOP_ASSERT_OK(writer.PutPersons({{SamplePerson("P1")}}));
  PgOptions options = Options(database().conninfo());
  options.one_snapshot = true;
  PgStore reader(options);
  EXPECT_THAT(reader.ScanPersons("", 10), IsOkAndHolds(testing::SizeIs(1)));
  ONESTOP_ASSERT_OK(writer.PutPersons({{SamplePerson("P2")}}));
  EXPECT_THAT(reader.ScanPersons("", 10), IsOkAndHolds(testing::SizeIs(1)));
  EXPECT_THAT(reader.ReadHistory("P1"), IsOk());
  EXPECT_THAT(reader.PutPersons({{SamplePerson("P3")}}),
              StatusIs(absl::StatusCode::kUnavailable));
  PgStore lost(options);
  ONESTOP_ASSERT_OK(lost.ScanPersons("", 10));
  TerminateSessions();
  EXPECT_THAT(lost.ScanPersons("", 10),
              StatusIs(absl::StatusCode::kUnavailable,
                       testing::HasSubstr("snapshot was lost")));
}

TEST_F(PgStoreTest, ACatalogChangeIsNotified) {
  PgStore store(Options(database().conninfo()));
  PGconn* listener = PQconnectdb(database().conninfo().c_str());
  PQclear(PQexec(listener, "LISTEN onestop_catalog"));
  ONESTOP_ASSERT_OK(store.PutCatalog({{SampleItem("XA")}, {}, {}}));
  PQclear(PQexec(listener, "SELECT 1"));  // notices come with an answer
  PGnotify* notify = PQnotifies(listener);
  ASSERT_NE(notify, nullptr);
  EXPECT_STREQ(notify->extra, "1");
  PQfreemem(notify);
  PQfinish(listener);
}

}  // namespace
}  // namespace onestop::storage
