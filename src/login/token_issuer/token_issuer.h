// The built-in issuer of machines' tokens, for demonstration and tests: it behaves as Maskinporten does, by its public
// documentation, so that a client that works here works there. It exists in test mode only, on the test issuer's port.
//
// A client (clients.h) sends an assertion (assertion.h), signed with the key that it registered (`kid`) or with an
// enterprise certificate of its organisation (`x5c`), and gets a token for two minutes. With `consumer_org` it acts for
// another organisation, when that has let it.
#pragma once
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "crypto/keys.h"
#include "login/callers.h"
#include "login/clients.h"
#include "web/router.h"

namespace alting::login {

// This installation itself, where it asks the test registers (login/test_registers.h).
struct PortalClient {
  std::string client_id, organisation;
  crypto::PublicKey key;
  std::vector<std::string> scopes;
};

struct TokenIssuerParts {
  std::string issuer;  // "http://localhost:8081/": with its slash, as Maskinporten's
  std::filesystem::path key_file;
  Clients& clients;
  parties::Parties& parties;
  // Whose certificate it is, once all of it is checked (CertificateChecks::check): the organisation number.
  std::function<base::Result<std::string>(std::span<const base::Bytes> chain_der, base::Instant at)> owner_of;
  terms::Mode mode;
  base::Random& random;
  std::optional<PortalClient> portal = {};
};

class TokenIssuer {
 public:
  // What `parts` refers to must outlive it. error.key.malformed for a key file that is none; throws std::logic_error in
  // production.
  [[nodiscard]] static base::Result<std::unique_ptr<TokenIssuer>> make(TokenIssuerParts parts);

  // How those who trust it know it. The issuer must outlive it.
  [[nodiscard]] OwnIssuer own() const;
  void add_routes(web::Router& router) const;  // the issuer must outlive the router

  struct Grant {
    std::string client_id, consumer;
    std::optional<std::string> supplier;
    std::vector<std::string> scopes, resources;
    bool by_certificate = false;
  };
  // Signs a token without asking for anything: for `bench`. It is looked at like any other when it is used.
  [[nodiscard]] std::string token_for(const Grant& grant, base::Instant now,
                                      base::Duration lives = base::Duration::seconds(120)) const;

 private:
  TokenIssuer(TokenIssuerParts parts, crypto::PrivateKey key) : parts_(std::move(parts)), key_(std::move(key)) {}
  [[nodiscard]] web::Response answer(const web::Request& request) const;
  [[nodiscard]] web::PublicResponse metadata() const;
  const TokenIssuerParts parts_;
  const crypto::PrivateKey key_;
};

}  // namespace alting::login
