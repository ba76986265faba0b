#include "scenarios/run/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "common/net/testing/test_server.h"
#include "common/time/clock.h"
#include "scenarios/run/target.h"

namespace hubsim::scenarios {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ProcessTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    log_ = testing::TempDir() + "hubsim_" + test->name() + ".log";
    std::filesystem::remove(log_);
  }
  void TearDown() override { std::filesystem::remove(log_); }

  Process start(const std::string& script) {
    auto process = Process::start(
        {.command = {"/bin/sh", "-c", script}, .env = {{"A", "1"}}, .log_file = log_});
    EXPECT_TRUE(process.ok()) << process.error();
    return std::move(process).value();
  }
  std::string log() const {
    std::ifstream file(log_);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string wait_end(Process& process) {
    (void)pump_.run_until(monotonic_now() + 5s, [&] { return process.ended().has_value(); });
    return process.ended().value_or("still running");
  }

  std::string log_;
  std::atomic<bool> interrupted_{false};
  Pump pump_{interrupted_};
};

TEST_F(ProcessTest, OutputEnvironmentAndExitCode) {
  Process process = start("echo out $A $HOME; echo err >&2; exit 3");
  EXPECT_EQ(wait_end(process), "exit code 3");
  EXPECT_EQ(log(), "out 1\nerr\n");  // HOME is given only where child_environment() adds it
}

TEST_F(ProcessTest, KillsTheWholeGroup) {
  // The grandchild holds the write end of the pipe: read sees its end only when it is gone too.
  Process process = start("(trap '' TERM; sleep 60) & echo $!; wait");
  ASSERT_TRUE(pump_.run_until(monotonic_now() + 5s, [&] { return !log().empty(); }));
  const pid_t grandchild = std::stoi(log());
  process.kill_and_wait();
  EXPECT_EQ(process.ended(), "signal 9");
  // Reaped by init at its leisure; a zombie or nothing is left, nothing that runs.
  ASSERT_TRUE(pump_.run_until(monotonic_now() + 5s, [&] {
    std::ifstream stat("/proc/" + std::to_string(grandchild) + "/stat");
    const std::string text{std::istreambuf_iterator<char>(stat), {}};
    return text.empty() || text.find(") Z") != std::string::npos;
  }));
}

TEST_F(ProcessTest, WhatCannotBeStartedSaysSo) {
  const auto process = Process::start({.command = {"./no-such-program"}, .log_file = log_});
  ASSERT_FALSE(process.ok());
  EXPECT_THAT(process.error(), HasSubstr("'./no-such-program' cannot be started"));
}

TEST_F(ProcessTest, PathAndHomeComeFromHere) {
  const auto env = child_environment({{"PATH", "/mine"}});
  EXPECT_EQ(env.front().second, "/mine");
  for (const auto& [name, value] : env) {
    EXPECT_TRUE(name == "PATH" || name == "HOME") << name;
  }
}

TEST_F(ProcessTest, ATargetThatNeverAnswersShowsItsLog) {
  const int port = free_port().value();
  Target target({.command = {"/bin/sh", "-c", "echo no database; exit 7"},
                 .url = "http://127.0.0.1:" + std::to_string(port),
                 .health = "/health",
                 .ready_within = 5s},
                log_);
  ASSERT_TRUE(target.start().ok());
  const auto ready = target.wait_ready(pump_);
  ASSERT_FALSE(ready.ok());
  EXPECT_THAT(ready.error(), HasSubstr("ended by itself (exit code 7)"));
  EXPECT_THAT(ready.error(), HasSubstr("no database"));
}

TEST_F(ProcessTest, ReadinessIsBounded) {
  net::testing::TestServer server([](const net::testing::TestRequest&) {
    return net::testing::TestAnswer{net::testing::http_answer(503, "")};
  });
  Target target({.url = server.url(), .health = "/health", .ready_within = 200ms}, log_);
  const auto ready = target.wait_ready(pump_);
  ASSERT_FALSE(ready.ok());
  EXPECT_THAT(ready.error(), HasSubstr("did not answer 2xx within 200ms (last: status 503)"));
}

TEST_F(ProcessTest, AnOrderedEndIsNoUnexpectedOne) {
  net::testing::TestServer server([](const net::testing::TestRequest&) {
    return net::testing::TestAnswer{net::testing::http_answer(200, "")};
  });
  Target target({.command = {"/bin/sh", "-c", "echo started; exec sleep 60"},
                 .url = server.url(),
                 .health = "/",
                 .ready_within = 5s,
                 .stop_within = 5s},
                log_);
  ASSERT_TRUE(target.start().ok());
  ASSERT_TRUE(target.wait_ready(pump_).ok());
  target.kill();
  target.watch();
  EXPECT_FALSE(target.unexpected_end());
  target.restart();
  pump_.every(1ms, [&] { target.watch(); });
  target.stop(pump_);
  EXPECT_FALSE(target.unexpected_end());
}

TEST_F(ProcessTest, AnInterruptEndsEveryWait) {
  interrupted_ = true;
  EXPECT_FALSE(pump_.run_until(monotonic_now() + 60s));
}

}  // namespace
}  // namespace hubsim::scenarios
