#include "mock_server/operations/automation/action_input.h"

#include "common/base/text.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

portal::ActionBook& action_book(const Context& context) {
  const auto app = parse_uint(context.param("appId"));
  return context.apps.part<portal::ActionBook>(app.value_or(context.caller.app_id));
}

Read<portal::ActionDefinition> named_action(const Context& context) {
  const auto id = parse_uint(context.param("definitionId"));
  auto found = id ? action_book(context).find(*id) : std::nullopt;
  const bool archived = context.query.first("archived") == "true";
  if (!found || found->archived_at.has_value() != archived) {
    return Failure{hubspot::object_not_found()};
  }
  return std::move(*found);
}

Reply answer_page(const Context& context, const std::vector<Numbered>& all) {
  const auto limit = read_limit(context.query, {choices::page_maximum, choices::page_maximum});
  if (!limit) {
    return fail(context, limit.error());
  }
  const std::string_view cursor = context.query.first("after").value_or("");
  const auto after = cursor.empty() ? std::optional<std::uint64_t>(0) : parse_uint(cursor);
  if (!after) {
    return fail(context, hubspot::bad_query_parameter("after"));
  }
  Json results = Json::array();
  std::uint64_t last = 0;
  bool more = false;
  for (const Numbered& each : all) {
    if (each.number <= *after) {
      continue;
    }
    if (results.size() == *limit) {
      more = true;
      break;
    }
    results.push_back(each.shown);
    last = each.number;
  }
  std::string body = R"({"results":)" + json::dump(results);
  if (more) {
    body += ',';
    append_paging(body, context, std::to_string(last));
  }
  return answer(body + "}");
}

}  // namespace hubsim::operations
