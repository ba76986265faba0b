#include "mock_server/portal/pipelines.h"

#include <algorithm>
#include <array>

#include "mock_server/portal/portal.h"

namespace hubsim::portal {

namespace {

/// HubSpot's own are told as made at the epoch (reference 7, R 2026-03).
Pipeline default_pipeline(const hubspot::PipelineFact& fact) {
  Pipeline pipeline{
      .id = fact.id, .label = fact.label, .display_order = fact.display_order, .stages = {}};
  for (const hubspot::StageFact& stage : fact.stages) {
    pipeline.stages.push_back({.id = stage.id,
                               .label = stage.label,
                               .display_order = static_cast<int>(pipeline.stages.size()),
                               .metadata = stage.metadata});
  }
  return pipeline;
}

struct StageNames {
  std::string_view pipeline;
  std::string_view stage;
};
constexpr std::array<StageNames, 3> stage_names{{{"pipeline", "dealstage"},
                                                 {"hs_pipeline", "hs_pipeline_stage"},
                                                 {"hs_pipeline", "lifecyclestage"}}};

}  // namespace

std::string_view PipelineStage::metadata_value(std::string_view key) const {
  const auto found = std::find_if(metadata.begin(), metadata.end(),
                                  [&](const auto& entry) { return entry.first == key; });
  return found == metadata.end() ? std::string_view() : std::string_view(found->second);
}

const PipelineStage* Pipeline::find_stage(std::string_view stage_id) const {
  const auto found = std::find_if(stages.begin(), stages.end(),
                                  [&](const PipelineStage& stage) { return stage.id == stage_id; });
  return found == stages.end() ? nullptr : &*found;
}

Pipelines::Pipelines(const Portal& portal) {
  for (std::size_t i = 0; i < portal.type_count(); ++i) {
    const ObjectType& type = portal.type(static_cast<TypeIndex>(i));
    for (const hubspot::PipelineFact& fact : hubspot::default_pipelines()) {
      if (fact.type_id == type.fact().type_id) {
        add(type.index(), default_pipeline(fact));
      }
    }
  }
}

const std::vector<Pipeline>& Pipelines::of(TypeIndex type) const {
  static const std::vector<Pipeline> none;
  const auto found = pipelines_.find(type);
  return found == pipelines_.end() ? none : found->second;
}

const Pipeline* Pipelines::find(TypeIndex type, std::string_view id) const {
  for (const Pipeline& pipeline : of(type)) {
    if (pipeline.id == id) {
      return &pipeline;
    }
  }
  return nullptr;
}

const Pipeline* Pipelines::with_stage(TypeIndex type, std::string_view stage_id) const {
  for (const Pipeline& pipeline : of(type)) {
    if (pipeline.find_stage(stage_id) != nullptr) {
      return &pipeline;
    }
  }
  return nullptr;
}

std::optional<TypeIndex> Pipelines::holder(std::string_view pipeline_id) const {
  for (const auto& [type, pipelines] : pipelines_) {
    if (find(type, pipeline_id) != nullptr) {
      return type;
    }
  }
  return std::nullopt;
}

Pipeline& Pipelines::add(TypeIndex type, Pipeline pipeline) {
  return pipelines_[type].emplace_back(std::move(pipeline));
}

Pipeline* Pipelines::edit(TypeIndex type, std::string_view id) {
  return const_cast<Pipeline*>(find(type, id));  // NOLINT: found in a member that is not const
}

void Pipelines::remove(TypeIndex type, std::string_view id) {
  std::erase_if(pipelines_[type], [&](const Pipeline& pipeline) { return pipeline.id == id; });
}

std::string Pipelines::new_id() { return std::to_string(++last_id_); }

void Pipelines::note(PipelineAudit audit) {
  audits_.push_front(std::move(audit));
  if (audits_.size() > max_audits) {
    audits_.pop_back();
  }
}

std::vector<const PipelineAudit*> Pipelines::audits(TypeIndex type, std::string_view pipeline,
                                                    std::string_view stage) const {
  std::vector<const PipelineAudit*> found;
  for (const PipelineAudit& audit : audits_) {
    if (audit.type == type && audit.pipeline_id == pipeline && audit.stage_id == stage) {
      found.push_back(&audit);
    }
  }
  return found;
}

StageProperties stage_properties(const ObjectType& type) {
  for (const StageNames& names : stage_names) {
    const auto stage = type.property_index(names.stage);
    if (stage) {
      return {type.property_index(names.pipeline), stage};
    }
  }
  return {};
}

std::vector<RecordPtr> records_in_stages(const Portal& portal, const ObjectType& type,
                                         const std::vector<std::string>& stage_ids) {
  std::vector<RecordPtr> found;
  const auto stage = stage_properties(type).stage;
  if (!stage) {
    return found;
  }
  for (const RecordPtr& record : portal.store(type.index()).slots()) {
    const std::string* value = record && !record->archived ? record->value(*stage) : nullptr;
    if (value != nullptr &&
        std::find(stage_ids.begin(), stage_ids.end(), *value) != stage_ids.end()) {
      found.push_back(record);
    }
  }
  return found;
}

}  // namespace hubsim::portal
