// Codes and citations in words: nothing that the service says lacks them.
#include "cli/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "cli/citation.h"
#include "domain/reason.h"

namespace onestop::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct CitationCase {
  std::string_view basis;
  std::string_view zh;
  std::string_view en;
};

TEST(Citation, SaysDocumentAndArticle) {
  const std::vector<CitationCase> cases = {
      {"yn36 §1(3)2", "云医保〔2021〕36号 一、（三）2.",
       "Yunnan notice (2021) 36 §1(3)2"},
      {"ynmz24 §6", "云南职工门诊共济保障办法 第六条",
       "Yunnan outpatient-pooling measure §6"},
      {"ynmz24 §10(2)", "云南职工门诊共济保障办法 第十条（二）",
       "Yunnan outpatient-pooling measure §10(2)"},
      {"ynmz24 §23", "云南职工门诊共济保障办法 第二十三条",
       "Yunnan outpatient-pooling measure §23"},
      {"sd22 §2–3", "山东双通道通知（2022年5月9日） 二至三",
       "Shandong dual-channel notice (9 May 2022) §2–3"},
      {"yn45 §2(7)(8)", "云医保〔2021〕45号 二、（七）（八）",
       "Yunnan notice (2021) 45 §2(7)(8)"},
      {"yn45 annex §4(11)",
       "云医保〔2021〕45号 附件医保函〔2020〕219号 四、（十一）",
       "Yunnan notice (2021) 45, annex (2020) 219 §4(11)"},
      {"none of these", "none of these", "none of these"},
      {"yn361 §1", "yn361 §1", "yn361 §1"},
      {"", "", ""}};
  for (const CitationCase& c : cases) {
    EXPECT_EQ(Citation(c.basis, Language::kChinese), c.zh);
    EXPECT_EQ(Citation(c.basis, Language::kEnglish), c.en);
  }
}

TEST(CitedArticles, LeavesTheAssumptionOut) {
  EXPECT_EQ(CitedArticles("yn36 §1(3) leaves it to the region; see ynmz24 §7",
                          Language::kChinese),
            "云医保〔2021〕36号 一、（三）；云南职工门诊共济保障办法 第七条");
  EXPECT_EQ(CitedArticles("no document says so", Language::kChinese), "");
}

TEST(CitedDocuments, NamesEachOnce) {
  EXPECT_THAT(CitedDocuments("yn36 §1, yn45 §2, yn36 §2"),
              ElementsAre("yn36", "yn45"));
  EXPECT_THAT(CitedDocuments("nothing"), IsEmpty());
}

TEST(PassReasonText, KnowsEveryReasonOfTheDomain) {
  for (int i = 1; i <= static_cast<int>(domain::PassReason::kNotModelled);
       ++i) {
    const std::string_view name =
        domain::Name(static_cast<domain::PassReason>(i));
    for (const Language language : {Language::kChinese, Language::kEnglish}) {
      EXPECT_NE(PassReasonText(name, language), name);
    }
  }
}

TEST(CounterName, SaysWhatACounterCounts) {
  const NameOf names = [](std::string_view id) {
    return domain::Name2{std::string(id) + "之", std::string(id)};
  };
  const auto zh = [&](std::string_view counter) {
    return CounterName(counter, names, Language::kChinese);
  };
  EXPECT_EQ(zh("account"), "个人账户余额");
  EXPECT_EQ(zh("dedc/s"), "s之起付线");
  EXPECT_EQ(zh("cap/s/M03900"), "s之限额：高血压（慢特病）");
  EXPECT_EQ(zh("dedc/s/a/b"), "s之起付线：a/b");
  EXPECT_EQ(zh("dedc/s/"), "s之起付线：每次就诊");
  EXPECT_EQ(zh("other/s"), "other/s");
  EXPECT_EQ(CounterName("paid/layer", names, Language::kEnglish),
            "layer: paid so far");
}

}  // namespace
}  // namespace onestop::cli
