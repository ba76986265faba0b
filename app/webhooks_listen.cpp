// `hubsim webhooks listen`: a receiver that shows what it gets.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <mutex>

#include "app/exit_codes.h"
#include "app/flags.h"
#include "app/mock_instance.h"
#include "app/serving.h"
#include "app/throwaway_tls.h"
#include "app/webhooks.h"
#include "common/time/format.h"
#include "mock_server/serve/server.h"

namespace hubsim::app {

namespace {

constexpr const char* example =
    "example:\n"
    "  hubsim webhooks listen --save seen.ndjson\n"
    "  hubsim webhooks send contact.propertyChange --to http://127.0.0.1:8500/\n"
    "exit codes: 0 after --count deliveries or Ctrl-C, 2 usage, 4 cannot listen,\n"
    "            130 Ctrl-C before --count deliveries\n";
constexpr int failure_status = 500;
constexpr std::size_t shown_value_bytes = 200;

struct ListenOptions {
  ListenAddress address;
  std::string secret;
  std::string url;  ///< empty: as the request says
  bool tls = false;
  std::string ca_file;
  int status = 204;
  Duration delay{0};
  std::uint64_t fail_first = 0;
  std::uint64_t count = 0;  ///< 0: until interrupted
};

/// On one line and not without end; quoted when it holds line ends or other control characters.
std::string shown(const Json& value) {
  std::string text = json::text_of(value);
  if (text.size() > shown_value_bytes) {
    std::size_t end = shown_value_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
      --end;  // not in the middle of a character
    }
    text = fmt::format("{}... ({} bytes)", text.substr(0, end), text.size());
  }
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  return control ? json::dump(Json(text)) : text;
}

std::string field(const Json& event, std::string_view key) {
  const Json* value = json::find(event, key);
  return value == nullptr ? std::string("-") : shown(*value);
}

/// What happened, after type and object: "email=a@b.org", "CREATED", "101 -> 201".
std::string describe_change(const Json& event) {
  if (json::find(event, "propertyName") != nullptr) {
    return field(event, "propertyName") + "=" + field(event, "propertyValue");
  }
  if (json::find(event, "fromObjectId") == nullptr) {
    return field(event, "changeFlag");
  }
  const bool generic = json::find(event, "associationTypeId") != nullptr;
  const std::string removed = field(event, "associationRemoved") == "true" ? " removed" : "";
  return fmt::format("-> {} {}{}", field(event, "toObjectId"),
                     field(event, generic ? "associationTypeId" : "associationType"), removed);
}

std::string describe_event(const Json& event) {
  if (!event.is_object()) {
    return "  NOT AN EVENT: " + shown(event) + "\n";
  }
  const Json* at = json::find(event, "occurredAt");
  const bool timed = at != nullptr && at->is_number_integer();
  const bool association = json::find(event, "fromObjectId") != nullptr;
  return fmt::format("  {}  attempt {}  {}  {}  {}\n",
                     timed ? format_iso8601(from_unix_ms(at->get<std::int64_t>())) : "-",
                     field(event, "attemptNumber"), field(event, "subscriptionType"),
                     field(event, association ? "fromObjectId" : "objectId"),
                     describe_change(event));
}

std::string describe_events(const std::string& body) {
  const auto events = json::parse(body);
  if (!events.ok()) {
    return fmt::format("  NOT JSON: {} at line {}, column {}, of {} bytes\n",
                       events.error().message, events.error().line, events.error().column,
                       body.size());
  }
  if (!events->is_array()) {
    return "  NOT AN ARRAY: HubSpot always sends one\n";
  }
  std::string lines;
  for (const Json& event : *events) {
    lines += describe_event(event);
  }
  return lines;
}

/// Answers every POST as told; anything else is no delivery and gets 405.
class Receiver final : public gateway::Handler {
 public:
  Receiver(ListenOptions options, std::ofstream* save)
      : options_(std::move(options)), save_(save) {}

  [[nodiscard]] gateway::Outcome handle(const http::RequestView& request) override {
    if (request.method != http::Method::post) {
      gateway::Outcome refusal;
      refusal.response = {.status = 405, .body = "webhooks come by POST\n"};
      return refusal;
    }
    const Delivery delivery = take(request);
    const std::lock_guard lock(mutex_);
    const std::uint64_t number = ++received_;
    const int status = number <= options_.fail_first ? failure_status : options_.status;
    print(delivery, number, status);
    if (save_ != nullptr && *save_) {
      save(delivery);
    }
    gateway::Outcome outcome;
    outcome.response.status = status;
    outcome.wire.delay = options_.delay;
    outcome.request_number = number;
    return outcome;
  }

  void sent(const gateway::Sent& sent) override {
    const std::lock_guard lock(mutex_);
    if (sent.request_number != 0 && ++answered_ == options_.count) {
      ::kill(::getpid(), SIGUSR1);  // wakes main, which waits for signals
    }
  }

 private:
  [[nodiscard]] Delivery take(const http::RequestView& request) const {
    std::string target(request.path);
    if (!request.query.empty()) {
      target.append("?").append(request.query);
    }
    Delivery delivery{.at = clock_.now(), .body = std::string(request.body)};
    for (const auto& [name, value] : request.headers) {
      delivery.headers.emplace_back(name, value);
    }
    const std::string scheme = options_.tls ? "https://" : "http://";
    delivery.url = options_.url.empty() ? scheme + std::string(delivery.header("host")) + target
                                        : options_.url;
    return delivery;
  }

  void save(const Delivery& delivery) {
    *save_ << json::dump(to_json(delivery)) << "\n";
    if (!save_->flush()) {
      webhooks_mistake("listen", "--save: writing failed (disk full?); nothing more is saved");
    }
  }

  void print(const Delivery& delivery, std::uint64_t number, int status) const {
    SignatureCheck check{.v1 = "not checked", .v3 = "not checked"};
    if (!options_.secret.empty()) {
      check = check_signatures(delivery, options_.secret, clock_.now());
    }
    std::printf("%s  #%llu  v1 %s  v3 %s  -> %d\n%s", format_iso8601(delivery.at).c_str(),
                static_cast<unsigned long long>(number), check.v1.c_str(), check.v3.c_str(), status,
                describe_events(delivery.body).c_str());
    std::fflush(stdout);
  }

  const ListenOptions options_;
  std::ofstream* save_;
  RealClock clock_;
  std::mutex mutex_;
  std::uint64_t received_ = 0;
  std::uint64_t answered_ = 0;
};

cxxopts::Options listen_flags() {
  cxxopts::Options options("hubsim webhooks listen", "Prints each delivery and checks it.");
  auto add = options.add_options();
  add("listen", "address and port; port 0 picks a free one",
      cxxopts::value<std::string>()->default_value("127.0.0.1:8500"));
  add("secret", "the app's client secret (default: that of `hubsim mock`); '' checks nothing",
      cxxopts::value<std::string>());
  add("url", "the app's target URL, where a tunnel or proxy turns it into ours",
      cxxopts::value<std::string>()->default_value(""));
  add("tls", "speak https, with a throw-away certificate", cxxopts::value<bool>());
  add("ca-file", "with --tls: where the certificate for senders to trust is written",
      cxxopts::value<std::string>()->default_value(default_ca_file));
  add("status", "of every answer", cxxopts::value<int>()->default_value("204"));
  add("delay", "before every answer, such as 300ms",
      cxxopts::value<std::string>()->default_value("0ms"));
  add("fail-first", "answer that many deliveries with 500 before",
      cxxopts::value<std::uint64_t>()->default_value("0"));
  add("save", "append each delivery as a line to this file", cxxopts::value<std::string>());
  add("count", "end after that many deliveries", cxxopts::value<std::uint64_t>());
  add("ready-file", "written, whole, once it listens: {\"url\"}, with --tls \"ca_file\" too",
      cxxopts::value<std::string>());
  return options;
}

Result<ListenOptions> read_options(const cxxopts::ParseResult& values) {
  ListenOptions options;
  const auto address = parse_listen(values["listen"].as<std::string>());
  if (!address.ok()) {
    return Failure{address.error()};
  }
  options.address = *address;
  options.secret = values.count("secret") > 0 ? values["secret"].as<std::string>()
                                              : mock_identity().client_secret;
  options.url = values["url"].as<std::string>();
  options.tls = values.count("tls") > 0 && values["tls"].as<bool>();
  options.ca_file = values["ca-file"].as<std::string>();
  options.status = values["status"].as<int>();
  if (options.status < 200 || options.status > 599) {
    return Failure{std::string("--status is 200 to 599")};
  }
  const auto delay = parse_duration(values["delay"].as<std::string>());
  if (!delay || *delay < Duration(0) || *delay > std::chrono::hours(1)) {
    return Failure{std::string("--delay is a time of at most 1h with its unit, such as 300ms")};
  }
  options.delay = *delay;
  options.fail_first = values["fail-first"].as<std::uint64_t>();
  if (values.count("count") > 0) {
    options.count = values["count"].as<std::uint64_t>();
    if (options.count == 0) {
      return Failure{std::string("--count is at least 1; without it, Ctrl-C ends")};
    }
  }
  return options;
}

int serve_until_done(const ListenOptions& options, std::ofstream* save, const std::string& ready) {
  const sigset_t signals = block_signals({SIGUSR1});
  Receiver receiver(options, save);
  ThrowawayTls tls;
  if (options.tls) {
    auto made = make_throwaway_tls(options.address.host, options.ca_file);
    if (!made.ok()) {
      return webhooks_mistake("listen", made.error());
    }
    tls = std::move(*made);
  }
  serve::Server server({.host = options.address.host,
                        .port = options.address.port,
                        .threads = 1,
                        .tls = tls.context,
                        .tls_only = options.tls},
                       receiver);
  const auto started = server.start();
  if (!started.ok()) {
    webhooks_mistake("listen", started.error());
    return exit_unreachable;
  }
  const std::string url = fmt::format("{}://{}:{}/", options.tls ? "https" : "http",
                                      options.address.host, server.port());
  Json info = {{"url", url}};
  std::printf("listening at %s; stop it with Ctrl-C\n", url.c_str());
  if (options.tls) {
    info["ca_file"] = tls.ca_file;
    std::printf("senders are to trust %s (--ca-file, or ca_file of PUT webhooks)\n",
                tls.ca_file.c_str());
  }
  std::fflush(stdout);
  if (!ready.empty() && !write_ready_file(ready, json::dump(info) + "\n")) {
    return webhooks_mistake("listen", "cannot write the ready file '" + ready + "'");
  }
  int signal = 0;
  sigwait(&signals, &signal);
  server.stop();
  return signal != SIGUSR1 && options.count > 0 ? exit_interrupted : exit_pass;
}

}  // namespace

int webhooks_listen_main(int argc, char** argv) {
  cxxopts::Options flags = listen_flags();
  const Flags parsed = parse_flags(flags, argc, argv, example);
  if (parsed.exit_code) {
    return *parsed.exit_code;
  }
  const auto& values = parsed.values;
  const auto options = read_options(values);
  if (!options.ok()) {
    return webhooks_mistake("listen", options.error());
  }
  std::ofstream save;
  if (values.count("save") > 0) {
    const std::string path = values["save"].as<std::string>();
    save.open(path, std::ios::binary | std::ios::app);
    if (!save) {
      return webhooks_mistake("listen", "cannot write '" + path + "'");
    }
  }
  return serve_until_done(
      *options, values.count("save") > 0 ? &save : nullptr,
      values.count("ready-file") > 0 ? values["ready-file"].as<std::string>() : std::string());
}

}  // namespace hubsim::app
