// Folders of the file manager, and what HubSpot does over time: changing a folder with all that is
// in it, and importing a file from an address (behaviour reference 7, "Files").
#include <algorithm>

#include "common/base/text.h"
#include "common/random/prng.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/files/file_input.h"
#include "mock_server/operations/files/file_render.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

using namespace std::chrono_literals;

constexpr Field folder_fields[] = {
    {"name", Field::Kind::text, true}, {"parentFolderId"}, {"parentPath"}};
constexpr Field change_fields[] = {{"id"}, {"name"}, {"parentFolderId"}};
constexpr Field import_fields[] = {
    {"url", Field::Kind::text, true},
    {"access", Field::Kind::text, true, access_words},
    {"name"},
    {"folderId"},
    {"folderPath"},
    {"overwrite", Field::Kind::boolean},
    {"duplicateValidationStrategy", Field::Kind::text, false, "NONE, REJECT, RETURN_EXISTING"},
    {"duplicateValidationScope", Field::Kind::text, false, "ENTIRE_PORTAL, EXACT_FOLDER"},
    {"ttl"},
    {"expiresAt"}};

Reply run_create(Context& context) {
  const auto body = read_fields(context, folder_fields);
  if (!body) {
    return fail(context, body.error());
  }
  const auto parent = find_folder(context, {.id = member_text(*body, "parentFolderId"),
                                            .path = member_text(*body, "parentPath"),
                                            .optional = true});
  if (!parent) {
    return fail(context, parent.error());
  }
  auto& book = context.portal.part<FileBook>();
  const std::string name = member_text(*body, "name");
  if (name.empty() || name.find('/') != std::string::npos) {
    return fail(context, choices::validation("Folder name is not valid: " + name));  // U
  }
  const std::string path = book.path_of_folder(*parent) + "/" + name;
  if (book.folder_at(path) != nullptr) {
    return fail(context, {.status = 409,
                          .message = "A folder already exists at path " + path,
                          .category = "OBJECT_ALREADY_EXISTS"});  // U
  }
  const Folder* folder = book.add_folder(name, *parent, context.now);
  return folder == nullptr ? fail(context, file_account_full())
                           : answer(json::dump(render_folder(*folder)), 201);
}

Reply run_read(Context& context) {
  const auto folder = named_folder(context);
  return folder ? answer(json::dump(render_folder(**folder))) : fail(context, folder.error());
}

Reply run_archive(Context& context) {
  const auto folder = named_folder(context);
  if (!folder) {
    return fail(context, folder.error());
  }
  context.portal.part<FileBook>().archive_folder(**folder, context.now);
  return no_content();
}

std::optional<ApiError> change_folder(Context& context, const Json& body, Folder& folder) {
  auto& book = context.portal.part<FileBook>();
  if (body.contains("parentFolderId")) {
    const auto parent =
        find_folder(context, {.id = member_text(body, "parentFolderId"), .path = {}});
    if (!parent) {
      return parent.error();
    }
    if (book.lies_in(*parent, folder.id)) {
      return choices::validation("A folder cannot be moved into itself");  // U
    }
    folder.parent = *parent;
  }
  if (body.contains("name")) {
    folder.name = member_text(body, "name");
  }
  book.settle_paths(folder, context.now);
  return std::nullopt;
}

Reply run_update(Context& context) {
  const auto folder = named_folder(context);
  const auto body =
      folder ? read_fields(context, change_fields) : Read<Json>(Failure{folder.error()});
  if (!body) {
    return fail(context, body.error());
  }
  const auto error = change_folder(context, *body, **folder);
  return error ? fail(context, *error) : answer(json::dump(render_folder(**folder)));
}

// ---- tasks

FileTask& start_task(Context& context, std::uint64_t target) {
  const bool instant = context.portal.options().is(hubspot::Option::generic_task_time, "instant");
  const bool slow = context.portal.options().is(hubspot::Option::generic_task_time, "slow");
  const Duration waits = instant ? 0s : slow ? 10s : 1s;
  const Duration works = instant ? 0s : slow ? 50s : 2s;
  return context.portal.part<FileBook>().add_task(
      {.id = std::to_string(stable_hash(context.correlation_id)),
       .target = target,
       .requested = context.now,
       .started = context.now + waits,
       .completed = context.now + waits + works});
}

/// Where its state is asked for: beside the call that started it.
Reply answer_started(const Context& context, const FileTask& task) {
  return answer(json::dump({{"id", task.id},
                            {"links",
                             {{"status", link_origin(context) + std::string(context.request.path) +
                                             "/tasks/" + task.id + "/status"}}}}),
                202);
}

Json task_members(const FileTask& task, Instant now) {
  const bool done = now >= task.completed;
  return {{"status", done                  ? "COMPLETE"
                     : now >= task.started ? "PROCESSING"
                                           : "PENDING"},
          {"taskId", task.id},
          {"requestedAt", format_iso8601(task.requested)},
          {"startedAt", format_iso8601(task.started)},
          {"completedAt", format_iso8601(task.completed)}};
}

/// What an import will store once its time has come; nothing fetches the address: the bytes say
/// where they would have come from.
struct PendingImport {
  std::string task;
  NewFile file;
  FileOptions options;
};
class ImportQueue : public portal::PartOf<ImportQueue> {
 public:
  static constexpr std::size_t max_pending = 10'000;
  explicit ImportQueue(const portal::Portal& /*portal*/) {}
  std::uint64_t add(PendingImport pending) {
    if (pending_.size() >= max_pending) {
      pending_.erase(pending_.begin());
    }
    pending_.emplace(++last_, std::move(pending));
    return last_;
  }
  std::optional<PendingImport> take(std::uint64_t number) {
    const auto found = pending_.find(number);
    if (found == pending_.end()) {
      return std::nullopt;
    }
    PendingImport pending = std::move(found->second);
    pending_.erase(found);
    return pending;
  }

 private:
  std::map<std::uint64_t, PendingImport> pending_;
  std::uint64_t last_ = 0;
};

void finish_import(portal::Portal& portal, Instant now, std::uint64_t number) {
  auto pending = portal.part<ImportQueue>().take(number);
  FileTask* task = pending ? portal.part<FileBook>().task(pending->task) : nullptr;
  if (task == nullptr) {
    return;
  }
  const auto file = store_file(portal, now, std::move(pending->file), pending->options);
  task->target = file ? (*file)->id : 0;
}

Reply run_import(Context& context) {
  const auto body = read_fields(context, import_fields);
  if (!body) {
    return fail(context, body.error());
  }
  const std::string url = member_text(*body, "url");
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    return fail(context, choices::validation("Invalid url: " + url));  // U
  }
  const auto folder = find_folder(context, {.id = member_text(*body, "folderId"),
                                            .path = member_text(*body, "folderPath"),
                                            .optional = true});
  if (!folder) {
    return fail(context, folder.error());
  }
  FileName name = split_name(url.substr(0, url.find_first_of("?#")));
  if (body->contains("name")) {
    name.name = member_text(*body, "name");
  }
  const std::string strategy = member_text(*body, "duplicateValidationStrategy");
  const FileTask& task = start_task(context, 0);
  const std::uint64_t number = context.portal.part<ImportQueue>().add(
      {.task = task.id,
       .file = {.folder = *folder,
                .name = std::move(name),
                .content_type = "application/octet-stream",
                .bytes = "imported from " + url + "\n"},
       .options = {
           .access = member_text(*body, "access"),
           .overwrite = member_text(*body, "overwrite") == "true",
           .strategy = strategy.empty() ? "NONE" : strategy,
           .whole_portal = member_text(*body, "duplicateValidationScope") != "EXACT_FOLDER"}});
  if (task.completed <= context.now) {
    finish_import(context.portal, context.now, number);
  } else {
    context.portal.schedule(task.completed, finish_import, number);
  }
  return answer_started(context, task);
}

Reply run_import_status(Context& context) {
  auto& book = context.portal.part<FileBook>();
  const FileTask* task = book.task(context.param("taskId"));
  if (task == nullptr) {
    return fail(context, hubspot::object_not_found());
  }
  Json members = task_members(*task, context.now);
  const StoredFile* file = task->target == 0 ? nullptr : book.file(task->target);
  if (file != nullptr && context.now >= task->completed) {
    members["result"] = render_file(context, book, *file);
  }
  return answer(json::dump(members));
}

Reply run_update_async(Context& context) {
  const auto body = read_fields(context, change_fields);
  if (!body) {
    return fail(context, body.error());
  }
  if (!body->contains("id")) {
    return fail(context, hubspot::missing_fields(context.request.body, {"id"}));
  }
  auto& book = context.portal.part<FileBook>();
  const auto id = parse_uint(member_text(*body, "id"));
  Folder* folder = id ? book.folder(*id) : nullptr;
  if (folder == nullptr) {
    return fail(context, hubspot::object_not_found());
  }
  if (const auto error = change_folder(context, *body, *folder)) {
    return fail(context, *error);
  }
  return answer_started(context, start_task(context, folder->id));
}

Reply run_update_status(Context& context) {
  auto& book = context.portal.part<FileBook>();
  const FileTask* task = book.task(context.param("taskId"));
  if (task == nullptr) {
    return fail(context, hubspot::object_not_found());
  }
  Json members = task_members(*task, context.now);
  const Folder* folder = book.folder(task->target);
  if (folder != nullptr && context.now >= task->completed) {
    members["result"] = render_folder(*folder);
  }
  return answer(json::dump(members));
}

}  // namespace

void register_files_folders(OperationRegistry& registry);
void register_files_folders(OperationRegistry& registry) {
  registry.add({"files.folders.create", run_create, path_key});
  registry.add({"files.folders.read", run_read, path_key});
  registry.add({"files.folders.update", run_update, path_key});
  registry.add({"files.folders.archive", run_archive, path_key});
  registry.add({"files.folders.update.async", run_update_async, path_key});
  registry.add({"files.folders.update.async.tasks.status", run_update_status, path_key});
  registry.add({"files.files.import_from_url.async", run_import, path_key});
  registry.add({"files.files.import_from_url.async.tasks.status", run_import_status, path_key});
}

}  // namespace hubsim::operations
