// Search of CRM records: any body is answered 200 or 400, what is found is live and counted, and
// indexes change no answer: a portal that indexes from the first record on and one that scans say
// the same.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/crm_harness.h"

namespace {

using hubsim::Json;
using hubsim::http::Method;

void fill(hubsim::fuzz::CrmHarness& harness) {
  for (int i = 0; i < 12; ++i) {
    const std::string n = std::to_string(i);
    (void)harness.call(Method::post, "/crm/v3/objects/contacts",
                       R"({"properties":{"email":"p)" + n + R"(@example.org","firstname":"N)" + n +
                           R"(","city":")" + (i % 3 == 0 ? "" : "Köln " + n) + R"("}})");
    (void)harness.call(Method::post, "/crm/v3/objects/deals",
                       R"({"properties":{"dealname":"d)" + n + R"(","amount":")" + n + R"(.5"}})");
  }
  (void)harness.call(Method::del, "/crm/v3/objects/contacts/73183578351");
}

/// Two portals for all inputs: a search changes nothing, which the harness checks.
hubsim::fuzz::CrmHarness& harness(bool indexed) {
  static hubsim::fuzz::CrmHarness scanning;
  static hubsim::fuzz::CrmHarness indexing;
  static const bool filled = [] {
    for (const char* type : {"contacts", "deals"}) {
      indexing.portal().search_view(indexing.portal().find_type(type)->index()).index_from(1);
    }
    fill(scanning);
    fill(indexing);
    return true;
  }();
  HUBSIM_ASSERT(filled);
  return indexed ? indexing : scanning;
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
    const std::string target = std::string("/crm/objects/2026-03/") + type + "/search";
    const auto response = harness(false).call(Method::post, target, body);
    const auto indexed = harness(true).call(Method::post, target, body);
    HUBSIM_ASSERT(response.status == 200 || response.status == 400);
    HUBSIM_ASSERT(indexed.status == response.status);
    HUBSIM_ASSERT(response.status != 200 || indexed.body == response.body);
    if (response.status == 200) {
      check_page(hubsim::json::parse(response.body).value());
    }
  }
  return 0;
}
