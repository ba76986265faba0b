// Redaction: what a recording of the real HubSpot must not hold: tokens, secrets, the portal's id,
// e-mail addresses and personal values that the case itself did not send. Replaced consistently, so
// that what belongs together still matches.
// Threads: one recorder, one thread.
#pragma once

#include <iosfwd>
#include <map>
#include <string>

#include "contract_tests/runner/player.h"

namespace hubsim::contract {

class Redaction {
 public:
  /// `sent`: the text of the case, whose own values are public and stay.
  explicit Redaction(std::string sent, std::string portal_id = "")
      : sent_(std::move(sent)), portal_id_(std::move(portal_id)) {}

  [[nodiscard]] Json apply(const Json& value) const { return walk(value, "", false); }
  [[nodiscard]] std::string text(std::string_view plain) const;

 private:
  [[nodiscard]] Json walk(const Json& value, std::string_view key, bool personal) const;

  std::string sent_;
  std::string portal_id_;
};

/// Appends one exchange as a line of JSON in the form of contract_tests/recorded/exchanges.jsonl.
void record_exchange(const Exchange& exchange, std::size_t number, const std::string& portal_id,
                     std::ostream& out);

}  // namespace hubsim::contract
