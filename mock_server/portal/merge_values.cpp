#include "mock_server/portal/merge_values.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"

namespace hubsim::portal {

namespace {

void set_value(Record& record, PropertyIndex index, std::string text) {
  const auto place = std::lower_bound(
      record.values.begin(), record.values.end(), index,
      [](const auto& value, PropertyIndex wanted) { return value.first < wanted; });
  if (place != record.values.end() && place->first == index) {
    place->second = std::move(text);
  } else {
    record.values.emplace(place, index, std::move(text));
  }
}

std::string text_of(const Record& record, std::optional<PropertyIndex> index) {
  const std::string* value = index ? record.value(*index) : nullptr;
  return value != nullptr ? *value : std::string();
}

/// How far along the options a value stands; one that is no option stands before all.
int rank(const Property& property, std::string_view value) {
  const auto& options = property.fact.options;
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const auto& option) { return option.value == value; });
  return found == options.end() ? -1 : static_cast<int>(found - options.begin());
}

/// "a;b" and what of "c" is not in it.
void add_addresses(std::string& list, std::string_view more, std::string_view own) {
  for (const std::string_view address : split(more, ';')) {
    const auto known = split(list, ';');
    const bool there = std::any_of(known.begin(), known.end(), [&](std::string_view each) {
      return equals_ignoring_case(each, address);
    });
    if (!address.empty() && !there && !equals_ignoring_case(address, own)) {
      list.append(list.empty() ? "" : ";").append(address);
    }
  }
}

/// The other's address becomes an additional one of the outcome.
void keep_addresses(const ObjectType& type, Record& record, const Record& other,
                    std::string_view single, std::string_view additional) {
  const auto one = type.property_index(single);
  const auto many = type.property_index(additional);
  if (!one || !many) {
    return;
  }
  std::string list = text_of(record, many);
  const std::string own = text_of(record, one);
  add_addresses(list, text_of(other, one), own);
  add_addresses(list, text_of(other, many), own);
  if (list != text_of(record, many)) {
    set_value(record, *many, std::move(list));
  }
}

}  // namespace

std::size_t merge_record_values(const ObjectType& type, Record& record, const Record& primary,
                                const Record& other) {
  std::size_t moved = 0;
  const auto additional = {type.property_index("hs_additional_emails"),
                           type.property_index("hs_additional_domains"),
                           type.property_index("hs_merged_object_ids")};
  for (const auto& [index, text] : other.values) {
    const bool apart = std::find(additional.begin(), additional.end(), index) != additional.end();
    if (!apart && !text.empty() && text_of(primary, index).empty()) {
      set_value(record, index, text);
      ++moved;
    }
  }
  if (const auto stage = type.property_index("lifecyclestage")) {
    const std::string theirs = text_of(other, stage);
    if (rank(type.property(*stage), theirs) >
        rank(type.property(*stage), text_of(primary, stage))) {
      moved += text_of(record, stage) != theirs ? 1U : 0U;
      set_value(record, *stage, theirs);
    }
  }
  keep_addresses(type, record, other, "email", "hs_additional_emails");
  keep_addresses(type, record, other, "domain", "hs_additional_domains");
  return moved;
}

void drop_backward_stage(const ObjectType& type, const Record& before,
                         std::vector<std::pair<PropertyIndex, std::string>>& writes) {
  const auto stage = type.property_index("lifecyclestage");
  const std::string now = text_of(before, stage);
  if (!stage || now.empty()) {
    return;
  }
  std::erase_if(writes, [&](const auto& write) {
    const Property& property = type.property(*stage);
    return write.first == *stage && !write.second.empty() &&
           rank(property, write.second) < rank(property, now);
  });
}

void note_merged(const ObjectType& type, Record& record, const std::string& ids, Instant now) {
  if (const auto index = type.property_index("hs_merged_object_ids")) {
    set_value(record, *index, ids);
  }
  const auto vids = type.property_index("hs_calculated_merged_vids");
  if (!vids) {
    return;
  }
  std::string known = text_of(record, vids);
  for (const std::string_view id : split(ids, ';')) {
    if ((";" + known).find(";" + std::string(id) + ":") == std::string::npos) {
      known.append(known.empty() ? "" : ";").append(id).append(":");
      known += std::to_string(to_unix_ms(now));
    }
  }
  set_value(record, *vids, std::move(known));
}

std::vector<PropertyIndex> changed_values(const Record& before, const Record& after) {
  std::vector<PropertyIndex> changed;
  for (const auto& [index, text] : after.values) {
    const std::string* old = before.value(index);
    if (old == nullptr || *old != text) {
      changed.push_back(index);
    }
  }
  return changed;
}

std::vector<Associations::Edge> without_second_primary(const hubspot::Facts& facts,
                                                       const std::vector<Associations::Edge>& own,
                                                       std::vector<Associations::Edge> edges,
                                                       Endpoint primary) {
  const auto is_primary = [&](int type_id) {
    const auto* fact = facts.find_association_type(type_id);
    return fact != nullptr && fact->label.starts_with("Primary");
  };
  const auto has = [&](int type_id) {
    return std::any_of(own.begin(), own.end(),
                       [&](const auto& edge) { return edge.types.contains(type_id); });
  };
  std::erase_if(edges, [&](const auto& edge) { return edge.other == primary; });
  for (auto& edge : edges) {
    const std::set<int> types = edge.types;
    for (const int type_id : types) {
      if (is_primary(type_id) && has(type_id)) {
        edge.types.erase(type_id);
        const auto* fact = facts.find_association_type(type_id);
        edge.inverse_types.erase(fact->inverse_type_id);
      }
    }
  }
  return edges;
}

}  // namespace hubsim::portal
