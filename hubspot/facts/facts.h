// Facts: what HubSpot is, read once from the data files in hubspot/data: object types, their
// default properties, association types, limits per tier. Behaviour lives elsewhere.
// Threads: immutable once loaded; shared by all portals. Every fact carries its evidence grade
// ("D" documented, "R" recorded, "I" inferred, "U" chosen where unknown).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubsim::hubspot {

struct PropertyOption {
  std::string label;
  std::string value;
  int display_order = 0;
  bool hidden = false;
  std::optional<std::string> description;  ///< shown where HubSpot has one, even when empty
};

struct PropertyFact {
  std::string name;
  std::string label;
  std::string type;        ///< string, number, date, datetime, enumeration, bool
  std::string field_type;  ///< text, textarea, select, ...
  std::string group_name;
  std::string description;
  std::vector<PropertyOption> options;
  bool has_unique_value = false;
  bool calculated = false;
  bool read_only_value = false;
  /// non_sensitive, sensitive or highly_sensitive (4.10, D); webhooks redact the latter two.
  std::string data_sensitivity = "non_sensitive";
  bool hubspot_defined = true;
  /// How a system value is made when it is not stored: "object_id", "created_at", "updated_at",
  /// "email_domain", "source", "source_id", "source_label", "constant:<text>", or a kind of
  /// hubspot/rules/derived_values.h; empty for stored ones.
  std::string derived;
  /// The value HubSpot sets on create when the caller gives none; empty for none.
  std::string default_value;
  /// The property whose value it takes on create when the caller gives none; empty for none.
  std::string default_from;
  /// In the answer to a create even when the caller did not set it (behaviour reference 4.4).
  bool in_create_answer = false;
  /// In the answer to an update (4.7).
  bool in_update_answer = false;
  std::string evidence;
  bool hidden = false;
  bool form_field = false;
  /// The options live elsewhere (owners, currencies): any value passes, as we do not have them.
  bool external_options = false;
  int display_order = -1;
  /// The object type whose ids it holds: OWNER, COMPANY; empty for none.
  std::string referenced_object_type;
  /// As the caller wrote it (hubspot/rules/formula.h); empty for none.
  std::string calculation_formula{};
  /// showCurrencySymbol, numberDisplayHint, ... as the caller wrote them, in the order of the wire.
  std::vector<std::pair<std::string, std::string>> display_hints{};
};

struct PropertyGroupFact {
  std::string name;
  std::string label;
  int display_order = -1;
  std::string evidence;
};

/// What the API offers for a type (behaviour reference, A1; most offer all but the last two).
enum class Verb : std::uint8_t {
  list,
  read,
  create,
  update,
  archive,
  batch_create,
  batch_read,
  batch_update,
  batch_upsert,
  batch_archive,
  search,
  merge,
  gdpr_delete,
};

struct ObjectTypeFact {
  std::string type_id;   ///< "0-1"
  std::string plural;    ///< "contacts": the name in paths; of a custom type its short name
  std::string singular;  ///< "contact"
  std::string label;     ///< "CONTACT": the name in messages
  /// "p147893286_cars" of a custom type; empty for HubSpot's own.
  std::string fully_qualified_name;
  std::uint64_t first_id = 0;  ///< where ids start: the magnitude of recorded ones
  std::string created_property;
  std::string modified_property;
  std::vector<std::string> default_properties;     ///< answered when none are asked for
  std::vector<std::string> searchable_properties;  ///< what `query` looks at
  std::vector<std::string> required_to_create;     ///< a create without them is refused
  /// Required by the documentation, of which some pass in practice (4.4).
  std::vector<std::string> documented_required;
  std::vector<std::string> aliases;  ///< further names in paths: "payments"
  bool singular_resolves = true;     ///< whether paths take the singular (4.1)
  bool in_object_library = false;    ///< must be enabled in the portal (4.11)
  std::uint32_t verbs = 0;           ///< bits of Verb
  std::string evidence;
  std::vector<PropertyGroupFact> groups;
  std::vector<PropertyFact> properties;

  [[nodiscard]] bool allows(Verb verb) const noexcept {
    return (verbs & (1U << static_cast<unsigned>(verb))) != 0;
  }
};

struct AssociationTypeFact {
  std::string from_type_id;  ///< an object type, or a name where the type is no CRM object
  std::string to_type_id;
  int type_id = 0;
  std::string category;     ///< HUBSPOT_DEFINED
  std::string label;        ///< "Primary", empty for the unlabelled one
  std::string name;         ///< "deal_to_company"
  int inverse_type_id = 0;  ///< 0: HubSpot lists none
  std::string evidence;
};

struct TierLimits {
  std::string tier;
  int burst = 0;  ///< calls per ten seconds and app
  int daily = 0;  ///< calls per account and day; 0: none
};

struct Facts {
  std::vector<ObjectTypeFact> object_types;
  std::vector<AssociationTypeFact> association_types;  ///< in order of id
  std::vector<TierLimits> private_app_limits;          ///< by tier
  int oauth_burst = 110;
  int search_per_second = 5;

  /// By any of its names; nullptr when unknown. A portal knows more types: ask that first.
  [[nodiscard]] const ObjectTypeFact* find_type(std::string_view name) const;
  /// nullptr when HubSpot has no such id.
  [[nodiscard]] const AssociationTypeFact* find_association_type(int type_id) const;
};

/// Every name paths accept for the type (behaviour reference 4.1): in any case.
[[nodiscard]] std::vector<std::string_view> path_names(const ObjectTypeFact& type);

/// Reads the embedded data. Throws std::runtime_error naming file and place when it is broken,
/// which a test keeps from shipping.
[[nodiscard]] std::shared_ptr<const Facts> load_facts();

}  // namespace hubsim::hubspot
