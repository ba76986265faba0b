// Exports: start, read, status of the task, download (behaviour reference 7, 2.1).
#include <array>

#include "common/base/text.h"
#include "common/crypto/digest.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/crm/search_request.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/transfers/export_book.h"
#include "mock_server/portal/lists/lists.h"

namespace hubsim::operations {

namespace {

constexpr std::string_view download_folder = "/export-downloads/";

std::string text_of(std::string_view value) {
  std::string out;
  json::append_string(out, value);
  return out;
}

// ---- the request

/// D/R 7: a wrong exportType is Jackson's complaint about a subtype; the class is a guess (U).
ApiError unknown_subtype(std::string_view body, std::string_view type) {
  ApiError error = hubspot::invalid_enum(body, "/exportType", "");
  const auto tail = error.message.find("Enum type");
  error.message.resize(std::min(tail, error.message.size()));
  error.message += "Could not resolve type id '" + std::string(type) +
                   "' as a subtype of `com.hubspot.crm.exports.PublicExportRequest`: known type "
                   "ids = [LIST, VIEW]";
  error.category.clear();
  return error;
}

class Reader {
 public:
  explicit Reader(const Context& context) : context_(context) {}

  Read<ExportRequest> read() {
    auto body = read_object(context_);
    if (!body) {
      return Failure{body.error()};
    }
    body_ = std::move(*body);
    if (auto failed = read_members()) {
      return Failure{std::move(*failed)};
    }
    return std::move(request_);
  }

 private:
  std::optional<ApiError> read_members() {
    const Members members(context_.request.body, body_);
    std::vector<std::string> missing;
    for (const char* name :
         {"exportType", "format", "exportName", "objectType", "objectProperties", "language"}) {
      if (members.find(name) == nullptr) {
        missing.emplace_back(name);
      }
    }
    if (missing.size() == 6 || (!missing.empty() && missing.front() == "exportType")) {
      return hubspot::missing_fields(context_.request.body, {"exportType"});
    }
    const auto type = members.text("exportType");
    if (!type || (*type != "VIEW" && *type != "LIST")) {
      return type ? unknown_subtype(context_.request.body, *type) : type.error();
    }
    if (*type == "LIST" && members.find("listId") == nullptr) {
      missing.emplace_back("listId");
    }
    if (!missing.empty()) {
      return hubspot::missing_fields(context_.request.body, missing);
    }
    request_.type = *type;
    return read_rest(members);
  }

  std::optional<ApiError> read_rest(const Members& members) {
    static constexpr std::array<std::string_view, 3> formats{"XLS", "XLSX", "CSV"};
    const auto format = members.text("format");
    const auto name = members.text("exportName");
    const auto object = members.text("objectType");
    const auto properties = members.texts("objectProperties");
    const auto internal = members.texts("exportInternalValuesOptions");
    const auto list = members.text("listId");
    for (const auto* text : {&format, &name, &object, &list}) {
      if (!*text) {
        return text->error();
      }
    }
    if (!properties || !internal) {
      return !properties ? properties.error() : internal.error();
    }
    if (std::find(formats.begin(), formats.end(), *format) == formats.end()) {
      return hubspot::invalid_enum(context_.request.body, "/format", "XLS, XLSX, CSV");
    }
    const auto* type = context_.portal.find_type(*object);
    if (type == nullptr) {
      return hubspot::unknown_object_type(*object);
    }
    request_.format = *format;
    request_.name = *name;
    request_.object_type_name = *object;
    request_.object_type = type->index();
    request_.properties = *properties;
    for (const std::string& word : *internal) {
      request_.internal_names |= word == "NAMES";
      request_.internal_values |= word == "VALUES";
    }
    const auto flag = [&](std::string_view member) {
      const Json* value = members.find(member);
      return value != nullptr && *value == true;
    };
    request_.all_associations = flag("overrideAssociatedObjectsPerDefinitionPerRowLimit");
    request_.associated_names = flag("includePrimaryDisplayPropertyForAssociatedObjects");
    if (auto failed = read_list(*type, *list)) {
      return failed;
    }
    if (auto failed = read_associated(members)) {
      return failed;
    }
    return read_search_part(*type, members);
  }

  /// A live list of that type; the words are those of the lists (7, R).
  std::optional<ApiError> read_list(const portal::ObjectType& type, const std::string& id) {
    if (request_.type != "LIST") {
      return std::nullopt;
    }
    const auto number = parse_uint(id);
    const auto* list = number ? context_.portal.part<portal::Lists>().find(*number) : nullptr;
    if (list == nullptr || list->type != type.index()) {
      return ApiError{.status = 404,
                      .message = "List does not exist with ID " + id + ".",
                      .category = "OBJECT_NOT_FOUND",
                      .sub_category = "ListError.LIST_ID_DOES_NOT_EXIST",
                      .context = {{"listId", {id}}}};
    }
    request_.list = *number;
    return std::nullopt;
  }

  /// One name (v3) or several (dated).
  std::optional<ApiError> read_associated(const Members& members) {
    const Json* value = members.find("associatedObjectType");
    if (value == nullptr) {
      return std::nullopt;
    }
    for (const Json& item : value->is_array() ? *value : Json::array({*value})) {
      const std::string name = scalar_text(item);
      const auto* type = context_.portal.find_type(name);
      if (type == nullptr) {
        return hubspot::unknown_object_type(name);
      }
      request_.associated.push_back(type->index());
    }
    return std::nullopt;
  }

  /// publicCrmSearchRequest is read as the search of records reads it; its filters are one group.
  std::optional<ApiError> read_search_part(const portal::ObjectType& type, const Members& members) {
    const Json* asked = members.find("publicCrmSearchRequest");
    if (asked == nullptr || request_.type != "VIEW") {
      return std::nullopt;
    }
    Json search = *asked;
    if (const Json* filters = json::find(search, "filters");
        filters != nullptr && json::find(search, "filterGroups") == nullptr) {
      if (!filters->empty()) {
        search["filterGroups"] = Json::array({Json{{"filters", *filters}}});
      }
      search.erase("filters");
    }
    const std::string text = json::dump(search);
    http::RequestView request = context_.request;
    request.body = text;
    const Context inner{.portal = context_.portal,
                        .apps = context_.apps,
                        .caller = context_.caller,
                        .request = request,
                        .path = context_.path,
                        .query = context_.query,
                        .now = context_.now,
                        .random = context_.random,
                        .correlation_id = context_.correlation_id,
                        .request_number = context_.request_number,
                        .input_fails = {}};
    auto read = read_search(inner, type);
    if (!read) {
      return read.error();
    }
    request_.query = std::move(read->query);
    request_.finds_nothing = read->finds_nothing;
    return std::nullopt;
  }

  const Context& context_;
  Json body_;
  ExportRequest request_;
};

// ---- the export of the path

Read<Export*> read_export(Context& context, std::string_view parameter) {
  const auto id = parse_int(context.param(parameter));
  if (!id) {
    return Failure{hubspot::bad_path_parameter(parameter)};
  }
  Export* found =
      *id > 0 ? context.portal.part<ExportBook>().find(static_cast<std::uint64_t>(*id)) : nullptr;
  return found != nullptr ? Read<Export*>(found) : Failure{hubspot::object_not_found()};
}

std::string signature_of(const Export& each, std::string_view expires) {
  const std::string text = std::to_string(each.id) + "." + std::string(expires);
  std::string signature = crypto::hmac_sha256_base64(each.secret, text);
  for (char& c : signature) {  // the alphabet of addresses
    c = c == '+' ? '-' : c == '/' ? '_' : c == '=' ? '.' : c;
  }
  return signature;
}

/// A new address with each answer, good for five minutes (D 7).
std::string signed_url(const Context& context, const Export& each) {
  const std::string expires = std::to_string(to_unix_ms(context.now + export_url_life));
  return own_origin(context) + std::string(download_folder) +
         std::to_string(context.portal.config().portal_id) + "/" + std::to_string(each.id) +
         "/export.csv?expires=" + expires + "&signature=" + signature_of(each, expires);
}

// ---- operations

Reply run_start(Context& context) {
  auto request = Reader(context).read();
  if (!request) {
    return fail(context, request.error());
  }
  auto& book = context.portal.part<ExportBook>();
  if (!book.within_day(context.portal, context.now)) {
    // D 2.1: 30 in any 24 hours; the text is ours (U).
    return fail(context, {.status = 429,
                          .message = "You have reached the limit of 30 exports in 24 hours",
                          .category = "RATE_LIMITS"});
  }
  std::string secret;
  for (int i = 0; i < 4; ++i) {
    secret += std::to_string(context.random.next());
  }
  const Export& made =
      book.start(context.portal, std::move(*request), std::move(secret), context.now);
  const std::string id = std::to_string(made.id);
  return answer(R"({"id":")" + id + R"(","links":{"status":)" +
                    text_of(std::string(choices::api_base_url) + std::string(context.request.path) +
                            "/tasks/" + id + "/status") +
                    "}}",
                202);
}

Reply run_read(Context& context) {
  const auto found = read_export(context, "exportId");
  if (!found) {
    return fail(context, found.error());
  }
  const Export& each = **found;
  std::string properties = "[";
  for (const std::string& name : each.request.properties) {
    properties += (properties.size() == 1 ? "" : ",") + text_of(name);
  }
  std::string out = R"({"id":")" + std::to_string(each.id) + R"(","exportName":)" +
                    text_of(each.request.name) + R"(,"exportState":)" +
                    text_of(export_state_name(each.state)) + R"(,"exportType":)" +
                    text_of(each.request.type) + R"(,"objectType":)" +
                    text_of(context.portal.type(each.request.object_type).fact().label) +
                    R"(,"objectProperties":)" + properties + "]";
  if (each.state == ExportState::done) {
    out += R"(,"recordCount":)" + std::to_string(each.record_count);
  }
  return answer(out + R"(,"createdAt":)" + text_of(format_iso8601(each.created_at)) +
                R"(,"updatedAt":)" + text_of(format_iso8601(each.updated_at)) + "}");
}

Reply run_status(Context& context) {
  const auto found = read_export(context, "taskId");
  if (!found) {
    return fail(context, found.error());
  }
  const Export& each = **found;
  const bool ended = each.state == ExportState::done || each.state == ExportState::failed;
  const std::string_view status = each.state == ExportState::enqueued     ? "PENDING"
                                  : each.state == ExportState::processing ? "PROCESSING"
                                                                          : "COMPLETE";
  std::string out = R"({"status":)" + text_of(status);
  if (each.state == ExportState::done) {
    out += R"(,"result":)" + text_of(signed_url(context, each));
  }
  if (each.state == ExportState::failed) {
    out += R"(,"numErrors":1,"errors":[)";
    append_batch_item(out, choices::validation(each.problem));
    out += ']';
  }
  // The clients demand completedAt always (D); of a task under way it is the time of the answer.
  out += R"(,"requestedAt":)" + text_of(format_iso8601(each.created_at)) + R"(,"startedAt":)" +
         text_of(format_iso8601(each.started_at)) + R"(,"completedAt":)" +
         text_of(format_iso8601(ended ? each.completed_at : context.now)) + "}";
  return answer(std::move(out));
}

/// What a storage service answers for an address that is stale or forged (I).
Reply refuse_download() {
  return {.status = 403,
          .body =
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code>"
              "<Message>Access denied</Message></Error>",
          .location = {},
          .content_type = "application/xml"};
}

Reply run_download(Context& context) {
  const auto found = read_export(context, "exportId");
  const auto expires = context.query.first("expires").value_or("");
  const auto until = parse_int(expires);
  const bool good =
      found && (*found)->file != nullptr && until &&
      context.query.first("signature").value_or("") == signature_of(**found, expires) &&
      (to_unix_ms(context.now) < *until ||
       !context.portal.options().on(hubspot::Option::exports_url_expires));
  if (!good) {
    return refuse_download();
  }
  return {.status = 200,
          .body = *(*found)->file,
          .location = {},
          .content_type = "text/csv;charset=utf-8"};
}

std::string key_start(Context& context) { return std::string(context.request.body); }
std::string key_path(Context& context) { return std::string(context.request.path); }

}  // namespace

void register_transfers_exports(OperationRegistry& registry);
void register_transfers_exports(OperationRegistry& registry) {
  registry.add({"crm.exports.start", run_start, key_start});
  registry.add({"crm.exports.read", run_read, key_path});
  registry.add({"crm.exports.status", run_status, key_path});
  registry.add({"crm.exports.download", run_download, key_path});
}

}  // namespace hubsim::operations
