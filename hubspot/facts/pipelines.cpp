#include "hubspot/facts/pipelines.h"

#include <stdexcept>

#include "common/json/json.h"
#include "hubspot/facts/embedded_data.h"

namespace hubsim::hubspot {

namespace {

constexpr std::string_view file_name = "pipelines.json";

StageFact read_stage(const Json& in) {
  StageFact stage{.id = in.at("id"), .label = in.at("label"), .metadata = {}};
  for (const auto& [key, value] : in.at("metadata").items()) {
    stage.metadata.emplace_back(key, value.get<std::string>());
  }
  return stage;
}

std::vector<PipelineFact> read_all() {
  const auto parsed = json::parse(embedded_file(file_name));
  if (!parsed) {
    throw std::runtime_error("hubspot/data/pipelines.json: " + parsed.error().message);
  }
  std::vector<PipelineFact> all;
  for (const Json& in : parsed->at("pipelines")) {
    PipelineFact fact{.type_id = in.at("typeId"),
                      .id = in.at("id"),
                      .label = in.at("label"),
                      .display_order = in.at("displayOrder"),
                      .stages = {}};
    for (const Json& stage : in.at("stages")) {
      fact.stages.push_back(read_stage(stage));
    }
    all.push_back(std::move(fact));
  }
  return all;
}

}  // namespace

const std::vector<PipelineFact>& default_pipelines() {
  static const std::vector<PipelineFact> all = [] {
    try {
      return read_all();
    } catch (const Json::exception& error) {
      throw std::runtime_error(std::string("hubspot/data/pipelines.json: ") + error.what());
    }
  }();
  return all;
}

}  // namespace hubsim::hubspot
