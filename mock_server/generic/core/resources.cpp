#include "mock_server/generic/core/resources.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "hubspot/shapes/plausible.h"

namespace hubsim::generic {

namespace {

using hubspot::Field;
using hubspot::OperationRow;
using hubspot::Role;
using hubspot::Shape;
using hubspot::ShapeKind;

/// Resources whose ids are GUIDs though no shape says so (behaviour reference 7).
constexpr std::array<std::string_view, 2> guid_resources{"/marketing/forms",
                                                         "/marketing/campaigns"};

bool makes_items(Role role) {
  switch (role) {
    case Role::create:
    case Role::upsert:
    case Role::upload:
    case Role::batch_create:
    case Role::batch_upsert:
      return true;
    default:
      return false;
  }
}

bool lists_items(Role role) { return role == Role::list || role == Role::search; }

bool is_object(Shape shape) { return shape && shape.kind() == ShapeKind::object; }

/// Alternatives of one kind of thing share what counts here: the first stands for them.
Shape unwrapped(Shape shape) {
  for (int depth = 0;
       depth < 4 && shape && shape.kind() == ShapeKind::one_of && shape.alternative_count() > 0;
       ++depth) {
    shape = shape.alternative_at(0);
  }
  return shape;
}

/// The best description of an item: what a read answers, else what a list or a create does.
Shape item_shape(const Resource& resource) {
  for (const Role role : {Role::read, Role::create, Role::update, Role::replace, Role::upload,
                          Role::upsert, Role::clone, Role::read_one}) {
    const OperationRow* row = resource.row(role);
    if (row != nullptr && is_object(unwrapped(row->response))) {
      return unwrapped(row->response);
    }
  }
  for (const Role role : {Role::list, Role::search, Role::batch_read, Role::batch_create}) {
    const OperationRow* row = resource.row(role);
    if (row != nullptr && row->response && element_of(row->response)) {
      return unwrapped(element_of(row->response));
    }
  }
  return {};
}

std::string last_word(std::string_view param) {
  std::size_t at = param.size();
  while (at > 0 && !(param[at - 1] >= 'A' && param[at - 1] <= 'Z')) {
    --at;
  }
  return at == 0 ? std::string(param) : to_lower(param.substr(at - 1));
}

std::string_view id_param_of(const Resource& resource) {
  for (const OperationRow* row : resource.rows) {
    if (!row->id_param.empty() && row->role != Role::task_status) {
      return row->id_param;
    }
  }
  return {};
}

std::string id_field_of(const Resource& resource, std::string_view param) {
  const std::array<std::string, 9> candidates{std::string(param),
                                              "id",
                                              last_word(param),
                                              "objectId",
                                              "guid",
                                              "uuid",
                                              "name",
                                              "code",
                                              "path"};
  for (const std::string& each : candidates) {
    if (!each.empty() && resource.item.field(each)) {
      return each;
    }
  }
  return "id";
}

IdKind id_kind_of(const Resource& resource, std::string_view param) {
  const auto meaning = hubspot::meaning_of(param);
  const Field field = resource.item.field(resource.id_field);
  const OperationRow* create = resource.row(Role::create);
  const bool asked_for = create != nullptr && create->request &&
                         create->request != create->response &&
                         create->request.field(resource.id_field).required;
  if (asked_for || resource.id_field == "name" || resource.id_field == "code" ||
      resource.id_field == "path") {
    return IdKind::given;
  }
  if (std::count(guid_resources.begin(), guid_resources.end(), resource.name) > 0 ||
      meaning == hubspot::Meaning::guid ||
      (field && field.shape.format() == hubspot::ShapeFormat::uuid)) {
    return IdKind::guid;
  }
  return IdKind::numeric;
}

void complete(Resource& resource) {
  const bool made_by_put = resource.row(Role::replace) != nullptr;
  for (const OperationRow* row : resource.rows) {
    resource.creatable |= makes_items(row->role) || (made_by_put && row->role == Role::replace);
    resource.listable |= lists_items(row->role);
    resource.keeps_archived |= row->role == Role::restore;
    resource.keeps_archived |= row->query && static_cast<bool>(row->query.field("archived"));
    resource.draft_first |= row->role == Role::list && row->stage == hubspot::Stage::draft;
    resource.modelled |= row->grade == hubspot::Grade::modelled;
  }
  resource.item = item_shape(resource);
  const std::string_view param = id_param_of(resource);
  resource.id_field = id_field_of(resource, param);
  resource.ids = id_kind_of(resource, param);
  const OperationRow* create = resource.row(Role::create);
  const bool in_request =
      create != nullptr && create->request && create->request.field(resource.id_field);
  resource.tells_ids = resource.item.field(resource.id_field) || in_request || create == nullptr;
}

}  // namespace

const OperationRow* Resource::row(Role role) const {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const OperationRow* each) { return each->role == role; });
  return found == rows.end() ? nullptr : *found;
}

ResourceIndex::ResourceIndex(std::span<const OperationRow> rows) {
  for (const OperationRow& row : rows) {
    Resource& resource = all_[row.resource];
    resource.name = row.resource;
    resource.rows.push_back(&row);
  }
  for (auto& [name, resource] : all_) {
    complete(resource);
  }
}

const Resource* ResourceIndex::find(std::string_view name) const {
  const auto found = all_.find(name);
  return found == all_.end() ? nullptr : &found->second;
}

Field list_field(Shape answer) {
  Field found;
  if (!is_object(answer)) {
    return found;
  }
  for (const Field field : answer.fields()) {
    const bool is_list = field.shape && field.shape.kind() == ShapeKind::array;
    if (is_list && field.name == "results") {
      return field;
    }
    // A list that must be there is the answer's point more likely than one that may be.
    if (is_list && is_object(field.shape.element()) && field.name != "errors" &&
        (!found || (field.required && !found.required))) {
      found = field;
    }
  }
  return found;
}

Shape element_of(Shape answer) {
  if (!answer) {
    return {};
  }
  if (answer.kind() == ShapeKind::array) {
    return answer.element();
  }
  if (answer.kind() == ShapeKind::one_of) {
    for (const Shape each : answer.alternatives()) {
      if (const Shape element = element_of(each)) {
        return element;
      }
    }
    return {};
  }
  const Field field = list_field(answer);
  return field ? field.shape.element() : Shape();
}

}  // namespace hubsim::generic
