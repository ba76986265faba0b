// What the control API's tests share: a world on a manual clock behind the control API, webhooks in
// memory, asked as a user would ask, without sockets. An answer of another status than expected
// ends the test.
// Threads: the runtime's own; a test runs on one.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

#include "hubspot/facts/facts.h"
#include "mock_server/control/automation_link.h"
#include "mock_server/control/control.h"
#include "mock_server/control/webhook_signals.h"
#include "mock_server/webhooks/memory_transport.h"

namespace hubsim::control {

struct ControlRig {
  ControlRig() {
    runtime.start();
    world.subscribe_portals([this](const portal::Portal& portal, const portal::Change& change) {
      emitter.on_change(portal, change);
    });
    world.apps().on_part_changed([this](std::uint64_t app_id) {
      emitter.configure(portal::signed_webhooks_of(world.apps(), app_id));
    });
    world.on_scheduled([this](Instant due) {
      runtime.timers().schedule(due, [this] {
        world.run_due();
        automation.collect();
        deliver_signals(world, emitter);
      });
    });
  }
  ControlRig(const ControlRig&) = delete;
  ControlRig& operator=(const ControlRig&) = delete;
  ~ControlRig() { runtime.stop(); }

  /// A call of the control API.
  Json call(http::Method method, const std::string& path, const std::string& body = "{}",
            int expected = 200) {
    return answer_of({.method = method, .target = std::string(control_prefix) + path, .body = body},
                     expected);
  }
  Json get(const std::string& path, int expected = 200) {
    return call(http::Method::get, path, "", expected);
  }
  Json post(const std::string& path, const std::string& body = "{}", int expected = 200) {
    return call(http::Method::post, path, body, expected);
  }
  Json put(const std::string& path, const std::string& body, int expected = 200) {
    return call(http::Method::put, path, body, expected);
  }
  void remove(const std::string& path, int expected = 204) {
    (void)call(http::Method::del, path, "", expected);
  }
  /// What a call refused with that status says.
  std::string error(http::Method method, const std::string& path, const std::string& body,
                    int status) {
    return call(method, path, body, status).value("error", "");
  }

  /// A call of HubSpot's API.
  Json crm(const std::string& token, http::Method method, const std::string& target,
           const std::string& body, int expected) {
    http::Request request{.method = method, .target = target, .body = body};
    request.headers = {{"Authorization", "Bearer " + token}, {"Accept", "application/json"}};
    return answer_of(request, expected);
  }

  void advance(const std::string& by) { (void)post("clock/advance", R"({"by":")" + by + R"("})"); }

  Runtime runtime{{.mode = ClockMode::manual}};
  gateway::World world{{.seed = 1, .limits_on = false}, hubspot::load_facts(), runtime.clock()};
  gateway::Gateway gateway{world};
  /// What receivers answer.
  std::function<webhooks::DeliveryResult(const webhooks::DeliveryRequest&)> answer =
      [](const webhooks::DeliveryRequest&) { return webhooks::DeliveryResult{.status = 204}; };
  webhooks::MemoryTransport transport{
      [this](const webhooks::DeliveryRequest& request) { return answer(request); }};
  webhooks::Emitter emitter{{.portal_id = 1},
                            {.clock = runtime.clock(),
                             .timers = runtime.timers(),
                             .transport = transport,
                             .signature_clock = runtime.clock(),
                             .rules = [this](const faults::DeliveryFacts& facts) {
                               return world.faults().decide_delivery(facts);
                             }}};
  AutomationLink automation{world,
                            {.clock = runtime.clock(),
                             .timers = runtime.timers(),
                             .transport = transport,
                             .signature_clock = runtime.clock()}};
  Control control{{world, runtime, emitter, runtime.clock().now(), &automation}, gateway};

 private:
  Json answer_of(const http::Request& request, int expected) {
    const auto outcome = control.handle(request.view());
    if (outcome.response.status != expected) {
      throw std::runtime_error(request.target + " " + request.body + " answers " +
                               std::to_string(outcome.response.status) + ": " +
                               outcome.response.body);
    }
    return outcome.response.body.empty() ? Json() : json::parse(outcome.response.body).value();
  }
};

}  // namespace hubsim::control
