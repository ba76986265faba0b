#include "mock_server/operations/transfers/import_plan.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

constexpr std::string_view java_map = "java.util.LinkedHashMap<java.lang.String,java.lang.Object>";

/// One JSON object of the request at its place in the text.
class Place {
 public:
  Place(std::string_view text, const Json& value, std::string path)
      : members_(text, value, path), value_(value), path_(std::move(path)) {}

  [[nodiscard]] const Members& members() const { return members_; }
  [[nodiscard]] const Json& value() const { return value_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string_view text() const { return members_.body(); }

 private:
  Members members_;
  const Json& value_;
  std::string path_;
};

/// One of the known words, or the first when absent.
Read<std::size_t> read_word(const Place& place, std::string_view name,
                            std::span<const std::string_view> known) {
  const auto text = place.members().text(name);
  if (!text) {
    return Failure{text.error()};
  }
  if (text->empty()) {
    return std::size_t{0};
  }
  const auto found = std::find(known.begin(), known.end(), *text);
  if (found == known.end()) {
    std::vector<std::string> words(known.begin(), known.end());
    return Failure{
        hubspot::invalid_enum(place.text(), place.members().path_of(name), join(words, ", "))};
  }
  return static_cast<std::size_t>(found - known.begin());
}

bool is_true(const Place& place, std::string_view name, bool fallback) {
  const Json* value = place.members().find(name);
  return value == nullptr ? fallback : scalar_text(*value) == "true";
}

class Reader {
 public:
  Reader(const Context& context, const std::vector<FormPart>& parts, std::string_view text)
      : context_(context), parts_(parts), text_(text) {}

  Read<ImportPlan> read() {
    auto parsed = json::parse(text_);
    if (!parsed) {
      return Failure{hubspot::invalid_json(parsed.error().line, parsed.error().column,
                                           "Unexpected character")};
    }
    if (!parsed->is_object()) {
      return Failure{hubspot::wrong_json_type(text_, "", java_map, *parsed)};
    }
    plan_.request = std::move(*parsed);
    const Place root(text_, plan_.request, "");
    if (auto failed = read_root(root)) {
      return Failure{std::move(*failed)};
    }
    return std::move(plan_);
  }

 private:
  std::optional<ApiError> read_root(const Place& root) {
    std::vector<std::string> missing;
    for (const char* name : {"name", "files"}) {
      if (root.members().find(name) == nullptr) {
        missing.emplace_back(name);
      }
    }
    if (!missing.empty()) {
      return hubspot::missing_fields(text_, missing);
    }
    const auto name = root.members().text("name");
    static constexpr std::array<std::string_view, 3> orders{"MONTH_DAY_YEAR", "DAY_MONTH_YEAR",
                                                            "YEAR_MONTH_DAY"};
    const auto dates = read_word(root, "dateFormat", orders);
    const auto files = root.members().list("files");
    if (!name || !dates || !files) {
      return !name ? name.error() : !dates ? dates.error() : files.error();
    }
    plan_.name = *name;
    plan_.dates = static_cast<DateOrder>(*dates);
    plan_.creates_list = is_true(root, "createContactListFromImport", false);
    if (auto failed = read_modes(root)) {
      return failed;
    }
    for (std::size_t i = 0; i < (*files)->size(); ++i) {
      if (auto failed = read_file((**files)[i], "/files/" + std::to_string(i))) {
        return failed;
      }
    }
    return plan_.files.empty() ? std::optional(hubspot::missing_fields(text_, {"files"}))
                               : std::nullopt;
  }

  std::optional<ApiError> read_modes(const Place& root) {
    const Json* operations = root.members().find("importOperations");
    if (operations == nullptr) {
      return std::nullopt;
    }
    if (!operations->is_object()) {
      return hubspot::wrong_json_type(text_, "/importOperations", java_map, *operations);
    }
    static constexpr std::array<std::string_view, 3> words{"UPSERT", "CREATE", "UPDATE"};
    const Place place(text_, *operations, "/importOperations");
    for (const auto& [type_name, value] : operations->items()) {
      const auto mode = read_word(place, type_name, words);
      if (!mode) {
        return mode.error();
      }
      const auto* type = context_.portal.find_type(type_name);
      if (type == nullptr) {
        return hubspot::unknown_object_type(type_name);
      }
      plan_.modes[type->index()] = static_cast<ImportMode>(*mode);
    }
    return std::nullopt;
  }

  std::optional<ApiError> read_file(const Json& value, const std::string& path) {
    if (!value.is_object()) {
      return hubspot::wrong_json_type(text_, path, java_map, value);
    }
    const Place place(text_, value, path);
    const auto name = place.members().text("fileName");
    static constexpr std::array<std::string_view, 2> formats{"CSV", "SPREADSHEET"};
    const auto format = read_word(place, "fileFormat", formats);
    const Json* page = place.members().find("fileImportPage");
    if (!name || !format) {
      return !name ? name.error() : format.error();
    }
    if (name->empty() || page == nullptr || !page->is_object()) {
      return hubspot::missing_fields(text_, {name->empty() ? "fileName" : "fileImportPage"});
    }
    ImportFile& file = plan_.files.emplace_back();
    file.name = *name;
    file.id = context_.request_number * 100 + plan_.files.size();
    take_upload(file);
    if (*format == 1) {
      problem("INVALID_FILE_TYPE", "Spreadsheet files are not simulated; send CSV", file);
    }
    return read_page(file, Place(text_, *page, path + "/fileImportPage"));
  }

  /// The upload of that name, kept: shared where it lies on disk, copied where it is in memory.
  void take_upload(ImportFile& file) {
    const auto found = std::find_if(parts_.begin(), parts_.end(), [&](const FormPart& part) {
      return part.name == "files" && part.file_name == file.name;
    });
    if (found == parts_.end()) {
      return problem("FILE_NOT_FOUND", "No file named " + file.name + " was uploaded", file);
    }
    if (context_.request.body_keeper != nullptr) {
      file.keeper = context_.request.body_keeper;
      file.text = found->data;
      return;
    }
    const auto copy = std::make_shared<const std::string>(found->data);
    file.text = *copy;
    file.keeper = copy;
  }

  std::optional<ApiError> read_page(ImportFile& file, const Place& place) {
    file.has_header = is_true(place, "hasHeader", true);
    const auto mappings = place.members().list("columnMappings");
    if (!mappings) {
      return mappings.error();
    }
    for (std::size_t i = 0; i < (*mappings)->size(); ++i) {
      const Json& value = (**mappings)[i];
      const std::string path = place.members().path_of("columnMappings") + "/" + std::to_string(i);
      if (!value.is_object()) {
        return hubspot::wrong_json_type(text_, path, java_map, value);
      }
      if (auto failed = read_column(file, Place(text_, value, path))) {
        return failed;
      }
    }
    if (file.columns.empty()) {
      problem("INVALID_COLUMN_CONFIGURATION", "No columns are mapped", file);
    }
    return std::nullopt;
  }

  std::optional<ApiError> read_column(ImportFile& file, const Place& place) {
    // The second name of each is of older requests (columnObjectType, idColumnType).
    static constexpr std::array<std::string_view, 7> kinds{
        "STANDARD",         "HUBSPOT_OBJECT_ID",          "HUBSPOT_ALTERNATE_ID",
        "ASSOCIATION_KEYS", "FLEXIBLE_ASSOCIATION_LABEL", "EVENT_TIMESTAMP",
        "ASSOCIATION_LABEL"};
    const bool old = place.members().find("columnType") == nullptr;
    const auto kind = read_word(place, old ? "idColumnType" : "columnType", kinds);
    const auto name = place.members().text("columnName");
    const auto property = place.members().text("propertyName");
    if (!kind || !name || !property) {
      return !kind ? kind.error() : !name ? name.error() : property.error();
    }
    ImportColumn& column = file.columns.emplace_back();
    column.name = *name;
    column.property = *property;
    const auto* type = read_type_name(place, {"columnObjectTypeId", "columnObjectType"}, file);
    if (type == nullptr) {
      column.role = ImportColumn::Role::ignored;
      return std::nullopt;
    }
    column.type = type->index();
    note_type(*type);
    return read_role(file, column, kinds[*kind], place);
  }

  std::optional<ApiError> read_role(ImportFile& file, ImportColumn& column, std::string_view kind,
                                    const Place& place) {
    using Role = ImportColumn::Role;
    const bool points =
        place.members().find("toColumnObjectTypeId") != nullptr || kind == "ASSOCIATION_KEYS";
    if (points || kind.ends_with("LABEL")) {
      const auto* to = place.members().find("toColumnObjectTypeId") == nullptr
                           ? &context_.portal.type(column.type)
                           : read_type_name(place, {"toColumnObjectTypeId"}, file);
      if (to == nullptr) {
        column.role = Role::ignored;
        return std::nullopt;
      }
      column.to_type = to->index();
      column.role = kind.ends_with("LABEL") ? Role::association_label : Role::association;
      column.association_type_id = read_association_type(place, file);
      return std::nullopt;
    }
    if (kind == "HUBSPOT_OBJECT_ID" || column.property == "hs_object_id") {
      column.role = Role::object_id;
      return std::nullopt;
    }
    column.role = kind == "HUBSPOT_ALTERNATE_ID" ? Role::alternate_id : Role::property;
    check_property(file, column);
    return std::nullopt;
  }

  int read_association_type(const Place& place, const ImportFile& file) {
    const Json* key = place.members().find("foreignKeyType");
    const Json* id = key != nullptr ? json::find(*key, "associationTypeId") : nullptr;
    const auto number = id != nullptr ? parse_int(scalar_text(*id)) : std::nullopt;
    if (key != nullptr && (!number || *number <= 0 || *number > INT32_MAX)) {
      problem("INVALID_ASSOCIATION_KEY", "foreignKeyType has no valid associationTypeId", file);
    }
    return static_cast<int>(std::clamp<std::int64_t>(number.value_or(0), 0, INT32_MAX));
  }

  void check_property(ImportFile& file, ImportColumn& column) {
    const portal::ObjectType& type = context_.portal.type(column.type);
    const auto index = type.property_index(column.property);
    if (column.property.empty() || !index || type.property(*index).archived) {
      problem("PROPERTY_DEFINITION_NOT_FOUND",
              "Property " + column.property + " does not exist on " + type.fact().type_id, file);
      column.role = ImportColumn::Role::ignored;
    }
  }

  const portal::ObjectType* read_type_name(const Place& place,
                                           std::initializer_list<std::string_view> names,
                                           const ImportFile& file) {
    for (const std::string_view name : names) {
      const auto text = place.members().text(name);
      if (text && !text->empty()) {
        const auto* type = context_.portal.find_type(*text);
        if (type == nullptr) {
          problem("MISSING_OBJECT_DEFINITION", "Object type " + *text + " does not exist", file);
        }
        return type;
      }
    }
    problem("INVALID_COLUMN_CONFIGURATION", "A column names no object type", file);
    return nullptr;
  }

  void note_type(const portal::ObjectType& type) {
    auto& ids = plan_.type_ids;
    if (std::find(ids.begin(), ids.end(), type.fact().type_id) == ids.end()) {
      ids.push_back(type.fact().type_id);
    }
  }

  void problem(std::string_view type, std::string message, const ImportFile& file) {
    plan_.problems.push_back({std::string(type), std::move(message), file.id});
  }

  const Context& context_;
  const std::vector<FormPart>& parts_;
  std::string_view text_;
  ImportPlan plan_;
};

}  // namespace

Read<ImportPlan> read_import_plan(const Context& context, const std::vector<FormPart>& parts) {
  const FormPart* request = find_part(parts, "importRequest");
  if (request == nullptr || trim(request->data).empty()) {
    return Failure{choices::validation("The form field importRequest may not be empty")};
  }
  return Reader(context, parts, request->data).read();
}

}  // namespace hubsim::operations
