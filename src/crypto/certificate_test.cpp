#include "crypto/make_certificate.h"

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

TEST_F(Certificates, NamesAreWrittenWholeForPeople) {
  CertificateOrder wanted = order("Prøve, AS", false);
  wanted.serial_number_attribute = "310000001";
  const Certificate made = issue_certificate(wanted, key.public_key(), root(), root_key, random);
  EXPECT_EQ(made.subject("serialNumber"), "310000001");
  EXPECT_EQ(made.subject_name(),
            "CN=Prøve\\, AS,serialNumber=310000001,organizationIdentifier=NTRNO-310000001,O=Prøve AS,C=NO");
  EXPECT_EQ(made.issuer_name(), "CN=Rot,organizationIdentifier=NTRNO-310000001,O=Prøve AS,C=NO");
}

TEST_F(Certificates, ExtensionsAreReadBack) {
  CertificateOrder wanted = order("Blad", false);
  wanted.usages = {KeyUsage::digital_signature, KeyUsage::key_encipherment};
  wanted.extended_usages = {std::string(oid_client_auth), "1.3.6.1.5.5.7.3.4"};
  wanted.policies = {"2.16.578.1.26.1.3.2", "0.4.0.194112.1.1"};
  wanted.crl_address = "http://crl.example.no/a.crl";
  wanted.ocsp_address = "https://ocsp.example.no:8443/x";
  const Certificate made = issue_certificate(wanted, key.public_key(), root(), root_key, random);
  EXPECT_TRUE(made.has_any_usage_extension());
  EXPECT_TRUE(made.has_usage(KeyUsage::digital_signature));
  EXPECT_TRUE(made.has_usage(KeyUsage::key_encipherment));
  EXPECT_FALSE(made.has_usage(KeyUsage::non_repudiation));
  EXPECT_FALSE(made.has_usage(KeyUsage::cert_sign));
  EXPECT_FALSE(made.is_authority());
  EXPECT_EQ(made.extended_usages(), *wanted.extended_usages);
  EXPECT_EQ(made.policies(), wanted.policies);
  EXPECT_EQ(made.crl_addresses(), std::vector<std::string>{wanted.crl_address});
  EXPECT_EQ(made.ocsp_addresses(), std::vector<std::string>{wanted.ocsp_address});
  EXPECT_TRUE(root().is_authority());
  EXPECT_TRUE(root().has_usage(KeyUsage::crl_sign));
  EXPECT_TRUE(root().policies().empty());
  EXPECT_TRUE(root().extended_usages().empty());
  EXPECT_TRUE(root().crl_addresses().empty());
}

TEST_F(Certificates, AddressesThatAreNotOfTheWebAreLeftOut) {
  CertificateOrder wanted = order("Blad", false);
  wanted.crl_address = "ldap://ldap.example.no/cn=crl";
  wanted.ocsp_address = "http://ocsp.example.no/a b";
  const Certificate made = issue_certificate(wanted, key.public_key(), root(), root_key, random);
  EXPECT_TRUE(made.crl_addresses().empty());
  EXPECT_TRUE(made.ocsp_addresses().empty());
}

TEST_F(Certificates, AChainLeadsToATrustedOneInItsTime) {
  const Certificate trusted = root();
  const PrivateKey middle_key = PrivateKey::generate(KeyType::p256);
  const Certificate middle =
      issue_certificate(order("Mellom", true), middle_key.public_key(), trusted, root_key, random);
  const Certificate leaf = issue_certificate(order("Blad", false), key.public_key(), middle, middle_key, random);
  const auto chain = build_chain(leaf, {middle}, {trusted}, now);
  ASSERT_TRUE(chain);
  ASSERT_EQ(chain->size(), 3U);
  EXPECT_EQ((*chain)[0].fingerprint(), leaf.fingerprint());
  EXPECT_EQ((*chain)[1].fingerprint(), middle.fingerprint());
  EXPECT_EQ((*chain)[2].fingerprint(), trusted.fingerprint());
  EXPECT_EQ(build_chain(leaf, {}, {middle}, now)->size(), 2U);
  EXPECT_EQ(build_chain(leaf, {}, {trusted}, now).error().code, "error.certificate.untrusted_chain");
  EXPECT_EQ(build_chain(leaf, {middle}, {}, now).error().code, "error.certificate.untrusted_chain");
  EXPECT_EQ(build_chain(leaf, {middle}, {trusted}, now + Duration::days(11)).error().code, "error.certificate.expired");
  EXPECT_EQ(build_chain(leaf, {middle}, {trusted}, now - Duration::seconds(1)).error().code,
            "error.certificate.not_yet_valid");
}

TEST_F(Certificates, ARootOfTheSameNameIsNoTrustedOne) {
  const Certificate trusted = root();
  const PrivateKey forger = PrivateKey::generate(KeyType::p256);
  const Certificate false_root = make_self_signed(order("Rot", true), forger, random);
  const Certificate leaf = issue_certificate(order("Blad", false), key.public_key(), false_root, forger, random);
  EXPECT_EQ(build_chain(leaf, {false_root}, {trusted}, now).error().code, "error.certificate.untrusted_chain");
  EXPECT_EQ(build_chain(make_self_signed(order("Blad", false), key, random), {}, {trusted}, now).error().code,
            "error.certificate.untrusted_chain");
}

TEST_F(Certificates, ALeafSignsNoOthers) {
  const Certificate trusted = root();
  const Certificate leaf = issue_certificate(order("Blad", false), key.public_key(), trusted, root_key, random);
  const PrivateKey other = PrivateKey::generate(KeyType::p256);
  const Certificate forged = issue_certificate(order("Falsk", false), other.public_key(), leaf, key, random);
  EXPECT_FALSE(build_chain(forged, {leaf}, {trusted}, now));
}

// An authority by its basic constraints, whose key was never meant to sign certificates.
TEST_F(Certificates, AnAuthorityThatMaySignOnlyListsSignsNoCertificates) {
  CertificateOrder wanted = order("Rot", true);
  wanted.usages = {KeyUsage::crl_sign};
  const Certificate trusted = make_self_signed(wanted, root_key, random);
  const Certificate leaf = issue_certificate(order("Blad", false), key.public_key(), trusted, root_key, random);
  EXPECT_FALSE(build_chain(leaf, {}, {trusted}, now));
}

TEST_F(Certificates, WhatIsNoneIsRefused) {
  EXPECT_EQ(Certificate::from_pem("nothing").error().code, "error.certificate.malformed");
  EXPECT_FALSE(Certificate::from_der(""));
  EXPECT_FALSE(Certificate::from_der(root().der() + "x"));
  EXPECT_FALSE(Certificate::from_der(std::string(70'000, '0')));
  // A time that is none is found when it is read, not when it is asked.
  std::string der = root().der();
  const std::string since = "261122000000Z";
  const auto at = der.find(since);
  ASSERT_NE(at, std::string::npos);
  der[at + since.size() - 1] = 'X';
  EXPECT_EQ(Certificate::from_der(der).error().code, "error.certificate.malformed");
}

}  // namespace
}  // namespace alting::crypto
