#include "app/mock_instance.h"

#include <malloc.h>

#include <algorithm>

#include "common/base/text.h"
#include "common/json/json.h"
#include "mock_server/control/automation_link.h"
#include "mock_server/control/control.h"
#include "mock_server/control/file_fetcher.h"
#include "mock_server/control/webhook_signals.h"
#include "mock_server/serve/server.h"
#include "mock_server/webhooks/emitter.h"
#include "mock_server/webhooks/http_transport.h"

namespace hubsim::app {

namespace {}  // namespace

/// The wiring: the only place where all the parts of the mock know each other.
struct MockInstance::Parts {
  explicit Parts(const MockOptions& options)
      : runtime(options.clock),
        world(options.world, hubspot::load_facts(), runtime.clock()),
        transport(runtime.loop()),
        emitter({.portal_id = world.portal().config().portal_id, .seed = world.config().seed},
                {.clock = runtime.clock(),
                 .timers = runtime.timers(),
                 .transport = transport,
                 .signature_clock = real_clock,
                 .rules =
                     [this](const faults::DeliveryFacts& facts) {
                       const auto account = world.find_account(facts.portal_id);
                       return (account ? *account : world.main()).faults().decide_delivery(facts);
                     },
                 .installed =
                     [this](std::uint64_t app_id, std::uint64_t portal_id) {
                       return world.apps().installed(app_id, portal_id);
                     }}),
        automation(world,
                   {.clock = runtime.clock(),
                    .timers = runtime.timers(),
                    .transport = transport,
                    .signature_clock = real_clock},
                   [this](std::uint64_t app_id) { return emitter.settings(app_id).tls; }),
        fetcher(world, runtime.loop()),
        gateway(world),
        control({world, runtime, emitter, runtime.clock().now(), &automation}, gateway),
        server({.host = options.host,
                .port = options.port,
                .threads = options.threads,
                .tls = options.tls.context},
               control) {
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
        fetcher.collect();
        control::deliver_signals(world, emitter);
      });
    });
    runtime.set_busy([this] {
      return emitter.in_flight() > 0 || automation.caller().in_flight() > 0 ||
             fetcher.in_flight() > 0;
    });
  }

  RealClock real_clock;
  control::Runtime runtime;
  gateway::World world;
  webhooks::HttpTransport transport;
  webhooks::Emitter emitter;
  control::AutomationLink automation;
  control::FileFetcher fetcher;
  gateway::Gateway gateway;
  control::Control control;
  serve::Server server;
};

MockInstance::MockInstance(MockOptions options)
    : options_(std::move(options)), parts_(std::make_unique<Parts>(options_)) {}

MockInstance::~MockInstance() { stop(); }

Status<> MockInstance::start() {
  // Else a worker's heap gives its top back after each large answer and asks for it again with the
  // next: a tenth of the CPU of a batch read.
  constexpr int kept_heap_bytes = 16 * 1024 * 1024;
  mallopt(M_TRIM_THRESHOLD, kept_heap_bytes);
  auto started = parts_->server.start();
  if (started.ok()) {
    parts_->runtime.start();
  }
  return started;
}

void MockInstance::stop() {
  parts_->server.stop();
  parts_->runtime.stop();
}

MockInfo MockInstance::info() const {
  const gateway::AppAccess& app = parts_->world.main_app();
  const std::string address = options_.host + ":" + std::to_string(parts_->server.port());
  const std::string url = "http://" + address;
  return {.url = url,
          .control_url = url + "/_hubsim/v1",
          .portal_id = parts_->world.portal().config().portal_id,
          .access_token = app.access_token,
          .app_id = app.caller.app_id,
          .client_id = app.client_id,
          .client_secret = app.client_secret,
          .developer_api_key = app.developer_api_key,
          .tls_url = options_.tls.context ? "https://" + address : "",
          .ca_file = options_.tls.ca_file};
}

std::string to_json_text(const MockInfo& info) {
  Json json = {{"url", info.url},
               {"control_url", info.control_url},
               {"portal_id", info.portal_id},
               {"access_token", info.access_token},
               {"app_id", info.app_id},
               {"client_id", info.client_id},
               {"client_secret", info.client_secret},
               {"developer_api_key", info.developer_api_key}};
  if (!info.tls_url.empty()) {
    json["tls_url"] = info.tls_url;
    json["ca_file"] = info.ca_file;
  }
  return json::dump(json, 2) + "\n";
}

Result<ListenAddress> parse_listen(std::string_view text) {
  const auto colon = text.rfind(':');
  const std::string_view host =
      colon == std::string_view::npos ? "127.0.0.1" : text.substr(0, colon);
  const auto port = parse_uint(colon == std::string_view::npos ? text : text.substr(colon + 1));
  if (!port || *port > 65'535 || host.empty()) {
    return Failure{"'" + std::string(text) +
                   "' is no address to listen on: write 127.0.0.1:8400, or 127.0.0.1:0 for a free "
                   "port"};
  }
  return ListenAddress{std::string(host), static_cast<std::uint16_t>(*port)};
}

}  // namespace hubsim::app
