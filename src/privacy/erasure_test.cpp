// Erasing all that is one's own: what goes and what stays, the certificate, and what a kill, a hold and a restore make of it.
#include "privacy/erasure.h"

#include <gmock/gmock.h>

#include "access/room_catalogue.h"
#include "base/file.h"
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
  const auto done = erase_all();
  EXPECT_TRUE(done.done_at);
  expect_nothing_left();
  EXPECT_EQ(own_reads(), 0);
  EXPECT_EQ(rows_of(colleague), others) << "another's";
  EXPECT_EQ(expect(instances->agency.open(of_agency, registers.clock.now())).submissions.size(), 1U);
  EXPECT_TRUE(fared(received).opened) << "that it came and was opened is the agency's to show";
  EXPECT_TRUE(expect(erasures.plan(own())).goes.empty());

  EXPECT_EQ(done.wraps, 6) << "of the draft, the form and the message, each with a file";
  const auto verified = ledger::verify_receipt(done.json, {}, log->verifier_keys());
  EXPECT_EQ(verified.overall, ledger::Verification::Overall::verified);
  EXPECT_EQ(verified.entry.text("kind"), "erasure.certified");
  EXPECT_THAT(done.json, HasSubstr(done.digest));
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
  EXPECT_EQ(erase_orders_again(database(), catalogue, {list}), 1);
  EXPECT_EQ(rows_of(manager), 0);
  EXPECT_EQ(rows_of(colleague), others);
  carry_out();
  EXPECT_TRUE(erasures.mine(own()).front().done_at);
  EXPECT_EQ(erase_orders_again(database(), catalogue, {list}), 0) << "it is done";
}

}  // namespace
}  // namespace alting::privacy
