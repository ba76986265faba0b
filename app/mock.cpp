// `hubsim mock`: serves a simulated HubSpot until interrupted.
#include <algorithm>
#include <csignal>
#include <cstdio>

#include "app/commands.h"
#include "app/coverage.h"
#include "app/flags.h"
#include "app/mock_instance.h"
#include "app/openapi.h"
#include "app/serving.h"

namespace hubsim::app {

namespace {

constexpr const char* example =
    "example:\n"
    "  hubsim mock --listen 127.0.0.1:8400\n"
    "  curl -H 'Authorization: Bearer <the token it prints>' \\\n"
    "       http://127.0.0.1:8400/crm/v3/objects/contacts\n";

void print_banner(const MockInfo& info) {
  std::printf(
      "hubsim: a simulated HubSpot at %s (portal %llu)\n"
      "  access token  %s\n"
      "  client secret %s\n"
      "  Node    new Client({ basePath: '%s', accessToken: '...' })   // @hubspot/api-client\n"
      "  Python  configuration.host = '%s'                            # hubspot-api-client\n"
      "  control %s/health, .../faults, .../history (docs/control-api.md)\n"
      "  stop it with Ctrl-C\n",
      info.url.c_str(), static_cast<unsigned long long>(info.portal_id), info.access_token.c_str(),
      info.client_secret.c_str(), info.url.c_str(), info.url.c_str(), info.control_url.c_str());
  if (!info.tls_url.empty()) {
    std::printf("  https   %s, for clients that trust %s\n", info.tls_url.c_str(),
                info.ca_file.c_str());
  }
  std::fflush(stdout);
}

int usage_error(const std::string& message) {
  std::fprintf(stderr, "hubsim mock: %s\n", message.c_str());
  return exit_usage;
}

bool is_tier(const std::string& name) {
  const auto facts = hubspot::load_facts();
  return std::any_of(facts->private_app_limits.begin(), facts->private_app_limits.end(),
                     [&](const auto& limits) { return limits.tier == name; });
}

Result<MockOptions> read_options(const cxxopts::ParseResult& values) {
  MockOptions options;
  const auto address = parse_listen(values["listen"].as<std::string>());
  if (!address.ok()) {
    return Failure{address.error()};
  }
  options.host = address->host;
  options.port = address->port;
  const auto clock = control::parse_clock(values["clock"].as<std::string>());
  if (!clock.ok()) {
    return Failure{clock.error()};
  }
  options.clock = *clock;
  options.threads = values["threads"].as<int>();
  options.world.seed = values["seed"].as<std::uint64_t>();
  options.world.tier = values["tier"].as<std::string>();
  const std::string limits = values["limits"].as<std::string>();
  const std::string app = values["app"].as<std::string>();
  if (limits != "hubspot" && limits != "off") {
    return Failure{"--limits is hubspot or off, not '" + limits + "'"};
  }
  if (app != "private" && app != "oauth") {
    return Failure{"--app is private or oauth, not '" + app + "'"};
  }
  if (!is_tier(options.world.tier)) {
    return Failure{"--tier is free, starter, professional or enterprise, not '" +
                   options.world.tier + "'"};
  }
  if (options.threads < 1 || options.threads > 64) {
    return Failure{std::string("--threads is 1 to 64")};
  }
  const bool chosen = values.count("option") > 0;
  for (const std::string& option :
       chosen ? values["option"].as<std::vector<std::string>>() : std::vector<std::string>()) {
    const auto set = options.world.options.set_text(option);
    if (!set.ok()) {
      return Failure{"--option: " + set.error()};
    }
  }
  if (values.count("tls") > 0 && values["tls"].as<bool>()) {
    auto tls = make_throwaway_tls(options.host, values["ca-file"].as<std::string>());
    if (!tls.ok()) {
      return Failure{tls.error()};
    }
    options.tls = std::move(*tls);
  }
  if (values.count("openapi") > 0) {
    auto more = load_openapi(values["openapi"].as<std::vector<std::string>>());
    if (!more.ok()) {
      return Failure{"--openapi:\n" + more.error()};
    }
    options.world.more_rows = std::move(*more);
  }
  if (values.count("scopes") > 0) {
    options.world.scopes = values["scopes"].as<std::vector<std::string>>();
  }
  options.world.limits_on = limits == "hubspot";
  options.world.private_app = app == "private";
  return options;
}

}  // namespace

int mock_main(int argc, char** argv) {
  cxxopts::Options flags("hubsim mock", "Serves a simulated HubSpot.");
  flags.add_options()("listen", "address and port; port 0 picks a free one",
                      cxxopts::value<std::string>()->default_value("127.0.0.1:8400"))(
      "tier", "free, starter, professional or enterprise: decides the limits",
      cxxopts::value<std::string>()->default_value("professional"))(
      "app", "private (static token) or oauth: whose token is printed",
      cxxopts::value<std::string>()->default_value("private"))(
      "limits", "hubspot or off", cxxopts::value<std::string>()->default_value("hubspot"))(
      "seed", "of data, ids and faults", cxxopts::value<std::uint64_t>()->default_value("1"))(
      "clock", "real, manual, manual@2026-03-20T09:46:40Z, or x60 for sixty times real time",
      cxxopts::value<std::string>()->default_value("real"))(
      "option",
      "NAME=VALUE: another choice where HubSpot is unknown, or a rule switched off; may be "
      "repeated "
      "(hubsim schema options lists them)",
      cxxopts::value<std::vector<std::string>>()->default_value({}))(
      "tls", "speak https too, on the same port, with a throw-away certificate",
      cxxopts::value<bool>())("ca-file",
                              "with --tls: where the certificate for clients to trust is written",
                              cxxopts::value<std::string>()->default_value(default_ca_file))(
      "scopes", "what the printed tokens are granted, commas between; all of them by default",
      cxxopts::value<std::vector<std::string>>())("threads", "workers of the server",
                                                  cxxopts::value<int>()->default_value("2"))(
      "ready-file", "written, whole, once the server answers", cxxopts::value<std::string>())(
      "openapi",
      "FILE: adds the operations of an OpenAPI 3 document, JSON or YAML; may be repeated",
      cxxopts::value<std::vector<std::string>>())(
      "coverage",
      "print what is answered and how well, by area and version, and end; with =AREA by family "
      "and operation",
      cxxopts::value<std::string>()->implicit_value(""));
  const Flags parsed = parse_flags(flags, argc, argv, example);
  if (parsed.exit_code) {
    return *parsed.exit_code;
  }
  if (parsed.values.count("coverage") > 0) {
    return print_coverage(parsed.values["coverage"].as<std::string>());
  }
  const auto options = read_options(parsed.values);
  if (!options.ok()) {
    return usage_error(options.error());
  }
  const sigset_t signals = block_signals();
  MockInstance mock(*options);
  const auto started = mock.start();
  if (!started.ok()) {
    std::fprintf(stderr, "hubsim mock: %s\n", started.error().c_str());
    return exit_unreachable;
  }
  print_banner(mock.info());
  if (parsed.values.count("ready-file") > 0) {
    const std::string path = parsed.values["ready-file"].as<std::string>();
    if (!write_ready_file(path, to_json_text(mock.info()))) {
      return usage_error("cannot write the ready file '" + path + "'");
    }
  }
  int signal = 0;
  sigwait(&signals, &signal);
  mock.stop();
  return exit_pass;
}

}  // namespace hubsim::app
