// FileBook: the file manager of a portal: folders, files with their bytes, and the tasks that work
// on them. A part of the portal.
// Threads: guarded by the portal's lock. Invariants: live files have a path of their own, and so
// have live folders; files and bytes stay below the limits (a full account is told so); copies
// share bytes, which never change; sum and image size are those of the bytes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/time/clock.h"
#include "mock_server/operations/files/image_size.h"
#include "mock_server/portal/part.h"

namespace hubsim::portal {
class Portal;
}

namespace hubsim::operations {

struct Folder {
  std::uint64_t id = 0;
  std::uint64_t parent = 0;  ///< 0: the root
  std::string name;
  std::string path;  ///< "/library/images"
  Instant created{};
  Instant updated{};
  bool archived = false;
};

struct StoredFile {
  std::uint64_t id = 0;
  std::uint64_t folder = 0;
  std::string name;  ///< without extension
  std::string extension;
  std::string content_type;
  std::string access = "PRIVATE";
  std::shared_ptr<const std::string> bytes;
  std::string md5{};  ///< of the bytes; the book keeps it, and the size of an image
  std::optional<ImageSize> image{};
  std::optional<Instant> expires;
  bool usable = true;
  bool archived = false;
  Instant created{};
  Instant updated{};

  [[nodiscard]] std::string full_name() const {
    return extension.empty() ? name : name + "." + extension;
  }
};

/// Something that runs over time; what it made or changed is `target`.
struct FileTask {
  std::string id;
  std::uint64_t target = 0;  ///< 0: nothing yet
  Instant requested{};
  Instant started{};
  Instant completed{};
  std::string problem{};  ///< why it failed; "": it did not
};

class FileBook : public portal::PartOf<FileBook> {
 public:
  static constexpr std::size_t max_files = 100'000;
  static constexpr std::size_t max_folders = 20'000;
  static constexpr std::size_t max_bytes = std::size_t{512} << 20;
  static constexpr std::size_t max_tasks = 10'000;
  explicit FileBook(const portal::Portal& /*portal*/) {}

  [[nodiscard]] const std::map<std::uint64_t, StoredFile>& files() const noexcept { return files_; }
  [[nodiscard]] const std::map<std::uint64_t, Folder>& folders() const noexcept { return folders_; }
  /// Live ones; nullptr when there is none.
  [[nodiscard]] StoredFile* file(std::uint64_t id);
  [[nodiscard]] Folder* folder(std::uint64_t id);
  [[nodiscard]] Folder* folder_at(std::string_view path);
  [[nodiscard]] StoredFile* file_named(std::uint64_t folder, std::string_view name,
                                       std::string_view extension);
  [[nodiscard]] std::string path_of(const StoredFile& file) const;
  [[nodiscard]] std::string path_of_folder(std::uint64_t id) const;

  /// nullptr: the limit is reached.
  StoredFile* add(StoredFile file);
  Folder* add_folder(std::string name, std::uint64_t parent, Instant now);
  /// With all folders on the way to it; nullptr: the limit is reached, or it is nested too deep.
  Folder* make_path(std::string_view path, Instant now);
  /// False when the new bytes are too many.
  bool set_bytes(StoredFile& file, std::string bytes);
  void erase(std::uint64_t id);
  /// With all that is in it.
  void archive_folder(Folder& folder, Instant now);
  /// Its path, and those of the folders in it, follow its name and parent.
  void settle_paths(Folder& folder, Instant now);
  /// Whether `inner` is `outer` or lies in it.
  [[nodiscard]] bool lies_in(std::uint64_t inner, std::uint64_t outer) const;

  FileTask& add_task(FileTask task);
  [[nodiscard]] FileTask* task(std::string_view id);

 private:
  std::map<std::uint64_t, StoredFile> files_;
  std::map<std::uint64_t, Folder> folders_;
  std::map<std::string, FileTask, std::less<>> tasks_;
  std::uint64_t last_id_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace hubsim::operations
