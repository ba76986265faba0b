// Multipart: the parts of a multipart/form-data body (RFC 7578), as views into it: nothing is
// copied, so a body of hundreds of megabytes that lies mapped on disk costs no memory.
// Strict where a lenient reader would guess: a boundary by the rules, CRLF after delimiters, a name
// in every part, a closing delimiter. Ours, because the packaged ones come with a whole server.
// Threads: pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace hubsim::operations {

struct FormPart {
  std::string name;
  std::string file_name;  ///< empty when the part is no file
  std::string content_type;
  std::string_view data;
};

inline constexpr std::size_t max_form_parts = 64;
inline constexpr std::size_t max_form_head_bytes = std::size_t{16} << 10;

/// The error says what is wrong, for people.
[[nodiscard]] Result<std::vector<FormPart>> parse_multipart(std::string_view content_type,
                                                            std::string_view body);

/// The first part of that name, or nullptr.
[[nodiscard]] const FormPart* find_part(const std::vector<FormPart>& parts, std::string_view name);

}  // namespace hubsim::operations
