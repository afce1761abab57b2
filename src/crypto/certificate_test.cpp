#include "crypto/certificate.h"

#include <gtest/gtest.h>

namespace alting::crypto {
namespace {

using base::Duration;
using base::Instant;

class Certificates : public testing::Test {
 protected:
  const Instant now = *base::from_rfc3339("2026-11-22T00:00:00Z");
  base::SeededRandom random{1};
  const PrivateKey root_key = PrivateKey::generate(KeyType::p256), key = PrivateKey::generate(KeyType::p256);

  CertificateOrder order(const std::string& name, bool authority) const {
    return {.common_name = name,
            .organisation = "Prøve AS",
            .organisation_number = "310000001",
            .not_before = now,
            .not_after = now + Duration::days(10),
            .authority = authority};
  }
  Certificate root() { return make_self_signed(order("Rot", true), root_key, random); }
};

TEST_F(Certificates, FieldsAreReadBack) {
  CertificateOrder wanted = order("localhost", false);
  wanted.dns_names = {"localhost", "alting.example"};
  wanted.addresses = {"127.0.0.1", "::1"};
  const Certificate made = make_self_signed(wanted, key, random);
  const auto again = Certificate::from_pem(made.pem());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->subject("CN"), "localhost");
  EXPECT_EQ(again->subject("O"), "Prøve AS");
  EXPECT_EQ(again->subject("2.5.4.97"), "NTRNO-310000001");
  EXPECT_EQ(again->issuer("CN"), "localhost");
  EXPECT_FALSE(again->subject("serialNumber"));
  EXPECT_FALSE(again->subject("no such field"));
  EXPECT_EQ(again->not_before(), now);
  EXPECT_EQ(again->not_after(), now + Duration::days(10));
  EXPECT_EQ(again->serial().size(), 32U);
  EXPECT_EQ(again->fingerprint(), made.fingerprint());
  EXPECT_EQ(again->public_key()->thumbprint(), key.public_key().thumbprint());
  EXPECT_EQ(Certificate::from_der(made.der())->fingerprint(), made.fingerprint());
  EXPECT_EQ(Certificate::list_from_pem(made.pem() + root().pem())->size(), 2U);
}

TEST_F(Certificates, AChainLeadsToATrustedOneInItsTime) {
  const Certificate trusted = root();
  const PrivateKey middle_key = PrivateKey::generate(KeyType::p256);
  const Certificate middle =
      issue_certificate(order("Mellom", true), middle_key.public_key(), trusted, root_key, random);
  const Certificate leaf = issue_certificate(order("Blad", false), key.public_key(), middle, middle_key, random);
  EXPECT_TRUE(check_chain(leaf, {middle}, {trusted}, now));
  EXPECT_TRUE(check_chain(leaf, {}, {middle}, now));
  EXPECT_EQ(check_chain(leaf, {}, {trusted}, now).error().code, "error.certificate.untrusted");
  EXPECT_FALSE(check_chain(leaf, {middle}, {}, now));
  EXPECT_FALSE(check_chain(leaf, {middle}, {trusted}, now + Duration::days(11)));
  EXPECT_FALSE(check_chain(leaf, {middle}, {trusted}, now - Duration::seconds(1)));
}

TEST_F(Certificates, ALeafSignsNoOthers) {
  const Certificate trusted = root();
  const Certificate leaf = issue_certificate(order("Blad", false), key.public_key(), trusted, root_key, random);
  const PrivateKey other = PrivateKey::generate(KeyType::p256);
  const Certificate forged = issue_certificate(order("Falsk", false), other.public_key(), leaf, key, random);
  EXPECT_FALSE(check_chain(forged, {leaf}, {trusted}, now));
}

TEST_F(Certificates, WhatIsNoneIsRefused) {
  EXPECT_EQ(Certificate::from_pem("nothing").error().code, "error.certificate.malformed");
  EXPECT_FALSE(Certificate::from_der(""));
  EXPECT_FALSE(Certificate::from_der(root().der() + "x"));
}

}  // namespace
}  // namespace alting::crypto
