// What the imports that book postings share: rows become postings, and these
// are booked. What was booked before is recognised whatever happened since;
// only new postings are judged.
#ifndef ONESTOP_SERVER_POSTING_IMPORTER_H_
#define ONESTOP_SERVER_POSTING_IMPORTER_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "server/caller.h"
#include "server/import_stream.h"
#include "server/service_parts.h"
#include "storage/store.h"

namespace onestop::server {

// What a row is told of its posting.
RowAnswer AnswerOf(storage::PostOutcome outcome);
// OK, or YEAR_CLOSED. A year closes by itself too (docs/rules.md section 1).
absl::Status YearIsOpen(const Snapshot& snapshot, domain::Day today,
                        const storage::Posting& posting);

// One for each stream; used by one thread at a time.
template <typename Request>
class PostingImporter : public Importer<Request> {
 public:
  using Answers = std::vector<RowAnswer>;

  PostingImporter(const ServiceParts& parts, const Caller& caller)
      : parts_(parts), caller_(caller) {}

  absl::StatusOr<Answers> Load(storage::Store& store,
                               const Request& request) override {
    const SnapshotPtr snapshot = parts_.snapshots.Current();
    const domain::Moment now = parts_.clock();
    ONESTOP_RETURN_IF_ERROR(
        BeginMessage(store, *snapshot, *now.today, request));
    const int rows = this->Rows(request);
    Answers answers(rows, pb::ROW_OUTCOME_UNSPECIFIED);
    std::vector<storage::Posting> postings;
    std::vector<int> places;
    for (int i = 0; i < rows; ++i) {
      absl::StatusOr<storage::Posting> posting = Read(request, i);
      if (!posting.ok()) {
        answers[i] = posting.status();
        continue;
      }
      posting->caller = caller_.name;
      posting->booked_on = *now.today;
      posting->booked_at_ms = now.now_ms;
      postings.push_back(*std::move(posting));
      places.push_back(i);
    }
    ONESTOP_ASSIGN_OR_RETURN(const std::vector<absl::Status> verdicts,
                             Judge(store, *snapshot, *now.today, postings));
    for (size_t i = 0; i < postings.size(); ++i) {
      postings[i].refused = !verdicts[i].ok();
    }
    ONESTOP_ASSIGN_OR_RETURN(const auto outcomes, store.Post(postings));
    for (size_t i = 0; i < outcomes.size(); ++i) {
      answers[places[i]] = outcomes[i] == storage::PostOutcome::kRefused
                               ? AnswerOfRefused(verdicts[i])
                               : Answer(outcomes[i]);
    }
    return answers;
  }

 protected:
  // What holds for the whole message.
  virtual absl::Status BeginMessage(storage::Store&, const Snapshot&,
                                    domain::Day /*today*/, const Request&) {
    return absl::OkStatus();
  }
  // Row `i`: id, kind and movement; or why it is refused whatever was booked.
  virtual absl::StatusOr<storage::Posting> Read(const Request& request,
                                                int i) = 0;
  // Whether each may be booked, if it is new: here, whether its year is open.
  virtual absl::StatusOr<std::vector<absl::Status>> Judge(
      storage::Store&, const Snapshot& snapshot, domain::Day today,
      const std::vector<storage::Posting>& postings) {
    std::vector<absl::Status> verdicts;
    for (const storage::Posting& posting : postings) {
      verdicts.push_back(YearIsOpen(snapshot, today, posting));
    }
    return verdicts;
  }
  virtual RowAnswer Answer(storage::PostOutcome outcome) {
    return AnswerOf(outcome);
  }
  virtual RowAnswer AnswerOfRefused(const absl::Status& verdict) {
    return verdict;
  }

 private:
  const ServiceParts parts_;
  const Caller caller_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_POSTING_IMPORTER_H_
