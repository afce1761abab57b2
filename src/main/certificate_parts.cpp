#include "main/certificate_parts.h"

namespace alting::main {

base::Result<CertificateParts> make_certificate_parts(const Settings& settings, store::DataFolder& folder,
                                                      parties::Parties& parties, const base::Clock& clock,
                                                      base::Random& random, base::Metrics& metrics) {
  const auto& options = settings.login.certificates;
  CertificateParts parts;
  auto outgoing = settings.outgoing;
  outgoing.hosts = options.revocation_hosts;
  outgoing.plain_http = true;
  auto policies = options.policies;
  std::vector<crypto::Certificate> also;
  if (settings.data.mode == terms::Mode::test && settings.login.test_issuer_port != 0) {
    const auto site = fmt::format("localhost:{}", settings.login.test_issuer_port);
    ALTING_TRY(authority, login::TestAuthority::open(settings.data.mode, folder.keys() / "test-authority",
                                                     "http://" + site, random, clock.now()));
    parts.test_authority = std::make_unique<login::TestAuthority>(std::move(authority));
    also.push_back(parts.test_authority->root());
    policies.emplace_back(login::test_policy);
    outgoing.hosts.push_back(site);
  }
  ALTING_TRY(trust, login::load_trust(options, std::move(also)));
  parts.http = net::make_http_client(std::move(outgoing));
  parts.revocation = std::make_unique<login::RevocationChecks>(folder.database(), *parts.http, options, metrics);
  parts.checks = std::make_unique<login::CertificateChecks>(std::move(trust), std::move(policies), settings.data.mode,
                                                            *parts.revocation, parties);
  return parts;
}

}  // namespace alting::main
