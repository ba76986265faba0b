#include "mock_server/operations/files/file_book.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/crypto/digest.h"

namespace hubsim::operations {

namespace {

/// Ids of files have HubSpot's magnitude and grow.
constexpr std::uint64_t first_id = 210'000'000'000;
constexpr std::size_t max_depth = 32;

void look_at_bytes(StoredFile& file) {
  file.md5 = crypto::md5_hex(*file.bytes);
  file.image = image_size(*file.bytes);
}

}  // namespace

StoredFile* FileBook::file(std::uint64_t id) {
  const auto found = files_.find(id);
  return found == files_.end() || found->second.archived ? nullptr : &found->second;
}

Folder* FileBook::folder(std::uint64_t id) {
  const auto found = folders_.find(id);
  return found == folders_.end() || found->second.archived ? nullptr : &found->second;
}

Folder* FileBook::folder_at(std::string_view path) {
  while (path.ends_with('/')) {
    path.remove_suffix(1);
  }
  const std::string wanted = path.starts_with('/') ? std::string(path) : "/" + std::string(path);
  for (auto& [id, folder] : folders_) {
    if (!folder.archived && folder.path == wanted) {
      return &folder;
    }
  }
  return nullptr;
}

StoredFile* FileBook::file_named(std::uint64_t folder, std::string_view name,
                                 std::string_view extension) {
  for (auto& [id, file] : files_) {
    if (!file.archived && file.folder == folder && file.name == name &&
        file.extension == extension) {
      return &file;
    }
  }
  return nullptr;
}

std::string FileBook::path_of_folder(std::uint64_t id) const {
  const auto found = folders_.find(id);
  return found == folders_.end() ? "" : found->second.path;
}

std::string FileBook::path_of(const StoredFile& file) const {
  return path_of_folder(file.folder) + "/" + file.full_name();
}

StoredFile* FileBook::add(StoredFile file) {
  if (files_.size() >= max_files || bytes_ + file.bytes->size() > max_bytes) {
    return nullptr;
  }
  file.id = first_id + ++last_id_ * 11;
  bytes_ += file.bytes->size();
  look_at_bytes(file);
  return &(files_[file.id] = std::move(file));
}

Folder* FileBook::add_folder(std::string name, std::uint64_t parent, Instant now) {
  if (folders_.size() >= max_folders) {
    return nullptr;
  }
  const std::uint64_t id = first_id + ++last_id_ * 11;
  Folder& folder = folders_[id];
  folder = {.id = id,
            .parent = parent,
            .name = std::move(name),
            .path = {},
            .created = now,
            .updated = now};
  folder.path = path_of_folder(parent) + "/" + folder.name;
  return &folder;
}

Folder* FileBook::make_path(std::string_view path, Instant now) {
  Folder* folder = nullptr;
  std::size_t depth = 0;
  for (const std::string_view name : split(path, '/')) {
    if (name.empty()) {
      continue;
    }
    const std::uint64_t parent = folder == nullptr ? 0 : folder->id;
    Folder* next = folder_at(path_of_folder(parent) + "/" + std::string(name));
    next = next == nullptr ? add_folder(std::string(name), parent, now) : next;
    if (next == nullptr || ++depth > max_depth) {
      return nullptr;
    }
    folder = next;
  }
  return folder;
}

bool FileBook::set_bytes(StoredFile& file, std::string bytes) {
  if (bytes_ - file.bytes->size() + bytes.size() > max_bytes) {
    return false;
  }
  bytes_ = bytes_ - file.bytes->size() + bytes.size();
  file.bytes = std::make_shared<const std::string>(std::move(bytes));
  look_at_bytes(file);
  return true;
}

void FileBook::erase(std::uint64_t id) {
  const auto found = files_.find(id);
  if (found != files_.end()) {
    bytes_ -= found->second.bytes->size();
    files_.erase(found);
  }
}

bool FileBook::lies_in(std::uint64_t inner, std::uint64_t outer) const {
  for (std::size_t depth = 0; inner != 0 && depth <= max_folders; ++depth) {
    if (inner == outer) {
      return true;
    }
    const auto found = folders_.find(inner);
    inner = found == folders_.end() ? 0 : found->second.parent;
  }
  return false;
}

void FileBook::archive_folder(Folder& folder, Instant now) {
  const std::uint64_t top = folder.id;
  for (auto& [id, file] : files_) {
    if (lies_in(file.folder, top)) {
      file.archived = true;
      file.updated = now;
    }
  }
  for (auto& [id, each] : folders_) {
    if (lies_in(id, top)) {
      each.archived = true;
      each.updated = now;
    }
  }
}

void FileBook::settle_paths(Folder& folder, Instant now) {
  const std::uint64_t top = folder.id;
  folder.updated = now;
  folder.path = path_of_folder(folder.parent) + "/" + folder.name;
  for (std::size_t depth = 0; depth < max_depth; ++depth) {
    for (auto& [id, each] : folders_) {
      if (id != top && lies_in(id, top)) {
        each.path = path_of_folder(each.parent) + "/" + each.name;
      }
    }
  }
}

FileTask& FileBook::add_task(FileTask task) {
  if (tasks_.size() >= max_tasks) {
    tasks_.erase(tasks_.begin());
  }
  return tasks_[task.id] = std::move(task);
}

FileTask* FileBook::task(std::string_view id) {
  const auto found = tasks_.find(id);
  return found == tasks_.end() ? nullptr : &found->second;
}

}  // namespace hubsim::operations
