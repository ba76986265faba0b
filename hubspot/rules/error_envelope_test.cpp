#include "hubspot/rules/error_envelope.h"

#include <gtest/gtest.h>

#include "hubspot/rules/json_place.h"

namespace hubsim::hubspot {
namespace {

constexpr std::string_view id = "019db072-4de9-7373-b65a-ca9c870fc7f9";

TEST(ErrorEnvelope, recorded_property_error) {
  const ApiError error = invalid_properties(
      {{"testproperty", "PROPERTY_DOESNT_EXIST", "Property \"testproperty\" does not exist"}},
      891936587);
  EXPECT_EQ(render(error, id),
            R"({"status":"error","message":"Property values were not valid: [{\"isValid\":fals)"
            R"(e,\"message\":\"Property \\\"testproperty\\\" does not exist\",\"error\":\"PROP)"
            R"(ERTY_DOESNT_EXIST\",\"name\":\"testproperty\",\"localizedErrorMessage\":\"Prope)"
            R"(rty \\\"testproperty\\\" does not exist\",\"portalId\":891936587}]","correlatio)"
            R"(nId":"019db072-4de9-7373-b65a-ca9c870fc7f9","errors":[{"message":"Property \"te)"
            R"(stproperty\" does not exist","code":"PROPERTY_DOESNT_EXIST","context":{"propert)"
            R"(yName":["testproperty"]}}],"category":"VALIDATION_ERROR"})");
}

TEST(ErrorEnvelope, recorded_conflict_and_limits) {
  EXPECT_EQ(render(contact_exists(37765128953), id),
            R"({"status":"error","message":"Contact already exists. Existing ID: 37765128953",)"
            R"("correlationId":"019db072-4de9-7373-b65a-ca9c870fc7f9","category":"CONFLICT"})");
  EXPECT_EQ(render(burst_limit_reached(), id),
            R"({"status":"error","message":"You have reached your ten_secondly_rolling limit.")"
            R"(,"errorType":"RATE_LIMIT","correlationId":"019db072-4de9-7373-b65a-ca9c870fc7f9)"
            R"(","policyName":"TEN_SECONDLY_ROLLING"})");
  EXPECT_EQ(render(search_limit_reached(), id),
            R"({"status":"error","message":"You have reached your secondly limit.","correlatio)"
            R"(nId":"019db072-4de9-7373-b65a-ca9c870fc7f9","category":"RATE_LIMITS"})");
}

TEST(ErrorEnvelope, context_before_errors_before_links_before_category) {
  const ApiError error{.message = "m",
                       .category = "C",
                       .sub_category = "S",
                       .context = {{"z", {"1"}}, {"a", {"2", "3"}}},
                       .errors = {{.message = "e"}},
                       .links = {{"l", "u"}}};
  EXPECT_EQ(render(error, "i"),
            R"({"status":"error","message":"m","correlationId":"i","context":{"z":["1"],"a":[")"
            R"(2","3"]},"errors":[{"message":"e"}],"links":{"l":"u"},"category":"C","subCatego)"
            R"(ry":"S"})");
}

TEST(ErrorEnvelope, recorded_json_errors) {
  const std::string missing = R"({"name":null,"objectTypeId":"0-1","processingType":"MANUAL"})";
  EXPECT_EQ(missing_fields(missing, {"name"}).message,
            "Invalid input JSON on line 1, column 60. Some required fields were not set: [name]");
  const std::string list = R"([{"id":1}])";
  EXPECT_EQ(wrong_json_type(list, "/0", "java.lang.String", Json::object()).message,
            "Invalid input JSON on line 1, column 2: Cannot deserialize value of type "
            "`java.lang.String` from Object value (token `JsonToken.START_OBJECT`)");
  const std::string map = R"({"properties":[]})";
  EXPECT_EQ(
      wrong_json_type(map, "/properties",
                      "java.util.LinkedHashMap<java.lang.String,java.lang.String>", Json::array())
          .message,
      "Invalid input JSON on line 1, column 15: Cannot deserialize value of type "
      "`java.util.LinkedHashMap<java.lang.String,java.lang.String>` from Array value (token "
      "`JsonToken.START_ARRAY`)");
}

TEST(ErrorEnvelope, a_missing_record_is_html_unless_json_is_asked_for) {
  const ErrorPage html = error_page(object_not_found(), "*/*", id);
  EXPECT_EQ(html.content_type, jetty_content_type);
  EXPECT_EQ(html.body,
            "<html>\n<head>\n<meta http-equiv=\"Content-Type\" "
            "content=\"text/html;charset=utf-8\"/>\n<title>Error 404 Not "
            "Found</title>\n</head>\n<body><h2>HTTP ERROR 404</h2>\n<p>Resource not "
            "found</p>\n</body>\n</html>\n");
  const ErrorPage json = error_page(object_not_found(), "application/json, text/plain, */*", id);
  EXPECT_EQ(json.content_type, json_content_type);
  EXPECT_EQ(json.body,
            R"({"status":"error","message":"resource not found","correlationId":"019db072-4de9)"
            R"(-7373-b65a-ca9c870fc7f9"})");
  EXPECT_EQ(error_page(property_missing("x"), "*/*", id).content_type, json_content_type);
}

TEST(ErrorEnvelope, edge_pages_are_cloudflare_html) {
  const ErrorPage page = edge_page(502);
  EXPECT_EQ(page.content_type, "text/html");
  EXPECT_NE(page.body.find("<center><h1>502 Bad Gateway</h1></center>"), std::string::npos);
}

TEST(ErrorEnvelope, batch_items_have_no_correlation_id) {
  std::string out;
  append_batch_item(out, objects_not_found("CONTACT", {"1", "2"}));
  EXPECT_EQ(out,
            R"({"status":"error","category":"OBJECT_NOT_FOUND","message":"Could not get some C)"
            R"(ONTACT objects, they may be deleted or not exist. Check that ids are valid.","c)"
            R"(ontext":{"ids":["1","2"]}})");
}

TEST(JsonPlace, finds_nested_values) {
  const std::string_view body =
      "{ \"a\\\"b\" : [1, {\"x\": \"}\"}, \"s\"],\n  \"c\": {\"d\": null} }";
  EXPECT_EQ(place_of(body, "").column, 1U);
  EXPECT_EQ(place_of(body, "/c/d").line, 2U);
  EXPECT_EQ(place_of(body, "/c/d").column, 14U);
  EXPECT_EQ(place_of(body, "/c/missing").column, 8U);
}

TEST(JsonPlace, stays_inside_broken_texts) {
  for (const std::string_view body : {"", "{", "[", "{\"", "{\"a\\", "{\"a\":", "[1,"}) {
    EXPECT_GE(place_of(body, "/a/0/b").column, 1U);
    EXPECT_GE(place_of(body, "/0").column, 1U);
  }
}

}  // namespace
}  // namespace hubsim::hubspot
