#include "mock_server/operations/files/image_size.h"

namespace hubsim::operations {

namespace {

using namespace std::string_view_literals;

std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

std::uint32_t big_16(std::string_view bytes, std::size_t at) {
  return byte_at(bytes, at) << 8U | byte_at(bytes, at + 1);
}

std::uint32_t little_16(std::string_view bytes, std::size_t at) {
  return byte_at(bytes, at + 1) << 8U | byte_at(bytes, at);
}

/// After the signature and the head of the first chunk, IHDR.
std::optional<ImageSize> png_size(std::string_view bytes) {
  constexpr std::size_t width_at = 16;
  constexpr std::size_t height_at = 20;
  constexpr std::size_t needed = 24;
  if (bytes.size() < needed || bytes.substr(12, 4) != "IHDR"sv) {
    return std::nullopt;
  }
  const auto big_32 = [&](std::size_t at) {
    return big_16(bytes, at) << 16U | big_16(bytes, at + 2);
  };
  return ImageSize{big_32(width_at), big_32(height_at)};
}

std::optional<ImageSize> gif_size(std::string_view bytes) {
  constexpr std::size_t needed = 10;
  return bytes.size() < needed ? std::nullopt
                               : std::optional(ImageSize{little_16(bytes, 6), little_16(bytes, 8)});
}

/// SOF0 to SOF15, but for the tables that stand among their numbers (ITU T.81, B.1.1.3).
bool is_frame(std::uint32_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/// From segment to segment until the head of the frame.
std::optional<ImageSize> jpeg_size(std::string_view bytes) {
  constexpr std::size_t frame_head = 9;
  for (std::size_t at = 2; at + frame_head <= bytes.size();) {
    if (byte_at(bytes, at) != 0xFF) {
      return std::nullopt;
    }
    const std::uint32_t marker = byte_at(bytes, at + 1);
    if (marker == 0xFF) {  // fill
      ++at;
      continue;
    }
    if (is_frame(marker)) {
      return ImageSize{big_16(bytes, at + 7), big_16(bytes, at + 5)};
    }
    at += 2 + big_16(bytes, at + 2);
  }
  return std::nullopt;
}

}  // namespace

std::optional<ImageSize> image_size(std::string_view bytes) noexcept {
  if (bytes.starts_with("\x89PNG\r\n\x1A\n"sv)) {
    return png_size(bytes);
  }
  if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv)) {
    return gif_size(bytes);
  }
  return bytes.starts_with("\xFF\xD8\xFF"sv) ? jpeg_size(bytes) : std::nullopt;
}

}  // namespace hubsim::operations
