#include "main/contact_parts.h"

#include "login/addresses.h"
#include "login/client_key.h"
#include "login/test_registers.h"
#include "net/address.h"
#include "parties/krr_client.h"

namespace alting::main {
namespace {

// More than come at once from the handlers: what they wait for is short.
constexpr int register_calls_at_once = 64;

std::string host_to_ask(const std::string& url) {
  const auto address = net::parse_address(url);
  if (!address) return {};
  return address->is_own_port() ? address->host : address->host + ":" + address->port;
}

base::Result<std::unique_ptr<net::TokenSource>> token_source(net::HttpClient& http,
                                                             const net::TokenClientOptions& options,
                                                             const base::Clock& clock, base::Random& random) {
  if (options.token_url.empty()) return net::make_no_tokens();
  return net::make_token_client(http, options, clock, random);
}

std::unique_ptr<net::HttpClient> register_client(net::HttpOptions outgoing, const parties::ContactOptions& options) {
  outgoing.max_at_once_per_host = register_calls_at_once;
  for (const auto* url : {&options.krr.url, &options.krr_tokens.token_url, &options.organisations.url,
                          &options.organisation_tokens.token_url})
    if (auto host = host_to_ask(*url); !host.empty()) outgoing.hosts.push_back(std::move(host));
  return net::make_http_client(std::move(outgoing));
}

}  // namespace

base::Result<ContactParts> make_contact_parts(const Settings& settings, store::DataFolder& folder,
                                              const parties::NumberVault& numbers, const base::Clock& clock,
                                              base::Random& random) {
  ContactParts parts;
  auto options = settings.contacts;
  parts.local_krr = parties::make_local_krr(folder.database(), numbers);
  parts.local_organisations = parties::make_local_organisation_register(folder.database());
  const bool test_registers = settings.data.mode == terms::Mode::test && settings.login.test_issuer_port != 0;
  const auto at_test_issuer = [&](net::TokenClientOptions& tokens, std::string_view scope,
                                  const std::filesystem::path& key_file) {
    tokens.token_url = settings.login.issuer + std::string(login::route::token);
    tokens.issuer = settings.login.issuer + "/";
    tokens.client_id = "alting-portal";
    tokens.scope = scope;
    tokens.key_file = key_file;
    tokens.key_id.clear();
  };
  if (test_registers && (options.krr.url.empty() || options.organisations.url.empty())) {
    const auto key_file = folder.keys() / "registers.pem";
    ALTING_TRY(key, login::load_or_make_key(key_file, settings.data.mode, crypto::KeyType::p256));
    parts.portal =
        login::PortalClient{.client_id = "alting-portal",
                            .organisation = "974761467",
                            .key = key.public_key(),
                            .scopes = {std::string(login::test_krr_scope), std::string(login::test_contacts_scope)}};
    if (options.krr.url.empty()) {
      options.krr.url = settings.login.issuer + std::string(login::test_krr_site);
      at_test_issuer(options.krr_tokens, login::test_krr_scope, key_file);
    }
    if (options.organisations.url.empty()) {
      options.organisations.url = settings.login.issuer + std::string(login::test_contacts_site);
      at_test_issuer(options.organisation_tokens, login::test_contacts_scope, key_file);
    }
  }
  parts.http = register_client(settings.outgoing, options);
  ALTING_TRY(krr_tokens, token_source(*parts.http, options.krr_tokens, clock, random));
  parts.krr_tokens = std::move(krr_tokens);
  ALTING_TRY(organisation_tokens, token_source(*parts.http, options.organisation_tokens, clock, random));
  parts.organisation_tokens = std::move(organisation_tokens);
  parts.krr = options.krr.url.empty() ? parties::make_local_krr(folder.database(), numbers)
                                      : parties::make_krr_client(*parts.http, *parts.krr_tokens, options.krr);
  parts.organisations =
      options.organisations.url.empty()
          ? parties::make_local_organisation_register(folder.database())
          : parties::make_organisation_register_client(*parts.http, *parts.organisation_tokens, options.organisations);
  return parts;
}

std::vector<RegisterProbe> probe_registers(const Settings& settings, const base::Clock& clock, base::Random& random) {
  const auto& options = settings.contacts;
  const auto http = register_client(settings.outgoing, options);
  std::vector<RegisterProbe> probes;
  // Numbers that are nobody's: that nothing is known of them is an answer.
  if (!options.krr.url.empty())
    probes.push_back(
        {"krr.url", [&]() -> base::Status {
           ALTING_TRY(tokens, token_source(*http, options.krr_tokens, clock, random));
           ALTING_TRY(
               found,
               parties::make_krr_client(*http, *tokens, options.krr)->look_up(terms::NationalIdText("00000000000")));
           return {};
         }()});
  if (!options.organisations.url.empty())
    probes.push_back({"enhetsregisteret.contacts_url", [&]() -> base::Status {
                        ALTING_TRY(tokens, token_source(*http, options.organisation_tokens, clock, random));
                        ALTING_TRY(found,
                                   parties::make_organisation_register_client(*http, *tokens, options.organisations)
                                       ->official_addresses("000000000"));
                        return {};
                      }()});
  return probes;
}

std::vector<std::string> missing_for_notices(const Settings& settings) {
  std::vector<std::string> missing;
  if (settings.data.mode != terms::Mode::production) return missing;
  if (settings.mail.relay.empty()) missing.emplace_back("mail.relay is not set: no notice leaves");
  if (settings.contacts.krr.url.empty()) missing.emplace_back("krr.url is not set: no person can be told by e-mail");
  if (settings.contacts.organisations.url.empty())
    missing.emplace_back("enhetsregisteret.contacts_url is not set: no business has an official address");
  return missing;
}

}  // namespace alting::main
