#include "inbox/message_sending.h"

#include "inbox/testing/messages_fixture.h"
#include "store/failpoint.h"

namespace alting::inbox {
namespace {

using testing::expect;
using ::testing::HasSubstr;

class MessageSendingTest : public testing::MessagesFixture {
 protected:
  base::Result<SendOutcome> try_to_send(const NewMessage& message, const std::vector<Recipient>& recipients,
                                        const std::string& once) {
    return uses->sending.send(agency(), message, recipients, registers.clock.now(), once);
  }
  std::string refusal(const NewMessage& message) {
    const auto outcome = try_to_send(message, {to("Fjord og Fjell AS")}, post());
    return outcome ? code_of(*outcome) : outcome.error().code;
  }
  std::size_t seen() { return inbox.list(read_scope(manager, firm), {.folder = Folder::received}).rows.size(); }
  std::vector<Recipient> many(std::size_t count) {
    std::vector<Recipient> all{to("Fjord og Fjell AS")};
    for (const auto& unit : registers.population.units) {
      const auto& party = unit.organisation.party;
      if (all.size() < count && !party.deleted && party.organisation_number != all.front().organisation_number)
        all.push_back({.organisation_number = party.organisation_number});
    }
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, MessageSendingTest, store::testing::engines(), store::testing::engine_name);

TEST_P(MessageSendingTest, what_is_sent_is_there_for_each_and_in_the_log_and_told_once) {
  const auto sent = send_message(a_message(), {to("Fjord og Fjell AS"), to_person("employee")});
  ASSERT_EQ(sent.messages.size(), 2U);
  EXPECT_EQ(published.size(), 2U);
  const auto listing = inbox.list(read_scope(manager, firm), {.folder = Folder::received});
  ASSERT_EQ(listing.rows.size(), 1U);
  EXPECT_EQ(listing.rows[0].caption, "Om internkontroll");
  ASSERT_TRUE(listing.rows[0].message);
  EXPECT_EQ(listing.rows[0].message->id, sent.messages[0]);
  EXPECT_TRUE(listing.rows[0].message->unread);
  EXPECT_EQ(listing.rows[0].message->case_reference, "26/00042");
  EXPECT_EQ(inbox.count(read_scope(manager, firm)).unread, 1);
  const auto person = registers.actor("employee");
  EXPECT_EQ(inbox.list(read_scope(person, person.party), {.folder = Folder::received}).rows.size(), 1U);
  log->flush();
  const auto receipts = expect(uses->messages.receipts(may(manager, firm, sent.messages[0]), sent.messages[0]));
  ASSERT_EQ(receipts.size(), 1U) << "that it was made available, before anybody has opened it";
  EXPECT_THAT(receipts[0].receipt.json, HasSubstr("message.made_available"));
  const auto facts = notice_facts(registers.temp.database(), vault.vault(), sent.messages[0]);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->sender_name, "Datatilsynet") << "the agency's own name, where no other was given";
  EXPECT_FALSE(facts->opened);
}

TEST_P(MessageSendingTest, who_takes_anothers_name_is_named_beside_it) {
  auto message = a_message();
  message.sender_name = "Skatteetaten";
  const auto sent = send_message(message, {to("Fjord og Fjell AS")});
  const auto listing = inbox.list(read_scope(manager, firm), {.folder = Folder::received});
  ASSERT_EQ(listing.rows.size(), 1U);
  EXPECT_EQ(listing.rows[0].message->sender_name, "Datatilsynet, Skatteetaten");
}

TEST_P(MessageSendingTest, one_unknown_recipient_refuses_all_and_each_fault_is_named) {
  auto outcome = expect(try_to_send(a_message(),
                                    {to("Fjord og Fjell AS"),
                                     {.organisation_number = "999999999"},
                                     {.person = terms::NationalIdText("01010112345")},
                                     to("Fjord og Fjell AS"),
                                     {}},
                                    post()));
  EXPECT_FALSE(outcome.sent);
  ASSERT_EQ(outcome.faults.size(), 4U);
  EXPECT_EQ(outcome.faults[0].index, 1U);
  EXPECT_EQ(outcome.faults[0].error.code, "messages.error.recipient_unknown");
  EXPECT_EQ(outcome.faults[1].index, 2U);
  EXPECT_EQ(outcome.faults[2].error.code, "messages.error.recipient_twice");
  EXPECT_EQ(outcome.faults[3].error.code, "messages.error.recipient");
  EXPECT_EQ(rows_of("message"), 0);
  EXPECT_EQ(rows_of("message_batch"), 0);
}

TEST_P(MessageSendingTest, text_that_turns_round_or_costs_too_much_to_show_is_refused) {
  auto message = a_message();
  message.sender_name = "Skatte\u202eetaten";
  EXPECT_EQ(refusal(message), "messages.error.signs");
  EXPECT_EQ(refusal(a_message("Krav\u2028Datatilsynet")), "messages.error.signs");
  message = a_message();
  message.body = std::string(1'001, '[');
  EXPECT_EQ(refusal(message), "messages.error.links");
}

TEST_P(MessageSendingTest, who_is_dead_gets_nothing_however_named) {
  const auto employee = registers.actor("employee");
  (void)registers.temp.database().write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE person SET dead = ? WHERE party = ?", {true, employee.party});
    return {};
  });
  const auto outcome = expect(try_to_send(a_message(), {{.party = employee.party_uuid}}, post()));
  ASSERT_EQ(outcome.faults.size(), 1U);
  EXPECT_EQ(outcome.faults[0].error.code, "error.person.dead");
}

TEST_P(MessageSendingTest, the_same_post_again_sends_nothing_more_and_other_words_under_it_are_refused) {
  const auto once = post();
  const auto first = expect(try_to_send(a_message(), {to("Fjord og Fjell AS")}, once));
  registers.clock.advance(base::Duration::hours(1));
  const auto second = expect(try_to_send(a_message(), {to("Fjord og Fjell AS")}, once));
  EXPECT_EQ(first.sent->messages, second.sent->messages);
  EXPECT_EQ(rows_of("message"), 1);
  EXPECT_EQ(try_to_send(a_message("Noe annet"), {to("Fjord og Fjell AS")}, once).error().kind,
            base::ErrorKind::conflict);
  EXPECT_EQ(try_to_send(a_message(), {to("Lys Løkke AS")}, once).error().kind, base::ErrorKind::conflict);
}

TEST_P(MessageSendingTest, what_was_cut_off_between_recipients_is_seen_by_nobody_and_goes) {
  for (const auto* step : {"inbox.before_chunk", "inbox.after_chunk"}) {
    store::failpoint::arm(step, store::failpoint::Action::error,
                          step == std::string_view("inbox.before_chunk") ? 2 : 1);
    EXPECT_ANY_THROW((void)try_to_send(a_message(), many(120), post())) << step;
    store::failpoint::disarm();
    settle();
    EXPECT_EQ(seen(), 0U) << step;
    EXPECT_GT(rows_of("message"), 0) << step;
    EXPECT_EQ(uses->sending.sweep(), 0) << "it may still be written";
    registers.clock.advance(base::Duration::minutes(11));
    while (uses->sending.sweep() > 0) {
    }
    EXPECT_EQ(rows_of("message"), 0) << step;
    EXPECT_EQ(rows_of("message_batch"), 0) << step;
  }
  EXPECT_TRUE(published.empty());
}

TEST_P(MessageSendingTest, what_the_process_before_began_goes_at_once_where_there_can_be_no_other) {
  store::failpoint::arm("inbox.after_chunk", store::failpoint::Action::error, 1);
  EXPECT_ANY_THROW((void)try_to_send(a_message(), many(120), post()));
  store::failpoint::disarm();
  registers.clock.advance(base::Duration::seconds(1));
  EXPECT_EQ(uses->sending.sweep(), 0) << "it is this process that may still write it";
  const auto started = make_uses();
  const bool alone = registers.temp.database().engine() == store::Engine::sqlite;
  while (started->sending.sweep() > 0) {
  }
  EXPECT_EQ(rows_of("message_batch"), alone ? 0 : 1);
}

TEST_P(MessageSendingTest, what_was_published_is_told_of_to_the_end_whatever_step_fails) {
  const auto recipients = many(120);
  const auto sent = expect(try_to_send(a_message(), recipients, post())).sent.value();
  for (const auto* step : {"inbox.published", "inbox.announced"}) {
    store::failpoint::arm(step, store::failpoint::Action::error);
    (void)outbox->deliver_due();
    store::failpoint::disarm();
    registers.clock.advance(base::Duration::minutes(1));
  }
  settle();
  EXPECT_EQ(seen(), 1U);
  EXPECT_EQ(published.size(), sent.messages.size());
  EXPECT_EQ((std::set<std::string>(published.begin(), published.end()).size()), sent.messages.size()) << "each once";
}

TEST_P(MessageSendingTest, what_is_to_be_published_later_is_there_then_and_not_before) {
  auto message = a_message();
  message.publish_at = registers.clock.now() + base::Duration::days(2);
  const auto sent = send_message(message, {to("Fjord og Fjell AS")});
  EXPECT_EQ(seen(), 0U);
  EXPECT_FALSE(uses->messages.place_of(firm, sent.messages[0]));
  EXPECT_FALSE(notice_facts(registers.temp.database(), vault.vault(), sent.messages[0]));
  EXPECT_FALSE(fared(sent.messages[0]).available_at);
  registers.clock.advance(base::Duration::days(2));
  settle();
  EXPECT_EQ(seen(), 1U);
  EXPECT_TRUE(fared(sent.messages[0]).available_at);
  EXPECT_EQ(published.size(), 1U);
}

TEST_P(MessageSendingTest, a_confidential_one_is_always_told_of) {
  auto message = a_message();
  message.notify = false;
  const auto quiet = send_message(message, {to("Fjord og Fjell AS")});
  message.confidential = true;
  const auto told = send_message(message, {to("Fjord og Fjell AS")});
  EXPECT_FALSE(notice_facts(registers.temp.database(), vault.vault(), quiet.messages[0])->notify);
  EXPECT_TRUE(notice_facts(registers.temp.database(), vault.vault(), told.messages[0])->notify);
}

TEST_P(MessageSendingTest, what_waits_for_its_time_is_taken_back_and_nobody_ever_sees_it) {
  auto message = a_message();
  message.publish_at = registers.clock.now() + base::Duration::days(2);
  message.files = {expect(uses->sending.stage_file(agency(), a_file())).id};
  const auto sent = expect(try_to_send(message, many(120), post())).sent.value();
  const auto key = registers.temp.database().read([&](store::Tx& tx) {
    return store::read_one<base::Uuid>(tx, "SELECT key_id FROM message_batch WHERE batch_id = ?", {sent.id});
  });
  const auto has_key = [&](const store::Holder& holder) { return vault.vault().reseal(key, "x", holder).has_value(); };
  ASSERT_TRUE(has_key(instances::party_holder(firm)));
  EXPECT_FALSE(uses->sending.take_back(agency(Action::agency_follow), sent.id, registers.clock.now(), post()))
      << "to see how it fares is not to send";
  EXPECT_FALSE(uses->sending.take_back(agency(Action::agency_send, guidance), sent.id, registers.clock.now(), post()));
  const auto once = post();
  ASSERT_TRUE(uses->sending.take_back(agency(), sent.id, registers.clock.now(), once));
  EXPECT_TRUE(uses->sending.take_back(agency(), sent.id, registers.clock.now(), once));
  EXPECT_TRUE(uses->sending.take_back(agency(), sent.id, registers.clock.now(), post())) << "by a colleague too";
  // Cut off between the keys and the rows, it goes on.
  store::failpoint::arm("inbox.recalled", store::failpoint::Action::error);
  (void)outbox->deliver_due();
  store::failpoint::disarm();
  registers.clock.advance(base::Duration::minutes(1));
  settle();
  EXPECT_EQ(rows_of("message"), 0);
  EXPECT_FALSE(has_key(instances::party_holder(firm))) << "erased, and not only hidden";
  registers.clock.advance(base::Duration::days(3));
  settle();
  EXPECT_EQ(seen(), 0U);
  EXPECT_TRUE(published.empty()) << "nobody is told";
  const auto follow = agency(Action::agency_follow);
  const auto kept = expect(uses->sent.open(follow, sent.id));
  EXPECT_EQ(kept.body, "Vi ber om **svar**.") << "the agency's own";
  EXPECT_TRUE(kept.summary.taken_back_at);
  EXPECT_TRUE(expect(uses->sent.recipients(follow, sent.id, {})).rows.empty());
}

TEST_P(MessageSendingTest, what_is_published_is_not_taken_back) {
  const auto sent = send_message(a_message(), {to("Fjord og Fjell AS")});
  const auto refused = uses->sending.take_back(agency(), sent.id, registers.clock.now(), post());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "messages.error.published");
  EXPECT_EQ(refused.error().kind, base::ErrorKind::conflict);
  EXPECT_EQ(seen(), 1U);
  EXPECT_FALSE(uses->sending.take_back(agency(), {base::Uuid::v4(registers.random)}, registers.clock.now(), post()));
}

TEST_P(MessageSendingTest, a_message_that_breaks_a_limit_is_refused_with_the_reason) {
  auto message = a_message();
  message.title = " ";
  EXPECT_EQ(refusal(message), "messages.error.no_title");
  message = a_message(std::string(max_title + 1, 'a'));
  EXPECT_EQ(refusal(message), "messages.error.title_long");
  message = a_message("To\r\nlinjer");
  EXPECT_EQ(refusal(message), "messages.error.signs");
  message = a_message();
  message.body = std::string(max_body + 1, 'a');
  EXPECT_EQ(refusal(message), "messages.error.body_long");
  message = a_message();
  message.due = registers.clock.now();
  EXPECT_EQ(refusal(message), "messages.error.due");
  message = a_message();
  message.ignore_reservation = true;
  EXPECT_EQ(refusal(message), "messages.error.no_reason");
  message = a_message();
  message.reply = {ReplyWay::Kind::form, letters};
  EXPECT_EQ(refusal(message), "messages.error.reply_form") << "a service without a form";
  message.reply = {ReplyWay::Kind::form, guidance};
  EXPECT_EQ(refusal(message), "sent");
  message = a_message();
  message.files = {{base::Uuid::v4(registers.random)}};
  EXPECT_EQ(refusal(message), "messages.error.file_gone");
  EXPECT_EQ(try_to_send(a_message(), std::vector<Recipient>(max_recipients + 1), post()).error().code,
            "messages.error.too_many_recipients");
  EXPECT_EQ(code_of(expect(try_to_send(a_message(), {}, post()))), "messages.error.no_recipients");
}

TEST_P(MessageSendingTest, all_that_is_wrong_with_a_message_and_its_recipients_is_told_at_once) {
  auto message = a_message(" ");
  message.body = "";
  message.summary = std::string(max_summary + 1, 'a');
  message.sender_name = std::string(max_sender_name, 'a') + "\u202e";
  message.case_reference = "\u2028";
  message.files = {{base::Uuid::v4(registers.random)}};
  message.due = registers.clock.now();
  message.publish_at = registers.clock.now() + base::Duration::days(4'000);
  message.ignore_reservation = true;
  message.reply = {ReplyWay::Kind::form, letters};
  message.reply_to = MessageId{base::Uuid::v4(registers.random)};
  const auto outcome =
      expect(try_to_send(message, {to("Fjord og Fjell AS"), {.organisation_number = "999999999"}}, post()));
  EXPECT_FALSE(outcome.sent);
  std::vector<std::pair<MessagePart, std::string>> told;
  for (const auto& fault : outcome.message_faults) told.emplace_back(fault.part, fault.error.code);
  EXPECT_THAT(told, ::testing::UnorderedElementsAre(std::pair(MessagePart::title, "messages.error.no_title"),
                                                    std::pair(MessagePart::body, "messages.error.no_body"),
                                                    std::pair(MessagePart::summary, "messages.error.summary_long"),
                                                    std::pair(MessagePart::sender_name, "messages.error.sender_long"),
                                                    std::pair(MessagePart::sender_name, "messages.error.signs"),
                                                    std::pair(MessagePart::case_reference, "messages.error.signs"),
                                                    std::pair(MessagePart::files, "messages.error.file_gone"),
                                                    std::pair(MessagePart::publish_at, "messages.error.publish_at"),
                                                    std::pair(MessagePart::due, "messages.error.due"),
                                                    std::pair(MessagePart::override_reason, "messages.error.no_reason"),
                                                    std::pair(MessagePart::reply, "messages.error.reply_form"),
                                                    std::pair(MessagePart::reply_to, "messages.error.reply_to")));
  ASSERT_EQ(outcome.faults.size(), 1U);
  EXPECT_EQ(outcome.faults[0].index, 1U);
  EXPECT_EQ(rows_of("message_batch"), 0);
}

TEST_P(MessageSendingTest, only_who_may_send_for_the_agency_sends) {
  EXPECT_FALSE(access->decider().decide_agency(manager, "dat", {.app = letters}, Action::agency_send));
  EXPECT_FALSE(access->decider().decide(manager, Action::agency_send, {.party = firm, .app = letters}));
  const auto reading = agency(Action::agency_follow);
  EXPECT_EQ(
      uses->sending.send(reading, a_message(), {to("Fjord og Fjell AS")}, registers.clock.now(), post()).error().kind,
      base::ErrorKind::not_found);
  const auto of_another = agency(Action::agency_send, guidance);
  EXPECT_FALSE(uses->sending.send(of_another, a_message(), {to("Fjord og Fjell AS")}, registers.clock.now(), post()));
}

TEST_P(MessageSendingTest, a_file_goes_into_one_message_and_what_is_not_what_it_says_is_refused) {
  EXPECT_EQ(uses->sending.stage_file(agency(), a_file("brev.exe")).error().code, "upload.ending");
  EXPECT_EQ(uses->sending.stage_file(agency(), a_file("bilde.png")).error().code, "upload.disguised");
  EXPECT_EQ(uses->sending.stage_file(agency(), a_file("../../etc.pdf")).error().code, "messages.error.file_name");
  const auto staged = expect(uses->sending.stage_file(agency(), a_file()));
  auto message = a_message();
  message.files = {staged.id};
  const auto sent = send_message(message, {to("Fjord og Fjell AS")});
  EXPECT_EQ(refusal(message), "messages.error.file_gone") << "it went into the first";
  const auto read = may(manager, firm, sent.messages[0]);
  const auto file = expect(uses->messages.find_file(read, sent.messages[0], staged.id));
  std::string content;
  ASSERT_TRUE(uses->messages.read_file(read, sent.messages[0], file, [&](base::ByteView part) { content += part; }));
  EXPECT_EQ(content, instances::testing::small_pdf);
  EXPECT_TRUE(fared(sent.messages[0]).opened) << "who fetches a file has opened the message";
}

}  // namespace
}  // namespace alting::inbox
