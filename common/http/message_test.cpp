#include "common/http/message.h"

#include <gtest/gtest.h>

namespace hubsim::http {
namespace {

TEST(Query, KeepsRepeatsAndSplitsCommaLists) {
  const Query query("properties=email,phone&properties=city&after=&x=a%26b+c");
  EXPECT_EQ(query.list("properties"), (std::vector<std::string>{"email", "phone", "city"}));
  EXPECT_EQ(query.first("x"), "a&b c");
  EXPECT_EQ(query.first("after"), "");
  EXPECT_FALSE(query.first("limit"));
}

TEST(Request, ViewSplitsTheTargetAndFindsHeadersInAnyCase) {
  Request request{.method = Method::post,
                  .target = "/crm/v3/objects/contacts?limit=5",
                  .headers = {{"Content-Type", "application/json"}},
                  .body = "{}"};
  const RequestView view = request.view();
  EXPECT_EQ(view.path, "/crm/v3/objects/contacts");
  EXPECT_EQ(view.query, "limit=5");
  EXPECT_EQ(view.header("content-type"), "application/json");
  EXPECT_FALSE(view.header("accept"));
}

TEST(Method, UnknownMethodsStayUnknown) {
  EXPECT_EQ(parse_method("PATCH"), Method::patch);
  EXPECT_EQ(parse_method("get"), Method::other);
  EXPECT_EQ(method_name(Method::del), "DELETE");
}

TEST(Response, SettingAHeaderTwiceReplacesIt) {
  Response response;
  response.set_header("Content-Type", "text/html");
  response.set_header("content-type", "application/json");
  ASSERT_EQ(response.headers.size(), 1U);
  EXPECT_EQ(*response.header("CONTENT-TYPE"), "application/json");
}

TEST(Response, FindsHeadersThatAreRenderedAlready) {
  Response response;
  response.header_lines = "Server: cloudflare\r\nX-Trace: a:b\r\n";
  EXPECT_EQ(response.header("server"), "cloudflare");
  EXPECT_EQ(response.header("x-trace"), "a:b");
  EXPECT_FALSE(response.header("date"));
}

}  // namespace
}  // namespace hubsim::http
