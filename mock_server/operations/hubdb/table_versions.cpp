// HubDB tables over their life: publish, unpublish, reset the draft, clone, forget a version
// (behaviour reference 7, CMS: /draft/publish and /draft/push-live are one).
#include "common/base/text.h"
#include "mock_server/operations/hubdb/hubdb_render.h"
#include "mock_server/operations/hubdb/table_input.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

Reply run_publish(Context& context) {
  const auto table = draft_table(context);
  if (!table) {
    return fail(context, table.error());
  }
  context.portal.part<HubdbBook>().publish(**table, context.now);
  return answer_table(context, **table, *(*table)->live);
}

Reply run_unpublish(Context& context) {
  const auto table = draft_table(context);
  if (!table) {
    return fail(context, table.error());
  }
  if ((*table)->live == nullptr) {
    return fail(context, choices::validation("Table " + std::to_string((*table)->id) +
                                             " is not published"));  // U
  }
  context.portal.part<HubdbBook>().unpublish(**table, context.now);
  return answer_table(context, **table, (*table)->draft);
}

/// U: a table that was never published is answered as it is.
Reply run_reset(Context& context) {
  const auto table = draft_table(context);
  if (!table) {
    return fail(context, table.error());
  }
  context.portal.part<HubdbBook>().reset(**table, context.now);
  return answer_table(context, **table, (*table)->draft);
}

constexpr Field clone_fields[] = {{"newName"},
                                  {"newLabel"},
                                  {"copyRows", Field::Kind::boolean},
                                  {"isHubspotDefined", Field::Kind::boolean}};

/// "cities_clone", "cities_clone_2": where the request names none and the name must be new.
std::string free_name(HubdbBook& book, const std::string& name) {
  std::string wanted = name + "_clone";
  for (int i = 2; book.by_name(wanted) != nullptr; ++i) {
    wanted = name + "_clone_" + std::to_string(i);
  }
  return wanted;
}

std::string free_label(HubdbBook& book, const std::string& label) {
  std::string wanted = label + " (clone)";
  for (int i = 2; book.by_label(wanted) != nullptr; ++i) {
    wanted = label + " (clone " + std::to_string(i) + ")";
  }
  return wanted;
}

/// T 2026-04: a body that names nothing is refused in these words.
ApiError nothing_named() {
  return choices::validation("Errors validating HubDbTableCloneRequestCore");
}

/// New rows with ids of their own.
bool copy_rows(Context& context, const HubdbTable& from, HubdbTable& to) {
  auto& book = context.portal.part<HubdbBook>();
  for (const auto& [id, row] : from.draft.rows) {
    HubdbRow copy = *row;
    copy.id = book.next_row();
    copy.created = copy.updated = context.now;
    copy.published = Instant{};
    if (!book.put(to, std::move(copy), context.now)) {
      return false;
    }
  }
  return true;
}

Reply run_clone(Context& context) {
  const auto found = draft_table(context);
  const auto body = found ? read_fields(context, clone_fields) : Failure{found.error()};
  if (!body) {
    return fail(context, body.error());
  }
  if (!body->contains("newName") && !body->contains("newLabel") && !body->contains("copyRows")) {
    return fail(context, nothing_named());
  }
  auto& book = context.portal.part<HubdbBook>();
  if (book.count() >= hubdb_limits(context.portal).tables) {
    return fail(context, choices::validation("An account cannot have more tables"));  // D 7, text U
  }
  HubdbVersion draft = (*found)->draft;
  draft.rows.clear();
  draft.name = body->value("newName", free_name(book, draft.name));
  draft.label = body->value("newLabel", free_label(book, draft.label));
  if (const auto error = check_names(context, draft, nullptr)) {
    return fail(context, *error);
  }
  const std::uint64_t original = (*found)->id;
  HubdbTable& table = book.add(std::move(draft), context.now);
  if (body->value("copyRows", false) && !copy_rows(context, book.tables().at(original), table)) {
    return fail(context, choices::validation("The storage limit of this account is reached"));
  }
  return answer_table(context, table, table.draft);
}

/// Numbers of versions are told by no call; ours count the publishes of a table, the last 20 kept.
Reply run_forget_version(Context& context) {
  const auto table = draft_table(context);
  if (!table) {
    return fail(context, table.error());
  }
  const auto version = parse_uint(context.param("versionId"));
  if (!version || (*table)->versions.erase(*version) == 0) {
    return fail(context, hubspot::object_not_found());
  }
  return no_content();
}

}  // namespace

void register_hubdb_table_versions(OperationRegistry& registry);
void register_hubdb_table_versions(OperationRegistry& registry) {
  registry.add({"cms.hubdb.tables.draft.publish", run_publish, path_key});
  registry.add({"cms.hubdb.tables.unpublish", run_unpublish, path_key});
  registry.add({"cms.hubdb.tables.draft.reset", run_reset, path_key});
  registry.add({"cms.hubdb.tables.draft.clone", run_clone, path_key});
  registry.add({"cms.hubdb.tables.versions.archive", run_forget_version, path_key});
}

}  // namespace hubsim::operations
