// Finding files and folders: search by what they are, and what is at a path (behaviour reference 7,
// "Files").
#include <algorithm>
#include <functional>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/files/file_input.h"
#include "mock_server/operations/files/file_render.h"

namespace hubsim::operations {

namespace {

constexpr LimitRange page{20, 100};  // U

/// Parameters that ask for a member as it is.
constexpr const char* exact[] = {"path",     "type",    "extension", "url",
                                 "encoding", "fileMd5", "size",      "isUsableInContent"};
/// Those that bound one: sizeGte, createdAtLte.
constexpr const char* bounded[] = {"size", "createdAt", "updatedAt", "id"};

std::optional<double> as_number(const std::string& text) {
  if (const auto number = parse_double(text)) {
    return number;
  }
  const auto instant = parse_iso8601(text);
  return instant ? std::optional(static_cast<double>(to_unix_ms(*instant))) : std::nullopt;
}

bool is_within(const http::Query& query, const Json& item) {
  for (const std::string name : bounded) {
    const auto value = as_number(member_text(item, name));
    for (const char* end : {"Gte", "Lte"}) {
      const auto bound = as_number(std::string(query.first(name + end).value_or("")));
      if (bound && (!value || (end[0] == 'G' ? *value < *bound : *value > *bound))) {
        return false;
      }
    }
  }
  return true;
}

bool is_listed(const http::Query& query, const char* parameter, const std::string& id) {
  const auto ids = query.list(parameter);
  return ids.empty() || std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool is_wanted(const http::Query& query, const Json& item) {
  for (const char* name : exact) {
    const auto wanted = query.first(name);
    if (wanted && member_text(item, name) != *wanted) {
      return false;
    }
  }
  const auto name = query.first("name");
  const bool named =
      !name || to_lower(member_text(item, "name")).find(to_lower(*name)) != std::string::npos;
  return named && is_within(query, item) && is_listed(query, "ids", member_text(item, "id")) &&
         is_listed(query, "parentFolderIds", member_text(item, "parentFolderId"));
}

/// Everything wanted, sorted; `after` is how many were shown.
Reply answer_page(const Context& context, std::vector<Json> found) {
  const auto limit = read_limit(context.query, page);
  if (!limit) {
    return fail(context, limit.error());
  }
  const std::string_view after = context.query.first("after").value_or("");
  const auto shown = after.empty() ? std::optional<std::uint64_t>(0) : parse_uint(after);
  if (!shown) {
    return fail(context, hubspot::bad_query_parameter("after"));
  }
  const std::string sort(context.query.first("sort").value_or(""));
  const bool down = sort.starts_with('-');
  const std::string field = down ? sort.substr(1) : sort;
  if (!field.empty()) {
    std::stable_sort(found.begin(), found.end(), [&](const Json& a, const Json& b) {
      const std::string left = member_text(a, field);
      const std::string right = member_text(b, field);
      return down ? right < left : left < right;
    });
  }
  const std::size_t first = std::min<std::size_t>(*shown, found.size());
  const std::size_t end = std::min(first + *limit, found.size());
  Json results = Json::array();
  for (std::size_t i = first; i < end; ++i) {
    results.push_back(std::move(found[i]));
  }
  std::string body = R"({"results":)" + json::dump(results);
  if (end < found.size()) {
    body += ',';
    append_paging(body, context, std::to_string(end));
  }
  return answer(body + "}");
}

Reply run_files(Context& context) {
  const auto& book = context.portal.part<FileBook>();
  std::vector<Json> found;
  for (const auto& [id, file] : book.files()) {
    Json item = file.archived ? Json() : render_file(context, book, file);
    if (!file.archived && is_wanted(context.query, item)) {
      found.push_back(std::move(item));
    }
  }
  return answer_page(context, std::move(found));
}

Reply run_folders(Context& context) {
  std::vector<Json> found;
  for (const auto& [id, folder] : context.portal.part<FileBook>().folders()) {
    Json item = render_folder(folder);
    if (!folder.archived && is_wanted(context.query, item)) {
      found.push_back(std::move(item));
    }
  }
  return answer_page(context, std::move(found));
}

Reply run_stat(Context& context) {
  auto& book = context.portal.part<FileBook>();
  const std::string path = "/" + std::string(context.param("path"));
  const std::string_view wanted = path.starts_with("//") ? std::string_view(path).substr(1) : path;
  for (const auto& [id, file] : book.files()) {
    if (!file.archived && book.path_of(file) == wanted) {
      return answer(json::dump({{"file", render_file(context, book, file)}}));
    }
  }
  const Folder* folder = book.folder_at(wanted);
  return folder == nullptr ? fail(context, nothing_at(wanted))
                           : answer(json::dump({{"folder", render_folder(*folder)}}));
}

}  // namespace

void register_files_file_search(OperationRegistry& registry);
void register_files_file_search(OperationRegistry& registry) {
  registry.add({"files.files.search", run_files, path_key});
  registry.add({"files.folders.search", run_folders, path_key});
  registry.add({"files.files.stat.read", run_stat, path_key});
}

}  // namespace hubsim::operations
