// An enterprise certificate: issued by an authority that is trusted here, for an organisation of the register, for
// logging in, valid, and not revoked.
//
// The profiles are SEID 2.0 (the organisation's number is in organizationIdentifier, "NTRNO-<number>", ETSI EN 319 412-1
// section 5.1.4) and the SEID before it (in serialNumber). Each organisation has three certificates, which differ in
// their key usage (RFC 5280 section 4.2.1.3): the one for authentication has digitalSignature, those for signing
// (nonRepudiation) and for encryption do not count here.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/certificate.h"
#include "login/certificate_options.h"
#include "login/revocation_checks.h"
#include "parties/parties.h"
#include "terms/mode.h"

namespace alting::login {

struct EnterpriseCertificate {
  std::string organisation_number;
  std::string serial, issuer_name, fingerprint;  // as crypto::Certificate has them; the issuer in words for people
  base::Instant not_after;
  std::string profile;   // "seid2", "seid1"
  parties::Party party;  // the organisation
};

enum class CertificateFault : std::uint8_t {
  none_presented,
  malformed,
  expired,
  not_yet_valid,
  untrusted_chain,
  wrong_usage,
  wrong_policy,
  no_organisation,
  unknown_organisation,
  organisation_deleted,
  revoked,
  revocation_unknown,
  from_no_proxy
};
// error.certificate.<fault>: `forbidden`, for revocation_unknown `unavailable`. Words: texts/certificate.*.toml.
[[nodiscard]] base::Error to_error(CertificateFault fault);

// Who the certificate names; nothing when it names nobody, or two.
struct NamedOrganisation {
  std::string number, profile;
};
[[nodiscard]] std::optional<NamedOrganisation> organisation_in(const crypto::Certificate& certificate);
// "2.16.578.1.29.13.200.*" lets in what begins with "2.16.578.1.29.13.200.".
[[nodiscard]] bool is_policy_accepted(std::string_view policy, const std::vector<std::string>& accepted);

struct CertificateTrust {
  std::vector<crypto::Certificate> trusted, between;
};
// From the files of the settings; `also` is trusted too (the test authority, in test mode). error.settings.
[[nodiscard]] base::Result<CertificateTrust> load_trust(const CertificateOptions& options,
                                                        std::vector<crypto::Certificate> also);

class CertificateChecks {
 public:
  // What is passed in must outlive it.
  CertificateChecks(CertificateTrust trust, std::vector<std::string> policies, terms::Mode mode,
                    RevocationChecks& revocation, parties::Parties& parties);

  // `chain_der`: leaf first, whose key the caller has seen proved. May ask the issuer's revocation service, outside any
  // transaction.
  [[nodiscard]] base::Result<EnterpriseCertificate> check(std::span<const base::Bytes> chain_der, base::Instant at);
  // The steps of check() one by one, for `alting doctor`: what was found, in words, until the first that fails.
  struct Step {
    bool good = false;
    std::string words;
  };
  [[nodiscard]] std::vector<Step> steps(std::span<const base::Bytes> chain_der, base::Instant at);

 private:
  using Say = std::function<void(bool good, const std::string& words)>;
  [[nodiscard]] base::Result<EnterpriseCertificate> look(std::span<const base::Bytes> chain_der, base::Instant at,
                                                         const Say& say);
  const CertificateTrust trust_;
  const std::vector<std::string> policies_;
  const terms::Mode mode_;
  RevocationChecks& revocation_;
  parties::Parties& parties_;
};

}  // namespace alting::login
