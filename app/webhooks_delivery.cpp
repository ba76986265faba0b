// Deliveries as values: saved and read back, checked, posted.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "app/exit_codes.h"
#include "app/webhooks.h"
#include "common/base/text.h"
#include "common/net/url.h"
#include "common/time/format.h"
#include "hubspot/facts/facts.h"
#include "hubspot/rules/signature.h"
#include "mock_server/gateway/world.h"

namespace hubsim::app {

namespace {

/// A receiver refuses what was signed longer ago (behaviour reference 8.5, documented).
constexpr std::chrono::minutes signature_lifetime{5};

std::string check_v1(const Delivery& delivery, std::string_view secret) {
  const std::string_view given = delivery.header("x-hubspot-signature");
  if (given.empty()) {
    return "missing";
  }
  const std::string_view version = delivery.header("x-hubspot-signature-version");
  if (!version.empty() && version != "v1") {
    return fmt::format("not checked: version {} is not what app webhooks carry", version);
  }
  return given == hubspot::signature_v1(secret, delivery.body)
             ? "ok"
             : "WRONG: another secret, or the body was changed";
}

bool v3_fits(const Delivery& delivery, std::string_view secret, std::string_view url) {
  const auto timestamp = parse_int(delivery.header("x-hubspot-request-timestamp"));
  return timestamp && delivery.header("x-hubspot-signature-v3") ==
                          hubspot::signature_v3(secret, {"POST", url, delivery.body}, *timestamp);
}

/// URLs the app may have as its target when ours does not fit: what a tunnel, a proxy or a
/// forgotten query turn into ours.
std::vector<std::string> likely_urls(const Delivery& delivery) {
  const auto parts = net::parse_url(delivery.url);
  if (!parts.ok()) {
    return {};
  }
  const std::string forwarded(delivery.header("x-forwarded-host"));
  std::vector<std::string> urls;
  for (const std::string& host : {parts->authority(), forwarded}) {
    for (const char* scheme : {"https://", "http://"}) {
      const std::string origin = scheme + host;
      const std::string path = parts->target.substr(0, parts->target.find('?'));
      urls.insert(urls.end(), {origin + parts->target, origin + path, origin + path + "/"});
      if (path.ends_with('/')) {
        urls.push_back(origin + path.substr(0, path.size() - 1));
      }
    }
  }
  return urls;
}

std::string explain_v3(const Delivery& delivery, std::string_view secret, bool v1_fits) {
  for (const std::string& url : likely_urls(delivery)) {
    if (v3_fits(delivery, secret, url)) {
      return fmt::format("WRONG URL: signed for {}, came to {} (see --url)", url, delivery.url);
    }
  }
  if (v1_fits) {  // so the secret and the body are right
    return fmt::format("WRONG URL, or a changed timestamp: not signed for {} (see --url)",
                       delivery.url);
  }
  return "WRONG: another secret, or the body was changed";
}

std::string check_v3(const Delivery& delivery, std::string_view secret, Instant now) {
  const auto timestamp = parse_int(delivery.header("x-hubspot-request-timestamp"));
  if (delivery.header("x-hubspot-signature-v3").empty()) {
    return "missing";
  }
  if (!timestamp) {
    return "WRONG: no x-hubspot-request-timestamp in milliseconds";
  }
  if (!v3_fits(delivery, secret, delivery.url)) {
    const bool v1_fits =
        delivery.header("x-hubspot-signature") == hubspot::signature_v1(secret, delivery.body);
    return explain_v3(delivery, secret, v1_fits);
  }
  constexpr std::int64_t lifetime_ms = signature_lifetime / std::chrono::milliseconds(1);
  const std::int64_t now_ms = to_unix_ms(now);
  if (*timestamp < now_ms - lifetime_ms) {
    return fmt::format("STALE TIMESTAMP: rightly signed, but {} s ago, over the 300 s allowed",
                       (now_ms - *timestamp) / 1000);
  }
  if (*timestamp > now_ms + lifetime_ms) {
    return fmt::format("WRONG TIMESTAMP: rightly signed, but {} s ahead of this clock",
                       (*timestamp - now_ms) / 1000);
  }
  return "ok";
}

}  // namespace

std::string_view Delivery::header(std::string_view name) const noexcept {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& pair) {
    return equals_ignoring_case(pair.first, name);
  });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

Json to_json(const Delivery& delivery) {
  Json headers = Json::array();
  for (const auto& [name, value] : delivery.headers) {
    headers.push_back({name, value});
  }
  Json json = {{"at_ms", to_unix_ms(delivery.at)},
               {"url", delivery.url},
               {"headers", std::move(headers)},
               {"body", delivery.body}};
  const auto read_back = json::parse(json::dump(json["body"]));
  if (!read_back.ok() || *read_back != json["body"]) {
    json["body_exact"] = false;
  }
  return json;
}

Result<Delivery> delivery_from_json(const Json& line) {
  const Json* at = json::find(line, "at_ms");
  const Json* headers = json::find(line, "headers");
  const Json* body = json::find(line, "body");
  if (at == nullptr || !at->is_number_integer() || headers == nullptr || !headers->is_array() ||
      body == nullptr || !body->is_string()) {
    return Failure{std::string(
        "no delivery: expected {\"at_ms\",\"url\",\"headers\":[[name,value]],\"body\"} as "
        "`hubsim webhooks listen --save` writes it")};
  }
  Delivery delivery{.at = from_unix_ms(at->get<std::int64_t>()), .body = body->get<std::string>()};
  if (const Json* url = json::find(line, "url")) {
    delivery.url = json::text_of(*url);
  }
  for (const Json& header : *headers) {
    if (!header.is_array() || header.size() != 2 || !header[0].is_string() ||
        !header[1].is_string()) {
      return Failure{"headers: expected [name, value], not " + json::dump(header)};
    }
    delivery.headers.emplace_back(header[0].get<std::string>(), header[1].get<std::string>());
  }
  return delivery;
}

SignatureCheck check_signatures(const Delivery& delivery, std::string_view secret, Instant now) {
  return {.v1 = check_v1(delivery, secret), .v3 = check_v3(delivery, secret, now)};
}

MockIdentity mock_identity() {
  const RealClock clock;
  gateway::World world({}, hubspot::load_facts(), clock);
  return {.portal_id = world.portal().config().portal_id,
          .app_id = world.main_app().caller.app_id,
          .client_secret = world.main_app().client_secret};
}

void add_tls_flags(cxxopts::Options& options) {
  auto add = options.add_options();
  add("ca-file", "PEM certificates an https receiver is checked against (default: the system's)",
      cxxopts::value<std::string>()->default_value(""));
  add("insecure", "take any certificate of an https receiver", cxxopts::value<bool>());
}

net::TlsOptions read_tls_flags(const cxxopts::ParseResult& values) {
  const bool insecure = values.count("insecure") > 0 && values["insecure"].as<bool>();
  return {.ca_file = values["ca-file"].as<std::string>(), .verify = !insecure};
}

bool Sender::fail(const net::ClientResult& result, const std::string& url) {
  std::fprintf(stderr, "hubsim webhooks %s: %s: %s\n", command_.c_str(), url.c_str(),
               result.error_text.c_str());
  if (result.error == net::ErrorKind::bad_request) {
    exit_code_ = exit_usage;
    return false;
  }
  if (!result.may_have_arrived()) {
    exit_code_ = exit_unreachable;
    return false;
  }
  exit_code_ = exit_fail;
  ++sent_;
  return true;
}

bool Sender::post(const webhooks::DeliveryRequest& request) {
  const auto result = client_.send({.url = request.url,
                                    .method = "POST",
                                    .headers = request.headers,
                                    .body = request.body,
                                    .timeout = request.timeout,
                                    .tls = tls_});
  if (!result.ok()) {
    return fail(result, request.url);
  }
  ++sent_;
  const auto ack = result.stamps.done - result.stamps.sent_last;
  const bool success = result.status >= 200 && result.status < 300;
  std::string line = fmt::format("{} in {:.1f} ms", result.status,
                                 std::chrono::duration<double, std::milli>(ack).count());
  if (!success) {
    exit_code_ = exit_fail;
    line += result.body.empty() ? "  (no body)" : "  " + result.body;
  }
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
  return true;
}

}  // namespace hubsim::app
