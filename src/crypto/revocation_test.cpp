#include "crypto/revocation.h"

#include <gtest/gtest.h>

#include "crypto/make_certificate.h"

namespace alting::crypto {
namespace {

using base::Duration;
using base::Instant;

class Revocations : public testing::Test {
 protected:
  const Instant now = *base::from_rfc3339("2026-11-20T12:00:00Z");
  base::SeededRandom random{7};
  const PrivateKey key = PrivateKey::generate(KeyType::p256);
  const PrivateKey other_key = PrivateKey::generate(KeyType::p256);

  [[nodiscard]] CertificateOrder order(const std::string& name, bool authority) const {
    return {.common_name = name,
            .not_before = now - Duration::days(1),
            .not_after = now + Duration::days(10),
            .authority = authority};
  }
  const Certificate issuer = make_self_signed(order("Rot", true), key, random);
  // The same name, another key.
  const Certificate impostor = make_self_signed(order("Rot", true), other_key, random);
  const Certificate leaf = issued("Blad"), other = issued("Annet");

  Certificate issued(const std::string& name, const std::string& crl_address = {}) {
    CertificateOrder wanted = order(name, false);
    wanted.crl_address = crl_address;
    return issue_certificate(wanted, other_key.public_key(), issuer, key, random);
  }
  [[nodiscard]] RevocationListOrder list_order() const {
    return {.revoked = {{leaf.serial(), now - Duration::hours(2)}},
            .this_update = now - Duration::hours(1),
            .next_update = now + Duration::hours(23)};
  }
  [[nodiscard]] RevocationList list(const RevocationListOrder& wanted) const {
    return RevocationList::parse(make_crl(wanted, issuer, key)).value();
  }
  [[nodiscard]] OcspAnswerOrder answer_order(OcspStatus status) const {
    return {.serial = leaf.serial(),
            .status = status,
            .this_update = now - Duration::minutes(1),
            .next_update = now + Duration::minutes(9),
            .revoked_at = status == OcspStatus::revoked ? std::optional(now - Duration::hours(3)) : std::nullopt};
  }
  [[nodiscard]] base::Bytes answer(OcspStatus status) const {
    return make_ocsp_answer(answer_order(status), issuer, issuer, key);
  }
  [[nodiscard]] bool is_taken(const base::Bytes& der) const {
    const auto read = read_ocsp_answer(der, leaf, issuer, now);
    EXPECT_TRUE(read || read.error().code == "error.certificate.revocation_unknown");
    return read.has_value();
  }
  // A responder that the issuer certified so.
  Certificate responder(std::vector<std::string> usages, Duration until = Duration::days(1)) {
    CertificateOrder wanted = order("Svarer", false);
    wanted.extended_usages = std::move(usages);
    wanted.not_after = now + until;
    return issue_certificate(wanted, other_key.public_key(), issuer, key, random);
  }
};

TEST_F(Revocations, AListNamesWhatWasRevokedAndSince) {
  const RevocationList read = list(list_order());
  EXPECT_TRUE(read.verify(issuer));
  EXPECT_EQ(read.this_update(), now - Duration::hours(1));
  EXPECT_EQ(read.next_update(), now + Duration::hours(23));
  EXPECT_TRUE(read.covers(leaf));
  EXPECT_EQ(read.revoked(leaf), now - Duration::hours(2));
  EXPECT_TRUE(read.covers(other));
  EXPECT_EQ(read.revoked(other), std::nullopt);
  EXPECT_FALSE(read.covers(issue_certificate(order("Utenfor", false), other_key.public_key(),
                                             make_self_signed(order("Annen rot", true), key, random), key, random)));
}

TEST_F(Revocations, AListIsItsIssuersAlone) {
  EXPECT_FALSE(list(list_order()).verify(impostor));
  EXPECT_FALSE(RevocationList::parse(make_crl(list_order(), impostor, other_key))->verify(issuer));
  EXPECT_FALSE(list(list_order()).verify(make_self_signed(order("Annen rot", true), key, random)));
  CertificateOrder wanted = order("Rot", true);
  wanted.usages = {KeyUsage::cert_sign};
  EXPECT_FALSE(list(list_order()).verify(make_self_signed(wanted, key, random))) << "whose key may sign no lists";
}

TEST_F(Revocations, AListThatWasChangedIsNotItsIssuers) {
  base::Bytes der = make_crl(list_order(), issuer, key);
  const auto serial = *base::from_hex(leaf.serial());
  const auto at = der.find(serial);
  ASSERT_NE(at, base::Bytes::npos);
  char& last = der[at + serial.size() - 1];
  last = static_cast<char>(last ^ 1);
  const auto read = RevocationList::parse(der);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->revoked(leaf), std::nullopt);
  EXPECT_EQ(read->verify(issuer).error().code, "error.certificate.revocation_unknown");
}

TEST_F(Revocations, AListOfSomeCertificatesCoversThoseAlone) {
  RevocationListOrder wanted = list_order();
  CertificateOrder below = order("Mellom", true);
  const Certificate authority = issue_certificate(below, other_key.public_key(), issuer, key, random);
  wanted.part = "critical,onlyuser:TRUE";
  EXPECT_TRUE(list(wanted).verify(issuer));
  EXPECT_TRUE(list(wanted).covers(leaf));
  EXPECT_FALSE(list(wanted).covers(authority));
  wanted.part = "critical,onlyCA:TRUE";
  EXPECT_FALSE(list(wanted).covers(leaf));
  EXPECT_TRUE(list(wanted).covers(authority));
  wanted.part = "critical,fullname:URI:http://crl.example.no/2.crl";
  EXPECT_FALSE(list(wanted).covers(leaf));
  EXPECT_FALSE(list(wanted).covers(issued("Første del", "http://crl.example.no/1.crl")));
  EXPECT_TRUE(list(wanted).covers(issued("Andre del", "http://crl.example.no/2.crl")));
}

TEST_F(Revocations, AListThatIsNotWholeIsNone) {
  RevocationListOrder wanted = list_order();
  for (const char* part : {"critical,indirectCRL:TRUE", "critical,onlysomereasons:keyCompromise"}) {
    wanted.part = part;
    EXPECT_FALSE(list(wanted).verify(issuer)) << part;
  }
}

TEST_F(Revocations, WhatIsNoListIsRefused) {
  const base::Bytes der = make_crl(list_order(), issuer, key);
  EXPECT_EQ(RevocationList::parse("nothing").error().code, "error.certificate.revocation_unknown");
  EXPECT_FALSE(RevocationList::parse(""));
  EXPECT_FALSE(RevocationList::parse(der + "x"));
  EXPECT_FALSE(RevocationList::parse(der.substr(0, der.size() - 1)));
  EXPECT_FALSE(RevocationList::parse(issuer.der()));
  std::string pem = "-----BEGIN X509 CRL-----\n";
  const std::string text = base::to_base64(der);
  for (std::size_t at = 0; at < text.size(); at += 64) pem += text.substr(at, 64) + "\n";
  EXPECT_TRUE(RevocationList::parse(pem + "-----END X509 CRL-----\n"));
}

TEST_F(Revocations, AnAnswerTellsOfTheCertificateThatWasAskedFor) {
  const auto good = read_ocsp_answer(answer(OcspStatus::good), leaf, issuer, now);
  ASSERT_TRUE(good);
  EXPECT_EQ(good->status, OcspStatus::good);
  EXPECT_EQ(good->this_update, now - Duration::minutes(1));
  EXPECT_EQ(good->next_update, now + Duration::minutes(9));
  EXPECT_EQ(good->revoked_at, std::nullopt);
  const auto revoked = read_ocsp_answer(answer(OcspStatus::revoked), leaf, issuer, now);
  ASSERT_TRUE(revoked);
  EXPECT_EQ(revoked->status, OcspStatus::revoked);
  EXPECT_EQ(revoked->revoked_at, now - Duration::hours(3));
  EXPECT_EQ(read_ocsp_answer(answer(OcspStatus::unknown), leaf, issuer, now)->status, OcspStatus::unknown);
  EXPECT_FALSE(read_ocsp_answer(answer(OcspStatus::good), other, issuer, now)) << "asked about another";
  EXPECT_FALSE(read_ocsp_answer(answer(OcspStatus::good), leaf, impostor, now)) << "of another issuer";
}

TEST_F(Revocations, ARequestSaysWhichCertificateItAsksAbout) {
  const auto asked = serial_asked(ocsp_request(leaf, issuer), issuer);
  ASSERT_TRUE(asked);
  EXPECT_EQ(*asked, leaf.serial());
  EXPECT_FALSE(serial_asked(ocsp_request(leaf, issuer), impostor));
  EXPECT_FALSE(serial_asked("nothing", issuer));
  EXPECT_FALSE(serial_asked(ocsp_request(leaf, issuer) + "x", issuer));
}

TEST_F(Revocations, AnAnswerIsSignedByTheIssuerOrWhoItCertifiedForThat) {
  const auto by = [&](const Certificate& signer, const PrivateKey& with) {
    return make_ocsp_answer(answer_order(OcspStatus::good), issuer, signer, with);
  };
  EXPECT_TRUE(is_taken(by(issuer, key)));
  EXPECT_TRUE(is_taken(by(responder({std::string(oid_ocsp_signing)}), other_key)));
  EXPECT_FALSE(is_taken(by(responder({std::string(oid_client_auth)}), other_key))) << "certified for something else";
  EXPECT_FALSE(is_taken(by(leaf, other_key))) << "the certificate itself";
  EXPECT_FALSE(is_taken(by(responder({std::string(oid_ocsp_signing)}, Duration::seconds(-1)), other_key))) << "expired";
  EXPECT_FALSE(is_taken(by(impostor, other_key))) << "the issuer's name with another key";
  CertificateOrder wanted = order("Svarer", false);
  wanted.extended_usages = {std::string(oid_ocsp_signing)};
  EXPECT_FALSE(is_taken(by(issue_certificate(wanted, other_key.public_key(), impostor, other_key, random), other_key)))
      << "certified by somebody else";
  EXPECT_FALSE(is_taken(by(make_self_signed(wanted, other_key, random), other_key))) << "certified by itself";
}

TEST_F(Revocations, AnAnswerThatWasChangedIsNone) {
  base::Bytes der = answer(OcspStatus::revoked);
  EXPECT_TRUE(is_taken(der));
  // Any octet: what is not signed is how it is wrapped, and then it is malformed.
  for (std::size_t at = 0; at < der.size(); at += 7) {
    base::Bytes changed = der;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    const auto read = read_ocsp_answer(changed, leaf, issuer, now);
    EXPECT_TRUE(!read || read->status == OcspStatus::revoked) << at;
  }
  EXPECT_FALSE(is_taken(der + "x"));
  EXPECT_FALSE(is_taken(der.substr(0, der.size() - 1)));
  EXPECT_FALSE(is_taken(""));
  EXPECT_FALSE(is_taken(std::string(70'000, 'x')));
  for (const int refusal : {1, 2, 3, 6}) EXPECT_FALSE(is_taken(make_ocsp_refusal(refusal))) << refusal;
}

TEST_F(Revocations, AnAnswerCountsInItsTime) {
  OcspAnswerOrder wanted = answer_order(OcspStatus::good);
  const auto at = [&](Instant when) {
    return read_ocsp_answer(make_ocsp_answer(wanted, issuer, issuer, key), leaf, issuer, when).has_value();
  };
  EXPECT_TRUE(at(now + Duration::minutes(9)));
  EXPECT_FALSE(at(now + Duration::minutes(9) + Duration::seconds(1)));
  EXPECT_TRUE(at(wanted.this_update - Duration::minutes(5)));
  EXPECT_FALSE(at(wanted.this_update - Duration::minutes(5) - Duration::seconds(1)));
  wanted.next_update.reset();
  EXPECT_TRUE(at(wanted.this_update + Duration::hours(1)));
  EXPECT_FALSE(at(wanted.this_update + Duration::hours(1) + Duration::seconds(1)));
  EXPECT_EQ(read_ocsp_answer(make_ocsp_answer(wanted, issuer, issuer, key), leaf, issuer, now)->next_update,
            std::nullopt);
}

}  // namespace
}  // namespace alting::crypto
