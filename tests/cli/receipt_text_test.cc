// Receipts as text, against texts that were read and found good:
// tests/cli/golden/. ONESTOP_UPDATE_GOLDEN=1 writes them anew; read the
// difference before committing it.
#include "cli/receipt_text.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "cli/input.h"
#include "tests/support/status_matchers.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

constexpr char kFolder[] = "tests/cli/golden/";

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void ExpectGolden(const std::string& name, const std::string& text) {
  const std::string path = kFolder + name;
  if (std::getenv("ONESTOP_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << text;
  }
  EXPECT_EQ(text, Contents(path)) << path;
}

// Names of the schemes and layers in the golden receipts, fixed here so that
// a new name in policies/ does not touch these texts.
domain::Name2 TestName(std::string_view id) {
  static const std::map<std::string, domain::Name2, std::less<>> names = {
      {"km-chronic-employee", {"职工慢特病", "Chronic, employees"}},
      {"yn-negotiated-employee", {"职工谈判药", "Negotiated, employees"}},
      {"yn-outpatient-employee", {"职工普通门诊", "Outpatient, employees"}},
      {"km-large-employee", {"职工大额补助", "Large amounts, employees"}},
      {"city-negotiated", {"城市谈判药", "Negotiated, city"}},
      {"city-chronic", {"城市门特", "Chronic, city"}}};
  const auto found = names.find(id);
  if (found != names.end()) return found->second;
  return {std::string(id), std::string(id)};
}

template <typename Message>
Message Read(const std::string& name) {
  Message message;
  const absl::Status read = FromJson(name, Contents(kFolder + name), message);
  EXPECT_THAT(read, IsOk());
  return message;
}

const std::vector<std::pair<std::string, Language>>& Languages() {
  static const std::vector<std::pair<std::string, Language>> languages = {
      {"zh", Language::kChinese}, {"en", Language::kEnglish}};
  return languages;
}

class ReceiptGolden : public ::testing::TestWithParam<std::string> {};

TEST_P(ReceiptGolden, ReadsAsItShould) {
  const auto receipt = Read<pb::Receipt>(GetParam() + ".json");
  for (const auto& [ending, language] : Languages()) {
    ExpectGolden(GetParam() + "." + ending + ".txt",
                 ReceiptText(receipt, {language, TestName}));
  }
}

// clinic: payment standard, own expense, account. overflow: a chronic cap,
// overflow into negotiated drugs, a layer. unpaid: no scheme takes the line.
INSTANTIATE_TEST_SUITE_P(All, ReceiptGolden,
                         ::testing::Values("clinic", "overflow", "unpaid"),
                         [](const auto& info) { return info.param; });

TEST(ReversalGolden, ReadsAsItShould) {
  const auto reversal = Read<pb::Reversal>("reversal.json");
  for (const auto& [ending, language] : Languages()) {
    ExpectGolden("reversal." + ending + ".txt",
                 ReversalText(reversal, {language, TestName}));
  }
}

TEST(LedgerGolden, ReadsAsItShould) {
  const auto ledger = Read<pb::GetLedgerResponse>("ledger.json");
  for (const auto& [ending, language] : Languages()) {
    ExpectGolden("ledger." + ending + ".txt",
                 LedgerText("TJ-0001", ledger, {language, TestName}));
  }
}

// eligible: a visit, drugs, a prescription, accounts. ineligible: refused,
// registrations that do not hold.
TEST(EligibilityGolden, ReadsAsItShould) {
  pb::GetEligibilityRequest request;
  request.set_person_id("KM-0001");
  for (const std::string name : {"eligible", "ineligible"}) {
    const auto answer = Read<pb::GetEligibilityResponse>(name + ".json");
    if (name == "eligible") request.set_institution_id("H-KM-3");
    if (name == "ineligible") request.set_institution_id("P-TJ-2");
    for (const auto& [ending, language] : Languages()) {
      const std::string text =
          EligibilityText(request, answer, {language, TestName});
      ExpectGolden(name + "." + ending + ".txt", text);
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(DisplayWidth(line), 78) << line;
      }
    }
  }
}

// Nothing is known but whether a claim would be refused.
TEST(EligibilityText, AnAnswerWithoutRowsHasNoEmptySections) {
  pb::GetEligibilityResponse answer;
  answer.set_in_force(true);
  answer.add_refusals("YEAR_CLOSED");
  const std::string text = EligibilityText(pb::GetEligibilityRequest(), answer,
                                           {Language::kEnglish, TestName});
  EXPECT_NE(text.find("Benefits are in force, but"), std::string::npos);
  EXPECT_NE(text.find("That year is closed"), std::string::npos);
  for (const char* title : {"Registrations", "What is left", "Accounts",
                            "prescription", "Which scheme"}) {
    EXPECT_EQ(text.find(title), std::string::npos) << title;
  }
  answer.clear_refusals();
  EXPECT_NE(EligibilityText(pb::GetEligibilityRequest(), answer,
                            {Language::kEnglish, TestName})
                .find("no institution was named"),
            std::string::npos);
}

TEST(RegistrationGolden, ReadsAsItShould) {
  for (const std::string name : {"registration", "treatment"}) {
    const auto registration = Read<pb::Registration>(name + ".json");
    for (const auto& [ending, language] : Languages()) {
      ExpectGolden(name + "." + ending + ".txt",
                   RegistrationText(registration, {language, TestName}));
    }
  }
}

TEST(RegistrationsGolden, ReadsAsItShould) {
  const auto list = Read<pb::ListRegistrationsResponse>("registrations.json");
  for (const auto& [ending, language] : Languages()) {
    ExpectGolden("registrations." + ending + ".txt",
                 RegistrationsText(list, {language, TestName}));
  }
}

TEST(ReceiptText, EveryLineFitsTheSlipInChinese) {
  for (const std::string name : {"clinic", "overflow", "unpaid"}) {
    const auto receipt = Read<pb::Receipt>(name + ".json");
    std::istringstream text(
        ReceiptText(receipt, {Language::kChinese, TestName}));
    for (std::string line; std::getline(text, line);) {
      EXPECT_LE(DisplayWidth(line), 78) << line;
    }
  }
}

TEST(ReceiptText, AnEmptyReceiptHasNoEmptySections) {
  const std::string text =
      ReceiptText(pb::Receipt(), {Language::kEnglish, TestName});
  EXPECT_EQ(text.find("How it was worked out"), std::string::npos);
  EXPECT_EQ(text.find("Documents cited"), std::string::npos);
}

}  // namespace
}  // namespace onestop::cli
