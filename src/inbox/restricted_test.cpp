// What an agency sent to whom it is restricted for, it sees no more of: not how it fared, nor what was answered.
#include "access/restrictions.h"
#include "inbox/testing/messages_fixture.h"

namespace alting::inbox {
namespace {

using testing::Action;
using testing::expect;

class RestrictedMessages : public testing::MessagesFixture {
 protected:
  // The message in which the firm has answered, of a batch to the firm and another.
  MessageId answered_message(const SentBatch& batch) {
    const auto page = expect(uses->sent.recipients(agency(Action::agency_follow), batch.id, {}));
    for (const auto& one : page.rows)
      if (one.party == firm) {
        (void)expect(uses->messages.answer(may(manager, firm, one.id, Action::complete), one.id, "Her er det.", {},
                                           registers.clock.now(), post()));
        return one.id;
      }
    throw std::runtime_error("the firm is no recipient");
  }
  SentBatch send_to(const std::vector<Recipient>& recipients) {
    auto message = a_message();
    message.reply = {ReplyWay::Kind::message, {}};
    return send_message(message, recipients);
  }
  void impose(std::string item = {}) {
    const auto judge = expect(access->decider().agency_scope(caseworker, "dat"));
    (void)expect(access->restrictions().impose(
        {&judge, {}}, {.party = firm, .item = std::move(item), .ground = "contested"}, registers.clock.now(), post()));
  }
  std::int64_t tries() {
    log->flush();
    return registers.temp.database().read([&](store::Tx& tx) {
      return store::read_one<std::int64_t>(
          tx, "SELECT COUNT(*) FROM ledger_activity WHERE party = ? AND kind = 'access.restricted_try'", {firm});
    });
  }
  template <class Result>
  static std::string code_of_result(const Result& result) {
    return result ? std::string() : result.error().code;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, RestrictedMessages, store::testing::engines(), store::testing::engine_name);

TEST_P(RestrictedMessages, are_neither_followed_nor_counted_and_their_answers_are_not_read) {
  const auto batch = send_to({to("Fjord og Fjell AS"), to("Sirlig Regnskap AS")});
  const auto id = answered_message(batch);
  const auto follow = agency(Action::agency_follow);
  const auto scope = expect(access->decider().agency_scope(caseworker, "dat", Action::agency_follow));
  ASSERT_EQ(expect(uses->sent.open(follow, batch.id)).summary.answered, 1);
  ASSERT_EQ(expect(uses->sent.new_answers(scope, 10)).size(), 1U);
  impose(id.text());
  EXPECT_EQ(code_of_result(uses->sent.recipient(follow, id)), access::restricted_code);
  EXPECT_EQ(code_of_result(uses->sent.answers(follow, id, registers.clock.now())), access::restricted_code);
  EXPECT_EQ(code_of_result(uses->sent.form_answers(follow, id)), access::restricted_code);
  EXPECT_EQ(tries(), 3);
  EXPECT_EQ(expect(uses->sent.open(follow, batch.id)).summary.answered, 0);
  EXPECT_EQ(expect(uses->sent.recipients(follow, batch.id, {})).rows.size(), 1U);
  EXPECT_TRUE(expect(uses->sent.new_answers(scope, 10)).empty());
  EXPECT_TRUE(uses->messages.open(may(manager, firm, id), id, registers.clock.now())) << "its recipient goes on";
}

TEST_P(RestrictedMessages, of_nobody_else_are_in_no_list_and_open_on_a_ground_of_the_law) {
  const auto batch = send_to({to("Fjord og Fjell AS")});
  const auto id = answered_message(batch);
  const auto follow = agency(Action::agency_follow);
  const auto scope = expect(access->decider().agency_scope(caseworker, "dat", Action::agency_follow));
  impose();
  EXPECT_TRUE(expect(uses->sent.list(scope, {})).rows.empty());
  EXPECT_EQ(code_of_result(uses->sent.open(follow, batch.id)), access::restricted_code);
  ASSERT_TRUE(access->restrictions().open_anyway(expect(access->decider().agency_scope(caseworker, "dat")), firm,
                                                 id.text(), "legal_claims", "Klage", registers.clock.now(), post()));
  EXPECT_TRUE(uses->sent.open(follow, batch.id));
  EXPECT_EQ(expect(uses->sent.answers(follow, id, registers.clock.now())).size(), 1U);
  registers.clock.advance(base::Duration::hours(2));
  EXPECT_EQ(code_of_result(uses->sent.answers(follow, id, registers.clock.now())), access::restricted_code);
}

TEST_P(RestrictedMessages, are_not_answered_but_a_new_one_reaches_its_recipient_and_is_restricted_too) {
  const auto id = answered_message(send_to({to("Fjord og Fjell AS")}));
  impose();
  auto reply = a_message("Svar til dere");
  reply.reply_to = id;
  const auto send_reply = [&] {
    return code_of(
        expect(uses->sending.send(agency(), reply, {to("Fjord og Fjell AS")}, registers.clock.now(), post())));
  };
  EXPECT_EQ(send_reply(), access::restricted_code);
  EXPECT_GE(tries(), 1);
  const auto fresh = send_message(a_message("Om kravet deres"), {to("Fjord og Fjell AS")}).messages.front();
  EXPECT_EQ(open(manager, firm, fresh).title, "Om kravet deres");
  EXPECT_EQ(code_of_result(uses->sent.recipient(agency(Action::agency_follow), fresh)), access::restricted_code);
  ASSERT_TRUE(access->restrictions().open_anyway(expect(access->decider().agency_scope(caseworker, "dat")), firm,
                                                 id.text(), "legal_claims", "Klage", registers.clock.now(), post()));
  EXPECT_EQ(send_reply(), "sent");
}

TEST_P(RestrictedMessages, of_many_are_open_whichever_of_them_was_opened_on_a_ground) {
  const auto batch = send_to({to("Fjord og Fjell AS")});
  const auto id = answered_message(batch);
  const auto added = registers.temp.database().write([&](store::Tx& tx) -> base::Status {
    const auto key = store::read_one<base::Uuid>(tx, "SELECT key_id FROM message_batch WHERE batch_id = ?", {batch.id});
    for (std::int64_t place = 1; place <= 60; ++place)
      tx.run(
          "INSERT INTO message (party_id, message_id, batch_id, place, org, app, confidential, key_id, folder, "
          "listed_at, changed_at) VALUES (?, ?, ?, ?, 'dat', 'brev', ?, ?, 'received', ?, ?)",
          {firm, base::Uuid::v4(registers.random), batch.id, -place, false, key, registers.clock.now(),
           registers.clock.now()});
    return {};
  });
  ASSERT_TRUE(added);
  impose();
  EXPECT_EQ(code_of_result(uses->sent.open(agency(Action::agency_follow), batch.id)), access::restricted_code);
  ASSERT_TRUE(access->restrictions().open_anyway(expect(access->decider().agency_scope(caseworker, "dat")), firm,
                                                 id.text(), "legal_claims", "Klage", registers.clock.now(), post()));
  EXPECT_TRUE(uses->sent.open(agency(Action::agency_follow), batch.id));
}

}  // namespace
}  // namespace alting::inbox
