// File answers: files and folders as HubSpot puts them (behaviour reference 7, "Files"), and where
// their bytes are.
// Threads: pure.
#pragma once

#include "mock_server/operations/files/file_book.h"
#include "mock_server/operations/support/answer.h"

namespace hubsim::operations {

/// Bytes are served by the mock itself under this path: {folder}{portal}/{file}.
inline constexpr std::string_view files_folder = "/_files/hubfs/";

[[nodiscard]] Json render_file(const Context& context, const FileBook& book,
                               const StoredFile& file);
[[nodiscard]] Json render_folder(const Folder& folder);
/// IMG, DOCUMENT, AUDIO, MOVIE, TEXT, OTHER, by extension.
[[nodiscard]] std::string_view file_type(std::string_view extension);
[[nodiscard]] std::string file_address(const Context& context, const StoredFile& file);
/// What makes the address of a private file good until then.
[[nodiscard]] std::string file_signature(const portal::Portal& portal, std::uint64_t file,
                                         std::int64_t expires_ms);
[[nodiscard]] bool is_public(const StoredFile& file);

}  // namespace hubsim::operations
