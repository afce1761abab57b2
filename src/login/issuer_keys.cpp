#include "login/issuer_keys.h"

#include "base/log.h"
#include "net/address.h"

namespace alting::login {
namespace {

constexpr auto keys_stale_for = base::Duration::days(7);  // beyond what they are kept
constexpr auto keys_again_at_most_every = base::Duration::minutes(1);
constexpr std::size_t max_issuer_document = 256 * 1024;

// Another key may have been taken into use since we fetched, under a new kid or the same.
bool may_be_another_key(const base::Error& error) {
  return error.code == "error.jose.key" || error.code == "error.jose.signature";
}

base::Error no_keys(std::string why) {
  return base::make_error(base::ErrorKind::unavailable, "login.error.issuer", std::move(why));
}

}  // namespace

base::Result<base::Json> fetch_document(net::HttpClient& http, const std::string& url) {
  net::HttpRequest request;
  request.url = url;
  request.headers = {{"Accept", "application/json"}};
  request.max_answer = max_issuer_document;
  ALTING_TRY(answer, http.send(request));
  if (answer.status != 200) return no_keys(fmt::format("the issuer answered with status {}", answer.status));
  return base::Json::parse(answer.body);
}

bool is_endpoint(std::string_view url) {
  const auto address = net::parse_address(url);
  return address && (address->encrypted || address->is_loopback());
}

IssuerKeys::IssuerKeys(Fetch fetch, const base::Clock& clock, Options options)
    : fetch_(std::move(fetch)), clock_(clock), options_(options) {}

base::Result<IssuerKeys::Keys> IssuerKeys::keys(const Keys& but) {
  std::unique_lock lock(mutex_);
  const auto now = clock_.now();
  // Those of a clock that was ahead are old, not new for that long.
  if (known_ && known_ != but && known_->fetched <= now + keys_again_at_most_every &&
      now < known_->fetched + options_.kept)
    return known_;
  // Who has something that is only old goes on with it while another fetches.
  const auto old = [&] { return known_ && known_ != but && now < known_->fetched + options_.kept + keys_stale_for; };
  if (fetching_) {
    if (old()) return known_;
    if (waiting_ >= options_.may_wait) return no_keys("many wait for the issuer's keys");
    ++waiting_;
    // For this one alone: the next may have begun before the lock is ours again.
    landed_.wait(lock, [&, until = landed_so_far_ + 1] { return landed_so_far_ >= until; });
    --waiting_;
    if (known_ && known_ != but) return known_;
    return no_keys("the issuer's keys were not fetched");
  }
  if (failed_ && *failed_ <= now && now < *failed_ + options_.pause) {
    if (old()) return known_;
    return no_keys("the issuer did not answer a moment ago");
  }
  fetching_ = true;
  lock.unlock();
  const auto land = [&] {
    lock.lock();
    fetching_ = false;
    ++landed_so_far_;
    landed_.notify_all();
  };
  base::Result<crypto::JwkSet> fetched;
  try {
    fetched = fetch_();
  } catch (...) {
    land();
    throw;
  }
  land();
  if (fetched) {
    failed_.reset();
    known_ = std::make_shared<const Known>(Known{std::move(*fetched), now});
    return known_;
  }
  failed_ = clock_.now();  // an issuer that is slow to fail would else have used up the pause
  base::log(base::LogLevel::warning, "login.keys_not_fetched", {{"reason", fetched.error().detail}});
  if (old()) return known_;
  return no_keys(std::move(fetched.error().detail));
}

bool IssuerKeys::may_look_again(const Keys& beyond) {
  const auto now = clock_.now();
  const std::scoped_lock lock(mutex_);
  if (known_ != beyond || fetching_) return true;  // somebody has looked, or is about to
  if (looked_again_ && *looked_again_ <= now && now < *looked_again_ + keys_again_at_most_every) return false;
  looked_again_ = now;
  return true;
}

base::Result<crypto::Jwt> IssuerKeys::verify(std::string_view token) {
  ALTING_TRY(known, keys(nullptr));
  auto verified = crypto::verify_jwt(token, known->set, options_.allowed);
  if (verified || !may_be_another_key(verified.error()) || !may_look_again(known)) return verified;
  const auto newer = keys(known);
  return newer ? crypto::verify_jwt(token, (*newer)->set, options_.allowed) : std::move(verified);
}

}  // namespace alting::login
