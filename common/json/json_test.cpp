#include "common/json/json.h"

#include <gtest/gtest.h>

namespace hubsim {
namespace {

TEST(Json, ParseErrorsNameLineAndColumn) {
  const auto parsed = json::parse("{\n  \"a\": }");
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().line, 2U);
  EXPECT_GT(parsed.error().column, 1U);
}

TEST(Json, RefusesDeepNesting) {
  EXPECT_FALSE(json::parse(std::string(100'000, '[')).ok());
  EXPECT_TRUE(json::parse(std::string(60, '[') + std::string(60, ']')).ok());
  EXPECT_TRUE(json::parse("\"" + std::string(1000, '[') + "\"").ok());
}

TEST(Json, AppendStringEscapesLikeTheLibrary) {
  std::string odd("plain \"q\" \\ \n\r\t \x01 \x1f \xc3\xa9");
  odd += '\0';
  std::string out;
  json::append_string(out, odd);
  EXPECT_EQ(Json::parse(out).get<std::string>(), odd);
}

TEST(Json, AppendStringSeesEveryByteAtEveryPlace) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool escaped = byte < 0x20 || c == '"' || c == '\\';
    for (std::size_t at = 0; at < 19; ++at) {
      std::string text(19, '\xc3');
      text[at] = c;
      std::string out;
      json::append_string(out, text);
      const std::string plain = '"' + text + '"';
      EXPECT_EQ(out == plain, !escaped) << byte << " at " << at;
      EXPECT_EQ(out.substr(0, at + 1), plain.substr(0, at + 1));
    }
  }
}

TEST(Json, FindIsSafeOnAnything) {
  EXPECT_EQ(json::find(Json(3), "a"), nullptr);
  EXPECT_EQ(json::find(Json::object(), "a"), nullptr);
  EXPECT_EQ(json::text_of(Json(12)), "12");
  EXPECT_EQ(json::text_of(Json(nullptr)), "");
}

}  // namespace
}  // namespace hubsim
