// What a pipeline may become: the rules of stages (labels, order, metadata by object type, limits),
// and what may not be deleted while records are in it. Shared by the operations of pipelines and of
// stages. Threads: under the portal's lock.
// Source: behaviour reference 7 (D, R); what a third party's live runs saw in October 2026 is "T
// live 2026-10" in the cases.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/operations/crm/input.h"
#include "mock_server/operations/pipelines/pipeline_input.h"
#include "mock_server/operations/support/answer.h"
#include "mock_server/portal/pipelines.h"
#include "mock_server/portal/portal.h"

namespace hubsim::operations {

/// The pipeline that a path names, to be changed.
struct PipelineTarget {
  TypePtr type = nullptr;
  portal::Pipeline* pipeline = nullptr;
};
[[nodiscard]] Read<PipelineTarget> read_pipeline_target(const Context& context);

/// Puts the stage into the pipeline, new or in place of the one with that id, or says why not. A
/// taken place in the order pushes the stages behind it.
[[nodiscard]] std::optional<ApiError> put_stage(const Context& context,
                                                const portal::ObjectType& type,
                                                portal::Pipeline& pipeline, StageInput input);
/// The whole pipeline: at least one stage, not too many, a closed one for tickets.
[[nodiscard]] std::optional<ApiError> check_pipeline(const Context& context,
                                                     const portal::ObjectType& type,
                                                     const portal::Pipeline& pipeline);
[[nodiscard]] std::optional<ApiError> check_label(const Context& context,
                                                  const portal::ObjectType& type,
                                                  std::string_view own_id, std::string_view label);
[[nodiscard]] std::optional<ApiError> check_order(int display_order);
/// Ids HubSpot takes; longer ones end in a 500 (T live 2026-10).
[[nodiscard]] std::optional<ApiError> check_id(std::string_view id, std::size_t longest);

/// The error that stops these stages from going away, where records are in them and the version and
/// the query ask for the check.
[[nodiscard]] std::optional<ApiError> check_unused(const Context& context,
                                                   const portal::ObjectType& type,
                                                   const std::vector<std::string>& stage_ids);

/// Notes the change and moves the modified date of the deals in the pipeline (R pipedream#4209).
void close_edit(Context& context, const portal::ObjectType& type, portal::Pipeline& pipeline);

[[nodiscard]] ApiError pipeline_error(std::string message, std::string_view which);

}  // namespace hubsim::operations
