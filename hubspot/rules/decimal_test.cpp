#include "hubspot/rules/decimal.h"

#include <gtest/gtest.h>

namespace hubsim::hubspot {
namespace {

Decimal read(std::string_view text) { return Decimal::parse(text).value(); }

TEST(Decimal, KeepsItsDecimals) {
  EXPECT_EQ(read("1500.00").text(), "1500.00");
  EXPECT_EQ(read("-0.50").text(), "-0.50");
  EXPECT_EQ(read(".5").text(), "0.5");
  EXPECT_EQ(read("007").text(), "7");
  EXPECT_EQ(read("1e3").text(), "1000");
  EXPECT_EQ(read("1.5E-3").text(), "0.0015");
  EXPECT_EQ(read("-0").text(), "0");
}

TEST(Decimal, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "-", ".", "1.2.3", "12a", "1e", "1e999", "nan"}) {
    EXPECT_FALSE(Decimal::parse(text)) << text;
  }
  EXPECT_FALSE(Decimal::parse(std::string(101, '1')));
}

TEST(Decimal, ShowsEveryDigitOfABinaryNumber) {
  EXPECT_EQ(Decimal::exactly(0.2).text(),
            "0.200000000000000011102230246251565404236316680908203125");
  EXPECT_EQ(Decimal::exactly(0.9).text(),
            "0.90000000000000002220446049250313080847263336181640625");
  EXPECT_EQ(Decimal::exactly(1.0).text(), "1");
  EXPECT_EQ(Decimal::exactly(0.0).text(), "0");
  EXPECT_EQ(Decimal::exactly(-1024.5).text(), "-1024.5");
}

TEST(Decimal, Calculates) {
  EXPECT_EQ(read("1000000.0").times(Decimal::exactly(0.2)).text(),
            "200000.0000000000111022302462515654042363166809082031250000000");
  EXPECT_EQ(read("0.1").plus(read("0.20")).text(), "0.30");
  EXPECT_EQ(read("1").minus(read("2.5")).text(), "-1.5");
  EXPECT_EQ(read("2.5").minus(read("2.5")).text(), "0.0");
  EXPECT_EQ(read("15").percent().text(), "0.15");
}

}  // namespace
}  // namespace hubsim::hubspot
