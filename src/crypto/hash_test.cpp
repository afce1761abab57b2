#include "crypto/hash.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace alting::crypto {
namespace {

using base::from_hex;
using base::to_hex;

TEST(Hash, Sha256HasTheVectorsOfFips180) {
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(to_hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Hash, PiecesGiveTheHashOfTheWhole) {
  EXPECT_TRUE(rc::check([](const std::string& a, const std::string& b) {
    Sha256 pieces;
    pieces.add(a);
    RC_ASSERT(pieces.digest() == sha256(a));
    pieces.add(b);
    RC_ASSERT(pieces.digest() == sha256(a + b));
    RC_ASSERT(sha256({a, b}) == sha256(a + b));
  }));
}

TEST(Hash, HmacHasTheVectorsOfRfc4231) {
  EXPECT_EQ(to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hash, HkdfHasTheVectorsOfRfc5869) {
  EXPECT_EQ(to_hex(hkdf_sha256(std::string(22, '\x0b'), *from_hex("000102030405060708090a0b0c"),
                               *from_hex("f0f1f2f3f4f5f6f7f8f9"), 42)
                       .reveal()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(to_hex(hkdf_sha256(std::string(22, '\x0b'), "", "", 42).reveal()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
  EXPECT_THROW((void)hkdf_sha256("k", "", "", 255 * 32 + 1), std::logic_error);
}

TEST(Hash, EqualMeansEqual) {
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_TRUE(constant_time_equal("abc", "abc"));
  EXPECT_FALSE(constant_time_equal("abc", "abd"));
  EXPECT_FALSE(constant_time_equal("abc", "ab"));
}

TEST(SecretBytes, MovesAndLeavesNothingBehind) {
  SecretBytes a(std::string("short"));
  SecretBytes b(std::move(a));
  EXPECT_TRUE(a.empty());  // NOLINT: what a move leaves is the point
  EXPECT_EQ(b.reveal(), "short");
  a = b.duplicate();
  EXPECT_EQ(a, b);
  static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>);
}

}  // namespace
}  // namespace alting::crypto
