// The door in front of the lanes: takes a request only if its answer can leave
// in time, so that overload refuses early and cheaply, and shares what there is
// between the institutions.
#ifndef ONESTOP_SERVER_ADMISSION_H_
#define ONESTOP_SERVER_ADMISSION_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace onestop::server {

// Lock-free; thread-safe. What it knows of the lanes is how long a request
// keeps them when they are busy; from that follows how many may be under way
// (the limit) before the last of them waits longer than kMostWaitMs.
//
// Below half of the limit everything is taken. Above it an institution may have
// its share under way, which is the limit divided by the institutions that have
// something under way: who sends little is served as if nothing were wrong, who
// floods is refused. The bytes held are shared in the same way. Institutions
// are told apart by a hash: two that meet in one place share its share.
class Admission {
 public:
  // How many requests may be under way; called for each request.
  using Limit = std::function<int64_t()>;

  explicit Admission(Limit limit);
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  // A place at the server, given back when it is destroyed. Belongs to one
  // request; the Admission outlives it.
  class Ticket {
   public:
    Ticket() = default;
    ~Ticket();
    // To a ticket that holds no place.
    Ticket(Ticket&& other) noexcept;
    Ticket& operator=(Ticket&& other) noexcept;

    // From now on the request holds so many bytes, whatever it held.
    void Hold(size_t bytes);

   private:
    friend class Admission;
    Admission* door_ = nullptr;  // nullptr: not taken
    size_t place_ = 0;
    int64_t bytes_ = 0;
  };

  // Takes a request of so many bytes; false: it is to be told OVERLOADED.
  // `deadline_ms` is the caller's, in Unix milliseconds: one that would pass
  // before its turn came is not taken.
  bool Enter(std::string_view institution, size_t bytes, int64_t deadline_ms,
             Ticket& ticket);

  // For the metrics.
  int64_t under_way() const { return under_way_.load(); }
  int64_t held_bytes() const { return held_bytes_.load(); }
  int64_t institutions() const { return institutions_.load(); }
  int64_t limit() const { return limit_(); }

 private:
  static constexpr size_t kPlaces = 4096;

  // What the institutions of one place have under way.
  struct Place {
    std::atomic<int64_t> requests{0};
    std::atomic<int64_t> bytes{0};
  };
  // Before a request came: of its place, and of all.
  struct Taken {
    int64_t own = 0;
    int64_t all = 0;
  };

  bool InTime(int64_t others, int64_t deadline_ms) const;
  // Whether one more may be taken of what the institutions share.
  bool Fits(const Taken& taken, int64_t limit) const;

  const Limit limit_;
  std::atomic<int64_t> under_way_{0};
  std::atomic<int64_t> held_bytes_{0};
  std::atomic<int64_t> institutions_{0};  // places with something under way
  std::array<Place, kPlaces> places_{};
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_ADMISSION_H_
