#include "login/session_store.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/uuid.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "login/device.h"
#include "login/level.h"
#include "store/unchanged.h"

namespace alting::login {
namespace {

using base::Instant;
using store::Row;
using store::Tx;

constexpr std::size_t id_size = 32;  // octets
constexpr auto touch_every = base::Duration::minutes(1);
constexpr auto logout_time = base::Duration::minutes(5);
constexpr std::size_t sessions_at_once = 100;  // ended in one transaction
constexpr std::string_view columns =
    "id_hash, reference, user_id, party_id, party_uuid, name, level, method, started_at, last_seen_at, ends_at, "
    "closed_at, device";

std::string hash_of(std::string_view text) { return base::to_hex(crypto::sha256(text)); }

// The issuer is part of what is hashed: a `sid` is unique only within its issuer.
std::string issuer_session_hash(std::string_view issuer, std::string_view session) {
  return session.empty() ? std::string() : base::to_hex(crypto::sha256({issuer, "\n", session}));
}

crypto::SecretBytes token_key(std::string_view id) {
  return crypto::hkdf_sha256(id, "", "alting id_token", crypto::seal_key_size);
}

terms::Actor actor_of(const Row& row) {
  terms::Actor actor;
  actor.kind = terms::ActorKind::person;
  actor.session = row.text(1);
  actor.user_id = row.number(2);
  actor.party = {row.number(3)};
  actor.party_uuid = {row.uuid(4)};
  actor.name = row.text(5);
  actor.level = static_cast<terms::AssuranceLevel>(row.number(6));
  actor.method = row.text(7);
  return actor;
}

std::string select(std::string_view where) {
  return "SELECT " + std::string(columns) + " FROM login_session WHERE " + std::string(where);
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

// A session that is to end, as it was read, and what the log will say of it.
struct Ending {
  std::string id_hash;
  Instant last_seen;
  ledger::PreparedEntry entry;
};

// `reason` as the catalogue of events says: user, everywhere, issuer, operator; one that ran out before says so itself.
std::vector<Ending> prepare_endings(ledger::Ledger& ledger, const SessionLimits& limits, const std::vector<Row>& rows,
                                    Instant at, std::string_view reason) {
  std::vector<Ending> endings;
  for (const auto& row : rows) {
    const auto over = over_because(limits, row.instant(9), row.instant(10), at);
    auto entry = entry_of(ledger::EventKind::session_closed, actor_of(row), at);
    entry.set(ledger::parameter::reason, over.empty() ? reason : over);
    entry.set(ledger::parameter::session, row.text(1));
    endings.push_back({row.text(0), row.instant(9), ledger.prepare(std::move(entry))});
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

// What a login ends: the session the request came with, which is stepped up when it is the same person's, and is closed
// else; and the person's oldest, when there are more than one may have.
struct Displaced {
  bool steps_up = false;
  std::vector<Row> ended;
  [[nodiscard]] bool is(const Displaced& other) const {
    return steps_up == other.steps_up && std::ranges::equal(ended, other.ended, [](const Row& a, const Row& b) {
             return a.text(0) == b.text(0) && a.instant(9) == b.instant(9);
           });
  }
};

Displaced displaced_by(Tx& tx, const terms::Actor& actor, const std::string& previous_hash, const SessionLimits& limits,
                       Instant now) {
  Displaced displaced;
  if (!previous_hash.empty()) {
    displaced.ended = tx.query(select("id_hash = ? AND closed_at IS NULL"), {previous_hash});
    displaced.steps_up =
        !displaced.ended.empty() && displaced.ended[0].number(2) == actor.user_id &&
        over_because(limits, displaced.ended[0].instant(9), displaced.ended[0].instant(10), now).empty();
    if (displaced.steps_up) displaced.ended.clear();
  }
  auto open = tx.query(
      select("user_id = ? AND closed_at IS NULL AND ends_at > ? AND id_hash <> ? ORDER BY started_at, id_hash"),
      {actor.user_id, now, previous_hash});
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
    const auto rows = database.read(find);
    if (rows.empty()) break;
    const auto endings = prepare_endings(ledger, limits, rows, at, reason);
    std::vector<std::string> closed;
    write_all(database, [&](Tx& tx) { closed = end_those(tx, ledger, endings, at); });
    more = closed.size() < rows.size() || rows.size() >= sessions_at_once;
    all.insert(all.end(), closed.begin(), closed.end());
  }
  return all;
}

}  // namespace

std::int64_t close_overdue(store::Database& database, ledger::Ledger& ledger, Instant now, SessionLimits limits) {
  // Who is past the absolute limit is soon idle too: one index serves both.
  const auto ended = end_all(database, ledger, limits, now, "idle", [&](Tx& tx) {
    return tx.query(select("closed_at IS NULL AND last_seen_at <= ? ORDER BY last_seen_at LIMIT ?"),
                    {now - limits.idle, static_cast<std::int64_t>(sessions_at_once)});
  });
  return static_cast<std::int64_t>(ended.size());
}

std::vector<OpenSession> open_sessions(store::Database& database, Instant now, std::int64_t most,
                                       SessionLimits limits) {
  const auto rows = database.read([&](Tx& tx) {
    return tx.query(
        select("closed_at IS NULL AND ends_at > ? AND last_seen_at > ? ORDER BY started_at, reference LIMIT ?"),
        {now, now - limits.idle, most});
  });
  std::vector<OpenSession> open;
  for (const auto& row : rows) {
    const auto actor = actor_of(row);
    open.push_back({actor.session, actor.party_uuid, actor.method, actor.level, row.instant(8), row.instant(9)});
  }
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
  if (which.person) {
    where += " AND party_uuid = ?";
    values.emplace_back(*which.person);
  }
  values.emplace_back(static_cast<std::int64_t>(sessions_at_once));
  const auto ended = end_all(database, ledger, limits, now, "operator", [&](Tx& tx) {
    return tx.query_with(select(where + " ORDER BY id_hash LIMIT ?"), values);
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
  if (id && id->size() != id_size) id.reset();
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
    const auto row = database_.read([&](Tx& tx) { return tx.query_one(select("id_hash = ?"), {hash}); });
    if (!row || !row->is_null(11)) return std::nullopt;
    const auto actor = actor_of(*row);
    stored = StoredSession{
        {actor, row->instant(8), row->instant(9), actor.session, {}, {}}, row->instant(9), row->instant(10)};
    cache_.put(hash, *stored, generation);
  }
  if (!over_because(limits_, stored->last_seen, stored->ends_at, now).empty()) {
    close_where("id_hash = ? AND (last_seen_at <= ? OR ends_at <= ?)", {hash, now - limits_.idle, now}, now, "");
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

std::optional<std::int64_t> SessionStore::user_of(const web::Request& request) const {
  const auto id = id_of(request);
  if (!id) return std::nullopt;
  const auto hash = hash_of(*id);
  const auto now = clock_.now();
  if (const auto kept = cache_.find(hash).found;
      kept && over_because(limits_, kept->last_seen, kept->ends_at, now).empty())
    return kept->session.actor.user_id;
  const auto row = database_.read([&](Tx& tx) { return tx.query_one(select("id_hash = ?"), {hash}); });
  if (!row || !row->is_null(11) || !over_because(limits_, row->instant(9), row->instant(10), now).empty())
    return std::nullopt;
  return row->number(2);
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
  std::vector<std::string> closed;
  try {
    closed = end_all(database_, ledger_, limits_, at, reason,
                     [&](Tx& tx) { return tx.query(select(std::string(where) + " AND closed_at IS NULL"), values); });
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
  const auto id = random_.bytes(id_size);
  const auto hash = hash_of(id);
  const auto reference = base::Uuid::v4(random_).text();
  const auto sealed = crypto::seal(token_key(id), wanted.id_token, hash, random_);
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
          "started_at, last_seen_at, ends_at, device) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          {hash, reference, actor.user_id, actor.party, actor.party_uuid, actor.name, static_cast<int>(actor.level),
           actor.method, wanted.issuer, sid_hash, store::Value::octets(sealed), now, now, now + limits_.absolute,
           to_text(device)});
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
  return close_where("user_id = ? AND reference = ?", {actor.user_id, reference}, at, "user") != 0;
}

void SessionStore::close_all(const terms::Actor& actor, Instant at) {
  close_where("user_id = ?", {actor.user_id}, at, "everywhere");
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
  return row && !row->octets(0).empty();
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
    if (!row || row->octets(0).empty()) return;
    sealed = row->octets(0);
    tx.run("UPDATE login_session SET id_token = ? WHERE id_hash = ?", {store::Value::octets(""), hash});
  });
  if (!sealed) return std::nullopt;
  auto token = crypto::open(token_key(*id), *sealed, hash);
  if (!token) return std::nullopt;
  return std::move(*token);
}

std::vector<Sessions::Device> SessionStore::devices(const Session& session) {
  const auto now = clock_.now();
  const auto rows = database_.read([&](Tx& tx) {
    return tx.query(select("user_id = ? AND closed_at IS NULL AND ends_at > ? AND last_seen_at > ? ORDER BY "
                           "last_seen_at DESC, reference"),
                    {session.actor.user_id, now, now - limits_.idle});
  });
  std::vector<Device> devices;
  for (const auto& row : rows) {
    const auto device = device_from(row.text(12));
    devices.push_back({row.text(1), row.instant(8), row.instant(9), row.text(7), device.browser, device.system,
                       row.text(1) == session.reference});
  }
  return devices;
}

}  // namespace alting::login
