// Importing a file from an address (behaviour reference 7, "Files"): a task. The address is really
// read where it may be (option files.import_fetch) and where something with a network is there to
// do it: a running mock is, contract cases in one process are not. Else the bytes say where they
// would have come from.
#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/files/file_input.h"
#include "mock_server/operations/files/file_render.h"
#include "mock_server/operations/files/file_task.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/portal/fetches.h"

namespace hubsim::operations {

namespace {

using namespace std::chrono_literals;

/// How long an answer is waited for on the portal's clock beyond the task's usual time.
constexpr Duration patience = 60s;

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

/// What an import will store once its time has come.
struct PendingImport {
  std::string task;
  std::string url;
  NewFile file;
  FileOptions options;
  bool wanted = false;   ///< its address is to be read
  bool overdue = false;  ///< its time has come, its answer has not
  std::optional<portal::FetchAnswer> answer{};
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
  [[nodiscard]] PendingImport* find(std::uint64_t number) {
    const auto found = pending_.find(number);
    return found == pending_.end() ? nullptr : &found->second;
  }
  void erase(std::uint64_t number) { pending_.erase(number); }

 private:
  std::map<std::uint64_t, PendingImport> pending_;
  std::uint64_t last_ = 0;
};

/// The name that follows "//" up to the port or path.
std::string_view host_of(std::string_view url) {
  const auto begin = url.find("//");
  std::string_view host = url.substr(begin + 2);
  host = host.substr(0, host.find_first_of("/?#"));
  const auto at = host.rfind('@');
  host = at == std::string_view::npos ? host : host.substr(at + 1);
  return host.starts_with('[') ? host.substr(0, host.find(']') + 1)
                               : host.substr(0, host.find(':'));
}

bool is_loopback(std::string_view host) {
  const auto parts = split(host, '.');
  const bool numbers = parts.size() == 4 && parts.front() == "127" && parse_uint(parts[1]) &&
                       parse_uint(parts[2]) && parse_uint(parts[3]);
  return numbers || host == "localhost" || host == "[::1]";
}

/// Traffic stays on this machine unless the user says otherwise.
bool may_read(const portal::Portal& portal, std::string_view url) {
  const std::string_view value = portal.options().value(hubspot::Option::files_import_fetch);
  return value == "any" || (value == "loopback" && is_loopback(host_of(url)));
}

/// Stores what there is, or tells the task why not.
void complete(portal::Portal& portal, Instant now, std::uint64_t number) {
  auto& queue = portal.part<ImportQueue>();
  PendingImport pending = std::move(*queue.find(number));
  queue.erase(number);
  FileTask* task = portal.part<FileBook>().task(pending.task);
  if (task == nullptr) {
    return;
  }
  task->completed = now;
  if (!pending.answer) {
    pending.file.bytes = "imported from " + pending.url + "\n";
  } else if (pending.answer->status < 200 || pending.answer->status > 299) {
    task->problem = "Could not download " + pending.url + ": " +
                    (pending.answer->status == 0 ? pending.answer->error
                                                 : std::to_string(pending.answer->status));  // U
    return;
  } else {
    pending.file.bytes = std::move(pending.answer->body);
    pending.file.content_type = std::move(pending.answer->content_type);
  }
  const auto file = store_file(portal, now, std::move(pending.file), pending.options);
  task->target = file ? (*file)->id : 0;
  task->problem = file ? "" : file.error().message;
}

void answered(portal::Portal& portal, Instant now, std::uint64_t number,
              portal::FetchAnswer answer) {
  PendingImport* pending = portal.part<ImportQueue>().find(number);
  if (pending == nullptr) {
    return;
  }
  pending->answer = std::move(answer);
  if (pending->overdue) {
    complete(portal, now, number);
  }
}

void begin_import(portal::Portal& portal, Instant /*now*/, std::uint64_t number) {
  PendingImport* pending = portal.part<ImportQueue>().find(number);
  if (pending != nullptr && may_read(portal, pending->url)) {
    pending->wanted = portal.part<portal::Fetches>().want(
        {.subject = number, .url = pending->url, .done = answered});
  }
}

void finish_import(portal::Portal& portal, Instant now, std::uint64_t number) {
  PendingImport* pending = portal.part<ImportQueue>().find(number);
  FileTask* task = pending == nullptr ? nullptr : portal.part<FileBook>().task(pending->task);
  if (task == nullptr) {
    return;
  }
  const bool nobody = portal.part<portal::Fetches>().withdraw(number, answered);
  if (!pending->wanted || nobody || pending->answer) {
    return complete(portal, now, number);
  }
  if (pending->overdue) {
    pending->answer = portal::FetchAnswer{.error = "no answer in time"};
    return complete(portal, now, number);
  }
  pending->overdue = true;
  task->completed = now + patience;
  portal.schedule(task->completed, finish_import, number);
}

Read<PendingImport> read_import(Context& context) {
  const auto body = read_fields(context, import_fields);
  if (!body) {
    return Failure{body.error()};
  }
  const std::string url = member_text(*body, "url");
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    return Failure{choices::validation("Invalid url: " + url)};  // U
  }
  const auto folder = find_folder(context, {.id = member_text(*body, "folderId"),
                                            .path = member_text(*body, "folderPath"),
                                            .optional = true});
  if (!folder) {
    return Failure{folder.error()};
  }
  FileName name = split_name(url.substr(0, url.find_first_of("?#")));
  if (body->contains("name")) {
    name.name = member_text(*body, "name");
  }
  const std::string strategy = member_text(*body, "duplicateValidationStrategy");
  return PendingImport{.task = {},
                       .url = url,
                       .file = {.folder = *folder,
                                .name = std::move(name),
                                .content_type = "application/octet-stream",
                                .bytes = {}},
                       .options = {.access = member_text(*body, "access"),
                                   .overwrite = member_text(*body, "overwrite") == "true",
                                   .strategy = strategy.empty() ? "NONE" : strategy,
                                   .whole_portal = member_text(*body, "duplicateValidationScope") !=
                                                   "EXACT_FOLDER"}};
}

/// An import that takes no time reads nothing: there is none to read in.
Reply run_import(Context& context) {
  auto pending = read_import(context);
  if (!pending) {
    return fail(context, pending.error());
  }
  const FileTask& task = start_task(context, 0);
  pending->task = task.id;
  Reply reply = answer_started(context, task);
  const Instant started = task.started;
  const Instant completed = task.completed;
  const std::uint64_t number = context.portal.part<ImportQueue>().add(std::move(*pending));
  if (completed <= context.now) {
    complete(context.portal, context.now, number);
  } else {
    context.portal.schedule(started, begin_import, number);
    context.portal.schedule(completed, finish_import, number);
  }
  return reply;
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

}  // namespace

void register_files_file_import(OperationRegistry& registry);
void register_files_file_import(OperationRegistry& registry) {
  registry.add({"files.files.import_from_url.async", run_import, path_key});
  registry.add({"files.files.import_from_url.async.tasks.status", run_import_status, path_key});
}

}  // namespace hubsim::operations
