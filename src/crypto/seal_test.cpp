#include "crypto/seal.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "crypto/gcm.h"
#include "crypto/sealed_stream.h"

namespace alting::crypto {
namespace {

using base::Bytes;
using base::from_hex;
using base::SeededRandom;

TEST(Seal, GcmHasTheVectorsOfTheGcmPaper) {
  // McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13, 14 and 16.
  const Bytes zero_key(32, '\0'), zero_nonce(12, '\0');
  EXPECT_EQ(base::to_hex(gcm_encrypt(zero_key, zero_nonce, "", "")), "530f8afbc74536b9a963b4f1c4cb738b");
  EXPECT_EQ(base::to_hex(gcm_encrypt(zero_key, zero_nonce, Bytes(16, '\0'), "")),
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
  const Bytes key = *from_hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const Bytes plain = *from_hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
      "ba637b39");
  const Bytes sealed = gcm_encrypt(key, *from_hex("cafebabefacedbaddecaf888"), plain,
                                   *from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"));
  EXPECT_EQ(base::to_hex(sealed),
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393"
            "ba7a0abcc9f662"
            "76fc6ece0f4e1768cddf8853bb2d551b");
}

TEST(Seal, OnlyTheSameKeyDataAndPlaceOpen) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed, const std::string& plain, const std::string& place) {
    SeededRandom random(seed);
    const SecretBytes key = SecretBytes::random(random, seal_key_size),
                      other = SecretBytes::random(random, seal_key_size);
    Bytes sealed = seal(key, plain, place, random);
    RC_ASSERT(sealed.size() == plain.size() + seal_overhead);
    RC_ASSERT(open(key, sealed, place).value() == plain);
    RC_ASSERT(!open(other, sealed, place));
    RC_ASSERT(!open(key, sealed, place + "x"));
    const std::size_t at = *rc::gen::inRange<std::size_t>(0, sealed.size());
    RC_ASSERT(!open(key, sealed.substr(0, at), place));
    sealed[at] = static_cast<char>(sealed[at] ^ 1);
    RC_ASSERT(open(key, sealed, place).error().code == "error.seal.broken");
  }));
}

TEST(Seal, AWrongKeyLengthIsADefect) {
  SeededRandom random(1);
  EXPECT_THROW((void)seal(SecretBytes(Bytes("short")), "x", "", random), std::logic_error);
}

class SealedStream : public testing::Test {
 protected:
  SeededRandom random{7};
  SecretBytes key = SecretBytes::random(random, seal_key_size);

  Bytes sealed(base::ByteView plain, std::size_t step) {
    StreamSealer sealer(key, "blob 1", random);
    Bytes out;
    for (std::size_t at = 0; at < plain.size(); at += step) out += sealer.add(plain.substr(at, step));
    return out + sealer.finish();
  }
  base::Result<Bytes> opened(base::ByteView bytes, std::size_t step, base::ByteView place = "blob 1") {
    StreamOpener opener(key, place);
    Bytes out;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      ALTING_TRY(part, opener.add(bytes.substr(at, step)));
      out += part;
    }
    ALTING_TRY(rest, opener.finish());
    return out + rest;
  }
};

constexpr std::size_t salt_octets = 32, chunk = stream_chunk_size;

TEST_F(SealedStream, AnyLengthInAnyPiecesComesBack) {
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk + 17}) {
    const Bytes plain = random.bytes(size);
    for (std::size_t step : {std::size_t{1000}, chunk, 10 * chunk}) {
      const Bytes coded = sealed(plain, step);
      EXPECT_EQ(coded.size(), salt_octets + size + std::max<std::size_t>(1, (size + chunk - 1) / chunk) * gcm_tag_size);
      EXPECT_EQ(opened(coded, 777).value(), plain);
      EXPECT_EQ(opened(coded, 10 * chunk).value(), plain);
    }
  }
}

TEST_F(SealedStream, CuttingAtAnyBorderIsFound) {
  const Bytes coded = sealed(random.bytes(3 * chunk), chunk);
  for (std::size_t size :
       {std::size_t{0}, std::size_t{31}, std::size_t{32}, 32 + chunk + 16, 32 + 2 * (chunk + 16), coded.size() - 1})
    EXPECT_FALSE(opened(coded.substr(0, size), chunk)) << size;
  EXPECT_FALSE(opened(coded + "x", chunk));
}

TEST_F(SealedStream, ReorderingRepeatingAndExchangingAreFound) {
  const Bytes coded = sealed(random.bytes(3 * chunk), chunk);
  const Bytes salt = coded.substr(0, 32), first = coded.substr(32, chunk + 16),
              second = coded.substr(32 + chunk + 16, chunk + 16), third = coded.substr(32 + 2 * (chunk + 16));
  EXPECT_TRUE(opened(salt + first + second + third, chunk));
  EXPECT_FALSE(opened(salt + second + first + third, chunk));
  EXPECT_FALSE(opened(salt + first + first + second + third, chunk));
  EXPECT_FALSE(opened(salt + third, chunk));
  EXPECT_FALSE(opened(sealed(random.bytes(chunk), chunk).substr(0, 32) + first + second + third, chunk));
  EXPECT_FALSE(opened(coded, chunk, "blob 2"));
  Bytes changed = coded;
  changed[40] = static_cast<char>(changed[40] ^ 1);
  StreamOpener opener(key, "blob 1");
  EXPECT_FALSE(opener.add(changed));
  EXPECT_FALSE(opener.add(changed));
  EXPECT_FALSE(opener.finish());
}

}  // namespace
}  // namespace alting::crypto
