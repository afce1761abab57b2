#include "base/json.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace alting::base {
namespace {

std::string code_of(std::string_view text, JsonLimits limits = {}) {
  auto parsed = Json::parse(text, limits);
  return parsed ? "accepted" : parsed.error().code;
}

TEST(Json, WhatWasSentIsWhatIsWritten) {
  for (const char* text : {R"({"b":1.10,"a":[true,false,null,"x"],"e":{},"f":[]})", "0.1000", "-0", "1E+400", R"("")",
                           "123456789012345678901234567890"})
    EXPECT_EQ(Json::parse(text)->dump(), text);
  EXPECT_EQ(Json::parse(" [ 1 , 2 ] ")->dump_pretty(), "[\n  1,\n  2\n]");
  EXPECT_EQ(Json::parse(R"({"a":{"b":[]}})")->dump_pretty(), "{\n  \"a\": {\n    \"b\": []\n  }\n}");
}

TEST(Json, EscapesAreRead) {
  EXPECT_EQ(Json::parse(R"("\"\\\/\b\f\n\r\t\u00e5\ud83d\ude00\u0000")")->as_string(),
            std::string("\"\\/\b\f\n\r\tå😀\0", 15));
}

TEST(Json, WhatIsNotJsonIsRefused) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "[",
                           "[1,]",
                           "{,}",
                           R"({"a":1,})",
                           R"({"a" 1})",
                           R"({a:1})",
                           "01",
                           "-",
                           "+1",
                           "1.",
                           ".5",
                           "1e",
                           "1e+",
                           "0x1",
                           "NaN",
                           "tru",
                           "nulll",
                           "[1 2]",
                           "\"",
                           "\"\\",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\u12g4\"",
                           "\"a\nb\"",
                           "1 2",
                           "'a'",
                           "\"\\ud800\"",
                           "\"\\udc00\"",
                           "\"\\ud800\\u0041\"",
                           "\xef\xbb\xbf{}",
                           "\"\xff\"",
                           "\"\xc0\xaf\"",
                           "\"\xed\xa0\x80\"",
                           "[1]//",
                           "]"})
    EXPECT_EQ(code_of(text), "error.json.syntax") << text;
  EXPECT_EQ(code_of(std::string_view("\0", 1)), "error.json.syntax");
  EXPECT_EQ(code_of(std::string_view("[1\0]", 4)), "error.json.syntax");
}

TEST(Json, NoNameTwice) {
  EXPECT_EQ(code_of(R"({"a":1,"\u0061":2})"), "error.json.duplicate_name");
  EXPECT_EQ(code_of(R"([{"a":1},{"a":2}])"), "accepted");
  std::string many = "{";
  for (int i = 0; i < 1000; ++i) many += "\"n" + std::to_string(i) + "\":0,";
  EXPECT_EQ(code_of(many + "\"m\":0}"), "accepted");
  EXPECT_EQ(code_of(many + "\"n500\":0}"), "error.json.duplicate_name");
  EXPECT_EQ(code_of(many + "\"m\":0,\"m\":0}"), "error.json.duplicate_name");
}

TEST(Json, LimitsHold) {
  EXPECT_EQ(code_of("[1,2,3]", {.size = 6}), "error.json.too_large");
  EXPECT_EQ(code_of("[[[]]]", {.depth = 2}), "accepted");
  EXPECT_EQ(code_of("[[[]]]", {.depth = 1}), "error.json.too_deep");
  EXPECT_EQ(code_of("[1,2,3]", {.values = 3}), "error.json.too_many");
  EXPECT_EQ(code_of(std::string(100'000, '[')), "error.json.too_deep");
}

TEST(Json, FaultsNameThePlaceAndNotTheText) {
  const auto parsed = Json::parse(R"({"name":"Kari Nordmann" "x"})");
  EXPECT_EQ(parsed.error().detail, "expected ',' or '}' at octet 24 of the JSON");
}

TEST(Json, ReadersForgive) {
  const Json value = *Json::parse(R"({"t":"x","n":12,"d":1.0,"big":99999999999999999999,"a":[1]})");
  EXPECT_EQ(value.text("t"), "x");
  EXPECT_EQ(value.text("n"), "");
  EXPECT_EQ(value["n"].integer(), 12);
  EXPECT_FALSE(value["d"].integer());
  EXPECT_FALSE(value["big"].integer());
  EXPECT_TRUE(value["missing"]["deeper"][3].is_null());
  EXPECT_EQ(value["a"][0].integer_or(0), 1);
  EXPECT_EQ(value["a"].size(), 1U);
}

TEST(Json, MembersAreSetReplacedAndErased) {
  Json value;
  value.set("b", 1);
  value.set("list", {}).push_back("x");
  value.set("b", true);
  EXPECT_EQ(value.dump(), R"({"b":true,"list":["x"]})");
  value.erase("b");
  EXPECT_EQ(value, Json::object({{"list", Json::array({"x"})}}));
}

TEST(Json, CanonicalFormIsRfc8785s) {
  // The order of names of RFC 8785 section 3.2.3.
  const auto sorted =
      canonical_json(*Json::parse(R"({"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7})"));
  EXPECT_EQ(*sorted, "{\"\\r\":2,\"1\":4,\"\xc2\x80\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\xef\xac\xb3\":3}");
  EXPECT_EQ(*canonical_json(*Json::parse(R"("\u20ac$\u000f\nA'B\"\\\\\"/")")), R"("€$\u000f\nA'B\"\\\\\"/")");
  EXPECT_EQ(*canonical_json(*Json::parse("[9007199254740991,-9007199254740991,null,true,false]")),
            "[9007199254740991,-9007199254740991,null,true,false]");
  for (const char* text : {"9007199254740992", "1.0", "1e2", "-0", "[1.5]"})
    EXPECT_EQ(canonical_json(*Json::parse(text)).error().code, "error.json.not_canonical") << text;
  EXPECT_FALSE(canonical_json(Json("\xff")));
}

TEST(Json, AnyTextComesBack) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint16_t>& units) {
    std::string text;
    for (std::uint16_t unit : units) {
      if (unit < 0x80) text += static_cast<char>(unit);
      if (unit >= 0x80 && unit < 0x800)
        text += {static_cast<char>(0xc0 | unit >> 6), static_cast<char>(0x80 | (unit & 63))};
    }
    const Json value = Json::object({{text, text}});
    RC_ASSERT(*Json::parse(value.dump()) == value);
    RC_ASSERT(*Json::parse(*canonical_json(value)) == value);
  }));
}

TEST(Json, AnyOctetsAreAnsweredWithoutHarm) {
  EXPECT_TRUE(rc::check([](const std::string& octets) {
    auto parsed = Json::parse(octets);
    if (parsed) RC_ASSERT(Json::parse(parsed->dump()).has_value());
  }));
}

}  // namespace
}  // namespace alting::base
