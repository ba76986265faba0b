// What the CRM fuzz targets share: a HubSpot in this process, and what must hold after every call
// whatever the bytes were: a known status, a well-formed body, a dense history, no change behind an
// error, unique e-mails, associations that both ends know.
// Threads: one harness a thread.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "common/base/assert.h"
#include "common/json/json.h"
#include "mock_server/gateway/gateway.h"
#include "tests/fuzz/crm_invariants.h"

namespace hubsim::fuzz {

class CrmHarness {
 public:
  CrmHarness()
      : world_({.tier = "enterprise", .limits_on = false}, facts(), clock_), gateway_(world_) {}

  http::Response call(http::Method method, const std::string& target, std::string body = "") {
    clock_.set(clock_.now() + std::chrono::milliseconds(7));
    const http::Request request{
        .method = method,
        .target = target,
        .headers = {{"authorization", "Bearer " + world_.main_app().access_token},
                    {"accept", "application/json"}},
        .body = std::move(body)};
    const std::uint64_t before = portal().last_sequence();
    http::Response response = gateway_.handle(request.view()).response;
    check(response, before);
    return response;
  }

  portal::Portal& portal() { return world_.portal(); }

  /// As a person in the UI would: the API has no call for it.
  void restore(std::string_view type, portal::ObjectId id) {
    clock_.set(clock_.now() + std::chrono::milliseconds(7));
    (void)portal().restore(portal().find_type(type)->index(), id, {.now = clock_.now()});
    CrmInvariants(portal()).check();
  }

 private:
  static std::shared_ptr<const hubspot::Facts> facts() {
    static const auto loaded = hubspot::load_facts();
    return loaded;
  }

  void check(const http::Response& response, std::uint64_t before) {
    const std::set<int> known{200, 201, 204, 207, 400, 404, 405, 409, 414};
    HUBSIM_ASSERT(known.contains(response.status));
    const std::uint64_t after = portal().last_sequence();
    HUBSIM_ASSERT(response.status < 400 ? after >= before : after == before);
    HUBSIM_ASSERT(portal().changes_after(before, after).size() == after - before);
    if (response.header("content-type") == "application/json;charset=utf-8" &&
        !response.body.empty()) {
      const auto body = json::parse(response.body);
      HUBSIM_ASSERT(body.ok());
      HUBSIM_ASSERT(response.status < 400 || body->contains("correlationId"));
      check_batch(*body, response.status);
    }
    CrmInvariants(portal()).check();
  }

  static void check_batch(const Json& body, int status) {
    HUBSIM_ASSERT(!body.contains("numErrors") ||
                  (status == 207 && body.at("errors").size() == body.at("numErrors")));
    HUBSIM_ASSERT(status != 207 || body.contains("numErrors"));
  }

  ManualClock clock_{Instant(std::chrono::seconds(1'774'000'000))};
  gateway::World world_;
  gateway::Gateway gateway_;
};

}  // namespace hubsim::fuzz
