// X.509 certificates (RFC 5280): read, checked against trusted ones, and made for tests, demonstrations and TLS between
// our own parts.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/keys.h"

struct x509_st;  // OpenSSL's X509

namespace alting::crypto {

class Certificate {
 public:
  [[nodiscard]] static base::Result<Certificate> from_pem(base::ByteView pem);  // the first in the text
  [[nodiscard]] static base::Result<Certificate> from_der(
      base::ByteView der);  // for tests, until enterprise certificates
  [[nodiscard]] static base::Result<std::vector<Certificate>> list_from_pem(base::ByteView pem);  // at most 32

  // A field of the subject or issuer by its short name or number: "CN", "O", "serialNumber", "2.5.4.97"
  // (organizationIdentifier, "NTRNO-123456789"). UTF-8; nothing when it is absent or occurs twice.
  [[nodiscard]] std::optional<std::string> subject(const std::string& field) const;
  [[nodiscard]] std::optional<std::string> issuer(const std::string& field) const;
  [[nodiscard]] base::Instant not_before() const;
  [[nodiscard]] base::Instant not_after() const;
  [[nodiscard]] std::string serial() const;       // hexadecimal
  [[nodiscard]] std::string fingerprint() const;  // SHA-256 of the DER form, hexadecimal
  [[nodiscard]] base::Result<PublicKey> public_key() const;
  [[nodiscard]] base::Bytes der() const;
  [[nodiscard]] std::string pem() const;
  [[nodiscard]] x509_st* native() const { return certificate_.get(); }

 private:
  friend struct CertificateMaker;
  explicit Certificate(std::shared_ptr<x509_st> certificate) : certificate_(std::move(certificate)) {}
  std::shared_ptr<x509_st> certificate_;  // never changed, so copies share it
};

// Whether a chain leads from the certificate to a trusted one and all hold at that time, for a TLS client or signer.
// Whether one was revoked is not looked up here. error.certificate.untrusted.
// Called by tests alone, until enterprise certificates log in.
[[nodiscard]] base::Status check_chain(const Certificate& leaf, const std::vector<Certificate>& between,
                                       const std::vector<Certificate>& trusted, base::Instant at);

struct CertificateOrder {
  std::string common_name;
  std::string organisation;             // may be empty
  std::string organisation_number;      // nine digits or empty: becomes organizationIdentifier NTRNO-... as ETSI EN 319
                                        // 412-1 has it
  std::vector<std::string> dns_names;   // empty for clients
  std::vector<std::string> addresses;   // IPv4 or IPv6
  base::Instant not_before, not_after;  // whole seconds count
  bool authority = false;               // may sign others
};

// For tests, until there is an authority of our own to try enterprise certificates with.
[[nodiscard]] Certificate make_self_signed(const CertificateOrder& order, const PrivateKey& key, base::Random& random);
[[nodiscard]] Certificate issue_certificate(const CertificateOrder& order, const PublicKey& subject,
                                            const Certificate& issuer, const PrivateKey& issuer_key,
                                            base::Random& random);

}  // namespace alting::crypto
