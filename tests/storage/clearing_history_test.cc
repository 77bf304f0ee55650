// Statements add up to the ledger: random histories of settlements, late ones,
// reversals and closings, on both stores.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/storage/clearing_fixture.h"

namespace onestop::storage {
namespace {

using domain::Day;
using domain::DayOf;
using domain::Insurance;
using domain::SettlementRecord;

// A random history of two institutions, checked against what was written.
class ClearingHistory : public ClearingTest {
 protected:
  struct Known {
    SettlementRecord record;
    bool reversed = false;
  };
  using Sums = std::map<std::string, std::array<int64_t, 3>>;

  int Roll(int sides) {
    return std::uniform_int_distribution<int>(0, sides - 1)(dice_);
  }
  void Begin(unsigned seed) {
    if (database_ != nullptr) database_->Clear();
    dice_.seed(seed);
    run_ = absl::StrCat("R", seed, "-");
    institutions_ = {run_ + "H", run_ + "P"};
    for (const auto& one : institutions_) next_[one] = DayOf(2024, 8, 1);
    today_ = DayOf(2024, 11, 1);
    ledger_.clear();
    closed_.clear();
  }
  void Keep(const SettlementRecord& record) {
    Write(record);
    ledger_[record.id.ToString()] = {record};
  }

  // Killed on the way, now and then; what was cut is not added to meanwhile.
  void CloseNext(const std::string& institution) {
    const Day month = next_[institution];
    CatchUp(*books_);
    const auto cut = books_->Cut(Asked(month, institution));
    ASSERT_THAT(cut, IsOk());
    ASSERT_GT(cut->statement.number, 0);
    int left = Roll(8);
    const auto killed = [&left](const AnsweredRow& answered) {
      return left-- == 0 ? absl::StatusOr<std::vector<ClearingShare>>(
                               absl::UnavailableError("killed"))
                         : Halves(answered);
    };
    if (!Finish(*books_, cut->statement, killed, 2).ok()) {
      Keep(Record(run_ + "Q", month + Roll(28), 100 + Roll(900), "530100",
                  Insurance::kEmployee, institution));
      books_ = NewBooks();
    }
    closed_[{institution, month}] = Content(Close(month, institution));
    next_[institution] = NextMonth(month);
  }
  // Of any month, cleared or not.
  void ReverseAny() {
    if (ledger_.empty()) return;
    auto at = ledger_.begin();
    std::advance(at, Roll(static_cast<int>(ledger_.size())));
    Known& known = at->second;
    if (known.reversed ||
        known.record.kind != domain::RecordKind::kSettlement) {
      return;
    }
    known.reversed = true;
    Keep(Reversal(known.record, today_));
  }
  void Settle(const std::string& institution, const std::string& person) {
    SettlementRecord record = Record(
        person, today_, 100 + Roll(90'000), Roll(3) ? "530100" : "120000",
        Roll(2) ? Insurance::kEmployee : Insurance::kResident, institution);
    // A claim for an earlier year.
    if (Roll(5) == 0) record.claim.service_date = DayOf(2023, 12, 30);
    Keep(record);
  }
  void Step() {
    const std::string& institution = institutions_[Roll(2)];
    const std::string person = absl::StrCat(run_, "P", Roll(5));
    switch (Roll(9)) {
      case 0:
        today_ = today_ + 1 + Roll(9);
        return;
      case 1:
        return ReverseAny();
      case 2:  // written long after it was booked
        return Keep(Record(person, today_ - Roll(70), 100 + Roll(9'000),
                           "370100", Insurance::kResident, institution));
      case 3:
        if (NextMonth(next_[institution]) <= today_) CloseNext(institution);
        return;
      default:
        return Settle(institution, person);
    }
  }

  // The rows of each part, in all and by scheme, add up to it.
  void CheckExplained(const ClearingStatement& statement,
                      const ClearingContent& content) {
    for (const ClearingPart& part : content.sums.parts) {
      CountedFilter filter{part.region, part.insurance, {}, false};
      int64_t gross = 0;
      for (const ListedRow& one : List(statement, filter)) {
        gross += one.row.gross;
      }
      EXPECT_EQ(gross, part.gross);
      int64_t paid = 0;
      for (const ClearingSchemeLine& line : content.sums.schemes) {
        if (line.region != part.region || line.insurance != part.insurance) {
          continue;
        }
        filter.scheme = line.sums.scheme;
        int64_t pay = 0;
        for (const ListedRow& one : List(statement, filter)) {
          pay += one.share->pay;
        }
        EXPECT_EQ(pay, line.sums.pay);
        paid += pay;
      }
      EXPECT_EQ(paid, part.scheme_pay);
    }
  }
  // Closed again, a statement is what it was; each row counts once.
  void CheckStatements(std::set<std::string>& counted, Sums& stated) {
    for (const auto& [key, content] : closed_) {
      const auto& [institution, month] = key;
      const ClearingStatement again = Close(month, institution);
      const ClearingContent kept = Content(again);
      EXPECT_EQ(kept.sums.parts, content.sums.parts);
      EXPECT_EQ(kept.sums.schemes, content.sums.schemes);
      EXPECT_EQ(kept.payables, content.payables);
      for (const ListedRow& one : List(again)) {
        const std::string id = one.row.place.id.ToString();
        EXPECT_TRUE(counted.insert(id).second) << id << " counts twice";
        ASSERT_TRUE(ledger_.contains(id));
        EXPECT_EQ(ledger_[id].record.institution_id, institution);
        EXPECT_LT(one.row.place.booked_on, NextMonth(month));
      }
      CheckExplained(again, content);
      for (const ClearingPart& part : content.sums.parts) {
        auto& sums = stated[institution];
        sums[0] += part.gross;
        sums[1] += part.FundPay();
        sums[2] += part.account;
      }
    }
  }
  Sums LedgerSums() const {
    Sums ledger;
    for (const auto& [id, known] : ledger_) {
      const domain::Totals& totals = known.record.totals;
      auto& sums = ledger[known.record.institution_id];
      sums[0] += totals.gross.fen;
      sums[1] += totals.fund_pay.fen;
      sums[2] += (totals.account + totals.family_account).fen;
    }
    return ledger;
  }

  std::mt19937 dice_;
  std::string run_;
  std::vector<std::string> institutions_;
  std::map<std::string, Day> next_;  // the month to be closed
  Day today_;
  std::map<std::string, Known> ledger_;  // by id
  std::map<std::pair<std::string, Day>, ClearingContent> closed_;
};

TEST_P(ClearingHistory, StatementsAddUpToTheLedger) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Begin(seed);
    for (int step = 0; step < 160 && !HasFatalFailure(); ++step) Step();
    for (const std::string& institution : institutions_) {
      const Day last = NextMonth(FirstOfMonth(today_));
      while (next_[institution] <= last && !HasFatalFailure()) {
        CloseNext(institution);
      }
    }
    std::set<std::string> counted;
    Sums stated;
    CheckStatements(counted, stated);
    EXPECT_EQ(counted.size(), ledger_.size());
    EXPECT_EQ(stated, LedgerSums());
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, ClearingHistory,
                         ::testing::Values("memory", "postgres"), NameOfStore);

}  // namespace
}  // namespace onestop::storage
