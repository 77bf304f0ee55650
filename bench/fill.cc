// Encodes each kind of person and each history once, and copies them.
#include "bench/fill.h"

#include <algorithm>
#include <exception>
#include <future>
#include <pqxx/pqxx>
#include <random>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "bench/history.h"
#include "bench/world.h"
#include "storage/codec.h"
#include "storage/pg_store.h"

namespace onestop::bench {
namespace {

constexpr uint64_t kHistoriesOfAKind = 64;
constexpr int kMostVisits = 12;
constexpr int kConnections = 4;
constexpr uint64_t kPersonsOfACopy = 10'000;
constexpr char kOpening[] = "opening";
constexpr char kCaller[] = "bench";

// How COPY takes bytes in text.
std::string Hex(const std::string& bytes) {
  return absl::StrCat("\\x", absl::BytesToHexString(bytes));
}

// What is the same for every person of a kind.
struct PersonRows {
  std::string data;                 // as COPY takes it
  std::vector<std::string> places;  // of registrations
};

// A ledger row, whosever it may be.
struct HistoryRow {
  int32_t year = 0;
  std::string data;       // as COPY takes it
  domain::LedgerRow row;  // its version is the number of its entries
};
using History = std::vector<HistoryRow>;

struct World {
  std::vector<PersonRows> persons;              // by kind
  std::vector<std::vector<History>> histories;  // by kind
};

PersonRows PersonRowsOf(uint64_t kind) {
  PersonRows rows;
  const domain::Person person = PersonOf(kind);
  rows.data = Hex(storage::EncodePerson(person));
  for (const domain::Registration& registration : person.registrations) {
    rows.places.push_back(registration.institution_id);
  }
  std::sort(rows.places.begin(), rows.places.end());
  rows.places.erase(std::unique(rows.places.begin(), rows.places.end()),
                    rows.places.end());
  return rows;
}

absl::StatusOr<History> HistoryOf(const Rules& rules, uint64_t kind, int visits,
                                  std::mt19937_64& random) {
  ONESTOP_ASSIGN_OR_RETURN(LedgerRows rows,
                           RowsAfter(rules, kind, visits, random));
  History history;
  for (auto& [key, row] : rows) {
    row.version = static_cast<int64_t>(row.entries().size());
    const std::string data = Hex(storage::EncodeLedger(row));
    history.push_back({key.year, data, std::move(row)});
  }
  return history;
}

absl::StatusOr<World> MakeWorld() {
  ONESTOP_ASSIGN_OR_RETURN(const Rules rules, LoadRules());
  std::mt19937_64 random(1);  // NOLINT: every run has the same world
  World world;
  for (uint64_t kind = 0; kind < kKinds; ++kind) {
    world.persons.push_back(PersonRowsOf(kind));
    std::vector<History> histories;
    for (uint64_t number = 0; number < kHistoriesOfAKind; ++number) {
      const int visits = static_cast<int>(number % (kMostVisits + 1));
      ONESTOP_ASSIGN_OR_RETURN(History history,
                               HistoryOf(rules, kind, visits, random));
      histories.push_back(std::move(history));
    }
    world.histories.push_back(std::move(histories));
  }
  return world;
}

// A stretch of persons, copied over one connection.
class Stretch {
 public:
  Stretch(const FillOptions& options, const World& world, uint64_t first,
          uint64_t end)
      : options_(options), world_(world), first_(first), end_(end) {}

  void Copy() {
    pqxx::connection connection(options_.url);
    pqxx::nontransaction(connection).exec0("SET synchronous_commit = off");
    for (; first_ < end_; first_ += kPersonsOfACopy) {
      last_ = std::min(end_, first_ + kPersonsOfACopy);
      pqxx::work transaction(connection);
      CopyPersons(transaction, "person");
      CopyPersons(transaction, "person_version");
      CopyPlaces(transaction);
      CopyLedger(transaction);
      if (options_.postings) CopyPostings(transaction);
      transaction.commit();
    }
  }

 private:
  const PersonRows& PersonRowsOf(uint64_t person) const {
    return world_.persons[person % kKinds];
  }
  // Persons of a kind take its histories in a random order that is the same in
  // every run.
  const History& HistoryOf(uint64_t person) const {
    const auto& histories = world_.histories[person % kKinds];
    return histories[std::mt19937_64(person)() % histories.size()];
  }

  void CopyPersons(pqxx::work& transaction, const char* table) const {
    pqxx::stream_to rows(
        transaction, table,
        std::vector<std::string>{"person_id", "version", "data"});
    for (uint64_t person = first_; person < last_; ++person) {
      rows << std::make_tuple(PersonId(person), 1, PersonRowsOf(person).data);
    }
    rows.complete();
  }

  void CopyPlaces(pqxx::work& transaction) const {
    pqxx::stream_to rows(
        transaction, "registered_at",
        std::vector<std::string>{"person_id", "institution_id"});
    for (uint64_t person = first_; person < last_; ++person) {
      for (const std::string& place : PersonRowsOf(person).places) {
        rows << std::make_tuple(PersonId(person), place);
      }
    }
    rows.complete();
  }

  void CopyLedger(pqxx::work& transaction) const {
    pqxx::stream_to rows(
        transaction, "ledger",
        std::vector<std::string>{"person_id", "year", "version", "data"});
    for (uint64_t person = first_; person < last_; ++person) {
      for (const HistoryRow& history : HistoryOf(person)) {
        rows << std::make_tuple(PersonId(person), history.year,
                                history.row.version, history.data);
      }
    }
    rows.complete();
  }

  void CopyPostings(pqxx::work& transaction) const {
    pqxx::stream_to rows(
        transaction, "posting",
        std::vector<std::string>{"person_id", "kind", "posting_id", "year",
                                 "counter", "amount", "until", "caller",
                                 "booked_on", "booked_at", "row_version"});
    for (uint64_t person = first_; person < last_; ++person) {
      for (const HistoryRow& history : HistoryOf(person)) {
        int64_t version = 0;
        for (const domain::LedgerEntry& entry : history.row.entries()) {
          ++version;
          const bool open = entry.until == domain::kOpenUntil;
          const std::string until =
              open ? std::string() : domain::FormatDay(entry.until);
          rows << std::make_tuple(PersonId(person), kOpening,
                                  absl::StrCat(history.year, "-", version),
                                  history.year, entry.name, entry.amount,
                                  open ? nullptr : until.c_str(), kCaller,
                                  kToday, kToday, version);
        }
      }
    }
    rows.complete();
  }

  const FillOptions& options_;
  const World& world_;
  uint64_t first_;
  uint64_t last_ = 0;
  const uint64_t end_;
};

void CopyAll(const FillOptions& options, const World& world) {
  const uint64_t each = (options.persons + kConnections - 1) / kConnections;
  std::vector<std::future<void>> stretches;
  for (uint64_t first = 0; first < options.persons; first += each) {
    const uint64_t end = std::min(options.persons, first + each);
    stretches.push_back(
        std::async(std::launch::async, [&options, &world, first, end] {
          Stretch(options, world, first, end).Copy();
        }));
  }
  for (auto& stretch : stretches) stretch.get();
}

}  // namespace

absl::Status FillDatabase(const FillOptions& options) {
  ONESTOP_ASSIGN_OR_RETURN(const World world, MakeWorld());
  storage::PgOptions store_options;
  store_options.url = options.url;
  store_options.application_name = "bench_load";
  storage::PgStore store(store_options);
  ONESTOP_RETURN_IF_ERROR(store.PutCatalog(CatalogOfWorld()).status());
  try {
    CopyAll(options, world);
  } catch (const std::exception& error) {
    return absl::UnavailableError(
        absl::StrCat("the database was not filled: ", error.what()));
  }
  return absl::OkStatus();
}

}  // namespace onestop::bench
