// Folders of lists, as a tree below folder 0 (reference 7, D; models of the official client).
#include "common/base/text.h"
#include "mock_server/operations/lists/list_input.h"

namespace hubsim::operations {

using portal::ListFolder;

namespace {

constexpr std::size_t most_folders = 1'000;
constexpr std::size_t deepest_folder = 10;

ApiError folder_not_found(std::string_view id) {
  return {.status = 404,
          .message = "Folder does not exist with ID " + std::string(id) + ".",
          .category = "OBJECT_NOT_FOUND",
          .sub_category = "ListError.LIST_FOLDER_DOES_NOT_EXIST",
          .context = {{"folderId", {std::string(id)}}}};
}

/// A number on v3, a text in the dated versions (D: the models of the official clients of each).
Json show_id(const Context& context, std::uint64_t id) {
  const bool dated = context.request.path.starts_with("/crm/lists/20");
  return dated ? Json(std::to_string(id)) : Json(id);
}

Json show_folder(const Context& context, std::uint64_t id) {
  portal::Lists& lists = lists_of(context);
  const auto own = lists.folders().find(id);
  Json children = Json::array();
  for (const auto& [child, folder] : lists.folders()) {
    if (folder.parent == id) {
      children.push_back(show_folder(context, child));
    }
  }
  Json members = Json::array();
  for (const auto& [list_id, list] : lists.all()) {
    if (list.folder == id && !list.deleted_at) {
      members.push_back(list_id);
    }
  }
  Json shown =
      Json::object({{"id", show_id(context, id)}, {"parentFolderId", show_id(context, 0)}});
  if (own != lists.folders().end()) {
    const ListFolder& folder = own->second;
    shown["parentFolderId"] = show_id(context, folder.parent);
    shown["name"] = folder.name;
    shown["createdAt"] = list_time(folder.created_at);
    shown["updatedAt"] = list_time(folder.updated_at);
    shown["userId"] = folder.user_id;
  }
  shown["childNodes"] = std::move(children);
  shown["childLists"] = std::move(members);
  return shown;
}

Reply answer_folder(const Context& context, std::uint64_t id) {
  return answer(Json::object({{"folder", show_folder(context, id)}}).dump());
}

/// 0 is the root, which is always there.
Read<std::uint64_t> read_folder_id(const Context& context, std::string_view text) {
  const auto id = parse_uint(text);
  if (!id || (*id != 0 && !lists_of(context).folders().contains(*id))) {
    return Failure{folder_not_found(text)};
  }
  return *id;
}

Read<ListFolder*> read_folder(const Context& context) {
  const auto id = read_folder_id(context, context.param("folderId"));
  if (!id || *id == 0) {
    return Failure{folder_not_found(context.param("folderId"))};
  }
  return &lists_of(context).folders().at(*id);
}

std::size_t depth_of(const Context& context, std::uint64_t id) {
  std::size_t depth = 0;
  for (; id != 0 && depth <= deepest_folder; ++depth) {
    id = lists_of(context).folders().at(id).parent;
  }
  return depth;
}

Reply run_create(Context& context) {
  const auto body = read_object(context);
  if (!body) {
    return fail(context, body.error());
  }
  const Members members(context.request.body, *body);
  const auto name = members.text("name");
  const auto parent_text = members.text("parentFolderId");
  if (!name || !parent_text) {
    return fail(context, name ? parent_text.error() : name.error());
  }
  if (name->empty()) {
    return fail(context, hubspot::missing_fields(members.body(), {"name"}));
  }
  const auto parent = read_folder_id(context, parent_text->empty() ? "0" : *parent_text);
  if (!parent) {
    return fail(context, parent.error());
  }
  portal::Lists& lists = lists_of(context);
  if (lists.folders().size() >= most_folders || depth_of(context, *parent) >= deepest_folder) {
    return fail(context, bad_list("There are too many folders, or too deep ones"));
  }
  const auto& made = lists.create_folder(*name, *parent, context.now, context.caller.app_id);
  return answer_folder(context, made.id);
}

Reply run_read(Context& context) {
  const auto id = read_folder_id(context, context.query.first("folderId").value_or("0"));
  return id ? answer_folder(context, *id) : fail(context, id.error());
}

/// A folder with something in it stays (I).
Reply run_delete(Context& context) {
  const auto folder = read_folder(context);
  if (!folder) {
    return fail(context, folder.error());
  }
  const std::uint64_t id = (*folder)->id;
  const Json shown = show_folder(context, id);
  if (!shown["childNodes"].empty() || !shown["childLists"].empty()) {
    return fail(context, bad_list("Only empty folders can be deleted"));
  }
  lists_of(context).folders().erase(id);
  return no_content();
}

Reply run_move(Context& context) {
  const auto folder = read_folder(context);
  const auto parent = read_folder_id(context, context.param("newParentFolderId"));
  if (!folder || !parent) {
    return fail(context, folder ? parent.error() : folder.error());
  }
  for (std::uint64_t id = *parent; id != 0; id = lists_of(context).folders().at(id).parent) {
    if (id == (*folder)->id) {
      return fail(context, bad_list("A folder cannot be moved into itself"));
    }
  }
  (*folder)->parent = *parent;
  (*folder)->updated_at = context.now;
  return answer_folder(context, (*folder)->id);
}

Reply run_rename(Context& context) {
  const auto folder = read_folder(context);
  const auto name = read_query(context, "newFolderName");
  if (!folder || !name) {
    return fail(context, folder ? name.error() : folder.error());
  }
  (*folder)->name = *name;
  (*folder)->updated_at = context.now;
  return answer_folder(context, (*folder)->id);
}

Reply run_move_list(Context& context) {
  const auto body = read_object(context);
  if (!body) {
    return fail(context, body.error());
  }
  const Members members(context.request.body, *body);
  const auto list_id = members.text("listId");
  const auto folder_id = members.text("newFolderId");
  if (!list_id || !folder_id) {
    return fail(context, list_id ? folder_id.error() : list_id.error());
  }
  if (list_id->empty() || folder_id->empty()) {
    return fail(context, hubspot::missing_fields(members.body(),
                                                 {list_id->empty() ? "listId" : "newFolderId"}));
  }
  portal::List* list = lists_of(context).find(parse_uint(*list_id).value_or(0));
  if (list == nullptr) {
    return fail(context, list_not_found(*list_id));
  }
  const auto folder = read_folder_id(context, *folder_id);
  if (!folder) {
    return fail(context, folder.error());
  }
  list->folder = *folder;
  return no_content();
}

}  // namespace

void register_lists_folders(OperationRegistry& registry);
void register_lists_folders(OperationRegistry& registry) {
  registry.add({"crm.lists.folders.create", run_create, key_of_body});
  registry.add({"crm.lists.folders.read", run_read, key_of_path});
  registry.add({"crm.lists.folders.delete", run_delete, key_of_path});
  registry.add({"crm.lists.folders.move", run_move, key_of_path});
  registry.add({"crm.lists.folders.rename", run_rename, key_of_path});
  registry.add({"crm.lists.folders.move_list", run_move_list, key_of_body});
}

}  // namespace hubsim::operations
