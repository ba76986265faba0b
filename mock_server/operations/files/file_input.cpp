#include "mock_server/operations/files/file_input.h"

#include "common/base/text.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

constexpr int max_copies = 1'000;

/// A file with the same bytes, where the options look for one.
StoredFile* duplicate_of(FileBook& book, const NewFile& file, const FileOptions& options) {
  for (const auto& [id, known] : book.files()) {
    const bool in_scope = options.whole_portal || known.folder == file.folder;
    if (!known.archived && in_scope && *known.bytes == file.bytes) {
      return book.file(id);
    }
  }
  return nullptr;
}

/// HubSpot counts: report, report-1, report-2.
std::string free_name(FileBook& book, const NewFile& file) {
  std::string name = file.name.name;
  for (int i = 1; i < max_copies && book.file_named(file.folder, name, file.name.extension); ++i) {
    name = file.name.name + "-" + std::to_string(i);
  }
  return name;
}

}  // namespace

std::string member_text(const Json& object, std::string_view name) {
  const Json* value = json::find(object, name);
  return value == nullptr ? "" : json::text_of(*value);
}

ApiError file_account_full() {
  return choices::validation("The storage limit of this account is reached");  // U
}

ApiError nothing_at(std::string_view path) {
  return {.status = 404,
          .message = "No file or folder exists at path " + std::string(path),
          .category = "OBJECT_NOT_FOUND"};
}

FileName split_name(std::string_view full) {
  const auto slash = full.rfind('/');
  full = slash == std::string_view::npos ? full : full.substr(slash + 1);
  const auto dot = full.rfind('.');
  if (dot == std::string_view::npos || dot == 0) {
    return {std::string(full.empty() ? "file" : full), ""};
  }
  return {std::string(full.substr(0, dot)), std::string(full.substr(dot + 1))};
}

Read<std::uint64_t> find_folder(Context& context, const FolderWish& wish) {
  auto& book = context.portal.part<FileBook>();
  if (wish.id.empty() == wish.path.empty()) {
    if (wish.id.empty() && wish.optional) {
      return std::uint64_t{0};
    }
    return Failure{
        choices::validation("Exactly one of folderId and folderPath must be set")};  // D, text U
  }
  if (!wish.id.empty()) {
    const auto id = parse_uint(wish.id);
    const Folder* folder = id ? book.folder(*id) : nullptr;
    if (folder == nullptr && id != std::optional<std::uint64_t>(0)) {
      return Failure{ApiError{.status = 404,
                              .message = "Folder with id " + wish.id + " does not exist",
                              .category = "OBJECT_NOT_FOUND",
                              .context = {{"folderId", {wish.id}}}}};
    }
    return folder == nullptr ? std::uint64_t{0} : folder->id;
  }
  if (trim(wish.path) == "/") {
    return std::uint64_t{0};
  }
  const Folder* folder = book.make_path(wish.path, context.now);
  return folder == nullptr ? Read<std::uint64_t>(Failure{file_account_full()})
                           : Read<std::uint64_t>(folder->id);
}

Read<StoredFile*> store_file(portal::Portal& portal, Instant now, NewFile file,
                             const FileOptions& options) {
  auto& book = portal.part<FileBook>();
  if (options.strategy != "NONE") {
    if (StoredFile* known = duplicate_of(book, file, options)) {
      if (options.strategy == "RETURN_EXISTING") {
        return known;
      }
      return Failure{ApiError{.status = 409,
                              .message = "A file with the same content already exists",
                              .category = "CONFLICT",
                              .context = {{"fileId", {std::to_string(known->id)}}}}};  // U
    }
  }
  StoredFile* same = book.file_named(file.folder, file.name.name, file.name.extension);
  if (same != nullptr && options.overwrite) {
    if (!book.set_bytes(*same, std::move(file.bytes))) {
      return Failure{file_account_full()};
    }
    same->updated = now;
    same->access = options.access;
    return same;
  }
  std::string name = free_name(book, file);
  StoredFile* stored =
      book.add({.folder = file.folder,
                .name = std::move(name),
                .extension = std::move(file.name.extension),
                .content_type = std::move(file.content_type),
                .access = options.access,
                .bytes = std::make_shared<const std::string>(std::move(file.bytes)),
                .usable = !options.access.starts_with("HIDDEN"),
                .created = now,
                .updated = now});
  return stored == nullptr ? Read<StoredFile*>(Failure{file_account_full()})
                           : Read<StoredFile*>(stored);
}

Read<StoredFile*> named_file(Context& context) {
  const auto id = parse_uint(context.param("fileId"));
  StoredFile* file = id ? context.portal.part<FileBook>().file(*id) : nullptr;
  if (file == nullptr) {
    return Failure{hubspot::object_not_found()};
  }
  return file;
}

/// By its id, or by its path where that is what the caller put there.
Read<Folder*> named_folder(Context& context) {
  auto& book = context.portal.part<FileBook>();
  const std::string_view text = context.param("folderId");
  const auto id = parse_uint(text);
  Folder* folder = id ? book.folder(*id) : book.folder_at(text);
  if (folder == nullptr) {
    return Failure{id ? hubspot::object_not_found() : nothing_at(text)};
  }
  return folder;
}

}  // namespace hubsim::operations
