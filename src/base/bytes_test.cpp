#include "base/bytes.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace alting::base {
namespace {

TEST(Bytes, Base64HasTheVectorsOfRfc4648) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(to_base64(plain), coded);
    EXPECT_EQ(from_base64(coded), plain);
  }
}

TEST(Bytes, EveryOctetStringComesBack) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) {
    RC_ASSERT(from_hex(to_hex(bytes)) == bytes);
    RC_ASSERT(from_base64(to_base64(bytes)) == bytes);
    RC_ASSERT(from_base64url(to_base64url(bytes)) == bytes);
  }));
}

TEST(Bytes, OneTextOnlyMeansTheSameOctets) {
  EXPECT_FALSE(from_base64("Zh=="));  // trailing bits
  EXPECT_FALSE(from_base64("Zg="));   // padding
  EXPECT_FALSE(from_base64("Zg"));
  EXPECT_FALSE(from_base64("===="));
  EXPECT_FALSE(from_base64("Zm 9v"));
  EXPECT_FALSE(from_base64("Zm9-"));
  EXPECT_FALSE(from_base64url("Zg=="));
  EXPECT_FALSE(from_base64url("Zm9+"));
  EXPECT_FALSE(from_base64url("A"));
  EXPECT_FALSE(from_hex("abc"));
  EXPECT_FALSE(from_hex("0g"));
  EXPECT_EQ(from_hex("00fFAb"), std::string("\0\xff\xab", 3));
}

}  // namespace
}  // namespace alting::base
