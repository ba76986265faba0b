// The object types of a portal: those of the facts, and those made at run time.
#include "common/base/assert.h"
#include "mock_server/portal/portal.h"

namespace hubsim::portal {

const ObjectType* Portal::find_type(std::string_view name) const {
  const auto index = directory_.find(name);
  return index ? types_[*index].get() : nullptr;
}

TypeIndex Portal::add_type(hubspot::ObjectTypeFact fact, Instant now) {
  HUBSIM_ASSERT(types_.size() < UINT16_MAX);
  const auto index = static_cast<TypeIndex>(types_.size());
  const auto type = types_.emplace_back(std::make_shared<ObjectType>(index, std::move(fact), now));
  // Contacts keep up to 45 values, others about 20 (4.6, D/I).
  histories_.emplace_back(type->fact().type_id == "0-1" ? 45 : 20);
  stores_.emplace_back(type->fact().first_id, type->unique_properties());
  const auto email = type->property_index("email");
  const auto additional = type->property_index("hs_additional_emails");
  if (email && additional && stores_.back().is_unique(*email)) {
    stores_.back().share_unique_space(*email, *additional);
  }
  directory_.add(hubspot::path_names(type->fact()), index);
  return index;
}

const ObjectType* Portal::define_type(hubspot::ObjectTypeFact fact, Instant now) {
  if (directory_.knows_any(hubspot::path_names(fact))) {
    return nullptr;
  }
  return types_[add_type(std::move(fact), now)].get();
}

bool Portal::remove_type(TypeIndex type) {
  if (stores_[type].live_count() != 0) {
    return false;
  }
  edit_type(type).mark_removed();
  directory_.remove(type);
  return true;
}

ObjectType& Portal::edit_type(TypeIndex type) {
  auto& place = types_[type];
  if (place.use_count() > 1) {
    place = std::make_shared<ObjectType>(*place);
  }
  return *place;
}

}  // namespace hubsim::portal
