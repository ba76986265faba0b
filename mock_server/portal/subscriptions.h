// SubscriptionBook: the subscription types of a portal, and what each e-mail address has said to
// them: statuses, legal bases, and who wants no mail at all. A part of the portal: forms and the
// communication preferences API both write it.
// Threads: guarded by the portal's lock. Invariant: addresses are kept in lower case; at most
// max_addresses of them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/time/clock.h"
#include "mock_server/portal/part.h"

namespace hubsim::portal {

class Portal;

struct SubscriptionType {
  std::uint64_t id = 0;
  std::string name;
  std::string description;
  std::string purpose;
  std::string method;
  bool is_internal = false;
};

struct SubscriptionStatus {
  bool subscribed = false;
  std::string legal_basis;
  std::string explanation;
  std::string source;
  Instant at{};
};

class SubscriptionBook : public PartOf<SubscriptionBook> {
 public:
  static constexpr std::size_t max_addresses = 1'000'000;
  explicit SubscriptionBook(const Portal& portal);

  [[nodiscard]] const std::vector<SubscriptionType>& types() const noexcept { return types_; }
  [[nodiscard]] Instant created() const noexcept { return created_; }
  [[nodiscard]] const SubscriptionType* find(std::uint64_t id) const;

  /// What the address has said to that type; nothing: not specified.
  [[nodiscard]] std::optional<SubscriptionStatus> status(std::string_view address,
                                                         std::uint64_t type) const;
  /// Since when it wants nothing at all.
  [[nodiscard]] std::optional<Instant> opted_out(std::string_view address) const;

  enum class Outcome { changed, unchanged, resubscribed };
  /// Subscribing ends an opt-out of everything.
  Outcome set(std::string_view address, std::uint64_t type, SubscriptionStatus status);
  void opt_out(std::string_view address, Instant at);

 private:
  struct Address {
    std::map<std::uint64_t, SubscriptionStatus> statuses;
    std::optional<Instant> opted_out;
  };
  [[nodiscard]] const Address* known(std::string_view address) const;
  Address& kept(std::string_view address);

  std::vector<SubscriptionType> types_;
  Instant created_{};
  std::map<std::string, Address, std::less<>> addresses_;
};

}  // namespace hubsim::portal
