// Pipelines: the pipelines and stages of a portal's object types, and the trail of their changes.
// What may be written is decided where it is read (operations/pipelines); here is what there is.
// Threads: guarded by the portal's lock. Invariants: a stage id is unique within its object type,
// a pipeline id within the portal; stages are in the order of their display order.
// Source: behaviour reference 7 (Pipelines).
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hubspot/facts/pipelines.h"
#include "mock_server/portal/object_type.h"
#include "mock_server/portal/part.h"
#include "mock_server/portal/record.h"

namespace hubsim::portal {

class Portal;

struct PipelineStage {
  std::string id;
  std::string label;
  int display_order = 0;
  hubspot::StageMetadata metadata;
  Instant created_at{};
  Instant updated_at{};

  /// "" where the stage does not say.
  [[nodiscard]] std::string_view metadata_value(std::string_view key) const;
};

struct Pipeline {
  std::string id;
  std::string label;
  int display_order = 0;
  Instant created_at{};
  Instant updated_at{};
  std::vector<PipelineStage> stages;

  [[nodiscard]] const PipelineStage* find_stage(std::string_view stage_id) const;
};

/// One change of a pipeline or of a stage, as the audit endpoints tell it.
struct PipelineAudit {
  TypeIndex type = 0;
  std::string pipeline_id;
  std::string stage_id;  ///< empty: of the pipeline itself
  std::string action;    ///< CREATE, UPDATE, DELETE
  std::string raw_object;
  Instant at{};
};

class Pipelines : public PartOf<Pipelines> {
 public:
  explicit Pipelines(const Portal& portal);

  /// In the order they were made.
  [[nodiscard]] const std::vector<Pipeline>& of(TypeIndex type) const;
  [[nodiscard]] const Pipeline* find(TypeIndex type, std::string_view id) const;
  /// The pipeline of the type that has the stage.
  [[nodiscard]] const Pipeline* with_stage(TypeIndex type, std::string_view stage_id) const;
  /// The object type whose pipeline has that id.
  [[nodiscard]] std::optional<TypeIndex> holder(std::string_view pipeline_id) const;

  Pipeline& add(TypeIndex type, Pipeline pipeline);
  [[nodiscard]] Pipeline* edit(TypeIndex type, std::string_view id);
  void remove(TypeIndex type, std::string_view id);
  /// A numeric id nobody has (reference 7: new ids are numeric texts).
  [[nodiscard]] std::string new_id();

  void note(PipelineAudit audit);
  /// Newest first; those of the stage, or of the pipeline where `stage_id` is empty.
  [[nodiscard]] std::vector<const PipelineAudit*> audits(TypeIndex type, std::string_view pipeline,
                                                         std::string_view stage) const;

 private:
  static constexpr std::size_t max_audits = 10'000;
  std::map<TypeIndex, std::vector<Pipeline>> pipelines_;
  std::deque<PipelineAudit> audits_;
  std::uint64_t last_id_ = 1'080'000'000;
};

/// The properties that say in which pipeline and stage a record is; nothing for types without.
struct StageProperties {
  std::optional<PropertyIndex> pipeline;
  std::optional<PropertyIndex> stage;
};
[[nodiscard]] StageProperties stage_properties(const ObjectType& type);

/// Live records of the type in one of those stages, in id order.
[[nodiscard]] std::vector<RecordPtr> records_in_stages(const Portal& portal, const ObjectType& type,
                                                       const std::vector<std::string>& stage_ids);

}  // namespace hubsim::portal
