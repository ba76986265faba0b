#include "loadgen/workloads/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loadgen/workloads/closed_users.h"

namespace hubsim::loadgen {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

TEST(Trace, ReadsAHar) {
  const auto trace = parse_trace(R"({"log":{"version":"1.2","entries":[
    {"startedDateTime":"2026-01-02T10:00:01.250Z","request":{"method":"POST",
      "url":"https://app.example.org/people?x=1",
      "headers":[{"name":":method","value":"POST"},{"name":"Host","value":"app.example.org"},
                 {"name":"X-Tenant","value":"7"},{"name":"content-length","value":"9"}],
      "postData":{"mimeType":"application/json","text":"{\"a\":1}"}}},
    {"startedDateTime":"2026-01-02T10:00:01.000Z","request":{"url":"https://app.example.org/"}}
  ]}})");
  ASSERT_TRUE(trace.ok()) << trace.error();
  ASSERT_EQ(trace->size(), 2U);
  EXPECT_EQ((*trace)[0].target, "/");
  EXPECT_EQ((*trace)[0].method, "GET");
  EXPECT_EQ((*trace)[1].at, milliseconds(250));
  EXPECT_EQ((*trace)[1].target, "/people?x=1");
  EXPECT_EQ((*trace)[1].body, "{\"a\":1}");
  ASSERT_EQ((*trace)[1].headers.size(), 1U);
  EXPECT_EQ((*trace)[1].headers[0].first, "X-Tenant");
}

TEST(Trace, ReadsLines) {
  const auto trace = parse_trace(
      "{\"at_ms\": 1000.5}\n\n{\"at_ms\": 1200, \"method\": \"PUT\", \"url\": \"/a\", "
      "\"headers\": {\"X\": \"y\"}, \"body\": {\"k\": true}}\n");
  ASSERT_TRUE(trace.ok()) << trace.error();
  EXPECT_EQ((*trace)[0].at, nanoseconds(0));
  EXPECT_EQ((*trace)[1].at, std::chrono::microseconds(199'500));
  EXPECT_EQ((*trace)[1].body, "{\"k\":true}");
}

TEST(Trace, SaysWhatIsWrong) {
  EXPECT_THAT(parse_trace("").error(), HasSubstr("no request"));
  EXPECT_THAT(parse_trace("{\"at_ms\": 1}\n{\"at\": 2}").error(), HasSubstr("line 2: 'at_ms'"));
  EXPECT_THAT(parse_trace("nonsense").error(), HasSubstr("line 1: not a JSON"));
  EXPECT_THAT(parse_trace(R"({"log":{"entries":[{"request":{}}]}})").error(),
              HasSubstr("HAR entry 0"));
  EXPECT_THAT(load_trace("no/such/file.har").error(), HasSubstr("no/such/file.har"));
}

TEST(ClosedUsers, ThinkBetweenAnswerAndNextRequest) {
  TrafficShare share;
  share.users = 2;
  share.think = *config::parse_distribution("100ms");
  ClosedUsers users(share, seconds(1), Prng(1));
  const auto first = users.next();
  const auto second = users.next();
  ASSERT_TRUE(first && second);
  EXPECT_LT(*second, milliseconds(100));  // within the first think time
  EXPECT_FALSE(users.next());
  EXPECT_TRUE(users.waits());
  users.returned(milliseconds(300));
  EXPECT_EQ(users.next(), milliseconds(400));
  users.take_back(milliseconds(400));  // another was ready earlier
  users.returned(milliseconds(250));
  EXPECT_EQ(users.next(), milliseconds(350));
  EXPECT_EQ(users.next(), milliseconds(400));
  users.returned(milliseconds(950));  // would think past the end
  users.returned(milliseconds(999));
  EXPECT_FALSE(users.next());
  EXPECT_FALSE(users.waits());
}

}  // namespace
}  // namespace hubsim::loadgen
