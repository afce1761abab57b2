#include "access/restrictions.h"

#include <fmt/format.h>

#include <algorithm>

#include "access/granting.h"
#include "access/restriction_rows.h"
#include "access/topics.h"
#include "base/json.h"
#include "base/text.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/once.h"

namespace alting::access {
namespace {

constexpr std::int64_t lifted_at_once = 50;
constexpr std::int64_t most_restrictions_shown = 200;
constexpr std::size_t longest_request_id = 64, longest_item = 64;
constexpr auto opened_for = base::Duration::hours(1);
constexpr auto shortest_notice = base::Duration::days(1), longest_notice = base::Duration::days(366);

base::Error wrong(std::string_view code) { return base::make_error(base::ErrorKind::invalid, std::string(code)); }
base::Error no_restriction() { return base::make_error(base::ErrorKind::not_found, "error.restriction.unknown"); }

bool is_letters(std::string_view text, std::size_t least, std::size_t most) {
  if (!base::is_utf8(text)) return false;
  const auto count = base::code_points(text);
  return count >= least && count <= most;
}

class DatabaseRestrictions final : public Restrictions {
 public:
  DatabaseRestrictions(State& state, Decider& decider) : state_(state), decider_(decider) {}

  base::Result<RestrictionId> impose(const RestrictionJudge& judge, const NewRestriction& wanted, base::Instant at,
                                     std::string_view post_id) override {
    ALTING_TRY(post, read_post(post_id));
    ALTING_TRY(made, make_ready(judge, wanted, at));
    const auto act = fmt::format("{} {}/{}/{}", restriction_imposed, wanted.party.value, made.controller, wanted.item);
    const auto done = state_.parts.database.write([&](store::Tx& tx) -> base::Result<std::string> {
      return store::once(tx, post, key_of_judge(judge), act, at, [&]() -> base::Result<std::string> {
        ALTING_TRY(id, write(tx, judge, wanted, made, at));
        return id.text();
      });
    });
    if (!done) return done.error();
    return RestrictionId::parse(*done).value_or(made.id);
  }

  base::Result<Imposing> prepare(const RestrictionJudge& judge, const NewRestriction& wanted,
                                 base::Instant at) override {
    ALTING_TRY(made, make_ready(judge, wanted, at));
    return Imposing([this, scope = judge.scope ? std::optional(*judge.scope) : std::nullopt, name = judge.name, wanted,
                     made, at](store::Tx& tx) -> base::Status {
      ALTING_CHECK(write(tx, {scope ? &*scope : nullptr, name}, wanted, made, at));
      return {};
    });
  }

  base::Status announce_lift(const RestrictionJudge& judge, const RestrictionId& id,
                             std::optional<base::Instant> lift_at, base::Instant at,
                             std::string_view post_id) override {
    ALTING_TRY(post, read_post(post_id));
    ALTING_TRY(controller, controller_of(judge));
    if (judge.scope != nullptr) ALTING_CHECK(check_sees_all(*judge.scope));
    const auto day = lift_at.value_or(at + base::Duration::days(state_.parts.restrictions.notice_days));
    if (day < at + shortest_notice || day > at + longest_notice) return wrong("error.restriction.day");
    ALTING_TRY(row, in_force(controller, id));
    auto entry = entry_of(judge, ledger::EventKind::restriction_announced, row, at);
    entry.set(ledger::parameter::restriction, id.text());
    if (!row.item.empty()) entry.set(ledger::parameter::item, row.item);
    if (judge.scope == nullptr) entry.set(ledger::parameter::judge_name, judge.name);
    entry.set(ledger::parameter::until, base::to_date_oslo(day));
    const auto prepared = state_.parts.ledger.prepare(std::move(entry));
    const auto done = state_.parts.database.write([&](store::Tx& tx) -> base::Result<std::string> {
      return store::once(
          tx, post, key_of_judge(judge), fmt::format("{} {}", restriction_announced, id.text()), at,
          [&]() -> base::Result<std::string> {
            ALTING_CHECK(check_judge(tx, judge, at));
            if (tx.run("UPDATE access_restriction SET announced_at = ?, lift_at = ? WHERE restriction_id = "
                       "? AND lifted_at IS NULL",
                       {at, day, id}) != 1)
              return no_restriction();
            state_.parts.ledger.append(tx, prepared);
            tell(tx, id, told_announced, at);
            return id.text();
          });
    });
    if (!done) return done.error();
    return {};
  }

  std::int64_t lift_due() override {
    const auto at = state_.parts.clock.now();
    const auto due = state_.parts.database.read([&](store::Tx& tx) {
      std::vector<Restriction> found;
      for (const auto& row : tx.query(fmt::format("SELECT {} FROM access_restriction r WHERE r.lifted_at IS NULL AND "
                                                  "r.lift_at <= ? ORDER BY r.lift_at LIMIT ?",
                                                  restriction_columns),
                                      {at, lifted_at_once})) {
        store::RowReader from(row);
        found.push_back(read_restriction(from));
      }
      return found;
    });
    std::int64_t count = 0;
    for (const auto& row : due) {
      auto entry = entry_of({}, ledger::EventKind::restriction_lifted, row, at);
      entry.set(ledger::parameter::restriction, row.id.text());
      if (!row.item.empty()) entry.set(ledger::parameter::item, row.item);
      const auto prepared = state_.parts.ledger.prepare(std::move(entry));
      const auto done = state_.parts.database.write([&](store::Tx& tx) -> base::Result<bool> {
        // The day may have been moved since.
        if (tx.run("UPDATE access_restriction SET lifted_at = ? WHERE restriction_id = ? AND lifted_at IS NULL AND "
                   "lift_at <= ?",
                   {at, row.id, at}) != 1)
          return false;
        state_.parts.ledger.append(tx, prepared);
        tell(tx, row.id, told_lifted, at);
        return true;
      });
      if (done && *done) ++count;
    }
    return count;
  }

  base::Status open_anyway(const terms::Scope& scope, terms::PartyId party, std::string_view item,
                           std::string_view ground, std::string_view words, base::Instant at,
                           std::string_view post_id) override {
    ALTING_TRY(post, read_post(post_id));
    const RestrictionJudge judge{&scope, {}};
    ALTING_TRY(controller, controller_of(judge));
    if (!scope.actor().is_person()) return forbidden("error.access.needs_person");
    if (std::ranges::find(opening_grounds, ground) == opening_grounds.end()) return wrong("error.restriction.ground");
    if (!is_letters(words, 3, longest_opening_words)) return wrong("error.restriction.words");
    if (item.empty() || item.size() > longest_item) return no_restriction();
    Restriction about;
    about.party = party;
    about.controller = controller;
    about.item = matter_named({.party = party, .item = std::string(item), .ground = {}});
    auto entry = entry_of(judge, ledger::EventKind::restriction_opened, about, at);
    if (!entry.party) return no_restriction();
    entry.set(ledger::parameter::ground, ground);
    entry.set(ledger::parameter::item, about.item);
    entry.set(ledger::parameter::opening_words, std::string(words));
    const auto prepared = state_.parts.ledger.prepare(std::move(entry));
    const base::Uuid id = base::Uuid::v7(state_.parts.random, at);
    const auto act = fmt::format("{} {}/{}", restriction_opened, party.value, about.item);
    const auto done = state_.parts.database.write([&](store::Tx& tx) -> base::Result<std::string> {
      return store::once(tx, post, key_of(scope.actor()), act, at, [&]() -> base::Result<std::string> {
        ALTING_CHECK(check_judge(tx, judge, at));
        if (!is_restricted(tx, party, controller, about.item)) return no_restriction();
        tx.run(
            "INSERT INTO access_restriction_opening (opening_id, party, controller, item, actor, ground, opened_at, "
            "until_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            {id, party, controller, about.item, scope.actor().party, ground, at, at + opened_for});
        state_.parts.ledger.append(tx, prepared);
        return id.text();
      });
    });
    if (!done) return done.error();
    return {};
  }

  std::optional<Opening> opened_by(const terms::Actor& actor, std::string_view org, terms::PartyId party,
                                   std::string_view item) override {
    return state_.parts.database.read([&](store::Tx& tx) { return opening_of(tx, state_, actor, org, party, item); });
  }

  std::vector<Restriction> of_party(const terms::Permit& permit) override {
    if (permit.resource() != "party" || permit.evidence().kind == "agency") return {};
    return state_.parts.database.read([&](store::Tx& tx) -> std::vector<Restriction> {
      if (!decider_.recheck_read(tx, permit)) return {};
      return found_by(tx, "r.party = ?", permit.party());
    });
  }

  std::vector<Restriction> of_controller(const RestrictionJudge& judge) override {
    const auto controller =
        judge.scope == nullptr ? base::Result<std::string>(std::string(operator_controller)) : controller_of(judge);
    if (!controller) return {};
    return state_.parts.database.read([&](store::Tx& tx) -> std::vector<Restriction> {
      if (judge.scope != nullptr && !decider_.recheck_read(tx, *judge.scope)) return {};
      return found_by(tx, "r.controller = ?", *controller);
    });
  }

 private:
  struct MadeReady {
    RestrictionId id;
    std::string controller, item;
    ledger::PreparedEntry entry;
  };

  base::Result<std::string> controller_of(const RestrictionJudge& judge) const {
    if (judge.scope == nullptr) {
      if (!is_letters(judge.name, 2, 100)) return wrong("error.restriction.name");
      return std::string(operator_controller);
    }
    if (!judge.scope->agency() || judge.scope->action() != terms::Action::agency_read)
      return forbidden("error.access.not_staff");
    return *judge.scope->agency();
  }

  static std::string key_of_judge(const RestrictionJudge& judge) {
    return judge.scope == nullptr ? std::string(operator_controller) : key_of(judge.scope->actor());
  }

  base::Status check_judge(store::Tx& tx, const RestrictionJudge& judge, base::Instant at) const {
    if (judge.scope == nullptr) return {};
    ALTING_CHECK(decider_.recheck(tx, *judge.scope));
    return state_.parts.quotas.spend(tx, store::Spending::entries, at, judge.scope->actor().party);
  }

  base::Result<MadeReady> make_ready(const RestrictionJudge& judge, const NewRestriction& wanted, base::Instant at) {
    ALTING_TRY(controller, controller_of(judge));
    if (judge.scope != nullptr) ALTING_CHECK(check_sees_all(*judge.scope));
    if (std::ranges::find(restriction_grounds, wanted.ground) == restriction_grounds.end())
      return wrong("error.restriction.ground");
    if (!wanted.item.empty() && !base::Uuid::parse(wanted.item)) return wrong("error.restriction.item");
    if (wanted.request.size() > longest_request_id) return wrong("error.restriction.item");
    Restriction row;
    row.id = {base::Uuid::v7(state_.parts.random, at)};
    row.party = wanted.party;
    row.item = matter_named(wanted);
    row.controller = controller;
    auto entry = entry_of(judge, ledger::EventKind::restriction_imposed, row, at);
    if (!entry.party) return wrong("error.restriction.party");
    entry.set(ledger::parameter::restriction, row.id.text());
    entry.set(ledger::parameter::ground, wanted.ground);
    if (!row.item.empty()) entry.set(ledger::parameter::item, row.item);
    if (!wanted.request.empty()) entry.set(ledger::parameter::request, wanted.request);
    if (judge.scope == nullptr) entry.set(ledger::parameter::judge_name, judge.name);
    return MadeReady{row.id, controller, row.item, state_.parts.ledger.prepare(std::move(entry))};
  }

  // Of an addition, what it adds to: the form is restricted with all its additions. A message stays what it is.
  std::string matter_named(const NewRestriction& wanted) const {
    const auto id = terms::InstanceId::parse(wanted.item);
    if (!id || !state_.parts.matter_of) return wanted.item;
    return state_.parts.database.read(
        [&](store::Tx& tx) { return state_.parts.matter_of(tx, wanted.party, *id).text(); });
  }

  base::Result<RestrictionId> write(store::Tx& tx, const RestrictionJudge& judge, const NewRestriction& wanted,
                                    const MadeReady& made, base::Instant at) {
    ALTING_CHECK(check_judge(tx, judge, at));
    // Another process may do the same in this moment: the first one's is what there is.
    const auto added = tx.run(
        "INSERT INTO access_restriction (restriction_id, party, controller, item, since, request_id, ground, "
        "imposed_by, told) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        {made.id, wanted.party, made.controller, made.item, at, wanted.request, wanted.ground,
         judge.scope == nullptr ? store::Value(nullptr) : store::Value(judge.scope->actor().party), "[]"});
    if (added == 0)
      return store::read_one<RestrictionId>(tx,
                                            "SELECT r.restriction_id FROM access_restriction r WHERE r.party = ? AND "
                                            "r.controller = ? AND r.item = ? AND r.lifted_at IS NULL",
                                            {wanted.party, made.controller, made.item});
    state_.parts.ledger.append(tx, made.entry);
    tell(tx, made.id, told_imposed, at);
    return made.id;
  }

  // The program acts for who runs the portal, and when a day has come.
  ledger::NewEntry entry_of(const RestrictionJudge& judge, ledger::EventKind kind, const Restriction& row,
                            base::Instant at) const {
    ledger::NewEntry entry{kind, at};
    if (judge.scope == nullptr) {
      entry.actor.kind = terms::ActorKind::system;
      entry.actor.name = "alting";
    } else {
      entry.actor = judge.scope->actor();
      entry.evidence = judge.scope->evidence();
    }
    if (const auto party = state_.parts.parties.find(row.party)) {
      entry.party = party->id;
      entry.party_uuid = party->uuid;
      entry.party_name = party->name;
    }
    entry.resource = row.controller == operator_controller ? "party" : "agency:" + row.controller;
    if (row.controller != operator_controller) entry.agency = row.controller;
    return entry;
  }

  void tell(store::Tx& tx, const RestrictionId& id, std::string_view what, base::Instant at) const {
    store::emit(tx, state_.parts.random, at, restriction_changed, id.text(),
                base::Json::object({{"restriction", id.text()}, {"what", what}}).dump());
  }

  base::Result<Restriction> in_force(std::string_view controller, const RestrictionId& id) const {
    auto row = state_.parts.database.read([&](store::Tx& tx) { return find_restriction(tx, id); });
    if (!row || row->controller != controller || row->lifted_at) return no_restriction();
    return *std::move(row);
  }

  // Those in force before the others.
  static std::vector<Restriction> found_by(store::Tx& tx, std::string_view condition, const store::Value& value) {
    std::vector<Restriction> found;
    for (const auto& row :
         tx.query(fmt::format(
                      "SELECT {} FROM access_restriction r WHERE {} ORDER BY (r.lifted_at IS NOT NULL), r.since DESC, "
                      "r.restriction_id LIMIT ?",
                      restriction_columns, condition),
                  {value, most_restrictions_shown})) {
      store::RowReader from(row);
      found.push_back(read_restriction(from));
    }
    return found;
  }

  State& state_;
  Decider& decider_;
};

}  // namespace

std::unique_ptr<Restrictions> make_restrictions(State& state, Decider& decider) {
  return std::make_unique<DatabaseRestrictions>(state, decider);
}

}  // namespace alting::access
