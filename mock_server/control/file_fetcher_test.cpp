#include "mock_server/control/file_fetcher.h"

#include <gtest/gtest.h>

#include "common/net/testing/test_server.h"
#include "mock_server/control/control_test_rig.h"

namespace hubsim::control {
namespace {

using net::testing::http_answer;
using net::testing::TestServer;

/// The mock with a network, and a server of this machine that has one file.
class FileFetcherTest : public ::testing::Test {
 protected:
  FileFetcherTest() {
    rig.world.on_scheduled([this](Instant due) {
      rig.runtime.timers().schedule(due, [this] {
        rig.world.run_due();
        fetcher.collect();
      });
    });
    rig.runtime.set_busy([this] { return fetcher.in_flight() > 0; });
  }
  ~FileFetcherTest() override { rig.runtime.stop(); }

  Json call(http::Method method, const std::string& path, const std::string& body, int status) {
    return rig.crm(rig.world.main_app().access_token, method, path, body, status);
  }
  /// The state of a finished import of that address.
  Json imported(const std::string& url) {
    const Json body{{"url", url}, {"access", "PUBLIC_INDEXABLE"}, {"folderPath", "/imports"}};
    const Json task = call(http::Method::post, imports, json::dump(body), 202);
    const std::string status = imports + "/tasks/" + task.at("id").get<std::string>() + "/status";
    EXPECT_EQ(call(http::Method::get, status, "", 200).at("status"), "PENDING");
    rig.advance("1500ms");
    EXPECT_EQ(call(http::Method::get, status, "", 200).at("status"), "PROCESSING");
    rig.advance("2s");
    return call(http::Method::get, status, "", 200);
  }

  const std::string imports = "/files/v3/files/import-from-url/async";
  TestServer server{[](const net::testing::TestRequest& request) {
    return request.target() == "/dot.gif"
               ? net::testing::TestAnswer{http_answer(200, std::string("GIF89a\x0A\0\x14\x01", 10),
                                                      "Content-Type: image/gif\r\n")}
               : net::testing::TestAnswer{http_answer(404, "gone")};
  }};
  ControlRig rig;
  FileFetcher fetcher{rig.world, rig.runtime.loop()};
};

TEST_F(FileFetcherTest, ReadsAnAddressOfThisMachineBetweenStartAndEndOfTheTask) {
  const Json task = imported(server.url() + "/dot.gif");
  ASSERT_EQ(task.at("status"), "COMPLETE") << json::dump(task);
  const Json& file = task.at("result");
  EXPECT_EQ(file.at("path"), "/imports/dot.gif");
  EXPECT_EQ(file.at("size"), 10);
  EXPECT_EQ(file.at("width"), 10);
  EXPECT_EQ(file.at("height"), 276);
  EXPECT_EQ(server.requests(), 1U);
}

TEST_F(FileFetcherTest, TellsWhyAFileIsNotThere) {
  const Json task = imported(server.url() + "/gone.gif");
  EXPECT_EQ(task.at("status"), "COMPLETE");
  EXPECT_EQ(task.at("numErrors"), 1);
  EXPECT_NE(json::text_of(task.at("errors")[0].at("message")).find("gone.gif: 404"),
            std::string::npos);
  EXPECT_FALSE(task.contains("result"));
}

TEST_F(FileFetcherTest, NobodyAnswering) {
  const Json task = imported("http://127.0.0.1:1/dot.gif");  // no port that anybody listens on
  EXPECT_EQ(task.at("numErrors"), 1) << json::dump(task);
}

/// Traffic stays on this machine: the file says where it would have come from.
TEST_F(FileFetcherTest, DoesNotReadOtherMachines) {
  const Json task = imported("https://files.example.com/logo.png");
  const Json& file = task.at("result");
  EXPECT_EQ(file.at("path"), "/imports/logo.png");
  EXPECT_EQ(file.at("size"),
            std::string("imported from https://files.example.com/logo.png\n").size());
}

TEST_F(FileFetcherTest, ReadsNothingWhereTheOptionSaysSo) {
  (void)rig.put("options", R"({"files.import_fetch": "off"})");
  EXPECT_TRUE(imported(server.url() + "/dot.gif").contains("result"));
  EXPECT_EQ(server.requests(), 0U);
}

}  // namespace
}  // namespace hubsim::control
