#include "login/revocation_checks.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "net/address.h"
#include "store/row_reader.h"

namespace alting::login {
namespace {

using base::Instant;
using crypto::Certificate;

constexpr std::size_t max_list = 32 * 1024 * 1024;  // octets, as crypto::RevocationList takes
constexpr std::size_t max_ocsp_answer = 64 * 1024;
constexpr auto list_timeout = base::Duration::seconds(10);
constexpr auto ocsp_timeout = base::Duration::seconds(3);
constexpr auto clocks_differ = base::Duration::minutes(5);
constexpr std::size_t max_places = 2;        // of one kind that are asked for one certificate
constexpr std::size_t max_lists_known = 64;  // parsed, in memory
constexpr std::size_t max_silent_known = 1'000;
// A place that did not answer is left alone for so long: logins do not all wait for it, and hold up those whose issuer answers.
constexpr auto pause_after_silence = base::Duration::seconds(30);

std::string row_id(std::string_view kind, const Certificate& issuer, std::string_view what) {
  return base::to_hex(crypto::sha256({kind, "\n", issuer.fingerprint(), "\n", what}));
}

// When what was fetched at `at` runs out.
Instant counts_until(std::optional<Instant> next_update, Instant at, base::Duration kept) {
  return next_update ? std::min(*next_update, at + kept) : at + kept;
}

// Not what a clock that was ahead has written: it would count for that long.
bool counts(Instant fetched_at, Instant until, Instant at) { return fetched_at <= at + clocks_differ && at < until; }

struct KeptRow {
  std::string status;  // "good", "revoked"; of a list "list"
  Instant fetched_at, until;
};

std::optional<KeptRow> kept_row(store::Database& database, const std::string& id) {
  const auto row = database.read([&](store::Tx& tx) {
    return tx.query_one("SELECT status, fetched_at, counts_until FROM login_revocation WHERE id = ?", {id});
  });
  if (!row) return std::nullopt;
  store::RowReader from(*row);
  KeptRow kept;
  kept.status = from.next<std::string>();
  kept.fetched_at = from.next<Instant>();
  kept.until = from.next<Instant>();
  return kept;
}

void keep_row(store::Database& database, const std::string& id, const KeptRow& row, base::ByteView list) {
  const auto written = database.write([&](store::Tx& tx) -> base::Status {
    tx.run(
        "INSERT INTO login_revocation (id, status, list, fetched_at, counts_until) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET status = excluded.status, list = excluded.list, "
        "fetched_at = excluded.fetched_at, counts_until = excluded.counts_until",
        {id, row.status, store::Value::octets(list), row.fetched_at, row.until});
    return {};
  });
  if (!written) throw store::DatabaseError("an answer about revocation could not be written");
}

// A list that its issuer signed, and of now.
base::Result<crypto::RevocationList> read_list(base::ByteView octets, const Certificate& issuer, Instant at) {
  ALTING_TRY(list, crypto::RevocationList::parse(octets));
  ALTING_CHECK(list.verify(issuer));
  if (list.next_update() <= at || list.this_update() > at + clocks_differ)
    return base::make_error(base::ErrorKind::unavailable, "error.certificate.revocation_unknown",
                            "the list is of another time");
  return list;
}

}  // namespace

struct RevocationChecks::KeptList {
  crypto::RevocationList list;
  Instant fetched_at, until;
};

RevocationChecks::RevocationChecks(store::Database& database, net::HttpClient& http, const CertificateOptions& options,
                                   base::Metrics& metrics)
    : database_(database),
      http_(http),
      rule_(options.revocation),
      grace_(options.grace),
      crl_kept_(options.crl_kept),
      ocsp_kept_(options.ocsp_kept),
      unanswered_(metrics.counter("alting_revocation_unanswered_total",
                                  "Certificates about which neither OCSP nor a list answered.")) {}

RevocationChecks::~RevocationChecks() = default;

std::optional<base::Bytes> RevocationChecks::fetch(net::HttpRequest request, Instant at) {
  {
    const std::lock_guard hold(mutex_);
    const auto found = silent_.find(request.url);
    if (found != silent_.end() && found->second <= at && at < found->second + pause_after_silence) return std::nullopt;
  }
  const auto answer = http_.send(request);
  if (answer && answer->status == 200) return answer->body;
  if (answer || answer.error().kind != base::ErrorKind::too_many) {  // else it was not asked
    const std::lock_guard hold(mutex_);
    if (silent_.size() >= max_silent_known) silent_.clear();
    silent_.insert_or_assign(request.url, at);
  }
  // Where a certificate's issuer has its responder is public, and what an operator needs to know.
  const auto address = net::parse_address(request.url);
  base::log(base::LogLevel::warning, "certificate.no_answer",
            {{"host", address ? std::string_view(address->host) : std::string_view()},
             {"why", answer ? std::string_view("status") : std::string_view(answer.error().code)}});
  return std::nullopt;
}

// Answers that are good are asked for again when they have run out, `revoked` too: a certificate may have been on hold.
std::optional<Revocation> RevocationChecks::ask_ocsp(const Certificate& certificate, const Certificate& issuer,
                                                     Instant at) {
  const auto id = row_id("ocsp", issuer, certificate.serial());
  if (const auto kept = kept_row(database_, id); kept && counts(kept->fetched_at, kept->until, at))
    return kept->status == "revoked" ? Revocation::revoked : Revocation::good;
  const auto places = certificate.ocsp_addresses();
  for (std::size_t i = 0; i < std::min(places.size(), max_places); ++i) {
    net::HttpRequest request;
    request.method = "POST";
    request.url = places[i];
    request.headers = {{"Content-Type", "application/ocsp-request"}, {"Accept", "application/ocsp-response"}};
    request.body = crypto::ocsp_request(certificate, issuer);
    request.timeout = ocsp_timeout;
    request.max_answer = max_ocsp_answer;
    const auto octets = fetch(std::move(request), at);
    if (!octets) continue;
    const auto answer = crypto::read_ocsp_answer(*octets, certificate, issuer, at);
    // Of one that it does not know a responder says nothing: another source may be asked (RFC 6960 section 2.2).
    if (!answer || answer->status == crypto::OcspStatus::unknown) continue;
    const bool revoked = answer->status == crypto::OcspStatus::revoked;
    keep_row(database_, id, {revoked ? "revoked" : "good", at, counts_until(answer->next_update, at, ocsp_kept_)}, "");
    return revoked ? Revocation::revoked : Revocation::good;
  }
  return std::nullopt;
}

std::shared_ptr<const RevocationChecks::KeptList> RevocationChecks::known_list(const std::string& id,
                                                                               const Certificate& issuer) {
  const auto row = kept_row(database_, id);
  if (!row) return nullptr;
  {
    const std::lock_guard hold(mutex_);
    const auto found = lists_.find(id);
    if (found != lists_.end() && found->second->fetched_at == row->fetched_at) return found->second;
  }
  const auto octets = database_.read([&](store::Tx& tx) -> std::optional<base::Bytes> {
    const auto kept =
        tx.query_one("SELECT list FROM login_revocation WHERE id = ? AND fetched_at = ?", {id, row->fetched_at});
    if (!kept) return std::nullopt;
    return store::read_one<base::Bytes>(*kept);
  });
  if (!octets) return nullptr;
  auto list = crypto::RevocationList::parse(*octets);
  if (!list || !list->verify(issuer)) return nullptr;  // what stands in the database is believed no more than a server
  return remember(id, std::make_shared<const KeptList>(KeptList{std::move(*list), row->fetched_at, row->until}));
}

std::shared_ptr<const RevocationChecks::KeptList> RevocationChecks::remember(const std::string& id,
                                                                             std::shared_ptr<const KeptList> list) {
  const std::lock_guard hold(mutex_);
  if (lists_.size() >= max_lists_known) lists_.clear();
  lists_.insert_or_assign(id, list);
  return list;
}

std::shared_ptr<const RevocationChecks::KeptList> RevocationChecks::list_of(const std::string& place,
                                                                            const Certificate& issuer, Instant at) {
  const auto id = row_id("crl", issuer, place);
  auto known = known_list(id, issuer);
  if (known && counts(known->fetched_at, known->until, at)) return known;
  net::HttpRequest request;
  request.url = place;
  request.timeout = list_timeout;
  request.max_answer = max_list;
  const auto octets = fetch(std::move(request), at);
  if (!octets) return nullptr;
  auto list = read_list(*octets, issuer, at);
  // One that is older than what is known takes nothing back.
  if (!list || (known && list->this_update() < known->list.this_update())) return nullptr;
  const auto until = counts_until(list->next_update(), at, crl_kept_);
  keep_row(database_, id, {"list", at, until}, *octets);
  return remember(id, std::make_shared<const KeptList>(KeptList{std::move(*list), at, until}));
}

std::optional<Revocation> RevocationChecks::look_in_list(const Certificate& certificate, const Certificate& issuer,
                                                         Instant at) {
  const auto places = certificate.crl_addresses();
  for (std::size_t i = 0; i < std::min(places.size(), max_places); ++i) {
    const auto kept = list_of(places[i], issuer, at);
    if (!kept || !kept->list.covers(certificate)) continue;
    return kept->list.revoked(certificate) ? Revocation::revoked : Revocation::good;
  }
  return std::nullopt;
}

// The last that was heard, however old: that one was revoked still counts, that it was not only where the settings say so.
Revocation RevocationChecks::last_heard(const Certificate& certificate, const Certificate& issuer, Instant at) {
  bool good = false;
  if (const auto kept = kept_row(database_, row_id("ocsp", issuer, certificate.serial()))) {
    if (kept->status == "revoked") return Revocation::revoked;
    good = counts(kept->fetched_at, kept->until + grace_, at);
  }
  const auto places = certificate.crl_addresses();
  for (std::size_t i = 0; i < std::min(places.size(), max_places); ++i) {
    const auto known = known_list(row_id("crl", issuer, places[i]), issuer);
    if (!known || !known->list.covers(certificate)) continue;
    if (known->list.revoked(certificate)) return Revocation::revoked;
    good = good || counts(known->fetched_at, known->until + grace_, at);
  }
  return good && rule_ == WhenUnanswered::grace ? Revocation::good : Revocation::unknown;
}

Revocation RevocationChecks::of(const Certificate& certificate, const Certificate& issuer, Instant at) {
  if (const auto answered = ask_ocsp(certificate, issuer, at)) return *answered;
  if (const auto listed = look_in_list(certificate, issuer, at)) return *listed;
  unanswered_.add();
  return last_heard(certificate, issuer, at);
}

Revocation RevocationChecks::of_chain(const std::vector<Certificate>& chain, Instant at) {
  auto worst = Revocation::good;
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    const auto found = of(chain[i], chain[i + 1], at);
    if (found == Revocation::revoked) return found;
    if (found == Revocation::unknown) worst = found;
  }
  return worst;
}

}  // namespace alting::login
