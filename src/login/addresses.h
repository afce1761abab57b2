// Every address of the login: the patterns of its routes, the names of their parameters, and the one address of the
// issuer that is fixed. No other file of the room writes one (script/lib/addresses.py fails the build); the portal's own
// are in portal/addresses.h. The test issuer, a site of its own (test_issuer/), has its own.
#pragma once
#include <string_view>

namespace alting::login {

namespace route {
inline constexpr std::string_view front = "/";
inline constexpr std::string_view log_in = "/logg-inn";  // the page, which is the portal's
inline constexpr std::string_view start = "/logg-inn/start";
inline constexpr std::string_view answer = "/logg-inn/svar";  // where the issuer sends the browser back to
inline constexpr std::string_view log_out = "/logg-ut";
inline constexpr std::string_view log_out_everywhere = "/logg-ut/overalt";
inline constexpr std::string_view leave = "/logg-ut/videre";         // the form that goes on to the issuer
inline constexpr std::string_view logged_out = "/logg-ut/ferdig";    // where the issuer sends the browser back to
inline constexpr std::string_view front_channel = "/logg-ut/front";  // what the issuer's page frames
inline constexpr std::string_view client_keys = "/.well-known/alting-client-jwks.json";
// With an enterprise certificate (certificate_login.h).
inline constexpr std::string_view certificate = "/logg-inn/sertifikat";  // of the portal, and of the door
inline constexpr std::string_view certificate_answer = "/logg-inn/sertifikat/svar";
// Of the test authority, on the test issuer's site.
inline constexpr std::string_view test_root = "/test-ca/root.pem";
inline constexpr std::string_view test_root_list = "/test-ca/root.crl";
inline constexpr std::string_view test_list = "/test-ca/authority.crl";
inline constexpr std::string_view test_responder = "/test-ca/ocsp";
// Of the token issuer (token_issuer/), on the test issuer's site; its metadata is at server_metadata.
inline constexpr std::string_view token = "/maskinporten/token";
inline constexpr std::string_view token_keys = "/maskinporten/jwks";
// Of the test registers (test_registers.h), there too; below what the settings krr.url and enhetsregisteret.contacts_url say.
inline constexpr std::string_view test_krr_persons = "/krr/rest/v2/personer";
inline constexpr std::string_view test_krr_changes = "/krr/rest/v2/krr/hentEndringer";
inline constexpr std::string_view test_contacts = "/enhetsregisteret/api/varslingsadresser/{orgnr}";
}  // namespace route

inline constexpr std::string_view test_contacts_number = "orgnr";  // the place in test_contacts
// What the two settings are where the test registers are, after the issuer's own address.
inline constexpr std::string_view test_krr_site = "/krr",
                                  test_contacts_site = "/enhetsregisteret/api/varslingsadresser";

// The parameters of queries (web::Request::query_value).
namespace parameter {
inline constexpr std::string_view back_to = "til";  // where one goes on to afterwards
inline constexpr std::string_view level = "niva";   // of the login: "3", "4"
inline constexpr std::string_view method = "metode", fresh = "ny";
inline constexpr std::string_view remember = "husk", yes = "ja";  // the method is kept in this browser
// OpenID Connect's own: of the answer (Core 3.1.2.5, RFC 9207), and of front-channel logout.
inline constexpr std::string_view state = "state", code = "code", iss = "iss", error = "error", sid = "sid";
inline constexpr std::string_view door_code = "kode", language = "sprak";  // between the portal and the door
}  // namespace parameter

// Below the issuer's own address (OpenID Connect Discovery 1.0 section 4).
inline constexpr std::string_view issuer_metadata = "/.well-known/openid-configuration";
// RFC 8414 section 3.1.
inline constexpr std::string_view server_metadata = "/.well-known/oauth-authorization-server";

}  // namespace alting::login
