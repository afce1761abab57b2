// X.509 certificates (RFC 5280): read, and led back to trusted ones. They are made in make_certificate.h; whether one was
// revoked is in revocation.h.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/keys.h"

struct x509_st;  // OpenSSL's X509

namespace alting::crypto {

// What a key may do (RFC 5280 section 4.2.1.3); those that are looked at.
enum class KeyUsage : std::uint8_t { digital_signature, non_repudiation, key_encipherment, cert_sign, crl_sign };

inline constexpr std::string_view oid_client_auth = "1.3.6.1.5.5.7.3.2";   // RFC 5280 section 4.2.1.12
inline constexpr std::string_view oid_ocsp_signing = "1.3.6.1.5.5.7.3.9";  // RFC 6960 section 4.2.2.2

class Certificate {
 public:
  [[nodiscard]] static base::Result<Certificate> from_pem(base::ByteView pem);  // the first in the text
  [[nodiscard]] static base::Result<Certificate> from_der(base::ByteView der);  // at most 64 KiB
  [[nodiscard]] static base::Result<std::vector<Certificate>> list_from_pem(base::ByteView pem);  // at most 32

  // A field of the subject or issuer by its short name or number: "CN", "O", "serialNumber", "2.5.4.97"
  // (organizationIdentifier, "NTRNO-123456789"). UTF-8; nothing when it is absent or occurs twice.
  [[nodiscard]] std::optional<std::string> subject(const std::string& field) const;
  [[nodiscard]] std::optional<std::string> issuer(const std::string& field) const;
  // The whole name for people, in the manner of RFC 4514: "CN=Prøve AS,O=Prøve AS,C=NO".
  [[nodiscard]] std::string subject_name() const;
  [[nodiscard]] std::string issuer_name() const;
  [[nodiscard]] base::Instant not_before() const;
  [[nodiscard]] base::Instant not_after() const;
  [[nodiscard]] std::string serial() const;       // hexadecimal
  [[nodiscard]] std::string fingerprint() const;  // SHA-256 of the DER form, hexadecimal
  [[nodiscard]] base::Result<PublicKey> public_key() const;
  [[nodiscard]] base::Bytes der() const;
  [[nodiscard]] std::string pem() const;

  // What stands in its extensions; object identifiers as "2.16.578.1.26.1.3.2".
  [[nodiscard]] std::vector<std::string> policies() const;
  [[nodiscard]] bool has_any_usage_extension() const;              // key usage is said at all
  [[nodiscard]] bool has_usage(KeyUsage usage) const;              // said, and this one named
  [[nodiscard]] std::vector<std::string> extended_usages() const;  // none: it is not said
  [[nodiscard]] bool is_authority() const;                         // may sign others
  // Where its issuer tells what was revoked: http and https addresses only, at most 8.
  [[nodiscard]] std::vector<std::string> crl_addresses() const;
  [[nodiscard]] std::vector<std::string> ocsp_addresses() const;

  [[nodiscard]] x509_st* native() const { return certificate_.get(); }

 private:
  friend struct CertificateMaker;  // adopts what OpenSSL made (openssl_certificate.h)
  explicit Certificate(std::shared_ptr<x509_st> certificate) : certificate_(std::move(certificate)) {}
  std::shared_ptr<x509_st> certificate_;  // never changed, so copies share it
};

// The way from the certificate to a trusted one: the certificate first, a trusted one last. All of it holds at that time,
// and each signed the one before with at least 112 bits (no SHA-1, no RSA below 2048). A trusted one need not be a root.
// What the certificate may be used for and whether one was revoked is not looked at here (has_usage, revocation.h).
// `unauthenticated`: error.certificate.expired, .not_yet_valid (whichever of them it is), .untrusted_chain.
[[nodiscard]] base::Result<std::vector<Certificate>> build_chain(const Certificate& leaf,
                                                                 const std::vector<Certificate>& between,
                                                                 const std::vector<Certificate>& trusted,
                                                                 base::Instant at);

}  // namespace alting::crypto
