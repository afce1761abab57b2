#include "net/token_client.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "base/text_file.h"
#include "base/uuid.h"
#include "crypto/jose.h"
#include "net/address.h"

namespace alting::net {
namespace {

constexpr std::string_view jwt_bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
constexpr auto renewed_before = base::Duration::seconds(30);
constexpr std::int64_t assertion_lives = 100;       // seconds; Maskinporten takes 120
constexpr std::int64_t longest_token_life = 3'600;  // believed of what the issuer says
constexpr std::size_t longest_token = 16 * 1024;

base::Error refuse_token_settings(std::string detail) {
  return base::make_error(base::ErrorKind::invalid, "error.settings", std::move(detail));
}

class JwtGrant final : public TokenSource {
 public:
  JwtGrant(HttpClient& http, TokenClientOptions options, crypto::PrivateKey key, const base::Clock& clock,
           base::Random& random)
      : http_(http), options_(std::move(options)), key_(std::move(key)), clock_(clock), random_(random) {}

  base::Result<std::string> token() override {
    std::unique_lock hold(mutex_);
    for (;;) {
      if (!token_.empty() && clock_.now() < good_until_) return token_;
      if (!asking_) break;
      const auto round = round_;
      asked_.wait(hold, [&] { return round_ != round; });
      if (failure_) return *failure_;  // what the one who asked was told holds for those who waited too
    }
    asking_ = true;
    hold.unlock();
    base::Result<Kept> got = no_token();
    try {
      got = ask();
    } catch (...) {
      settle(std::nullopt);
      throw;
    }
    settle(got);
    if (!got) return got.error();
    return got->token;
  }

  void refused(std::string_view token) override {
    const std::lock_guard hold(mutex_);
    if (token_ == token) token_.clear();
  }

 private:
  struct Kept {
    std::string token;
    base::Instant good_until;
  };

  static base::Error no_token() {
    return base::make_error(base::ErrorKind::unavailable, "error.net.no_answer", "the issuer gave no token");
  }

  void settle(const std::optional<base::Result<Kept>>& got) {
    const std::lock_guard hold(mutex_);
    asking_ = false;
    ++round_;
    failure_.reset();
    if (got && *got) {
      token_ = (*got)->token;
      good_until_ = (*got)->good_until;
    } else {
      failure_ = got ? got->error() : no_token();
    }
    asked_.notify_all();
  }

  base::Result<Kept> ask() {
    const auto now = clock_.now();
    const auto seconds = now.micros / 1'000'000;
    const auto claims = base::Json::object({{"aud", options_.issuer},
                                            {"iss", options_.client_id},
                                            {"scope", options_.scope},
                                            {"iat", base::Json(seconds)},
                                            {"exp", base::Json(seconds + assertion_lives)},
                                            {"jti", base::Uuid::v4(random_).text()}});
    const auto header = options_.key_id.empty() ? base::Json() : base::Json::object({{"kid", options_.key_id}});
    HttpRequest request;
    request.method = "POST";
    request.url = options_.token_url;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
    request.body =
        form_encode({{"grant_type", std::string(jwt_bearer)}, {"assertion", crypto::sign_jwt(key_, claims, header)}});
    request.max_answer = 64 * 1024;
    ALTING_TRY(answer, http_.send(request));
    if (answer.status != 200) {
      return base::make_error(base::ErrorKind::unavailable, "error.net.refused",
                              "the issuer answered " + std::to_string(answer.status));
    }
    const auto said = base::Json::parse(answer.body);
    if (!said) return no_token();
    Kept kept{std::string(said->text("access_token")), now};
    if (kept.token.empty() || kept.token.size() > longest_token) return no_token();
    const auto lives = std::clamp((*said)["expires_in"].integer_or(0), std::int64_t{0}, longest_token_life);
    kept.good_until = now + base::Duration::seconds(lives) - renewed_before;
    return kept;
  }

  HttpClient& http_;
  const TokenClientOptions options_;
  const crypto::PrivateKey key_;
  const base::Clock& clock_;
  base::Random& random_;
  std::mutex mutex_;
  std::condition_variable asked_;
  // All guarded by mutex_.
  bool asking_ = false;
  std::uint64_t round_ = 0;
  std::string token_;
  base::Instant good_until_;
  std::optional<base::Error> failure_;
};

class NoTokens final : public TokenSource {
 public:
  base::Result<std::string> token() override { return std::string(); }
  void refused(std::string_view) override {}
};

}  // namespace

base::Result<std::unique_ptr<TokenSource>> make_token_client(HttpClient& http, TokenClientOptions options,
                                                             const base::Clock& clock, base::Random& random) {
  if (!parse_address(options.token_url)) return refuse_token_settings("the token address is no address");
  if (options.client_id.empty() || options.scope.empty() || options.key_file.empty())
    return refuse_token_settings("a token needs client id, scope and key file");
  if (options.issuer.empty()) options.issuer = options.token_url.substr(0, options.token_url.rfind('/') + 1);
  auto pem = base::read_text_file(options.key_file, 64 * 1024);
  if (!pem) return refuse_token_settings("the key for tokens cannot be read: " + options.key_file.string());
  auto key = crypto::PrivateKey::from_pem(crypto::SecretBytes(std::move(*pem)));
  if (!key) return refuse_token_settings("the key for tokens is none: " + options.key_file.string());
  return std::unique_ptr<TokenSource>(
      std::make_unique<JwtGrant>(http, std::move(options), std::move(*key), clock, random));
}

std::unique_ptr<TokenSource> make_no_tokens() { return std::make_unique<NoTokens>(); }

}  // namespace alting::net
