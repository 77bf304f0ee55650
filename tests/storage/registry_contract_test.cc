// The registry's contract on every backend: persons, catalog, postings,
// policies, and what verification reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "tests/storage/contract.h"
#include "tests/storage/samples.h"
#include "tests/support/status_matchers.h"

namespace onestop::storage {
namespace {

using domain::Person;
using domain::SettlementRecord;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;
using enum PutOutcome;

using RegistryContract = StoreContract;

// ---- persons ----

TEST_P(RegistryContract, KeepsEveryFieldOfAPerson) {
  EXPECT_THAT(a().PutPersons({{SamplePerson("P1")}}),
              IsOkAndHolds(ElementsAre(kCreated)));
  const Person expected = SamplePerson("P1", 1);
  EXPECT_THAT(b().GetPersons({"P1"}), IsOkAndHolds(ElementsAre(expected)));
  EXPECT_THAT(Read({{"P1"}, {}, {}}).persons, ElementsAre(expected));
}

TEST_P(RegistryContract, GetsPersonsInTheOrderAsked) {
  ASSERT_THAT(a().PutPersons({{SamplePerson("P1")}, {SamplePerson("P2")}}),
              IsOk());
  const auto persons = b().GetPersons({"P2", "PX", "P1", "P2"});
  ASSERT_THAT(persons, IsOk());
  std::vector<std::string> ids;
  for (const Person& person : *persons) ids.push_back(person.person_id);
  EXPECT_THAT(ids, ElementsAre("P2", "P1", "P2"));
  EXPECT_THAT(b().GetPersons({}), IsOkAndHolds(IsEmpty()));
}

TEST_P(RegistryContract, PutsPersonsByVersion) {
  Person person = SamplePerson("P1");
  ASSERT_THAT(a().PutPersons({{person}}), IsOk());
  EXPECT_THAT(a().PutPersons({{person}}),
              IsOkAndHolds(ElementsAre(kUnchanged)));
  person.always.region = "370100";
  EXPECT_THAT(a().PutPersons({{person}}), IsOkAndHolds(ElementsAre(kConflict)))
      << "it exists";
  person.version = 1;
  EXPECT_THAT(b().PutPersons({{person}}), IsOkAndHolds(ElementsAre(kUpdated)));
  person.always.region = "120000";
  EXPECT_THAT(a().PutPersons({{person}}), IsOkAndHolds(ElementsAre(kConflict)))
      << "its version has moved";
  Person absent = SamplePerson("P2", 3);
  EXPECT_THAT(a().PutPersons({{absent}}), IsOkAndHolds(ElementsAre(kConflict)))
      << "it does not exist";
  EXPECT_THAT(a().GetPersons({"P2"}), IsOkAndHolds(IsEmpty()));
}

TEST_P(RegistryContract, AConflictLeavesTheOtherPersonsWritten) {
  ASSERT_THAT(a().PutPersons({{SamplePerson("P2")}}), IsOk());
  Person moved = SamplePerson("P2", 7);
  moved.birth_date = domain::DayOf(1990, 1, 1);
  Person first = SamplePerson("P1");
  Person again = first;
  again.version = 1;
  again.products.clear();
  EXPECT_THAT(
      a().PutPersons({{moved}, {first}, {SamplePerson("P0")}, {again}}),
      IsOkAndHolds(ElementsAre(kConflict, kCreated, kCreated, kUpdated)));
  again.version = 2;
  EXPECT_THAT(b().GetPersons({"P1"}), IsOkAndHolds(ElementsAre(again)));
}

TEST_P(RegistryContract, KeepsEveryVersionOfAPerson) {
  Person first = SamplePerson("P1");
  ASSERT_THAT(a().PutPersons({{first}}), IsOk());
  Person second = first;
  second.version = 1;
  second.registrations.clear();
  ASSERT_THAT(a().PutPersons({{second}}), IsOk());
  ASSERT_THAT(a().PutPersons({{second}}),
              IsOkAndHolds(ElementsAre(kUnchanged)));
  const auto history = b().ReadHistory("P1");
  ASSERT_THAT(history, IsOk());
  first.version = 1;
  second.version = 2;
  EXPECT_THAT(history->versions, ElementsAre(first, second));
}

TEST_P(RegistryContract, GetsAPersonAtAVersion) {
  Person first = SamplePerson("P1");
  ASSERT_THAT(a().PutPersons({{first}}), IsOk());
  first.version = 1;
  Person second = first;
  second.products.clear();
  ASSERT_THAT(a().PutPersons({{second}}), IsOk());
  second.version = 2;
  EXPECT_THAT(b().GetPersonAt("P1", 1), IsOkAndHolds(Optional(first)));
  EXPECT_THAT(b().GetPersonAt("P1", 2), IsOkAndHolds(Optional(second)));
  EXPECT_THAT(b().GetPersonAt("P1", 3), IsOkAndHolds(Eq(std::nullopt)));
  EXPECT_THAT(b().GetPersonAt("PX", 1), IsOkAndHolds(Eq(std::nullopt)));
}

Person RegisteredAt(const std::string& person_id, int64_t version,
                    const std::vector<std::string>& institutions) {
  Person person = SamplePerson(person_id, version);
  person.registrations.clear();
  for (const std::string& institution : institutions) {
    domain::Registration& added = person.registrations.emplace_back();
    added.registration_id = absl::StrCat("R", person.registrations.size());
    added.institution_id = institution;
  }
  return person;
}

TEST_P(RegistryContract, FindsWhoIsRegisteredAtAnInstitution) {
  ASSERT_THAT(a().PutPersons({{RegisteredAt("P3", 0, {"H1", "", "H1"})},
                              {RegisteredAt("P1", 0, {"H2", "H1"})},
                              {RegisteredAt("张", 0, {"H1"})},
                              {RegisteredAt("P2", 0, {})}}),
              IsOk());
  EXPECT_THAT(b().ScanRegistered("H1", "", 10),
              IsOkAndHolds(ElementsAre("P1", "P3", "张")));
  EXPECT_THAT(b().ScanRegistered("H1", "", 2),
              IsOkAndHolds(ElementsAre("P1", "P3")));
  EXPECT_THAT(b().ScanRegistered("H1", "P1", 1),
              IsOkAndHolds(ElementsAre("P3")));
  EXPECT_THAT(b().ScanRegistered("H2", "", 10),
              IsOkAndHolds(ElementsAre("P1")));
  EXPECT_THAT(b().ScanRegistered("", "", 10), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(b().ScanRegistered("HX", "", 10), IsOkAndHolds(IsEmpty()));
}

TEST_P(RegistryContract, WhereAPersonIsRegisteredFollowsTheRow) {
  ASSERT_THAT(a().PutPersons({{RegisteredAt("P1", 0, {"H1"})}}), IsOk());
  ASSERT_THAT(a().PutPersons({{RegisteredAt("P1", 1, {"H1", "H2"})}}), IsOk());
  EXPECT_THAT(a().PutPersons({{RegisteredAt("P1", 1, {"H3"})}}),
              IsOkAndHolds(ElementsAre(kConflict)));
  EXPECT_THAT(b().ScanRegistered("H3", "", 10), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(b().ScanRegistered("H2", "", 10),
              IsOkAndHolds(ElementsAre("P1")));
  ASSERT_THAT(a().PutPersons({{RegisteredAt("P1", 2, {"H2"})}}),
              IsOkAndHolds(ElementsAre(kUpdated)));
  EXPECT_THAT(b().ScanRegistered("H1", "", 10), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(b().ScanRegistered("H2", "", 10),
              IsOkAndHolds(ElementsAre("P1")));
}

// ---- family accounts ----

Person OwnerFor(const std::string& person_id, int64_t version,
                const std::vector<std::string>& beneficiaries) {
  Person owner = SamplePerson(person_id, version);
  owner.registrations.clear();
  for (const std::string& beneficiary : beneficiaries) {
    domain::Registration& family = owner.registrations.emplace_back();
    family.registration_id = absl::StrCat("F", owner.registrations.size());
    family.kind = domain::RegistrationKind::kFamilyAccount;
    family.registered_on = domain::DayOf(2024, 1, 1);
    family.beneficiary_id = beneficiary;
  }
  return owner;
}

TEST_P(RegistryContract, FindsTheOwnersWhoNameAPerson) {
  EXPECT_THAT(a().FamilyAccountOwners("P1", 10), IsOkAndHolds(IsEmpty()));
  Person revoked = OwnerFor("O3", 0, {"P1"});
  revoked.registrations[0].revoked_on = domain::DayOf(2024, 6, 1);
  Person other_kind = OwnerFor("O4", 0, {"P1"});
  other_kind.registrations[0].kind = domain::RegistrationKind::kTwoDisease;
  ASSERT_THAT(
      a().PutPersons({{revoked},
                      {OwnerFor("O2", 0, {"P2", "P1", "P1"})},
                      {OwnerFor("O1", 0, {"P1"})},
                      {other_kind}}),
      IsOkAndHolds(ElementsAre(kCreated, kCreated, kCreated, kCreated)));
  EXPECT_THAT(b().FamilyAccountOwners("P1", 10),
              IsOkAndHolds(ElementsAre("O1", "O2", "O3")));
  EXPECT_THAT(b().FamilyAccountOwners("P2", 10),
              IsOkAndHolds(ElementsAre("O2")));
  EXPECT_THAT(b().FamilyAccountOwners("P1", 2),
              IsOkAndHolds(ElementsAre("O1", "O2")));
  EXPECT_THAT(b().FamilyAccountOwners(std::string("P1\0", 3), 10),
              IsOkAndHolds(IsEmpty()));
}

TEST_P(RegistryContract, OwnersFollowTheirRows) {
  ASSERT_THAT(a().PutPersons({{OwnerFor("O1", 0, {"P1", "P2"})},
                              {OwnerFor("O2", 0, {"P1"})}}),
              IsOk());
  // A write that loses, and one that changes nothing, leave the pairs alone.
  ASSERT_THAT(a().PutPersons(
                  {{OwnerFor("O1", 7, {"P3"})}, {OwnerFor("O2", 1, {"P1"})}}),
              IsOkAndHolds(ElementsAre(kConflict, kUnchanged)));
  EXPECT_THAT(a().FamilyAccountOwners("P3", 10), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(a().FamilyAccountOwners("P1", 10),
              IsOkAndHolds(ElementsAre("O1", "O2")));
  ASSERT_THAT(a().PutPersons({{OwnerFor("O1", 1, {"P2", "P3"})}}),
              IsOkAndHolds(ElementsAre(kUpdated)));
  EXPECT_THAT(b().FamilyAccountOwners("P1", 10),
              IsOkAndHolds(ElementsAre("O2")));
  EXPECT_THAT(b().FamilyAccountOwners("P2", 10),
              IsOkAndHolds(ElementsAre("O1")));
  EXPECT_THAT(b().FamilyAccountOwners("P3", 10),
              IsOkAndHolds(ElementsAre("O1")));
}

// ---- reference data ----

TEST_P(RegistryContract, TheCatalogBeginsEmptyAtRevisionZero) {
  EXPECT_THAT(a().CatalogRevision(), IsOkAndHolds(0));
  const auto catalog = a().LoadCatalog(std::nullopt);
  ASSERT_THAT(catalog, IsOk());
  EXPECT_EQ(catalog->revision(), 0);
  EXPECT_EQ(catalog->items(), 0u);
}

TEST_P(RegistryContract, KeepsEveryFieldOfTheCatalog) {
  domain::Item bare;
  bare.item_code = "XB";
  const auto put = a().PutCatalog({{SampleItem("XA"), bare},
                                   {SampleInstitution("H3")},
                                   {SampleDesignation("H3", "Y1")}});
  ASSERT_THAT(put, IsOk());
  EXPECT_EQ(put->revision, 1);
  EXPECT_THAT(put->items, ElementsAre(kCreated, kCreated));
  EXPECT_THAT(put->institutions, ElementsAre(kCreated));
  EXPECT_THAT(put->designations, ElementsAre(kCreated));
  const auto catalog = b().LoadCatalog(std::nullopt);
  ASSERT_THAT(catalog, IsOk());
  EXPECT_EQ(catalog->revision(), 1);
  ASSERT_NE(catalog->FindItem("XA"), nullptr);
  EXPECT_EQ(*catalog->FindItem("XA"), SampleItem("XA"));
  EXPECT_EQ(*catalog->FindItem("XB"), bare);
  EXPECT_EQ(*catalog->FindInstitution("H3"), SampleInstitution("H3"));
  EXPECT_THAT(catalog->DesignationsOf("H3"),
              ElementsAre(SampleDesignation("H3", "Y1")));
}

TEST_P(RegistryContract, ADesignationIsAListOfPeriods) {
  const auto of = [](int32_t from, int32_t until) {
    return domain::Designation{
        "H3",
        "Y1",
        {from == 0 ? domain::kOpenFrom : domain::DayOf(from, 1, 1),
         domain::DayOf(until, 12, 31)}};
  };
  const auto put = [this](std::vector<domain::Designation> rows) {
    const auto done = a().PutCatalog({{}, {}, std::move(rows)});
    EXPECT_THAT(done, IsOk());
    return done.ok() ? done->designations : std::vector<PutOutcome>();
  };
  EXPECT_THAT(put({of(2024, 2024), of(0, 2020), of(2024, 2025)}),
              ElementsAre(kCreated, kCreated, kUpdated));
  EXPECT_THAT(put({of(2024, 2025), of(2025, 2026)}),
              ElementsAre(kUnchanged, kCreated));
  // Away and back again in one change: nothing is left to write.
  EXPECT_THAT(put({of(2025, 2030), of(2025, 2026)}),
              ElementsAre(kUpdated, kUpdated));
  EXPECT_THAT(a().CatalogRevision(), IsOkAndHolds(2));
  const auto catalog = b().LoadCatalog(std::nullopt);
  ASSERT_THAT(catalog, IsOk());
  EXPECT_THAT(catalog->DesignationsOf("H3"),
              ElementsAre(of(0, 2020), of(2024, 2025), of(2025, 2026)));
  EXPECT_THAT(catalog->DesignationsOf("Y1"), SizeIs(3));
  EXPECT_THAT(catalog->DesignationsOf("H1"), IsEmpty());
  const auto before = b().LoadCatalog(1);
  ASSERT_THAT(before, IsOk());
  EXPECT_THAT(before->DesignationsOf("H3"), SizeIs(2));
}

TEST_P(RegistryContract, OldCatalogRevisionsStay) {
  ASSERT_THAT(a().PutCatalog({{SampleItem("XA")}, {}, {}}), IsOk());
  domain::Item renamed = SampleItem("XA");
  renamed.name = "新名";
  const auto put =
      b().PutCatalog({{renamed, SampleItem("XB"), SampleItem("XB")}, {}, {}});
  ASSERT_THAT(put, IsOk());
  EXPECT_EQ(put->revision, 2);
  EXPECT_THAT(put->items, ElementsAre(kUpdated, kCreated, kUnchanged));
  EXPECT_THAT(a().CatalogRevision(), IsOkAndHolds(2));
  const auto before = a().LoadCatalog(1);
  ASSERT_THAT(before, IsOk());
  EXPECT_EQ(*before->FindItem("XA"), SampleItem("XA"));
  EXPECT_EQ(before->FindItem("XB"), nullptr);
  const auto after = a().LoadCatalog(2);
  ASSERT_THAT(after, IsOk());
  EXPECT_EQ(*after->FindItem("XA"), renamed);
  EXPECT_THAT(a().LoadCatalog(3), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(RegistryContract, AnUnchangedCatalogKeepsItsRevision) {
  ASSERT_THAT(a().PutCatalog({{SampleItem("XA")}, {}, {}}), IsOk());
  const auto again = a().PutCatalog({{SampleItem("XA")}, {}, {}});
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->revision, 1);
  EXPECT_THAT(again->items, ElementsAre(kUnchanged));
  const auto nothing = a().PutCatalog({});
  ASSERT_THAT(nothing, IsOk());
  EXPECT_EQ(nothing->revision, 1);
}

TEST_P(RegistryContract, CatalogWritersGoOneAfterTheOther) {
  constexpr int kChanges = 10;
  const auto work = [](Store& store, const char* prefix) {
    for (int i = 0; i < kChanges; ++i) {
      ASSERT_THAT(
          store.PutCatalog({{SampleItem(absl::StrCat(prefix, i))}, {}, {}}),
          IsOk());
    }
  };
  auto other = std::async(std::launch::async, [&] { work(b(), "B"); });
  work(a(), "A");
  other.get();
  EXPECT_THAT(a().CatalogRevision(), IsOkAndHolds(2 * kChanges));
  EXPECT_EQ(a().LoadCatalog(std::nullopt)->items(), 2u * kChanges);
}

// ---- postings ----

TEST_P(RegistryContract, PostsToNewAndOldRows) {
  ASSERT_THAT(a().PutPersons({{SamplePerson("P1")}}), IsOk());
  const Posting credit = SamplePosting("P1", "C1", 500);
  EXPECT_THAT(a().Post({credit}),
              IsOkAndHolds(ElementsAre(PostOutcome::kApplied)));
  EXPECT_THAT(b().Post({SamplePosting("P1", "C2", -200)}),
              IsOkAndHolds(ElementsAre(PostOutcome::kApplied)));
  const auto rows = a().ReadLedger("P1", 0);
  ASSERT_THAT(rows, IsOkAndHolds(SizeIs(1)));
  EXPECT_EQ((*rows)[0].second.Get("account"), 300);
  EXPECT_EQ((*rows)[0].second.version, 2);
  const auto history = a().ReadHistory("P1");
  ASSERT_THAT(history, IsOk());
  ASSERT_THAT(history->postings, SizeIs(2));
  Posting expected = credit;
  expected.row_version = 1;
  EXPECT_TRUE(
      std::any_of(history->postings.begin(), history->postings.end(),
                  [&](const Posting& found) { return Same(found, expected); }));
}

TEST_P(RegistryContract, JudgesEveryPostingOfACall) {
  ASSERT_THAT(a().PutPersons({{SamplePerson("P1")}, {SamplePerson("P2")}}),
              IsOk());
  ASSERT_THAT(a().Post({SamplePosting("P1", "C1", 500)}), IsOk());
  Posting usage = SamplePosting("P2", "U1", 70);
  usage.kind = "usage";
  usage.movement.year = 2025;
  usage.movement.counter = "cap/inpatient";
  Posting later = SamplePosting("P1", "C1", 500);  // booked again, later
  later.booked_at_ms += 1000;
  Posting stranger = SamplePosting("P1", "C1", 501);  // has ids of its own
  stranger.caller = "another agency";
  Posting dated = SamplePosting("P2", "C3", 1);
  dated.kind = "opening";
  dated.movement.counter = "rx/H2/RX1/XA";
  dated.movement.until = domain::DayOf(2025, 5, 1);
  EXPECT_THAT(
      b().Post(
          {later, SamplePosting("P1", "C1", 501), stranger,
           SamplePosting("PX", "C1", 500), SamplePosting("P1", "C2", -1002),
           SamplePosting("P1", "C3", -500), usage, SamplePosting("P2", "C1", 9),
           SamplePosting("P2", "C1", 9), dated}),
      IsOkAndHolds(ElementsAre(
          PostOutcome::kDuplicate, PostOutcome::kReused, PostOutcome::kApplied,
          PostOutcome::kPersonUnknown, PostOutcome::kBelowZero,
          PostOutcome::kApplied, PostOutcome::kApplied, PostOutcome::kApplied,
          PostOutcome::kDuplicate, PostOutcome::kApplied)));
  const auto rows = a().ReadLedger("P2", std::nullopt);
  ASSERT_THAT(rows, IsOkAndHolds(SizeIs(2)));
  EXPECT_EQ((*rows)[0].second.Get("account"), 9);
  EXPECT_EQ((*rows)[0].second.Find("rx/H2/RX1/XA")->until,
            domain::DayOf(2025, 5, 1));
  EXPECT_EQ((*rows)[0].second.version, 2);
  EXPECT_EQ((*rows)[1].second.Get("cap/inpatient"), 70);
  EXPECT_THAT(a().ReadLedger("PX", std::nullopt), IsOkAndHolds(IsEmpty()));
}

TEST_P(RegistryContract, ARefusedPostingIsOnlyRecognised) {
  ASSERT_THAT(a().PutPersons({{SamplePerson("P1")}}), IsOk());
  ASSERT_THAT(a().Post({SamplePosting("P1", "C1", 500)}), IsOk());
  Posting same = SamplePosting("P1", "C1", 500);
  Posting other = SamplePosting("P1", "C1", 501);
  Posting fresh = SamplePosting("P1", "C2", 500);
  Posting nobodys = SamplePosting("PX", "C1", 500);
  for (Posting* posting : {&same, &other, &fresh, &nobodys}) {
    posting->refused = true;
  }
  EXPECT_THAT(b().Post({same, other, fresh, nobodys}),
              IsOkAndHolds(ElementsAre(
                  PostOutcome::kDuplicate, PostOutcome::kReused,
                  PostOutcome::kRefused, PostOutcome::kPersonUnknown)));
  const auto rows = a().ReadLedger("P1", std::nullopt);
  ASSERT_THAT(rows, IsOkAndHolds(SizeIs(1)));
  EXPECT_EQ((*rows)[0].second.Get("account"), 500);
}

TEST_P(RegistryContract, APostingMovesTheRowUnderAnotherWriter) {
  ASSERT_THAT(a().PutPersons({{SamplePerson("P1")}}), IsOk());
  ASSERT_THAT(a().Post({SamplePosting("P1", "C1", 500)}), IsOk());
  ASSERT_THAT(b().Gather({{}, {{"P1", 0}}, {}}), IsOk());
  ASSERT_THAT(a().Post({SamplePosting("P1", "C2", 500)}), IsOk());
  EXPECT_THAT(b().Write({{SampleWrite("P1", 0, 1)}, {}}),
              IsOkAndHolds(WriteOutcome::kConflict));
}

TEST_P(RegistryContract, PostsManyAtOnceFromSeveralReplicas) {
  constexpr int kPersons = 50;
  constexpr int kEach = 5;
  std::vector<PersonWrite> persons;
  std::vector<Posting> postings;
  for (int i = 0; i < kPersons; ++i) {
    const std::string person_id = absl::StrCat("P", i);
    persons.push_back({SamplePerson(person_id)});
    for (int j = 0; j < kEach; ++j) {
      postings.push_back(SamplePosting(person_id, absl::StrCat("C", j), 10));
    }
  }
  ASSERT_THAT(a().PutPersons(persons), IsOk());
  auto other = std::async(std::launch::async, [&] {
    return b().Post(std::vector<Posting>(postings.rbegin(), postings.rend()));
  });
  const auto mine = a().Post(postings);
  const auto theirs = other.get();
  ASSERT_THAT(mine, IsOk());
  ASSERT_THAT(theirs, IsOk());
  const auto applied = [](const std::vector<PostOutcome>& outcomes) {
    return std::count(outcomes.begin(), outcomes.end(), PostOutcome::kApplied);
  };
  EXPECT_EQ(applied(*mine) + applied(*theirs), kPersons * kEach);
  const auto rows = a().ReadLedger("P7", 0);
  ASSERT_THAT(rows, IsOkAndHolds(SizeIs(1)));
  EXPECT_EQ((*rows)[0].second.Get("account"), 10 * kEach);
  EXPECT_EQ((*rows)[0].second.version, kEach);
}

// ---- snapshots and verification ----

TEST_P(RegistryContract, KeepsPoliciesByRevision) {
  const std::vector<PolicyFileText> files = {{"b.textproto", "规则 2"},
                                             {"a.textproto", ""}};
  EXPECT_THAT(a().GetPolicy("r1"), IsOkAndHolds(IsEmpty()));
  ASSERT_THAT(a().PutPolicy("r1", files), IsOk());
  ASSERT_THAT(b().PutPolicy("r1", files), IsOk());
  EXPECT_THAT(b().GetPolicy("r1"),
              IsOkAndHolds(ElementsAre(files[1], files[0])));
  EXPECT_THAT(b().GetPolicy("r2"), IsOkAndHolds(IsEmpty()));
}

TEST_P(RegistryContract, ListsClosedYears) {
  EXPECT_THAT(a().ClosedYears(), IsOkAndHolds(IsEmpty()));
  backend().CloseYear(2024);
  backend().CloseYear(2023);
  EXPECT_THAT(a().ClosedYears(), IsOkAndHolds(ElementsAre(2023, 2024)));
}

TEST_P(RegistryContract, ScansEveryoneOnceInOrderOfBytes) {
  ASSERT_THAT(
      a().PutPersons(
          {{SamplePerson("b")}, {SamplePerson("张")}, {SamplePerson("Z")}}),
      IsOk());
  ASSERT_THAT(a().Post({SamplePosting("b", "C1", 1)}), IsOk());
  const SettlementRecord record = SampleRecord("a", 1);
  const SettlementRecord second = SampleRecord("a", 2);
  Commit(a(), {{SampleWrite("c", 0, 0), SampleWrite("c", 2025, 0)},
               {&record, &second}});
  EXPECT_THAT(a().ScanPersons("", 10),
              IsOkAndHolds(ElementsAre("Z", "a", "b", "c", "张")));
  EXPECT_THAT(a().ScanPersons("", 2), IsOkAndHolds(ElementsAre("Z", "a")));
  EXPECT_THAT(a().ScanPersons("a", 2), IsOkAndHolds(ElementsAre("b", "c")));
  EXPECT_THAT(a().ScanPersons("张", 2), IsOkAndHolds(IsEmpty()));
}

TEST_P(RegistryContract, AHistoryHoldsEverythingOfOnePerson) {
  ASSERT_THAT(a().PutPersons({{SamplePerson("P1")}, {SamplePerson("P2")}}),
              IsOk());
  const SettlementRecord record = SampleRecord("P1", 1);
  const SettlementRecord reversal = SampleReversal(record);
  const SettlementRecord closing = SampleClosing("P1", 2);
  const SettlementRecord others = SampleRecord("P2", 1);
  Commit(a(), {{SampleWrite("P1", 2025, 0), SampleWrite("P2", 2025, 0)},
               {&record, &reversal, &closing, &others}});
  ASSERT_THAT(
      a().Post({SamplePosting("P1", "C1", 5), SamplePosting("P2", "C1", 5)}),
      IsOk());
  const auto history = b().ReadHistory("P1");
  ASSERT_THAT(history, IsOk());
  EXPECT_THAT(history->versions, SizeIs(1));
  EXPECT_THAT(history->ledger, SizeIs(2));
  EXPECT_THAT(history->settlements, SizeIs(3));
  EXPECT_THAT(history->postings, SizeIs(1));
  const auto nobody = b().ReadHistory("PX");
  ASSERT_THAT(nobody, IsOk());
  EXPECT_THAT(nobody->versions, IsEmpty());
  EXPECT_THAT(nobody->settlements, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Stores, RegistryContract,
                         ::testing::Values("memory", "postgres"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace onestop::storage
