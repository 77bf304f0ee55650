// Policy files as a whole: parsed, loaded, limited, held to the documents' own
// demands.
#include "wire/policy_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "tests/support/status_matchers.h"
#include "tests/wire/policy_samples.h"

namespace onestop::wire {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(PolicyFileTest, TheSampleIsGood) {
  EXPECT_THAT(ErrorsOf(BasePolicy()), IsEmpty());
}

TEST(PolicyFileTest, EveryErrorAtOnceInOrder) {
  std::vector<PolicyText> texts = Edited(BasePolicy(), "bp: 6000", "bp: 10001");
  texts = Edited(texts, "bp: 2000", "bp: 20000");
  texts = Edited(texts, "from: \"2021-01-01\"", "from: \"soon\"");
  EXPECT_THAT(ErrorsOf(texts),
              ElementsAre(HasSubstr("base.textproto:13: 'from' is 'soon'"),
                          HasSubstr("base.textproto:17: ratio: 10001"),
                          HasSubstr("region.textproto:10: self-pay-first")));
}

TEST(PolicyFileTest, SyntaxErrorsOfEveryFile) {
  std::vector<PolicyText> texts =
      Edited(BasePolicy(), "ratios { bp", "ratio { bp");
  texts = Edited(texts, "regions {", "regions { {");
  EXPECT_THAT(ErrorsOf(texts),
              ElementsAre(AllOf(HasSubstr("base.textproto:17: column "),
                                HasSubstr("no field named \"ratio\"")),
                          HasSubstr("region.textproto:1: column ")));
}

std::vector<PolicyText> Shipped() {
  auto texts = ReadPolicyDirectory("policies");
  EXPECT_THAT(texts, IsOk());
  return texts.ok() ? *std::move(texts) : std::vector<PolicyText>{};
}

// `from` replaced by `to` in the shipped file `name`, everywhere after
// `anchor`'s first place, once.
std::vector<PolicyText> ShippedWith(const std::string& name,
                                    const std::string& anchor,
                                    const std::string& from,
                                    const std::string& to) {
  std::vector<PolicyText> texts = Shipped();
  for (PolicyText& text : texts) {
    if (text.name != name) continue;
    const size_t start = text.text.find(anchor);
    const size_t at = text.text.find(from, start);
    if (start == std::string::npos || at == std::string::npos) break;
    text.text.replace(at, from.size(), to);
    return texts;
  }
  ADD_FAILURE() << "nothing to edit in " << name << ": " << from;
  return texts;
}

// yn45 §1(3): two diseases and residents' chronic diseases are paid alike.
TEST(PolicyFileTest, ParityOfTwoDiseaseAndChronicRatios) {
  EXPECT_THAT(
      ErrorsOf(ShippedWith("region-530100.textproto",
                           "id: \"km-two-disease\"\n  name", "bp: 6000",
                           "bp: 6500")),
      ElementsAre(AllOf(
          HasSubstr("region-530100.textproto:"),
          HasSubstr("the ratio of 'km-two-disease' in 530100 RESIDENT is 65 %, "
                    "that of 'km-chronic-resident' (region-530100.textproto:"),
          HasSubstr("is 60 %; yn45 §1(3) (yn45.textproto:16) asks for equal "
                    "ratios from 2022-01-01"))));
}

TEST(PolicyFileTest, ParityAsksForHalfFrom2022On) {
  std::vector<PolicyText> texts =
      ShippedWith("region-530100.textproto", "id: \"km-two-disease\"\n  name",
                  "bp: 6000", "bp: 4900");
  texts = Edited(texts,
                 "bp: 6000\n    source { assumed: \"yn45 §1(3) says only that "
                 "it is 50 % or more; the region must confirm it\" }",
                 "bp: 4900\n    source { assumed: \"lower\" }");
  EXPECT_THAT(
      ErrorsOf(texts),
      ElementsAre(HasSubstr("the ratio of 'km-chronic-resident' in 530100 "
                            "RESIDENT is 49 %; yn45 §1(3) (yn45.textproto:16) "
                            "asks for 50 % or more from 2022-01-01"),
                  HasSubstr("the ratio of 'km-two-disease' in 530100 RESIDENT "
                            "is 49 %")));
}

TEST(PolicyFileTest, ParityDoesNotReachBackBefore2022) {
  EXPECT_THAT(
      ErrorsOf(ShippedWith(
          "region-530100.textproto", "id: \"km-chronic-resident\"\n  name",
          "ratios {\n    bp: 6000",
          "ratios {\n    until: \"2021-12-31\"\n    bp: 4000\n    source { "
          "assumed: \"earlier\" }\n  }\n  ratios {\n    from: "
          "\"2022-01-01\"\n    bp: 6000")),
      IsEmpty());
}

// sd22 §3: 20 % at most from 2022-07-01, before that 30 % "in principle".
TEST(PolicyFileTest, CeilingOfShandong) {
  EXPECT_THAT(ErrorsOf(ShippedWith("region-370100.textproto", "bp: 3000",
                                   "bp: 2000", "bp: 2001")),
              ElementsAre("region-370100.textproto:45: the self-pay-first "
                          "ratio in region 370100 is 20.01 %; sd22 §3 "
                          "(sd22.textproto:22) allows 20 % at most from "
                          "2022-07-01"));
  const auto loaded =
      LoadPolicy(ShippedWith("region-370100.textproto", "bp: 3000", "bp: 3000",
                             "bp: 3500"),
                 "r");
  ASSERT_THAT(loaded, IsOk());
  ASSERT_EQ(loaded->warnings.size(), 1u);
  EXPECT_EQ(loaded->warnings.front().ToString(),
            "region-370100.textproto:39: the self-pay-first ratio in region "
            "370100 is 35 %; sd22 §3 (sd22.textproto:14) allows 30 % at most "
            "until 2022-06-30, in principle");
}

TEST(PolicyFileTest, CeilingSeesARowThatReachesIntoIt) {
  EXPECT_THAT(
      ErrorsOf(ShippedWith("region-370100.textproto", "bp: 3000",
                           "until: \"2022-06-30\"", "until: \"2022-07-01\"")),
      ElementsAre(HasSubstr("is 30 %; sd22 §3"),
                  HasSubstr("the self-pay-first ratio of negotiated drugs in "
                            "region 370100 on 2022-07-01 is given at")));
}

TEST(PolicyFileTest, SharedCapWithTwoLimitsIsAWarning) {
  const auto loaded =
      LoadPolicy(ShippedWith("region-530100.textproto",
                             "scheme: \"yn-inpatient-terms-employee\"",
                             "fen: 12000000", "fen: 13000000"),
                 "r");
  ASSERT_THAT(loaded, IsOk());
  ASSERT_EQ(loaded->warnings.size(), 1u);
  EXPECT_THAT(loaded->warnings.front().message,
              HasSubstr("the limit of cap/inpatient is 130000.00 here and "
                        "120000.00 at region-530100.textproto:"));
}

// A folder of its own for one test.
class PolicyFolder {
 public:
  PolicyFolder() {
    std::string name =
        (std::filesystem::temp_directory_path() / "onestop-policyXXXXXX");
    path_ = mkdtemp(name.data());
  }
  ~PolicyFolder() { std::filesystem::remove_all(path_); }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name) << text;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(PolicyFileTest, ReadsATextprotoFolderByName) {
  const PolicyFolder folder;
  folder.Write("b.textproto", "2");
  folder.Write("a.textproto", "1");
  folder.Write("README.md", "not a policy");
  const auto texts = ReadPolicyDirectory(folder.path());
  ASSERT_THAT(texts, IsOk());
  ASSERT_EQ(texts->size(), 2u);
  EXPECT_EQ((*texts)[0].name, "a.textproto");
  EXPECT_EQ((*texts)[1].text, "2");
}

TEST(PolicyFileTest, MissingAndEmptyFolders) {
  const PolicyFolder folder;
  for (const std::string& path : {folder.path(), folder.path() + "/none"}) {
    const auto loaded = LoadPolicyDirectory(path);
    EXPECT_THAT(loaded, StatusIs(absl::StatusCode::kNotFound));
    EXPECT_EQ(ErrorReason(loaded.status()), "POLICY_NOT_FOUND");
    EXPECT_THAT(std::string(loaded.status().message()), HasSubstr(path));
  }
}

TEST(PolicyFileTest, TooMuchIsRefused) {
  EXPECT_THAT(
      ErrorsOf({{"big.textproto",
                 std::string(limits::kMaxPolicyFileBytes + 1, ' ')}}),
      ElementsAre("big.textproto:1: 1048577 bytes; a policy file has at most "
                  "1048576"));
  EXPECT_THAT(ErrorsOf(std::vector<PolicyText>(limits::kMaxPolicyFiles + 1)),
              ElementsAre(HasSubstr("257 policy files; at most 256")));
}

TEST(PolicyFileTest, NothingAtAllIsNoPolicy) {
  EXPECT_THAT(ErrorsOf({}),
              ElementsAre(HasSubstr("no file declares a region")));
  EXPECT_THAT(
      ErrorsOf({{"a.textproto", ""}}),
      ElementsAre(HasSubstr("a.textproto:1: no file declares a region")));
}

}  // namespace
}  // namespace onestop::wire
