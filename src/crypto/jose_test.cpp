#include "crypto/jose.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "crypto/make_certificate.h"
#include "crypto/signature.h"

namespace alting::crypto {
namespace {

using base::Json;

constexpr const char* rfc7515_claims =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

std::string code_of(const base::Result<Jwt>& result) { return result ? "verified" : result.error().code; }

class Jose : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    rsa = new PrivateKey(PrivateKey::generate(KeyType::rsa));
    p256 = new PrivateKey(PrivateKey::generate(KeyType::p256));
  }
  static void TearDownTestSuite() {
    delete rsa;
    delete p256;
  }
  static JwkSet both() { return JwkSet({to_jwk(rsa->public_key()), to_jwk(p256->public_key())}); }
  static std::string forged(const std::string& header, const PrivateKey& key, JoseAlgorithm algorithm) {
    const std::string text = base::to_base64url(header) + "." + base::to_base64url(R"({"sub":"x"})");
    return text + "." + base::to_base64url(sign(key, algorithm, text));
  }
  static inline const PrivateKey *rsa, *p256;
};

TEST_F(Jose, ThumbprintIsRfc7638s) {
  const auto key = PublicKey::from_jwk(*Json::parse(
      R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"})"));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

TEST_F(Jose, TheTokensOfRfc7515Verify) {
  const auto es = JwkSet::parse(
      R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})");
  const auto es_token =
      verify_jwt(std::string("eyJhbGciOiJFUzI1NiJ9.") + rfc7515_claims +
                     ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
                 *es);
  ASSERT_EQ(code_of(es_token), "verified");
  EXPECT_EQ(es_token->claims.text("iss"), "joe");
  const auto rs = JwkSet::parse(
      R"({"keys":[{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}]})");
  const auto rs_token =
      verify_jwt(std::string("eyJhbGciOiJSUzI1NiJ9.") + rfc7515_claims +
                     ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
                     "O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_"
                     "nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
                     "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_"
                     "IoypGlUPQGe77Rw",
                 *rs);
  EXPECT_EQ(code_of(rs_token), "verified");
}

TEST_F(Jose, WhatIsSignedVerifiesWithTheRightKeyOnly) {
  for (const PrivateKey* key : {rsa, p256}) {
    const std::string token =
        sign_jwt(*key, Json::object({{"sub", "x"}}), Json::object({{"typ", "at+jwt"}, {"alg", "none"}}));
    const auto verified = verify_jwt(token, both());
    ASSERT_EQ(code_of(verified), "verified");
    EXPECT_EQ(verified->claims.text("sub"), "x");
    EXPECT_EQ(verified->header.text("typ"), "at+jwt");
    EXPECT_EQ(verified->header.text("kid"), key->public_key().thumbprint());
    EXPECT_EQ(code_of(verify_jwt(token, JwkSet())), "error.jose.key");
    auto mixed_up = to_jwk((key == rsa ? p256 : rsa)->public_key());
    mixed_up.kid = key->public_key().thumbprint();
    EXPECT_EQ(code_of(verify_jwt(token, JwkSet({mixed_up}))), "error.jose.key");
    EXPECT_EQ(unverified_jwt(token)->claims.text("sub"), "x");
  }
  const PrivateKey other = PrivateKey::generate(KeyType::p256);
  Jwk impostor = to_jwk(other.public_key());
  impostor.kid = p256->public_key().thumbprint();
  EXPECT_EQ(code_of(verify_jwt(sign_jwt(*p256, Json::object({})), JwkSet({impostor}))), "error.jose.signature");
}

TEST_F(Jose, EveryAlgorithmOfTheListWorks) {
  for (const JoseAlgorithm algorithm : all_jose_algorithms) {
    const PrivateKey& key = key_type_of(algorithm) == KeyType::rsa ? *rsa : *p256;
    const JwkSet keys({{key.public_key(), "k", std::nullopt}});
    const std::string token = forged(fmt::format(R"({{"alg":"{}"}})", to_text(algorithm)), key, algorithm);
    EXPECT_EQ(code_of(verify_jwt(token, keys)), "verified") << to_text(algorithm);
    EXPECT_EQ(code_of(verify_jwt(token, keys, {})), "error.jose.algorithm");
  }
}

TEST_F(Jose, ATokenDoesNotChooseItsOwnRules) {
  const JwkSet keys = both();
  const std::string claims = base::to_base64url(R"({"sub":"x"})");
  for (const char* header : {R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"HS256"})", R"({"alg":""})", "{}"}) {
    EXPECT_EQ(code_of(verify_jwt(base::to_base64url(header) + "." + claims + ".", keys)), "error.jose.algorithm")
        << header;
  }
  const std::string kid = p256->public_key().thumbprint();
  EXPECT_EQ(code_of(verify_jwt(forged(fmt::format(R"({{"alg":"ES256","kid":"{}","crit":["x"],"x":1}})", kid), *p256,
                                      JoseAlgorithm::ES256),
                               keys)),
            "error.jose.malformed");
  EXPECT_EQ(code_of(verify_jwt(forged(R"({"alg":"ES256","kid":"another"})", *p256, JoseAlgorithm::ES256), keys)),
            "error.jose.key");
  // A key that is for RS256 verifies no PS256.
  EXPECT_EQ(code_of(verify_jwt(forged(R"({"alg":"PS256"})", *rsa, JoseAlgorithm::PS256), keys)), "error.jose.key");
}

TEST_F(Jose, AChangedTokenIsRefused) {
  const JwkSet keys = both();
  const std::string token = sign_jwt(*p256, Json::object({{"sub", "x"}}));
  for (std::size_t at = 0; at < token.size(); ++at) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify_jwt(changed, keys)) << at;
  }
  for (const char* bad : {"", ".", "..", "...", "a.b.c", "e30.e30", "e30.e30.e30.e30"})
    EXPECT_FALSE(verify_jwt(bad, keys)) << bad;
  EXPECT_EQ(code_of(verify_jwt(token + std::string(20'000, 'A'), keys)), "error.jose.malformed");
  EXPECT_EQ(code_of(verify_jwt(token + "=", keys)), "error.jose.signature");
}

TEST_F(Jose, ASetIsWrittenAndReadAndStrangeKeysArePassedOver) {
  Json json = both().json();
  Json list = json["keys"];
  list.push_back(*Json::parse(R"({"kty":"oct","k":"AAAA"})"));
  list.push_back(*Json::parse(R"({"kty":"EC","crv":"P-384","x":"AA","y":"AA"})"));
  list.push_back(*Json::parse(R"({"kty":"RSA","n":"AQAB","e":"AQAB"})"));
  list.push_back(*Json::parse(
      R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"})"));
  list.push_back("text");
  Json encryption = both().json()["keys"][0];
  encryption.set("use", "enc");
  list.push_back(encryption);
  json.set("keys", list);
  const auto again = JwkSet::parse(json.dump());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->json(), both().json());
  EXPECT_FALSE(JwkSet::parse("[]"));
}

TEST_F(Jose, KeysAreWrittenAndRead) {
  for (const PrivateKey* key : {rsa, p256}) {
    const auto again = PrivateKey::from_pem(key->pem());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->public_key().thumbprint(), key->public_key().thumbprint());
    EXPECT_EQ(PublicKey::from_pem(key->public_key().pem())->thumbprint(), key->public_key().thumbprint());
  }
  EXPECT_EQ(PrivateKey::from_pem(SecretBytes(base::Bytes("x"))).error().code, "error.key.malformed");
  EXPECT_THROW((void)sign(*rsa, JoseAlgorithm::ES256, "m"), std::logic_error);
}

TEST_F(Jose, AHeaderCarriesTheCertificatesOfItsKey) {
  base::SeededRandom random(1);
  const base::Instant now = *base::from_rfc3339("2026-11-20T12:00:00Z");
  const CertificateOrder order{
      .common_name = "Rot", .not_before = now, .not_after = now + base::Duration::days(1), .authority = true};
  const Certificate root = make_self_signed(order, *rsa, random);
  const Certificate leaf = issue_certificate(order, p256->public_key(), root, *rsa, random);
  const auto chain_in = [](Json x5c) {
    return chain_of({.header = Json::object({{"x5c", std::move(x5c)}}), .claims = Json::object()});
  };
  const std::string first = base::to_base64(leaf.der()), second = base::to_base64(root.der());
  const auto read = chain_in(Json::array({first, second}));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(read->front().fingerprint(), leaf.fingerprint());
  EXPECT_EQ(read->back().fingerprint(), root.fingerprint());
  EXPECT_TRUE(chain_of({.header = Json::object(), .claims = Json::object()})->empty());
  Json nine = Json::array();
  for (int i = 0; i < 9; ++i) nine.push_back(first);
  for (const Json& bad : {Json(first), Json::array(), Json(nullptr), Json::array({first, 1}), Json::array({"AAAA"}),
                          Json::array({base::to_base64url(leaf.der())}), Json::array({first + "\n"}), nine})
    EXPECT_EQ(chain_in(bad).error().code, "error.jose.malformed") << bad.dump();
}

}  // namespace
}  // namespace alting::crypto
