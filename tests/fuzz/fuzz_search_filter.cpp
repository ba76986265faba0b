// Search of CRM records: any body is answered 200 or 400, and what is found is live, in the asked
// size, in id order when no sort is asked for, and counted.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/crm_harness.h"

namespace {

using hubsim::Json;
using hubsim::http::Method;

/// One portal for all inputs: a search changes nothing, which the harness checks.
hubsim::fuzz::CrmHarness& harness() {
  static hubsim::fuzz::CrmHarness shared;
  static const bool filled = [] {
    for (int i = 0; i < 12; ++i) {
      const std::string n = std::to_string(i);
      (void)shared.call(Method::post, "/crm/v3/objects/contacts",
                        R"({"properties":{"email":"p)" + n + R"(@example.org","firstname":"N)" + n +
                            R"(","city":")" + (i % 3 == 0 ? "" : "Köln " + n) + R"("}})");
      (void)shared.call(Method::post, "/crm/v3/objects/deals",
                        R"({"properties":{"dealname":"d)" + n + R"(","amount":")" + n + R"(.5"}})");
    }
    (void)shared.call(Method::del, "/crm/v3/objects/contacts/73183578351");
    return true;
  }();
  HUBSIM_ASSERT(filled);
  return shared;
}

void check_page(const Json& body) {
  HUBSIM_ASSERT(body.at("results").size() <= body.at("total").get<std::size_t>());
  for (const Json& record : body.at("results")) {
    HUBSIM_ASSERT(record.at("archived") == false);
    HUBSIM_ASSERT(record.at("id") != "73183578351");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(data, data + size);
  for (const char* type : {"contacts", "deals"}) {
    const auto response =
        harness().call(Method::post, std::string("/crm/objects/2026-03/") + type + "/search", body);
    HUBSIM_ASSERT(response.status == 200 || response.status == 400);
    if (response.status == 200) {
      check_page(hubsim::json::parse(response.body).value());
    }
  }
  return 0;
}
