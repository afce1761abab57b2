#include "login/enterprise_certificate.h"

#include <algorithm>

#include "base/file.h"
#include "parties/organisation_number.h"

namespace alting::login {
namespace {

using base::ErrorKind;
using base::make_error;
using crypto::Certificate;
using crypto::KeyUsage;

constexpr std::size_t max_presented = 8;
constexpr std::size_t max_trust_file = 4 * 1024 * 1024;
constexpr std::string_view any_extended_usage = "2.5.29.37.0";  // RFC 5280 section 4.2.1.12
constexpr std::string_view norwegian_register = "NTRNO-";       // ETSI EN 319 412-1 section 5.1.4

bool is_nine_digits(std::string_view text) {
  return text.size() == 9 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

base::Result<std::vector<Certificate>> certificates_of(const std::filesystem::path& file, std::string_view setting) {
  if (file.empty()) return std::vector<Certificate>();
  const auto refused = [&](std::string_view why) {
    return make_error(ErrorKind::invalid, "error.settings", fmt::format("{}: {} {}", setting, file.string(), why));
  };
  const auto pem = base::read_file(file, max_trust_file);
  if (!pem) return refused("cannot be read");
  auto read = Certificate::list_from_pem(*pem);
  if (!read) return refused("holds something that is no certificate");
  if (read->empty()) return refused("holds no certificate");
  return std::move(*read);
}

// For authentication by TLS or a signed request: digitalSignature without nonRepudiation, which is for signing documents.
bool is_for_authentication(const Certificate& certificate) {
  if (certificate.is_authority() || !certificate.has_any_usage_extension()) return false;
  if (!certificate.has_usage(KeyUsage::digital_signature) || certificate.has_usage(KeyUsage::non_repudiation))
    return false;
  const auto extended = certificate.extended_usages();
  return extended.empty() || std::ranges::any_of(extended, [](const std::string& usage) {
           return usage == crypto::oid_client_auth || usage == any_extended_usage;
         });
}

bool has_accepted_policy(const Certificate& certificate, const std::vector<std::string>& accepted) {
  return std::ranges::any_of(certificate.policies(),
                             [&](const std::string& policy) { return is_policy_accepted(policy, accepted); });
}

CertificateFault fault_of_chain(const base::Error& error) {
  if (error.code == "error.certificate.expired") return CertificateFault::expired;
  if (error.code == "error.certificate.not_yet_valid") return CertificateFault::not_yet_valid;
  return CertificateFault::untrusted_chain;
}

}  // namespace

base::Error to_error(CertificateFault fault) {
  const auto refused = [](std::string code, std::string detail) {
    return make_error(ErrorKind::forbidden, std::move(code), std::move(detail));
  };
  switch (fault) {
    case CertificateFault::none_presented:
      return refused("error.certificate.none_presented", "no client certificate came with the request");
    case CertificateFault::malformed: return refused("error.certificate.malformed", "the certificate cannot be read");
    case CertificateFault::expired: return refused("error.certificate.expired", "the certificate has expired");
    case CertificateFault::not_yet_valid:
      return refused("error.certificate.not_yet_valid", "the certificate is not valid yet");
    case CertificateFault::untrusted_chain:
      return refused("error.certificate.untrusted_chain", "no chain leads to an authority that is trusted here");
    case CertificateFault::wrong_usage:
      return refused("error.certificate.wrong_usage",
                     "the certificate is for signing or encryption, not for authentication");
    case CertificateFault::wrong_policy:
      return refused("error.certificate.wrong_policy", "the certificate has no policy that is accepted here");
    case CertificateFault::no_organisation:
      return refused("error.certificate.no_organisation",
                     "the certificate has no organisation number: organizationIdentifier NTRNO-, or serialNumber");
    case CertificateFault::unknown_organisation:
      return refused("error.certificate.unknown_organisation",
                     "the organisation of the certificate is not in the register");
    case CertificateFault::organisation_deleted:
      return refused("error.certificate.organisation_deleted",
                     "the organisation of the certificate is struck off the register");
    case CertificateFault::revoked: return refused("error.certificate.revoked", "the certificate was revoked");
    case CertificateFault::revocation_unknown:
      return make_error(ErrorKind::unavailable, "error.certificate.revocation_unknown",
                        "whether the certificate was revoked could not be found out");
    case CertificateFault::from_no_proxy:
      return refused("error.certificate.from_no_proxy", "Client-Cert came from an address that is no listed proxy");
  }
  return refused("error.certificate.untrusted_chain", "");
}

std::optional<NamedOrganisation> organisation_in(const Certificate& certificate) {
  const auto identifier = certificate.subject("2.5.4.97");
  const auto serial_number = certificate.subject("serialNumber");
  const bool has_old_form = serial_number && is_nine_digits(*serial_number);
  if (!identifier) return has_old_form ? std::optional(NamedOrganisation{*serial_number, "seid1"}) : std::nullopt;
  if (!identifier->starts_with(norwegian_register)) return std::nullopt;
  const auto number = identifier->substr(norwegian_register.size());
  if (!is_nine_digits(number) || (has_old_form && *serial_number != number)) return std::nullopt;
  return NamedOrganisation{number, "seid2"};
}

bool is_policy_accepted(std::string_view policy, const std::vector<std::string>& accepted) {
  return std::ranges::any_of(accepted, [&](std::string_view pattern) {
    if (!pattern.ends_with(".*")) return policy == pattern;
    pattern.remove_suffix(1);
    return policy.size() > pattern.size() && policy.starts_with(pattern);
  });
}

base::Result<CertificateTrust> load_trust(const CertificateOptions& options, std::vector<Certificate> also) {
  CertificateTrust trust;
  ALTING_TRY(trusted, certificates_of(options.trusted, "certificate.trusted"));
  ALTING_TRY(between, certificates_of(options.intermediates, "certificate.intermediates"));
  trust.trusted = std::move(trusted);
  trust.between = std::move(between);
  trust.trusted.insert(trust.trusted.end(), also.begin(), also.end());
  return trust;
}

CertificateChecks::CertificateChecks(CertificateTrust trust, std::vector<std::string> policies, terms::Mode mode,
                                     RevocationChecks& revocation, parties::Parties& parties)
    : trust_(std::move(trust)),
      policies_(std::move(policies)),
      mode_(mode),
      revocation_(revocation),
      parties_(parties) {}

// From what costs least to what asks others: nobody's responder is asked about a certificate that is refused anyway.
base::Result<EnterpriseCertificate> CertificateChecks::look(std::span<const base::Bytes> chain_der, base::Instant at,
                                                            const Say& say) {
  const auto refuse = [&](CertificateFault fault) {
    auto error = to_error(fault);
    say(false, error.detail);
    return error;
  };
  if (chain_der.empty()) return refuse(CertificateFault::none_presented);
  if (chain_der.size() > max_presented) return refuse(CertificateFault::malformed);
  std::vector<Certificate> presented;
  for (const auto& der : chain_der) {
    auto read = Certificate::from_der(der);
    if (!read) return refuse(CertificateFault::malformed);
    presented.push_back(std::move(*read));
  }
  const auto& leaf = presented.front();
  say(true, fmt::format("read: {}, serial {}, until {}", leaf.subject_name(), leaf.serial(),
                        base::to_rfc3339(leaf.not_after())));

  auto between = trust_.between;
  between.insert(between.end(), presented.begin() + 1, presented.end());
  const auto chain = crypto::build_chain(leaf, between, trust_.trusted, at);
  if (!chain) return refuse(fault_of_chain(chain.error()));
  say(true, fmt::format("chain: {} steps, to {}", chain->size() - 1, chain->back().subject_name()));

  if (!is_for_authentication(leaf)) return refuse(CertificateFault::wrong_usage);
  say(true, "key usage: authentication");
  if (!has_accepted_policy(leaf, policies_)) return refuse(CertificateFault::wrong_policy);
  say(true, "policy: accepted");

  const auto named = organisation_in(leaf);
  if (!named) return refuse(CertificateFault::no_organisation);
  const auto number = parties::read_organisation_number(named->number, mode_);
  if (!number) return refuse(CertificateFault::no_organisation);
  const auto party = parties_.find_organisation(*number);
  if (!party) return refuse(CertificateFault::unknown_organisation);
  if (party->deleted) return refuse(CertificateFault::organisation_deleted);
  say(true, fmt::format("organisation: {} ({})", *number, named->profile));

  switch (revocation_.of_chain(*chain, at)) {
    case Revocation::revoked: return refuse(CertificateFault::revoked);
    case Revocation::unknown: return refuse(CertificateFault::revocation_unknown);
    case Revocation::good: break;
  }
  say(true, "revocation: none of the chain was revoked");
  return EnterpriseCertificate{.organisation_number = *number,
                               .serial = leaf.serial(),
                               .issuer_name = leaf.issuer_name(),
                               .fingerprint = leaf.fingerprint(),
                               .not_after = leaf.not_after(),
                               .profile = named->profile,
                               .party = *party};
}

base::Result<EnterpriseCertificate> CertificateChecks::check(std::span<const base::Bytes> chain_der, base::Instant at) {
  return look(chain_der, at, [](bool, const std::string&) {});
}

std::vector<CertificateChecks::Step> CertificateChecks::steps(std::span<const base::Bytes> chain_der,
                                                              base::Instant at) {
  std::vector<Step> steps;
  (void)look(chain_der, at, [&](bool good, const std::string& words) { steps.push_back({good, words}); });
  return steps;
}

}  // namespace alting::login
