// Threads of conversations: list by inbox, contact, ticket, status or time, read, close and open,
// archive and restore, assign (D docs "conversations").
#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/conversations/conversation_actors.h"
#include "mock_server/operations/conversations/conversation_view.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

constexpr LimitRange page{100, 500};  // D maximum 500, default U
constexpr Field update_fields[] = {{"status", Field::Kind::text, false, "OPEN, CLOSED"},
                                   {"archived", Field::Kind::boolean}};
constexpr Field assignee_fields[] = {{"actorId", Field::Kind::text, true}};
constexpr std::string_view by_time = "latestMessageTimestamp";

/// What the query asks for.
struct Wanted {
  std::vector<std::string> inboxes;
  std::string contact;
  std::string ticket;
  std::string status;
  std::optional<Instant> after;
  bool archived = false;

  [[nodiscard]] bool takes(const Thread& thread) const {
    const auto is = [](const std::string& text, std::uint64_t id) {
      return text.empty() || text == std::to_string(id);
    };
    return thread.archived == archived && is(contact, thread.contact) &&
           is(ticket, thread.ticket) && (status.empty() || thread.status == status) &&
           (!after || (thread.latest && *thread.latest > *after)) &&
           (inboxes.empty() || std::find(inboxes.begin(), inboxes.end(),
                                         std::to_string(thread.inbox)) != inboxes.end());
  }
};

Read<Wanted> read_wanted(const Context& context) {
  const http::Query& query = context.query;
  Wanted wanted{.inboxes = query.list("inboxId"),
                .contact = std::string(query.first("associatedContactId").value_or("")),
                .ticket = std::string(query.first("associatedTicketId").value_or("")),
                .status = std::string(query.first("threadStatus").value_or("")),
                .after = std::nullopt,
                .archived = query.first("archived") == "true"};
  if (!wanted.status.empty() && wanted.status != "OPEN" && wanted.status != "CLOSED") {
    return Failure{hubspot::bad_query_parameter("threadStatus")};
  }
  if (const auto text = query.first("latestMessageTimestampAfter")) {
    wanted.after = parse_iso8601(*text);
    if (!wanted.after) {
      return Failure{hubspot::bad_query_parameter("latestMessageTimestampAfter")};
    }
  }
  return wanted;
}

/// "id", "latestMessageTimestamp", with "-" for descending. By time only after a time (D).
Read<std::string> read_sort(const Context& context, const Wanted& wanted) {
  const std::string sort(context.query.first("sort").value_or(wanted.after ? by_time : "id"));
  const std::string name = sort.starts_with('-') ? sort.substr(1) : sort;
  if (name != "id" && name != by_time) {
    return Failure{hubspot::bad_query_parameter("sort")};
  }
  if (name == by_time && !wanted.after) {
    return Failure{choices::validation(
        "latestMessageTimestampAfter is required when sorting by latestMessageTimestamp")};  // U
  }
  return sort;
}

Reply run_list(Context& context) {
  const auto wanted = read_wanted(context);
  const auto sort =
      wanted ? read_sort(context, *wanted) : Read<std::string>(Failure{wanted.error()});
  if (!sort) {
    return fail(context, sort.error());
  }
  std::vector<const Thread*> found;
  for (const auto& [id, thread] : conversations_of(context).threads()) {
    if (wanted->takes(thread)) {
      found.push_back(&thread);
    }
  }
  if (sort->ends_with(by_time)) {
    std::stable_sort(found.begin(), found.end(),
                     [](const auto* a, const auto* b) { return a->latest < b->latest; });
  }
  if (sort->starts_with('-')) {
    std::reverse(found.begin(), found.end());
  }
  return answer_page(
      context, found.size(), [&](std::size_t i) { return show_thread(context, *found[i]); }, page);
}

Reply run_read(Context& context) {
  const auto thread = named_thread(context);
  return thread ? answer(json::dump(show_thread(context, **thread)))
                : fail(context, thread.error());
}

Reply run_update(Context& context) {
  const auto thread = named_thread(context);
  const auto body = read_fields(context, update_fields);
  if (!thread || !body) {
    return fail(context, thread ? body.error() : thread.error());
  }
  const Doing doing = doing_of(context);
  if (const Json* archived = json::find(*body, "archived")) {
    ConversationBook::set_archived(context.portal, **thread, archived->get<bool>(), doing);
  }
  if (const Json* status = json::find(*body, "status")) {
    ConversationBook::set_status(context.portal, **thread, status->get<std::string>(), doing);
  }
  return answer(json::dump(show_thread(context, **thread)));
}

Reply run_archive(Context& context) {
  const auto thread = named_thread(context);
  if (!thread) {
    return fail(context, thread.error());
  }
  ConversationBook::set_archived(context.portal, **thread, true, doing_of(context));
  return no_content();
}

Reply run_assign(Context& context) {
  const auto thread = named_thread(context);
  const auto body = read_fields(context, assignee_fields);
  if (!thread || !body) {
    return fail(context, thread ? body.error() : thread.error());
  }
  const std::string actor = body->at("actorId");
  if (!is_agent(context.portal, actor)) {
    return fail(context, choices::validation("Actor " + actor + " cannot be assigned"));  // U
  }
  ConversationBook::assign(context.portal, **thread, actor, doing_of(context));
  return answer(json::dump(show_thread(context, **thread)));
}

Reply run_unassign(Context& context) {
  const auto thread = named_thread(context);
  if (!thread) {
    return fail(context, thread.error());
  }
  ConversationBook::assign(context.portal, **thread, "", doing_of(context));
  return answer(json::dump(show_thread(context, **thread)));
}

}  // namespace

void register_conversations_threads(OperationRegistry& registry);
void register_conversations_threads(OperationRegistry& registry) {
  registry.add({"conversations.threads.list", run_list, path_key});
  registry.add({"conversations.threads.read", run_read, path_key});
  registry.add({"conversations.threads.update", run_update, path_key});
  registry.add({"conversations.threads.archive", run_archive, path_key});
  registry.add({"conversations.threads.assignee.replace", run_assign, path_key});
  registry.add({"conversations.threads.assignee.archive", run_unassign, path_key});
}

}  // namespace hubsim::operations
