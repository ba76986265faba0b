// HubDB tables: create, read, list, change the draft, delete (behaviour reference 7, CMS).
#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/hubdb/hubdb_columns.h"
#include "mock_server/operations/hubdb/hubdb_render.h"
#include "mock_server/operations/hubdb/table_input.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

constexpr LimitRange page{1'000, 10'000};  // D default, maximum U
constexpr std::size_t most_name = 1'000;   // U

constexpr Field create_fields[] = {
    {"name", Field::Kind::text, true},          {"label", Field::Kind::text, true},
    {"useForPages", Field::Kind::boolean},      {"allowPublicApiAccess", Field::Kind::boolean},
    {"allowChildTables", Field::Kind::boolean}, {"enableChildTablePages", Field::Kind::boolean},
    {"dynamicMetaTags", Field::Kind::object},   {"columns", Field::Kind::list}};
constexpr Field change_fields[] = {{"name"},
                                   {"label"},
                                   {"useForPages", Field::Kind::boolean},
                                   {"allowPublicApiAccess", Field::Kind::boolean},
                                   {"allowChildTables", Field::Kind::boolean},
                                   {"enableChildTablePages", Field::Kind::boolean},
                                   {"dynamicMetaTags", Field::Kind::object},
                                   {"columns", Field::Kind::list}};

void take_flag(const Json& body, std::string_view name, bool& flag) {
  const Json* given = json::find(body, name);
  flag = given == nullptr ? flag : given->get<bool>();
}

void take_text(const Json& body, std::string_view name, std::string& text) {
  const Json* given = json::find(body, name);
  text = given == nullptr ? text : given->get<std::string>();
}

/// What the body says goes into the draft; columns where they are named, as a whole.
std::optional<ApiError> apply(Context& context, const Json& body, HubdbVersion& draft,
                              int last_column) {
  take_text(body, "name", draft.name);
  take_text(body, "label", draft.label);
  take_flag(body, "useForPages", draft.for_pages);
  take_flag(body, "allowPublicApiAccess", draft.is_public);
  take_flag(body, "allowChildTables", draft.child_tables);
  take_flag(body, "enableChildTablePages", draft.child_pages);
  if (draft.label.empty() || std::max(draft.name.size(), draft.label.size()) > most_name) {
    return choices::validation("Table label must be defined and not be longer than " +
                               std::to_string(most_name) + " characters");  // U
  }
  if (const Json* tags = json::find(body, "dynamicMetaTags")) {
    draft.meta_tags.clear();
    for (const auto& [name, column] : tags->items()) {
      draft.meta_tags[name] = parse_int(json::text_of(column)).value_or(0);
    }
  }
  if (const Json* list = json::find(body, "columns")) {
    auto columns = read_columns(context, *list, {draft.columns, last_column});
    if (!columns) {
      return columns.error();
    }
    const auto before = std::exchange(draft.columns, std::move(*columns));
    settle_values(draft, before);
  }
  return std::nullopt;
}

Reply run_create(Context& context) {
  const auto body = read_fields(context, create_fields);
  if (!body) {
    return fail(context, body.error());
  }
  auto& book = context.portal.part<HubdbBook>();
  const std::size_t most = hubdb_limits(context.portal).tables;
  if (book.count() >= most) {
    return fail(context, choices::validation("An account cannot have more than " +
                                             std::to_string(most) + " tables"));  // D 7, text U
  }
  HubdbVersion draft;
  auto error = apply(context, *body, draft, 0);
  error = error ? error : check_names(context, draft, nullptr);
  if (error) {
    return fail(context, *error);
  }
  const HubdbTable& table = book.add(std::move(draft), context.now);
  return answer_table(context, table, table.draft, 201);
}

Reply run_read(Context& context) {
  const auto found = live_table(context);
  return found ? answer_table(context, *found->table, *found->live) : fail(context, found.error());
}

Reply run_read_draft(Context& context) {
  const auto table = draft_table(context);
  return table ? answer_table(context, **table, (*table)->draft) : fail(context, table.error());
}

/// `archived=false` brings a deleted table back (D).
Read<HubdbTable*> table_to_change(Context& context) {
  HubdbTable* table = context.portal.part<HubdbBook>().find(context.param("tableIdOrName"));
  const bool restores = context.query.first("archived").value_or("") == "false";
  if (table == nullptr || (table->deleted && !restores)) {
    return Failure{hubspot::object_not_found()};
  }
  return table;
}

Reply run_update(Context& context) {
  const auto found = table_to_change(context);
  const auto body = found ? read_fields(context, change_fields) : Failure{found.error()};
  if (!body) {
    return fail(context, body.error());
  }
  HubdbTable& table = **found;
  HubdbVersion draft = table.draft;
  auto error = apply(context, *body, draft, table.last_column);
  error = error ? error : check_names(context, draft, &table);
  if (error) {
    return fail(context, *error);
  }
  for (const HubdbColumn& column : draft.columns) {
    table.last_column = std::max(table.last_column, column.id);
  }
  table.draft = std::move(draft);
  table.draft.updated = context.now;
  table.deleted.reset();
  return answer_table(context, table, table.draft);
}

Reply run_delete(Context& context) {
  const auto table = draft_table(context);
  if (!table || (*table)->deleted) {
    return fail(context, hubspot::object_not_found());
  }
  context.portal.part<HubdbBook>().remove(**table, context.now);
  return no_content();
}

// ---- lists

struct Shown {
  const HubdbTable* table;
  const HubdbVersion* version;
};

std::string sort_key(const Shown& shown, std::string_view field) {
  if (field == "name") {
    return shown.version->name;
  }
  if (field == "label") {
    return shown.version->label;
  }
  return format_iso8601(field == "updatedAt" ? shown.version->updated : shown.table->created);
}

bool is_between(const Context& context, const std::string& field, Instant at) {
  const auto bound = [&](const char* end) {
    return parse_iso8601(context.query.first(field + end).value_or(""));
  };
  const auto exact = bound("At");
  const auto after = bound("After");
  const auto before = bound("Before");
  return (!exact || at == *exact) && (!after || at > *after) && (!before || at < *before);
}

std::vector<Shown> find_tables(Context& context, bool live) {
  std::vector<Shown> found;
  for (const auto& [id, table] : context.portal.part<HubdbBook>().tables()) {
    const HubdbVersion* version = live ? table.live.get() : &table.draft;
    if (version != nullptr && table.deleted.has_value() == asks(context, "archived") &&
        is_between(context, "created", table.created) &&
        is_between(context, "updated", version->updated)) {
      found.push_back({&table, version});
    }
  }
  for (const std::string& sort : context.query.list("sort")) {
    const bool down = sort.starts_with('-');
    const std::string field = down ? sort.substr(1) : sort;
    std::stable_sort(found.begin(), found.end(), [&](const Shown& a, const Shown& b) {
      return down ? sort_key(b, field) < sort_key(a, field)
                  : sort_key(a, field) < sort_key(b, field);
    });
  }
  return found;
}

Reply answer_list(Context& context, bool live) {
  const auto limit = read_limit(context.query, page);
  if (!limit) {
    return fail(context, limit.error());
  }
  const std::string_view after = context.query.first("after").value_or("");
  const auto shown = after.empty() ? std::optional<std::uint64_t>(0) : parse_uint(after);
  if (!shown) {
    return fail(context, hubspot::bad_query_parameter("after"));
  }
  const auto found = find_tables(context, live);
  const std::size_t first = std::min<std::size_t>(*shown, found.size());
  const std::size_t end = std::min(first + *limit, found.size());
  std::string body = R"({"total":)" + std::to_string(found.size()) + R"(,"results":[)";
  for (std::size_t i = first; i < end; ++i) {
    body += i == first ? "" : ",";
    body += json::dump(render_table(context, *found[i].table, *found[i].version));
  }
  body += ']';
  if (end < found.size()) {
    body += ',';
    append_paging(body, context, std::to_string(end));
  }
  return answer(body + "}");
}

Reply run_list(Context& context) { return answer_list(context, true); }
Reply run_list_drafts(Context& context) { return answer_list(context, false); }

}  // namespace

void register_hubdb_tables(OperationRegistry& registry);
void register_hubdb_tables(OperationRegistry& registry) {
  registry.add({"cms.hubdb.tables.create", run_create, path_key});
  registry.add({"cms.hubdb.tables.read", run_read, path_key});
  registry.add({"cms.hubdb.tables.draft.read", run_read_draft, path_key});
  registry.add({"cms.hubdb.tables.draft.update", run_update, path_key});
  registry.add({"cms.hubdb.tables.archive", run_delete, path_key});
  registry.add({"cms.hubdb.tables.list", run_list, path_key});
  registry.add({"cms.hubdb.tables.draft.list", run_list_drafts, path_key});
}

}  // namespace hubsim::operations
