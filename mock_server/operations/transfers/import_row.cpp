#include "mock_server/operations/transfers/import_row.h"

#include <algorithm>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "hubspot/rules/property_values.h"
#include "mock_server/operations/crm/associate.h"
#include "mock_server/operations/transfers/import_values.h"
#include "mock_server/portal/association_types.h"

namespace hubsim::operations {

namespace {

using Role = ImportColumn::Role;

constexpr std::size_t no_column = static_cast<std::size_t>(-1);

/// The property by which HubSpot recognises records of a type without being told (4.5, D: contacts
/// by e-mail; the import tool's guide: companies by domain).
std::string_view natural_identifier(const portal::ObjectType& type) {
  if (type.fact().plural == "contacts") {
    return "email";
  }
  return type.fact().plural == "companies" ? "domain" : "";
}

/// A property that a create must bring and these do not (4.4, D); empty when all are there.
std::string missing_property(const portal::ObjectType& type, const portal::PropertyWrites& writes) {
  for (const std::string& name : type.fact().required_to_create) {
    const bool has = std::any_of(writes.begin(), writes.end(), [&](const auto& write) {
      return write.first == name && !write.second.empty();
    });
    if (!has) {
      return name;
    }
  }
  return "";
}

}  // namespace

/// What a row says of one object.
struct ImportRow::Object {
  portal::TypeIndex type = 0;
  portal::PropertyWrites writes;
  std::vector<std::size_t> columns;  ///< of the writes
  std::size_t id_column = no_column;
  std::size_t key_column = no_column;  ///< the alternate id
  portal::RecordPtr record;
  bool skip = false;
};

std::string key_place(portal::TypeIndex type, std::string_view header, std::string_view value) {
  return std::to_string(type) + "/" + to_lower(trim(header)) + "/" + to_lower(trim(value));
}

ImportRow::ImportRow(portal::Portal& portal, ImportBook& book, Import& import, Instant now)
    : portal_(portal), book_(book), import_(import), now_(now) {}

std::string_view ImportRow::cell(std::size_t column) const {
  const std::size_t field = import_.fields[column];
  return field < cells_->size() ? trim((*cells_)[field]) : std::string_view();
}

portal::WriteContext ImportRow::write_context() const {
  return {.now = now_,
          .source = {.change_source = "IMPORT",
                     .source_id = std::to_string(import_.id),
                     .app_id = import_.app_id}};
}

void ImportRow::error(std::string_view type, std::string message, std::size_t column,
                      std::string_view value, std::optional<portal::TypeIndex> object) {
  ImportError error{.at = now_,
                    .type = std::string(type),
                    .message = std::move(message),
                    .file_id = file().id,
                    .line = import_.reader.line(),
                    .value = std::string(value)};
  if (column != no_column) {
    error.column = import_.fields[column] + 1;
  }
  if (object) {
    error.object_type_id = portal_.type(*object).fact().type_id;
    error.object_label = portal_.type(*object).fact().label;
  }
  if (cells_ != nullptr) {
    error.row = *cells_;
  }
  book_.add_error(import_, std::move(error));
}

void ImportRow::reject(std::string_view error_type, std::string message,
                       const std::vector<std::string>& cells) {
  cells_ = &cells;
  ++import_.counters.rows;
  error(error_type, std::move(message), no_column, "");
}

void ImportRow::apply(const std::vector<std::string>& cells) {
  cells_ = &cells;
  ++import_.counters.rows;
  std::vector<Object> objects;
  read_objects(objects);
  for (Object& object : objects) {
    if (!object.skip) {
      settle(object);
    }
  }
  associate(objects);
}

void ImportRow::read_objects(std::vector<Object>& objects) {
  const auto& columns = file().columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const ImportColumn& column = columns[i];
    if (column.role == Role::ignored || column.role == Role::association ||
        column.role == Role::association_label || cell(i).empty()) {
      continue;
    }
    auto object = std::find_if(objects.begin(), objects.end(),
                               [&](const Object& known) { return known.type == column.type; });
    if (object == objects.end()) {
      objects.push_back({.type = column.type});
      object = objects.end() - 1;
    }
    read_cell(*object, i);
  }
}

void ImportRow::read_cell(Object& object, std::size_t i) {
  const ImportColumn& column = file().columns[i];
  if (column.role == Role::object_id) {
    object.id_column = i;
    return;
  }
  const portal::ObjectType& type = portal_.type(object.type);
  const auto index = type.property_index(column.property);
  if (!index) {
    return;
  }
  const auto value = cell_value(portal_, type.property(*index).fact, cell(i), import_.plan->dates);
  const bool key = column.role == Role::alternate_id;
  if (!value) {
    error(value.error().type, value.error().message, i, cell(i), object.type);
    object.skip |= key || portal_.options().is(hubspot::Option::imports_bad_value, "skip_row");
    return;
  }
  object.writes.emplace_back(column.property, *value);
  object.columns.push_back(i);
  if (key || (object.key_column == no_column && column.property == natural_identifier(type))) {
    object.key_column = i;
  }
}

void ImportRow::settle(Object& object) {
  if (!find(object)) {
    return;
  }
  const ImportMode mode = import_.plan->mode_of(object.type);
  const std::size_t column = std::min(object.id_column, object.key_column);
  const std::string_view value = column == no_column ? std::string_view() : cell(column);
  if (object.record && mode == ImportMode::create) {
    error("CREATE_ONLY_IMPORT", "The record exists and the import only creates", column, value,
          object.type);
    object.record = nullptr;
    return;
  }
  if (!object.record && mode == ImportMode::update) {
    error("UPDATE_ONLY_IMPORT", "No such record, and the import only updates", column, value,
          object.type);
    return;
  }
  commit(object);
}

/// False when what the row names cannot be settled on one record.
bool ImportRow::find(Object& object) {
  if (object.id_column != no_column) {
    const std::string_view text = cell(object.id_column);
    const auto id = parse_uint(text);
    object.record = id ? portal_.find(object.type, *id) : nullptr;
    if (!object.record || object.record->archived) {
      error("INVALID_OBJECT_ID", std::string(text) + " is not the id of a record", object.id_column,
            text, object.type);
      object.record = nullptr;
      return false;
    }
    return true;
  }
  if (object.key_column == no_column) {
    return true;
  }
  const std::string& property = file().columns[object.key_column].property;
  const auto write = std::find_if(object.writes.begin(), object.writes.end(),
                                  [&](const auto& each) { return each.first == property; });
  return find_by(object, property, write->second, object.key_column);
}

bool ImportRow::find_by(Object& object, std::string_view property, std::string_view raw,
                        std::size_t column) {
  const portal::ObjectType& type = portal_.type(object.type);
  const auto index = type.property_index(property);
  const auto value = hubspot::normalise(type.property(*index).fact, raw);
  if (!value.ok()) {
    error(error_type_of(value.error().code, type.property(*index).fact), value.error().message,
          column, raw, object.type);
    return false;
  }
  if (portal_.store(object.type).is_unique(*index)) {
    object.record = portal_.find_by_unique(object.type, *index, *value);
    return true;
  }
  const auto page = portal_.search(
      object.type, {.groups = {{{.property = *index, .op = portal::Operator::eq, .value = *value}}},
                    .limit = 2});
  if (page.records.size() > 1) {
    const bool domain = type.fact().plural == "companies" && property == "domain";
    error(domain ? "MULTIPLE_COMPANIES_WITH_THIS_DOMAIN" : "INVALID_ALTERNATE_ID",
          *value + " names more than one record", column, raw, object.type);
    return false;
  }
  object.record = page.records.empty() ? nullptr : page.records.front();
  return true;
}

/// Takes the refused properties out of the writes; false when the object cannot go on without them.
bool ImportRow::drop_invalid(Object& object, const portal::InvalidProperties& invalid) {
  const portal::ObjectType& type = portal_.type(object.type);
  bool goes_on = !portal_.options().is(hubspot::Option::imports_bad_value, "skip_row");
  for (const portal::PropertyError& problem : invalid.errors) {
    for (std::size_t i = 0; i < object.writes.size(); ++i) {
      if (object.writes[i].first != problem.property) {
        continue;
      }
      const std::size_t column = object.columns[i];
      const auto index = type.property_index(problem.property);
      error(index ? error_type_of(problem.code, type.property(*index).fact)
                  : "PROPERTY_DEFINITION_NOT_FOUND",
            problem.message, column, cell(column), object.type);
      goes_on &= column != object.key_column;
      object.writes.erase(object.writes.begin() + static_cast<std::ptrdiff_t>(i));
      object.columns.erase(object.columns.begin() + static_cast<std::ptrdiff_t>(i));
      break;
    }
  }
  return goes_on;
}

void ImportRow::commit(Object& object) {
  const portal::ObjectType& type = portal_.type(object.type);
  const std::string missing = object.record ? "" : missing_property(type, object.writes);
  if (!missing.empty()) {
    error("MISSING_REQUIRED_PROPERTY", "Required property " + missing + " was not set", no_column,
          "", object.type);
    return;
  }
  if (object.writes.empty() && !object.record) {
    error("FAILED_TO_PROCESS_OBJECT_WITH_EMPTY_PROPERTY_VALUES", "No values to write", no_column,
          "", object.type);
    return;
  }
  const bool creates = object.record == nullptr;
  const auto attempt = [&] {
    return creates ? portal_.create(object.type, object.writes, write_context())
                   : portal_.update(object.type, object.record->id, object.writes, write_context());
  };
  auto written = attempt();
  if (!written) {
    const auto* invalid = std::get_if<portal::InvalidProperties>(&written.error());
    if (invalid != nullptr && drop_invalid(object, *invalid)) {
      written = attempt();
    } else if (invalid == nullptr) {
      const auto* taken = std::get_if<portal::Conflict>(&written.error());
      error(taken != nullptr ? "DUPLICATE_UNIQUE_PROPERTY_VALUE" : "FAILED_VALIDATION",
            taken != nullptr ? taken->value + " is the value of another record" : "refused",
            no_column, taken != nullptr ? taken->value : "", object.type);
    }
  }
  if (!written) {
    object.record = nullptr;
    return;
  }
  object.record = *written;
  count_written(object, creates);
  note_keys(object);
}

void ImportRow::count_written(const Object& object, bool created) {
  ++(created ? import_.counters.created : import_.counters.updated);
  import_.counters.values += object.writes.size();
  import_.written.insert(object.record->id << written_type_bits | object.type);
}

/// Remembers the values by which association columns of any file may name this record.
void ImportRow::note_keys(const Object& object) {
  const auto wanted_elsewhere = [&](const std::string& header) {
    const auto& files = import_.plan->files;
    return std::any_of(files.begin(), files.end(), [&](const ImportFile& other) {
      return std::any_of(other.columns.begin(), other.columns.end(), [&](const auto& wanted) {
        return wanted.role == Role::association && wanted.to_type == object.type &&
               equals_ignoring_case(trim(wanted.name), trim(header));
      });
    });
  };
  const auto& columns = file().columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const ImportColumn& column = columns[i];
    if (column.type == object.type && column.role != Role::association && !cell(i).empty() &&
        wanted_elsewhere(column.name)) {
      import_.keys.emplace(key_place(object.type, column.name, cell(i)), object.record->id);
    }
  }
}

void ImportRow::associate(const std::vector<Object>& objects) {
  for (std::size_t i = 0; i < objects.size(); ++i) {
    for (std::size_t j = i + 1; j < objects.size(); ++j) {
      if (objects[i].record && objects[j].record) {
        associate_pair(objects[i], objects[j]);
      }
    }
  }
  const auto& columns = file().columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].role != Role::association || cell(i).empty()) {
      continue;
    }
    const auto object = std::find_if(objects.begin(), objects.end(), [&](const Object& each) {
      return each.type == columns[i].type && each.record != nullptr;
    });
    if (object == objects.end()) {
      continue;
    }
    for (const std::string_view key : split(cell(i), ';')) {
      import_.pending.push_back({.from = {object->type, object->record->id},
                                 .file = import_.file,
                                 .column = i,
                                 .key = std::string(trim(key)),
                                 .line = import_.reader.line()});
    }
  }
}

/// Two objects of one row belong together; a label column may say how.
void ImportRow::associate_pair(const Object& from, const Object& to) {
  const auto& columns = file().columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const ImportColumn& column = columns[i];
    const bool forward = column.type == from.type && column.to_type == to.type;
    const bool backward = column.type == to.type && column.to_type == from.type;
    if (column.role != Role::association_label || !(forward || backward) || cell(i).empty()) {
      continue;
    }
    const auto& a = forward ? from : to;
    const auto& b = forward ? to : from;
    const auto types = portal_.part<portal::AssociationTypes>().between(
        portal_.type(a.type).fact().type_id, portal_.type(b.type).fact().type_id);
    const auto fact = std::find_if(types.begin(), types.end(), [&](AssociationFact each) {
      return equals_ignoring_case(each->label, cell(i));
    });
    if (fact == types.end()) {
      error("ASSOCIATION_LABEL_NOT_FOUND", std::string(cell(i)) + " is not a label", i, cell(i),
            a.type);
      continue;
    }
    attach_edge({a.type, a.record->id}, {b.type, b.record->id}, (*fact)->type_id,
                import_.reader.line(), i);
  }
  attach_edge({from.type, from.record->id}, {to.type, to.record->id}, 0, import_.reader.line(),
              no_column);
}

void ImportRow::attach_edge(portal::Endpoint from, portal::Endpoint to, int type_id,
                            std::size_t line, std::size_t column) {
  const std::string& from_id = portal_.type(from.type).fact().type_id;
  const std::string& to_id = portal_.type(to.type).fact().type_id;
  AssociationFact fact = type_id != 0 ? find_association_type(portal_, type_id)
                                      : default_association_type(portal_, portal_.type(from.type),
                                                                 portal_.type(to.type));
  if (fact != nullptr && fact->from_type_id == to_id && fact->to_type_id == from_id &&
      from_id != to_id) {
    std::swap(from, to);  // the type is of the other direction
  } else if (fact == nullptr || fact->from_type_id != from_id || fact->to_type_id != to_id) {
    if (type_id != 0 || column != no_column) {
      book_.add_error(import_, {.at = now_,
                                .type = "FAILED_TO_CREATE_ASSOCIATION",
                                .message = "No such association between the two types",
                                .file_id = file().id,
                                .line = line});
    }
    return;
  }
  attach(
      portal_,
      {.from = from, .to = to, .type_id = fact->type_id, .inverse_type_id = fact->inverse_type_id},
      write_context());
}

portal::ObjectId ImportRow::resolve(const ImportColumn& column, const std::string& key) const {
  const auto noted = import_.keys.find(key_place(column.to_type, column.name, key));
  if (noted != import_.keys.end()) {
    return noted->second;
  }
  const portal::ObjectType& type = portal_.type(column.to_type);
  const std::string_view natural = natural_identifier(type);
  const auto index = natural.empty() ? std::nullopt : type.property_index(natural);
  if (index) {
    const auto value = hubspot::normalise(type.property(*index).fact, key);
    const auto page =
        value.ok()
            ? portal_.search(column.to_type,
                             {.groups = {{{.property = *index, .value = *value}}}, .limit = 1})
            : portal::SearchPage{};
    if (!page.records.empty()) {
      return page.records.front()->id;
    }
  }
  const auto id = parse_uint(key);
  const auto record = id ? portal_.find(column.to_type, *id) : nullptr;
  return record && !record->archived ? record->id : 0;
}

bool ImportRow::resolve_pending(std::size_t limit) {
  for (; limit > 0 && import_.pending_done < import_.pending.size(); --limit) {
    const PendingEdge edge = import_.pending[import_.pending_done++];
    const ImportColumn& column = import_.plan->files[edge.file].columns[edge.column];
    const portal::ObjectId to = resolve(column, edge.key);
    if (to != 0) {
      attach_edge(edge.from, {column.to_type, to}, column.association_type_id, edge.line,
                  edge.column);
      continue;
    }
    book_.add_error(import_, {.at = now_,
                              .type = "ASSOCIATION_RECORD_NOT_FOUND",
                              .message = edge.key + " names no record to associate",
                              .file_id = import_.plan->files[edge.file].id,
                              .line = edge.line,
                              .value = edge.key,
                              .object_type_id = portal_.type(column.to_type).fact().type_id,
                              .object_label = portal_.type(column.to_type).fact().label});
  }
  return import_.pending_done < import_.pending.size();
}

}  // namespace hubsim::operations
