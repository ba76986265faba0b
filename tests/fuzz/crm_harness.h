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
    check_emails();
    check_associations();
    check_ends();
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
    check_emails();
    check_associations();
    check_ends();
  }

  static void check_batch(const Json& body, int status) {
    HUBSIM_ASSERT(!body.contains("numErrors") ||
                  (status == 207 && body.at("errors").size() == body.at("numErrors")));
    HUBSIM_ASSERT(status != 207 || body.contains("numErrors"));
  }

  void check_emails() {
    const portal::ObjectType& contacts = *portal().find_type("contacts");
    const portal::PropertyIndex email = contacts.property_index("email").value();
    std::set<std::string> seen;
    std::size_t live = 0;
    for (const auto& record : portal().store(contacts.index()).slots()) {
      live += record->archived ? 0U : 1U;
      const std::string* value = record->archived ? nullptr : record->value(email);
      if (value != nullptr && !value->empty()) {
        HUBSIM_ASSERT(seen.insert(*value).second);
        HUBSIM_ASSERT(portal().find_by_unique(contacts.index(), email, *value) == record);
      }
    }
    HUBSIM_ASSERT(live == portal().store(contacts.index()).live_count());
  }

  /// Ids that were merged away lead to one record that is not; what is erased holds nothing; the
  /// counts that records show are those of their associations.
  void check_ends() {
    for (portal::TypeIndex type = 0; type < portal().type_count(); ++type) {
      for (const auto& record : portal().store(type).slots()) {
        HUBSIM_ASSERT(record->gone == portal::Gone::no || record->archived);
        HUBSIM_ASSERT(record->gone != portal::Gone::erased || record->values.empty());
        const auto meant = portal().resolve(type, record->id);
        HUBSIM_ASSERT(meant && meant->gone != portal::Gone::merged);
        HUBSIM_ASSERT(record->gone == portal::Gone::merged || meant == record);
      }
    }
    const portal::ObjectType& companies = *portal().find_type("companies");
    const auto count = companies.property_index("num_associated_contacts").value();
    const portal::TypeIndex contacts = portal().find_type("contacts")->index();
    for (const auto& record : portal().store(companies.index()).slots()) {
      const auto edges =
          portal().associations().list({companies.index(), record->id}, contacts, 0, SIZE_MAX);
      HUBSIM_ASSERT(portal().value_of(*record, count) == std::to_string(edges.size()));
    }
  }

  void check_associations() {
    for (portal::TypeIndex type = 0; type < portal().type_count(); ++type) {
      for (const auto& record : portal().store(type).slots()) {
        check_edges({type, record->id}, record->archived);
      }
    }
  }

  void check_edges(portal::Endpoint from, bool archived) {
    for (portal::TypeIndex to = 0; to < portal().type_count(); ++to) {
      for (const auto& item : portal().associations().list(from, to, 0, SIZE_MAX)) {
        HUBSIM_ASSERT(!archived && !item.type_ids.empty());
        const auto back = portal().associations().list({to, item.to_id}, from.type, from.id - 1, 1);
        HUBSIM_ASSERT(back.size() == 1 && back.front().to_id == from.id);
        HUBSIM_ASSERT(back.front().type_ids.size() == item.type_ids.size());
      }
    }
  }

  ManualClock clock_{Instant(std::chrono::seconds(1'774'000'000))};
  gateway::World world_;
  gateway::Gateway gateway_;
};

}  // namespace hubsim::fuzz
