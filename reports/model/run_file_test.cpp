#include "reports/model/run_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "reports/model/sample_run.h"

namespace hubsim::reports {
namespace {

using testing::HasSubstr;

class RunFile : public testing::Test {
 protected:
  RunFile() { std::filesystem::create_directories(folder_); }
  ~RunFile() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& text) const { std::ofstream(folder_ / "run.json") << text; }

  std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) / "hubsim_run_file";
};

TEST_F(RunFile, AFolderAndItsFileAreTheSameRun) {
  write(json::dump(to_json(sample_run())));
  for (const auto& run : {folder_, folder_ / "run.json"}) {
    const auto read = read_run(run);
    ASSERT_TRUE(read.ok()) << read.error();
    EXPECT_EQ(read->scenario_name, sample_run().scenario_name);
  }
}

TEST_F(RunFile, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(read_run(folder_).error(), HasSubstr("run.json is not there"));
  write("{\n  \"format\": 1,\n  oops\n}");
  EXPECT_THAT(read_run(folder_).error(), HasSubstr("run.json:3:"));
  write("{}");
  EXPECT_THAT(read_run(folder_).error(), HasSubstr("run.json: this is not a run.json"));
}

}  // namespace
}  // namespace hubsim::reports
