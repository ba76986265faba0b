#include "scenarios/run/console.h"

#include <gtest/gtest.h>

namespace hubsim::scenarios {
namespace {

std::string shown(bool is_terminal) {
  std::string text;
  Console console({.is_terminal = is_terminal, .write = [&](std::string_view s) { text += s; }});
  console.progress("one");
  console.progress("two");
  console.line("phase");
  console.progress(std::string(300, 'x'));
  return text;
}

TEST(Console, DrawsOverItselfOnATerminalOnly) {
  EXPECT_EQ(shown(true).substr(0, 24), "\r\x1b[Kone\r\x1b[Ktwo\r\x1b[Kphase\n");
  EXPECT_LT(shown(true).size(), 180U);  // a wrapped line could not be drawn over
  EXPECT_EQ(shown(false), "one\nphase\n");
}

}  // namespace
}  // namespace hubsim::scenarios
