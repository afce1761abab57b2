#include "login/attempts.h"

#include "base/bytes.h"
#include "crypto/hash.h"
#include "login/kept.h"
#include "store/row_reader.h"

namespace alting::login {
namespace {

constexpr auto count_every = base::Duration::seconds(10);

std::string hashed(std::string_view text) { return base::to_hex(crypto::sha256(text)); }

std::string derive(std::string_view browser_secret, std::string_view state, std::string_view use) {
  return base::to_base64url(crypto::hkdf_sha256(browser_secret, state, use, 32).reveal());
}

Attempt make_attempt(std::string_view browser_secret, std::string state, std::string_view return_path,
                     terms::AssuranceLevel level) {
  Attempt attempt;
  attempt.nonce = derive(browser_secret, state, "alting login nonce");
  attempt.code_verifier = derive(browser_secret, state, "alting login code_verifier");
  attempt.state = std::move(state);
  attempt.return_path = return_path;
  attempt.level = level;
  return attempt;
}

}  // namespace

std::string code_challenge(std::string_view code_verifier) { return base::to_base64url(crypto::sha256(code_verifier)); }

std::string Attempts::new_browser_secret() { return base::to_base64url(random_.bytes(32)); }

bool Attempts::has_room(base::Instant now) {
  const std::lock_guard hold(mutex_);
  if (counted_at_ + count_every <= now || now < counted_at_) {  // also when the clock was set back
    counted_at_ = now;
    waiting_ = database_.read([&](store::Tx& tx) {
      return store::read_one<std::int64_t>(
          tx, "SELECT COUNT(*) FROM login_attempt WHERE started_at > ? AND used_at IS NULL", {now - good_for});
    });
  }
  if (waiting_ >= limits_.waiting) return false;
  ++waiting_;
  return true;
}

// Counted in the database, where other processes' logins are too, and over an index: at most as many rows as may be.
bool Attempts::network_has_room(const std::string& network_hash, base::Instant now) {
  if (network_hash.empty()) return true;
  const auto begun = database_.read([&](store::Tx& tx) {
    return store::read_one<std::int64_t>(
        tx, "SELECT COUNT(*) FROM login_attempt WHERE network_hash = ? AND started_at > ? AND used_at IS NULL",
        {network_hash, now - base::Duration::minutes(1)});
  });
  return begun < limits_.network_per_minute;
}

base::Result<Attempt> Attempts::begin(std::string_view browser_secret, std::string_view return_path,
                                      terms::AssuranceLevel level, std::string_view network, bool fresh) {
  const auto now = clock_.now();
  const auto network_hash = network.empty() ? std::string() : hashed(network);
  if (!network_has_room(network_hash, now))
    return base::make_error(base::ErrorKind::too_many, "login.error.busy_network", "as many logins wait as may");
  if (!has_room(now))
    return base::make_error(base::ErrorKind::too_many, "login.error.busy", "as many logins wait as may");
  auto attempt = make_attempt(browser_secret, base::to_base64url(random_.bytes(32)), return_path, level);
  attempt.fresh = fresh;
  attempt.started = now;
  const auto state_hash = hashed(attempt.state);
  const auto browser_hash = hashed(browser_secret);
  const auto written = database_.write([&](store::Tx& tx) -> base::Status {
    tx.run("DELETE FROM login_attempt WHERE started_at < ?", {oldest_kept("login.attempt", now)});
    tx.run(
        "INSERT INTO login_attempt (state_hash, browser_hash, return_path, level, started_at, network_hash, fresh) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        {state_hash, browser_hash, attempt.return_path, static_cast<int>(level), now, network_hash, fresh ? 1 : 0});
    return {};
  });
  if (!written) throw store::DatabaseError("a login attempt could not be written");
  return attempt;
}

std::expected<Attempt, AttemptRefused> Attempts::take(std::string_view state, std::string_view browser_secret) {
  using Reason = AttemptRefused::Reason;
  const auto now = clock_.now();
  const auto state_hash = hashed(state);
  AttemptRefused refused;
  terms::AssuranceLevel level{};
  bool fresh = false;
  base::Instant started;
  const auto written = database_.write([&](store::Tx& tx) -> base::Status {
    refused = {};
    const auto row = tx.query_one(
        "SELECT browser_hash, return_path, used_at, started_at, level, fresh FROM login_attempt WHERE state_hash = ?",
        {state_hash});
    const auto no = [&](Reason reason) -> base::Status {
      refused.reason = reason;
      return base::make_error(base::ErrorKind::unauthenticated, "login.error.unknown");
    };
    if (!row) return no(Reason::unknown);
    store::RowReader from(*row);
    if (!crypto::constant_time_equal(from.next<std::string>(), hashed(browser_secret)))
      return no(Reason::other_browser);
    refused.return_path = from.next<std::string>();
    if (from.next<std::optional<base::Instant>>()) return no(Reason::used);
    started = from.next<base::Instant>();
    if (started + good_for < now) return no(Reason::expired);
    level = static_cast<terms::AssuranceLevel>(from.next<std::int64_t>());
    fresh = from.next<bool>();
    if (tx.run("UPDATE login_attempt SET used_at = ? WHERE state_hash = ? AND used_at IS NULL", {now, state_hash}) != 1)
      return no(Reason::used);
    return {};
  });
  if (!written) return std::unexpected(refused);
  auto attempt = make_attempt(browser_secret, std::string(state), refused.return_path, level);
  attempt.fresh = fresh;
  attempt.started = started;
  return attempt;
}

}  // namespace alting::login
