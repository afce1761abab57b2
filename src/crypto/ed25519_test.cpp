#include "crypto/ed25519.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace alting::crypto {
namespace {

using base::Bytes;
using base::from_hex;
using base::to_hex;

struct Vector {
  const char *seed, *public_key, *message, *signature;
};
// RFC 8032 section 7.1, tests 1 to 3.
constexpr Vector vectors[] = {{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                               "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                               "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e397"
                               "01cf9b46bd25bf5f0595bbe24655141438e7a100b"},
                              {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                               "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                               "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f361"
                               "3d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
                              {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                               "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                               "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f76"
                               "0984dc6594a7c15e9716ed28dc027beceea1ec40a"}};

TEST(Ed25519, HasTheVectorsOfRfc8032) {
  for (const Vector& vector : vectors) {
    const auto key = Ed25519Key::from_seed(SecretBytes(*from_hex(vector.seed)));
    ASSERT_TRUE(key);
    EXPECT_EQ(to_hex(key->public_key()), vector.public_key);
    EXPECT_EQ(to_hex(key->sign(*from_hex(vector.message))), vector.signature);
    EXPECT_TRUE(ed25519_verify(key->public_key(), *from_hex(vector.message), *from_hex(vector.signature)));
  }
}

TEST(Ed25519, OnlyTheMessageThatWasSignedVerifies) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed, const std::string& message) {
    base::SeededRandom random(seed);
    const auto key = Ed25519Key::generate(random), other = Ed25519Key::generate(random);
    Bytes signature = key.sign(message);
    RC_ASSERT(ed25519_verify(key.public_key(), message, signature));
    RC_ASSERT(!ed25519_verify(other.public_key(), message, signature));
    RC_ASSERT(!ed25519_verify(key.public_key(), message + "x", signature));
    signature[seed % 64] = static_cast<char>(signature[seed % 64] ^ 1);
    RC_ASSERT(!ed25519_verify(key.public_key(), message, signature));
  }));
  EXPECT_FALSE(ed25519_verify("", "", ""));
  EXPECT_FALSE(ed25519_verify(Bytes(32, '\xff'), "m", Bytes(64, '\0')));
}

TEST(Ed25519, AKeyIsWrittenAndRead) {
  base::SeededRandom random(1);
  const auto key = Ed25519Key::generate(random);
  const auto again = Ed25519Key::from_pem(key.pem());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->seed(), key.seed());
  EXPECT_EQ(Ed25519Key::from_pem(SecretBytes(Bytes("nothing"))).error().code, "error.key.malformed");
  EXPECT_FALSE(Ed25519Key::from_seed(SecretBytes(Bytes("short"))));
}

}  // namespace
}  // namespace alting::crypto
