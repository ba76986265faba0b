// Recorder: writes exchanges with a HubSpot, without what a recording of the real one must not
// hold: tokens, secrets, the portal's id, e-mail addresses and personal values that the case itself
// did not send. Replaced consistently, so that what belongs together still matches. Threads: one
// recorder, one thread. Invariant: a secret that was met once, wherever, is in no line written from
// then on.
#pragma once

#include <iosfwd>
#include <set>
#include <string>

#include "contract_tests/runner/player.h"

namespace hubsim::contract {

using Secrets = std::set<std::string>;

class Redaction {
 public:
  /// `sent`: the text of the case, whose own values are public and stay.
  explicit Redaction(std::string sent, std::string portal_id = "", Secrets secrets = {})
      : sent_(std::move(sent)), portal_id_(std::move(portal_id)), secrets_(std::move(secrets)) {}

  [[nodiscard]] Json apply(const Json& value) const { return walk(value, "", false); }
  [[nodiscard]] std::string text(std::string_view plain) const;
  /// `name=value&…`, as queries and forms are written.
  [[nodiscard]] std::string fields(std::string_view plain) const;
  /// A target or an address: path and query.
  [[nodiscard]] std::string address(std::string_view plain) const;

 private:
  [[nodiscard]] Json walk(const Json& value, std::string_view key, bool personal) const;
  [[nodiscard]] bool is_secret(std::string_view key, std::string_view value) const;

  std::string sent_;
  std::string portal_id_;
  Secrets secrets_;
};

class Recorder {
 public:
  explicit Recorder(std::ostream& out) : out_(out) {}

  /// Appends a line in the form of contract_tests/recorded/exchanges.jsonl. `names`: the target's.
  void add(const Exchange& exchange, const Variables& names);

 private:
  void learn(const Exchange& exchange, const Variables& names);
  void learn(std::string_view key, const Json& value);
  void learn_fields(std::string_view fields);
  void keep(const std::string& secret);

  std::ostream& out_;
  std::size_t number_ = 0;
  std::string sent_;  ///< of the exchange at hand
  Secrets secrets_;
};

}  // namespace hubsim::contract
