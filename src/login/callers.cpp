#include "login/callers.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <unordered_map>

#include "crypto/hash.h"
#include "login/issuer_keys.h"
#include "login/trusted_issuer.h"

namespace alting::login {
namespace {

constexpr std::size_t max_remembered_tokens = 10'000;
constexpr auto remembered_for = base::Duration::minutes(1);

bool is_b64token(std::string_view text) {  // RFC 6750 section 2.1
  const auto end = text.find_last_not_of('=') + 1;
  return end > 0 && std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view("-._~+/").find(c) != std::string_view::npos;
         });
}

bool is_bearer(std::string_view scheme) {
  constexpr std::string_view name = "bearer";
  return std::ranges::equal(scheme, name, [](char given, char lower) { return (given | 0x20) == lower; });
}

TokenFault fault_of_token(const base::Error& error) {
  if (error.kind == base::ErrorKind::unavailable) return TokenFault::issuer_unavailable;
  if (error.code == "error.jose.algorithm") return TokenFault::algorithm;
  if (error.code == "error.jose.key") return TokenFault::key;
  if (error.code == "error.jose.signature") return TokenFault::signature;
  return TokenFault::malformed;
}

// Who a token that was found good stands for, by the token's SHA-256.
class RememberedTokens {
 public:
  [[nodiscard]] std::shared_ptr<const Caller> find(const base::Bytes& digest, base::Instant now) {
    const std::scoped_lock lock(mutex_);
    const auto found = kept_.find(digest);
    return found == kept_.end() || found->second.second <= now ? nullptr : found->second.first;
  }
  void keep(base::Bytes digest, std::shared_ptr<const Caller> caller, base::Instant now) {
    const auto until = std::min(caller->expires, now + remembered_for);
    const std::scoped_lock lock(mutex_);
    if (kept_.size() >= max_remembered_tokens)
      std::erase_if(kept_, [&](const auto& one) { return one.second.second <= now; });
    if (kept_.size() >= max_remembered_tokens) kept_.clear();
    kept_.insert_or_assign(std::move(digest), std::pair(std::move(caller), until));
  }

 private:
  std::mutex mutex_;
  std::unordered_map<base::Bytes, std::pair<std::shared_ptr<const Caller>, base::Instant>> kept_;
};

class TokenCallers final : public Callers {
 public:
  explicit TokenCallers(CallersParts parts) : parts_(std::move(parts)) {
    for (const auto& issuer : parts_.options.issuers)
      trust(issuer, [&http = parts_.http, issuer] { return fetch_trusted_keys(http, issuer); });
    if (parts_.own) trust(parts_.own->issuer, [set = parts_.own->keys] { return base::Result<crypto::JwkSet>(set); });
    if (!parts_.options.audience.empty()) parts_.audience = parts_.options.audience;
    for (std::size_t i = 0; i < token_faults; ++i) refused_[i] = &counted(to_text(static_cast<TokenFault>(i)));
    good_ = &counted("good");
  }

  base::Result<Caller> check(std::string_view bearer, base::Instant at) override {
    const auto caller = look(bearer, at);
    if (!caller) {
      refused_[static_cast<std::size_t>(caller.error())]->add();
      return to_error(caller.error());
    }
    good_->add();
    return **caller;
  }

 private:
  using Looked = std::expected<std::shared_ptr<const Caller>, TokenFault>;
  struct Trusted {
    std::string issuer;
    std::unique_ptr<IssuerKeys> keys;
  };

  void trust(const std::string& issuer, IssuerKeys::Fetch fetch) {
    trusted_.push_back({issuer, std::make_unique<IssuerKeys>(std::move(fetch), parts_.clock,
                                                             IssuerKeys::Options{.kept = parts_.options.keys_kept,
                                                                                 .pause = base::Duration::seconds(5),
                                                                                 .may_wait = 4})});
  }

  base::Counter& counted(std::string_view outcome) {
    return parts_.metrics.counter("alting_tokens_checked_total",
                                  "Tokens of systems that were looked at, by what was found.",
                                  {{"outcome", std::string(outcome)}});
  }

  Looked look(std::string_view bearer, base::Instant at) {
    if (bearer.empty()) return std::unexpected(TokenFault::missing);
    if (bearer.size() > max_token) return std::unexpected(TokenFault::size);
    auto digest = crypto::sha256(bearer);
    auto caller = remembered_.find(digest, at);
    if (!caller) {
      auto read = verify(bearer, at);
      if (!read) return read;
      caller = std::move(*read);
      remembered_.keep(std::move(digest), caller, at);
    }
    if (parts_.own && caller->issuer == parts_.own->issuer && !parts_.own->in_force(*caller))
      return std::unexpected(TokenFault::ended);
    return caller;
  }

  Looked verify(std::string_view bearer, base::Instant at) {
    const auto said = crypto::unverified_jwt(bearer);
    if (!said) return std::unexpected(TokenFault::malformed);
    if (!is_access_token_type(said->header)) return std::unexpected(TokenFault::type);
    const auto trusted =
        std::ranges::find_if(trusted_, [&](const Trusted& one) { return one.issuer == said->claims.text("iss"); });
    if (trusted == trusted_.end()) return std::unexpected(TokenFault::issuer);
    const auto token = trusted->keys->verify(bearer);
    if (!token) return std::unexpected(fault_of_token(token.error()));
    const auto& options = parts_.options;
    const auto claims = check_token(token->claims, {.issuer = trusted->issuer,
                                                    .audience = parts_.audience,
                                                    .audience_optional = options.audience_optional,
                                                    .now = at,
                                                    .skew = options.skew,
                                                    .longest = options.longest,
                                                    .mode = parts_.mode});
    if (!claims) return std::unexpected(claims.error());
    const auto consumer = parts_.parties.find_organisation(claims->consumer);
    if (!consumer || consumer->deleted) return std::unexpected(TokenFault::unknown_organisation);
    if (claims->supplier) {
      const auto supplier = parts_.parties.find_organisation(*claims->supplier);
      if (!supplier || supplier->deleted) return std::unexpected(TokenFault::supplier);
    }
    return std::make_shared<const Caller>(caller_of(*claims, trusted->issuer, *consumer));
  }

  static Caller caller_of(const TokenClaims& claims, const std::string& issuer, const parties::Party& consumer) {
    Caller caller;
    caller.actor.kind = terms::ActorKind::system;
    caller.actor.party = consumer.id;
    caller.actor.party_uuid = consumer.uuid;
    // As Altinn has it for organisations: what a client proves itself with is at least a key that was registered.
    caller.actor.level = terms::AssuranceLevel::substantial;
    caller.actor.method = "maskinporten";
    caller.actor.name = consumer.name;
    caller.actor.credential = "client:" + issuer + "|" + claims.client_id;
    caller.actor.scopes = claims.scopes;
    caller.actor.supplier = claims.supplier;
    caller.issuer = issuer;
    caller.client_id = claims.client_id;
    caller.consumer = claims.consumer;
    caller.supplier = claims.supplier;
    caller.scopes = claims.scopes;
    caller.expires = claims.expires;
    return caller;
  }

  CallersParts parts_;
  std::vector<Trusted> trusted_;
  RememberedTokens remembered_;
  std::array<base::Counter*, token_faults> refused_{};
  base::Counter* good_ = nullptr;
};

}  // namespace

bool Caller::has(std::string_view scope) const { return std::ranges::find(scopes, scope) != scopes.end(); }

base::Result<std::string_view> bearer_of(const web::Request& request) {
  std::optional<std::string_view> given;
  for (const auto& [name, value] : request.headers) {
    if (name != "authorization") continue;
    if (given) return to_error(TokenFault::malformed);
    given = value;
  }
  const auto blank = given ? given->find(' ') : std::string_view::npos;
  if (!given || !is_bearer(given->substr(0, std::min(blank, given->size())))) return to_error(TokenFault::missing);
  if (blank == std::string_view::npos) return to_error(TokenFault::missing);
  const auto token = given->substr(std::min(given->find_first_not_of(' ', blank), given->size()));
  if (token.size() > max_token) return to_error(TokenFault::size);
  if (!is_b64token(token)) return to_error(TokenFault::malformed);
  return token;
}

base::Status check_scope(const Caller& caller, const std::vector<std::string>& any_of) {
  if (any_of.empty() || std::ranges::any_of(any_of, [&](const auto& one) { return caller.has(one); })) return {};
  auto error = to_error(TokenFault::scope);
  std::string wanted;
  for (const auto& one : any_of) wanted += (wanted.empty() ? "" : " ") + one;
  error.params = {{"scope", std::move(wanted)}};
  return error;
}

std::unique_ptr<Callers> make_callers(CallersParts parts) { return std::make_unique<TokenCallers>(std::move(parts)); }

}  // namespace alting::login
