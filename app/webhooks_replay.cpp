// `hubsim webhooks replay`: recorded deliveries once more, in order.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "app/exit_codes.h"
#include "app/flags.h"
#include "app/serving.h"
#include "app/webhooks.h"
#include "app/webhooks_recording.h"
#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/signature.h"

namespace hubsim::app {

namespace {

constexpr const char* example =
    "FILE: what `hubsim webhooks listen --save` wrote, or the answer of\n"
    "      GET /_hubsim/v1/webhooks/deliveries (docs/webhooks.md says what that lacks)\n"
    "example:\n"
    "  hubsim webhooks replay seen.ndjson --to http://127.0.0.1:3000/webhooks\n"
    "  hubsim webhooks replay seen.ndjson --to http://127.0.0.1:3000/webhooks --fresh=false\n"
    "exit codes: 0 every answer was 2xx, 1 one was not, 2 usage or bad file, 4 nobody answers,\n"
    "            130 interrupted\n";

struct ReplayOptions {
  std::string url;
  MockIdentity identity;
  bool fresh = true;
  double speed = 0;  ///< 0: as fast as it is answered
  Duration timeout{0};
  net::TlsOptions tls{};
};

cxxopts::Options replay_flags() {
  cxxopts::Options options("hubsim webhooks replay", "Sends recorded deliveries again, in order.");
  auto add = options.add_options();
  add("file", "the recording", cxxopts::value<std::string>());
  add("to", "URL of the receiver", cxxopts::value<std::string>());
  add("secret", "the app's client secret (default: that of `hubsim mock`)",
      cxxopts::value<std::string>());
  add("fresh", "sign anew, for --to and now; =false keeps the old headers: a replay attack",
      cxxopts::value<bool>()->default_value("true"));
  add("speed", "x1 keeps the recorded gaps, x60 makes them sixty times shorter, max none",
      cxxopts::value<std::string>()->default_value("max"));
  add("timeout", "how long the receiver has", cxxopts::value<std::string>()->default_value("10s"));
  add_tls_flags(options);
  options.parse_positional({"file"});
  options.positional_help("FILE");
  return options;
}

Result<ReplayOptions> read_options(const cxxopts::ParseResult& values) {
  ReplayOptions options;
  if (values.count("file") == 0 || values.count("to") == 0) {
    return Failure{std::string("what, and where to? Write FILE and --to URL")};
  }
  options.url = values["to"].as<std::string>();
  options.identity = mock_identity();
  if (values.count("secret") > 0) {
    options.identity.client_secret = values["secret"].as<std::string>();
  }
  options.fresh = values["fresh"].as<bool>();
  const std::string speed = values["speed"].as<std::string>();
  if (speed != "max") {
    const auto factor =
        speed.starts_with('x') ? parse_double(speed.substr(1)) : std::optional<double>();
    if (!factor || !(*factor > 0) || *factor > 1e6) {
      return Failure{"--speed is x1, another factor such as x60, or max, not '" + speed + "'"};
    }
    options.speed = *factor;
  }
  const auto timeout = parse_duration(values["timeout"].as<std::string>());
  if (!timeout || *timeout <= Duration(0)) {
    return Failure{std::string("--timeout is a time with its unit, such as 10s")};
  }
  options.timeout = *timeout;
  options.tls = read_tls_flags(values);
  return options;
}

/// Of the connection, not of the delivery.
bool is_hop_header(std::string_view name) {
  constexpr std::string_view names[] = {"host", "content-length", "connection", "transfer-encoding",
                                        "expect"};
  return std::any_of(std::begin(names), std::end(names),
                     [&](std::string_view own) { return equals_ignoring_case(own, name); });
}

void set_header(net::Headers& headers, std::string_view name, std::string value) {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& pair) {
    return equals_ignoring_case(pair.first, name);
  });
  if (found != headers.end()) {
    found->second = std::move(value);
  } else {
    headers.emplace_back(name, std::move(value));
  }
}

void sign(webhooks::DeliveryRequest& request, const std::string& secret, Instant now) {
  const std::int64_t timestamp = to_unix_ms(now);
  set_header(request.headers, "x-hubspot-request-timestamp", std::to_string(timestamp));
  set_header(request.headers, "x-hubspot-signature", hubspot::signature_v1(secret, request.body));
  set_header(request.headers, "x-hubspot-signature-v3",
             hubspot::signature_v3(secret, {"POST", request.url, request.body}, timestamp));
  set_header(request.headers, "x-hubspot-signature-version", "v1");
}

webhooks::DeliveryRequest make_request(const Recorded& recorded, const ReplayOptions& options,
                                       Instant now) {
  if (recorded.events) {
    return render_again(*recorded.events, options.url, options.identity, now);
  }
  webhooks::DeliveryRequest request{.url = options.url, .body = recorded.delivery.body};
  for (const auto& header : recorded.delivery.headers) {
    if (!is_hop_header(header.first)) {
      request.headers.push_back(header);
    }
  }
  if (options.fresh && !recorded.forged) {
    sign(request, options.identity.client_secret, now);
  }
  return request;
}

/// False: interrupted.
bool wait(std::chrono::nanoseconds span, const sigset_t& signals) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span);
  const timespec limit{.tv_sec = seconds.count(), .tv_nsec = (span - seconds).count()};
  return sigtimedwait(&signals, nullptr, &limit) < 0;
}

int replay(const Recording& recording, const ReplayOptions& options) {
  const sigset_t signals = block_signals();
  const RealClock clock;
  const auto start = monotonic_now();
  const Instant first = recording.deliveries.empty() ? Instant() : recording.deliveries.front().at;
  Sender sender("replay", options.tls);
  for (const Recorded& recorded : recording.deliveries) {
    std::chrono::nanoseconds due{0};
    if (options.speed > 0) {
      const auto gap_us = static_cast<double>((recorded.at - first).count());
      due = Duration(static_cast<std::int64_t>(std::max(gap_us, 0.0) / options.speed));
    }
    const auto left = std::max(start + due - monotonic_now(), std::chrono::nanoseconds(0));
    if (!wait(left, signals)) {
      return exit_interrupted;
    }
    auto request = make_request(recorded, options, clock.now());
    request.timeout = options.timeout;
    if (!sender.post(request)) {
      break;
    }
  }
  std::printf("%zu of %zu deliveries sent\n", sender.sent(), recording.deliveries.size());
  return sender.exit_code();
}

}  // namespace

int webhooks_replay_main(int argc, char** argv) {
  cxxopts::Options flags = replay_flags();
  const Flags parsed = parse_flags(flags, argc, argv, example);
  if (parsed.exit_code) {
    return *parsed.exit_code;
  }
  const auto options = read_options(parsed.values);
  if (!options.ok()) {
    return webhooks_mistake("replay", options.error());
  }
  const auto recording = read_recording(parsed.values["file"].as<std::string>());
  if (!recording.ok()) {
    return webhooks_mistake("replay", recording.error());
  }
  for (const std::string& note : recording->notes) {
    std::fprintf(stderr, "hubsim webhooks replay: note: %s\n", note.c_str());
  }
  if (recording->from_journal && !options->fresh) {
    return webhooks_mistake("replay",
                            "this journal holds no signatures, so --fresh=false has nothing to "
                            "repeat; save GET webhooks/deliveries?requests=true, or record with "
                            "`hubsim webhooks listen --save`");
  }
  return replay(*recording, *options);
}

}  // namespace hubsim::app
