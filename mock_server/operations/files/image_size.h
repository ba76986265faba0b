// Image size: width and height out of the header of a PNG, GIF or JPEG, without decoding it.
// Threads: pure. Bytes that are none of these, or cut short, have no size.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hubsim::operations {

struct ImageSize {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};
[[nodiscard]] std::optional<ImageSize> image_size(std::string_view bytes) noexcept;

}  // namespace hubsim::operations
