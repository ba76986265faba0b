// Search of CRM records (behaviour reference 5).
#include "mock_server/operations/crm/render.h"
#include "mock_server/operations/crm/search_request.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

Reply run_search(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  auto request = read_search(context, **type);
  if (!request) {
    return fail(context, request.error());
  }
  request->query.now = context.now;
  const auto page = request->finds_nothing
                        ? portal::SearchPage{}
                        : context.portal.search((*type)->index(), request->query);
  const View view = View::requested(**type, request->properties);
  std::string body = R"({"total":)" + std::to_string(page.total) + R"(,"results":[)";
  for (const auto& record : page.records) {
    body += body.back() == '[' ? "" : ",";
    append_read_record(body, context.portal, *record, view, {.url = true});
  }
  body += ']';
  const std::size_t next = request->query.offset + page.records.size();
  if (!page.records.empty() && next < page.total) {
    // An offset as text, and no link (5, R).
    body += R"(,"paging":{"next":{"after":")" + std::to_string(next) + "\"}}";
  }
  return answer(body + "}");
}

std::string key_search(Context& context) { return std::string(context.request.body); }

}  // namespace

void register_crm_search(OperationRegistry& registry);
void register_crm_search(OperationRegistry& registry) {
  registry.add({"crm.objects.search", run_search, key_search});
}

}  // namespace hubsim::operations
