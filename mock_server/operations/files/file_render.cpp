#include "mock_server/operations/files/file_render.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/crypto/digest.h"
#include "common/time/format.h"

namespace hubsim::operations {

namespace {

struct Kind {
  std::string_view extension;
  std::string_view type;
};
constexpr std::array<Kind, 16> kinds{{{"png", "IMG"},
                                      {"jpg", "IMG"},
                                      {"jpeg", "IMG"},
                                      {"gif", "IMG"},
                                      {"svg", "IMG"},
                                      {"webp", "IMG"},
                                      {"pdf", "DOCUMENT"},
                                      {"doc", "DOCUMENT"},
                                      {"docx", "DOCUMENT"},
                                      {"xlsx", "DOCUMENT"},
                                      {"csv", "DOCUMENT"},
                                      {"txt", "TEXT"},
                                      {"mp3", "AUDIO"},
                                      {"wav", "AUDIO"},
                                      {"mp4", "MOVIE"},
                                      {"mov", "MOVIE"}}};

}  // namespace

std::string_view file_type(std::string_view extension) {
  const std::string lower = to_lower(extension);
  const auto* found = std::find_if(kinds.begin(), kinds.end(),
                                   [&](const Kind& kind) { return kind.extension == lower; });
  return found == kinds.end() ? "OTHER" : found->type;
}

bool is_public(const StoredFile& file) { return file.access.starts_with("PUBLIC"); }

std::string file_address(const Context& context, const StoredFile& file) {
  return link_origin(context) + std::string(files_folder) +
         std::to_string(context.portal.config().portal_id) + "/" + std::to_string(file.id);
}

std::string file_signature(const portal::Portal& portal, std::uint64_t file,
                           std::int64_t expires_ms) {
  return crypto::sha256_hex(std::to_string(portal.config().portal_id) + "/" + std::to_string(file) +
                            "/" + std::to_string(expires_ms));
}

Json render_file(const Context& context, const FileBook& book, const StoredFile& file) {
  Json out{{"id", std::to_string(file.id)},
           {"createdAt", format_iso8601(file.created)},
           {"updatedAt", format_iso8601(file.updated)},
           {"archived", file.archived}};
  if (file.folder != 0) {
    out["parentFolderId"] = std::to_string(file.folder);
  }
  const std::string address = file_address(context, file);
  out["name"] = file.name;
  out["path"] = book.path_of(file);
  out["size"] = file.bytes->size();
  if (file.image) {
    out["height"] = file.image->height;
    out["width"] = file.image->width;
  }
  out["encoding"] = file_type(file.extension) == "IMG" ? file.extension : "";
  out["type"] = file_type(file.extension);
  out["extension"] = file.extension;
  out["defaultHostingUrl"] = address;
  out["url"] = address;
  out["isUsableInContent"] = file.usable;
  out["access"] = file.access;
  out["fileMd5"] = file.md5;
  if (file.expires) {
    out["expiresAt"] = to_unix_ms(*file.expires);
  }
  return out;
}

Json render_folder(const Folder& folder) {
  Json out{{"id", std::to_string(folder.id)},
           {"createdAt", format_iso8601(folder.created)},
           {"updatedAt", format_iso8601(folder.updated)},
           {"archived", folder.archived}};
  if (folder.parent != 0) {
    out["parentFolderId"] = std::to_string(folder.parent);
  }
  out["name"] = folder.name;
  out["path"] = folder.path;
  return out;
}

}  // namespace hubsim::operations
