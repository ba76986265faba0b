#include "common/net/url.h"

#include <gtest/gtest.h>

namespace hubsim::net {
namespace {

TEST(Url, ReadsTheParts) {
  const auto url = parse_url("HTTP://example.org:8080/a/b?x=1#part");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->scheme, "http");
  EXPECT_EQ(url->host, "example.org");
  EXPECT_EQ(url->port, 8080);
  EXPECT_EQ(url->target, "/a/b?x=1");
  EXPECT_EQ(url->origin(), "http://example.org:8080");
}

TEST(Url, DefaultsPortAndTarget) {
  EXPECT_EQ(parse_url("http://a")->target, "/");
  EXPECT_EQ(parse_url("http://a")->authority(), "a");
  EXPECT_EQ(parse_url("https://a?q")->target, "/?q");
  EXPECT_EQ(parse_url("https://a")->port, 443);
}

TEST(Url, KnowsIpv6) {
  const auto url = parse_url("http://[::1]:81/x");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->authority(), "[::1]:81");
}

TEST(Url, RefusesWithTheReason) {
  for (const char* text :
       {"", "example.org", "ftp://a", "http://", "http://a:0", "http://a:70000", "http://a:x/",
        "http://u:p@a/", "http://a/b c", "http://[::1", "http:///x"}) {
    EXPECT_FALSE(parse_url(text).ok()) << text;
  }
  EXPECT_NE(parse_url("http://a b/").error().find("blank"), std::string::npos);
}

TEST(Url, ResolvesAgainstABase) {
  EXPECT_EQ(resolve_url("http://a:81/p", "/people?limit=1")->target, "/people?limit=1");
  EXPECT_EQ(resolve_url("http://a:81/p", "x")->target, "/p/x");
  EXPECT_EQ(resolve_url("http://a:81/p/?q", "?r")->target, "/p/?r");
  EXPECT_EQ(resolve_url("http://a:81", "http://b/y")->host, "b");
  EXPECT_EQ(resolve_url("http://a/p", "/go?to=http://b/")->host, "a");
}

}  // namespace
}  // namespace hubsim::net
