#include "mock_server/operations/files/image_size.h"

#include <gtest/gtest.h>

#include <string>

namespace hubsim::operations {
namespace {

using namespace std::string_literals;

const std::string png = "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xE0\x08\x06\0\0\0"s;
const std::string gif = "GIF89a\x0A\0\x14\x01\x80\0\0"s;
/// SOI, an APP0 of 16 bytes, a Huffman table of 4, then the frame: height 300, width 400.
const std::string jpeg =
    "\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    "\xFF\xC4\0\x04\x11\x22\xFF\xC2\0\x11\x08\x01\x2C\x01\x90\x03"s;

void expect_size(const std::string& bytes, std::uint32_t width, std::uint32_t height) {
  const auto size = image_size(bytes);
  ASSERT_TRUE(size);
  EXPECT_EQ(size->width, width);
  EXPECT_EQ(size->height, height);
}

TEST(ImageSize, OfTheThreeKinds) {
  expect_size(png, 640, 480);
  expect_size(gif, 10, 276);
  expect_size(jpeg, 400, 300);
}

TEST(ImageSize, CutShortAnywhereThereIsNoneOrTheSame) {
  for (const std::string* whole : {&png, &gif, &jpeg}) {
    for (std::size_t length = 0; length < whole->size(); ++length) {
      const auto size = image_size(std::string_view(*whole).substr(0, length));
      if (size) {
        EXPECT_EQ(size->width, image_size(*whole)->width) << length;
      }
    }
  }
}

TEST(ImageSize, OtherBytesHaveNone) {
  EXPECT_FALSE(image_size("hello"));
  EXPECT_FALSE(image_size("\xFF\xD8\xFF\xE0\0\0\0\0\0\0\0\0\0\0\0\0"s));
  EXPECT_FALSE(image_size("\xFF\xD8\xFFno marker follows here"s));
}

}  // namespace
}  // namespace hubsim::operations
