// Operation: one hand-modelled API call. A file of this folder's areas registers three to eight of
// them; each is three short functions in one: parse, act on the Portal, render.
// Threads: called under the portal's lock; must not block. The context's views die with the call.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/registry.h"
#include "common/http/message.h"
#include "common/random/prng.h"
#include "mock_server/portal/apps.h"
#include "mock_server/portal/portal.h"

namespace hubsim::hubspot {
struct OperationRow;
}

namespace hubsim::operations {

using portal::Caller;

/// Asks the fault rules whether one input of a batch shall fail though the rest succeed (HubSpot's
/// 207); the key is the input's lineage or natural key.
using InputFault = std::function<bool(std::string_view key)>;

/// The account's calls of today, for its usage endpoint.
struct DailyUsage {
  int limit = 0;
  int used = 0;
  Instant resets_at{};
};

struct Context {
  portal::Portal& portal;
  /// The developer account's apps; calls that belong to an app act on `caller.app_id` of these.
  portal::Apps& apps;
  const Caller& caller;
  const http::RequestView& request;
  /// Path parameters by name, decoded: objectType, objectId, ...
  const std::vector<std::pair<std::string_view, std::string>>& path;
  const http::Query& query;
  Instant now;
  Prng& random;
  std::string_view correlation_id;
  std::uint64_t request_number = 0;
  InputFault input_fails;  ///< empty when no rule wants it
  std::function<DailyUsage()> daily_usage{};
  /// The request as the operation's key() has read it, kept for its run(): a body is parsed once.
  std::shared_ptr<const void> reading{};
  /// The catalogue's row of this call; null only in tests that call an operation by hand.
  const hubspot::OperationRow* row = nullptr;

  [[nodiscard]] std::string_view param(std::string_view name) const;
  /// The write context of this call: source INTEGRATION with the app's id (reference 4.4).
  [[nodiscard]] portal::WriteContext write() const;
};

struct Reply {
  int status = 200;
  std::string body;
  std::string location;  ///< path of the created resource, or a whole URI; empty for none
  std::string content_type = "application/json;charset=utf-8";
  std::size_t inputs = 1;  ///< size of the batch, for the request log
};

struct Operation {
  std::string name;  ///< id in the catalogue, e.g. "crm.objects.batch.upsert"
  Reply (*run)(Context&) = nullptr;
  /// The fault key (design 3a): lineage of the record, sorted lineages of a batch, filter and
  /// cursor of a search, natural key of a create. Must not change state.
  std::string (*key)(Context&) = nullptr;
};

using OperationRegistry = config::Registry<Operation>;

/// All operations; the call list is generated from the files of the area folders.
void register_all_operations(OperationRegistry& registry);

}  // namespace hubsim::operations
