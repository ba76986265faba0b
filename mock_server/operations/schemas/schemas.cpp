// Custom object schemas: create, read, list, update, delete and purge (behaviour reference 4.11).
#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/crm/property_input.h"
#include "mock_server/operations/schemas/schema_book.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

using Kind = Field::Kind;

/// What every custom object has beside its own properties; taken from a type of HubSpot's own.
constexpr std::array<std::string_view, 9> system_properties{
    "hs_object_id",         "hs_createdate",       "hs_lastmodifieddate",
    "hs_object_source",     "hs_object_source_id", "hs_object_source_label",
    "hs_merged_object_ids", "hubspot_owner_id",    "hubspot_owner_assigneddate"};
constexpr std::string_view like_type = "services";
constexpr std::uint64_t first_record_id = 9'100'000'001;

bool is_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '_';
  });
}

std::vector<std::string> texts_of(const Json& object, const char* name) {
  std::vector<std::string> texts;
  if (const Json* list = json::find(object, name)) {
    for (const Json& item : *list) {
      texts.push_back(scalar_text(item));
    }
  }
  return texts;
}

SchemaParts parts_of(const Context& context) {
  const auto wants = [&](std::string_view name) {
    return !equals_ignoring_case(context.query.first(name).value_or("true"), "false");
  };
  return {.properties = wants("includePropertyDefinitions"),
          .associations = wants("includeAssociationDefinitions")};
}

bool wants_archived(const Context& context) {
  return equals_ignoring_case(context.query.first("archived").value_or(""), "true");
}

// ---- create

class Creation {
 public:
  explicit Creation(Context& context) : context_(context) {}

  Read<const Schema*> run() {
    auto failed = read();
    if (!failed) {
      failed = define();
    }
    return failed ? Read<const Schema*>(Failure{*failed}) : made_;
  }

 private:
  SchemaBook& book() { return context_.portal.part<SchemaBook>(); }

  std::optional<ApiError> read() {
    static constexpr std::array<Field, 10> fields{{{"name", Kind::text, true},
                                                   {"labels", Kind::object, true},
                                                   {"requiredProperties", Kind::list, true},
                                                   {"properties", Kind::list, true},
                                                   {"associatedObjects", Kind::list, true},
                                                   {"searchableProperties", Kind::list},
                                                   {"secondaryDisplayProperties", Kind::list},
                                                   {"primaryDisplayProperty", Kind::text},
                                                   {"description", Kind::text},
                                                   {"allowsSensitiveProperties", Kind::boolean}}};
    auto body = read_fields(context_, fields);
    if (!body) {
      return body.error();
    }
    body_ = std::move(*body);
    schema_.name = body_.at("name");
    schema_.singular = json::text_of(body_.at("labels").value("singular", Json("")));
    schema_.plural = json::text_of(body_.at("labels").value("plural", Json("")));
    schema_.description = body_.value("description", "");
    schema_.primary_display = body_.value("primaryDisplayProperty", "");
    schema_.secondary_display = texts_of(body_, "secondaryDisplayProperties");
    schema_.required = texts_of(body_, "requiredProperties");
    schema_.searchable = texts_of(body_, "searchableProperties");
    schema_.allows_sensitive = body_.value("allowsSensitiveProperties", false);
    schema_.created_at = schema_.updated_at = context_.now;
    return check();
  }

  std::optional<ApiError> check() {
    if (!is_name(schema_.name)) {  // D 4.11, text U
      return choices::validation("Invalid object name " + schema_.name +
                                 ": letters, digits and underscores, a letter first");
    }
    const bool taken = context_.portal.find_type(schema_.name) != nullptr ||
                       book().find(context_.portal, schema_.name, true) != nullptr;
    if (taken) {
      return ApiError{.status = 409,
                      .message = "Object type " + schema_.name + " already exists",
                      .category = "OBJECT_ALREADY_EXISTS"};
    }
    const bool enterprise = context_.portal.config().tier == "enterprise";
    const bool any = context_.portal.options().is(hubspot::Option::schemas_tier, "any");
    const std::size_t limit = enterprise || any ? max_schemas : 0;
    if (book().live_count() >= limit || book().exhausted()) {
      return choices::validation("You have reached the limit of " + std::to_string(limit) +
                                 " custom objects");
    }
    std::vector<std::string> known(system_properties.begin(), system_properties.end());
    for (const Json& property : body_.at("properties")) {
      const Json* name = json::find(property, "name");
      known.push_back(name != nullptr ? scalar_text(*name) : "");
    }
    return check_named(known);
  }

  std::optional<ApiError> check_named(const std::vector<std::string>& known) {
    std::vector<std::string> named = schema_.required;
    named.insert(named.end(), schema_.searchable.begin(), schema_.searchable.end());
    named.insert(named.end(), schema_.secondary_display.begin(), schema_.secondary_display.end());
    if (!schema_.primary_display.empty()) {
      named.push_back(schema_.primary_display);
    }
    for (const std::string& name : named) {
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        return choices::validation("Property " + name + " is not defined on the object");
      }
    }
    for (const std::string& name : texts_of(body_, "associatedObjects")) {
      if (context_.portal.find_type(name) == nullptr) {
        return hubspot::unknown_object_type(name);
      }
    }
    return std::nullopt;
  }

  hubspot::ObjectTypeFact fact_of_type() const {
    const portal::ObjectType& like = *context_.portal.find_type(like_type);
    const std::string id = std::to_string(context_.portal.part<SchemaBook>().next_id());
    hubspot::ObjectTypeFact fact;
    fact.type_id = "2-" + id;
    fact.plural = schema_.name;
    fact.singular = schema_.name;
    fact.label = schema_.name;
    fact.fully_qualified_name =
        "p" + std::to_string(context_.portal.config().portal_id) + "_" + schema_.name;
    fact.first_id = first_record_id;
    fact.created_property = "hs_createdate";
    fact.modified_property = "hs_lastmodifieddate";
    fact.default_properties = {"hs_createdate", "hs_lastmodifieddate", "hs_object_id"};
    fact.searchable_properties = schema_.searchable;
    fact.required_to_create = schema_.required;
    fact.verbs = like.fact().verbs | (1U << static_cast<unsigned>(hubspot::Verb::merge));
    for (const std::string_view name : system_properties) {
      if (const auto index = like.property_index(name)) {
        fact.properties.push_back(like.property(*index).fact);
        fact.properties.back().group_name = group_name();
      }
    }
    return fact;
  }

  [[nodiscard]] std::string group_name() const { return to_lower(schema_.name) + "_information"; }

  std::optional<ApiError> define() {
    const auto* type = context_.portal.define_type(fact_of_type(), context_.now);
    if (type == nullptr) {
      return ApiError{.status = 409,
                      .message = "Object type " + schema_.name + " already exists",
                      .category = "OBJECT_ALREADY_EXISTS"};
    }
    schema_.type = type->index();
    schema_.type_id = type->fact().type_id;
    if (auto failed = define_properties()) {
      context_.portal.remove_type(schema_.type);
      return failed;
    }
    Schema& kept = book().add(std::move(schema_));
    for (const std::string& name : texts_of(body_, "associatedObjects")) {
      const std::string to = context_.portal.find_type(name)->fact().type_id;
      book().associate(kept, {.from_type_id = kept.type_id,
                              .to_type_id = to,
                              .name = kept.name + "_to_" + to_lower(name),
                              .created_at = context_.now});
    }
    made_ = &kept;
    return std::nullopt;
  }

  std::optional<ApiError> define_properties() {
    const Json& list = body_.at("properties");
    for (std::size_t i = 0; i < list.size(); ++i) {
      Json property = list[i];
      if (property.is_object() && !property.contains("groupName")) {
        property["groupName"] = group_name();
      }
      const portal::ObjectType& type = context_.portal.type(schema_.type);
      const Members members(context_.request.body, property, "/properties/" + std::to_string(i));
      auto read = read_new_property(context_, type, members);
      if (!read) {
        return read.error();
      }
      const auto added = add_property(context_, type, std::move(*read));
      if (!added) {
        return added.error();
      }
    }
    return std::nullopt;
  }

  Context& context_;
  Json body_;
  Schema schema_;
  const Schema* made_ = nullptr;
};

Reply run_create(Context& context) {
  const auto made = Creation(context).run();
  if (!made) {
    return fail(context, made.error());
  }
  Reply reply = answer(render_schema(context, **made, {}), 201);
  reply.location = std::string(context.request.path) + "/" + (*made)->type_id;
  return reply;
}

// ---- read

Read<Schema*> read_schema(Context& context, bool archived) {
  const std::string_view name = context.param("objectType");
  Schema* schema = context.portal.part<SchemaBook>().find(context.portal, name, archived);
  return schema != nullptr ? Read<Schema*>(schema) : Failure{hubspot::object_not_found()};
}

/// Custom or of HubSpot's own (4.11, R); nothing when no type has that name.
std::optional<std::string> rendered(Context& context, std::string_view name, SchemaParts parts) {
  const Schema* schema = context.portal.part<SchemaBook>().find(context.portal, name, false);
  if (schema != nullptr) {
    return render_schema(context, *schema, parts);
  }
  const auto* type = context.portal.find_type(name);
  return type != nullptr ? std::optional(render_standard(context, *type, parts)) : std::nullopt;
}

Reply run_read(Context& context) {
  auto text = rendered(context, context.param("objectType"), parts_of(context));
  return text ? answer(std::move(*text))
              : fail(context, hubspot::unknown_object_type(context.param("objectType")));
}

Reply run_list(Context& context) {
  std::string out = R"({"results":[)";
  for (const auto& [id, schema] : context.portal.part<SchemaBook>().all()) {
    if (schema.archived == wants_archived(context)) {
      out += out.back() == '[' ? "" : ",";
      out += render_schema(context, schema, parts_of(context));
    }
  }
  return answer(out + "]}");
}

Reply run_batch_read(Context& context) {
  static constexpr std::array<Field, 4> fields{{{"inputs", Kind::list, true},
                                                {"includePropertyDefinitions", Kind::boolean},
                                                {"includeAssociationDefinitions", Kind::boolean},
                                                {"includeAuditMetadata", Kind::boolean}}};
  const auto body = read_fields(context, fields);
  if (!body) {
    return fail(context, body.error());
  }
  const SchemaParts parts{.properties = body->value("includePropertyDefinitions", true),
                          .associations = body->value("includeAssociationDefinitions", true)};
  if (body->at("inputs").size() > choices::batch_maximum) {
    return fail(context, hubspot::batch_too_large(choices::batch_maximum));
  }
  std::string out = R"({"results":[)";
  for (const Json& input : body->at("inputs")) {
    const auto text = rendered(context, scalar_text(input), parts);
    if (text) {  // unknown ones are left out (I)
      out += out.back() == '[' ? "" : ",";
      out += *text;
    }
  }
  return answer(out + "]}");
}

// ---- update

/// What a patch names must be a property of the type.
std::optional<ApiError> check_known(const portal::ObjectType& type, const Json& changes) {
  std::vector<std::string> named;
  for (const char* list :
       {"requiredProperties", "searchableProperties", "secondaryDisplayProperties"}) {
    for (std::string& name : texts_of(changes, list)) {
      named.push_back(std::move(name));
    }
  }
  if (changes.contains("primaryDisplayProperty")) {
    named.push_back(changes.at("primaryDisplayProperty"));
  }
  for (const std::string& name : named) {
    const auto index = type.property_index(name);
    if (!index || type.property(*index).archived) {
      return choices::validation("Property " + name + " is not defined on the object");
    }
  }
  return std::nullopt;
}

void apply(Context& context, Schema& schema, const Json& changes) {
  const auto list = [&](const char* name, std::vector<std::string>& place) {
    if (changes.contains(name)) {
      place = texts_of(changes, name);
    }
  };
  list("requiredProperties", schema.required);
  list("searchableProperties", schema.searchable);
  list("secondaryDisplayProperties", schema.secondary_display);
  schema.primary_display = changes.value("primaryDisplayProperty", schema.primary_display);
  schema.description = changes.value("clearDescription", false)
                           ? ""
                           : changes.value("description", schema.description);
  if (const Json* labels = json::find(changes, "labels")) {
    schema.singular = labels->value("singular", schema.singular);
    schema.plural = labels->value("plural", schema.plural);
  }
  schema.updated_at = context.now;
  hubspot::ObjectTypeFact& fact = context.portal.edit_type(schema.type).edit_fact();
  fact.required_to_create = schema.required;
  fact.searchable_properties = schema.searchable;
}

Reply run_update(Context& context) {
  static constexpr std::array<Field, 9> fields{{{"requiredProperties", Kind::list},
                                                {"searchableProperties", Kind::list},
                                                {"secondaryDisplayProperties", Kind::list},
                                                {"primaryDisplayProperty", Kind::text},
                                                {"description", Kind::text},
                                                {"clearDescription", Kind::boolean},
                                                {"labels", Kind::object},
                                                {"restorable", Kind::boolean},
                                                {"allowsSensitiveProperties", Kind::boolean}}};
  static constexpr std::array<Field, 2> labels{{{"singular", Kind::text}, {"plural", Kind::text}}};
  const auto schema = read_schema(context, false);
  auto changes = read_fields(context, fields);
  if (!schema || !changes) {
    return fail(context, schema ? changes.error() : schema.error());
  }
  if (changes->contains("labels")) {
    auto read = read_fields(context.request.body, changes->at("labels"), labels, "/labels");
    if (!read) {
      return fail(context, read.error());
    }
    (*changes)["labels"] = std::move(*read);
  }
  if (const auto unknown = check_known(context.portal.type((*schema)->type), *changes)) {
    return fail(context, *unknown);
  }
  apply(context, **schema, *changes);
  return answer(render_definition(context, **schema));
}

// ---- delete and purge

Reply run_archive(Context& context) {
  auto& book = context.portal.part<SchemaBook>();
  if (wants_archived(context)) {
    // D 4.11: purges, so that the name can be used again; also one that is still there (I).
    if (Schema* gone = book.find(context.portal, context.param("objectType"), true)) {
      book.purge(gone->id);
      return no_content();
    }
  }
  const auto schema = read_schema(context, false);
  if (!schema) {
    return fail(context, schema.error());
  }
  const bool guarded = context.portal.options().on(hubspot::Option::schemas_delete_guard);
  const bool empty = context.portal.store((*schema)->type).live_count() == 0;
  if (!empty && guarded) {  // D 4.11, text U
    return fail(context, choices::validation("Unable to delete object type " + (*schema)->type_id +
                                             ": it still has records"));
  }
  const portal::WriteContext write = context.write();
  for (const auto& record : context.portal.store((*schema)->type).slots()) {
    context.portal.archive((*schema)->type, record->id, write);
  }
  context.portal.remove_type((*schema)->type);
  (*schema)->archived = true;
  (*schema)->updated_at = context.now;
  if (wants_archived(context)) {
    book.purge((*schema)->id);
  }
  return no_content();
}

// ---- associations

Reply run_associate(Context& context) {
  static constexpr std::array<Field, 3> fields{{{"fromObjectTypeId", Kind::text, true},
                                                {"toObjectTypeId", Kind::text, true},
                                                {"name", Kind::text}}};
  const auto schema = read_schema(context, false);
  const auto body = read_fields(context, fields);
  if (!schema || !body) {
    return fail(context, schema ? body.error() : schema.error());
  }
  for (const char* name : {"fromObjectTypeId", "toObjectTypeId"}) {
    const std::string type = body->at(name);
    if (context.portal.find_type(type) == nullptr) {
      return fail(context, hubspot::unknown_object_type(type));
    }
  }
  if ((*schema)->associations.size() >= max_schema_associations) {
    return fail(context, choices::validation("Too many association definitions"));
  }
  const std::string from =
      context.portal.find_type(body->at("fromObjectTypeId").get<std::string>())->fact().type_id;
  const std::string to =
      context.portal.find_type(body->at("toObjectTypeId").get<std::string>())->fact().type_id;
  const auto& made = context.portal.part<SchemaBook>().associate(
      **schema, {.from_type_id = from,
                 .to_type_id = to,
                 .name = body->value("name", (*schema)->name + "_to_" + to),
                 .created_at = context.now});
  return answer(render_association(made), 201);
}

Reply run_dissociate(Context& context) {
  const auto schema = read_schema(context, false);
  if (!schema) {
    return fail(context, schema.error());
  }
  const std::string_view name = context.param("associationIdentifier");
  std::erase_if((*schema)->associations, [&](const SchemaAssociation& each) {
    return std::to_string(each.id) == name || each.name == name;
  });
  return no_content();
}

}  // namespace

void register_schemas_schemas(OperationRegistry& registry);
void register_schemas_schemas(OperationRegistry& registry) {
  registry.add({"crm.schemas.list", run_list, path_key});
  registry.add({"crm.schemas.create", run_create, path_key});
  registry.add({"crm.schemas.read", run_read, path_key});
  registry.add({"crm.schemas.update", run_update, path_key});
  registry.add({"crm.schemas.archive", run_archive, path_key});
  registry.add({"crm.schemas.batch.read", run_batch_read, path_key});
  registry.add({"crm.schemas.associations.create", run_associate, path_key});
  registry.add({"crm.schemas.associations.archive", run_dissociate, path_key});
}

}  // namespace hubsim::operations
