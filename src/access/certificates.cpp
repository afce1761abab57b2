#include "access/certificates.h"

#include "access/granting.h"
#include "access/state.h"
#include "base/text.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/once.h"

namespace alting::access {
namespace {

constexpr std::int64_t max_certificates = 500;  // of one organisation, that were not ended
constexpr std::size_t longest_serial = 100, longest_issuer = 500;

base::Error certificate_error(base::ErrorKind kind, std::string_view code) {
  return base::make_error(kind, std::string(code));
}
base::Error ended_certificate() { return certificate_error(base::ErrorKind::forbidden, "error.certificate.ended"); }
base::Error no_such_certificate() {
  return certificate_error(base::ErrorKind::not_found, "error.certificate.unknown_here");
}

bool may_see_certificates(const terms::Permit& permit) {
  return permit.action() == terms::Action::delegate || permit.action() == terms::Action::read_delegations;
}

struct KnownCertificate {
  terms::PartyId party;
  std::string id;
  bool ended = false;
};

std::optional<KnownCertificate> find_certificate(store::Tx& tx, std::string_view fingerprint) {
  const auto row =
      tx.query_one("SELECT party, id, ended_at FROM access_certificate WHERE fingerprint = ?", {fingerprint});
  if (!row) return std::nullopt;
  store::RowReader from(*row);
  KnownCertificate known{from.next<terms::PartyId>(), from.next<std::string>()};
  known.ended = from.next<std::optional<base::Instant>>().has_value();
  return known;
}

void describe_certificate(ledger::NewEntry& entry, std::string_view id, std::string_view serial,
                          std::string_view issuer_name) {
  entry.set(ledger::parameter::certificate, id);
  entry.set(ledger::parameter::serial, serial);
  entry.set(ledger::parameter::issuer, issuer_name);
}

class DatabaseCertificates final : public Certificates {
 public:
  DatabaseCertificates(State& state, Decider& decider) : state_(state), decider_(decider) {}

  base::Result<std::string> note_login(terms::PartyId organisation, const SeenCertificate& seen,
                                       base::Instant at) override {
    const auto party = state_.parts.parties.find(organisation);
    if (!party || party->kind == parties::PartyKind::person)
      return certificate_error(base::ErrorKind::not_found, "error.party.not_found");
    const auto known =
        state_.parts.database.read([&](store::Tx& tx) { return find_certificate(tx, seen.fingerprint); });
    if (known) return note_again(organisation, seen, at);
    const auto id = base::Uuid::v7(state_.parts.random, at).text();
    const auto serial = base::one_line(seen.serial, longest_serial);
    const auto issuer_name = base::one_line(seen.issuer_name, longest_issuer);
    const auto prepared = state_.parts.ledger.prepare(first_entry(*party, id, serial, issuer_name, seen, at));
    bool there = false;  // since it was looked for
    auto done = write_access(state_, organisation, [&](store::Tx& tx) -> base::Result<std::string> {
      there = find_certificate(tx, seen.fingerprint).has_value();
      if (there) return std::string();
      if (store::read_one<std::int64_t>(tx,
                                        "SELECT COUNT(*) FROM access_certificate WHERE party = ? AND ended_at IS NULL",
                                        {organisation}) >= max_certificates)
        return certificate_error(base::ErrorKind::too_many, "error.certificate.too_many");
      tx.run(
          "INSERT INTO access_certificate (party, id, fingerprint, serial, issuer_name, not_after, first_used, "
          "last_used) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          {organisation, id, seen.fingerprint, serial, issuer_name, seen.not_after, at, at});
      raise_version(tx, organisation);
      state_.parts.ledger.append(tx, prepared);
      return id;
    });
    if (done && there) return note_again(organisation, seen, at);
    return done;
  }

  bool was_ended(std::string_view fingerprint) override {
    const auto known = state_.parts.database.read([&](store::Tx& tx) { return find_certificate(tx, fingerprint); });
    return known && known->ended;
  }

  bool in_force(std::string_view id) override {
    const auto now = state_.parts.clock.now();
    const auto holder_in_memory = [&] {
      return state_.read([&](const parties::GraphData&, const State& known) {
        return known.delegations().holder_of_certificate(std::string(id));
      });
    };
    auto holder = holder_in_memory();
    if (!holder) {  // ended, or another process saw its first login a moment ago
      const auto row = state_.parts.database.read([&](store::Tx& tx) {
        return tx.query_one("SELECT party FROM access_certificate WHERE id = ? AND ended_at IS NULL", {id});
      });
      if (!row) return false;
      state_.follow(store::read_one<terms::PartyId>(*row));
      holder = holder_in_memory();
    }
    return holder && state_.look([&](const parties::GraphData&, const State& known) {
      return std::ranges::any_of(known.delegations().certificates(*holder).known,
                                 [&](const CertificateFact& one) { return one.id == id && now <= one.not_after; });
    });
  }

  std::vector<ListedCertificate> list(const terms::Permit& permit) override {
    std::vector<ListedCertificate> all;
    if (!may_see_certificates(permit)) return all;
    const auto rows = state_.parts.database.read([&](store::Tx& tx) {
      return tx.query(
          "SELECT id, serial, issuer_name, not_after, first_used, last_used, ended_at FROM access_certificate WHERE "
          "party = ? ORDER BY last_used DESC, id LIMIT 2000",
          {permit.party()});
    });
    for (const auto& row : rows) {
      store::RowReader from(row);
      auto& one = all.emplace_back();
      one.id = from.next<std::string>();
      one.serial = from.next<std::string>();
      one.issuer_name = from.next<std::string>();
      one.not_after = from.next<base::Instant>();
      one.first_used = from.next<base::Instant>();
      one.last_used = from.next<base::Instant>();
      one.ended_at = from.next<std::optional<base::Instant>>();
    }
    return all;
  }

  base::Status end(const terms::Permit& permit, std::string_view id, base::Instant at,
                   std::string_view post_id) override {
    ALTING_TRY(post, read_post(post_id));
    ALTING_CHECK(check_managing(permit));
    const auto row = state_.parts.database.read([&](store::Tx& tx) {
      return tx.query_one("SELECT serial, issuer_name FROM access_certificate WHERE party = ? AND id = ?",
                          {permit.party(), id});
    });
    if (!row) return no_such_certificate();
    const auto [serial, issuer_name] = store::read_row<std::string, std::string>(*row);
    auto entry = ledger::entry_for(ledger::EventKind::certificate_ended, permit, at);
    entry.party_name = name_of_party(permit.party());
    describe_certificate(entry, id, serial, issuer_name);
    const auto prepared = state_.parts.ledger.prepare(std::move(entry));
    return change(permit, at, post, fmt::format("{} {}", certificate_ended, id), [&](store::Tx& tx) -> base::Status {
      if (tx.run("UPDATE access_certificate SET ended_at = ?, ended_by = ? WHERE party = ? AND id = ? AND ended_at IS "
                 "NULL",
                 {at, permit.actor().party, permit.party(), id}) == 0)
        return no_such_certificate();
      raise_version(tx, permit.party());
      state_.parts.ledger.append(tx, prepared);
      return {};
    });
  }

  Rights rights(const terms::Permit& permit) override {
    if (!may_see_certificates(permit)) return {false, false};
    return state_.parts.database.read([&](store::Tx& tx) { return rights_in(tx, permit.party()); });
  }

  base::Status set_rights(const terms::Permit& permit, Rights rights, base::Instant at,
                          std::string_view post_id) override {
    ALTING_TRY(post, read_post(post_id));
    ALTING_CHECK(check_managing(permit));
    rights.sub_units = rights.sub_units && rights.fills_and_sends;
    auto entry = ledger::entry_for(ledger::EventKind::certificate_rights_changed, permit, at);
    entry.party_name = name_of_party(permit.party());
    entry.set(ledger::parameter::fills_and_sends, rights.fills_and_sends ? "yes" : "no");
    entry.set(ledger::parameter::sub_units, rights.sub_units ? "yes" : "no");
    const auto prepared = state_.parts.ledger.prepare(std::move(entry));
    const auto act = fmt::format("{} {}/{}/{}", certificate_narrowed, permit.party().value, rights.fills_and_sends,
                                 rights.sub_units);
    return change(permit, at, post, act, [&](store::Tx& tx) -> base::Status {
      if (rights_in(tx, permit.party()) == rights) return {};
      tx.run(
          "INSERT INTO access_certificate_rights (party, fills_and_sends, sub_units, changed_at, changed_by) VALUES "
          "(?, ?, ?, ?, ?) ON CONFLICT (party) DO UPDATE SET fills_and_sends = excluded.fills_and_sends, sub_units = "
          "excluded.sub_units, changed_at = excluded.changed_at, changed_by = excluded.changed_by",
          {permit.party(), rights.fills_and_sends, rights.sub_units, at, permit.actor().party});
      raise_version(tx, permit.party());
      state_.parts.ledger.append(tx, prepared);
      return {};
    });
  }

  std::string_view role() const override { return state_.parts.certificates.code; }

 private:
  static base::Status check_managing(const terms::Permit& permit) {
    if (permit.action() == terms::Action::delegate) return {};
    return certificate_error(base::ErrorKind::forbidden, "error.delegation.permit");
  }

  std::string name_of_party(terms::PartyId id) const {
    const auto party = state_.parts.parties.find(id);
    return party ? party->name : std::string();
  }

  // One who manages access does something to the organisation's certificates: once, and memory follows.
  template <class F>
  base::Status change(const terms::Permit& permit, base::Instant at, const base::Uuid& post, const std::string& act,
                      F&& work) {
    const auto done = write_access(state_, permit.party(), [&](store::Tx& tx) -> base::Result<std::string> {
      return store::once(tx, post, key_of(permit.actor()), act, at, [&]() -> base::Result<std::string> {
        ALTING_CHECK(decider_.recheck(tx, permit));  // as every write does
        ALTING_CHECK(state_.parts.quotas.spend(tx, store::Spending::entries, at, permit.actor().party, permit.party()));
        ALTING_CHECK(work(tx));
        return std::string("done");
      });
    });
    return done ? base::Status() : base::Status(std::unexpected(done.error()));
  }

  // One that was used before; an ended one stays ended.
  base::Result<std::string> note_again(terms::PartyId organisation, const SeenCertificate& seen, base::Instant at) {
    return state_.parts.database.write([&](store::Tx& tx) -> base::Result<std::string> {
      const auto known = find_certificate(tx, seen.fingerprint);
      if (!known || known->ended || known->party != organisation) return ended_certificate();
      tx.run("UPDATE access_certificate SET last_used = ? WHERE party = ? AND id = ?", {at, organisation, known->id});
      return known->id;
    });
  }

  ledger::NewEntry first_entry(const parties::Party& party, const std::string& id, std::string_view serial,
                               std::string_view issuer_name, const SeenCertificate& seen, base::Instant at) const {
    ledger::NewEntry entry{ledger::EventKind::certificate_first_used, at};
    entry.actor.kind = terms::ActorKind::organisation;
    entry.actor.party = party.id;
    entry.actor.party_uuid = party.uuid;
    entry.actor.level = terms::AssuranceLevel::substantial;
    entry.actor.method = "Virksomhetssertifikat";
    entry.actor.name = party.name;
    entry.party = party.id;
    entry.party_uuid = party.uuid;
    entry.party_name = party.name;
    entry.organisation_number = party.organisation_number;
    entry.resource = "party";
    describe_certificate(entry, id, serial, issuer_name);
    entry.set(ledger::parameter::until, base::to_date_oslo(seen.not_after));
    return entry;
  }

  static Rights rights_in(store::Tx& tx, terms::PartyId organisation) {
    const auto all = certificates_of(tx, organisation);
    return {all.fills_and_sends, all.sub_units};
  }

  State& state_;
  Decider& decider_;
};

}  // namespace

std::string_view certificate_of(const terms::Actor& actor) {
  const std::string_view credential = actor.credential;
  if (actor.kind != terms::ActorKind::organisation || !credential.starts_with(certificate_credential)) return {};
  return credential.substr(certificate_credential.size());
}

bool is_in_force(store::Tx& tx, std::string_view id, base::Instant now) {
  const auto row = tx.query_one("SELECT not_after FROM access_certificate WHERE id = ? AND ended_at IS NULL", {id});
  return row && now <= store::read_one<base::Instant>(*row);
}

std::unique_ptr<Certificates> make_certificates(State& state, Decider& decider) {
  return std::make_unique<DatabaseCertificates>(state, decider);
}

}  // namespace alting::access
