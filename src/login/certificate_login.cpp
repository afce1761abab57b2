#include "login/certificate_login.h"

#include "base/bytes.h"
#include "crypto/hash.h"
#include "login/attempts.h"
#include "store/row_reader.h"

namespace alting::login {
namespace {

std::string hash_of_secret(std::string_view text) { return base::to_hex(crypto::sha256(text)); }

bool attempt_waits(store::Tx& tx, const std::string& state_hash, base::Instant now) {
  return tx
      .query_one("SELECT 1 FROM login_attempt WHERE state_hash = ? AND used_at IS NULL AND started_at >= ?",
                 {state_hash, now - Attempts::good_for})
      .has_value();
}

}  // namespace

bool CertificateTurns::is_awaited(std::string_view state) {
  const auto hash = hash_of_secret(state);
  const auto now = clock_.now();
  return database_.read([&](store::Tx& tx) { return attempt_waits(tx, hash, now); });
}

base::Result<std::string> CertificateTurns::keep(std::string_view state, const EnterpriseCertificate& certificate) {
  const auto state_hash = hash_of_secret(state);
  const auto code = base::to_base64url(random_.bytes(32));
  const auto code_hash = hash_of_secret(code);
  const auto now = clock_.now();
  ALTING_CHECK(database_.write([&](store::Tx& tx) -> base::Status {
    if (!attempt_waits(tx, state_hash, now))
      return base::make_error(base::ErrorKind::unauthenticated, "login.error.expired");
    tx.run(
        "INSERT INTO login_certificate_turn (state_hash, code_hash, party_uuid, serial, issuer_name, fingerprint, "
        "not_after, kept_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (state_hash) DO UPDATE SET "
        "code_hash = excluded.code_hash, party_uuid = excluded.party_uuid, serial = excluded.serial, "
        "issuer_name = excluded.issuer_name, fingerprint = excluded.fingerprint, not_after = excluded.not_after, "
        "kept_at = excluded.kept_at",
        {state_hash, code_hash, certificate.party.uuid, certificate.serial, certificate.issuer_name,
         certificate.fingerprint, certificate.not_after, now});
    return {};
  }));
  return code;
}

std::optional<CertificateTurns::Kept> CertificateTurns::take(std::string_view state, std::string_view code) {
  const auto state_hash = hash_of_secret(state);
  const auto code_hash = hash_of_secret(code);
  std::optional<Kept> taken;
  const auto written = database_.write([&](store::Tx& tx) -> base::Status {
    taken.reset();
    const auto row = tx.query_one(
        "SELECT code_hash, party_uuid, serial, issuer_name, fingerprint, not_after FROM login_certificate_turn "
        "WHERE state_hash = ? {lock}",
        {state_hash});
    if (!row || tx.run("DELETE FROM login_certificate_turn WHERE state_hash = ?", {state_hash}) != 1) return {};
    store::RowReader from(*row);
    if (!crypto::constant_time_equal(from.next<std::string>(), code_hash)) return {};
    Kept kept;
    kept.organisation = from.next<terms::PartyUuid>();
    kept.serial = from.next<std::string>();
    kept.issuer_name = from.next<std::string>();
    kept.fingerprint = from.next<std::string>();
    kept.not_after = from.next<base::Instant>();
    taken = std::move(kept);
    return {};
  });
  if (!written) throw store::DatabaseError("a login by certificate could not be read");
  return taken;
}

}  // namespace alting::login
