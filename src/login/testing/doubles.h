// Doubles for the tests of login: an issuer that answers as told, a ledger that remembers what it was given, a small
// register.
#pragma once
#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/percent.h"
#include "crypto/hash.h"
#include "crypto/jose.h"
#include "ledger/ledger.h"
#include "ledger/pending.h"
#include "login/client_key.h"
#include "net/http_client.h"
#include "parties/parties.h"

namespace alting::login::testing {

// Answers as ID-porten would; a test changes what it says before or between calls.
class ScriptedIssuer final : public net::HttpClient {
 public:
  ScriptedIssuer() : key(crypto::PrivateKey::generate(crypto::KeyType::p256)) {
    metadata = base::Json::object({{"issuer", issuer},
                                   {"authorization_endpoint", "https://login.idporten.no/authorize"},
                                   {"token_endpoint", issuer + "/token"},
                                   {"pushed_authorization_request_endpoint", issuer + "/par"},
                                   {"jwks_uri", issuer + "/jwks"},
                                   {"end_session_endpoint", "https://login.idporten.no/logout"},
                                   {"code_challenge_methods_supported", base::Json::array({"S256"})},
                                   {"token_endpoint_auth_methods_supported", base::Json::array({"private_key_jwt"})},
                                   {"authorization_response_iss_parameter_supported", true}});
    jwks = crypto::JwkSet({crypto::to_jwk(key.public_key())}).json();
  }

  base::Result<net::HttpAnswer> send(const net::HttpRequest& request) override {
    ++calls[request.url];
    if (meanwhile) meanwhile();
    if (down) return base::make_error(base::ErrorKind::unavailable, "error.net.no_answer");
    if (request.url == issuer + "/.well-known/openid-configuration") return json(200, metadata);
    if (request.url == issuer + "/jwks") return json(200, jwks);
    if (request.url == issuer + "/par") {
      pushed = form(request.body);
      return json(201, base::Json::object({{"request_uri", "urn:idporten:1"}, {"expires_in", 120}}));
    }
    if (request.url == issuer + "/token") {
      exchanged = form(request.body);
      if (token_status != 200) return json(token_status, base::Json::object({{"error", "invalid_grant"}}));
      return json(200, base::Json::object({{"access_token", "x"}, {"token_type", "Bearer"}, {"id_token", token()}}));
    }
    return base::make_error(base::ErrorKind::forbidden, "error.net.host_not_listed");
  }
  base::Result<net::Downloaded> download(const net::Download&) override {
    return base::make_error(base::ErrorKind::forbidden, "error.net.host_not_listed");
  }

  // Claims that are right for what was pushed.
  [[nodiscard]] base::Json good_claims(base::Instant now) const {
    const auto seconds = now.micros / 1'000'000;
    return base::Json::object({{"iss", issuer},
                               {"aud", "alting"},
                               {"sub", "subject-1"},
                               {"pid", "17858297494"},
                               {"exp", base::Json(seconds + 120)},
                               {"iat", base::Json(seconds)},
                               {"nonce", pushed.at("nonce")},
                               {"acr", pushed.at("acr_values")},
                               {"amr", base::Json::array({"BankID"})},
                               {"sid", "sid-1"}});
  }
  void sign(const base::Json& claims) {
    token = [this, claims] { return crypto::sign_jwt(key, claims); };
  }

  static std::map<std::string, std::string> form(std::string_view body) {
    std::map<std::string, std::string> fields;
    while (!body.empty()) {
      const auto end = std::min(body.find('&'), body.size());
      const auto field = body.substr(0, end);
      const auto equals = std::min(field.find('='), field.size());
      const auto value = field.substr(std::min(equals + 1, field.size()));
      if (equals > 0) fields[base::percent_decode_form(field.substr(0, equals))] = base::percent_decode_form(value);
      body.remove_prefix(std::min(end + 1, body.size()));
    }
    return fields;
  }

  std::string issuer = "https://idporten.no";
  crypto::PrivateKey key;
  base::Json metadata, jwks;
  std::function<std::string()> token = [] { return std::string(); };
  int token_status = 200;
  bool down = false;
  std::function<void()> meanwhile;  // while a request is with it
  std::map<std::string, std::string> pushed, exchanged;
  std::map<std::string, int> calls;

 private:
  static base::Result<net::HttpAnswer> json(int status, const base::Json& body) {
    return net::HttpAnswer{status, {}, body.dump()};
  }
};

class RememberingLedger final : public ledger::Ledger {
 public:
  std::function<void()> on_prepare;  // once: what happens between reading and writing
  ledger::PreparedEntry prepare(ledger::NewEntry entry) override {
    if (on_prepare) std::exchange(on_prepare, nullptr)();
    return Ledger::prepare(std::move(entry));
  }
  ledger::EntryHandle append(store::Tx&, const ledger::PreparedEntry& prepared) override {
    entries.push_back(prepared.pending->entry);
    return {};
  }
  base::Result<ledger::Receipt> await_receipt(const ledger::EntryHandle&) override { return ledger::Receipt{}; }
  base::Result<ledger::Receipt> receipt(const base::Uuid&) override { return ledger::Receipt{}; }
  void note_own_read(const terms::Permit&) override {}
  ledger::ActivityPage activity(const terms::Permit&, const ledger::ActivityQuery&) override { return {}; }
  base::Result<std::string> public_resource(std::string_view) override { return std::string(); }
  std::string verifier_key() const override { return {}; }
  std::string origin() const override { return {}; }

  std::vector<ledger::NewEntry> entries;
};

// Knows one person for each number in `people`, and the organisations listed.
class SmallRegister final : public parties::Parties {
 public:
  base::Result<parties::Person> sign_in(const terms::NationalIdText& national_id) override {
    const auto found = people.find(national_id.reveal());
    if (found == people.end()) return base::make_error(base::ErrorKind::not_found, "error.person.unknown");
    return found->second;
  }
  std::optional<parties::Party> find(terms::PartyId) override { return {}; }
  std::optional<parties::Party> find(const terms::PartyUuid& uuid) override {
    const auto found = std::ranges::find(organisations, uuid, &parties::Party::uuid);
    return found == organisations.end() ? std::nullopt : std::optional(*found);
  }
  std::optional<parties::Party> find_organisation(std::string_view number) override {
    const auto found = std::ranges::find(organisations, number, &parties::Party::organisation_number);
    return found == organisations.end() ? std::nullopt : std::optional(*found);
  }
  std::vector<parties::Party> find_many(const std::vector<terms::PartyId>&) override { return {}; }
  std::optional<parties::Organisation> organisation(const terms::Permit&) override { return {}; }
  std::optional<parties::Person> self(const terms::Actor&) override { return {}; }
  base::Result<parties::Party> look_up_person(const terms::Actor&, const terms::NationalIdText&,
                                              std::string_view) override {
    return base::make_error(base::ErrorKind::not_found, "error.person.unknown");
  }
  parties::ContactPoint contact(const terms::Actor&) override { return {}; }
  std::vector<parties::RoleFact> roles_in(terms::PartyId) override { return {}; }
  void set_favourite(const terms::Permit&, bool) override {}
  void note_represented(const terms::Permit&) override {}
  std::vector<terms::PartyId> favourites(const terms::Actor&) override { return {}; }
  std::vector<terms::PartyId> recent(const terms::Actor&, int) override { return {}; }

  std::map<std::string, parties::Person, std::less<>> people;
  std::vector<parties::Party> organisations;
};

[[nodiscard]] inline parties::Party organisation(std::int64_t id, std::string number, std::string name,
                                                 base::Random& random) {
  parties::Party party;
  party.id = {id};
  party.uuid = {base::Uuid::v4(random)};
  party.kind = parties::PartyKind::organisation;
  party.name = std::move(name);
  party.organisation_number = std::move(number);
  return party;
}

[[nodiscard]] inline parties::Person person(std::int64_t number, std::string name, base::Random& random) {
  parties::Person someone;
  someone.party.id = {number};
  someone.party.uuid = {base::Uuid::v4(random)};
  someone.party.name = std::move(name);
  someone.user_id = number + 1000;
  return someone;
}

}  // namespace alting::login::testing
