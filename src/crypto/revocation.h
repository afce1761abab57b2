// Whether a certificate was revoked: its issuer's lists (CRL, RFC 5280 section 5) and answers (OCSP, RFC 6960). Both are
// signed, so it does not matter over what they came.
//
// Taken are signatures with SHA-256, SHA-384 or SHA-512 by RSA or ECDSA. What is refused here is no word on the
// certificate: it is as if nobody had answered, error.certificate.revocation_unknown (`unavailable`).
#pragma once
#include <cstdint>
#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/certificate.h"

struct X509_crl_st;  // OpenSSL's X509_CRL

namespace alting::crypto {

class RevocationList {
 public:
  // DER or PEM, at most 32 MiB. A list without nextUpdate is refused.
  [[nodiscard]] static base::Result<RevocationList> parse(base::ByteView der_or_pem);

  // Whether this issuer signed it and may, and it is a whole list: what tells only changes (delta), only some reasons, or
  // other issuers' certificates (indirect) is refused, and so is what has a critical extension that is not known here.
  [[nodiscard]] base::Status verify(const Certificate& issuer) const;
  // Whether it would name this certificate if that were revoked: same issuer, and not a list of others alone (users,
  // authorities, another distribution point). revoked() says nothing of a certificate that it does not cover.
  [[nodiscard]] bool covers(const Certificate& certificate) const;
  // Since when. A certificate on hold counts.
  [[nodiscard]] std::optional<base::Instant> revoked(const Certificate& certificate) const;

  [[nodiscard]] base::Instant this_update() const { return this_update_; }
  [[nodiscard]] base::Instant next_update() const { return next_update_; }

 private:
  RevocationList(std::shared_ptr<X509_crl_st> list, base::Instant this_update, base::Instant next_update)
      : list_(std::move(list)), this_update_(this_update), next_update_(next_update) {}
  std::shared_ptr<X509_crl_st> list_;
  base::Instant this_update_, next_update_;
};

enum class OcspStatus : std::uint8_t { good, revoked, unknown };

struct OcspAnswer {
  OcspStatus status = OcspStatus::unknown;
  base::Instant this_update;
  std::optional<base::Instant> next_update;  // none: newer is always to be had (RFC 6960 section 4.2.2.1)
  std::optional<base::Instant> revoked_at;
};

// For the body of a POST with application/ocsp-request. Without a nonce (RFC 5019 section 4): answers are made ahead and
// kept, and their times say how long they count.
[[nodiscard]] base::Bytes ocsp_request(const Certificate& leaf, const Certificate& issuer);

// The answer on this certificate, signed by the issuer or by a responder it certified for that (id-kp-OCSPSigning, valid
// at the time; whether the responder's own certificate was revoked is not asked, RFC 6960 section 4.2.2.2.1). Refused
// when its time has ended or is more than five minutes ahead; without nextUpdate, when it is more than an hour old. At most
// 64 KiB.
[[nodiscard]] base::Result<OcspAnswer> read_ocsp_answer(base::ByteView der, const Certificate& leaf,
                                                        const Certificate& issuer, base::Instant at);

}  // namespace alting::crypto
