#include "mock_server/portal/phone_numbers.h"

#include <gtest/gtest.h>

namespace hubsim::portal {
namespace {

TEST(PhoneNumbers, CountryAndNationalNumber) {
  const PhoneNumber french = read_phone("+33655555555");
  EXPECT_EQ(french.country, "FR");
  EXPECT_EQ(french.national, "655555555");
  const PhoneNumber brazilian = read_phone("+55 11 99999-0000");
  EXPECT_EQ(brazilian.code + brazilian.national, "5511999990000");
  EXPECT_EQ(brazilian.country, "BR");
  EXPECT_EQ(read_phone("0033 6 55 55 55 55").national, "655555555");
}

TEST(PhoneNumbers, WithoutAPlusSignTheUnitedStates) {
  const PhoneNumber number = read_phone("(513) 227-1572");
  EXPECT_EQ(number.code, "1");
  EXPECT_EQ(number.national, "5132271572");
  EXPECT_EQ(number.country, "US");
  EXPECT_EQ(read_phone("1-708-703-8093").national, "7087038093");
}

TEST(PhoneNumbers, WhatNoPlanAllowsKeepsItsDigits) {
  const PhoneNumber number = read_phone("+1 555-1234");
  EXPECT_EQ(number.digits, "15551234");
  EXPECT_TRUE(number.national.empty());
  EXPECT_TRUE(read_phone("12").national.empty());
  EXPECT_TRUE(read_phone("call me").digits.empty());
  EXPECT_TRUE(read_phone("+999 123456").national.empty());
  EXPECT_TRUE(read_phone("+49 " + std::string(20, '1')).national.empty());
}

}  // namespace
}  // namespace hubsim::portal
