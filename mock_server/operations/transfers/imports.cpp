// Imports: start, read, list, errors, cancel (behaviour reference 7, 2.1; A3).
#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/transfers/import_book.h"

namespace hubsim::operations {

namespace {

constexpr LimitRange import_page{10, 100};          // U 7: as for records
constexpr LimitRange import_error_page{10, 1'000};  // U 7

/// U 2.1: 429 when a file or a day's rows are too many; the text is ours.
ApiError over_limit(std::string message) {
  return {.status = 429, .message = std::move(message), .category = "RATE_LIMITS"};
}

// ---- rendering

void append_member(std::string& out, std::string_view name, std::string_view value) {
  out += out.back() == '{' || out.back() == '[' ? "\"" : ",\"";
  out.append(name).append("\":").append(value);
}

std::string text_of(std::string_view value) {
  std::string out;
  json::append_string(out, value);
  return out;
}

std::string number_of(std::uint64_t value) { return std::to_string(value); }

std::string render_counters(const Import& import) {
  std::string out = "{";
  if (import.state == ImportState::started || import.state == ImportState::deferred) {
    return "{}";
  }
  const ImportCounters& counters = import.counters;
  append_member(out, "TOTAL_ROWS", number_of(counters.rows));
  append_member(out, "CREATED_OBJECTS", number_of(counters.created));
  append_member(out, "UPDATED_OBJECTS", number_of(counters.updated));
  append_member(out, "UNIQUE_OBJECTS_WRITTEN", number_of(import.written.size()));
  append_member(out, "PROPERTY_VALUES_EMITTED", number_of(counters.values));
  append_member(out, "ERRORS", number_of(counters.errors));
  return out + "}";
}

std::string render_metadata(const Import& import) {
  std::string lists = "[";
  if (!import.list_id.empty()) {
    lists += R"({"listId":)" + text_of(import.list_id) + R"(,"objectType":"CONTACT"})";
  }
  std::string files = "[";
  for (const ImportFile& file : import.plan->files) {
    files += (files.back() == '[' ? "\"" : ",\"") + number_of(file.id) + "\"";
  }
  return R"({"objectLists":)" + lists + R"(],"counters":)" + render_counters(import) +
         R"(,"fileIds":)" + files + "]}";
}

void append_import(std::string& out, const Import& import) {
  const ImportPlan& plan = *import.plan;
  std::string types = "[";
  for (const std::string& type : plan.type_ids) {
    types += (types.back() == '[' ? "" : ",") + text_of(type);
  }
  out += '{';
  append_member(out, "state", text_of(import_state_name(import.state)));
  append_member(out, "importRequestJson", json::dump(plan.request));
  append_member(out, "createdAt", text_of(format_iso8601(import.created_at)));
  append_member(out, "metadata", render_metadata(import));
  append_member(out, "importName", text_of(plan.name));
  append_member(out, "updatedAt", text_of(format_iso8601(import.updated_at)));
  append_member(out, "importSource", "\"API\"");
  append_member(out, "id", text_of(number_of(import.id)));
  append_member(out, "mappedObjectTypeIds", types + "]");
  append_member(out, "optOutImport", "false");
  out += '}';
}

// ---- the import of the path

/// 3.3, R: "importId must be positive."; an unknown one is 404 (I).
Read<Import*> read_import(Context& context) {
  const std::string text(context.param("importId"));
  const auto id = parse_int(text);
  if (!id) {
    return Failure{hubspot::bad_path_parameter("importId")};
  }
  if (*id <= 0) {
    ApiError error = choices::validation("importId must be positive.");
    error.context = {{"importId", {text}}};
    return Failure{error};
  }
  Import* import = context.portal.part<ImportBook>().find(static_cast<std::uint64_t>(*id));
  return import != nullptr ? Read<Import*>(import) : Failure{hubspot::object_not_found()};
}

Reply render(const Import& import) {
  std::string out;
  append_import(out, import);
  return answer(std::move(out));
}

// ---- operations

std::optional<ApiError> check_limits(Context& context, const ImportPlan& plan) {
  const ImportLimits limits = import_limits(context.portal.options());
  std::uint64_t rows = 0;
  for (const ImportFile& file : plan.files) {
    const std::uint64_t count = count_csv_rows(file.text);
    rows += count;
    if (file.text.size() > limits.file_bytes || count > limits.file_rows) {
      return over_limit("The file " + file.name + " is larger than " +
                        std::to_string(limits.file_bytes) + " bytes or " +
                        std::to_string(limits.file_rows) + " rows");
    }
  }
  if (!context.portal.part<ImportBook>().take_rows(rows, context.now)) {
    return over_limit("You have reached the limit of imported rows of the day");
  }
  return std::nullopt;
}

Reply run_start(Context& context) {
  const auto parts =
      parse_multipart(context.request.header("content-type").value_or(""), context.request.body);
  if (!parts) {
    hubspot::ErrorPage page = hubspot::unsupported_media_type();
    const auto type = context.request.header("content-type").value_or("");
    if (type.starts_with("multipart/form-data")) {
      return fail(context, choices::validation("Invalid form data: " + parts.error()));
    }
    return {.status = page.status,
            .body = page.body,
            .location = {},
            .content_type = page.content_type};
  }
  auto plan = read_import_plan(context, *parts);
  if (!plan) {
    return fail(context, plan.error());
  }
  if (const auto over = check_limits(context, *plan)) {
    return fail(context, *over);
  }
  return render(context.portal.part<ImportBook>().start(context.portal, std::move(*plan),
                                                        context.caller.app_id, context.now));
}

Reply run_read(Context& context) {
  const auto import = read_import(context);
  return import ? render(**import) : fail(context, import.error());
}

Reply run_list(Context& context) {
  const auto limit = read_limit(context.query, import_page);
  if (!limit) {
    return fail(context, limit.error());
  }
  const auto after = parse_uint(context.query.first("after").value_or("0"));
  if (!after) {
    return fail(context, hubspot::bad_query_parameter("after"));
  }
  const auto& all = context.portal.part<ImportBook>().all();
  std::string out = R"({"results":[)";
  std::uint64_t last = 0;
  std::size_t count = 0;
  auto it = all.upper_bound(*after);
  for (; it != all.end() && count < *limit; ++it, ++count) {
    out += count == 0 ? "" : ",";
    append_import(out, it->second);
    last = it->first;
  }
  out += ']';
  if (it != all.end()) {
    out += ',';
    append_paging(out, context, std::to_string(last));
  }
  return answer(out + "}");
}

/// What an answer shows of errors; dated versions have one member more (client types of 2026-03).
struct ErrorView {
  bool row = false;
  bool message = false;
  bool dated = false;
};

void append_error(std::string& out, const ImportError& error, ErrorView view) {
  out += '{';
  append_member(out, "id", text_of(number_of(error.id)));
  append_member(out, "createdAt", std::to_string(to_unix_ms(error.at)));
  append_member(out, "errorType", text_of(error.type));
  if (view.message) {
    append_member(out, "errorMessage", text_of(error.message));
  }
  if (!error.value.empty()) {
    append_member(out, "invalidValue", text_of(error.value));
    append_member(out, "invalidValueToDisplay", text_of(error.value));
  }
  if (error.column != 0) {
    append_member(out, "knownColumnNumber", number_of(error.column));
  }
  if (!error.object_type_id.empty()) {
    append_member(out, "objectTypeId", text_of(error.object_type_id));
    if (error.object_type_id.starts_with("0-")) {
      append_member(out, "objectType", text_of(error.object_label));
    }
  }
  std::string row = "[";
  for (const std::string& cell : view.row ? error.row : std::vector<std::string>{}) {
    row += (row.back() == '[' && row.size() == 1 ? "" : ",") + text_of(cell);
  }
  append_member(out, "sourceData",
                R"({"fileId":)" + number_of(error.file_id) + R"(,"lineNumber":)" +
                    number_of(error.line) + R"(,"rowData":)" + row +
                    R"(],"containsEncryptedProperties":false)" +
                    (view.dated ? R"(,"additionalRowData":[]})" : "}"));
  out += '}';
}

Reply run_errors(Context& context) {
  const auto import = read_import(context);
  const auto limit = read_limit(context.query, import_error_page);
  if (!import || !limit) {
    return fail(context, !import ? import.error() : limit.error());
  }
  const auto after = parse_uint(context.query.first("after").value_or("0"));
  if (!after) {
    return fail(context, hubspot::bad_query_parameter("after"));
  }
  const auto wants = [&](std::string_view name) {
    return equals_ignoring_case(context.query.first(name).value_or(""), "true");
  };
  const auto& errors = (*import)->errors;
  std::string out = R"({"results":[)";
  std::size_t at = static_cast<std::size_t>(*after);
  const std::size_t end = std::min(errors.size(), at + *limit);
  for (; at < end; ++at) {
    out += out.back() == '[' ? "" : ",";
    append_error(out, errors[at],
                 {.row = wants("includeRowData"),
                  .message = wants("includeErrorMessage"),
                  .dated = !context.request.path.starts_with("/crm/v3/")});
  }
  out += ']';
  if (end < errors.size() && end != 0) {
    out += ',';
    append_paging(out, context, std::to_string(end));
  }
  return answer(out + "}");
}

Reply run_cancel(Context& context) {
  const auto import = read_import(context);
  if (!import) {
    return fail(context, import.error());
  }
  const ImportState state = (*import)->state;
  if (!(*import)->at_work() && state != ImportState::deferred) {
    // U 7: what an import that has ended answers.
    return fail(context, choices::validation("Import " + std::to_string((*import)->id) + " is " +
                                             std::string(import_state_name(state)) +
                                             " and can not be canceled"));
  }
  context.portal.part<ImportBook>().end(context.portal, **import, ImportState::canceled,
                                        context.now);
  const std::string now = text_of(format_iso8601(context.now));
  return answer(R"({"status":"COMPLETE","startedAt":)" + now + R"(,"completedAt":)" + now + "}");
}

std::string key_start(Context& context) {
  return "import/" + std::to_string(context.request.body.size());
}

std::string key_path(Context& context) {
  return std::string(context.request.path) + "?" + std::string(context.request.query);
}

}  // namespace

void register_transfers_imports(OperationRegistry& registry);
void register_transfers_imports(OperationRegistry& registry) {
  registry.add({"crm.imports.create", run_start, key_start});
  registry.add({"crm.imports.read", run_read, key_path});
  registry.add({"crm.imports.list", run_list, key_path});
  registry.add({"crm.imports.errors", run_errors, key_path});
  registry.add({"crm.imports.cancel", run_cancel, key_path});
}

}  // namespace hubsim::operations
