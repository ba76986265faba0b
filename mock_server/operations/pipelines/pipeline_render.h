// Pipelines as the API shows them, and as the trail of their changes keeps them.
// Threads: pure.
#pragma once

#include <string>

#include "mock_server/operations/support/answer.h"
#include "mock_server/portal/pipelines.h"

namespace hubsim::operations {

/// label, displayOrder, metadata, id, createdAt, updatedAt, writePermissions, archived (7, R 2026).
void append_stage(std::string& out, const portal::PipelineStage& stage);
void append_pipeline(std::string& out, const portal::Pipeline& pipeline);

/// The audit's rawObject of a pipeline, or of one of its stages (D docs pipelines).
[[nodiscard]] std::string raw_pipeline(const Context& context, const portal::ObjectType& type,
                                       const portal::Pipeline& pipeline);
[[nodiscard]] std::string raw_stage(const Context& context, const portal::ObjectType& type,
                                    const portal::Pipeline& pipeline,
                                    const portal::PipelineStage& stage);

void append_audit(std::string& out, const Context& context, const portal::PipelineAudit& audit);

}  // namespace hubsim::operations
