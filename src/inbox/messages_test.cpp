#include "inbox/messages.h"

#include "base/file.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "inbox/archive_copy.h"
#include "inbox/archive_page.h"
#include "inbox/restored.h"
#include "inbox/sent_messages.h"
#include "inbox/testing/messages_fixture.h"
#include "instances/kept_deleted.h"
#include "ledger/event_kinds.h"
#include "store/failpoint.h"

namespace alting::inbox {
namespace {

using terms::Action;
using testing::expect;
using ::testing::HasSubstr;
using ::testing::Not;

class MessagesTest : public testing::MessagesFixture {
 protected:
  MessageId one(NewMessage message, const std::vector<Recipient>& recipients) {
    return send_message(message, recipients).messages.front();
  }
  MessageId one() { return one(a_message(), {to("Fjord og Fjell AS")}); }
  base::Status remove(const terms::Actor& actor, terms::PartyId party, const MessageId& id) {
    return uses->messages.remove(may(actor, party, id, Action::remove), id, registers.clock.now(), post());
  }
  bool has_key(const MessageId& id, terms::PartyId party) {
    const auto key = registers.temp.database().read([&](store::Tx& tx) {
      return store::read_one<base::Uuid>(tx, "SELECT key_id FROM message WHERE message_id = ?", {id});
    });
    return vault.vault().reseal(key, "x", instances::party_holder(party)).has_value();
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, MessagesTest, store::testing::engines(), store::testing::engine_name);

TEST_P(MessagesTest, the_first_opening_is_recorded_with_its_ground_and_the_sender_sees_that_and_no_more) {
  const auto id = one();
  EXPECT_FALSE(fared(id).opened);
  const auto opened_at = registers.clock.now();
  const auto message = open(manager, firm, id);
  EXPECT_EQ(message.title, "Om internkontroll");
  EXPECT_EQ(message.body, "Vi ber om **svar**.");
  registers.clock.advance(base::Duration::hours(1));
  (void)open(colleague, firm, id);
  const auto state = fared(id);
  ASSERT_TRUE(state.opened);
  EXPECT_EQ(state.opened->at, opened_at) << "the first time, whoever opens it later";
  EXPECT_EQ(state.opened->ground, "role");
  EXPECT_EQ(state.opened->role, "DAGL");
  EXPECT_EQ(inbox.count(read_scope(manager, firm)).unread, 0);
  log->flush();
  const auto receipts = expect(uses->messages.receipts(may(manager, firm, id), id));
  ASSERT_EQ(receipts.size(), 2U);
  EXPECT_THAT(receipts[1].receipt.json, HasSubstr("message.opened"));
}

TEST_P(MessagesTest, a_confidential_message_is_seen_by_no_role_and_by_who_was_given_exactly_that_service) {
  auto message = a_message();
  message.confidential = true;
  const auto id = one(message, {to("Fjord og Fjell AS")});
  EXPECT_FALSE(ask(manager, firm, id, Action::read)) << "the managing director's role opens no confidential post";
  EXPECT_TRUE(inbox.list(read_scope(manager, firm), {.folder = Folder::received}).rows.empty());
  EXPECT_EQ(inbox.count(read_scope(manager, firm)).received, 0);
  const auto for_others = expect(access->decider().decide(manager, Action::read, {.party = firm, .app = letters}));
  EXPECT_EQ(uses->messages.open(for_others, id, registers.clock.now()).error().kind, base::ErrorKind::not_found);

  const auto employee = registers.actor("employee");
  give(employee, letters);
  EXPECT_EQ(inbox.list(read_scope(employee, firm), {.folder = Folder::received}).rows.size(), 1U);
  EXPECT_EQ(inbox.count(read_scope(employee, firm)).unread, 1);
  EXPECT_EQ(open(employee, firm, id).title, "Om internkontroll");
  EXPECT_EQ(fared(id).opened->ground, "delegation");
  EXPECT_FALSE(ask(manager, firm, id, Action::read));
  give(manager, letters);
  EXPECT_TRUE(ask(manager, firm, id, Action::read)) << "who manages alone can give it to oneself, and the log says so";
}

TEST_P(MessagesTest, what_was_given_for_a_confidential_message_and_taken_back_opens_nothing_any_more) {
  auto message = a_message();
  message.confidential = true;
  const auto id = one(message, {to("Fjord og Fjell AS")});
  give(colleague, letters);
  const auto held = may(colleague, firm, id);
  const auto delegating = expect(access->decider().decide(manager, Action::delegate, {.party = firm}));
  const auto given = access->delegations().given_by(delegating);
  ASSERT_EQ(given.size(), 1U);
  ASSERT_TRUE(access->delegations().withdraw(delegating, given[0].id, registers.clock.now(), post()));
  EXPECT_FALSE(uses->messages.open(held, id, registers.clock.now()))
      << "though the colleague's role opens other letters";
  EXPECT_FALSE(fared(id).opened);
}

TEST_P(MessagesTest, a_person_sees_confidential_post_of_their_own_and_deletes_at_once) {
  auto message = a_message();
  message.confidential = true;
  const auto id = one(message, {to_person("employee"), to("Fjord og Fjell AS")});
  const auto person = registers.actor("employee");
  EXPECT_EQ(open(person, person.party, id).title, "Om internkontroll");
  EXPECT_EQ(fared(id).opened->ground, "self");
  ASSERT_TRUE(has_key(id, person.party));
  ASSERT_TRUE(remove(person, person.party, id));
  EXPECT_FALSE(has_key(id, person.party)) << "erased, and not only hidden";
  EXPECT_TRUE(registers.temp.database().read([&](store::Tx& tx) {
    return store::is_waiting(tx, instances::let_go, std::to_string(person.party.value));
  })) << "whoever holds more of theirs hears of it";
  EXPECT_FALSE(uses->messages.place_of(person.party, id));
  EXPECT_EQ(inbox.count(read_scope(person, person.party)).received, 0);
  EXPECT_TRUE(fared(id).opened) << "the sender's own record stays";
}

TEST_P(MessagesTest, what_is_held_is_not_deleted_for_good) {
  const auto id = one(a_message(), {to_person("employee")});
  const auto person = registers.actor("employee");
  const auto until = registers.clock.now() + base::Duration::days(30);
  bool is_held = true;
  MessageUses holding{MessagesNeeds{
      registers.temp.database(), vault.vault(), *log, access->decider(), *registers.registry, apps, *scanner, inspector,
      registers.clock, registers.random, store::Quotas(store::QuotaLimits::none()),
      [&](store::Tx&, terms::PartyId, std::string_view) { return is_held ? std::optional(until) : std::nullopt; }}};
  const auto delete_it = [&] {
    return holding.messages.remove(may(person, person.party, id, Action::remove), id, registers.clock.now(), post());
  };
  EXPECT_EQ(delete_it().error().code, "error.deleting.held");
  EXPECT_TRUE(has_key(id, person.party));
  is_held = false;
  EXPECT_TRUE(delete_it());
}

TEST_P(MessagesTest, what_a_business_deletes_can_be_had_back_until_the_day_it_goes) {
  const auto id = one();
  ASSERT_TRUE(remove(manager, firm, id));
  const auto deleted = inbox.list(read_scope(manager, firm), {.folder = Folder::deleted});
  ASSERT_EQ(deleted.rows.size(), 1U);
  EXPECT_EQ(deleted.rows[0].message->goes_at, instances::goes_for_good(registers.clock.now()));
  EXPECT_EQ(uses->messages.end_deleted(), 0);
  ASSERT_TRUE(uses->messages.take_back(may(colleague, firm, id, Action::remove), id, registers.clock.now()));
  EXPECT_EQ(inbox.count(read_scope(manager, firm)).received, 1);
  ASSERT_TRUE(remove(manager, firm, id));
  registers.clock.advance(instances::goes_for_good(registers.clock.now()) - registers.clock.now());
  registers.clock.advance(base::Duration::milliseconds(1));
  const store::HoldsNow held = [&](store::Tx&) {
    store::Hold hold;
    hold.item = id.text();
    hold.of = {{.party = firm, .uuid = {}, .user_ids = {}, .numbers = {}}};
    return store::Holds({hold});
  };
  EXPECT_EQ(uses->messages.end_deleted(held), 0) << "not while it is held";
  EXPECT_EQ(uses->messages.end_deleted(), 1);
  EXPECT_FALSE(has_key(id, firm));
  EXPECT_EQ(inbox.count(read_scope(manager, firm)).deleted, 0);
  EXPECT_TRUE(inbox.list(read_scope(manager, firm), {.folder = Folder::deleted}).rows.empty());
}

TEST_P(MessagesTest, a_confirmation_is_recorded_once_and_refused_where_none_was_asked_for) {
  const auto plain = one();
  EXPECT_EQ(uses->messages.confirm(may(manager, firm, plain), plain, registers.clock.now(), post()).error().code,
            "messages.error.no_confirm");
  auto message = a_message();
  message.must_confirm = true;
  message.due = registers.clock.now() + base::Duration::days(7);
  const auto id = one(message, {to("Fjord og Fjell AS")});
  const Query waiting{.folder = Folder::received, .standing = Standing::waiting};
  EXPECT_EQ(inbox.list(read_scope(manager, firm), waiting).rows.size(), 1U);
  EXPECT_EQ(inbox.list(read_scope(manager, firm), {.folder = Folder::received}).rows[0].message->id, id)
      << "what is due lies on top";
  ASSERT_TRUE(uses->messages.confirm(may(manager, firm, id), id, registers.clock.now(), post()));
  const auto first = fared(id).confirmed->at;
  registers.clock.advance(base::Duration::hours(1));
  ASSERT_TRUE(uses->messages.confirm(may(colleague, firm, id), id, registers.clock.now(), post()));
  EXPECT_EQ(fared(id).confirmed->at, first);
  EXPECT_TRUE(inbox.list(read_scope(manager, firm), waiting).rows.empty());
  EXPECT_FALSE(inbox.list(read_scope(manager, firm), {.folder = Folder::received}).rows[0].deadline_at)
      << "what is done has no place on top any more";
}

TEST_P(MessagesTest, an_answer_reaches_the_agency_with_its_file_and_its_reading_is_an_entry) {
  const auto silent = one();
  EXPECT_EQ(uses->messages
                .answer(may(manager, firm, silent, Action::complete), silent, "Hei", {}, registers.clock.now(), post())
                .error()
                .code,
            "messages.error.no_answer");
  auto message = a_message();
  message.reply = {ReplyWay::Kind::message, {}};
  const auto id = one(message, {to("Fjord og Fjell AS")});
  const auto permit = may(manager, firm, id, Action::complete);
  const auto staged = expect(uses->messages.stage_file(permit, id, a_file("svar.pdf")));
  const auto once = post();
  const auto answer =
      expect(uses->messages.answer(permit, id, "Her er det.", {staged.id}, registers.clock.now(), once));
  EXPECT_EQ(expect(uses->messages.answer(permit, id, "Her er det.", {staged.id}, registers.clock.now(), once)), answer);
  settle();
  ASSERT_EQ(answered.size(), 1U);
  EXPECT_THAT(answered[0], HasSubstr(answer.text()));
  EXPECT_THAT(answered[0], Not(HasSubstr("Her er det")));
  EXPECT_TRUE(fared(id).answered_at);
  const auto follow = agency(Action::agency_follow);
  const auto fresh = expect(
      uses->sent.new_answers(expect(access->decider().agency_scope(caseworker, "dat", Action::agency_follow)), 10));
  ASSERT_EQ(fresh.size(), 1U);
  EXPECT_FALSE(fresh[0].read);
  EXPECT_EQ(fresh[0].title, a_message().title);
  const auto answers = expect(uses->sent.answers(follow, id, registers.clock.now()));
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].answer.text, "Her er det.");
  ASSERT_EQ(answers[0].answer.files.size(), 1U);
  std::string content;
  ASSERT_TRUE(uses->sent.read_answer_file(
      follow, id, answers[0].answer.files[0].id, registers.clock.now(), [](const MessageFile&) {},
      [&](base::ByteView part) { content += part; }));
  EXPECT_EQ(content, instances::testing::small_pdf);
  log->flush();
  const auto activity =
      log->activity(expect(access->decider().decide(manager, Action::read_activity, {.party = firm})), {.party = firm});
  EXPECT_TRUE(std::ranges::any_of(activity.rows, [](const auto& row) {
    return row.kind == ledger::EventKind::message_answer_read && row.actor_is_agency;
  }));
}

class FormReplyTest : public MessagesTest {
 protected:
  MessageId asks_for_form() {
    auto message = a_message();
    message.reply = {ReplyWay::Kind::form, guidance};
    message.due = registers.clock.now() + base::Duration::days(7);
    return one(message, {to("Fjord og Fjell AS")});
  }
  base::Status tie(const MessageId& id, const terms::InstanceId& draft) {
    return uses->messages.tie_form(may(manager, firm, id), id, permit(manager, Action::write, draft),
                                   registers.clock.now());
  }
  std::optional<base::Instant> due_of(const MessageId& id) {
    return registers.temp.database().read([&](store::Tx& tx) {
      return store::read_one<std::optional<base::Instant>>(tx, "SELECT due_at FROM message WHERE message_id = ?", {id});
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, FormReplyTest, store::testing::engines(), store::testing::engine_name);

TEST_P(FormReplyTest, the_form_that_was_begun_for_a_message_answers_it_once_it_is_sent) {
  const auto id = asks_for_form(), other = asks_for_form();
  const auto draft = begin();
  ASSERT_TRUE(uses->messages.check_form(may(manager, firm, id), id, guidance));
  ASSERT_TRUE(tie(id, draft));
  ASSERT_TRUE(tie(other, draft)) << "and it stays the answer to the first";
  const auto begun = open(manager, firm, id);
  ASSERT_EQ(begun.form_replies.size(), 1U);
  EXPECT_EQ(begun.form_replies[0].instance, draft);
  EXPECT_FALSE(begun.form_replies[0].sent_at);
  EXPECT_FALSE(fared(id).answered_at) << "a draft is its party's alone";
  const auto follow = agency(Action::agency_follow);
  EXPECT_TRUE(expect(uses->sent.form_answers(follow, id)).empty());
  EXPECT_TRUE(due_of(id));

  const auto received = registers.clock.now();
  (void)send(draft, fill(draft).version, post());
  // Cut off when it is noted, it is told of again: what was written goes with what was delivered.
  store::failpoint::arm("inbox.form_noted", store::failpoint::Action::error);
  (void)outbox->deliver_due();
  store::failpoint::disarm();
  registers.clock.advance(base::Duration::minutes(1));
  settle();
  EXPECT_EQ(fared(id).answered_at, received);
  EXPECT_FALSE(fared(other).answered_at);
  EXPECT_FALSE(due_of(id)) << "nothing is asked for any more";
  EXPECT_TRUE(due_of(other));
  const auto answers = expect(uses->sent.form_answers(follow, id));
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].instance, draft);
  EXPECT_EQ(answers[0].form, guidance);
  EXPECT_EQ(answers[0].at, received);
  EXPECT_EQ(open(manager, firm, id).form_replies[0].sent_at, received);
  EXPECT_EQ(uses->messages.settle_form_replies(), 0);
}

TEST_P(FormReplyTest, is_tied_by_who_may_read_the_message_and_write_the_draft_of_that_form) {
  const auto id = asks_for_form(), plain = one();
  const auto draft = begin();
  const auto reads = may(manager, firm, id);
  const auto now = registers.clock.now();
  const auto refused = [&](const terms::Permit& message, const MessageId& which, const terms::Permit& form) {
    const auto tied = uses->messages.tie_form(message, which, form, now);
    return tied ? "tied" : tied.error().code;
  };
  EXPECT_EQ(refused(reads, id, permit(manager, Action::read, draft)), "messages.error.not_found");
  EXPECT_EQ(refused(reads, id, permit(colleague, Action::write, draft)), "messages.error.not_found")
      << "two permits of two people";
  EXPECT_EQ(refused(may(manager, firm, id, Action::remove), id, permit(manager, Action::write, draft)),
            "messages.error.not_found");
  EXPECT_EQ(refused(may(manager, firm, plain), plain, permit(manager, Action::write, draft)),
            "messages.error.no_answer");
  EXPECT_EQ(uses->messages.check_form(may(manager, firm, plain), plain, guidance).error().code,
            "messages.error.no_answer");
  EXPECT_EQ(uses->messages.check_form(reads, id, letters).error().code, "messages.error.no_answer");
  EXPECT_EQ(rows_of("message_form_reply"), 0);
}

TEST_P(FormReplyTest, of_which_nobody_was_told_is_noted_by_the_job_and_a_draft_thrown_away_is_forgotten) {
  const auto id = asks_for_form(), other = asks_for_form();
  const auto sent = begin(), gone = begin(), open_still = begin();
  ASSERT_TRUE(tie(id, sent));
  ASSERT_TRUE(tie(other, gone));
  ASSERT_TRUE(tie(other, open_still));
  (void)send(sent, fill(sent).version, post());
  ASSERT_TRUE(instances->drafts.discard(permit(manager, Action::remove, gone), registers.clock.now(), post()));
  EXPECT_EQ(uses->messages.settle_form_replies(), 2);
  EXPECT_TRUE(fared(id).answered_at);
  EXPECT_EQ(rows_of("message_form_reply"), 2);
  EXPECT_EQ(open(manager, firm, other).form_replies.size(), 1U);
}

TEST_P(MessagesTest, a_restore_brings_back_no_message_that_was_deleted_or_taken_back_since_and_counts_anew) {
  auto later = a_message();
  later.publish_at = registers.clock.now() + base::Duration::days(2);
  const auto person = registers.actor("employee");
  const auto deleted = one(a_message(), {to_person("employee"), to("Fjord og Fjell AS")});
  const auto kept = one(a_message(), {to_person("employee")});
  const auto waits = send_message(later, {to_person("employee")});
  auto& database = registers.temp.database();
  ASSERT_TRUE(remove(person, person.party, deleted));
  ASSERT_TRUE(uses->sending.take_back(agency(), waits.id, registers.clock.now(), post()));
  // The rows as they were when the backup was made; what was taken back has keys to lose still.
  ASSERT_TRUE(database.write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE message SET folder = 'received' WHERE message_id = ?", {deleted});
    tx.run("UPDATE message_count SET total = 2, unread = 2 WHERE party_id = ?", {person.party});
    tx.run("UPDATE message_batch SET state = 'accepted' WHERE batch_id = ?", {waits.id});
    return {};
  }));
  const auto key = database.read([&](store::Tx& tx) {
    return store::read_one<base::Uuid>(tx, "SELECT key_id FROM message_batch WHERE batch_id = ?", {waits.id});
  });
  vault.vault().erase({key}, instances::party_holder(person.party));
  const auto list = base::read_file(vault.folder() / "erasures", 1'000'000).value();
  EXPECT_EQ(remove_messages_again(database, vault.vault(), {list}, registers.clock.now()), 2);
  const auto counts = inbox.count(read_scope(person, person.party));
  EXPECT_EQ(counts.received, 1);
  EXPECT_EQ(counts.unread, 1);
  const auto listed = inbox.list(read_scope(person, person.party), {.folder = Folder::received});
  ASSERT_EQ(listed.rows.size(), 1U);
  EXPECT_EQ(listed.rows[0].message->id, kept);
  EXPECT_EQ(inbox.count(read_scope(manager, firm)).unread, 1) << "the other recipient's is theirs";
  registers.clock.advance(base::Duration::days(3));
  settle();
  EXPECT_TRUE(expect(uses->sent.open(agency(Action::agency_follow), waits.id)).summary.taken_back_at);
  EXPECT_EQ(remove_messages_again(database, vault.vault(), {list}, registers.clock.now()), 0);
}

TEST_P(MessagesTest, a_restore_takes_a_message_that_was_there_since_from_who_deleted_it_alone) {
  auto later = a_message();
  later.publish_at = registers.clock.now() + base::Duration::hours(1);
  const auto person = registers.actor("employee");
  const auto sent = send_message(later, {to_person("employee"), to("Fjord og Fjell AS")});
  registers.clock.advance(base::Duration::hours(2));
  // The rows as they were while it waited; since then it was there, and one of its recipients deleted it.
  auto& database = registers.temp.database();
  const auto key = database.read([&](store::Tx& tx) {
    return store::read_one<base::Uuid>(tx, "SELECT key_id FROM message_batch WHERE batch_id = ?", {sent.id});
  });
  vault.vault().erase({key}, instances::party_holder(person.party));
  const auto list = base::read_file(vault.folder() / "erasures", 1'000'000).value();
  EXPECT_EQ(remove_messages_again(database, vault.vault(), {list}, registers.clock.now()), 1);
  settle();
  EXPECT_EQ(inbox.list(read_scope(manager, firm), {.folder = Folder::received}).rows.size(), 1U);
  EXPECT_TRUE(inbox.list(read_scope(person, person.party), {.folder = Folder::received}).rows.empty());
  EXPECT_FALSE(expect(uses->sent.open(agency(Action::agency_follow), sent.id)).summary.taken_back_at);
}

TEST_P(MessagesTest, the_sender_sees_each_recipient_and_how_many_did_what) {
  const auto sent = send_message(a_message(), {to("Fjord og Fjell AS"), to("Lys Løkke AS"), to_person("employee")});
  (void)open(manager, firm, sent.messages[0]);
  const auto scope = expect(access->decider().agency_scope(caseworker, "dat", Action::agency_follow));
  const auto page = expect(uses->sent.list(scope, {}));
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(page.rows[0].recipients, 3);
  EXPECT_EQ(page.rows[0].opened, 1);
  EXPECT_EQ(page.rows[0].title, "Om internkontroll");
  const auto follow = agency(Action::agency_follow);
  const auto first = expect(uses->sent.recipients(follow, sent.id, {.limit = 2}));
  ASSERT_EQ(first.rows.size(), 2U);
  const auto rest = expect(uses->sent.recipients(follow, sent.id, {.after = first.next, .limit = 2}));
  ASSERT_EQ(rest.rows.size(), 1U);
  EXPECT_TRUE(rest.next.empty());
  EXPECT_EQ(rest.rows[0].organisation_number, "") << "a person's number is never shown";
  EXPECT_EQ(expect(uses->sent.recipients(follow, sent.id, {.only = RecipientQuery::Only::unopened})).rows.size(), 2U);
  EXPECT_EQ(expect(uses->sent.open(follow, sent.id)).body, "Vi ber om **svar**.");
  EXPECT_EQ(expect(uses->sent.list(scope, {.case_reference = "26/00042"})).rows.size(), 1U);
  EXPECT_TRUE(expect(uses->sent.list(scope, {.case_reference = "26/1"})).rows.empty());
  const auto reading = expect(access->decider().agency_scope(caseworker, "dat"));
  EXPECT_FALSE(uses->sent.list(reading, {})) << "a scope for what came in lists nothing that was sent";
}

TEST_P(MessagesTest, one_inbox_of_all_parties_pages_through_everything_once_and_filters) {
  const auto own = manager.party;
  for (int i = 0; i < 12; ++i) {
    (void)one(a_message(fmt::format("Brev {}", i)),
              {to("Fjord og Fjell AS"), {.party = registers.registry->find(own)->uuid}});
    registers.clock.advance(base::Duration::minutes(1));
  }
  std::multiset<std::string> ids;
  Query query{.folder = Folder::received, .limit = 5};
  for (int pages = 0; pages < 10; ++pages) {
    const auto page = inbox.list(read_scope(manager), query);
    for (const auto& row : page.rows) ids.insert(row.message->id.text());
    if (page.next.empty()) break;
    query.after = page.next;
  }
  EXPECT_EQ(ids.size(), 24U);
  EXPECT_EQ((std::set<std::string>(ids.begin(), ids.end()).size()), 24U) << "no row comes twice";
  EXPECT_EQ(inbox.list(read_scope(manager, own), {.folder = Folder::received, .search = "brev 7"}).rows.size(), 1U);
  const auto id = inbox.list(read_scope(manager, own), {.folder = Folder::received}).rows[0].message->id;
  (void)open(manager, own, id);
  EXPECT_EQ(
      inbox.list(read_scope(manager, own), {.folder = Folder::received, .standing = Standing::unread}).rows.size(),
      11U);
  EXPECT_TRUE(inbox.list(read_scope(manager, own), {.folder = Folder::received, .agency = "nav"}).rows.empty());
  ASSERT_TRUE(uses->messages.archive(may(manager, own, id, Action::remove), id, registers.clock.now()));
  const auto counts = inbox.count(read_scope(manager, own));
  EXPECT_EQ(counts.received, 11);
  EXPECT_EQ(counts.archive, 1);
  EXPECT_EQ(inbox.list(read_scope(manager, own), {.folder = Folder::archive}).rows.size(), 1U);
}

TEST_P(MessagesTest, the_archive_shows_forms_and_messages_in_one_order) {
  const auto message = one();
  const auto form = begin();
  (void)send(form, fill(form).version, post());
  registers.clock.advance(base::Duration::minutes(1));
  ASSERT_TRUE(
      instances->matters.archive(permit(manager, Action::remove, form, "EndEvent_1"), true, registers.clock.now()));
  registers.clock.advance(base::Duration::minutes(1));
  ASSERT_TRUE(uses->messages.archive(may(manager, firm, message, Action::remove), message, registers.clock.now()));
  const auto first = inbox.list(read_scope(manager, firm), {.folder = Folder::archive, .limit = 1});
  ASSERT_EQ(first.rows.size(), 1U);
  EXPECT_TRUE(first.rows[0].message);
  const auto second =
      inbox.list(read_scope(manager, firm), {.folder = Folder::archive, .after = first.next, .limit = 1});
  ASSERT_EQ(second.rows.size(), 1U);
  EXPECT_EQ(second.rows[0].at.id, form);
  EXPECT_TRUE(second.next.empty());
}

TEST_P(MessagesTest, a_copy_for_the_archive_holds_pages_originals_receipts_and_their_digests) {
  const auto staged = expect(uses->sending.stage_file(agency(), a_file("<vedtak>.pdf")));
  auto message = a_message("Brev & <script>");
  message.files = {staged.id};
  const auto id = one(message, {to("Fjord og Fjell AS")});
  const auto form = begin();
  add_file(form, "notat.pdf", instances::testing::small_pdf);
  (void)send(form, fill(form).version, post());
  log->flush();
  auto texts = expect(base::Texts::load(std::filesystem::path(ALTING_SOURCE_DIR) / "texts"));
  ArchiveCopy copy({uses->messages, instances->matters, instances->attachments, *log, apps, texts, {}});
  base::Bytes zip;
  ASSERT_TRUE(copy.write({{may(manager, firm, id), id}, {permit(manager, Action::read, form, "EndEvent_1"), {}}},
                         base::Language::nb, registers.clock.now(), [&](base::ByteView part) { zip += part; }));
  std::map<std::string, std::string> entries;
  for (auto& entry : expect(paper::unzip(zip, registers.clock))) entries[entry.name] = std::move(entry.content);
  const auto folder = "melding-" + id.text() + "/";
  EXPECT_THAT(entries[folder + "melding.html"], HasSubstr("Brev &amp; &lt;script&gt;"));
  EXPECT_EQ(entries[folder + "filer/1-_vedtak_.pdf"], instances::testing::small_pdf);
  EXPECT_THAT(entries[folder + "kvitteringer/1-available.json"], HasSubstr("message.made_available"));
  const auto& original = entries[folder + "message.json"];
  EXPECT_THAT(original, HasSubstr("Brev & <script>"));
  EXPECT_THAT(entries[folder + "kvitteringer/1-available.json"], HasSubstr(base::to_hex(crypto::sha256(original))))
      << "the receipt proves the original that lies beside it";
  EXPECT_THAT(entries["index.html"], HasSubstr(folder + "melding.html"));
  EXPECT_THAT(entries["index.html"], HasSubstr("Noark"));
  std::size_t sums = 0;
  for (const auto line : base::split(entries["SHA256SUMS"], '\n')) {
    if (line.empty()) continue;
    ++sums;
    const auto name = std::string(line.substr(66));
    ASSERT_TRUE(entries.contains(name)) << name;
    EXPECT_EQ(line.substr(0, 64), base::to_hex(crypto::sha256(entries[name]))) << name;
  }
  EXPECT_EQ(sums + 1, entries.size()) << "each file has its digest";
  EXPECT_TRUE(fared(id).opened) << "a copy is an opening";
}

TEST(MessageBody, shows_where_a_link_leads_and_follows_none_that_is_not_of_the_web) {
  EXPECT_EQ(to_html(message_body("[Les mer](https://example.org/a)")),
            "<p><a href=\"https://example.org/a\" rel=\"noreferrer\">Les mer</a> (https://example.org/a)</p>");
  EXPECT_THAT(to_html(message_body("[trykk](javascript:alert(1))")), Not(HasSubstr("javascript")));
  EXPECT_THAT(to_html(message_body("![spor](https://example.org/pixel.png)")), Not(HasSubstr("example.org")));
  EXPECT_THAT(to_html(message_body("<script>alert(1)</script>")), Not(HasSubstr("<script")));
  EXPECT_THAT(to_html(message_body("[skriv](mailto:post@example.org)")), HasSubstr("(post@example.org)"));
  for (const char* hidden : {"https://www.example.org@other.example/", "mailto:post@example.org?bcc=x@other.example"})
    EXPECT_THAT(to_html(message_body(fmt::format("[les]({})", hidden))), Not(HasSubstr("href"))) << hidden;
  EXPECT_THAT(to_html(message_body("[les](https://example.org/@navn)")), HasSubstr("href"));
}

TEST(PlainFileName, keeps_the_ending_and_nothing_that_a_system_keeps_for_itself) {
  EXPECT_EQ(plain_file_name("../../etc/passwd"), "_.._etc_passwd");
  EXPECT_EQ(plain_file_name(".."), "fil");
  EXPECT_EQ(plain_file_name("a:b?.pdf"), "a_b_.pdf");
  EXPECT_EQ(plain_file_name(std::string(300, 'a') + ".pdf").size(), 120U);
  EXPECT_TRUE(plain_file_name(std::string(300, 'a') + ".pdf").ends_with(".pdf"));
}

}  // namespace
}  // namespace alting::inbox
