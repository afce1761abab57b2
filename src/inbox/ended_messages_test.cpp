// The agency's copies of messages end by the rule of their service's folder; a recipient who has one keeps it.
#include "inbox/ended_messages.h"

#include "inbox/testing/messages_fixture.h"
#include "instances/testing/purged_services.h"
#include "store/failpoint.h"

namespace alting::inbox {
namespace {

using instances::testing::expect;
using terms::Action;

class EndedMessagesTest : public testing::MessagesFixture {
 protected:
  EndedMessagesTest() {
    for (const auto& fault : own.faults()) ADD_FAILURE() << fault.file << ":" << fault.line << ": " << fault.message;
  }
  MessageId sent_to(const std::vector<Recipient>& recipients) {
    return send_message(a_message(), recipients).messages.front();
  }
  bool opens(const MessageId& id, const store::Holder& holder) {
    return registers.temp.database().read([&](store::Tx& tx) {
      const auto row = tx.query_one(
          "SELECT b.key_id, b.content FROM message m JOIN message_batch b ON b.batch_id = m.batch_id WHERE "
          "m.message_id = ?",
          {id});
      if (!row) return false;
      const auto [key, content] = store::read_row<base::Uuid, std::string>(*row);
      return vault.vault().open(key, content, holder).has_value();
    });
  }
  bool opens_answer(const store::Holder& holder) {
    return registers.temp.database().read([&](store::Tx& tx) {
      const auto row = tx.query_one("SELECT key_id, content FROM message_answer");
      if (!row) return false;
      const auto [key, content] = store::read_row<base::Uuid, std::string>(*row);
      return vault.vault().open(key, content, holder).has_value();
    });
  }
  void pass_years(int years) { registers.clock.advance(base::Duration::days(366 * years)); }
  std::size_t listed() {
    const auto scope = expect(access->decider().agency_scope(caseworker, "dat", Action::agency_follow));
    return expect(uses->sent.list(scope, {})).rows.size();
  }

  forms::AppCatalogue own{instances::testing::make_purged_services(files.path() / "services"), false};
  EndedMessages ended{{registers.temp.database(), vault.vault(), *log, access->decider(), *registers.registry, own,
                       registers.clock, registers.random}};
};
INSTANTIATE_TEST_SUITE_P(Engines, EndedMessagesTest, store::testing::engines(), store::testing::engine_name);

TEST_P(EndedMessagesTest, end_for_the_agency_and_stay_for_who_got_them) {
  const auto id = sent_to({to("Fjord og Fjell AS")});
  ASSERT_EQ(listed(), 1U);
  pass_years(2);
  EXPECT_EQ(ended.end_copies(), 0) << "a year is left";
  pass_years(2);
  EXPECT_EQ(registers.temp.database().read([&](store::Tx& tx) { return ended.would_end(tx, registers.clock.now()); }),
            1);
  EXPECT_EQ(ended.end_copies(), 1);
  EXPECT_FALSE(opens(id, instances::agency_holder("dat"))) << "its key is erased, and not only the row hidden";
  EXPECT_EQ(listed(), 0U);
  EXPECT_FALSE(uses->sent.recipient(agency(Action::agency_follow), id));
  EXPECT_EQ(open(manager, firm, id).title, "Om internkontroll");
  EXPECT_EQ(ended.end_copies(), 0);
}

TEST_P(EndedMessagesTest, go_with_all_rows_once_no_recipient_has_them) {
  const auto person = registers.actor("employee");
  const auto id = sent_to({to_person("employee"), to("Fjord og Fjell AS")});
  pass_years(4);
  ASSERT_TRUE(uses->messages.remove(may(person, person.party, id, Action::remove), id, registers.clock.now(), post()));
  settle();
  EXPECT_EQ(ended.end_copies(), 1);
  EXPECT_EQ(ended.end_copies(), 1) << "the row of the one who deleted it";
  EXPECT_EQ(rows_of("message"), 1) << "the other has it still";
  EXPECT_EQ(rows_of("message_batch"), 1);
  ASSERT_TRUE(registers.temp.database().write([](store::Tx& tx) -> base::Status {
    tx.run("UPDATE message SET folder = 'gone'");
    return {};
  }));
  EXPECT_EQ(ended.end_copies(), 2) << "the last row of a recipient, and the batch";
  EXPECT_EQ(rows_of("message") + rows_of("message_batch") + rows_of("message_file"), 0);
}

TEST_P(EndedMessagesTest, stay_while_one_of_their_recipients_is_held) {
  const auto id = sent_to({to_person("employee"), to("Fjord og Fjell AS")});
  pass_years(4);
  const store::HoldsNow held = [&](store::Tx&) {
    store::Hold hold;
    hold.rule = "inbox.sent";
    hold.of = {{.party = firm, .uuid = {}, .user_ids = {}, .numbers = {}}};
    return store::Holds({hold});
  };
  EXPECT_EQ(registers.temp.database().read(
                [&](store::Tx& tx) { return ended.would_stay(tx, registers.clock.now(), held(tx)); }),
            1);
  EXPECT_EQ(ended.end_copies(held), 0);
  EXPECT_TRUE(opens(id, instances::agency_holder("dat")));
  EXPECT_EQ(ended.end_copies(), 1);
}

TEST_P(EndedMessagesTest, take_the_agencys_keys_of_what_was_answered_also_after_a_cut) {
  auto message = a_message();
  message.reply = {ReplyWay::Kind::message, {}};
  const auto id = send_message(message, {to_person("employee"), to("Fjord og Fjell AS")}).messages.back();
  (void)expect(uses->messages.answer(may(manager, firm, id, Action::complete), id, "Her er det.", {},
                                     registers.clock.now(), post()));
  const auto us = instances::party_holder(firm), them = instances::agency_holder("dat");
  pass_years(4);
  store::failpoint::arm("inbox.agency_copy_ended", store::failpoint::Action::error);
  EXPECT_ANY_THROW((void)ended.end_copies());
  store::failpoint::disarm();
  EXPECT_TRUE(opens_answer(them)) << "it is marked, and the key is still there";
  EXPECT_EQ(ended.end_copies(), 0);
  EXPECT_FALSE(opens_answer(them));
  EXPECT_TRUE(opens_answer(us));
  settle();
  EXPECT_FALSE(opens(id, them)) << "the text's key goes by the outbox";
}

}  // namespace
}  // namespace alting::inbox
