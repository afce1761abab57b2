#include "access/requests.h"

#include "access/facts.h"
#include "access/giving.h"
#include "access/granting.h"
#include "access/overdue.h"
#include "access/place.h"
#include "access/request_checks.h"
#include "access/request_rows.h"
#include "access/room_catalogue.h"
#include "access/state.h"
#include "base/uuid.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/once.h"
#include "store/unchanged.h"

namespace alting::access {
namespace {

using parties::GraphData;

constexpr std::size_t longest_way_back = 500;

// What is asked for, in an entry and for those who see a part of it.
void set_wish(ledger::NewEntry& entry, const RequestRow& row) {
  entry.set(ledger::parameter::request, row.id.text());
  if (row.role.empty())
    entry.set(ledger::parameter::app, row.app);
  else
    entry.set(ledger::parameter::role, row.role);
}

class DatabaseRequests final : public AccessRequests {
 public:
  DatabaseRequests(State& state, Decider& decider) : state_(state), decider_(decider) {}

  base::Result<OwnRequest> ask(const terms::Actor& actor, const Wish& wish, base::Instant at,
                               std::string_view post_id) override {
    return make(actor, wish, RequestState::sent, at, post_id);
  }
  base::Result<OwnRequest> keep(const terms::Actor& actor, const Wish& wish, base::Instant at,
                                std::string_view post_id) override {
    return make(actor, wish, RequestState::draft, at, post_id);
  }

  base::Result<OwnRequest> send(const terms::Actor& actor, const AccessRequestId& id, base::Instant at,
                                std::string_view post_id) override {
    ALTING_TRY(post, read_post(post_id));
    ALTING_TRY(myself, myself_of(actor));
    const auto kept = mine_under(actor, id);
    std::optional<ledger::PreparedEntry> prepared;
    if (kept) {
      const auto checked =
          check_wish(state_, decider_, actor, {kept->party, kept->asked_role(), kept->asked_app(), kept->back});
      if (!checked) return checked.error();
      prepared = state_.parts.ledger.prepare(sent_entry(myself, *kept, *checked, at));
    }
    auto done = state_.parts.database.write([&](store::Tx& tx) -> base::Result<std::string> {
      return store::once(tx, post, key_of(actor), fmt::format("{} {}", access_asked, id.text()), at,
                         [&]() -> base::Result<std::string> {
                           ALTING_CHECK(decider_.recheck(tx, myself));  // as every write does
                           ALTING_CHECK(spend(tx, actor, actor.party, at));
                           const auto row = find_request(tx, id);
                           if (!kept || !row) return unknown();
                           if (row->state != RequestState::draft) return was_answered();
                           ALTING_CHECK(check_room(tx, state_, *row, at));
                           mark_sent(tx, id, at);
                           state_.parts.ledger.append(tx, *prepared);
                           return id.text();
                         });
    });
    if (!done) return std::move(done.error());
    return own(actor, id);
  }

  base::Status withdraw(const terms::Actor& actor, const AccessRequestId& id, base::Instant at,
                        std::string_view post_id) override {
    ALTING_TRY(post, read_post(post_id));
    ALTING_TRY(myself, myself_of(actor));
    const auto kept = mine_under(actor, id);
    std::optional<ledger::PreparedEntry> prepared;
    if (kept) {
      const auto party = state_.parts.database.read([&](store::Tx& tx) { return stored_party(tx, kept->party); });
      auto entry = ledger::entry_for(ledger::EventKind::access_request_withdrawn, myself, at);
      entry.party_name = actor.name;
      set_wish(entry, *kept);
      tell_business(entry, party);
      prepared = state_.parts.ledger.prepare(std::move(entry));
    }
    const auto done = state_.parts.database.write([&](store::Tx& tx) -> base::Result<std::string> {
      return store::once(tx, post, key_of(actor), fmt::format("{} {}", access_request_withdrawn, id.text()), at,
                         [&]() -> base::Result<std::string> {
                           ALTING_CHECK(decider_.recheck(tx, myself));  // as every write does
                           ALTING_CHECK(spend(tx, actor, actor.party, at));
                           const auto row = find_request(tx, id);
                           if (!kept || !row) return unknown();
                           if (row->closed) return was_answered();
                           if (row->state == RequestState::draft) {  // nobody else has seen it
                             delete_request(tx, id);
                             return id.text();
                           }
                           close_request(tx, id, RequestState::withdrawn, "", actor.party, at);
                           state_.parts.ledger.append(tx, *prepared);
                           return id.text();
                         });
    });
    return done ? base::Status() : base::Status(std::unexpected(done.error()));
  }

  std::vector<OwnRequest> mine(const terms::Actor& actor) override {
    const auto rows = state_.parts.database.read([&](store::Tx& tx) { return requests_of(tx, actor.party); });
    std::vector<OwnRequest> out;
    out.reserve(rows.size());
    for (const auto& row : rows) out.push_back(own_of(row));
    return out;
  }

  std::optional<OwnRequest> last(const terms::Actor& actor, const Wish& wish) override {
    const auto like = row_of(actor, wish);
    const auto row = state_.parts.database.read([&](store::Tx& tx) { return find_last_request(tx, like); });
    return row ? std::optional(own_of(*row)) : std::nullopt;
  }
  bool is_blocked(const terms::Actor& actor, terms::PartyId party) override {
    const auto business = business_of(state_, party);
    return state_.parts.database.read([&](store::Tx& tx) { return access::is_blocked(tx, business, actor.party); });
  }

  std::vector<ReceivedRequest> waiting(const terms::Permit& permit) override {
    if (!may_answer(permit)) return {};
    return received(permit, state_.parts.database.read([&](store::Tx& tx) {
      return sent_to(tx, permit.party(), oldest_open(open_request_rule, now()));
    }));
  }
  std::int64_t count_waiting(const terms::Permit& permit) override {
    if (!may_answer(permit)) return 0;
    return state_.parts.database.read(
        [&](store::Tx& tx) { return count_sent_to(tx, {permit.party()}, oldest_open(open_request_rule, now())); });
  }
  std::vector<ReceivedRequest> answered(const terms::Permit& permit) override {
    if (!may_answer(permit)) return {};
    return received(permit, state_.parts.database.read([&](store::Tx& tx) { return answered_by(tx, permit.party()); }));
  }

  base::Result<Delegation> approve(const terms::Permit& permit, const AccessRequestId& id, base::Instant at,
                                   std::string_view post_id) override {
    ALTING_TRY(post, read_post(post_id));
    ALTING_TRY(row, sent_under(permit, id, at));
    const auto act = fmt::format("{} {}", access_approved, id.text());
    base::Result<Delegation> outcome = refuse_request(base::ErrorKind::conflict, "error.delegation.not_given");
    (void)store::until_unchanged([&] {  // each time leaves its outcome
      const auto grant =
          prepare_grant(state_, permit, {row.person, row.asked_role(), row.asked_app(), {}}, at, ToldGiver::business);
      if (!grant) {
        outcome = grant.error();
        return true;
      }
      const auto prepared =
          state_.parts.ledger.prepare(answer_entry(ledger::EventKind::access_request_approved, permit, row, at));
      bool changed = false;  // what the giver holds, since it was made ready
      const auto done = write_access(state_, permit.party(), [&](store::Tx& tx) -> base::Result<std::string> {
        changed = false;
        return store::once(tx, post, key_of(permit.actor()), act, at, [&]() -> base::Result<std::string> {
          ALTING_CHECK(decider_.recheck(tx, permit));  // as every write does
          ALTING_CHECK(spend(tx, permit.actor(), permit.party(), at));
          ALTING_CHECK(check_open(tx, id));
          changed = !still_stands(state_, tx, *grant);
          if (changed) return refuse_request(base::ErrorKind::conflict, "error.delegation.not_given");
          // Given in another way since it was asked for: then that is the answer.
          const auto there = given_already(tx, grant->fact);
          if (!there) store_grant(state_, tx, *grant, permit.actor().party, at);
          close_request(tx, id, RequestState::approved, "", permit.actor().party, at);
          state_.parts.ledger.append(tx, prepared);
          return there.value_or(grant->fact.id).text();
        });
      });
      if (changed) {
        follow_ground(state_, permit.party());
        return false;
      }
      if (!done) {
        outcome = done.error();
        return true;
      }
      auto fact = grant->fact;
      fact.id = terms::DelegationId::parse(*done).value_or(fact.id);
      outcome = shown(state_, fact, permit.actor().party, at);
      return true;
    });
    return outcome;
  }

  base::Status refuse(const terms::Permit& permit, const AccessRequestId& id, std::string_view reason, base::Instant at,
                      std::string_view post_id) override {
    if (!reason.empty() && std::ranges::find(refusal_reasons, reason) == refusal_reasons.end())
      return refuse_request(base::ErrorKind::invalid, "error.access_request.reason");
    ALTING_TRY(post, read_post(post_id));
    ALTING_TRY(row, sent_under(permit, id, at));
    auto entry = answer_entry(ledger::EventKind::access_request_refused, permit, row, at);
    if (!reason.empty()) entry.set(ledger::parameter::reason, reason);
    const auto prepared = state_.parts.ledger.prepare(std::move(entry));
    return answer(permit, post, fmt::format("{} {}", access_refused, id.text()), at,
                  [&](store::Tx& tx) -> base::Status {
                    ALTING_CHECK(check_open(tx, id));
                    close_request(tx, id, RequestState::refused, reason, permit.actor().party, at);
                    state_.parts.ledger.append(tx, prepared);
                    return {};
                  });
  }

  base::Status block(const terms::Permit& permit, const AccessRequestId& id, base::Instant at,
                     std::string_view post_id) override {
    ALTING_TRY(post, read_post(post_id));
    ALTING_CHECK(check_answering(permit));
    const auto row = under(permit, id);
    if (!row) return unknown();
    const BlockRow blocked{{base::Uuid::v7(state_.parts.random, at)}, row->person, at};
    const auto act = fmt::format("{} {}", access_blocked, id.text());
    base::Status outcome;
    (void)store::until_unchanged([&] {  // each time leaves its outcome
      const auto refused =
          state_.parts.database.read([&](store::Tx& tx) { return count_sent_by(tx, permit.party(), row->person); });
      auto entry = answer_entry(ledger::EventKind::access_blocked, permit, *row, at);
      entry.set(ledger::parameter::count, refused);
      const auto prepared = state_.parts.ledger.prepare(std::move(entry));
      bool changed = false;  // what they have open here, since it was counted
      outcome = answer(permit, post, act, at, [&](store::Tx& tx) -> base::Status {
        changed = false;
        if (access::is_blocked(tx, {permit.party()}, row->person)) return {};
        if (count_blocks(tx, permit.party()) >= most_blocks)
          return refuse_request(base::ErrorKind::too_many, "error.access_request.blocks_full",
                                {{"count", std::to_string(most_blocks)}});
        changed = count_sent_by(tx, permit.party(), row->person) != refused;
        if (changed) return was_answered();
        insert_block(tx, permit.party(), blocked, permit.actor().party);
        refuse_all(tx, permit.party(), row->person, reason_blocked, permit.actor().party, at);
        state_.parts.ledger.append(tx, prepared);
        return {};
      });
      return !changed;
    });
    return outcome;
  }

  base::Status unblock(const terms::Permit& permit, const AccessBlockId& id, base::Instant at,
                       std::string_view post_id) override {
    ALTING_TRY(post, read_post(post_id));
    ALTING_CHECK(check_answering(permit));
    const auto person = state_.parts.database.read([&](store::Tx& tx) -> std::optional<parties::Party> {
      const auto row = find_block(tx, permit.party(), id);
      return row ? std::optional(stored_party(tx, row->person)) : std::nullopt;
    });
    if (!person) return unknown();
    auto entry = ledger::entry_for(ledger::EventKind::access_unblocked, permit, at);
    entry.party_name = name_of_party(permit.party());
    entry.set(ledger::parameter::requester_name, person->name);
    entry.concerns = {ledger::Concerned{.party = person->id, .without_actor = true}};
    const auto prepared = state_.parts.ledger.prepare(std::move(entry));
    return answer(permit, post, fmt::format("{} {}", access_unblocked, id.text()), at,
                  [&](store::Tx& tx) -> base::Status {
                    if (!delete_block(tx, permit.party(), id)) return unknown();
                    state_.parts.ledger.append(tx, prepared);
                    return {};
                  });
  }

  std::vector<BlockedPerson> blocked(const terms::Permit& permit) override {
    if (!may_answer(permit)) return {};
    return state_.parts.database.read([&](store::Tx& tx) {
      std::vector<BlockedPerson> out;
      for (const auto& row : blocks_of(tx, permit.party()))
        out.push_back({row.id, stored_party(tx, row.person).name, parties::birth_year_of(tx, row.person), row.at});
      return out;
    });
  }

 private:
  static base::Error unknown() { return refuse_request(base::ErrorKind::not_found, "error.access_request.unknown"); }
  static base::Error was_answered() {
    return refuse_request(base::ErrorKind::conflict, "error.access_request.answered");
  }
  // Who asks, and who is blocked, is for who answers: of a bankrupt business, not for managers who only read.
  static bool may_answer(const terms::Permit& permit) { return permit.action() == terms::Action::delegate; }
  static base::Status check_answering(const terms::Permit& permit) {
    if (may_answer(permit)) return {};
    return refuse_request(base::ErrorKind::forbidden, "error.delegation.permit");
  }
  [[nodiscard]] base::Instant now() const { return state_.parts.clock.now(); }

  base::Status spend(store::Tx& tx, const terms::Actor& actor, terms::PartyId party, base::Instant at) const {
    return state_.parts.quotas.spend(tx, store::Spending::entries, at, actor.party, party);
  }
  std::string name_of_party(terms::PartyId id) const {
    const auto party = state_.parts.parties.find(id);
    return party ? party->name : std::string();
  }

  // The one who asks, for themself: a person who lives, with a login of substantial level.
  base::Result<terms::Permit> myself_of(const terms::Actor& actor) const {
    if (actor.kind != terms::ActorKind::person)
      return refuse_request(base::ErrorKind::forbidden, "error.access.needs_person");
    ALTING_CHECK(check_level(actor, terms::AssuranceLevel::substantial));
    return decider_.decide(actor, terms::Action::represent, {.party = actor.party});
  }

  static RequestRow row_of(const terms::Actor& actor, const Wish& wish) {
    RequestRow row;
    row.party = wish.party;
    row.person = actor.party;
    row.role = wish.role.value_or("");
    row.app = wish.app ? wish.app->text() : "";
    row.back = wish.back;
    return row;
  }

  base::Result<OwnRequest> make(const terms::Actor& actor, const Wish& wish, RequestState state, base::Instant at,
                                std::string_view post_id) {
    ALTING_TRY(post, read_post(post_id));
    ALTING_TRY(myself, myself_of(actor));
    ALTING_TRY(party, check_wish(state_, decider_, actor, wish));
    auto row = row_of(actor, wish);
    row.id = {base::Uuid::v7(state_.parts.random, at)};
    row.state = state;
    row.asked_at = row.changed_at = at;
    std::optional<ledger::PreparedEntry> prepared;
    if (state == RequestState::sent) prepared = state_.parts.ledger.prepare(sent_entry(myself, row, party, at));
    const auto done_here = state == RequestState::draft ? access_kept : access_asked;
    const auto act = fmt::format("{} {}/{}{}", done_here, wish.party.value, row.role, row.app);
    auto done = state_.parts.database.write([&](store::Tx& tx) -> base::Result<std::string> {
      return store::once(tx, post, key_of(actor), act, at, [&]() -> base::Result<std::string> {
        ALTING_CHECK(decider_.recheck(tx, myself));  // as every write does
        ALTING_CHECK(spend(tx, actor, actor.party, at));
        ALTING_CHECK(check_room(tx, state_, row, at));
        insert_request(tx, row);
        if (prepared) state_.parts.ledger.append(tx, *prepared);
        return row.id.text();
      });
    });
    if (!done) return std::move(done.error());
    return own(actor, AccessRequestId::parse(*done).value_or(row.id));
  }

  ledger::NewEntry sent_entry(const terms::Permit& myself, const RequestRow& row, const parties::Party& party,
                              base::Instant at) const {
    auto entry = ledger::entry_for(ledger::EventKind::access_request_sent, myself, at);
    entry.party_name = myself.actor().name;
    set_wish(entry, row);
    tell_business(entry, party);
    return entry;
  }
  // The one who asked sees which business it was; the business sees who, by the name of the one who did it.
  static void tell_business(ledger::NewEntry& entry, const parties::Party& party) {
    entry.set(ledger::parameter::business, party.uuid.text());
    entry.set(ledger::parameter::business_name, party.name);
    entry.concerns = {{party.id, {ledger::parameter::request, ledger::parameter::role, ledger::parameter::app}, {}}};
  }
  ledger::NewEntry answer_entry(ledger::EventKind kind, const terms::Permit& permit, const RequestRow& row,
                                base::Instant at) const {
    auto entry = ledger::entry_for(kind, permit, at);
    entry.party_name = name_of_party(permit.party());
    set_wish(entry, row);
    entry.set(ledger::parameter::requester_name, name_of_party(row.person));
    // The business answered, and not one of its people: who manages its access is not for whoever asks.
    entry.concerns = {
        {row.person,
         {ledger::parameter::request, ledger::parameter::role, ledger::parameter::app, ledger::parameter::reason},
         {},
         true}};
    return entry;
  }

  // A write that gives nothing: state, entry and one-time id.
  template <class F>
  base::Status answer(const terms::Permit& permit, const base::Uuid& post, const std::string& act, base::Instant at,
                      F&& work) {
    const auto done = state_.parts.database.write([&](store::Tx& tx) -> base::Result<std::string> {
      return store::once(tx, post, key_of(permit.actor()), act, at, [&]() -> base::Result<std::string> {
        ALTING_CHECK(decider_.recheck(tx, permit));  // as every write does
        ALTING_CHECK(spend(tx, permit.actor(), permit.party(), at));
        ALTING_CHECK(work(tx));
        return std::string();
      });
    });
    return done ? base::Status() : base::Status(std::unexpected(done.error()));
  }

  // What was sent to the permit's party; a draft is nobody's but its owner's.
  std::optional<RequestRow> under(const terms::Permit& permit, const AccessRequestId& id) const {
    auto row = state_.parts.database.read([&](store::Tx& tx) { return find_request(tx, id); });
    if (!row || row->party != permit.party() || row->state == RequestState::draft) return std::nullopt;
    return row;
  }
  base::Result<RequestRow> sent_under(const terms::Permit& permit, const AccessRequestId& id, base::Instant at) const {
    ALTING_CHECK(check_answering(permit));
    auto row = under(permit, id);
    if (!row) return unknown();
    // One that is answered comes here too, when its post comes again: the transaction says what came of it.
    if (!row->closed && row->asked_at < oldest_open(open_request_rule, at)) return was_answered();
    return *std::move(row);
  }
  static base::Status check_open(store::Tx& tx, const AccessRequestId& id) {
    const auto row = find_request(tx, id);
    if (!row) return unknown();
    return row->closed ? base::Status(was_answered()) : base::Status();
  }

  std::optional<RequestRow> mine_under(const terms::Actor& actor, const AccessRequestId& id) const {
    auto row = state_.parts.database.read([&](store::Tx& tx) { return find_request(tx, id); });
    return row && row->person == actor.party ? std::move(row) : std::nullopt;
  }
  base::Result<OwnRequest> own(const terms::Actor& actor, const AccessRequestId& id) const {
    const auto row = mine_under(actor, id);
    if (!row) return unknown();
    return own_of(*row);
  }
  OwnRequest own_of(const RequestRow& row) const {
    OwnRequest out;
    out.id = row.id;
    out.party = row.party;
    if (const auto party = state_.parts.parties.find(row.party)) {
      out.party_uuid = party->uuid;
      out.party_name = party->name;
    }
    out.role = row.asked_role();
    out.app = row.asked_app();
    out.back = row.back;
    out.state = row.state;
    out.reason = row.reason;
    out.at = row.asked_at;
    out.changed_at = row.changed_at;
    return out;
  }

  std::vector<ReceivedRequest> received(const terms::Permit& permit, const std::vector<RequestRow>& rows) const {
    std::vector<ReceivedRequest> out;
    out.reserve(rows.size());
    state_.parts.database.read([&](store::Tx& tx) {
      out.clear();
      for (const auto& row : rows) {
        ReceivedRequest one;
        one.id = row.id;
        one.name = stored_party(tx, row.person).name;
        one.birth_year = parties::birth_year_of(tx, row.person);
        one.role = row.asked_role();
        one.app = row.asked_app();
        one.state = row.state;
        one.reason = row.reason;
        one.at = row.asked_at;
        one.changed_at = row.changed_at;
        if (row.decided_by) one.decided_by = stored_party(tx, *row.decided_by).name;
        out.push_back(std::move(one));
      }
      return true;
    });
    state_.read([&](const GraphData& graph, const State& state) {
      const Giving giving(graph, state, permit.actor(), permit.party(), state.now());
      for (auto& one : out) {
        if (one.state != RequestState::sent) continue;
        const auto* role = one.role ? role_table().find(*one.role) : nullptr;
        const auto* rules = one.app ? state.find(*one.app) : nullptr;
        one.may_approve = role != nullptr ? giving.may_give(role->id) : rules != nullptr && giving.may_give(*rules);
      }
    });
    return out;
  }

  State& state_;
  Decider& decider_;
};

}  // namespace

std::string_view to_text(RequestState state) {
  switch (state) {
    case RequestState::draft: return "draft";
    case RequestState::sent: return "sent";
    case RequestState::approved: return "approved";
    case RequestState::refused: return "refused";
    case RequestState::withdrawn: return "withdrawn";
  }
  return "";
}

bool is_way_back(std::string_view path) {
  if (path.size() > longest_way_back || !path.starts_with('/') || path.starts_with("//")) return false;
  return std::ranges::all_of(path, [](char c) { return c > 0x20 && c < 0x7f && c != '\\' && c != '#'; });
}

std::unique_ptr<AccessRequests> make_requests(State& state, Decider& decider) {
  return std::make_unique<DatabaseRequests>(state, decider);
}

base::Instant oldest_open(std::string_view rule, base::Instant now) {
  return terms::ended_before(terms::rule_in(room_catalogue(), rule), now).value_or(base::Instant{});
}

// A draft that was never sent just goes; what was sent is withdrawn, and both see by whom.
std::int64_t end_requests(State& state, Decider& decider) {
  const auto now = state.parts.clock.now();
  const auto before = oldest_open(open_request_rule, now);
  const auto [drafts, unanswered] = state.parts.database.read([&](store::Tx& tx) {
    return std::pair(open_since(tx, RequestState::draft, before, ended_at_once),
                     open_since(tx, RequestState::sent, before, ended_at_once));
  });
  std::int64_t count = 0;
  const auto ended = [&](const RequestRow& row, const std::optional<ledger::PreparedEntry>& prepared) {
    const auto done = state.parts.database.write([&](store::Tx& tx) -> base::Result<bool> {
      const auto there = find_request(tx, row.id);
      if (!there || there->state != row.state || there->asked_at != row.asked_at) return false;
      if (row.state == RequestState::draft)
        delete_request(tx, row.id);
      else
        close_request(tx, row.id, RequestState::withdrawn, reason_expired, std::nullopt, now);
      if (prepared) state.parts.ledger.append(tx, *prepared);
      return true;
    });
    count += done && *done ? 1 : 0;
  };
  for (const auto& row : drafts) ended(row, std::nullopt);
  for (const auto& row : unanswered) {
    const auto permit = decider.permit_for_job(JobKind::access_end, terms::Action::delegate, {.party = row.party});
    std::optional<ledger::PreparedEntry> prepared;
    if (permit) {
      auto entry = ledger::entry_for(ledger::EventKind::access_request_withdrawn, *permit, now);
      const auto party = state.parts.parties.find(row.party);
      entry.party_name = party ? party->name : "";
      set_wish(entry, row);
      entry.set(ledger::parameter::reason, reason_expired);
      entry.concerns = {
          {row.person,
           {ledger::parameter::request, ledger::parameter::role, ledger::parameter::app, ledger::parameter::reason},
           {}}};
      prepared = state.parts.ledger.prepare(std::move(entry));
    }
    ended(row, prepared);
  }
  return count;
}

}  // namespace alting::access
