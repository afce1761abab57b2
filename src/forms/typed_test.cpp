#include "forms/typed.h"

#include <gtest/gtest.h>

namespace alting::forms {
namespace {

using base::Language;

TEST(TypedNumber, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(typed_number("12", Language::nb), "12");
  EXPECT_EQ(typed_number("1.000", Language::nb, true), "1000");
  EXPECT_EQ(typed_number("1.000", Language::nb), "1.000");
  EXPECT_EQ(typed_number("1.5", Language::nb, true), "1.5") << "told as no whole number, not read as 15";
  EXPECT_EQ(typed_number("1 234,5", Language::nb), "1234.5");
  EXPECT_EQ(typed_number("1\xC2\xA0"
                         "234",
                         Language::nn),
            "1234");
  EXPECT_EQ(typed_number("1.234,50", Language::nb), "1234.50");
  EXPECT_EQ(typed_number("1,234.50", Language::en), "1234.50");
  EXPECT_EQ(typed_number("1,234", Language::en), "1234");
  EXPECT_EQ(typed_number("1,234", Language::nb), "1.234");
  EXPECT_EQ(typed_number("\xE2\x88\x92"
                         "3",
                         Language::nb),
            "-3");
  EXPECT_EQ(typed_number("007", Language::nb), "7");
  EXPECT_EQ(typed_number("-0,0", Language::nb), "0.0");
}

TEST(TypedNumber, WhatIsNotSurelyANumberIsRefused) {
  for (auto text : {"", "ca. 12", "12-14", "1,2,3", "1.2.3", "12,", ",5", "1,23.4", "0x10", "1e5"})
    EXPECT_FALSE(typed_number(text, Language::nb)) << text;
  EXPECT_FALSE(typed_number("1,5", Language::en));  // could be a decimal or a slip of a thousand
}

TEST(TypedDate, IsReadInUsualForms) {
  for (auto text : {"2026-12-31", "31.12.2026", "31/12/2026", "31-12-2026", "31122026", "31.12.26", " 31. 12. 2026 "})
    EXPECT_EQ(typed_date(text), "2026-12-31") << text;
  EXPECT_EQ(typed_date("1.2.2026"), "2026-02-01");
}

TEST(TypedDate, DaysThatDoNotExistAreRefused) {
  for (auto text : {"30.02.2026", "31.13.2026", "2026-02-30", "i dag", "12.2026", "32122026", "0.1.2026"})
    EXPECT_FALSE(typed_date(text)) << text;
}

TEST(TypedTime, IsReadInUsualForms) {
  for (auto text : {"14:30", "14.30", "1430", "kl. 14:30", "14:30:00"}) EXPECT_EQ(typed_time(text), "14:30") << text;
  EXPECT_EQ(typed_time("9"), "09:00");
  EXPECT_EQ(typed_time("9:05"), "09:05");
  for (auto text : {"24:00", "12:60", "12:5", "noon", "12:"}) EXPECT_FALSE(typed_time(text)) << text;
}

TEST(TypedText, IsTidiedButKept) {
  EXPECT_EQ(typed_text("a\r\nb  \n", true), "a\nb");
  EXPECT_EQ(typed_text("  a\nb ", false), "a b");
  EXPECT_EQ(typed_text("bla\xCC\x8A", false), "bl\xC3\xA5");
  EXPECT_FALSE(typed_text(std::string("a\0b", 3), true));
  EXPECT_FALSE(typed_text("\xFF", true));
}

}  // namespace
}  // namespace alting::forms
