// Credentials from outside: the first line is an Authorization header, the second a query, the rest
// a form for the token endpoints. Whatever the bytes are, nothing but HubSpot's own errors comes
// back, and no portal opens.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/fuzz/crm_harness.h"

namespace {

using hubsim::http::Method;

struct World {
  hubsim::ManualClock clock{hubsim::Instant(std::chrono::seconds(1'774'000'000))};
  hubsim::gateway::World world{{.limits_on = false}, hubsim::hubspot::load_facts(), clock};
  hubsim::gateway::Gateway gateway{world};
};

int call(World& world, Method method, std::string target, const std::string& header,
         std::string body) {
  const hubsim::http::Request request{
      .method = method,
      .target = std::move(target),
      .headers = {{"authorization", header}, {"accept", "application/json"}},
      .body = std::move(body)};
  return world.gateway.handle(request.view()).response.status;
}

/// Up to the end of the line, and what follows it.
std::string take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  std::string line(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  const std::string bytes(data, data + size);
  std::string_view rest = bytes;
  const std::string header = take_line(rest);
  const std::string query = take_line(rest);
  const std::string form(rest);
  const std::string& token = world.world.main_app().access_token;
  const bool known = header.find(token) != std::string::npos;
  const int read = call(world, Method::get, "/crm/v3/objects/contacts", header, "");
  HUBSIM_ASSERT(read == 401 || known);
  for (const char* path : {"/oauth/v1/token", "/oauth/2026-03/token", "/oauth/v3/token/introspect",
                           "/oauth/2026-09/token/revoke"}) {
    const int status = call(world, Method::post, path, header, form);
    HUBSIM_ASSERT(status == 200 || status == 204 || status == 400 || status == 413);
  }
  const int page = call(world, Method::get, "/oauth/authorize?" + query, header, "");
  HUBSIM_ASSERT(page == 302 || page == 400 || page == 414);
  return 0;
}
