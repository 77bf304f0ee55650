// What an earlier version stored is still read, every field of it, and written
// alike; what a later version adds is passed over.
//
// Each file of tests/storage/golden/ holds the bytes of a full sample as they
// were stored once. When a sample gets a new field, its file stays and is
// compared with the sample without that field, and a second file is added:
// ONESTOP_UPDATE_GOLDEN=1 writes those that are not there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "storage/codec.h"
#include "tests/storage/samples.h"
#include "tests/support/status_matchers.h"

namespace onestop::storage {
namespace {

constexpr char kFolder[] = "tests/storage/golden/";
// A field that no record has: number 1000, length-delimited, "newer".
constexpr char kNewerField[] = "\xc2\x3e\x05newer";

struct Golden {
  const char* file;
  std::string bytes;  // as written today
  // Reads bytes, compares with the sample, and gives them as written again.
  std::function<absl::StatusOr<std::string>(std::string_view)> read;
};

template <typename T>
absl::StatusOr<std::string> Again(const absl::StatusOr<T>& read,
                                  const T& sample, const std::string& written) {
  if (!read.ok()) return read.status();
  EXPECT_EQ(*read, sample);
  return written;
}

absl::StatusOr<std::string> ReadRecord(const domain::SettlementRecord& sample,
                                       std::string_view bytes) {
  domain::SettlementRecord record = sample;
  record.claim = {};
  record.totals = {};
  record.movements.clear();
  record.reads.clear();
  record.rows.clear();
  record.persons.clear();
  const absl::Status read = DecodeSettlement(bytes, record);
  if (!read.ok()) return read;
  EXPECT_TRUE(Same(record, sample));
  return EncodeSettlement(record);
}

std::vector<Golden> Goldens() {
  const domain::SettlementRecord record = SampleRecord("P1", 1);
  const domain::SettlementRecord reversal = SampleReversal(record);
  const domain::SettlementRecord closing = SampleClosing("P1", 2);
  const domain::Person person = SamplePerson("P1", 7);
  const domain::LedgerRow row = SampleRow(7);
  const domain::Item item = SampleItem("XA");
  const domain::Institution institution = SampleInstitution("H3");
  const std::vector<domain::Period> periods = {
      SampleDesignation("H3", "Y1").period};
  const auto reads = [](const domain::SettlementRecord& sample) {
    return [sample](std::string_view b) { return ReadRecord(sample, b); };
  };
  return {
      {"settlement.1.bin", EncodeSettlement(record), reads(record)},
      {"reversal.1.bin", EncodeSettlement(reversal), reads(reversal)},
      {"closing.1.bin", EncodeSettlement(closing), reads(closing)},
      {"person.1.bin", EncodePerson(person),
       [person](std::string_view b) {
         const auto read = DecodePerson("P1", 7, b);
         return Again(read, person, read.ok() ? EncodePerson(*read) : "");
       }},
      {"ledger.1.bin", EncodeLedger(row),
       [row](std::string_view b) {
         const auto read = DecodeLedger(7, b);
         return Again(read, row, read.ok() ? EncodeLedger(*read) : "");
       }},
      {"item.1.bin", EncodeItem(item),
       [item](std::string_view b) {
         const auto read = DecodeItem("XA", b);
         return Again(read, item, read.ok() ? EncodeItem(*read) : "");
       }},
      {"institution.1.bin", EncodeInstitution(institution),
       [institution](std::string_view b) {
         const auto read = DecodeInstitution("H3", b);
         return Again(read, institution,
                      read.ok() ? EncodeInstitution(*read) : "");
       }},
      {"designation.1.bin", EncodePeriods(periods),
       [periods](std::string_view b) {
         const auto read = DecodePeriods(b);
         return Again(read, periods, read.ok() ? EncodePeriods(*read) : "");
       }},
  };
}

std::string BytesOf(const Golden& golden) {
  const std::string path = std::string(kFolder) + golden.file;
  if (std::getenv("ONESTOP_UPDATE_GOLDEN") != nullptr &&
      !std::filesystem::exists(path)) {
    std::ofstream(path, std::ios::binary) << golden.bytes;
  }
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Golden, WhatWasStoredIsReadAndWrittenAlike) {
  for (const Golden& golden : Goldens()) {
    const std::string bytes = BytesOf(golden);
    EXPECT_THAT(golden.read(bytes), IsOkAndHolds(bytes)) << golden.file;
  }
}

TEST(Golden, WhatALaterVersionAddsIsPassedOver) {
  for (const Golden& golden : Goldens()) {
    const std::string bytes = BytesOf(golden);
    EXPECT_THAT(golden.read(bytes + kNewerField), IsOkAndHolds(bytes))
        << golden.file;
  }
}

}  // namespace
}  // namespace onestop::storage
