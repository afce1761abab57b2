// Erasing all that is one's own: what goes and what stays, the certificate, and what a kill, a hold and a restore make of it.
#include "privacy/erasure.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>

#include "access/restrictions.h"
#include "access/room_catalogue.h"
#include "base/file.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "events/migrations.h"
#include "events/room_catalogue.h"
#include "inbox/room_catalogue.h"
#include "inbox/testing/messages_fixture.h"
#include "instances/background.h"
#include "instances/room_catalogue.h"
#include "ledger/room_catalogue.h"
#include "ledger/verify.h"
#include "notify/migrations.h"
#include "notify/room_catalogue.h"
#include "parties/room_catalogue.h"
#include "privacy/erasure_keys.h"
#include "privacy/migrations.h"
#include "privacy/room_catalogue.h"
#include "store/failpoint.h"
#include "store/room_catalogue.h"

namespace alting::privacy {
namespace {

using instances::testing::Action, instances::testing::expect;
using ::testing::HasSubstr, ::testing::Not, ::testing::UnorderedElementsAre;

class ErasureTest : public inbox::testing::MessagesFixture {
 protected:
  ErasureTest() {
    store::migrate(database(), registers.clock, {notify::migrations(), events::migrations(), privacy::migrations()});
    colleagues_firm = firm;
    // From now on it is a person who sends, of their own.
    manager = registers.actor("employee");
    firm = manager.party;
  }
  store::Database& database() { return registers.temp.database(); }
  terms::Permit own() { return expect(access->decider().decide(manager, Action::delegate, {.party = firm})); }
  base::Result<Certificate> erase() {
    registers.clock.advance(base::Duration::seconds(1));
    return erasures.erase(own(), registers.clock.now(), post());
  }
  // To its end, however slow the machine is.
  Certificate erase_all() {
    const auto id = expect(erase()).id;
    carry_out();
    return expect(erasures.find(own(), id));
  }
  // A draft and what was sent, each with a file, a message, what was read, and what stands plain in rows.
  void live() {
    draft = begin();
    add_file(draft, "utkast.pdf", instances::testing::small_pdf);
    sent = begin();
    add_file(sent, "sendt.pdf", instances::testing::small_pdf);
    (void)send(sent, fill(sent).version, post());
    auto message = a_message();
    message.confidential = true;
    message.files = {expect(uses->sending.stage_file(agency(), a_file())).id};
    received = send_message(message, {to_person("employee")}).messages.front();
    (void)open(manager, firm, received);
    (void)open(manager, firm, received);  // an own read
    add_rows(manager);
    log->flush();
    deliver_keys();
  }
  void deliver_keys() {
    store::OutboxDeliverer deliverer(
        database(), registers.clock, metrics,
        {&instances::keys_to_erase, &instances::keys_of_holder_to_erase, &instances::keys_to_share},
        instances::subscriptions(instances->erasure, instances->sharing));
    (void)deliverer.deliver_due();
  }
  void add_rows(const terms::Actor& whose) {
    const auto added = database().write([&](store::Tx& tx) -> base::Status {
      tx.run("INSERT INTO favourite_party (user_id, party, made_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
             {whose.user_id, colleagues_firm, registers.clock.now()});
      tx.run(
          "INSERT INTO own_address (id, organisation, user_id, person, kind, value, for_person, services, verified_at, "
          "added_at) VALUES (?, ?, ?, ?, 'email', 'noen@example.no', 0, '', NULL, ?)",
          {base::Uuid::v4(registers.random), colleagues_firm, whose.user_id, whose.party, registers.clock.now()});
      return {};
    });
    ASSERT_TRUE(added);
  }
  std::int64_t count(std::string_view sql, std::initializer_list<store::Value> values) {
    return database().read([&](store::Tx& tx) { return store::read_one<std::int64_t>(tx, sql, values); });
  }
  std::int64_t rows_of(const terms::Actor& whose) {
    return count("SELECT COUNT(*) FROM favourite_party WHERE user_id = ?", {whose.user_id}) +
           count("SELECT COUNT(*) FROM own_address WHERE person = ?", {whose.party});
  }
  std::int64_t own_reads() {
    log->flush();
    return count("SELECT COUNT(*) FROM ledger_activity WHERE party = ? AND kind = 'own.read'", {firm});
  }
  std::string list_outside() { return expect(base::read_file(vault.folder() / "erasures", 1 << 20)); }
  // Nothing of it is there any more, and no key of it is the person's.
  void expect_nothing_left() {
    EXPECT_EQ(count("SELECT COUNT(*) FROM instance WHERE party_id = ?", {firm}), 0);
    EXPECT_EQ(count("SELECT COUNT(*) FROM message WHERE party_id = ? AND folder <> 'gone'", {firm}), 0);
    EXPECT_EQ(count("SELECT COALESCE(SUM(total), 0) FROM message_count WHERE party_id = ?", {firm}), 0);
    EXPECT_EQ(rows_of(manager), 0);
    EXPECT_EQ(vault.vault().erase_by_holder(instances::party_holder(firm)), 0) << "keys that were left";
  }
  void carry_out() {
    while (erasures.carry_out() > 0) settle();
    deliver_keys();
  }

  terms::PartyId colleagues_firm;
  terms::InstanceId draft, sent;
  inbox::MessageId received;
  std::optional<base::Instant> held;
  store::Catalogue catalogue{{&store::room_catalogue(), &ledger::room_catalogue(), &parties::room_catalogue(),
                              &access::room_catalogue(), &instances::room_catalogue(), &inbox::room_catalogue(),
                              &notify::room_catalogue(), &events::room_catalogue(), &privacy::room_catalogue()}};
  Erasures erasures{
      {.database = registers.temp.database(),
       .vault = vault.vault(),
       .ledger = *log,
       .decider = access->decider(),
       .catalogue = catalogue,
       .drafts = instances->drafts,
       .messages = uses->messages,
       .delete_sent = [this](const terms::Permit& permit, base::Instant at,
                             std::string_view once) { return instances->deleting.remove(permit, at, once); },
       .held_until = [this](terms::PartyId, base::Instant) { return held; },
       .clock = registers.clock,
       .random = registers.random}};
};
INSTANTIATE_TEST_SUITE_P(Engines, ErasureTest, store::testing::engines(), store::testing::engine_name);

TEST_P(ErasureTest, all_of_ones_own_goes_and_the_copies_of_agencies_stay_as_the_plan_said) {
  live();
  add_rows(colleague);
  const auto others = rows_of(colleague);
  const auto plan = expect(erasures.plan(own()));
  std::vector<std::string> goes;
  for (const auto& item : plan.goes) goes.push_back(item.category);
  EXPECT_THAT(goes, UnorderedElementsAre("drafts", "sent", "messages", "choices", "addresses", "reads"));
  ASSERT_FALSE(plan.stays.empty());
  EXPECT_EQ(plan.stays.front().category, "agency");
  EXPECT_EQ(plan.stays.front().controller, "dat");
  EXPECT_EQ(plan.stays.front().count, 2) << "the form and the message";
  EXPECT_GE(own_reads(), 1);

  const auto of_agency = agency_permit(sent);
  const auto listed_before = list_outside().size();
  const auto done = erase_all();
  EXPECT_TRUE(done.done_at);
  expect_nothing_left();
  EXPECT_EQ(own_reads(), 0);
  EXPECT_EQ(rows_of(colleague), others) << "another's";
  EXPECT_EQ(expect(instances->agency.open(of_agency, registers.clock.now())).submissions.size(), 1U);
  EXPECT_TRUE(fared(received).opened) << "that it came and was opened is the agency's to show";
  EXPECT_TRUE(expect(erasures.plan(own())).goes.empty());

  EXPECT_EQ(done.wraps, 6) << "of the draft, the form and the message, each with a file";
  std::set<std::string, std::less<>> keys;
  const auto listed = list_outside().substr(listed_before);
  for (const auto line : base::split(listed, '\n'))
    if (const auto words = base::split(line, ' '); words.size() == 3 && words[2] == instances::party_holder(firm))
      keys.emplace(words[1]);
  EXPECT_EQ(keys.size(), 6U);
  std::string lines;
  for (const auto& key : keys) lines += key + "\n";
  EXPECT_EQ(done.digest, base::to_hex(crypto::sha256(lines))) << "of which keys they were, and of no other";
  const auto verified = ledger::verify_receipt(done.json, {}, log->verifier_keys());
  EXPECT_EQ(verified.overall, ledger::Verification::Overall::verified);
  EXPECT_EQ(verified.entry.text("kind"), "erasure.certified");
  const auto& said = verified.entry["parameters"];
  EXPECT_EQ(said["wraps"].integer_or(0), 6);
  EXPECT_EQ(said.text("digest"), done.digest);
  EXPECT_EQ(said.text("erasure"), done.id.text());
  EXPECT_THAT(said.text("law"), HasSubstr("art. 17"));
  for (const auto& word : {manager.name, manager.party_uuid.text(), std::to_string(firm.value)})
    EXPECT_THAT(done.json, Not(HasSubstr(word))) << "nothing of whose it was";
  ASSERT_EQ(erasures.mine(own()).size(), 1U);
  EXPECT_THAT(erasures.mine(own()).front().json, HasSubstr(done.digest)) << "it can be fetched again";
  EXPECT_EQ(count("SELECT COUNT(*) FROM erasure_key", {}), 0);
}

TEST_P(ErasureTest, what_is_cut_off_at_any_step_is_carried_out) {
  for (const std::string_view step : {"erasure.ordered", "erasure.line", "erasure.listed", "erasure.keys",
                                      "erasure.item", "erasure.rows", "erasure.certified", "erasure.forgotten"}) {
    SCOPED_TRACE(step);
    live();
    store::failpoint::arm(step, store::failpoint::Action::error);
    EXPECT_THROW((void)erase_all(), store::DatabaseError);
    EXPECT_TRUE(store::failpoint::fired());
    store::failpoint::disarm();
    if (step == "erasure.item") {
      EXPECT_FALSE(uses->messages.open(may(manager, firm, received), received, registers.clock.now()))
          << "the keys go first";
    }
    carry_out();
    expect_nothing_left();
    log->flush();
    const auto certificate = erasures.mine(own()).front();
    EXPECT_TRUE(certificate.done_at);
    EXPECT_THAT(certificate.json, HasSubstr("erasure.certified"));
    EXPECT_EQ(certificate.wraps, 6) << "no key is missing because of it";
    EXPECT_EQ(count("SELECT COUNT(*) FROM erasure_key", {}), 0);
    registers.clock.advance(base::Duration::hours(1));
  }
}

TEST_P(ErasureTest, what_one_begins_after_it_was_ordered_stays) {
  live();
  store::failpoint::arm("erasure.ordered", store::failpoint::Action::error);
  EXPECT_THROW((void)erase(), store::DatabaseError);
  store::failpoint::disarm();
  registers.clock.advance(base::Duration::seconds(1));
  const auto later = begin();
  add_rows(manager);
  carry_out();
  EXPECT_EQ(count("SELECT COUNT(*) FROM instance WHERE party_id = ?", {firm}), 1);
  EXPECT_TRUE(instances->drafts.open(permit(manager, Action::read, later)));
  EXPECT_EQ(rows_of(manager), 1) << "the address; the favourite stood there before";
}

TEST_P(ErasureTest, a_hold_stops_it_nobody_erases_what_is_anothers_and_a_post_counts_once) {
  live();
  held = registers.clock.now() + base::Duration::days(10);
  EXPECT_EQ(expect(erasures.plan(own())).held_until, held);
  const auto refused = erase();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.erasure.held");
  EXPECT_EQ(erasures.erase_gone(firm, registers.clock.now()).error().code, "error.erasure.held");
  EXPECT_EQ(rows_of(manager), 2);
  held.reset();

  const auto director = registers.actor("manager");
  const auto of_business = expect(access->decider().decide(director, Action::delegate, {.party = colleagues_firm}));
  EXPECT_EQ(erasures.erase(of_business, registers.clock.now(), post()).error().code, "error.erasure.own_only");
  EXPECT_EQ(erasures.plan(of_business).error().code, "error.erasure.own_only");
  const auto once = post();
  const auto first = expect(erasures.erase(own(), registers.clock.now(), once));
  EXPECT_EQ(expect(erasures.erase(own(), registers.clock.now(), once)).id, first.id);
  EXPECT_EQ(erasures.mine(own()).size(), 1U);
  const auto of_director = expect(access->decider().decide(director, Action::delegate, {.party = director.party}));
  EXPECT_EQ(erasures.find(of_director, first.id).error().kind, base::ErrorKind::not_found);
}

TEST_P(ErasureTest, a_hold_stands_against_it_when_it_names_the_party_or_everything) {
  Retention retention{{.database = database(),
                       .ledger = *log,
                       .parties = *registers.registry,
                       .catalogue = catalogue,
                       .clock = registers.clock,
                       .random = registers.random}};
  const auto now = registers.clock.now();
  const auto until = now + base::Duration::days(10);
  const auto held_by = [&](std::string rule, std::optional<terms::PartyId> party, std::string item) {
    NewHold hold;
    hold.rule = std::move(rule);
    hold.party = party;
    hold.item = std::move(item);
    hold.reason = "krav 26/1";
    hold.owner = "Personvernombudet";
    hold.until = until;
    const auto id = expect(retention.place(hold, now));
    const auto held_now = held_until(retention, firm, now);
    EXPECT_TRUE(retention.lift(id, now));
    return held_now;
  };
  const auto item = base::Uuid::v4(registers.random).text();
  EXPECT_FALSE(held_by("ledger.passing", {}, "")) << "a rule ends nothing of what one erases oneself";
  EXPECT_FALSE(held_by("", colleagues_firm, ""));
  EXPECT_FALSE(held_by("", colleagues_firm, item));
  EXPECT_EQ(held_by("", firm, ""), until);
  EXPECT_EQ(held_by("", firm, item), until);
  EXPECT_EQ(held_by("ledger.passing", firm, ""), until);
  EXPECT_EQ(held_by("", {}, ""), until) << "everything";
  EXPECT_FALSE(held_until(retention, firm, now));
}

TEST_P(ErasureTest, a_hold_that_comes_after_it_was_ordered_lets_it_wait) {
  live();
  store::failpoint::arm("erasure.ordered", store::failpoint::Action::error);
  EXPECT_THROW((void)erase(), store::DatabaseError);
  store::failpoint::disarm();
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    tx.run(
        "INSERT INTO retention_hold (hold_id, rule, party_id, item_id, reason, owner, placed_at, until_at) VALUES "
        "('h', '', ?, '', 'krav', 'Ombudet', ?, ?)",
        {firm, registers.clock.now(), registers.clock.now() + base::Duration::days(10)});
    return {};
  }));
  carry_out();
  EXPECT_EQ(rows_of(manager), 2);
  EXPECT_TRUE(uses->messages.open(may(manager, firm, received), received, registers.clock.now())) << "no key went";
  EXPECT_FALSE(erasures.mine(own()).front().done_at);
  registers.clock.advance(base::Duration::days(11));
  carry_out();
  expect_nothing_left();
  EXPECT_TRUE(erasures.mine(own()).front().done_at);
}

TEST_P(ErasureTest, a_login_that_could_not_open_all_of_it_erases_nothing) {
  (void)begin();
  const auto facts = apps.find(guidance)->facts();
  const auto stronger = base::replace_all(facts.policy_xml, "XMLSchema#integer\">3<", "XMLSchema#integer\">4<");
  ASSERT_NE(stronger, facts.policy_xml);
  ASSERT_TRUE(access->decider().load_policies(
      {{guidance, stronger, apps.find(guidance)->controller(base::Language::nb).organisation_number, {}}}));
  const auto weak = registers.actor("employee", terms::AssuranceLevel::substantial);
  const auto of_own = expect(access->decider().decide(weak, Action::delegate, {.party = weak.party}));
  EXPECT_EQ(erasures.erase(of_own, registers.clock.now(), post()).error().code, "error.access.level");
  EXPECT_TRUE(erase());
}

TEST_P(ErasureTest, one_that_cannot_be_carried_out_keeps_none_behind_it_waiting) {
  const auto director = registers.actor("manager");
  for (const auto& who : {manager, director}) {
    registers.clock.advance(base::Duration::seconds(1));
    const auto of_own = expect(access->decider().decide(who, Action::delegate, {.party = who.party}));
    store::failpoint::arm("erasure.ordered", store::failpoint::Action::error);
    EXPECT_THROW((void)erasures.erase(of_own, registers.clock.now(), post()), store::DatabaseError);
    store::failpoint::disarm();
  }
  store::failpoint::arm("erasure.line", store::failpoint::Action::error);
  EXPECT_THROW((void)erasures.carry_out(), store::DatabaseError);
  store::failpoint::disarm();
  EXPECT_EQ(count("SELECT COUNT(*) FROM erasure_order WHERE state = 'done' AND party_id = ?", {director.party}), 1);
  carry_out();
  EXPECT_EQ(count("SELECT COUNT(*) FROM erasure_order WHERE state = 'done'", {}), 2);
}

TEST_P(ErasureTest, a_restriction_stops_the_program_and_not_the_one_whose_it_is) {
  live();
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    tx.run(
        "INSERT INTO access_restriction (restriction_id, party, controller, item, since, request_id, ground, told) "
        "VALUES ('r', ?, 'dat', '', ?, '', 'contested', '[]')",
        {firm, registers.clock.now()});
    return {};
  }));
  EXPECT_EQ(erasures.erase_gone(firm, registers.clock.now()).error().code, access::restricted_code);
  EXPECT_EQ(count("SELECT COUNT(*) FROM erasure_order", {}), 0);
  EXPECT_EQ(rows_of(manager), 2);
  EXPECT_TRUE(erase_all().done_at);
  expect_nothing_left();
}

TEST_P(ErasureTest, of_a_party_that_is_gone_the_program_erases_the_same) {
  live();
  registers.clock.advance(base::Duration::seconds(1));
  bool done = false;
  for (int turn = 0; turn < 50 && !done; ++turn) done = expect(erasures.erase_gone(firm, registers.clock.now()));
  EXPECT_TRUE(done);
  deliver_keys();
  expect_nothing_left();
  EXPECT_TRUE(expect(erasures.erase_gone(firm, registers.clock.now()))) << "and once is enough";
}

TEST_P(ErasureTest, what_came_after_the_party_had_all_of_it_erased_goes_too_when_it_is_gone) {
  live();
  EXPECT_TRUE(erase_all().done_at);
  registers.clock.advance(base::Duration::days(400));
  add_rows(manager);
  registers.clock.advance(base::Duration::seconds(1));
  bool done = false;
  for (int turn = 0; turn < 50 && !done; ++turn) done = expect(erasures.erase_gone(firm, registers.clock.now()));
  EXPECT_TRUE(done);
  EXPECT_EQ(rows_of(manager), 0);
  EXPECT_EQ(count("SELECT COUNT(*) FROM erasure_order WHERE state = 'done'", {}), 2);
}

TEST_P(ErasureTest, a_restore_erases_rows_without_keys_again_and_takes_up_what_was_cut_off) {
  live();
  const auto before = registers.clock.now();
  (void)erase_all();
  const auto list = expect(base::read_file(vault.folder() / "erasures", 1 << 20));
  // As an older copy of the database has it: the rows are there, and the order is not.
  const auto back = database().write([&](store::Tx& tx) -> base::Status {
    tx.run("DELETE FROM erasure_order");
    tx.run("INSERT INTO favourite_party (user_id, party, made_at) VALUES (?, ?, ?)",
           {manager.user_id, colleagues_firm, before});
    return {};
  });
  ASSERT_TRUE(back);
  add_rows(colleague);
  const auto others = rows_of(colleague);
  // And a hold has come meanwhile: it keeps what was not done yet.
  const auto hold = [&](std::string_view sql) {
    return database().write([&](store::Tx& tx) -> base::Status {
      tx.run(sql);
      return {};
    });
  };
  ASSERT_TRUE(
      hold("INSERT INTO retention_hold (hold_id, rule, item_id, reason, owner, placed_at, until_at) VALUES ('h', '', "
           "'', 'krav', 'Ombudet', 1, 9000000000000000)"));
  const auto under_way = list.substr(0, list.find(" done\n")) + "\n";
  ASSERT_LT(under_way.size(), list.size());
  EXPECT_EQ(erase_orders_again(database(), catalogue, {under_way}, registers.clock.now()), 0);
  EXPECT_EQ(erase_orders_again(database(), catalogue, {list}, registers.clock.now()), 1);
  ASSERT_TRUE(hold("DELETE FROM retention_hold"));
  EXPECT_EQ(rows_of(manager), 0);
  EXPECT_EQ(rows_of(colleague), others);
  carry_out();
  EXPECT_TRUE(erasures.mine(own()).front().done_at);
  EXPECT_EQ(erase_orders_again(database(), catalogue, {list}, registers.clock.now()), 0) << "it is done";
}

TEST_P(ErasureTest, a_restore_erases_nothing_of_who_was_given_the_number_of_another) {
  live();
  (void)erase_all();
  const auto list = expect(base::read_file(vault.folder() / "erasures", 1 << 20));
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    tx.run("DELETE FROM erasure_order");
    tx.run("UPDATE party SET uuid = ? WHERE id = ?", {base::Uuid::v4(registers.random), firm});
    return {};
  }));
  add_rows(manager);
  EXPECT_EQ(erase_orders_again(database(), catalogue, {list}, registers.clock.now()), 0);
  EXPECT_EQ(rows_of(manager), 2);
  EXPECT_EQ(count("SELECT COUNT(*) FROM erasure_order", {}), 0) << "nor have they a certificate";
}

TEST_P(ErasureTest, a_message_that_is_published_later_can_be_read) {
  auto message = a_message();
  message.publish_at = registers.clock.now() + base::Duration::hours(1);
  received = send_message(message, {to_person("employee")}).messages.front();
  registers.clock.advance(base::Duration::hours(2));  // and nobody has published it yet
  EXPECT_TRUE(expect(erasures.plan(own())).goes.empty()) << "nor is it told of before";
  EXPECT_TRUE(erase_all().done_at);
  settle();
  EXPECT_TRUE(uses->messages.open(may(manager, firm, received), received, registers.clock.now()));
}

TEST_P(ErasureTest, keys_are_written_down_from_where_the_last_turn_came_to) {
  constexpr std::int64_t files = 2 * erased_rows_at_once + 50;
  ErasureOrder order;
  order.id = {base::Uuid::v7(registers.random, registers.clock.now())};
  order.subject = {firm, manager.user_id};
  order.ordered_at = registers.clock.now();
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    insert_order(tx, order);
    for (std::int64_t i = 0; i < files; ++i)
      tx.run(
          "INSERT INTO staged_file (file_id, holder, staged_by, staged_at, file_name, media_type, size, blob_name, "
          "key_id, digest, scan) VALUES (?, ?, ?, ?, '', '', 0, ?, ?, ?, 'clean')",
          {base::Uuid::v4(registers.random), instances::party_holder(firm), firm, registers.clock.now(),
           fmt::format("file-{}", i), base::Uuid::v4(registers.random), store::Value::octets("")});
    return {};
  }));
  const auto list = [&](int pages) {
    const auto now = database().read([&](store::Tx& tx) { return find_order(tx, order.id); });
    return ErasedKeys(database(), catalogue, *now).list([&pages] { return pages-- == 0; });
  };
  EXPECT_FALSE(list(4)) << "forms, messages, answers, and the first files";
  EXPECT_EQ(count("SELECT COUNT(*) FROM erasure_key", {}), erased_rows_at_once);
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    tx.run("DELETE FROM erasure_key");
    return {};
  }));
  EXPECT_TRUE(list(100));
  EXPECT_EQ(count("SELECT COUNT(*) FROM erasure_key", {}), files - erased_rows_at_once) << "those behind them alone";
  EXPECT_TRUE(list(0)) << "and no more once all are";
}

}  // namespace
}  // namespace alting::privacy
