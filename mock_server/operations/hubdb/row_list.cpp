// HubDB rows as lists: filters, order, columns, pages by cursor or offset (behaviour reference 7,
// CMS; paging, limits D).
#include <algorithm>

#include "common/base/text.h"
#include "mock_server/operations/hubdb/hubdb_render.h"
#include "mock_server/operations/hubdb/row_filter.h"
#include "mock_server/operations/hubdb/row_order.h"
#include "mock_server/operations/hubdb/table_input.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

constexpr LimitRange page{1'000, 10'000};  // D default, maximum U

/// With `offset` the answer is RANDOM_ACCESS and pages by offset, else STREAMING by cursor (I: the
/// two shapes of the client).
struct Position {
  std::size_t first = 0;
  bool by_offset = false;
};

Read<Position> read_position(const Context& context) {
  for (const char* name : {"offset", "after"}) {
    const auto text = context.query.first(name);
    if (!text || text->empty()) {
      continue;
    }
    const auto number = parse_uint(*text);
    if (!number) {
      return Failure{hubspot::bad_query_parameter(name)};
    }
    return Position{static_cast<std::size_t>(*number), std::string_view(name) == "offset"};
  }
  return Position{};
}

/// `"paging":{"next":{"offset":…,"link":…}}` with the caller's own query.
void append_next_offset(std::string& out, const Context& context, std::size_t offset) {
  static constexpr std::string_view kept = "-_.~";
  std::string query;
  for (const auto& [name, value] : context.query.all()) {
    if (name != "offset") {
      query += percent_encode(name, kept) + "=" + percent_encode(value, kept) + "&";
    }
  }
  out += R"("paging":{"next":{"offset":)" + std::to_string(offset) + R"(,"link":)";
  json::append_string(out, link_origin(context) + std::string(context.request.path) + "?" + query +
                               "offset=" + std::to_string(offset));
  out += "}}";
}

struct Found {
  std::vector<HubdbRowPtr> rows;
  std::optional<ApiError> error;
};

Found find_rows(Context& context, const HubdbVersion& version) {
  const auto filters = read_filters(context, version);
  if (!filters) {
    return {{}, filters.error()};
  }
  Found found;
  for (const auto& [id, row] : version.rows) {
    if (std::all_of(filters->begin(), filters->end(),
                    [&](const RowFilter& filter) { return passes(filter, *row); })) {
      found.rows.push_back(row);
    }
  }
  found.error = sort_rows(context, version, *filters, found.rows);
  return found;
}

Reply answer_list(Context& context, const HubdbVersion& version) {
  const auto limit = read_limit(context.query, page);
  const auto position = limit ? read_position(context) : Failure{limit.error()};
  if (!position) {
    return fail(context, position.error());
  }
  // Rows are deleted for good: none are archived.
  const auto found = asks(context, "archived") ? Found{} : find_rows(context, version);
  if (found.error) {
    return fail(context, *found.error);
  }
  const auto names = context.query.list("properties");
  const WantedColumns wanted(names.begin(), names.end());
  const std::size_t first = std::min(position->first, found.rows.size());
  const std::size_t end = std::min(first + *limit, found.rows.size());
  std::string body = R"({"total":)" + std::to_string(found.rows.size()) + R"(,"type":")" +
                     (position->by_offset ? "RANDOM_ACCESS" : "STREAMING") + R"(","results":[)";
  for (std::size_t i = first; i < end; ++i) {
    body += i == first ? "" : ",";
    append_row(body, version, *found.rows[i], wanted);
  }
  body += ']';
  if (end < found.rows.size()) {
    body += ',';
    position->by_offset ? append_next_offset(body, context, end)
                        : append_paging(body, context, std::to_string(end));
  }
  return answer(body + "}");
}

Reply run_list(Context& context) {
  const auto found = live_table(context);
  return found ? answer_list(context, *found->live) : fail(context, found.error());
}

Reply run_list_draft(Context& context) {
  const auto table = draft_table(context);
  return table ? answer_list(context, (*table)->draft) : fail(context, table.error());
}

}  // namespace

void register_hubdb_row_list(OperationRegistry& registry);
void register_hubdb_row_list(OperationRegistry& registry) {
  registry.add({"cms.hubdb.tables.rows.list", run_list, path_key});
  registry.add({"cms.hubdb.tables.rows.draft.list", run_list_draft, path_key});
}

}  // namespace hubsim::operations
