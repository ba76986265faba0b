// File requests: what an upload, an import or an update asks for: folder by id or path, options,
// duplicates (behaviour reference 7, "Files").
// Threads: under the portal's lock.
#pragma once

#include "mock_server/operations/files/file_book.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

inline constexpr std::string_view access_words =
    "PUBLIC_INDEXABLE, PUBLIC_NOT_INDEXABLE, HIDDEN_INDEXABLE, HIDDEN_NOT_INDEXABLE, "
    "HIDDEN_PRIVATE, PRIVATE, HIDDEN_SENSITIVE, SENSITIVE";

struct FileOptions {
  std::string access;
  bool overwrite = false;
  std::string strategy = "NONE";  ///< duplicateValidationStrategy
  bool whole_portal = true;       ///< duplicateValidationScope
};

/// Where a file shall go; 0 is the root. One of both must be named, unless `optional`.
struct FolderWish {
  std::string id;
  std::string path;
  bool optional = false;
};
[[nodiscard]] Read<std::uint64_t> find_folder(Context& context, const FolderWish& wish);

/// "report.final.pdf" -> {"report.final", "pdf"}
struct FileName {
  std::string name;
  std::string extension;
};
[[nodiscard]] FileName split_name(std::string_view full);

struct NewFile {
  std::uint64_t folder = 0;
  FileName name;
  std::string content_type;
  std::string bytes;
};
/// Stores it as the options say: over the one of its name, beside it ("report-1"), or not at all.
[[nodiscard]] Read<StoredFile*> store_file(portal::Portal& portal, Instant now, NewFile file,
                                           const FileOptions& options);

[[nodiscard]] ApiError file_account_full();
[[nodiscard]] ApiError nothing_at(std::string_view path);  ///< 404 (R 3.2)
/// The file or folder that the path names by id; 404 else.
[[nodiscard]] Read<StoredFile*> named_file(Context& context);
[[nodiscard]] Read<Folder*> named_folder(Context& context);
[[nodiscard]] std::string member_text(const Json& object, std::string_view name);

}  // namespace hubsim::operations
