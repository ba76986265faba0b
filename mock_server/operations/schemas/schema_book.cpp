#include "mock_server/operations/schemas/schema_book.h"

#include <algorithm>

#include "common/base/text.h"

namespace hubsim::operations {

Schema& SchemaBook::add(Schema schema) {
  ++made_;
  schema.id = next_id_++;
  return schemas_[schema.id] = std::move(schema);
}

Schema* SchemaBook::find(const portal::Portal& portal, std::string_view name, bool archived) {
  const std::string prefix = "p" + std::to_string(portal.config().portal_id) + "_";
  for (auto& [id, schema] : schemas_) {
    const bool same = equals_ignoring_case(name, schema.name) || name == schema.type_id ||
                      equals_ignoring_case(name, prefix + schema.name);
    if (same && schema.archived == archived) {
      return &schema;
    }
  }
  return nullptr;
}

std::size_t SchemaBook::live_count() const {
  return static_cast<std::size_t>(std::count_if(
      schemas_.begin(), schemas_.end(), [](const auto& item) { return !item.second.archived; }));
}

SchemaAssociation& SchemaBook::associate(Schema& schema, SchemaAssociation association) {
  association.id = next_association_id_++;
  return schema.associations.emplace_back(std::move(association));
}

}  // namespace hubsim::operations
