// The arithmetic of one scheme: groups, deductible, ratio, caps, overflow
// (docs/rules.md section 4).
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "domain/rooms.h"
#include "domain/working_claim.h"

namespace onestop::domain {
namespace {

// The entries of one scheme that share a deductible, a ratio and caps.
struct Group {
  std::string key;  // item, disease, or empty
  std::vector<const SchemeEntry*> entries;
};

// What docs/rules.md section 4 works out for a group.
struct GroupResult {
  Money base;        // B
  Money deductible;  // D
  Money absorbed;
  Money pay;
  Money room_pay = kNoLimit;
  Ratio ratio;
  const CapRoom* binding = nullptr;  // the cap that cut it, if any
};

std::string KeyOf(const WorkingClaim& work, const Scheme& scheme,
                  const SchemeEntry& entry) {
  switch (scheme.grouping) {
    case Grouping::kNone:
      return "";
    case Grouping::kDrug:
      return work.claim.lines[static_cast<size_t>(entry.line)].item_code;
    case Grouping::kDisease:
      return entry.disease;
  }
  return "";
}

std::vector<Group> CutIntoGroups(const WorkingClaim& work, const Scheme& scheme,
                                 const std::vector<SchemeEntry>& entries) {
  std::vector<Group> groups;
  for (const SchemeEntry& entry : entries) {
    std::string key = KeyOf(work, scheme, entry);
    auto group =
        std::find_if(groups.begin(), groups.end(),
                     [&key](const Group& known) { return known.key == key; });
    if (group == groups.end()) {
      groups.push_back({std::move(key), {}});
      group = groups.end() - 1;
    }
    group->entries.push_back(&entry);
  }
  return groups;
}

// Runs the group's entries one after another.
class GroupRun {
 public:
  GroupRun(WorkingClaim& work, int scheme_index, const Group& group)
      : work_(work),
        scheme_index_(scheme_index),
        scheme_(work.plan.schemes[static_cast<size_t>(scheme_index)]),
        group_(group) {
    const Institution* governing = work.Governing(scheme_);
    const size_t category = static_cast<size_t>(work.coverage.category);
    const size_t level = static_cast<size_t>(governing->RuleLevel());
    deductible_ = scheme_.deductible[category][level];
    ratio_ = scheme_.ratio[category][level];
  }

  void Run();

 private:
  void WorkOut();
  Step NewStep(StepKind kind, const Source* source) const;
  void TakeDeductible(const std::string& counter, Money used);
  void TellCap();
  void MoveCaps();
  void ShareOut();
  void Overflow(const SchemeEntry& entry, Money amount);

  WorkingClaim& work_;
  const int scheme_index_;
  const Scheme& scheme_;
  const Group& group_;
  SourcedMoney deductible_;
  SourcedRatio ratio_;
  std::vector<CapRoom> caps_;
  GroupResult result_;
};

Step GroupRun::NewStep(StepKind kind, const Source* source) const {
  Step step;
  step.kind = kind;
  step.source = source;
  step.scheme = scheme_index_;
  step.key = group_.key;
  for (const SchemeEntry* entry : group_.entries) {
    step.lines.push_back(entry->line);
  }
  return step;
}

void GroupRun::Run() {
  const size_t first = static_cast<size_t>(group_.entries.front()->line);
  for (const Cap& cap : scheme_.caps) {
    caps_.push_back(
        RoomOf(work_, scheme_, cap, group_.key, work_.items[first]));
    work_.Note(
        {caps_.back().counter, scheme_index_, -1, false, caps_.back().limit});
  }
  WorkOut();
  TellCap();
  MoveCaps();
  ShareOut();
}

// The steps of docs/rules.md section 4, in their order.
void GroupRun::WorkOut() {
  for (const SchemeEntry* entry : group_.entries) result_.base += entry->base;
  result_.ratio = ratio_.value;
  Money room_fee = kNoLimit;
  for (const CapRoom& cap : caps_) {
    Money& room =
        cap.measure == CapMeasure::kInScopeFee ? room_fee : result_.room_pay;
    if (cap.Room() < room) room = cap.Room();
    if (cap.Room().fen == 0) result_.binding = &cap;
  }
  if (room_fee.fen == 0 || result_.room_pay.fen == 0) return;
  const Money taken = Min(result_.base, room_fee);
  if (deductible_.value.fen > 0) {
    const std::string counter = DeductibleCounterOf(work_, scheme_, group_.key);
    const Money used = work_.counters.Get(counter);
    result_.deductible = Min(taken, Max(Money{0}, deductible_.value - used));
    TakeDeductible(counter, used);
  }
  const Money eligible = taken - result_.deductible;
  result_.pay = Share(eligible, ratio_.value);
  result_.absorbed = eligible;
  const bool paid_cut = result_.pay > result_.room_pay;
  if (paid_cut) {
    result_.pay = result_.room_pay;
    result_.absorbed =
        Min(eligible, AmountThatPays(result_.room_pay, ratio_.value));
  }
  for (const CapRoom& cap : caps_) {
    const bool fee = cap.measure == CapMeasure::kInScopeFee;
    if (fee ? taken < result_.base && cap.Room() == room_fee
            : paid_cut && cap.Room() == result_.room_pay) {
      result_.binding = &cap;
    }
  }
  Step step = NewStep(StepKind::kFundPay, ratio_.source);
  step.before = result_.absorbed;
  step.ratio = ratio_.value;
  step.amount = result_.pay;
  step.after = result_.absorbed - result_.pay;
  work_.outcome.steps.push_back(std::move(step));
}

void GroupRun::TakeDeductible(const std::string& counter, Money used) {
  work_.Note({counter, scheme_index_, -1, true, deductible_.value});
  work_.counters.Add(counter, result_.deductible);
  if (result_.deductible.fen == 0) return;
  Step step = NewStep(StepKind::kDeductible, deductible_.source);
  step.before = result_.base;
  step.amount = result_.deductible;
  step.after = result_.base - result_.deductible;
  step.counter = counter;
  step.counter_before = used;
  step.counter_after = used + result_.deductible;
  step.limit = deductible_.value;
  work_.outcome.steps.push_back(std::move(step));
}

void GroupRun::TellCap() {
  if (result_.binding == nullptr) return;
  const CapRoom& cap = *result_.binding;
  const bool fee = cap.measure == CapMeasure::kInScopeFee;
  Step step = NewStep(StepKind::kCap, cap.source);
  step.before = result_.base - result_.deductible;
  step.amount = step.before - result_.absorbed;
  step.after = result_.absorbed;
  step.counter = cap.counter;
  step.counter_before = cap.used;
  step.counter_after =
      cap.used + (fee ? result_.deductible + result_.absorbed : result_.pay);
  step.limit = cap.limit;
  work_.outcome.steps.push_back(std::move(step));
}

void GroupRun::MoveCaps() {
  for (const CapRoom& cap : caps_) {
    const bool fee = cap.measure == CapMeasure::kInScopeFee;
    work_.counters.Add(
        cap.counter, fee ? result_.deductible + result_.absorbed : result_.pay);
  }
}

// The deductible first, then what is absorbed, the tail overflows; a line's
// pay is the difference of the cumulated shares, so that lines add up.
void GroupRun::ShareOut() {
  Money deductible_left = result_.deductible;
  Money absorbed_left = result_.absorbed;
  Money absorbed_so_far;
  Money paid_so_far;
  for (const SchemeEntry* entry : group_.entries) {
    SchemeShare share;
    share.scheme = scheme_index_;
    share.base = entry->base;
    share.deductible = Min(entry->base, deductible_left);
    deductible_left -= share.deductible;
    share.absorbed = Min(entry->base - share.deductible, absorbed_left);
    absorbed_left -= share.absorbed;
    absorbed_so_far += share.absorbed;
    const Money paid =
        Min(Share(absorbed_so_far, result_.ratio), result_.room_pay);
    share.pay = paid - paid_so_far;
    paid_so_far = paid;
    share.overflow = share.base - share.deductible - share.absorbed;
    const Money overflow = share.overflow;
    work_.outcome.lines[static_cast<size_t>(entry->line)].shares.push_back(
        share);
    if (overflow.fen > 0) Overflow(*entry, overflow);
  }
  work_.outcome.totals.deductible += result_.deductible;
  work_.outcome.totals.scheme_pay += result_.pay;
  work_.outcome.by_scheme.back().pay += result_.pay;
}

void GroupRun::Overflow(const SchemeEntry& entry, Money amount) {
  for (size_t i = 0; i < scheme_.overflow_to.size(); ++i) {
    const int to = scheme_.overflow_to[i];
    const Scheme& next = work_.plan.schemes[static_cast<size_t>(to)];
    std::string disease;
    if (CheckScheme(work_, next, entry.line, &disease) != PassReason::kNone) {
      continue;
    }
    Step step = NewStep(StepKind::kOverflow, scheme_.overflow_sources[i]);
    step.lines = {entry.line};
    step.to_scheme = to;
    step.before = entry.base;
    step.amount = amount;
    step.after = entry.base - amount;
    work_.outcome.steps.push_back(std::move(step));
    work_.entries[static_cast<size_t>(to)].push_back(
        {entry.line, amount, std::move(disease)});
    return;
  }
}

}  // namespace

Money LineResult::SchemePay() const {
  Money pay;
  for (const SchemeShare& share : shares) pay += share.pay;
  return pay;
}

void RunSchemes(WorkingClaim& work) {
  for (int s = 0; s < static_cast<int>(work.plan.schemes.size()); ++s) {
    std::vector<SchemeEntry>& entries = work.entries[static_cast<size_t>(s)];
    if (entries.empty()) continue;
    std::stable_sort(entries.begin(), entries.end(),
                     [](const SchemeEntry& a, const SchemeEntry& b) {
                       return a.line < b.line;
                     });
    work.outcome.by_scheme.push_back({s, Money{0}});
    const Scheme& scheme = work.plan.schemes[static_cast<size_t>(s)];
    for (const Group& group : CutIntoGroups(work, scheme, entries)) {
      GroupRun(work, s, group).Run();
    }
  }
}

}  // namespace onestop::domain
