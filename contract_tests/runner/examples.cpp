#include "contract_tests/runner/examples.h"

#include <array>

#include "common/base/text.h"
#include "common/random/prng.h"
#include "hubspot/shapes/plausible.h"

namespace hubsim::contract {

namespace {

using hubspot::Role;
using hubspot::Shape;
using hubspot::ShapeKind;

constexpr int deepest = 6;

Json example(Shape shape, std::string_view name, const ExampleWishes& wishes, int depth);

Json example_object(Shape shape, const ExampleWishes& wishes, int depth) {
  Json object = Json::object();
  for (const hubspot::Field field : shape.fields()) {
    const bool wanted = field.required || (depth == 0 && field.name == "inputs");
    if (wanted && depth < deepest) {
      object[std::string(field.name)] = example(field.shape, field.name, wishes, depth + 1);
    }
  }
  return object;
}

Json example(Shape shape, std::string_view name, const ExampleWishes& wishes, int depth) {
  switch (shape.kind()) {
    case ShapeKind::object:
      return example_object(shape, wishes, depth);
    case ShapeKind::array:
      return depth < deepest ? Json::array({example(shape.element(), name, wishes, depth + 1)})
                             : Json::array();
    case ShapeKind::one_of:
      return shape.alternative_count() > 0 && depth < deepest
                 ? example(shape.alternative_at(0), name, wishes, depth + 1)
                 : Json::object();
    default:
      return hubspot::plausible_value(
          shape, {.name = name, .seed = wishes.seed, .created = wishes.now, .updated = wishes.now});
  }
}

/// Members by which bodies name the item they mean.
constexpr std::array<std::string_view, 4> id_members{"id", "objectId", "contentId", "primaryId"};

void name_item(Json& body, const ExampleWishes& wishes) {
  for (const std::string_view name : id_members) {
    const auto member = body.is_object() ? body.find(std::string(name)) : body.end();
    if (member == body.end()) {
      continue;
    }
    const auto number = member->is_number() ? parse_int(wishes.id) : std::nullopt;
    *member = number ? Json(*number) : Json(wishes.id);
  }
}

bool means_items(Role role) {
  switch (role) {
    case Role::batch_read:
    case Role::batch_update:
    case Role::batch_replace:
    case Role::batch_archive:
    case Role::clone:
    case Role::schedule:
    case Role::attach_language:
    case Role::detach_language:
    case Role::create_language:
    case Role::set_primary_language:
    case Role::update_languages:
    case Role::publish:
    case Role::publish_draft:
      return true;
    default:
      return false;
  }
}

/// The member of an input that names its item: what the shape has, or `id` where it is open.
std::string input_member(Shape inputs) {
  const Shape input = inputs && inputs.kind() == ShapeKind::array ? inputs.element() : Shape();
  for (const std::string_view name : id_members) {
    if (input && input.field(name)) {
      return std::string(name);
    }
  }
  return "id";
}

/// Inputs of a batch are ids, or objects that name an item.
void name_items(Json& body, Shape shape, const ExampleWishes& wishes) {
  name_item(body, wishes);
  if (!body.is_object()) {
    return;
  }
  for (auto& [name, value] : body.items()) {
    for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
      if (value[i].is_string() && name == "inputs") {
        value[i] = wishes.id;
      } else if (value[i].is_object() && name == "inputs") {
        const std::string member = input_member(shape.field(name).shape);
        value[i].emplace(member, "");
        name_item(value[i], wishes);
      }
    }
  }
}

std::string lower_word(std::string_view param) {
  std::size_t at = param.size();
  while (at > 0 && !(param[at - 1] >= 'A' && param[at - 1] <= 'Z')) {
    --at;
  }
  return at == 0 ? std::string(param) : to_lower(param.substr(at - 1));
}

}  // namespace

Json example_body(const hubspot::OperationRow& row, const ExampleWishes& wishes) {
  if (!row.request) {
    return {};
  }
  Json body = example(row.request, "", wishes, 0);
  if (!wishes.id.empty() && means_items(row.role)) {
    if (body.is_object() && row.request.field("id") && row.role != Role::batch_update) {
      body["id"] = wishes.id;
    }
    name_items(body, row.request, wishes);
  }
  return body;
}

std::string id_in(const Json& answer, std::string_view id_param) {
  const std::array<std::string, 9> names{std::string(id_param),
                                         "id",
                                         lower_word(id_param),
                                         "objectId",
                                         "taskId",
                                         "guid",
                                         "uuid",
                                         "name",
                                         "code"};
  for (const std::string& name : names) {
    const Json* id = json::find(answer, name);
    if (!name.empty() && id != nullptr && !id->is_structured() && !id->is_null()) {
      return json::text_of(*id);
    }
  }
  return "";
}

}  // namespace hubsim::contract
