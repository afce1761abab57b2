#include "parties/contact_settings.h"

#include "net/address.h"

namespace alting::parties {
namespace {

base::Error refuse_contact_setting(std::string why) {
  return base::make_error(base::ErrorKind::invalid, "error.settings", std::move(why));
}

base::Status check_contact_address(const std::string& key, const std::string& url, terms::Mode mode) {
  if (url.empty()) return {};
  const auto address = net::parse_address(url);
  if (!address) return refuse_contact_setting(key + ": no complete address");
  if (!address->encrypted && mode == terms::Mode::production)
    return refuse_contact_setting(key + ": https in production");
  if (url.ends_with('/')) return refuse_contact_setting(key + ": without a final slash");
  return {};
}

base::Status check_register(const std::string& name, const std::string& address_key, const std::string& url,
                            const net::TokenClientOptions& tokens, terms::Mode mode) {
  ALTING_CHECK(check_contact_address(name + "." + address_key, url, mode));
  ALTING_CHECK(check_contact_address(name + ".token_url", tokens.token_url, mode));
  if (url.empty() && !tokens.token_url.empty())
    return refuse_contact_setting(name + ".token_url without " + name + "." + address_key);
  if (!tokens.token_url.empty() && (tokens.client_id.empty() || tokens.scope.empty() || tokens.key_file.empty()))
    return refuse_contact_setting(name + ".token_url: set client_id, scope and key_file too");
  return {};
}

}  // namespace

std::vector<base::Setting> settings(ContactOptions& into) {
  into.krr_tokens.scope = "krr:global/kontaktinformasjon.read";

  auto& names = into.krr.fields;
  return {
      base::text("krr.url", into.krr.url,
                 "the contact and reservation register, such as `\"https://kontaktregisteret.no\"`; \"\": nobody's "
                 "contact data are known")
          .fallback_in_words("none; with the test issuer the local register behind it"),
      base::text("krr.token_url", into.krr_tokens.token_url,
                 "where its tokens come from, such as `\"https://maskinporten.no/token\"`"),
      base::text("krr.token_issuer", into.krr_tokens.issuer,
                 "`aud` of what is signed for a token; \"\": `krr.token_url` without its last word"),
      base::text("krr.client_id", into.krr_tokens.client_id, "as registered with the issuer of tokens"),
      base::path("krr.key_file", into.krr_tokens.key_file, "PEM of the private key that is registered there"),
      base::text("krr.key_id", into.krr_tokens.key_id, "`kid`, as registered; \"\": the key's thumbprint"),
      base::text("krr.scope", into.krr_tokens.scope, "of the token"),
      base::text("krr.fields.numbers", names.numbers, "what the register calls things, in questions and answers"),
      base::text("krr.fields.persons", names.persons, ""),
      base::text("krr.fields.number", names.number, ""),
      base::text("krr.fields.reservation", names.reservation, ""),
      base::text("krr.fields.status", names.status, ""),
      base::text("krr.fields.language", names.language, ""),
      base::text("krr.fields.contact", names.contact, ""),
      base::text("krr.fields.notice_status", names.notice_status, ""),
      base::text("krr.fields.email", names.email, ""),
      base::text("krr.fields.mobile", names.mobile, ""),
      base::text("krr.fields.updated", names.updated, "what follows the name of an address, for what is said of it"),
      base::text("krr.fields.verified", names.verified, ""),
      base::text("krr.fields.shared", names.shared, ""),
      base::text("krr.fields.changes_from", names.changes_from, "of the list of changes"),
      base::text("krr.fields.changes", names.changes, ""),
      base::text("krr.fields.changes_up_to", names.changes_up_to, ""),
      base::text("krr.fields.changes_last", names.changes_last, ""),
      base::text("enhetsregisteret.contacts_url", into.organisations.url,
                 "where the addresses for official notices are looked up, without the number; \"\": none are known")
          .fallback_in_words("none; with the test issuer the local register behind it"),
      base::text("enhetsregisteret.token_url", into.organisation_tokens.token_url, "as for `krr`"),
      base::text("enhetsregisteret.token_issuer", into.organisation_tokens.issuer, ""),
      base::text("enhetsregisteret.client_id", into.organisation_tokens.client_id, ""),
      base::path("enhetsregisteret.key_file", into.organisation_tokens.key_file, ""),
      base::text("enhetsregisteret.key_id", into.organisation_tokens.key_id, ""),
      base::text("enhetsregisteret.scope", into.organisation_tokens.scope,
                 "of the token; what the register asks for is agreed with Brønnøysundregistrene"),
  };
}

base::Status check_settings(const ContactOptions& options, terms::Mode mode) {
  ALTING_CHECK(check_register("krr", "url", options.krr.url, options.krr_tokens, mode));
  return check_register("enhetsregisteret", "contacts_url", options.organisations.url, options.organisation_tokens,
                        mode);
}

}  // namespace alting::parties
