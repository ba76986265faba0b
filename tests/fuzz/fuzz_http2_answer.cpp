// What an HTTP/2 server says: any bytes leave each request told exactly once, whatever they open,
// reset, announce or break. The first byte says how the rest is cut into pieces.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/assert.h"
#include "loadgen/engine/h2_session.h"

namespace {

using hubsim::loadgen::H2Events;
using hubsim::loadgen::H2Fate;
using hubsim::loadgen::H2Outcome;
using hubsim::loadgen::H2Session;
using hubsim::loadgen::PatchedFields;
using std::chrono::milliseconds;

class Ledger final : public H2Events {
 public:
  void on_outcome(const H2Outcome& outcome) override {
    HUBSIM_ASSERT(outcome.arrival.index < told.size() && !told[outcome.arrival.index]);
    HUBSIM_ASSERT(outcome.fate != H2Fate::answered ||
                  (outcome.status >= 200 && outcome.status < 1000));
    told[outcome.arrival.index] = true;
  }
  std::vector<bool> told;
};

void write_all(H2Session& session, std::chrono::nanoseconds now) {
  constexpr std::size_t step = 100;  // the kernel takes a part
  for (auto bytes = session.output(); !bytes.empty(); bytes = session.output()) {
    session.took(std::min(step, bytes.size()), now);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto made = PatchedFields::make(
      {.url = "http://a/${index}", .method = "POST", .body = "${index}" + std::string(300, 'b')});
  constexpr std::size_t max_requests = 40;
  PatchedFields fields = *made;
  Ledger ledger;
  H2Session session(fields, 4, ledger);
  std::chrono::nanoseconds now = milliseconds(1);
  const std::string bytes(data, data + size);
  const std::size_t piece = size == 0 ? 1 : std::size_t{data[0]} + 1;
  for (std::size_t at = 1; at <= size && !session.is_done(); at += piece) {
    while (session.can_take() && ledger.told.size() < max_requests) {
      ledger.told.push_back(false);
      session.submit({ledger.told.size() - 1, now}, now);
    }
    write_all(session, now);
    now += milliseconds(7);
    session.receive(std::string_view(bytes).substr(at, piece), now);
    session.expire(now, milliseconds(50));
  }
  write_all(session, now);
  session.end(now, "over");
  HUBSIM_ASSERT(session.at_hand() == 0);
  HUBSIM_ASSERT(std::ranges::count(ledger.told, false) == 0);
  return 0;
}
