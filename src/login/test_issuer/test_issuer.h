// The built-in login issuer for demonstration and tests: an OpenID Provider that behaves as ID-porten does, but
// believes whoever one says one is. It exists only where the data folder was made in test mode.
//
// OpenID Connect Core 1.0 (code flow), RFC 9126 (pushed requests only), RFC 7636 (S256 only), RFC 7523 (private_key_jwt
// only), RFC 9207 (`iss` in the answer), RP-Initiated and Front-Channel Logout 1.0. One session for all clients, 30
// minutes idle and 120 at most. `acr_values` is honoured: MinID cannot reach the high level. Has a port, a pool of
// workers and cookie names of its own (cookies know no ports), and remembers everything in memory only.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/texts.h"
#include "base/time.h"
#include "crypto/jose.h"
#include "terms/mode.h"
#include "terms/secret.h"
#include "web/assets.h"
#include "web/cookies.h"
#include "web/router.h"

namespace alting::login {

struct IssuerClient {
  std::string client_id;
  std::vector<std::string> redirect_uris;  // compared to the letter (RFC 9700 section 2.1)
  std::vector<std::string> post_logout_redirect_uris;
  std::string front_channel_logout_uri;  // "" for none
  crypto::JwkSet keys;                   // it proves itself with one of these
};

struct IssuerPerson {
  std::string national_id;
  std::string name;
  std::string about;  // id of a text that says who it is, or ""
};

struct TestIssuerOptions {
  std::string url;                 // "http://localhost:8081": the issuer's name, without a final slash
  std::filesystem::path key_file;  // made when it is not there
  std::vector<IssuerClient> clients;
  // People to choose from: the well-known ones for "", else those whose name or number matches. At most 30 are shown.
  std::function<std::vector<IssuerPerson>(std::string_view search)> people;
  // A number that was typed: only synthetic ones are taken (parties::read_national_id in test mode).
  std::function<base::Result<terms::NationalIdText>(std::string_view typed)> read_number;
};

class TestIssuer {
 public:
  // What is referred to must outlive it. `cookies` has a prefix of its own. Throws std::logic_error when the mode is
  // not test.
  TestIssuer(terms::Mode mode, TestIssuerOptions options, const web::Cookies& cookies, const base::Texts& texts,
             const web::Assets& assets, const base::Clock& clock, base::Random& random);
  ~TestIssuer();
  // The routes for the issuer's own server; the issuer must outlive it.
  [[nodiscard]] web::Router router();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alting::login
