// SchemaBook: the custom object types of a portal as their schemas describe them (behaviour
// reference 4.11). The types themselves live in the portal, so that every CRM operation knows them;
// here is what only schemas show: labels, display properties, association definitions.
// Threads: guarded by the portal's lock. Invariant: a live schema has a type of the same name in
// the portal; an archived one keeps its name taken until it is purged.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/operations/support/answer.h"
#include "mock_server/portal/part.h"
#include "mock_server/portal/portal.h"

namespace hubsim::operations {

struct SchemaAssociation {
  std::uint64_t id = 0;
  std::string from_type_id;
  std::string to_type_id;
  std::string name;
  Instant created_at{};
};

struct Schema {
  std::uint64_t id = 0;
  portal::TypeIndex type = 0;
  std::string name;
  std::string type_id;  ///< "2-3465404"
  std::string singular;
  std::string plural;
  std::string description;
  std::string primary_display;
  std::vector<std::string> secondary_display;
  std::vector<std::string> required;
  std::vector<std::string> searchable;
  std::vector<SchemaAssociation> associations;
  bool allows_sensitive = false;
  bool archived = false;
  Instant created_at{};
  Instant updated_at{};
};

inline constexpr std::size_t max_schemas = 10;               // D 4.11, Enterprise base
inline constexpr std::size_t max_schemas_ever = 1'000;       // ours: types are never given back
inline constexpr std::size_t max_schema_associations = 500;  // ours

class SchemaBook : public portal::PartOf<SchemaBook> {
 public:
  explicit SchemaBook(const portal::Portal& /*portal*/) {}

  Schema& add(Schema schema);
  [[nodiscard]] std::uint64_t next_id() const noexcept { return next_id_; }
  /// By name, fully qualified name or type id; archived ones only when asked for.
  [[nodiscard]] Schema* find(const portal::Portal& portal, std::string_view name, bool archived);
  [[nodiscard]] const std::map<std::uint64_t, Schema>& all() const noexcept { return schemas_; }
  [[nodiscard]] std::size_t live_count() const;
  void purge(std::uint64_t id) { schemas_.erase(id); }
  SchemaAssociation& associate(Schema& schema, SchemaAssociation association);
  /// Whether that many may still be made at all.
  [[nodiscard]] bool exhausted() const noexcept { return made_ >= max_schemas_ever; }

 private:
  std::map<std::uint64_t, Schema> schemas_;
  std::uint64_t next_id_ = 3'465'401;
  std::uint64_t next_association_id_ = 101;
  std::size_t made_ = 0;
};

/// What an answer shows of a schema beside its definition.
struct SchemaParts {
  bool properties = true;
  bool associations = true;
};

/// A custom type's schema.
[[nodiscard]] std::string render_schema(const Context& context, const Schema& schema,
                                        SchemaParts parts);
/// The definition only, as updates answer it.
[[nodiscard]] std::string render_definition(const Context& context, const Schema& schema);
/// A type of HubSpot's own in the same shape (4.11, R).
[[nodiscard]] std::string render_standard(const Context& context, const portal::ObjectType& type,
                                          SchemaParts parts);
[[nodiscard]] std::string render_association(const SchemaAssociation& association);

}  // namespace hubsim::operations
