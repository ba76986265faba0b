// Bodies of the pipeline operations: pipelines and stages as a caller writes them, read without
// judging them; absent members stay absent, because PATCH merges.
// Threads: pure over the context.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mock_server/operations/support/answer.h"
#include "mock_server/portal/pipelines.h"

namespace hubsim::operations {

struct StageInput {
  std::string id;  ///< "" where none is given
  std::optional<std::string> label;
  std::optional<int> display_order;
  /// Values as texts; null stays null.
  std::optional<std::vector<std::pair<std::string, std::optional<std::string>>>> metadata;

  [[nodiscard]] const std::optional<std::string>* metadata_value(std::string_view key) const;
};

struct PipelineInput {
  std::string id;
  std::optional<std::string> label;
  std::optional<int> display_order;
  std::optional<std::vector<StageInput>> stages;
};

/// Whether what creates and replaces need must be there.
enum class Completeness { whole, some };
[[nodiscard]] Read<PipelineInput> read_pipeline_input(const Context& context, Completeness wanted);
[[nodiscard]] Read<StageInput> read_stage_input(const Context& context, Completeness wanted);

}  // namespace hubsim::operations
