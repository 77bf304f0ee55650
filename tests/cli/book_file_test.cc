// Books read from a file: the same rows have the same digests however they are
// spelled.
#include "cli/book_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/cli/run.h"
#include "tests/support/status_matchers.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kHead[] =
    "booked_on,settlement_id,request_id,person_id,gross_fen,fund_pay_fen,"
    "account_fen,reversal\n";
constexpr char kId[] = "694736cfcc503c0deb40b46c97f7178d";

struct Read {
  std::unique_ptr<BookFile> file;
  std::vector<std::string> bad;  // "line: why"
};

Read ReadBooks(const std::string& text,
               ImportFormat format = ImportFormat::kCsv) {
  const ScratchFile scratch(text);
  Read read;
  auto file = BookFile::Read(
      scratch.path(), format, "H2",
      {.bad_row =
           [&read](int64_t line, const absl::Status& why) {
             read.bad.push_back(Cat(line, ": ", why.ToString()));
           },
       .tick = [](const BookFile&, int64_t, int64_t) { return true; }});
  EXPECT_THAT(file.status(), IsOk());
  if (file.ok()) read.file = *std::move(file);
  return read;
}

std::string DigestOf(const std::string& text,
                     ImportFormat format = ImportFormat::kCsv) {
  const Read read = ReadBooks(text, format);
  EXPECT_THAT(read.bad, ElementsAre());
  return read.file == nullptr ? "" : read.file->Digest(pb::ReconcileBegin());
}

// "from until", or nothing.
std::string LookAt(const std::string& text) {
  const ScratchFile scratch(text);
  const auto days = BookFile::LookAtDays(scratch.path(), [] { return true; });
  return days ? Cat(domain::FormatDay(days->from), " ",
                    domain::FormatDay(days->until))
              : "";
}

TEST(BookFileTest, ALookTellsTheDaysWhateverTheirOrder) {
  const std::string rest = ",,r,P,1,1,0,\n";
  EXPECT_EQ(LookAt(Cat(kHead, "2025-03-02", rest, "2025-03-01", rest,
                       "2025-03-31", rest)),
            "2025-03-01 2025-03-31");
  EXPECT_EQ(LookAt("person_id,booked_on\r\nP,2025-03-02\r\nQ,2025-03-04"),
            "2025-03-02 2025-03-04");
}

TEST(BookFileTest, ALookThatIsNotSureTellsNothing) {
  const std::string row = "2025-03-02,,r,P,1,1,0,\n";
  EXPECT_EQ(LookAt(""), "");
  EXPECT_EQ(LookAt(kHead), "");
  EXPECT_EQ(LookAt("person_id\nP\n"), "");
  EXPECT_EQ(LookAt(Cat(kHead, row, "2025/3/1,,r,P,1,1,0,\n")), "");
  EXPECT_EQ(LookAt(Cat(kHead, row, "\"2025-03-01\",,r,P,1,1,0,\n")), "");
  EXPECT_EQ(LookAt(Cat(kHead, row, "\n", row)), "");
  EXPECT_EQ(LookAt("person_id,booked_on\nP\n"), "");
  EXPECT_EQ(LookAt(Cat(kHead, "2025-13-02,,r,P,1,1,0,\n")), "");
  EXPECT_FALSE(BookFile::LookAtDays("/nowhere", [] { return true; }));
  EXPECT_FALSE(BookFile::LookAtDays("-", [] { return true; }));
}

TEST(BookFileTest, ASpellingMakesNoDifference) {
  const std::string plain =
      DigestOf(Cat(kHead, "2025-03-01,", kId, ",visit-1,P1,50000,25300,0,\n",
                   "2025-03-01,", kId, ",visit-1,P1,-50000,-25300,0,true\n"));
  const std::string other = DigestOf(
      Cat(kHead, "2025/3/1,\"", kId, "\", visit-1 ,P1,+50000, 25300,0,FALSE\n",
          "2025/03/01,", kId, ",visit-1,P1,\"-50000\",-25300 ,,1\n"));
  const std::string json =
      DigestOf(Cat("{\"booked_on\":\"2025-03-01\",\"settlement_id\":\"", kId,
                   "\",\"request_id\":\"visit-1\",\"person_id\":\"P1\","
                   "\"gross_fen\":\"50000\",\"fund_pay_fen\":25300}\n",
                   "{\"booked_on\":\"2025-03-01\",\"settlement_id\":\"", kId,
                   "\",\"person_id\":\"P1\",\"gross_fen\":-50000,"
                   "\"fund_pay_fen\":-25300,\"reversal\":true}\n"),
               ImportFormat::kJsonLines);
  EXPECT_EQ(other, plain);
  EXPECT_EQ(json, plain);
}

// The worked example of docs/reconcile.md.
TEST(BookFileTest, RowsWithoutASettlementIdAreNamedByTheirRequest) {
  const Read read = ReadBooks(
      "person_id,request_id,booked_on,gross_fen,fund_pay_fen,account_fen,"
      "reversal\n"
      "E0,s0,2025-03-01,50000,25300,0,\n"
      "E0,s0,2025-03-01,-50000,-25300,0,true\n");
  EXPECT_THAT(read.bad, ElementsAre());
  const auto day = domain::ParseDay("2025-03-01");
  const auto& buckets = read.file->buckets().at(*day);
  ASSERT_EQ(buckets.size(), 2u);
  EXPECT_EQ(buckets.begin()->first, 0x22);
  EXPECT_EQ(buckets.rbegin()->first, 0x69);
  const auto rows = read.file->RowsOf(*day, 0x69);
  ASSERT_THAT(rows.status(), IsOk());
  ASSERT_EQ(rows->rows_size(), 1);
  EXPECT_EQ(rows->rows(0).ShortDebugString(),
            "request_id: \"s0\" person_id: \"E0\" gross_fen: 50000 "
            "fund_pay_fen: 25300");
}

// What a row held does not stay for the next one.
TEST(BookFileTest, EmptyCellsAreEmpty) {
  const Read read =
      ReadBooks(Cat(kHead, "2025-03-01,", kId, ",v1,P1,1,2,3,true\n",
                    "2025-03-02,", kId, ",,P2,4,,,\n"));
  EXPECT_THAT(read.bad, ElementsAre());
  EXPECT_EQ(read.file->totals().account_fen(), 3);
  EXPECT_EQ(read.file->totals().fund_pay_fen(), 2);
  const auto rows = read.file->RowsOf(*domain::ParseDay("2025-03-02"), 0x69);
  ASSERT_THAT(rows.status(), IsOk());
  ASSERT_EQ(rows->rows_size(), 1);
  EXPECT_EQ(rows->rows(0).ShortDebugString(),
            Cat("settlement_id: \"", kId, "\" person_id: \"P2\" gross_fen: 4"));
}

TEST(BookFileTest, SaysWhatIsWrongWithARowAndReadsOn) {
  const Read read =
      ReadBooks(Cat(kHead, "2025-03-01,", kId, ",v1,P1,1.5,2,3,\n",
                    "2025-03-01,6.9E+31,v1,P1,1,2,3,\n", "2025-03-01,", kId,
                    ",v1,P1,1,2,3,perhaps\n", "2025-02-30,", kId,
                    ",v1,P1,1,2,3,\n", "2025-03-01,", kId, ",v1,P1,1,2\n",
                    "2025-03-01,", kId, ",v1,P1,1,2,3,\n"));
  ASSERT_EQ(read.bad.size(), 5u);
  EXPECT_THAT(read.bad[0], HasSubstr("2: "));
  EXPECT_THAT(read.bad[1], HasSubstr("3: "));
  EXPECT_THAT(read.bad[2], HasSubstr("4: "));
  EXPECT_THAT(read.bad[3], HasSubstr("5: "));
  EXPECT_THAT(read.bad[4], HasSubstr("the row has 6 columns"));
  EXPECT_EQ(read.file->rows(), 1);
}

}  // namespace
}  // namespace onestop::cli
