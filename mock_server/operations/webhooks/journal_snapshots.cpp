// Snapshots of records for the webhooks journal, and how far they are (behaviour reference 8.6, D;
// how long each state lasts is U).
#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/webhooks/journal_input.h"

namespace hubsim::operations {

namespace {

using portal::JournalSnapshot;

constexpr std::size_t batch_maximum = 100;  // U

std::string_view state_name(JournalSnapshot::State state) {
  switch (state) {
    case JournalSnapshot::State::pending:
      return "PENDING";
    case JournalSnapshot::State::in_progress:
      return "IN_PROGRESS";
    case JournalSnapshot::State::success:
      return "SUCCESS";
    case JournalSnapshot::State::failed:
      return "FAILED";
    case JournalSnapshot::State::expired:
      return "EXPIRED";
  }
  return "";
}

struct Wanted {
  std::uint64_t portal_id = 0;
  JournalSnapshot snapshot;
};

Read<Wanted> read_request(const Context& context, const Json& item, std::size_t index) {
  const std::string path = "/snapshotRequests/" + std::to_string(index);
  if (!item.is_object()) {
    return Failure{hubspot::wrong_json_type(
        context.request.body, path, "java.util.LinkedHashMap<java.lang.String,java.lang.Object>",
        item)};
  }
  const Members members(context.request.body, item, path);
  std::vector<std::string> missing;
  for (const char* field : {"objectId", "objectTypeId", "portalId", "properties"}) {
    if (members.find(field) == nullptr) {
      missing.emplace_back(field);
    }
  }
  if (!missing.empty()) {
    return Failure{hubspot::missing_fields(context.request.body, missing)};
  }
  const auto object = hooks::read_whole(members, item, "objectId");
  const auto portal_id = hooks::read_whole(members, item, "portalId");
  const auto type = members.text("objectTypeId");
  const auto properties = members.texts("properties");
  if (!object || !portal_id) {
    return Failure{!object ? object.error() : portal_id.error()};
  }
  if (!type || !properties) {
    return Failure{!type ? type.error() : properties.error()};
  }
  const auto positive = [](std::int64_t number) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(number, 0));
  };
  return Wanted{positive(**portal_id),
                {.object_id = positive(**object),
                 .object_type_id = *type,
                 .properties = *properties,
                 .initiated_at = context.now}};
}

/// Another account's record: refused at once, as one that the app may not read.
void refuse_foreign(const Context& context, Wanted& wanted) {
  if (context.apps.installed(context.caller.app_id, wanted.portal_id)) {
    return;
  }
  wanted.snapshot.state = JournalSnapshot::State::failed;
  wanted.snapshot.error_code = "PERMISSION_DENIED";
  wanted.snapshot.message = "App " + std::to_string(context.caller.app_id) +
                            " is not installed in portal " + std::to_string(wanted.portal_id);
  wanted.snapshot.completed_at = context.now;
}

Reply run_create(Context& context) {
  const auto body = read_object(context);
  if (!body) {
    return fail(context, body.error());
  }
  const Members members(context.request.body, *body);
  if (members.find("snapshotRequests") == nullptr) {
    return fail(context, hubspot::missing_fields(context.request.body, {"snapshotRequests"}));
  }
  const auto list = members.list("snapshotRequests");
  if (!list) {
    return fail(context, list.error());
  }
  if ((*list)->empty() || (*list)->size() > batch_maximum) {
    return fail(context, (*list)->empty() ? hubspot::empty_batch()
                                          : hubspot::batch_too_large(batch_maximum));
  }
  std::vector<Wanted> requests;
  for (const Json& item : **list) {
    auto wanted = read_request(context, item, requests.size());
    if (!wanted) {
      return fail(context, wanted.error());
    }
    refuse_foreign(context, *wanted);
    requests.push_back(std::move(*wanted));
  }
  std::string out = R"({"snapshotResponses":[)";
  for (Wanted& wanted : requests) {
    const auto& made = portal::Journal::snapshot(context.portal, context.caller.app_id,
                                                 std::move(wanted.snapshot));
    out += out.back() == '[' ? "" : ",";
    out += R"({"portalId":)" + std::to_string(wanted.portal_id) + R"(,"objectId":)" +
           std::to_string(made.object_id) + R"(,"objectTypeId":)";
    json::append_string(out, made.object_type_id);
    out += R"(,"snapshotStatusId":")" + made.id + "\"}";
  }
  return answer(out + "]}");
}

Reply run_status(Context& context) {
  const std::string_view id = context.param("statusId");
  const auto& snapshots = hooks::journal_of(context).snapshots;
  const auto found = std::find_if(snapshots.begin(), snapshots.end(),
                                  [&](const auto& snapshot) { return snapshot.id == id; });
  if (found == snapshots.end()) {
    return fail(context, hooks::not_found("Status " + std::string(id) + " does not exist"));
  }
  std::string out = R"({"id":")" + found->id + R"(","status":")" +
                    std::string(state_name(found->state)) + R"(","initiatedAt":)" +
                    std::to_string(to_unix_ms(found->initiated_at));
  if (found->completed_at != Instant()) {
    out += R"(,"completedAt":)" + std::to_string(to_unix_ms(found->completed_at));
  }
  if (!found->error_code.empty()) {
    out += R"(,"errorCode":")" + found->error_code + R"(","message":)";
    json::append_string(out, found->message);
  }
  return answer(out + "}");
}

}  // namespace

void register_webhooks_journal_snapshots(OperationRegistry& registry);
void register_webhooks_journal_snapshots(OperationRegistry& registry) {
  registry.add({"webhooks.journal.snapshots.create", run_create, hooks::key_path});
  registry.add({"webhooks.journal.snapshots.status", run_status, hooks::key_path});
}

}  // namespace hubsim::operations
