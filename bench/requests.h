// Requests as bytes, made beforehand, so that the load generator spends no time
// on them: only the person and the request id are written anew each time.
#ifndef ONESTOP_BENCH_REQUESTS_H_
#define ONESTOP_BENCH_REQUESTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace onestop::bench {

enum class Call { kSettle, kQuote };

// Which claims of the mix are sent; of each bound, absent: there is none.
struct Selection {
  std::string only;              // one institution's
  std::string except;            // all but one institution's
  std::optional<uint64_t> kind;  // those for persons of one kind
  // Those for residents, made to be paid from FamilyOwnerId()'s account: for
  // persons whom PutFamily has given that right.
  bool family = false;
};

// Immutable; const methods may be called from several threads.
class Requests {
 public:
  // For the persons 0 to `persons` − 1, at least kKinds of them. `run` makes
  // the request ids of this run unlike any other run's.
  Requests(Call call, uint64_t persons, uint32_t run,
           const Selection& selection = {});

  // The bytes of a request of the mix, for a person chosen at random.
  // `serial` is used once a run: it makes the request id.
  std::string Next(uint64_t serial, std::mt19937_64& random) const;

 private:
  struct Template {
    std::string bytes;
    size_t person_at = 0;
    size_t request_id_at = 0;  // unless it is a quote
    uint64_t kind = 0;         // of the persons that it may be sent for
  };

  const Call call_;
  const uint64_t persons_of_a_kind_;
  const uint32_t run_;
  std::vector<Template> templates_;
};

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_REQUESTS_H_
