// The one engine: what is held is not ended, what would go is told and not done, and what went is counted.
#include "privacy/retention.h"

#include <gmock/gmock.h>

#include "access/room_catalogue.h"
#include "inbox/room_catalogue.h"
#include "inbox/testing/messages_fixture.h"
#include "instances/room_catalogue.h"
#include "ledger/background.h"
#include "ledger/room_catalogue.h"
#include "parties/room_catalogue.h"
#include "privacy/migrations.h"
#include "privacy/room_catalogue.h"
#include "privacy/unnamed_parties.h"
#include "store/migrations.h"
#include "store/retention_jobs.h"
#include "store/room_catalogue.h"

namespace alting::privacy {
namespace {

using instances::testing::expect;
using terms::Action;

class RetentionTest : public inbox::testing::MessagesFixture {
 protected:
  RetentionTest() {
    store::migrate(registers.temp.database(), registers.clock, {migrations()});
    jobs = retention.kept(store::retention_jobs(registers.temp.database(), vault.vault(), catalogue, registers.clock,
                                                retention.holds_now()));
    for (auto& job : retention.kept(ledger::background_jobs(*log, registers.clock, retention.holds_now())))
      jobs.push_back(std::move(job));
  }
  store::Database& database() { return registers.temp.database(); }
  // A wrong try of number and name: of an hour.
  void try_to_look_up(const terms::Actor& who, base::Instant at) {
    ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
      tx.run("INSERT INTO person_lookup_failure (actor, tried_at) VALUES (?, ?)", {who.party, at});
      return {};
    }));
  }
  PlannedEnd planned(const RetentionPlan& plan, std::string_view rule, std::string_view table) {
    const auto found =
        std::ranges::find_if(plan.ends, [&](const PlannedEnd& one) { return one.rule == rule && one.table == table; });
    if (found == plan.ends.end()) throw std::logic_error("no plan of " + std::string(rule));
    return *found;
  }
  std::int64_t run(std::string_view rule) {
    const auto done = retention.run(jobs);
    EXPECT_TRUE(done.failed.empty()) << done.failed.front();
    for (const auto& one : done.ended)
      if (one.rule == rule) return one.ended;
    return 0;
  }
  NewHold a_hold(std::string rule = std::string(tries)) {
    NewHold hold;
    hold.rule = std::move(rule);
    hold.reason = "krav 26/1";
    hold.owner = "Personvernombudet";
    hold.until = registers.clock.now() + base::Duration::days(30);
    return hold;
  }
  std::string refusal(const NewHold& hold) {
    const auto placed = retention.place(hold, registers.clock.now());
    return placed ? "" : placed.error().code;
  }
  std::string party_kinds() {
    log->flush();
    const auto permit = expect(access->decider().decide(manager, Action::read_activity, {.party = manager.party}));
    std::string kinds;
    for (const auto& row : log->activity(permit, {.party = manager.party}).rows)
      if (row.kind) kinds += std::string(ledger::info(*row.kind).name) + " ";
    return kinds;
  }

  static constexpr std::string_view tries = "parties.lookup_failure", table = "person_lookup_failure";
  store::Catalogue catalogue{{&store::room_catalogue(), &ledger::room_catalogue(), &parties::room_catalogue(),
                              &access::room_catalogue(), &instances::room_catalogue(), &inbox::room_catalogue(),
                              &room_catalogue()}};
  Retention retention{{.database = registers.temp.database(),
                       .ledger = *log,
                       .parties = *registers.registry,
                       .catalogue = catalogue,
                       .clock = registers.clock,
                       .random = registers.random}};
  std::vector<store::Job> jobs;
};
INSTANTIATE_TEST_SUITE_P(Engines, RetentionTest, store::testing::engines(), store::testing::engine_name);

TEST_P(RetentionTest, tells_what_would_go_by_which_rule_and_changes_nothing) {
  const auto now = registers.clock.now();
  try_to_look_up(manager, now - base::Duration::hours(2));
  try_to_look_up(colleague, now + base::Duration::days(3));
  const auto now_ended = planned(retention.plan(now), tries, table);
  EXPECT_TRUE(now_ended.counted);
  EXPECT_EQ(now_ended.now, 1);
  EXPECT_EQ(now_ended.in_7_days, 1);
  EXPECT_EQ(now_ended.job, "forget_lookups");
  EXPECT_THAT(now_ended.law, ::testing::HasSubstr("personvernforordningen"));
  EXPECT_EQ(now_ended.before, now - base::Duration::hours(1));
  EXPECT_EQ(planned(retention.plan(now + base::Duration::days(4)), tries, table).now, 2) << "at a time to come";
  EXPECT_EQ(rows_of(std::string(table)), 2);
}

TEST_P(RetentionTest, ends_what_is_due_counts_it_by_rule_and_month_and_writes_it_down) {
  try_to_look_up(manager, registers.clock.now() - base::Duration::hours(2));
  try_to_look_up(colleague, registers.clock.now());
  EXPECT_EQ(run(tries), 1);
  EXPECT_EQ(rows_of(std::string(table)), 1);
  EXPECT_EQ(run(tries), 0) << "the second is not over";
  registers.clock.advance(base::Duration::hours(2));
  EXPECT_EQ(run(tries), 1);
  std::int64_t counted = 0;
  for (const auto& one : retention.counted())
    if (one.rule == tries) {
      counted += one.ended;
      EXPECT_EQ(one.month, base::to_date_oslo(registers.clock.now()).substr(0, 7));
      EXPECT_EQ(one.table, table);
    }
  EXPECT_EQ(counted, 2);
  log->flush();
  EXPECT_EQ(database().read([](store::Tx& tx) {
    return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM ledger_activity WHERE kind = 'retention.run'");
  }),
            3);
}

TEST_P(RetentionTest, ends_nothing_that_is_held_until_the_hold_lapses_or_is_lifted) {
  const auto old = registers.clock.now() - base::Duration::hours(2);
  try_to_look_up(manager, old);
  try_to_look_up(colleague, old);
  auto of_one = a_hold();
  of_one.party = manager.party;
  const auto one = expect(retention.place(of_one, registers.clock.now()));
  EXPECT_EQ(planned(retention.plan(registers.clock.now()), tries, table).held, 1);
  EXPECT_EQ(run(tries), 1) << "of the other";
  try_to_look_up(colleague, old);
  const auto whole = expect(retention.place(a_hold(), registers.clock.now()));
  EXPECT_EQ(planned(retention.plan(registers.clock.now()), tries, table).held, 2);
  EXPECT_EQ(run(tries), 0);
  ASSERT_TRUE(retention.lift(whole, registers.clock.now()));
  EXPECT_EQ(run(tries), 1);
  EXPECT_EQ(retention.lift(whole, registers.clock.now()).error().code, "error.retention.no_hold");
  registers.clock.advance(base::Duration::days(29));
  ASSERT_TRUE(retention.renew(one, registers.clock.now() + base::Duration::days(60), registers.clock.now()));
  registers.clock.advance(base::Duration::days(30));
  EXPECT_EQ(run(tries), 0) << "it was renewed";
  registers.clock.advance(base::Duration::days(31));
  EXPECT_EQ(run(tries), 1) << "it has lapsed by itself";
  EXPECT_TRUE(retention.holds(registers.clock.now()).empty());
  registers.clock.advance(base::Duration::days(3 * 366));
  EXPECT_EQ(run("privacy.hold"), 2) << "and that there was one is forgotten in its time";
}

TEST_P(RetentionTest, shows_a_party_that_something_of_it_is_held_and_not_why) {
  auto hold = a_hold("");
  hold.party = manager.party;
  (void)expect(retention.place(hold, registers.clock.now()));
  EXPECT_THAT(party_kinds(), ::testing::HasSubstr("retention.held"));
}

TEST_P(RetentionTest, refuses_a_hold_that_nobody_answers_for_has_no_end_or_is_of_nothing) {
  EXPECT_EQ(refusal(a_hold()), "");
  auto hold = a_hold();
  hold.rule = "parties.nothing";
  EXPECT_EQ(refusal(hold), "error.retention.hold");
  hold = a_hold();
  hold.owner = "";
  EXPECT_EQ(refusal(hold), "error.retention.hold");
  hold = a_hold();
  hold.reason = "";
  EXPECT_EQ(refusal(hold), "error.retention.hold");
  hold = a_hold();
  hold.until = registers.clock.now() + longest_hold + base::Duration::days(1);
  EXPECT_EQ(refusal(hold), "error.retention.hold");
  hold.until = registers.clock.now();
  EXPECT_EQ(refusal(hold), "error.retention.hold");
  hold = a_hold();
  hold.party = terms::PartyId{1};
  EXPECT_EQ(refusal(hold), "error.retention.hold");
  hold = a_hold();
  hold.item = base::Uuid::v4(registers.random).text();
  EXPECT_EQ(refusal(hold), "error.retention.hold") << "whose it is must be said";
}

TEST_P(RetentionTest, leaves_alone_all_that_is_of_a_party_whose_data_are_restricted) {
  const auto old = registers.clock.now() - base::Duration::hours(2);
  try_to_look_up(manager, old);
  try_to_look_up(colleague, old);
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    tx.run(
        "INSERT INTO access_restriction (restriction_id, party, controller, item, since, request_id, ground, told) "
        "VALUES ('r', ?, 'dat', '', ?, '', 'contested', '[]')",
        {manager.party, old});
    return {};
  }));
  EXPECT_EQ(run(tries), 1);
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE access_restriction SET lifted_at = ?", {registers.clock.now()});
    return {};
  }));
  EXPECT_EQ(run(tries), 1);
}

TEST_P(RetentionTest, looks_at_more_restricted_parties_than_a_statement_has_places) {
  const auto old = registers.clock.now() - base::Duration::hours(2);
  try_to_look_up(manager, old);
  try_to_look_up(colleague, old);
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    tx.run(
        "INSERT INTO access_restriction (restriction_id, party, controller, item, since, request_id, ground, told) "
        "SELECT 'r' || CAST(n.i AS TEXT), CASE WHEN n.i = 1 THEN CAST(? AS BIGINT) ELSE 900000000 + n.i END, 'dat', "
        "'', "
        "CAST(? AS BIGINT), '', 'contested', '[]' FROM (WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
        "FROM numbers WHERE i < "
        "70000) SELECT i FROM numbers) n",
        {manager.party, old});
    return {};
  }));
  const auto end = [&] {
    return store::end_rows(database(), catalogue.table(table), catalogue.rule(tries), registers.clock.now(),
                           retention.holds_now());
  };
  EXPECT_EQ(end(), 1);
  EXPECT_EQ(end(), 0);
  EXPECT_EQ(rows_of(std::string(table)), 1);
}

TEST_P(RetentionTest, plans_with_the_holds_of_the_time_and_says_what_of_a_rooms_own_is_held) {
  const auto now = registers.clock.now();
  try_to_look_up(manager, now - base::Duration::hours(2));
  auto hold = a_hold("");
  hold.party = manager.party;
  (void)expect(retention.place(hold, now));
  EXPECT_EQ(planned(retention.plan(now), tries, table).held, 1);
  const auto later = planned(retention.plan(now + base::Duration::days(25)), tries, table);
  EXPECT_EQ(later.held, 1);
  EXPECT_EQ(later.in_7_days, 1) << "it lapses meanwhile";
  EXPECT_EQ(planned(retention.plan(now + base::Duration::days(40)), tries, table).held, 0) << "it has lapsed by then";

  Retention with_rooms{{.database = database(),
                        .ledger = *log,
                        .parties = *registers.registry,
                        .catalogue = catalogue,
                        .clock = registers.clock,
                        .random = registers.random,
                        .plans = {{rule_of_known_parties, "party", [](store::Tx&, base::Instant) { return 5; },
                                   [](store::Tx&, base::Instant, const store::Holds& holds) {
                                     return std::ssize(holds.parties(rule_of_known_parties));
                                   }}}}};
  const auto of_room = planned(with_rooms.plan(now), rule_of_known_parties, "party");
  EXPECT_EQ(of_room.now, 4);
  EXPECT_EQ(of_room.held, 1);
}

TEST_P(RetentionTest, loses_no_count_that_could_not_be_written_at_once) {
  const auto counted = [&] {
    std::int64_t all = 0;
    for (const auto& one : retention.counted())
      if (one.rule == tries) all += one.ended;
    return all;
  };
  std::int64_t ends = 2;
  std::vector<store::Job> of_rooms;
  of_rooms.push_back({.code = "forget_lookups",
                      .legal_basis = "personvernforordningen art. 5",
                      .every = base::Duration::hours(1),
                      .run = [&] { return std::exchange(ends, 1); }});
  const auto kept = retention.kept(std::move(of_rooms));
  const auto rename = [&](const std::string& from, const std::string& to) {
    ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
      tx.run("ALTER TABLE " + from + " RENAME TO " + to);
      return {};
    }));
  };
  rename("retention_count", "retention_count_away");
  EXPECT_EQ(kept.front().run(), 2);
  rename("retention_count_away", "retention_count");
  EXPECT_EQ(counted(), 0);
  EXPECT_EQ(kept.front().run(), 1);
  EXPECT_EQ(counted(), 3);
}

TEST_P(RetentionTest, writes_down_by_rule_also_what_a_run_ended_that_was_killed) {
  const auto noted = [&] {
    log->flush();
    return database().read([](store::Tx& tx) {
      return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM ledger_activity WHERE kind = 'retention.run'");
    });
  };
  EXPECT_EQ(retention.note(), 0) << "nothing went";
  try_to_look_up(manager, registers.clock.now() - base::Duration::hours(2));
  auto of_store = store::retention_jobs(database(), vault.vault(), catalogue, registers.clock, retention.holds_now());
  const auto job = std::ranges::find(of_store, "forget_lookups", &store::Job::code);
  ASSERT_NE(job, of_store.end());
  const auto killed = retention.kept({{.code = job->code,
                                       .legal_basis = job->legal_basis,
                                       .every = job->every,
                                       .run = [run = job->run]() -> std::int64_t {
                                         (void)run();
                                         throw store::DatabaseError("killed");
                                       },
                                       .counts_itself = job->counts_itself}});
  EXPECT_ANY_THROW((void)killed.front().run());
  std::int64_t counted = 0;
  for (const auto& one : retention.counted())
    if (one.rule == tries) counted += one.ended;
  EXPECT_EQ(counted, 1) << "in the transaction that ended it";
  EXPECT_EQ(noted(), 0);
  EXPECT_EQ(retention.note(), 1);
  EXPECT_EQ(noted(), 1);
  EXPECT_EQ(retention.note(), 0) << "once";
}

TEST_P(RetentionTest, ends_entries_of_the_log_by_their_two_rules_unless_a_hold_names_them) {
  (void)begin();  // passing
  const auto sent = begin();
  (void)send(sent, fill(sent).version, post());  // lasting
  log->flush();
  registers.clock.advance(base::Duration::days(370));
  const auto held = expect(retention.place(a_hold("ledger.passing"), registers.clock.now()));
  EXPECT_EQ(run("ledger.passing"), 0);
  ASSERT_TRUE(retention.lift(held, registers.clock.now()));
  const auto passed = run("ledger.passing");
  EXPECT_GT(passed, 0);
  std::int64_t counted = 0;
  for (const auto& one : retention.counted())
    if (one.rule == "ledger.passing") counted += one.ended;
  EXPECT_GT(counted, 0) << "entries, without the keys that went with them";
  EXPECT_LT(counted, passed);
  EXPECT_EQ(run("ledger.lasting"), 0);
  registers.clock.advance(base::Duration::days(10 * 366));
  EXPECT_GT(run("ledger.lasting"), 0);
}

TEST_P(RetentionTest, knows_a_party_no_more_once_nothing_has_named_it_for_as_long_as_the_rule_says) {
  UnnamedParties unnamed{database(), catalogue, registers.clock};
  const auto stranger = registers.actor("employee").party;
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {  // no register has a role for them
    tx.run("DELETE FROM role_fact WHERE holder = ?", {stranger});
    return {};
  }));
  const auto is_known = [&](terms::PartyId party) {
    return database().read(
        [&](store::Tx& tx) { return tx.query_one("SELECT id FROM party WHERE id = ?", {party}).has_value(); });
  };
  (void)begin();  // names the manager
  log->flush();
  unnamed.look_at_all();
  EXPECT_THAT(unnamed.unnamed({manager.party.value, stranger.value, firm.value}),
              ::testing::ElementsAre(stranger.value));
  registers.clock.advance(base::Duration::days(700));
  EXPECT_EQ(unnamed.end_some({}), 0) << "two years are not over";
  registers.clock.advance(base::Duration::days(60));
  const store::HoldsNow held = [&](store::Tx&) {
    store::Hold hold;
    hold.rule = rule_of_known_parties;
    return store::Holds({hold});
  };
  EXPECT_EQ(unnamed.end_some(held), 0);
  EXPECT_GE(unnamed.end_some({}), 1);
  EXPECT_FALSE(is_known(stranger));
  EXPECT_TRUE(is_known(manager.party));
  EXPECT_TRUE(is_known(firm));
}

TEST_P(RetentionTest, lets_a_party_stay_that_is_named_again_before_it_would_end) {
  UnnamedParties unnamed{database(), catalogue, registers.clock};
  const auto person = registers.actor("employee").party;
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    tx.run("DELETE FROM role_fact WHERE holder = ?", {person});
    return {};
  }));
  unnamed.look_at_all();
  registers.clock.advance(base::Duration::days(3 * 366));
  try_to_look_up(registers.actor("employee"), registers.clock.now());
  (void)unnamed.end_some({});
  EXPECT_TRUE(registers.registry->find(person));
}

TEST_P(RetentionTest, ends_parties_behind_many_that_are_held_and_none_that_is_named_at_that_moment) {
  UnnamedParties unnamed{database(), catalogue, registers.clock};
  const std::int64_t first = 700'000'000, all = 205;
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    for (std::int64_t i = 0; i < all; ++i) {
      tx.run("INSERT INTO party (id, uuid, kind, name, sort_name, made_at) VALUES (?, ?, 0, 'Ukjent', ?, 0)",
             {first + i, base::Uuid::v4(registers.random), store::Value::octets("ukjent")});
      tx.run("INSERT INTO party_unnamed (party_id, unnamed_since) VALUES (?, ?)", {first + i, i});
    }
    return {};
  }));
  store::Hold hold;
  for (std::int64_t i = 0; i < all - 2; ++i) hold.of.push_back({{first + i}, "", {}, {}});
  int asked = 0;
  const store::HoldsNow holds = [&](store::Tx& tx) {
    if (++asked == 2)  // in the transaction that ends the first of the two
      tx.run("INSERT INTO person_lookup_failure (actor, tried_at) VALUES (?, ?)",
             {first + all - 2, registers.clock.now()});
    return store::Holds({hold});
  };
  const auto is_there = [&](std::int64_t id) {
    return database().read([&](store::Tx& tx) {
      return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM party WHERE id = ?", {id}) == 1;
    });
  };
  EXPECT_EQ(unnamed.end_some(holds), 1);
  EXPECT_TRUE(is_there(first));
  EXPECT_TRUE(is_there(first + all - 2)) << "somebody named it a moment ago";
  EXPECT_FALSE(is_there(first + all - 1));
}

TEST_P(RetentionTest, leaves_a_party_that_only_a_column_without_an_index_names) {
  UnnamedParties unnamed{database(), catalogue, registers.clock};
  const auto person = registers.actor("employee").party;  // by the registers' roles alone
  unnamed.look_at_all();
  ASSERT_THAT(unnamed.unnamed({person.value}), ::testing::ElementsAre(person.value));
  registers.clock.advance(base::Duration::days(3 * 366));
  while (unnamed.end_some({}) > 0) {
  }
  EXPECT_TRUE(registers.registry->find(person));
}

}  // namespace
}  // namespace alting::privacy
