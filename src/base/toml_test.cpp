#include "base/toml.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace alting::base {
namespace {

std::string detail_of(std::string_view text) {
  const auto parsed = parse_toml(text, "x.toml");
  return parsed ? "" : parsed.error().detail;
}

TEST(Toml, WhatIsNoKeyIsAnErrorWithItsLine) {
  for (const auto* header : {"[.a]", "[,]", "[[[a]]]", "[=]", "[ \x01 ]", "[a.]", "[[.", "[\n"}) {
    SCOPED_TRACE(header);
    EXPECT_TRUE(detail_of(header).starts_with("x.toml:1: ")) << detail_of(header);
    EXPECT_TRUE(detail_of(std::string("a = 1\n[b]\n") + header + "\nc = 2\n").starts_with("x.toml:3: "));
  }
  EXPECT_TRUE(detail_of("a = {,}").starts_with("x.toml:1: "));
  EXPECT_TRUE(detail_of("a.\n").starts_with("x.toml:1: "));
}

TEST(Toml, FaultsThatSpanLinesAreToldWhereTheyAreFound) {
  EXPECT_TRUE(detail_of("a = \"\"\"\nb\nc").starts_with("x.toml:"));
  EXPECT_TRUE(detail_of("a = [1,\n2,\n").starts_with("x.toml:"));
}

RC_GTEST_PROP(TomlLaws, AnyTextIsReadOrRefused, ()) {
  std::string text = "title = \"x\"\n[a.b]\nlist = [1, 2.5, \"y\"]\nat = 2026-01-01T00:00:00Z\n[[c]]\nd = {e = true}\n";
  for (int n = *rc::gen::inRange(1, 8); n > 0; --n) {
    const auto place = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
    if (*rc::gen::arbitrary<bool>()) {
      text.insert(place, *rc::gen::elementOf(std::vector<std::string>{"[", "]", "{", "}", "\"", "'", "\"\"\"", ".", ",",
                                                                      "=", "#", "\n", "[[", "1e", "-", "\\u", "\xff"}));
    } else {
      text.erase(place, *rc::gen::inRange<std::size_t>(1, 12));
    }
  }
  const auto parsed = parse_toml(text, "x.toml");
  if (!parsed) RC_ASSERT(parsed.error().code.starts_with("error.toml."));
}

}  // namespace
}  // namespace alting::base
