// Folders of the file manager, changed at once or over time with all that is in them (behaviour
// reference 7, "Files").
#include "common/base/text.h"
#include "mock_server/operations/files/file_input.h"
#include "mock_server/operations/files/file_render.h"
#include "mock_server/operations/files/file_task.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

constexpr Field folder_fields[] = {
    {"name", Field::Kind::text, true}, {"parentFolderId"}, {"parentPath"}};
constexpr Field change_fields[] = {{"id"}, {"name"}, {"parentFolderId"}};

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

struct FolderChange {
  std::uint64_t folder = 0;
  std::optional<std::uint64_t> parent{};
  std::optional<std::string> name{};
};

Read<FolderChange> read_change(Context& context, const Json& body, const Folder& folder) {
  FolderChange change{.folder = folder.id};
  if (body.contains("parentFolderId")) {
    const auto parent =
        find_folder(context, {.id = member_text(body, "parentFolderId"), .path = {}});
    if (!parent) {
      return Failure{parent.error()};
    }
    if (context.portal.part<FileBook>().lies_in(*parent, folder.id)) {
      return Failure{choices::validation("A folder cannot be moved into itself")};  // U
    }
    change.parent = *parent;
  }
  if (body.contains("name")) {
    change.name = member_text(body, "name");
  }
  return change;
}

/// Nothing happens to a folder that is gone by then, or that would lie in itself.
void apply_change(FileBook& book, const FolderChange& change, Instant now) {
  Folder* folder = book.folder(change.folder);
  if (folder == nullptr || (change.parent && book.lies_in(*change.parent, folder->id))) {
    return;
  }
  folder->parent = change.parent.value_or(folder->parent);
  folder->name = change.name.value_or(folder->name);
  book.settle_paths(*folder, now);
}

Reply run_update(Context& context) {
  const auto folder = named_folder(context);
  const auto body =
      folder ? read_fields(context, change_fields) : Read<Json>(Failure{folder.error()});
  const auto change = body ? read_change(context, *body, **folder) : Failure{body.error()};
  if (!change) {
    return fail(context, change.error());
  }
  apply_change(context.portal.part<FileBook>(), *change, context.now);
  return answer(json::dump(render_folder(**folder)));
}

// ---- over time

/// Changes whose tasks are not over.
class FolderChanges : public portal::PartOf<FolderChanges> {
 public:
  explicit FolderChanges(const portal::Portal& /*portal*/) {}
  std::uint64_t add(FolderChange change) {
    waiting_.emplace(++last_, std::move(change));
    return last_;
  }
  FolderChange take(std::uint64_t number) {
    FolderChange change = std::move(waiting_.at(number));
    waiting_.erase(number);
    return change;
  }
  [[nodiscard]] std::size_t size() const noexcept { return waiting_.size(); }

 private:
  std::map<std::uint64_t, FolderChange> waiting_;
  std::uint64_t last_ = 0;
};

void finish_change(portal::Portal& portal, Instant now, std::uint64_t number) {
  apply_change(portal.part<FileBook>(), portal.part<FolderChanges>().take(number), now);
}

/// The change is checked now and made when its task is over.
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
  const Folder* folder = id ? book.folder(*id) : nullptr;
  if (folder == nullptr) {
    return fail(context, hubspot::object_not_found());
  }
  auto change = read_change(context, *body, *folder);
  if (!change) {
    return fail(context, change.error());
  }
  auto& changes = context.portal.part<FolderChanges>();
  if (changes.size() >= FileBook::max_tasks) {
    return fail(context, choices::validation("Too many folders are being changed"));  // ours
  }
  const FileTask& task = start_task(context, folder->id);
  if (task.completed <= context.now) {
    apply_change(book, *change, context.now);
  } else {
    context.portal.schedule(task.completed, finish_change, changes.add(std::move(*change)));
  }
  return answer_started(context, task);
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
}

}  // namespace hubsim::operations
