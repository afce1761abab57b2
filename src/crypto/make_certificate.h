// Makes certificates, lists of revoked ones and OCSP answers: what the test authority issues, and what tests need.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "crypto/certificate.h"
#include "crypto/revocation.h"

namespace alting::crypto {

struct CertificateOrder {
  std::string common_name;
  std::string organisation;             // may be empty
  std::string organisation_number;      // nine digits or empty: becomes organizationIdentifier NTRNO-... as ETSI EN 319
                                        // 412-1 has it
  std::vector<std::string> dns_names;   // empty for clients
  std::vector<std::string> addresses;   // IPv4 or IPv6
  base::Instant not_before, not_after;  // whole seconds count
  bool authority = false;               // may sign others
  std::string serial_number_attribute = {};  // serialNumber in the subject: the organisation number of SEID 1
  // None: digital_signature; for an authority cert_sign and crl_sign.
  std::vector<KeyUsage> usages = {};
  // Object identifiers. Not said: serverAuth and clientAuth, for an authority none; said and empty: none.
  std::optional<std::vector<std::string>> extended_usages = {};
  std::vector<std::string> policies = {};  // object identifiers
  std::string crl_address = {}, ocsp_address = {};
};

[[nodiscard]] Certificate make_self_signed(const CertificateOrder& order, const PrivateKey& key, base::Random& random);
[[nodiscard]] Certificate issue_certificate(const CertificateOrder& order, const PublicKey& subject,
                                            const Certificate& issuer, const PrivateKey& issuer_key,
                                            base::Random& random);

struct RevokedSerial {
  std::string serial;  // hexadecimal, as Certificate::serial() says it
  base::Instant at;
};
struct RevocationListOrder {
  std::vector<RevokedSerial> revoked;
  base::Instant this_update, next_update;  // whole seconds count
  std::int64_t number = 1;                 // grows with each list of the issuer
  // For tests of lists that hold only a part: an issuing distribution point, in OpenSSL's words
  // ("critical,onlyuser:TRUE"); "": none.
  std::string part = {};
};
[[nodiscard]] base::Bytes make_crl(const RevocationListOrder& order, const Certificate& issuer,
                                   const PrivateKey& issuer_key);  // DER

// The serial number that an OCSP request asks about, hexadecimal. error.certificate.revocation_unknown (`invalid`) when it
// is no request, asks about none or several, or about another issuer's.
[[nodiscard]] base::Result<std::string> serial_asked(base::ByteView request, const Certificate& issuer);

struct OcspAnswerOrder {
  std::string serial;  // hexadecimal
  OcspStatus status = OcspStatus::good;
  base::Instant this_update;
  std::optional<base::Instant> next_update;
  std::optional<base::Instant> revoked_at = {};  // when `revoked`
};
// `signer` is the issuer itself or a responder it certified (extended usage oid_ocsp_signing), which then goes along.
[[nodiscard]] base::Bytes make_ocsp_answer(const OcspAnswerOrder& order, const Certificate& issuer,
                                           const Certificate& signer, const PrivateKey& signer_key);
// An answer without content: the responder refuses or cannot (RFC 6960 section 2.3): 1 malformedRequest, 2
// internalError, 3 tryLater, 6 unauthorized.
[[nodiscard]] base::Bytes make_ocsp_refusal(int status);

}  // namespace alting::crypto
