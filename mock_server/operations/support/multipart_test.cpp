#include "mock_server/operations/support/multipart.h"

#include <gtest/gtest.h>

namespace hubsim::operations {
namespace {

constexpr std::string_view type = "multipart/form-data; boundary=X-1";

TEST(Multipart, reads_fields_and_files) {
  const auto parts = parse_multipart(
      R"(Multipart/Form-Data; charset=utf-8; boundary="X-1")",
      "--X-1\r\nContent-Disposition: form-data; name=\"importRequest\"\r\n\r\n{\"a\":1}\r\n"
      "--X-1\r\ncontent-disposition: form-data; name=files; filename=\"a \\\"b\\\".csv\"\r\n"
      "Content-Type: text/csv\r\n\r\nx,y\r\n--X\r\n1,2\r\n\r\n--X-1--\r\n");
  ASSERT_TRUE(parts) << parts.error();
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ((*parts)[0].name, "importRequest");
  EXPECT_EQ((*parts)[0].data, "{\"a\":1}");
  EXPECT_EQ((*parts)[1].file_name, "a \"b\".csv");
  EXPECT_EQ((*parts)[1].content_type, "text/csv");
  EXPECT_EQ((*parts)[1].data, "x,y\r\n--X\r\n1,2\r\n");
  EXPECT_EQ(find_part(*parts, "files"), &(*parts)[1]);
  EXPECT_EQ(find_part(*parts, "other"), nullptr);
}

TEST(Multipart, an_empty_part_and_no_parts) {
  const auto empty =
      parse_multipart(type, "--X-1\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--X-1--");
  ASSERT_TRUE(empty) << empty.error();
  EXPECT_EQ((*empty)[0].data, "");
  const auto none = parse_multipart(type, "--X-1--\r\n");
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->empty());
}

TEST(Multipart, refuses_what_is_not_well_formed) {
  const std::string head = "--X-1\r\nContent-Disposition: form-data; name=a\r\n\r\n";
  EXPECT_FALSE(parse_multipart("application/json", head + "x\r\n--X-1--"));
  EXPECT_FALSE(parse_multipart("multipart/form-data", head + "x\r\n--X-1--"));
  EXPECT_FALSE(parse_multipart("multipart/form-data; boundary=\"\"", head + "x\r\n--X-1--"));
  EXPECT_FALSE(parse_multipart("multipart/form-data; boundary=\"a\nb\"", "--a\nb--"));
  for (const std::string& body :
       {std::string(), std::string("preamble\r\n--X-1--"), head, head + "x", head + "x\n--X-1--",
        head + "x\r\n--X-1", head + "x\r\n--X-1 \r\n",
        std::string("--X-1\r\nContent-Type: a\r\n\r\nx\r\n--X-1--"),
        std::string("--X-1\r\nContent-Disposition: form-data\r\n\r\nx\r\n--X-1--"),
        std::string("--X-1\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--X-1--"),
        std::string("--X-1\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--X-1--"),
        std::string("--X-1\r\nno colon\r\n\r\nx\r\n--X-1--")}) {
    EXPECT_FALSE(parse_multipart(type, body)) << body;
  }
  std::string many;
  for (std::size_t i = 0; i <= max_form_parts; ++i) {
    many += head + "x\r\n";
  }
  EXPECT_FALSE(parse_multipart(type, many + "--X-1--"));
}

}  // namespace
}  // namespace hubsim::operations
