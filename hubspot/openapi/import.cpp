#include "hubspot/openapi/import.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>

#include "common/base/text.h"
#include "hubspot/openapi/roles.h"
#include "hubspot/openapi/schemas.h"

namespace hubsim::hubspot {

namespace {

constexpr std::array<std::string_view, 6> methods{"get", "put", "post", "delete", "patch", "head"};
constexpr std::array<std::string_view, 4> request_types{
    "application/json", "multipart/form-data", "application/x-www-form-urlencoded", "text/plain"};
constexpr std::uint8_t account_credentials = static_cast<std::uint8_t>(Credential::private_app) |
                                             static_cast<std::uint8_t>(Credential::oauth);

/// What the rows of one document view: texts in place, lists, shapes.
struct Keeper {
  std::deque<std::string> texts;
  std::deque<std::vector<std::string_view>> lists;
  ShapeBuilder shapes;

  std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
};

/// One operation as the document has it, before shapes can be handed out.
struct Draft {
  OperationRow row;
  PathFacts facts;
  std::string pointer;
  std::uint32_t request = ShapeTables::none;
  std::uint32_t response = ShapeTables::none;
  std::uint32_t query = ShapeTables::none;
};

bool is_object(const Place& place) { return place && place.value->is_object(); }

std::string text_at(const Place& place, std::string_view key) {
  const Place member = place.at(key);
  return member && member.value->is_string() ? member.value->get<std::string>() : std::string();
}

/// "listWidgets" as part of an id: "listwidgets"; what an id cannot have becomes '_'.
std::string id_word(std::string_view text) {
  std::string out;
  for (const char c : to_lower(text)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    out += plain ? c : '_';
  }
  return out;
}

class Importer {
 public:
  Importer(const Json& document, const std::string& file)
      : root_{&document, ""}, problems_(file), file_(file), schemas_(document, problems_) {}

  Result<MoreRows, std::vector<ImportProblem>> run();

 private:
  void check_head();
  void read_paths();
  void read_path(const std::string& path, const Place& item);
  void read_operation(const std::string& path, std::string_view method, const Place& item,
                      const Place& operation);
  bool check_template(const std::string& path, const Place& item);
  void read_parameters(const Place& list, std::vector<BuiltField>& fields);
  void read_parameter(const Place& parameter, std::vector<BuiltField>& fields);
  void read_request(Draft& draft, const Place& operation);
  void read_responses(Draft& draft, const Place& operation);
  void read_success(Draft& draft, const Place& response);
  void read_security(Draft& draft, const Place& operation);
  void read_scheme(const std::string& name, Draft& draft);
  std::string fresh_id(const std::string& path, std::string_view method, const Place& operation);
  [[nodiscard]] std::string base_path();
  void settle(Draft& draft);

  Place root_;
  Problems problems_;
  std::string file_;
  Schemas schemas_;
  std::shared_ptr<Keeper> keeper_ = std::make_shared<Keeper>();
  std::deque<Draft> drafts_;
  std::map<std::string, std::string> shapes_seen_;  ///< row shape to pointer
  std::map<std::string, int> ids_;
  std::string base_;
};

void Importer::check_head() {
  if (!root_.value->is_object()) {
    return problems_.add("", "an OpenAPI document is an object");
  }
  const std::string version = text_at(root_, "openapi");
  if (root_.at("swagger")) {
    return problems_.add("/swagger", "this is Swagger 2; only OpenAPI 3 is read");
  }
  if (!version.starts_with("3.")) {
    return problems_.add("/openapi", version.empty() ? "'openapi': \"3.x\" is missing"
                                                     : "version '" + version + "'; known: 3.x");
  }
  if (!is_object(root_.at("paths"))) {
    problems_.add("/paths", "'paths' is missing, or no object");
  }
}

/// The path of the first server: "https://api.example.org/v1" has "/v1".
std::string Importer::base_path() {
  const Place servers = root_.at("servers");
  if (!servers || !servers.value->is_array() || servers.value->empty()) {
    return "";
  }
  const std::string url = text_at({&servers.value->front(), servers.pointer + "/0"}, "url");
  const std::size_t scheme = url.find("://");
  const std::size_t begin = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  std::string path = begin == std::string::npos ? "" : url.substr(begin);
  while (path.ends_with('/')) {
    path.pop_back();
  }
  return path;
}

void Importer::read_paths() {
  base_ = base_path();
  const Place paths = root_.at("paths");
  for (const auto& [path, item] : paths.value->items()) {
    if (problems_.full()) {
      return;
    }
    if (!path.starts_with("x-")) {
      read_path(path, {&item, paths.pointer + "/" + json::pointer_token(path)});
    }
  }
}

bool Importer::check_template(const std::string& path, const Place& item) {
  if (!path.starts_with('/')) {
    problems_.add(item.pointer, "a path begins with '/'");
    return false;
  }
  if (path.size() > 2000 || std::count(path.begin(), path.end(), '/') > 20) {
    problems_.add(item.pointer, "a path has at most 20 segments and 2000 characters");
    return false;
  }
  for (const std::string_view segment : split(std::string_view(path).substr(1), '/')) {
    const bool braces = segment.find_first_of("{}") != std::string_view::npos;
    const bool whole = segment.size() > 2 && segment.front() == '{' &&
                       segment.find_first_of("{}", 1) == segment.size() - 1;
    if (braces && !whole) {
      problems_.add(item.pointer,
                    "a parameter must be a whole segment, not '" + std::string(segment) + "'");
      return false;
    }
  }
  return true;
}

void Importer::read_path(const std::string& path, const Place& item) {
  if (!check_template(path, item)) {
    return;
  }
  const Place target = schemas_.resolved(item);
  if (!is_object(target)) {
    return problems_.add(item.pointer, "a path item is an object");
  }
  for (const std::string_view method : methods) {
    const Place operation = target.at(method);
    if (operation && !operation.value->is_object()) {
      problems_.add(operation.pointer, "an operation is an object");
    } else if (operation) {
      read_operation(base_ + path, method, target, operation);
    }
  }
}

std::string Importer::fresh_id(const std::string& path, std::string_view method,
                               const Place& operation) {
  std::string name = text_at(operation, "operationId");
  name = id_word(name.empty() ? std::string(method) + path : name);
  std::string id = "openapi." + name;
  const int times = ids_[id]++;
  return times == 0 ? id : id + "_" + std::to_string(times + 1);
}

void Importer::read_operation(const std::string& path, std::string_view method, const Place& item,
                              const Place& operation) {
  if (drafts_.size() >= max_openapi_operations) {
    return problems_.add(operation.pointer,
                         "more operations than " + std::to_string(max_openapi_operations));
  }
  Draft& draft = drafts_.emplace_back();
  draft.pointer = operation.pointer;
  OperationRow& row = draft.row;
  std::string upper(method);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  row.method = http::parse_method(upper);
  row.path_template = keeper_->keep(
      path.size() > 1 && path.ends_with('/') ? path.substr(0, path.size() - 1) : path);
  row.id = keeper_->keep(fresh_id(path, method, operation));
  row.area = "openapi";
  row.version = version_of(row.path_template);
  row.evidence = keeper_->keep("D " + file_);
  std::vector<BuiltField> fields;
  read_parameters(item.at("parameters"), fields);
  read_parameters(operation.at("parameters"), fields);
  if (!fields.empty()) {
    draft.query = schemas_.builder().reserve("");
    schemas_.builder().fill(draft.query, std::move(fields));
  }
  read_request(draft, operation);
  read_responses(draft, operation);
  read_security(draft, operation);
  const auto [seen, fresh] = shapes_seen_.emplace(row_shape(row), operation.pointer);
  if (!fresh) {
    problems_.add(operation.pointer, "serves the same calls as #" + seen->second);
  }
}

void Importer::read_parameters(const Place& list, std::vector<BuiltField>& fields) {
  if (!list) {
    return;
  }
  if (!list.value->is_array()) {
    return problems_.add(list.pointer, "parameters are a list");
  }
  for (std::size_t i = 0; i < list.value->size(); ++i) {
    read_parameter({&(*list.value)[i], list.pointer + "/" + std::to_string(i)}, fields);
  }
}

void Importer::read_parameter(const Place& place, std::vector<BuiltField>& fields) {
  const Place parameter = schemas_.resolved(place);
  if (!parameter) {
    return;
  }
  const std::string name = text_at(parameter, "name");
  const std::string in = text_at(parameter, "in");
  if (name.empty() || in.empty()) {
    return problems_.add(parameter.pointer, "a parameter needs 'name' and 'in'");
  }
  if (in != "query" && in != "header") {
    return;  // those of the path stand in the path; cookies are nobody's
  }
  const Place required = parameter.at("required");
  const bool is_required = required && required.value->is_boolean() && *required.value;
  fields.push_back({.name = name,
                    .shape = schemas_.shape(parameter.at("schema")),
                    .flags = (is_required ? PackedField::required : 0U) |
                             (in == "header" ? PackedField::header : 0U)});
}

void Importer::read_request(Draft& draft, const Place& operation) {
  const Place member = operation.at("requestBody");
  const Place body = member ? schemas_.resolved(member) : Place{};
  const Place content = body.at("content");
  if (!is_object(content)) {
    return;
  }
  Place chosen;
  for (const std::string_view type : request_types) {
    if (!chosen && content.at(type)) {
      chosen = content.at(type);
      draft.row.request_type = type;
    }
  }
  if (!chosen && !content.value->empty()) {
    chosen = content.at(content.value->begin().key());
    draft.row.request_type = request_types.front();
  }
  draft.row.json_body = draft.row.request_type == request_types.front();
  draft.facts.is_multipart = draft.row.request_type == request_types[1];
  if (chosen && chosen.at("schema")) {
    draft.request = schemas_.shape(chosen.at("schema"));
  }
}

void Importer::read_responses(Draft& draft, const Place& operation) {
  const Place responses = operation.at("responses");
  if (!is_object(responses)) {
    return problems_.add(operation.pointer + "/responses", "'responses' is missing, or no object");
  }
  std::optional<std::uint64_t> best;
  std::string key;
  for (const auto& [code, response] : responses.value->items()) {
    const auto status = code == "2XX" ? std::optional<std::uint64_t>(200) : parse_uint(code);
    if (status == 207) {
      draft.row.partial_status = 207;
    }
    if (status && *status >= 200 && *status <= 299 && (!best || *status < *best)) {
      best = status;
      key = code;
    }
  }
  draft.row.success_status = static_cast<int>(best.value_or(200));
  key = best ? key : "default";
  if (responses.at(key)) {
    read_success(draft, responses.at(key));
  }
}

void Importer::read_success(Draft& draft, const Place& place) {
  const Place response = schemas_.resolved(place);
  const Place content = response.at("content");
  if (!is_object(content) || content.value->empty()) {
    return;
  }
  std::string type = "application/json";
  Place chosen = content.at(type);
  if (!chosen) {
    type = content.value->begin().key();
    chosen = content.at(type);
  }
  draft.row.response_type = keeper_->keep(type == "*/*" ? "application/json" : type);
  if (chosen && chosen.at("schema")) {
    draft.response = schemas_.shape(chosen.at("schema"));
  }
}

void Importer::read_scheme(const std::string& name, Draft& draft) {
  const Place scheme = schemas_.resolved(root_.at("components").at("securitySchemes").at(name));
  if (scheme && text_at(scheme, "type") == "apiKey" && text_at(scheme, "in") == "query") {
    draft.row.credentials |= static_cast<std::uint8_t>(Credential::developer_key);
  } else {
    draft.row.credentials |= account_credentials;
  }
}

void Importer::read_security(Draft& draft, const Place& operation) {
  Place security = operation.at("security");
  security = security ? security : root_.at("security");
  if (!security || !security.value->is_array()) {
    draft.row.credentials = account_credentials;
    return;
  }
  std::vector<std::string_view> scopes;
  for (const Json& requirement : *security.value) {
    if (!requirement.is_object() || requirement.empty()) {
      draft.row.credentials |= static_cast<std::uint8_t>(Credential::none);
      continue;
    }
    for (const auto& [name, wanted] : requirement.items()) {
      read_scheme(name, draft);
      for (const Json& scope : wanted.is_array() ? wanted : Json::array()) {
        scopes.push_back(keeper_->keep(json::text_of(scope)));
      }
    }
  }
  if (draft.row.credentials == 0) {  // an empty list: nobody is asked who he is
    draft.row.credentials = static_cast<std::uint8_t>(Credential::none) | account_credentials;
  }
  draft.row.scopes = keeper_->lists.emplace_back(std::move(scopes));
}

/// What only the whole document tells: shapes, role, resource.
void Importer::settle(Draft& draft) {
  OperationRow& row = draft.row;
  const auto shape = [&](std::uint32_t index, const ShapeTables& tables) {
    return index == ShapeTables::none ? Shape() : Shape(tables, index);
  };
  const ShapeTables& tables = keeper_->shapes.finish();
  row.request = shape(draft.request, tables);
  row.response = shape(draft.response, tables);
  row.query = shape(draft.query, tables);
  draft.facts.method = row.method;
  draft.facts.path = row.path_template;
  draft.facts.is_list =
      row.response.kind() == ShapeKind::array || static_cast<bool>(row.response.field("results"));
  draft.facts.is_binary = row.response.format() == ShapeFormat::binary;
  draft.facts.takes_inputs = static_cast<bool>(row.request.field("inputs"));
}

Paging paging_of(const OperationRow& row) {
  if (row.response.field("paging") || row.query.field("after")) {
    return Paging::after_id;
  }
  return row.query.field("offset") ? Paging::offset : Paging::none;
}

void place(Draft& draft, const Neighbours& neighbours, Keeper& keeper) {
  OperationRow& row = draft.row;
  Placed placed = place_operation(draft.facts, neighbours);
  row.role = placed.role;
  row.stage = placed.stage;
  row.grade = has_memory(placed.role) ? Grade::stateful : Grade::shaped;
  row.resource = keeper.keep(std::move(placed.resource));
  row.id_param = keeper.keep(std::move(placed.id_param));
  row.verb = keeper.keep(std::move(placed.verb));
  std::vector<std::string_view> owners;
  for (std::string& owner : placed.owner_params) {
    owners.push_back(keeper.keep(std::move(owner)));
  }
  row.owner_params = keeper.lists.emplace_back(std::move(owners));
  if (row.role == Role::list || row.role == Role::search || row.role == Role::list_revisions) {
    row.paging = paging_of(row);
  }
}

Result<MoreRows, std::vector<ImportProblem>> Importer::run() {
  check_head();
  if (problems_.empty()) {
    read_paths();
  }
  if (problems_.empty() && drafts_.empty()) {
    problems_.add("/paths", "has no operation");
  }
  if (!problems_.empty()) {
    return Failure{problems_.take()};
  }
  keeper_->shapes = std::move(schemas_.builder());
  Neighbours neighbours;
  for (Draft& draft : drafts_) {
    settle(draft);
    neighbours.add(draft.facts);
  }
  MoreRows out;
  for (Draft& draft : drafts_) {
    place(draft, neighbours, *keeper_);
    out.rows.push_back(draft.row);
  }
  out.keepers.push_back(keeper_);
  return out;
}

}  // namespace

std::string ImportProblem::text() const {
  if (pointer.starts_with('/') || pointer.empty()) {
    return file + ": #" + pointer + ": " + message;
  }
  return file + ":" + pointer + ": " + message;
}

Result<MoreRows, std::vector<ImportProblem>> import_openapi_document(const Json& document,
                                                                     const std::string& file) {
  return Importer(document, file).run();
}

Result<MoreRows, std::vector<ImportProblem>> import_openapi(std::string_view text,
                                                            const std::string& file) {
  if (text.size() > max_openapi_bytes) {
    return Failure{std::vector{ImportProblem{file, "", "is larger than 64 MB"}}};
  }
  const auto parsed = json::parse(text);
  if (!parsed.ok()) {
    const auto& error = parsed.error();
    return Failure{std::vector{ImportProblem{
        file, std::to_string(error.line) + ":" + std::to_string(error.column), error.message}}};
  }
  return import_openapi_document(*parsed, file);
}

}  // namespace hubsim::hubspot
