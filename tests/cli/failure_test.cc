// Errors in words: each reason of docs/errors.md in both languages, and what
// stands below the first line.
#include "cli/failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>

#include "base/error.h"
#include "cli/reasons.h"
#include "tests/cli/run.h"

namespace onestop::cli {
namespace {

// Whether there is a character beyond ASCII: Chinese, here.
bool IsChinese(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return (c & 0x80) != 0; });
}

TEST(Reasons, EachOfThePageHasWords) {
  const std::string page = Contents("docs/errors.md");
  const std::regex row("\\n\\| `([A-Z_]+)` \\| [A-Z_]+ \\|");
  std::set<std::string> reasons;
  for (std::sregex_iterator at(page.begin(), page.end(), row), end; at != end;
       ++at) {
    reasons.insert((*at)[1]);
  }
  EXPECT_GT(reasons.size(), 40u);
  for (const std::string& reason : reasons) {
    EXPECT_TRUE(IsChinese(ReasonInChinese(reason))) << reason;
    EXPECT_TRUE(IsChinese(Advice(reason, Language::kChinese))) << reason;
    EXPECT_NE(Advice(reason, Language::kEnglish), "") << reason;
    EXPECT_FALSE(IsChinese(Advice(reason, Language::kEnglish))) << reason;
  }
}

TEST(Reasons, EachIsToldOnce) {
  const auto known = KnownReasons();
  EXPECT_EQ(std::set(known.begin(), known.end()).size(), known.size());
  EXPECT_EQ(ReasonInChinese("NO_SUCH_REASON"), "");
  EXPECT_EQ(Advice("NO_SUCH_REASON", Language::kEnglish), "");
}

TEST(FailureText, ARefusalIsToldInTheLanguage) {
  const absl::Status suspended =
      MakeError(absl::StatusCode::kFailedPrecondition, "BENEFIT_SUSPENDED",
                "the benefits are not in force");
  EXPECT_EQ(FailureText(suspended, Language::kChinese),
            "被拒绝：BENEFIT_SUSPENDED\n"
            "  就诊日待遇未生效或已暂停。\n"
            "  → 可先自费，再向经办机构查询。\n");
  EXPECT_EQ(FailureText(suspended, Language::kEnglish),
            "refused: BENEFIT_SUSPENDED\n"
            "  the benefits are not in force\n"
            "  -> Benefits are not in force on that day; ask the agency about "
            "the person.\n");
}

TEST(FailureText, TheServersWordsStayWhereTheyHoldFacts) {
  const absl::Status expired =
      MakeError(absl::StatusCode::kFailedPrecondition, "PRESCRIPTION_EXPIRED",
                "not on 2025-03-09", {{"prescription_id", "RX"}});
  EXPECT_EQ(FailureText(expired, Language::kChinese),
            "被拒绝：PRESCRIPTION_EXPIRED\n"
            "  处方不在有效期内：须在开具当日起 7 日内使用。\n"
            "  not on 2025-03-09\n"
            "  prescription_id = RX\n"
            "  → 请医师重新开方。\n");
}

TEST(FailureText, BadFieldsAreToldInTheLanguage) {
  const absl::Status malformed = MalformedRequest(
      {{"claim.lines[0].amount_fen",
        "is -1; it must lie between 1 and 1000000000000 fen"},
       {"person_id", "is required; it is empty"},
       {"other", "is what nobody foresaw"},
       {"", "12 more; correct these and send the request again"}});
  EXPECT_EQ(FailureText(malformed, Language::kChinese),
            "输入有误：MALFORMED_REQUEST\n"
            "  请求中有字段缺失、超出范围或格式不对。\n"
            "  claim.lines[0].amount_fen：为 -1，须在 1 至 1000000000000 "
            "分之间\n"
            "  person_id：必填，不能为空\n"
            "  other：is what nobody foresaw\n"
            "  另有 12 项；请先改正以上各项再重发\n"
            "  → 请按上面逐项改正。\n");
}

TEST(FailureText, AStatusWithoutAReasonHasWordsToo) {
  const std::string text = FailureText(
      absl::UnavailableError("failed to connect"), Language::kChinese);
  EXPECT_EQ(text,
            "暂无答复：UNAVAILABLE\n"
            "  连不上服务。\n"
            "  failed to connect\n"
            "  → 请核对 --server 和服务是否在运行；可用同一请求号重试。\n");
}

TEST(ViolationText, NamesWhatIsWrong) {
  const auto zh = [](const char* description) {
    return ViolationText(description, Language::kChinese);
  };
  EXPECT_EQ(zh("is 65 bytes long; at most 64 are accepted"),
            "长 65 字节，最多 64 字节");
  EXPECT_EQ(zh("is 2; it must lie between 0 and 1"), "为 2，须在 0 至 1 之间");
  EXPECT_EQ(zh("lies after today, 2025-03-20"), "晚于今天（2025-03-20）");
  EXPECT_EQ(zh("is required"), "is required");
  EXPECT_EQ(ViolationText("must be above 0", Language::kEnglish),
            "must be above 0");
}

}  // namespace
}  // namespace onestop::cli
