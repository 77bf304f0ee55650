// Everything that is stored survives a round trip; broken bytes are refused.
#include "storage/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "onestop/storage/v1/stored.pb.h"
#include "tests/storage/samples.h"
#include "tests/support/status_matchers.h"

namespace onestop::storage {
namespace {

using domain::SettlementRecord;

// What the columns of the table hold, as a reader fills it in.
SettlementRecord ColumnsOf(SettlementRecord record) {
  record.claim = {};
  record.totals = {};
  record.movements.clear();
  record.reads.clear();
  record.rows.clear();
  record.persons.clear();
  record.catalog_revision = 0;
  record.engine_revision = 0;
  record.had_clock = false;
  return record;
}

TEST(Codec, PersonsRoundTrip) {
  domain::Person bare;
  bare.person_id = "P2";
  for (const domain::Person& person : {SamplePerson("P1", 7), bare}) {
    EXPECT_THAT(
        DecodePerson(person.person_id, person.version, EncodePerson(person)),
        IsOkAndHolds(person));
  }
}

TEST(Codec, APersonsBytesLeaveOutTheIdAndTheVersion) {
  EXPECT_EQ(EncodePerson(SamplePerson("P1", 1)),
            EncodePerson(SamplePerson("P2", 9)));
}

TEST(Codec, LedgerRowsRoundTrip) {
  for (const domain::LedgerRow& row : {SampleRow(7, 5), domain::LedgerRow()}) {
    EXPECT_THAT(DecodeLedger(row.version, EncodeLedger(row)),
                IsOkAndHolds(row));
  }
}

TEST(Codec, SettlementsRoundTrip) {
  const SettlementRecord record = SampleRecord("P1", 1);
  SettlementRecord without_options = record;
  without_options.claim.prescription.reset();
  without_options.claim.account.limit.reset();
  without_options.claim.lines[0].unit_price.reset();
  without_options.had_clock = false;
  for (const SettlementRecord& sample :
       {record, without_options, SampleReversal(record),
        SampleClosing("P1", 2)}) {
    SettlementRecord decoded = ColumnsOf(sample);
    ONESTOP_ASSERT_OK(DecodeSettlement(EncodeSettlement(sample), decoded));
    EXPECT_TRUE(Same(decoded, sample));
  }
}

TEST(Codec, TheCatalogRoundTrips) {
  domain::Item bare_item;
  bare_item.item_code = "XB";
  for (const domain::Item& item : {SampleItem("XA"), bare_item}) {
    EXPECT_THAT(DecodeItem(item.item_code, EncodeItem(item)),
                IsOkAndHolds(item));
  }
  domain::Institution bare;
  bare.institution_id = "H0";
  for (const domain::Institution& institution :
       {SampleInstitution("H3"), bare}) {
    EXPECT_THAT(DecodeInstitution(institution.institution_id,
                                  EncodeInstitution(institution)),
                IsOkAndHolds(institution));
  }
  const std::vector<domain::Period> periods = {
      {domain::kOpenFrom, domain::DayOf(2020, 1, 1)},
      {domain::DayOf(2022, 1, 1), domain::kOpenUntil}};
  EXPECT_THAT(DecodePeriods(EncodePeriods(periods)), IsOkAndHolds(periods));
}

TEST(Codec, ReadsADesignationOfTheTimeWhenThereWasOnePeriod) {
  // form 1, period {from 1}.
  const std::string bytes("\x08\x01\x12\x02\x08\x02", 6);
  const std::vector<domain::Period> one = {
      {domain::Day{1}, domain::kOpenUntil}};
  EXPECT_THAT(DecodePeriods(bytes), IsOkAndHolds(one));
  EXPECT_EQ(EncodePeriods(one), bytes);
  EXPECT_EQ(ErrorReason(DecodePeriods(bytes.substr(0, 2)).status()),
            "STORED_FORM_BROKEN");
}

// Each reader with the bytes of a full sample.
struct Reader {
  const char* what;
  std::string bytes;
  std::function<absl::Status(std::string_view)> read;
};

std::vector<Reader> Readers() {
  return {
      {"person", EncodePerson(SamplePerson("P1")),
       [](std::string_view b) { return DecodePerson("P1", 1, b).status(); }},
      {"ledger", EncodeLedger(SampleRow(1)),
       [](std::string_view b) { return DecodeLedger(1, b).status(); }},
      {"settlement", EncodeSettlement(SampleRecord("P1", 1)),
       [](std::string_view b) {
         SettlementRecord record;
         return DecodeSettlement(b, record);
       }},
      {"item", EncodeItem(SampleItem("XA")),
       [](std::string_view b) { return DecodeItem("XA", b).status(); }},
      {"institution", EncodeInstitution(SampleInstitution("H3")),
       [](std::string_view b) { return DecodeInstitution("H3", b).status(); }},
      {"designation", EncodePeriods({SampleDesignation("H3", "Y1").period}),
       [](std::string_view b) { return DecodePeriods(b).status(); }},
  };
}

TEST(Codec, RefusesBytesThatAreNoRecord) {
  for (const Reader& reader : Readers()) {
    ONESTOP_EXPECT_OK(reader.read(reader.bytes)) << reader.what;
    for (const std::string& bytes :
         {std::string(), std::string("\xff\xff\xff"),
          reader.bytes.substr(0, reader.bytes.size() - 1)}) {
      const absl::Status status = reader.read(bytes);
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal))
          << reader.what << " of " << bytes.size() << " bytes";
      EXPECT_EQ(ErrorReason(status), "STORED_FORM_BROKEN") << reader.what;
    }
  }
}

TEST(Codec, RefusesAFormFromTheFuture) {
  for (const Reader& reader : Readers()) {
    // Field 1 of every record; what comes later in the bytes wins.
    EXPECT_THAT(
        reader.read(reader.bytes + std::string("\x08\x02")),
        StatusIs(absl::StatusCode::kInternal, testing::HasSubstr("of form 2")))
        << reader.what;
  }
}

TEST(Codec, RefusesAnUnknownValue) {
  onestop::storage::v1::PersonRecord record;
  record.set_form(kStoredForm);
  record.mutable_always()->set_insurance(
      static_cast<onestop::storage::v1::Insurance>(9));
  EXPECT_THAT(DecodePerson("P1", 1, record.SerializeAsString()),
              StatusIs(absl::StatusCode::kInternal,
                       testing::HasSubstr("unknown value")));
}

}  // namespace
}  // namespace onestop::storage
