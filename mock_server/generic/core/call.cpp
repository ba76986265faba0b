#include "mock_server/generic/core/call.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/random/prng.h"
#include "hubspot/rules/option_ids.h"
#include "hubspot/shapes/plausible.h"
#include "mock_server/generic/core/problems.h"

namespace hubsim::generic {

namespace {

using hubspot::Option;

/// How many items a resource has that no API call makes: domains, inboxes, business units.
constexpr std::size_t seeded_items = 3;

/// An id as part of a collection's name.
std::string as_segment(std::string_view text) {
  std::string segment;
  for (const char c : text) {
    segment += c == '/' ? std::string("%2F") : c == '%' ? std::string("%25") : std::string(1, c);
  }
  return segment;
}

bool names_object_type(std::string_view param) {
  return param == "objectType" || param == "objectTypeId" || param == "fromObjectType" ||
         param == "toObjectType";
}

/// A type by any of its names is one owner.
std::string plain_owner(const operations::Context& context, std::string_view param) {
  const std::string_view value = context.param(param);
  if (names_object_type(param)) {
    const portal::ObjectType* type = context.portal.find_type(value);
    return type != nullptr ? type->fact().type_id : std::string(value);
  }
  return as_segment(value);
}

/// A body that is a bare list is kept as one member.
Json as_object(Json fields) {
  if (fields.is_object()) {
    return fields;
  }
  Json wrapped = Json::object();
  if (!fields.is_null()) {
    wrapped["items"] = std::move(fields);
  }
  return wrapped;
}

std::uint64_t seed_of(const Call& call, std::uint64_t number) {
  return stable_hash(std::to_string(number), stable_hash(call.key, call.store.portal_id()));
}

std::string make_id(Call& call) {
  const std::string name(call.resource.name);
  const std::uint64_t number = call.store.next_number(name);
  if (call.resource.ids == IdKind::guid) {
    return hubspot::plausible_guid(seed_of(call, number));
  }
  // Numeric ids of one resource grow, as HubSpot's do.
  const std::uint64_t first = hubspot::plausible_id(stable_hash(name, call.store.portal_id()));
  return std::to_string(first + number * 7);
}

/// By what callers may name it beside its id: `tableIdOrName`.
bool has_name(const Item& item, std::string_view id_param, const std::string& wanted) {
  if (id_param.find("OrName") == std::string_view::npos) {
    return false;
  }
  const Json* name = json::find(*item.live, "name");
  return name != nullptr && name->is_string() && name->get_ref<const std::string&>() == wanted;
}

ItemPtr find_in(GenericStore& store, const std::string& key, std::string_view id_param,
                const std::string& id) {
  Collection& collection = store.collection(key);
  if (ItemPtr item = collection.find(id)) {
    return item;
  }
  for (const auto& [number, item] : collection.items()) {
    if (has_name(*item, id_param, id)) {
      return item;
    }
  }
  return nullptr;
}

void seed_collection(Call& call) {
  Collection& collection = call.store.collection(call.key);
  if (collection.seeded() || call.resource.creatable || !call.resource.listable) {
    return;
  }
  collection.set_seeded();
  for (std::size_t i = 0; i < seeded_items; ++i) {
    (void)save(call, new_item(call, Json::object()));
  }
}

std::optional<ApiError> locate_owners(Call& call) {
  const std::string_view name = call.resource.name;
  std::size_t begin = 0;
  for (const std::string_view param : call.row.owner_params) {
    const std::size_t hole = name.find("{}", begin);
    if (hole == std::string_view::npos) {
      break;
    }
    const Resource* owner = call.index.find(name.substr(0, hole - 1));
    std::string value = plain_owner(call.context, param);
    call.key += name.substr(begin, hole - begin);
    if (owner != nullptr && owner->creatable) {
      const std::string owner_key = call.key.substr(0, call.key.size() - 1);
      const ItemPtr item =
          find_in(call.store, owner_key, param, std::string(call.context.param(param)));
      if (item && !item->archived) {
        value = as_segment(item->id);
      } else if (!owner->modelled) {  // code of its own may keep it elsewhere
        return hubspot::object_not_found();
      }
    }
    call.key += value;
    begin = hole + 2;
  }
  call.key += name.substr(std::min(begin, name.size()));
  return std::nullopt;
}

std::optional<ApiError> read_parts(Call& call) {
  auto parts = operations::parse_multipart(call.context.request.header("content-type").value_or(""),
                                           call.context.request.body);
  if (!parts) {
    return ApiError{.message = parts.error(), .category = "VALIDATION_ERROR"};
  }
  call.parts = std::move(*parts);
  return std::nullopt;
}

std::optional<ApiError> read_json(Call& call) {
  const std::string_view body = call.context.request.body;
  const bool wants_object = !call.row.request || call.row.request.kind() != ShapeKind::array;
  if (trim(body).empty()) {
    // Actions are called without a body where nothing in it is required.
    if (call.row.request && has_required(call.row.request)) {
      return hubspot::missing_body();
    }
    call.body = Json::object();
    return std::nullopt;
  }
  auto read = wants_object ? operations::read_object(call.context) : read_list(call.context);
  if (!read) {
    return read.error();
  }
  call.body = std::move(*read);
  return check_body(call);
}

}  // namespace

GenericStore::Limits Call::limits() const {
  const auto& options = context.portal.options();
  return {.items = parse_uint(options.value(Option::generic_max_items)).value_or(0),
          .bytes = parse_uint(options.value(Option::generic_max_bytes)).value_or(0)};
}

Read<Call> locate(operations::Context& context, const OperationRow& row,
                  const ResourceIndex& index) {
  const Resource* resource = index.find(row.resource);
  HUBSIM_ASSERT(resource != nullptr);
  Call call{.context = context,
            .row = row,
            .index = index,
            .resource = *resource,
            .store = context.portal.part<GenericStore>(),
            .key = {},
            .id = row.id_param.empty() ? "" : std::string(context.param(row.id_param)),
            .body = {},
            .parts = {}};
  if (auto error = locate_owners(call)) {
    return Failure{std::move(*error)};
  }
  return call;
}

std::optional<ApiError> read_body(Call& call) {
  if (call.row.request_type.starts_with("multipart/")) {
    return read_parts(call);
  }
  const bool takes_json = call.row.request_type.empty()
                              ? static_cast<bool>(call.row.request) || call.row.json_body
                              : call.row.request_type.find("json") != std::string_view::npos;
  return takes_json ? read_json(call) : std::nullopt;
}

const Collection& items_of(Call& call) {
  seed_collection(call);
  return call.store.collection(call.key);
}

ItemPtr find_item(Call& call, const std::string& id) {
  seed_collection(call);
  ItemPtr item = find_in(call.store, call.key, call.row.id_param, id);
  const bool made_up = call.resource.any_id() ||
                       call.context.portal.options().is(Option::generic_missing_items, "made_up");
  if (!item && made_up && !id.empty() && call.row.role != Role::create) {
    Item fresh = new_item(call, Json::object());
    fresh.id = id;
    if (!save(call, std::move(fresh))) {
      item = call.store.find(call.key, id);
    }
  }
  return item;
}

bool is_visible(const Call& call, const Item& item) {
  if (item.archived) {
    return false;
  }
  if (!call.resource.draft_first) {
    return true;
  }
  // What removes or unpublishes an item reaches it whatever its state.
  const bool whole = call.row.role == Role::archive || call.row.role == Role::unpublish;
  return call.is_draft() ? !item.draft_gone : item.published || whole;
}

Read<ItemPtr> require_item(Call& call) {
  ItemPtr item = find_item(call, call.id);
  const bool wants_archived = call.context.query.first("archived").value_or("") == "true";
  const bool seen = item && (item->archived ? wants_archived || call.row.role == Role::restore
                                            : is_visible(call, *item));
  if (!seen) {
    return Failure{hubspot::object_not_found()};
  }
  return item;
}

std::optional<ApiError> save(Call& call, Item item) {
  return call.store.put(call.key, std::move(item), call.limits())
             ? std::nullopt
             : std::optional(account_full(call.limits()));
}

Item new_item(Call& call, Json fields) {
  fields = as_object(std::move(fields));
  Item item;
  if (call.resource.ids == IdKind::given) {
    const Json* given = json::find(fields, call.resource.id_field);
    item.id = given != nullptr ? id_text(*given) : "";
  }
  if (item.id.empty()) {
    item.id = make_id(call);
  }
  item.created = item.updated = call.context.now;
  item.live = std::make_shared<const Json>(std::move(fields));
  if (call.resource.draft_first) {
    item.draft = item.live;
  }
  return item;
}

Item changed(const Call& call, const Item& item, Json fields) {
  Item next = item;
  next.updated = call.context.now;
  auto shared = std::make_shared<const Json>(as_object(std::move(fields)));
  if (call.is_draft()) {
    next.draft = std::move(shared);
    return next;
  }
  const std::uint64_t number = next.revisions.empty() ? 1 : next.revisions.back().number + 1;
  next.revisions.push_back({.number = number, .fields = item.live, .at = item.updated});
  if (next.revisions.size() > max_revisions) {
    next.revisions.erase(next.revisions.begin());
  }
  next.live = std::move(shared);
  return next;
}

Json merged(const Json& fields, const Json& patch) {
  Json all = fields.is_object() ? fields : Json::object();
  if (patch.is_object()) {
    for (const auto& [name, value] : patch.items()) {
      all[name] = value;
    }
  }
  return all;
}

std::string id_text(const Json& value) { return value.is_structured() ? "" : json::text_of(value); }

}  // namespace hubsim::generic
