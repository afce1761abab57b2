#include <algorithm>

#include "login/settings.h"
#include "net/address.h"

namespace alting::login {

using base::Setting;

namespace {

base::Error refused_setting(std::string why) {
  return base::make_error(base::ErrorKind::invalid, "error.settings", std::move(why));
}

// Numbers with points between, the last of which may be a star.
bool is_policy_pattern(std::string_view text) {
  if (text.ends_with(".*")) text.remove_suffix(2);
  if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos)
    return false;
  return std::ranges::all_of(text, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

}  // namespace

std::vector<std::string> enterprise_policies() {
  return {"2.16.578.1.26.1.3.2",    "2.16.578.1.26.1.3.5",    "2.16.578.1.29.13.1.1.0", "2.16.578.1.29.13.1",
          "2.16.578.1.29.13.200.*", "2.16.578.1.29.13.210.*", "2.16.578.1.29.13.220.*"};
}

std::vector<Setting> certificate_settings(CertificateOptions& into, terms::Mode mode) {
  // The test authority is asked at each login, so that what it revokes is refused at once.
  if (mode == terms::Mode::test) into.ocsp_kept = {};
  return {
      base::port("certificate.port", into.port,
                 "the server that asks for an enterprise certificate; 0: nobody logs in with one"),
      base::text("certificate.address", into.address, "address it listens on"),
      base::text(
          "certificate.public_url", into.public_url,
          "its own address, such as `\"https://sertifikat.portal.example\"`: another host, or another port, than "
          "`server.public_url`")
          .fallback_in_words("in test mode `https://localhost:` and its port"),
      base::path("certificate.tls_certificate", into.tls_certificate,
                 "PEM of its own certificate and key, when it does TLS itself")
          .fallback_in_words("those of `server`"),
      base::path("certificate.tls_key", into.tls_key, "").fallback_in_words(""),
      base::list("certificate.proxies", into.proxies,
                 "addresses of proxies that ask for the certificate and hand it on in `Client-Cert` (RFC 9440); from "
                 "anyone else that header is refused"),
      base::path("certificate.trusted", into.trusted,
                 "PEM of the authorities that are trusted; required when there is a door in production")
          .fallback_in_words("none; in test mode the test authority"),
      base::path("certificate.intermediates", into.intermediates,
                 "PEM of authorities between, for those who do not send them")
          .fallback_in_words("none"),
      base::list("certificate.policies", into.policies,
                 "policies of which a certificate must have one; `.*` at the end stands for whatever follows"),
      base::one_of("certificate.revocation", into.revocation,
                   {{"strict", WhenUnanswered::strict}, {"grace", WhenUnanswered::grace}}, "strict or grace",
                   "when neither OCSP nor a list answers: `strict` refuses; with `grace` the last good answer counts "
                   "for `certificate.grace_hours` after it ran out"),
      base::hours("certificate.grace_hours", into.grace, {1, 168}, ""),
      base::hours("certificate.crl_hours", into.crl_kept, {1, 168},
                  "a list counts so long after it was fetched, and never after its own next update"),
      base::minutes("certificate.ocsp_minutes", into.ocsp_kept, {0, 1440}, "the same of an answer of OCSP"),
      base::list("certificate.revocation_hosts", into.revocation_hosts,
                 "hosts where lists and OCSP answers may be fetched, such as `\"crl.buypass.no\"`; in plain HTTP too, "
                 "for they are signed"),
  };
}

base::Status settle(CertificateOptions& options, terms::Mode mode, std::string_view portal_url, bool server_tls) {
  for (const auto& policy : options.policies)
    if (!is_policy_pattern(policy)) return refused_setting("certificate.policies: not an object identifier");
  if (options.tls_certificate.has_value() != options.tls_key.has_value())
    return refused_setting("certificate.tls_certificate and certificate.tls_key: both or neither");
  if (!options.has_door()) return {};
  const bool production = mode == terms::Mode::production;
  if (options.public_url.empty() && !production) options.public_url = fmt::format("https://localhost:{}", options.port);
  const auto own = net::parse_address(options.public_url);
  if (!own || own->origin != options.public_url)
    return refused_setting(
        "certificate.public_url: a web address without a path, such as https://sertifikat.portal.example");
  if (const auto portal = net::parse_address(portal_url); portal && portal->origin == own->origin)
    return refused_setting("certificate.public_url: another host or port than server.public_url");
  if (!production) return {};
  if (!own->encrypted) return refused_setting("certificate.public_url: https in production");
  if (options.trusted.empty()) return refused_setting("certificate.trusted: required in production");
  if (!options.tls_certificate && !server_tls) {
    if (options.proxies.empty())
      return refused_setting("certificate.tls_certificate: required, or certificate.proxies that do TLS for it");
    const bool own_machine = options.address.starts_with("127.") || options.address == "::1";
    if (!own_machine)
      return refused_setting(
          "certificate.address: plain HTTP in production on this machine's own address only (127.0.0.1, ::1), for a "
          "proxy beside it");
  }
  return {};
}

}  // namespace alting::login
