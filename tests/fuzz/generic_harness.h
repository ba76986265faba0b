// What the fuzz target and the random walks share: any operation of the catalogue, those that the
// generic engine answers or all, with any body, and what must hold whatever it was: a known status,
// a well-formed answer, an error with a correlation id.
// Threads: one harness a thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/assert.h"
#include "common/json/json.h"
#include "hubspot/catalogue/catalogue.h"
#include "mock_server/gateway/gateway.h"

namespace hubsim::fuzz {

class GenericHarness {
 public:
  enum class Rows { generic, all };

  explicit GenericHarness(Rows wanted = Rows::generic)
      : world_({.tier = "enterprise", .limits_on = false}, facts(), clock_), gateway_(world_) {
    for (const auto& row : hubspot::catalogue()) {
      if (wanted == Rows::all || row.grade != hubspot::Grade::modelled) {
        rows_.push_back(&row);
      }
    }
    portal::Caller caller = world_.main_app().caller;
    caller.credential = hubspot::Credential::client_credentials;
    world_.apps().put_token(
        {.token = std::string(app_token), .caller = caller, .issued_at = clock_.now()});
  }

  [[nodiscard]] const std::vector<const hubspot::OperationRow*>& rows() const { return rows_; }
  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// `pick` chooses among ids that were answered before.
  http::Response call(const hubspot::OperationRow& row, std::string body, std::uint64_t pick) {
    clock_.set(clock_.now() + std::chrono::milliseconds(700));
    http::Request request{.method = row.method,
                          .target = target_of(row, pick),
                          .headers = {{"accept", "application/json"}},
                          .body = std::move(body)};
    authorize(row, request);
    if (row.request_type.starts_with("multipart/")) {
      request.headers.emplace_back("content-type", "multipart/form-data; boundary=x");
    }
    http::Response response = gateway_.handle(request.view()).response;
    check(row, response);
    return response;
  }

 private:
  static constexpr std::string_view app_token = "client-credentials-of-the-walk";

  static std::shared_ptr<const hubspot::Facts> facts() {
    static const auto loaded = hubspot::load_facts();
    return loaded;
  }

  void authorize(const hubspot::OperationRow& row, http::Request& request) {
    using hubspot::Credential;
    const auto& app = world_.main_app();
    if (row.takes(Credential::private_app) || row.takes(Credential::oauth)) {
      request.headers.emplace_back("authorization", "Bearer " + app.access_token);
    } else if (row.takes(Credential::developer_key)) {
      request.target += "?hapikey=" + app.developer_api_key;
    } else {
      request.headers.emplace_back("authorization", "Bearer " + std::string(app_token));
    }
  }

  std::string target_of(const hubspot::OperationRow& row, std::uint64_t pick) const {
    std::string target;
    std::string_view path = row.path_template;
    while (!path.empty()) {
      const auto open = std::min(path.find('{'), path.size());
      target += path.substr(0, open);
      const auto close = path.find('}', open);
      if (close == std::string_view::npos) {
        break;
      }
      target += value_for(path.substr(open + 1, close - open - 1), pick);
      pick /= 8;
      path.remove_prefix(close + 1);
    }
    return target;
  }

  [[nodiscard]] std::string value_for(std::string_view param, std::uint64_t pick) const {
    if (param == "appId") {
      return std::to_string(world_.main_app().caller.app_id);
    }
    if (param.find("ObjectType") != std::string_view::npos || param.starts_with("objectType")) {
      return pick % 2 == 0 ? "contacts" : "0-2";
    }
    return pick % 8 == 7 ? "%00%2F.." : ids_[pick % ids_.size()];
  }

  void check(const hubspot::OperationRow& row, const http::Response& response) {
    static const std::set<int> known{200, 201, 202, 204, 207, 400, 401, 403, 404, 405, 409, 414};
    HUBSIM_ASSERT(known.contains(response.status));
    if (response.header("content-type") != "application/json;charset=utf-8" ||
        response.body.empty()) {
      return;
    }
    const auto body = json::parse(response.body);
    HUBSIM_ASSERT(body.ok());
    // OAuth's errors are those of RFC 6749, without one.
    const bool is_oauth = row.id.starts_with("oauth.") && body->contains("error_description");
    HUBSIM_ASSERT(response.status < 400 || is_oauth || body->contains("correlationId"));
    const Json* id = json::find(*body, "id");
    if (response.status < 300 && id != nullptr && !id->is_structured()) {
      ids_[next_id_++ % ids_.size()] = percent_encode(json::text_of(*id));
    }
  }

  ManualClock clock_{Instant(std::chrono::seconds(1'774'000'000))};
  gateway::World world_;
  gateway::Gateway gateway_;
  std::vector<const hubspot::OperationRow*> rows_;
  std::array<std::string, 7> ids_{"1", "2", "3", "4", "5", "6", "7"};
  std::size_t next_id_ = 0;
};

}  // namespace hubsim::fuzz
