// Fetches: addresses that a portal wants read for it. They are asked for under the portal's lock,
// read outside of it by whoever has a network (control/file_fetcher), and answered under it again.
// Threads: guarded by the portal's lock. Invariant: each that is taken is answered once; where
// nobody takes them they stay waiting, and whoever asked finds them so.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/time/clock.h"
#include "mock_server/portal/part.h"

namespace hubsim::portal {

class Portal;

struct FetchAnswer {
  int status = 0;  ///< 0: nobody answered
  std::string content_type{};
  std::string body{};
  std::string error{};  ///< why not, for people
};

class Fetches : public PartOf<Fetches> {
 public:
  /// Under the lock; `now` is the portal's.
  using Done = void (*)(Portal& portal, Instant now, std::uint64_t subject, FetchAnswer answer);
  static constexpr std::size_t max_waiting = 1'000;
  struct Wanted {
    std::uint64_t subject = 0;
    std::string url;
    Done done = nullptr;
  };

  explicit Fetches(const Portal& /*portal*/) {}
  /// False: too many wait.
  bool want(Wanted wanted) {
    if (waiting_.size() >= max_waiting) {
      return false;
    }
    waiting_.push_back(std::move(wanted));
    return true;
  }
  [[nodiscard]] std::vector<Wanted> take() { return std::exchange(waiting_, {}); }
  /// True when it was still waiting: nobody will read it then.
  bool withdraw(std::uint64_t subject, Done done) {
    return std::erase_if(waiting_, [&](const Wanted& each) {
             return each.subject == subject && each.done == done;
           }) > 0;
  }

 private:
  std::vector<Wanted> waiting_;
};

}  // namespace hubsim::portal
