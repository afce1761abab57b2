#include "base/percent.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace alting::base {
namespace {

TEST(Percent, encodes_all_but_what_means_the_same_without) {
  EXPECT_EQ(percent_encode("Aa0-._~"), "Aa0-._~");
  EXPECT_EQ(percent_encode("a b&c=d/ø%"), "a%20b%26c%3Dd%2F%C3%B8%25");
  EXPECT_EQ(percent_encode(std::string_view("\0\xff", 2)), "%00%FF");
  EXPECT_EQ(percent_encode_path("/skjema/dat/a b?x=1"), "/skjema/dat/a%20b%3Fx%3D1");
  EXPECT_EQ(percent_encode("a;b", [](char c) { return c != ';'; }), "a%3Bb");
}

TEST(Percent, decoding_refuses_a_sign_that_begins_no_number_and_a_form_keeps_it) {
  EXPECT_EQ(percent_decode("a%20b+%c3%B8"), "a b+ø");
  EXPECT_EQ(percent_decode_form("a%20b+%c3%B8"), "a b ø");
  for (const std::string_view broken : {"%", "%4", "%g0", "%0g", "100 %", "%%", "a%4"}) {
    EXPECT_EQ(percent_decode(broken), std::nullopt) << broken;
    EXPECT_EQ(percent_decode_form(broken), broken);
  }
  EXPECT_EQ(percent_decode_form("%%41"), "%A");
}

TEST(Percent, brings_any_octets_there_and_back) {
  EXPECT_TRUE(rc::check([](const std::string& octets) {
    RC_ASSERT(percent_decode(percent_encode(octets)) == octets);
    RC_ASSERT(percent_decode(percent_encode_path(octets)) == octets);
    RC_ASSERT(percent_decode_form(percent_encode(octets)) == octets);
  }));
}

}  // namespace
}  // namespace alting::base
