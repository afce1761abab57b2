#include "login/session_store.h"

#include <algorithm>

#include "access/certificates.h"
#include "base/bytes.h"
#include "base/uuid.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "login/device.h"
#include "login/level.h"
#include "store/row_reader.h"
#include "store/unchanged.h"

namespace alting::login {
namespace {

using base::Instant;
using store::Row;
using store::Tx;

constexpr std::size_t id_size = 32;  // octets, of a person's session
// An organisation's is longer: releases of before, which run beside this one or after it when one goes back, take every
// session for a person's, who may do all for itself. They find none by an id of this size.
constexpr std::size_t organisation_id_size = 33;
constexpr auto touch_every = base::Duration::minutes(1);
constexpr auto logout_time = base::Duration::minutes(5);
constexpr std::size_t sessions_at_once = 100;               // ended in one transaction
constexpr std::int64_t of_person = 0, of_organisation = 1;  // login_session.actor_kind
std::string hash_of(std::string_view text) { return base::to_hex(crypto::sha256(text)); }

// The issuer is part of what is hashed: a `sid` is unique only within its issuer.
std::string issuer_session_hash(std::string_view issuer, std::string_view session) {
  return session.empty() ? std::string() : base::to_hex(crypto::sha256({issuer, "\n", session}));
}

crypto::SecretBytes token_key(std::string_view id) {
  return crypto::hkdf_sha256(id, "", "alting id_token", crypto::seal_key_size);
}

struct SessionRow {
  std::string id_hash;
  terms::Actor actor;
  Instant started, last_seen, ends;
  std::optional<Instant> logged_in_at;
  bool is_closed = false;
  std::string device;
};

SessionRow session_of(const Row& row) {
  store::RowReader from(row);
  SessionRow session;
  session.id_hash = from.next<std::string>();
  session.actor.session = from.next<std::string>();
  session.actor.user_id = from.next<std::int64_t>();
  session.actor.party = from.next<terms::PartyId>();
  session.actor.party_uuid = from.next<terms::PartyUuid>();
  session.actor.name = from.next<std::string>();
  session.actor.level = static_cast<terms::AssuranceLevel>(from.next<std::int64_t>());
  session.actor.method = from.next<std::string>();
  session.started = from.next<Instant>();
  session.last_seen = from.next<Instant>();
  session.ends = from.next<Instant>();
  session.is_closed = from.next<std::optional<Instant>>().has_value();
  session.device = from.next<std::string>();
  session.actor.kind =
      from.next<std::int64_t>() == of_organisation ? terms::ActorKind::organisation : terms::ActorKind::person;
  session.actor.credential = from.next<std::string>();
  session.logged_in_at = from.next<std::optional<Instant>>();
  return session;
}

std::vector<SessionRow> sessions_where(Tx& tx, std::string_view condition, std::span<const store::Value> values) {
  std::vector<SessionRow> sessions;
  for (const auto& row : tx.query_with(
           "SELECT id_hash, reference, user_id, party_id, party_uuid, name, level, method, started_at, last_seen_at, "
           "ends_at, closed_at, device, actor_kind, credential, authenticated_at FROM login_session WHERE " +
               std::string(condition),
           values))
    sessions.push_back(session_of(row));
  return sessions;
}

std::vector<SessionRow> sessions_where(Tx& tx, std::string_view condition, std::initializer_list<store::Value> values) {
  return sessions_where(tx, condition, std::span(values.begin(), values.size()));
}

std::optional<SessionRow> session_with(Tx& tx, const std::string& id_hash) {
  auto found = sessions_where(tx, "id_hash = ?", {id_hash});
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

ledger::NewEntry entry_of(ledger::EventKind kind, const terms::Actor& actor, Instant at) {
  ledger::NewEntry entry;
  entry.kind = kind;
  entry.at = at;
  entry.actor = actor;
  entry.party = actor.party;
  entry.party_uuid = actor.party_uuid;
  entry.party_name = actor.name;
  entry.resource = "party";
  return entry;
}

// "idle", "absolute" or "" for one that is not over.
std::string_view over_because(const SessionLimits& limits, Instant last_seen, Instant ends_at, Instant now) {
  if (now >= ends_at) return "absolute";
  return now >= last_seen + limits.idle ? "idle" : "";
}

std::string_view over_because(const SessionLimits& limits, const SessionRow& session, Instant now) {
  return over_because(limits, session.last_seen, session.ends, now);
}

// A session that is to end, as it was read, and what the log will say of it.
struct Ending {
  std::string id_hash;
  Instant last_seen;
  ledger::PreparedEntry entry;
};

// `reason` as the catalogue of events says: user, everywhere, issuer, operator, certificate; one that ran out before says so itself.
std::vector<Ending> prepare_endings(ledger::Ledger& ledger, const SessionLimits& limits,
                                    const std::vector<SessionRow>& sessions, Instant at, std::string_view reason) {
  std::vector<Ending> endings;
  for (const auto& session : sessions) {
    const auto over = over_because(limits, session, at);
    auto entry = entry_of(ledger::EventKind::session_closed, session.actor, at);
    entry.set(ledger::parameter::reason, over.empty() ? reason : over);
    entry.set(ledger::parameter::session, session.actor.session);
    endings.push_back({session.id_hash, session.last_seen, ledger.prepare(std::move(entry))});
  }
  return endings;
}

// One that was used or closed since it was read stays as it is: why it would end may be another reason now. Answers with
// the hashes of the ids of those that ended: the cache forgets them when the transaction is durable.
std::vector<std::string> end_those(Tx& tx, ledger::Ledger& ledger, const std::vector<Ending>& endings, Instant at) {
  std::vector<std::string> closed;
  for (const auto& ending : endings) {
    const auto changed =
        tx.run("UPDATE login_session SET closed_at = ? WHERE id_hash = ? AND closed_at IS NULL AND last_seen_at = ?",
               {at, ending.id_hash, ending.last_seen});
    if (changed != 1) continue;
    closed.push_back(ending.id_hash);
    ledger.append(tx, ending.entry);
  }
  return closed;
}

// A write whose closure refuses nothing.
template <class F>
void write_all(store::Database& database, F&& work) {
  const auto done = database.write([&](Tx& tx) -> base::Status {
    work(tx);
    return {};
  });
  if (!done) throw store::DatabaseError("sessions could not be written");
}

// The sessions of one person; of an organisation those of all its certificates, or of the actor's alone.
enum class Certificates : bool { all, own };
struct OfActor {
  std::string where;
  std::vector<store::Value> values;  // borrowed from the actor
};
OfActor sessions_of(const terms::Actor& actor, Certificates certificates = Certificates::own) {
  if (actor.kind != terms::ActorKind::organisation) return {"user_id = ? AND actor_kind = 0", {actor.user_id}};
  OfActor of{"actor_kind = 1 AND party_id = ?", {actor.party}};
  if (certificates == Certificates::own) {
    of.where += " AND credential = ?";
    of.values.emplace_back(actor.credential);
  }
  return of;
}

bool is_same(const terms::Actor& a, const terms::Actor& b) {
  return a.kind == b.kind && a.user_id == b.user_id && a.party == b.party && a.credential == b.credential;
}

// What a login ends: the session the request came with, which is stepped up when it is the same person's, and is closed
// else; and the person's oldest, or the organisation's, when there are more than one may have.
struct Displaced {
  bool steps_up = false;
  std::vector<SessionRow> ended;
  [[nodiscard]] bool is(const Displaced& other) const {
    return steps_up == other.steps_up &&
           std::ranges::equal(ended, other.ended, [](const SessionRow& a, const SessionRow& b) {
             return a.id_hash == b.id_hash && a.last_seen == b.last_seen;
           });
  }
};

Displaced displaced_by(Tx& tx, const terms::Actor& actor, const std::string& previous_hash, const SessionLimits& limits,
                       Instant now) {
  Displaced displaced;
  if (!previous_hash.empty()) {
    displaced.ended = sessions_where(tx, "id_hash = ? AND closed_at IS NULL", {previous_hash});
    displaced.steps_up = !displaced.ended.empty() && is_same(displaced.ended[0].actor, actor) &&
                         over_because(limits, displaced.ended[0], now).empty();
    if (displaced.steps_up) displaced.ended.clear();
  }
  auto all = sessions_of(actor, Certificates::all);
  all.values.insert(all.values.end(), {now, previous_hash});
  auto open = sessions_where(
      tx, all.where + " AND closed_at IS NULL AND ends_at > ? AND id_hash <> ? ORDER BY started_at, id_hash",
      std::span<const store::Value>(all.values));
  const auto kept = static_cast<std::size_t>(std::max(limits.per_person, 1)) - 1;
  if (open.size() > kept)
    displaced.ended.insert(displaced.ended.end(), open.begin(), open.end() - static_cast<std::ptrdiff_t>(kept));
  return displaced;
}

// Ends what `find` reads, round by round, until there is no more. Answers as end_those() does.
template <class Find>
std::vector<std::string> end_all(store::Database& database, ledger::Ledger& ledger, const SessionLimits& limits,
                                 Instant at, std::string_view reason, Find&& find) {
  std::vector<std::string> all;
  for (bool more = true; more;) {
    const auto sessions = database.read(find);
    if (sessions.empty()) break;
    const auto endings = prepare_endings(ledger, limits, sessions, at, reason);
    std::vector<std::string> closed;
    write_all(database, [&](Tx& tx) { closed = end_those(tx, ledger, endings, at); });
    more = closed.size() < sessions.size() || sessions.size() >= sessions_at_once;
    all.insert(all.end(), closed.begin(), closed.end());
  }
  return all;
}

}  // namespace

std::int64_t close_overdue(store::Database& database, ledger::Ledger& ledger, Instant now, SessionLimits limits) {
  // Who is past the absolute limit is soon idle too: one index serves both.
  const auto ended = end_all(database, ledger, limits, now, "idle", [&](Tx& tx) {
    return sessions_where(tx, "closed_at IS NULL AND last_seen_at <= ? ORDER BY last_seen_at LIMIT ?",
                          {now - limits.idle, static_cast<std::int64_t>(sessions_at_once)});
  });
  return static_cast<std::int64_t>(ended.size());
}

std::vector<OpenSession> open_sessions(store::Database& database, Instant now, std::int64_t max_sessions,
                                       SessionLimits limits) {
  const auto sessions = database.read([&](Tx& tx) {
    return sessions_where(
        tx, "closed_at IS NULL AND ends_at > ? AND last_seen_at > ? ORDER BY started_at, reference LIMIT ?",
        {now, now - limits.idle, max_sessions});
  });
  std::vector<OpenSession> open;
  for (const auto& one : sessions)
    open.push_back({one.actor.session, one.actor.party_uuid, one.actor.method, one.actor.level, one.started,
                    one.last_seen, one.actor.kind});
  return open;
}

std::int64_t end_sessions(store::Database& database, ledger::Ledger& ledger, const SessionFilter& which, Instant now,
                          SessionLimits limits) {
  std::string where = "closed_at IS NULL";
  std::vector<store::Value> values;
  if (!which.reference.empty()) {
    where += " AND reference = ?";
    values.emplace_back(which.reference);
  }
  if (which.party) {
    where += " AND party_uuid = ?";
    values.emplace_back(*which.party);
  }
  values.emplace_back(static_cast<std::int64_t>(sessions_at_once));
  const auto ended = end_all(database, ledger, limits, now, "operator", [&](Tx& tx) {
    return sessions_where(tx, where + " ORDER BY id_hash LIMIT ?", std::span<const store::Value>(values));
  });
  return static_cast<std::int64_t>(ended.size());
}

SessionStore::SessionStore(store::Database& database, ledger::Ledger& ledger, const web::Cookies& cookies,
                           const base::Clock& clock, base::Random& random, SessionLimits limits)
    : database_(database),
      ledger_(ledger),
      cookies_(cookies),
      clock_(clock),
      random_(random),
      limits_(limits),
      cache_(database.engine() == store::Engine::sqlite) {}

std::optional<std::string> SessionStore::id_of(const web::Request& request) const {
  const auto cookie = cookies_.read(request, web::CookieKind::session);
  if (!cookie) return std::nullopt;
  auto id = base::from_base64url(*cookie);
  if (id && id->size() != id_size && id->size() != organisation_id_size) id.reset();
  return id;
}

std::optional<Session> SessionStore::find(const web::Request& request) {
  const auto id = id_of(request);
  if (!id) return std::nullopt;
  const auto hash = hash_of(*id);
  const auto now = clock_.now();
  auto [stored, generation] = cache_.find(hash);
  // Nobody is logged out by what is kept in memory: the row may know of a later visit.
  if (stored && !over_because(limits_, stored->last_seen, stored->ends_at, now).empty()) stored.reset();
  if (!stored) {
    const auto row = database_.read([&](Tx& tx) { return session_with(tx, hash); });
    if (!row || row->is_closed) return std::nullopt;
    stored = StoredSession{{.actor = row->actor,
                            .started = row->started,
                            .last_seen = row->last_seen,
                            .reference = row->actor.session,
                            .idle_ends = {},
                            .ends = {},
                            .logged_in_at = row->logged_in_at},
                           row->last_seen,
                           row->ends};
    cache_.put(hash, *stored, generation);
  }
  if (!over_because(limits_, stored->last_seen, stored->ends_at, now).empty()) {
    close_where("id_hash = ? AND (last_seen_at <= ? OR ends_at <= ?)", {hash, now - limits_.idle, now}, now, "");
    return std::nullopt;
  }
  if (!is_in_force(stored->session.actor, now)) {
    close_where("id_hash = ?", {hash}, now, "certificate");
    return std::nullopt;
  }
  if (now >= stored->last_seen + touch_every) {
    write_all(database_, [&](Tx& tx) {
      tx.run("UPDATE login_session SET last_seen_at = ? WHERE id_hash = ? AND last_seen_at < ? AND closed_at IS NULL",
             {now, hash, now});
    });
    stored->last_seen = now;
    cache_.put(hash, *stored, generation);
  }
  stored->session.last_seen = now;
  stored->session.ends = stored->ends_at;
  stored->session.idle = limits_.idle;
  stored->session.idle_ends = std::min(now + limits_.idle, stored->ends_at);
  return std::move(stored->session);
}

// An organisation's certificate is asked for in the rows each time: one that was ended is so from the next request on, in
// whatever process that was said.
bool SessionStore::is_in_force(const terms::Actor& actor, Instant now) {
  if (actor.kind != terms::ActorKind::organisation) return true;
  const auto certificate = access::certificate_of(actor);
  return database_.read([&](Tx& tx) { return access::is_in_force(tx, certificate, now); });
}

std::string SessionStore::holder_of(const web::Request& request) const {
  const auto named = [](const terms::Actor& actor) {
    return actor.kind == terms::ActorKind::organisation ? "o" + std::to_string(actor.party.value)
                                                        : std::to_string(actor.user_id);
  };
  const auto id = id_of(request);
  if (!id) return "";
  const auto hash = hash_of(*id);
  const auto now = clock_.now();
  if (const auto kept = cache_.find(hash).found;
      kept && over_because(limits_, kept->last_seen, kept->ends_at, now).empty())
    return named(kept->session.actor);
  const auto row = database_.read([&](Tx& tx) { return session_with(tx, hash); });
  if (!row || row->is_closed || !over_because(limits_, *row, now).empty()) return "";
  return named(row->actor);
}

ledger::PreparedEntry SessionStore::prepare_opened(ledger::EventKind kind, const terms::Actor& actor,
                                                   std::string_view issuer, Instant at) {
  auto entry = entry_of(kind, actor, at);
  entry.set(ledger::parameter::issuer, issuer);
  entry.set(ledger::parameter::level, digit_of(actor.level));
  entry.set(ledger::parameter::method, actor.method);
  entry.set(ledger::parameter::session, actor.session);
  return ledger_.prepare(std::move(entry));
}

int SessionStore::close_where(std::string_view where, std::initializer_list<store::Value> values, Instant at,
                              std::string_view reason) {
  return close_where(where, std::span(values.begin(), values.size()), at, reason);
}

int SessionStore::close_where(std::string_view where, std::span<const store::Value> values, Instant at,
                              std::string_view reason) {
  std::vector<std::string> closed;
  try {
    closed = end_all(database_, ledger_, limits_, at, reason,
                     [&](Tx& tx) { return sessions_where(tx, std::string(where) + " AND closed_at IS NULL", values); });
  } catch (...) {
    cache_.clear();  // they may be closed all the same
    throw;
  }
  cache_.erase(closed);
  return static_cast<int>(closed.size());
}

base::Status SessionStore::count_login(terms::PartyId person) {
  return database_.write(
      [&](Tx& tx) -> base::Status { return limits_.quotas.spend(tx, store::Spending::logins, clock_.now(), person); });
}

std::string SessionStore::open(const NewSession& wanted, const web::Request& request) {
  const auto now = clock_.now();
  const bool of_person_alone = wanted.actor.kind == terms::ActorKind::person;
  const auto id = random_.bytes(of_person_alone ? id_size : organisation_id_size);
  const auto hash = hash_of(id);
  const auto reference = base::Uuid::v4(random_).text();
  const auto sealed =
      wanted.id_token.empty() ? base::Bytes() : crypto::seal(token_key(id), wanted.id_token, hash, random_);
  const auto sid_hash = issuer_session_hash(wanted.issuer, wanted.issuer_session);
  const auto device = device_of(request.header("user-agent"));
  const auto previous_id = id_of(request);
  const auto previous_hash = previous_id ? hash_of(*previous_id) : std::string();
  terms::Actor actor = wanted.actor;
  actor.session = reference;

  // One of them is appended; which, is seen inside.
  const auto opened = prepare_opened(ledger::EventKind::session_opened, actor, wanted.issuer, now);
  const auto stepped_up =
      previous_hash.empty() ? opened : prepare_opened(ledger::EventKind::session_stepped_up, actor, wanted.issuer, now);
  std::vector<std::string> closed;
  const bool opened_at_last = store::until_unchanged([&] {
    bool done = false;
    const auto found = database_.read([&](Tx& tx) { return displaced_by(tx, actor, previous_hash, limits_, now); });
    const auto endings = prepare_endings(ledger_, limits_, found.ended, now, "user");
    write_all(database_, [&](Tx& tx) {
      const auto displaced = displaced_by(tx, actor, previous_hash, limits_, now);
      done = displaced.is(found);  // else the entries say something else than what would be done
      if (!done) return;
      closed = end_those(tx, ledger_, endings, now);
      if (displaced.steps_up) {
        tx.run("UPDATE login_session SET closed_at = ? WHERE id_hash = ?", {now, previous_hash});
        closed.push_back(previous_hash);
      }
      tx.run(
          "INSERT INTO login_session (id_hash, reference, user_id, party_id, party_uuid, name, level, method, issuer, "
          "issuer_session_hash, id_token, "
          "started_at, last_seen_at, ends_at, device, actor_kind, credential, authenticated_at) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          {hash, reference, actor.user_id, actor.party, actor.party_uuid, actor.name, static_cast<int>(actor.level),
           actor.method, wanted.issuer, sid_hash, store::Value::octets(sealed), now, now, now + limits_.absolute,
           to_text(device), actor.kind == terms::ActorKind::organisation ? of_organisation : of_person,
           actor.credential, wanted.logged_in_at ? store::Value(*wanted.logged_in_at) : store::Value(nullptr)});
      ledger_.append(tx, displaced.steps_up ? stepped_up : opened);
    });
    return done;
  });
  if (!opened_at_last) throw store::DatabaseError("what a login ends changed each time it was read");
  cache_.erase(closed);
  return base::to_base64url(id);
}

void SessionStore::close(const web::Request& request) {
  const auto id = id_of(request);
  if (id) close_where("id_hash = ?", {hash_of(*id)}, clock_.now(), "user");
}

bool SessionStore::close_one(const terms::Actor& actor, std::string_view reference, Instant at) {
  auto of = sessions_of(actor);
  of.values.emplace_back(reference);
  return close_where(of.where + " AND reference = ?", std::span<const store::Value>(of.values), at, "user") != 0;
}

void SessionStore::close_all(const terms::Actor& actor, Instant at) {
  const auto of = sessions_of(actor);
  close_where(of.where, std::span<const store::Value>(of.values), at, "everywhere");
}

std::int64_t SessionStore::end(const SessionFilter& which) {
  try {
    const auto ended = end_sessions(database_, ledger_, which, clock_.now(), limits_);
    cache_.clear();
    return ended;
  } catch (...) {
    cache_.clear();
    throw;
  }
}

int SessionStore::close_by_issuer(std::string_view issuer, std::string_view issuer_session, Instant at) {
  const auto sid_hash = issuer_session_hash(issuer, issuer_session);
  return sid_hash.empty() ? 0 : close_where("issuer_session_hash = ?", {sid_hash}, at, "issuer");
}

bool SessionStore::has_id_token(const web::Request& request) {
  const auto id = id_of(request);
  if (!id) return false;
  const auto row = database_.read([&](Tx& tx) {
    return tx.query_one("SELECT id_token FROM login_session WHERE id_hash = ? AND closed_at > ?",
                        {hash_of(*id), clock_.now() - logout_time});
  });
  return row && !store::read_one<base::Bytes>(*row).empty();
}

std::optional<std::string> SessionStore::take_id_token(const web::Request& request) {
  const auto id = id_of(request);
  if (!id) return std::nullopt;
  const auto hash = hash_of(*id);
  const auto now = clock_.now();
  std::optional<std::string> sealed;
  write_all(database_, [&](Tx& tx) {
    sealed.reset();
    const auto row = tx.query_one("SELECT id_token FROM login_session WHERE id_hash = ? AND closed_at > ?",
                                  {hash, now - logout_time});
    auto kept = row ? store::read_one<base::Bytes>(*row) : base::Bytes();
    if (kept.empty()) return;
    sealed = std::move(kept);
    tx.run("UPDATE login_session SET id_token = ? WHERE id_hash = ?", {store::Value::octets(""), hash});
  });
  if (!sealed) return std::nullopt;
  auto token = crypto::open(token_key(*id), *sealed, hash);
  if (!token) return std::nullopt;
  return std::move(*token);
}

std::vector<Sessions::Device> SessionStore::devices(const Session& session) {
  const auto now = clock_.now();
  auto of = sessions_of(session.actor);
  of.values.insert(of.values.end(), {now, now - limits_.idle});
  const auto open = database_.read([&](Tx& tx) {
    return sessions_where(tx,
                          of.where +
                              " AND closed_at IS NULL AND ends_at > ? AND last_seen_at > ? "
                              "ORDER BY last_seen_at DESC, reference",
                          std::span<const store::Value>(of.values));
  });
  std::vector<Device> devices;
  for (const auto& one : open) {
    const auto device = device_from(one.device);
    devices.push_back({one.actor.session, one.started, one.last_seen, one.actor.method, device.browser, device.system,
                       one.actor.session == session.reference});
  }
  return devices;
}

}  // namespace alting::login
