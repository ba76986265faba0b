#include "mock_server/request_log/request_log.h"

#include <gtest/gtest.h>

#include <thread>

namespace hubsim::request_log {
namespace {

using namespace std::chrono_literals;

RequestEntry entry_of(std::uint64_t number, std::string_view path = "/crm/v3/objects/contacts") {
  return {.number = number, .method = "POST", .path = path, .status = 201};
}

std::uint64_t log_one(RequestLog& log) {
  const auto number = log.next_number();
  log.record(entry_of(number));
  return number;
}

TEST(RequestLog, ShowsEveryFieldOfTheControlApi) {
  RequestLog log;
  const auto number = log.next_number();
  {
    const std::string path = "/crm/v3/objects/contacts/batch/create";  // dies before it is read
    log.record({.number = number,
                .at = Instant(1500ms),
                .method = "POST",
                .path = path,
                .query = "archived=false",
                .operation = "crm.objects.batch.create",
                .object_type = "contacts",
                .app_id = 7,
                .status = 502,
                .correlation_id = "c-1",
                .faults = "throttle slow",
                .limited_by = "",
                .committed = true,
                .first_sequence = 12,
                .sequence_count = 2,
                .ending = "complete",
                .key = "people/1",
                .delay = 80ms,
                .handling = 12us,
                .inputs = 2,
                .retry_after_ms = 5});
  }
  log.close(number, 321, true, 81ms);
  const Json page = log.page(0, 10);
  EXPECT_EQ(
      json::dump(page),
      R"({"results":[{"number":1,"at_ms":1500,"method":"POST",)"
      R"("path":"/crm/v3/objects/contacts/batch/create","query":"archived=false",)"
      R"("operation":"crm.objects.batch.create","object_type":"contacts","app_id":7,"status":502,)"
      R"("correlation_id":"c-1","faults":["throttle","slow"],"limited_by":"","committed":true,)"
      R"("sequences":[12,13],"ending":"complete","key":"people/1","note":"","delay_us":80000,)"
      R"("handling_us":12,"sent_bytes":321,"took_us":81000,"sent_complete":true,"inputs":2,)"
      R"("retry_after_ms":5}],"next_after":1,"first_available":1,"lost":0})");
}

TEST(RequestLog, PagesInOrderWithoutSkippingTheUnrecorded) {
  RequestLog log;
  const auto first = log.next_number();
  const auto slow = log.next_number();
  const auto third = log.next_number();
  log.record(entry_of(first));
  log.record(entry_of(third));
  EXPECT_EQ(log.page(0, 10)["results"].size(), 1U);
  EXPECT_EQ(log.page(0, 10)["next_after"], 1);
  log.record(entry_of(slow));
  EXPECT_EQ(log.page(1, 10)["results"].size(), 2U);
  EXPECT_EQ(log.page(0, 2)["next_after"], 2);
  EXPECT_EQ(log.page(3, 10)["next_after"], 3);
}

TEST(RequestLog, AFollowerMayAskForFinalEntriesOnly) {
  RequestLog log;
  const auto first = log_one(log);
  const auto second = log_one(log);
  log.close(second, 1, true, 0us);
  EXPECT_EQ(log.page(0, 10, true)["results"].size(), 0U);
  log.close(first, 1, false, 0us);
  EXPECT_EQ(log.page(0, 10, true)["results"].size(), 2U);
}

TEST(RequestLog, WhenFullTheOldestGoAndTheLossShows) {
  RequestLog log(1024);
  for (int i = 0; i < 1500; ++i) {
    log_one(log);
  }
  EXPECT_EQ(log.first_available(), 477U);
  const Json page = log.page(100, 5);
  EXPECT_EQ(page["results"][0]["number"], 477);
  EXPECT_EQ(page["lost"], 376);
  log.close(100, 1, true, 0us);  // left the ring: ignored
  EXPECT_EQ(log.page(476, 2000)["results"].size(), 1024U);
}

TEST(RequestLog, ReusedSlotsKeepNothingOfTheOldEntry) {
  RequestLog log(1024);
  auto number = log.next_number();
  log.record({.number = number, .path = "/a/very/long/path/that/needs/room", .faults = "x"});
  log.close(number, 9, true, 1us);
  for (int i = 0; i < 1024; ++i) {
    number = log_one(log);
  }
  const Json last = log.page(number - 1, 1)["results"][0];
  EXPECT_EQ(last["path"], "/crm/v3/objects/contacts");
  EXPECT_EQ(last["sent_bytes"], 0);
  EXPECT_TRUE(last["faults"].empty());
}

TEST(RequestLog, ClearForgetsButNumbersGoOn) {
  RequestLog log;
  const auto before = log_one(log);
  log.clear();
  log.close(before, 9, true, 1us);
  EXPECT_TRUE(log.page(0, 10)["results"].empty());
  EXPECT_EQ(log.page(0, 10)["lost"], 0);
  const auto after = log_one(log);
  EXPECT_EQ(after, before + 1);
  EXPECT_EQ(log.page(0, 10)["results"].size(), 1U);
}

TEST(RequestLog, ManyThreadsLoseNothing) {
  RequestLog log;
  constexpr int each = 2000;
  const auto work = [&log] {
    for (int i = 0; i < each; ++i) {
      log.close(log_one(log), 1, true, 1us);
      if (i % 500 == 0) {
        (void)log.page(0, 3);
      }
    }
  };
  {
    std::jthread a(work);
    std::jthread b(work);
  }
  const Json page = log.page(0, 10'000, true);
  ASSERT_EQ(page["results"].size(), 2U * each);
  EXPECT_EQ(page["results"].back()["number"], 2 * each);
}

}  // namespace
}  // namespace hubsim::request_log
