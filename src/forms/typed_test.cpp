#include "forms/typed.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <fstream>

#include "base/text.h"
#include "forms/layout.h"
#include "forms/sample_app.h"

namespace alting::forms {
namespace {

using base::Language;

constexpr Century on_20_november{"2026-11-20"};

std::string unescaped(std::string_view text) { return json(fmt::format("\"{}\"", text)).as_string(); }

std::optional<std::string> read_as(std::string_view kind, std::string_view typed, Language language) {
  if (kind == "whole") return typed_number(typed, language, true);
  if (kind == "number") return typed_number(typed, language);
  if (kind == "date") return typed_date(typed, on_20_november);
  if (kind == "past") return typed_date(typed, {"2026-11-20", true});
  if (kind == "time") return typed_time(typed);
  if (kind == "line") return typed_text(typed, false);
  if (kind == "lines") return typed_text(typed, true);
  ADD_FAILURE() << "no such kind: " << kind;
  return std::nullopt;
}

TEST(Typed, IsReadAsTheTableSays) {
  std::ifstream file(ALTING_SOURCE_DIR "/src/forms/cases/typed.tsv");
  std::size_t count = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const auto parts = base::split(line, '\t');
    ASSERT_EQ(parts.size(), 4U) << line;
    const auto found = read_as(parts[0], unescaped(parts[2]), parts[1] == "en" ? Language::en : Language::nb);
    if (parts[3] == "-")
      EXPECT_FALSE(found) << line << ": " << found.value_or("");
    else
      EXPECT_EQ(found, unescaped(parts[3])) << line;
    ++count;
  }
  EXPECT_GT(count, 90U);
}

TEST(Typed, FormattedNumbersMayCarryTheirAffixes) {
  NumberFormat kroner;
  kroner.prefix = "kr ";
  kroner.suffix = " ,-";
  EXPECT_EQ(typed_number("kr 1 000", kroner, Language::nb, true), "1000");
  EXPECT_EQ(typed_number("1 000 ,-", kroner, Language::nb, true), "1000");
  NumberFormat english;
  english.thousand = ",";
  EXPECT_EQ(typed_number("1,000", english, Language::nb, true), "1000") << "the field's own way of writing counts";
}

TEST(Typed, TextWithANumberFormatHoldsDigitsOnly) {
  NumberFormat litres;
  litres.suffix = " liter";
  EXPECT_EQ(typed_digits("20 liter", litres, Language::nb), "20");
  EXPECT_EQ(typed_digits("0150", litres, Language::nb), "0150") << "zeros in front are part of a text";
  EXPECT_EQ(typed_digits("20,5", litres, Language::nb), "20.5");
  EXPECT_FALSE(typed_digits("20 kg", litres, Language::nb));
  NumberFormat phone;
  phone.pattern = "+47 ### ## ###";
  for (const auto* typed : {"22396900", "223 96 900", "+47 223 96 900", "+4722396900", "22\u00A039\u00A069\u00A000"})
    EXPECT_EQ(typed_digits(typed, phone, Language::nb), "22396900") << typed;
  EXPECT_FALSE(typed_digits("2239690a", phone, Language::nb));
  EXPECT_FALSE(typed_digits("223969001", phone, Language::nb)) << "more than the pattern has room for";
}

std::string date_as(int style, int year, int month, int day) {
  switch (style) {
    case 0: return fmt::format("{:04}-{:02}-{:02}", year, month, day);
    case 1: return fmt::format("{:02}.{:02}.{:04}", day, month, year);
    case 2: return fmt::format("{}/{}/{:04}", day, month, year);
    default: return fmt::format("{:02}{:02}{:04}", day, month, year);
  }
}

TEST(Typed, EveryDateIsReadBackFromEveryUsualForm) {
  rc::check([] {
    const auto year = *rc::gen::inRange(1000, 10000);
    const auto month = *rc::gen::inRange(1, 13);
    const auto day = *rc::gen::inRange(1, 29);
    const auto typed = date_as(*rc::gen::inRange(0, 4), year, month, day);
    RC_ASSERT(typed_date(typed, on_20_november) == fmt::format("{:04}-{:02}-{:02}", year, month, day));
  });
}

TEST(Typed, AYearOfTwoDigitsIsNeverFarAheadAndKeepsItsDigits) {
  rc::check([] {
    const auto year = *rc::gen::inRange(0, 100);
    const auto past = *rc::gen::arbitrary<bool>();
    const auto found = typed_date(fmt::format("01.02.{:02}", year), {"2026-11-20", past});
    RC_ASSERT(found.has_value());
    RC_ASSERT(found->substr(2, 2) == fmt::format("{:02}", year));
    RC_ASSERT(*found <= (past ? "2026-11-20" : "2046-12-31"));
    RC_ASSERT(*found > (past ? "1926-11-20" : "1946-12-31"));
  });
}

TEST(Typed, WhatIsReadIsReadTheSameOnceMore) {
  rc::check([] {
    const auto whole = *rc::gen::inRange<std::int64_t>(-1'000'000'000, 1'000'000'000);
    const auto decimals = *rc::gen::inRange(1, 1000);
    for (const auto language : {Language::nb, Language::en}) {
      RC_ASSERT(typed_number(std::to_string(whole), language, true) == std::to_string(whole));
      const auto number = fmt::format("{}.{:03}", whole == 0 ? 1 : whole, decimals);
      RC_ASSERT(typed_number(number, language) == number);
    }
  });
}

}  // namespace
}  // namespace alting::forms
