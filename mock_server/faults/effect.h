// What fault rules are asked about and what they answer: one API call, or one webhook event.
// Threads: plain values. Effects of several rules merge: delays add up; of those that replace the
// answer or break the wire the first rule in order of put wins, the others are counted as shadowed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"
#include "common/http/wire_plan.h"
#include "common/time/clock.h"

namespace hubsim::faults {

struct CallFacts {
  std::string_view operation;  ///< name in the catalogue, e.g. "crm.objects.batch.upsert"
  std::string_view method;     ///< "POST"
  std::string_view path;       ///< without the query
  std::uint64_t app_id = 0;
  Instant now{};
  std::string_view correlation_id;  ///< for the error bodies
};

/// The faults among the inputs of one batch. Lives as long as the portal's lock is held.
class InputFaults {
 public:
  InputFaults() = default;
  InputFaults(const InputFaults&) = delete;
  InputFaults& operator=(const InputFaults&) = delete;
  virtual ~InputFaults() = default;
  /// Asked once for each input; `key` is its lineage or natural key.
  virtual bool fails(std::string_view key) = 0;
  /// Rules that failed at least one input so far.
  [[nodiscard]] virtual const std::vector<std::string>& rule_ids() const = 0;
};

struct CallEffect {
  /// False: the operation is not carried out (answer replaced, reset before commit, hang, ...).
  bool run_operation = true;
  /// Goes out in place of the operation's own answer, also where the operation was carried out:
  /// that is commit-then-fail. Has no headers of the gateway's (correlation id, limits).
  std::optional<http::Response> answer;
  /// Delay and breakage; ending `complete` where no rule broke it.
  http::WirePlan wire;
  /// Null unless a rule wants to fail inputs of batches.
  std::unique_ptr<InputFaults> inputs;
  /// Rules that hit this call, without those of `inputs`.
  std::vector<std::string> rule_ids;
};

struct DeliveryFacts {
  std::string_view subscription_type;  ///< "contact.propertyChange"; matched by match.operation
  std::string_view lineage;
  std::string_view property_name;  ///< empty unless a propertyChange
  std::uint64_t app_id = 0;
  std::uint64_t portal_id = 0;
  Instant occurred_at{};
  /// The rule that is being asked; filled in by the rule book.
  struct AskedRule {
    std::string_view id;
    Instant from{};
    Instant until{};  ///< zero: open
  } rule{};
};

enum class Forgery {
  wrong_secret,     ///< signed with a secret that is not the app's
  stale_timestamp,  ///< rightly signed, with a timestamp more than five minutes old
  wrong_signature,  ///< the right secret, but both signatures are damaged
  replay            ///< an old delivery sent again, with its old timestamp and signatures
};
[[nodiscard]] std::string_view forgery_name(Forgery forgery) noexcept;
[[nodiscard]] std::optional<Forgery> find_forgery(std::string_view name) noexcept;

/// What is wrong with a request that is rightly signed.
enum class Malformation {
  truncated,           ///< the body ends in the middle of the JSON
  oversized,           ///< more events than the 100 that HubSpot ever sends
  unknown_event_type,  ///< a subscriptionType nobody has heard of
  unknown_fields       ///< keys in the events that HubSpot does not document
};
[[nodiscard]] std::string_view malformation_name(Malformation malformation) noexcept;
[[nodiscard]] std::optional<Malformation> find_malformation(std::string_view name) noexcept;

/// What happens to one event. `drop` loses it with its copies, and with it the delivery a replay
/// would repeat; what is sent beside the event is sent all the same, and is never held.
struct DeliveryEffect {
  bool drop = false;
  Duration delay{0};
  struct Copy {
    Duration after{0};
    bool new_event_id = false;
  };
  std::vector<Copy> copies;
  struct Forged {
    Forgery how = Forgery::wrong_secret;
    /// Planted in the forged event: "forged-<16 hex>", the same for the same seed and key.
    std::string value;
    std::string rule_id;
  };
  std::vector<Forged> forged;
  /// The delivery that first carries the event whole comes again.
  struct Replay {
    Duration after{0};
    std::string rule_id;
    bool operator==(const Replay&) const = default;
  };
  std::vector<Replay> replays;
  /// `truncated` bends the event's own first delivery; the others come beside it.
  struct Malformed {
    Malformation how = Malformation::truncated;
    std::string rule_id;
  };
  std::vector<Malformed> malformed;
  /// Kept back until each of these has been released or has come to its end.
  struct Hold {
    std::string rule_id;
    Instant until{};  ///< zero: open
  };
  std::vector<Hold> holds;
  /// Rules that bent the event itself or its copies; what comes beside it names its own.
  std::vector<std::string> rule_ids;
};

}  // namespace hubsim::faults
