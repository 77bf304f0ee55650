// What a check found wrong: sentences, counted by the kind of wound.
#ifndef ONESTOP_TESTS_HISTORY_FINDINGS_H_
#define ONESTOP_TESTS_HISTORY_FINDINGS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace onestop::history {

enum class Wound {
  kLost,       // acknowledged, and not in the store as acknowledged
  kDoubled,    // booked twice
  kHalf,       // one part of a transaction is there without the other
  kDiffering,  // two answers to one request differ
  kBroken,     // any other promise
};
inline constexpr size_t kWounds = 5;

class Findings {
 public:
  // Keeps the sentences of the first `most`; counts all.
  explicit Findings(size_t most) : most_(most) {}

  void Add(Wound wound, std::string sentence) {
    ++counts_[static_cast<size_t>(wound)];
    if (sentences_.size() < most_) sentences_.push_back(std::move(sentence));
  }
  int64_t Count(Wound wound) const {
    return counts_[static_cast<size_t>(wound)];
  }
  std::vector<std::string> TakeSentences() { return std::move(sentences_); }

 private:
  const size_t most_;
  int64_t counts_[kWounds] = {};
  std::vector<std::string> sentences_;
};

}  // namespace onestop::history

#endif  // ONESTOP_TESTS_HISTORY_FINDINGS_H_
