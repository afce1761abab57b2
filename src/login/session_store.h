// Sessions in the database: what `Sessions` promises, and opening and ending them.
//
// The cookie holds 32 random octets; the database their SHA-256. The issuer's id_token, which its logout wants to see
// again, is sealed with a key derived from the cookie, so that the database alone cannot open it. Every opening,
// step-up and closing is an entry of the log in the same transaction.
//
// An organisation has sessions too, of its enterprise certificates: what is said here of a person's sessions holds for those
// of one certificate. They are over when the certificate is ended (access/certificates.h), from the next request on.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "ledger/ledger.h"
#include "login/session_cache.h"
#include "login/sessions.h"
#include "store/database.h"
#include "store/quota.h"
#include "web/cookies.h"

namespace alting::login {

struct SessionLimits {  // settings login.idle_minutes and login.longest_hours
  base::Duration idle = base::Duration::minutes(30);
  base::Duration absolute = base::Duration::hours(8);
  int per_person = 50;  // open at once, of an organisation too; the oldest gives way
  store::Quotas quotas = {};
};

// Ends, in the log too, sessions that ran out and were not asked for since; how many. Each transaction takes a few.
[[nodiscard]] std::int64_t close_overdue(store::Database& database, ledger::Ledger& ledger, base::Instant now,
                                         SessionLimits limits = {});

// Whose sessions: one session, one person's or organisation's, or all.
struct SessionFilter {
  std::string reference = {};
  std::optional<terms::PartyUuid> party = {};
};
struct OpenSession {
  std::string reference;
  terms::PartyUuid party;
  std::string method;
  terms::AssuranceLevel level = terms::AssuranceLevel::none;
  base::Instant started, last_seen;
  terms::ActorKind kind = terms::ActorKind::person;
};
// For the operator: those that are open now, the longest first; at most `most`. Without names.
[[nodiscard]] std::vector<OpenSession> open_sessions(store::Database& database, base::Instant now,
                                                     std::int64_t max_sessions, SessionLimits limits = {});
// Ends them, in the log too (reason "operator"); how many. For a database that no server uses: what a server keeps in
// memory it forgets in SessionStore::end.
[[nodiscard]] std::int64_t end_sessions(store::Database& database, ledger::Ledger& ledger, const SessionFilter& which,
                                        base::Instant now, SessionLimits limits = {});

struct NewSession {
  terms::Actor actor;  // `session` is filled in here
  std::string issuer;
  std::string issuer_session;  // `sid`, or ""
  std::string id_token;
  std::optional<base::Instant> logged_in_at = {};  // IdTokenClaims::logged_in_at
};

class SessionStore final : public Sessions {
 public:
  SessionStore(store::Database& database, ledger::Ledger& ledger, const web::Cookies& cookies, const base::Clock& clock,
               base::Random& random, SessionLimits limits = {});

  std::optional<Session> find(const web::Request& request) override;
  void close(const web::Request& request) override;
  void close_all(const terms::Actor& actor, base::Instant at) override;
  std::vector<Device> devices(const Session& session) override;
  bool close_one(const terms::Actor& actor, std::string_view reference, base::Instant at) override;

  // Before open(): `too_many` when this person, or organisation, has logged in as often as one may in an hour.
  [[nodiscard]] base::Status count_login(terms::PartyId party);
  // Whose the request's session is, by a name that is theirs alone, "" when there is none that is not over: for shares
  // (web/asker.h). Changes nothing.
  [[nodiscard]] std::string holder_of(const web::Request& request) const;

  // Opens a session with a new id, which it returns for the cookie. The one the request came with ends: as a step-up
  // when it is the same person's, as a logout when it is someone else's.
  [[nodiscard]] std::string open(const NewSession& wanted, const web::Request& request);
  std::int64_t end(const SessionFilter& which);  // end_sessions, and from memory too
  // Front-channel logout: ends all sessions of this `sid`; how many there were.
  int close_by_issuer(std::string_view issuer, std::string_view issuer_session, base::Instant at);
  // Whether take_id_token() would find one; changes nothing.
  [[nodiscard]] bool has_id_token(const web::Request& request);
  // The id_token of the request's session, closed in the last five minutes, for one use: then it is forgotten.
  [[nodiscard]] std::optional<std::string> take_id_token(const web::Request& request);

 private:
  [[nodiscard]] std::optional<std::string> id_of(
      const web::Request& request) const;  // from the cookie; well-formed ones only
  [[nodiscard]] ledger::PreparedEntry prepare_opened(ledger::EventKind kind, const terms::Actor& actor,
                                                     std::string_view issuer, base::Instant at);
  // Closes all that `where` finds, in a transaction of its own; how many there were.
  int close_where(std::string_view where, std::span<const store::Value> values, base::Instant at,
                  std::string_view reason);
  int close_where(std::string_view where, std::initializer_list<store::Value> values, base::Instant at,
                  std::string_view reason);
  [[nodiscard]] bool is_in_force(const terms::Actor& actor, base::Instant now);
  store::Database& database_;
  ledger::Ledger& ledger_;
  const web::Cookies& cookies_;
  const base::Clock& clock_;
  base::Random& random_;
  SessionLimits limits_;
  SessionCache cache_;
};

}  // namespace alting::login
