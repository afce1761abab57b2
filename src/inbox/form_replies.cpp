// Answering a message with a form: which draft answers which message, and that it was sent.
#include "inbox/message_rows.h"
#include "inbox/messages.h"

namespace alting::inbox {

using base::ErrorKind;
using base::make_error;

namespace {

constexpr std::int64_t settled_at_once = 100;
constexpr std::int64_t max_form_replies = 50;  // to one message

base::Error takes_no_such_form() {
  return make_error(ErrorKind::unprocessable, "messages.error.no_answer", "the sender does not ask for this form");
}

}  // namespace

bool still_asks(const StoredMessage& message, bool confirmed, bool answered) {
  const bool asks_answer = reply_from(message.reply).kind != ReplyWay::Kind::none;
  if (!message.must_confirm && !asks_answer) return true;  // the day itself counts
  return (message.must_confirm && !confirmed) || (asks_answer && !answered);
}

std::vector<FormReply> form_replies(store::Tx& tx, const MessageId& id) {
  std::vector<FormReply> all;
  for (const auto& row : tx.query(
           "SELECT r.instance_id, r.begun_at, r.sent_at FROM message_form_reply r JOIN instance i ON i.party_id = "
           "r.party_id AND i.instance_id = r.instance_id WHERE r.message_id = ? ORDER BY r.begun_at, r.instance_id",
           {id})) {
    const auto [instance, begun, sent] =
        store::read_row<terms::InstanceId, base::Instant, std::optional<base::Instant>>(row);
    all.push_back({instance, begun, sent});
  }
  return all;
}

void note_form_sent(store::Tx& tx, terms::PartyId party, const terms::InstanceId& instance) {
  const auto tie = tx.query_one(
      "SELECT message_id FROM message_form_reply WHERE party_id = ? AND instance_id = ? AND sent_at IS NULL",
      {party, instance});
  const auto sent =
      tie ? tx.query_one("SELECT received_at FROM submission WHERE party_id = ? AND instance_id = ?", {party, instance})
          : std::nullopt;
  if (!sent) return;
  const auto id = store::read_one<MessageId>(*tie);
  const auto at = store::read_one<base::Instant>(*sent);
  tx.run("UPDATE message_form_reply SET sent_at = ? WHERE party_id = ? AND instance_id = ?", {at, party, instance});
  const auto message = find_message(tx, id);
  if (!message) return;
  tx.run("UPDATE message SET answered_at = COALESCE(answered_at, ?) WHERE party_id = ? AND message_id = ?",
         {at, party, id});
  if (!still_asks(*message, message->confirmed_at.has_value(), true))
    tx.run("UPDATE message SET due_at = NULL WHERE party_id = ? AND message_id = ?", {party, id});
}

base::Status Messages::check_form(const terms::Permit& permit, const MessageId& id, const terms::AppId& form) {
  ALTING_TRY(found, find(permit, terms::Action::read, id));
  const auto reply = reply_from(found.stored.reply);
  if (reply.kind != ReplyWay::Kind::form || reply.form != form) return takes_no_such_form();
  return {};
}

base::Status Messages::tie_form(const terms::Permit& permit, const MessageId& id, const terms::Permit& draft,
                                base::Instant at) {
  ALTING_TRY(found, find(permit, terms::Action::read, id));
  const auto reply = reply_from(found.stored.reply);
  if (reply.kind != ReplyWay::Kind::form || draft.resource() != "app:" + reply.form->text())
    return takes_no_such_form();
  if (draft.action() != terms::Action::write || !draft.instance() || draft.party() != permit.party() ||
      draft.actor().party != permit.actor().party)
    return no_message();
  const auto instance = *draft.instance();
  return with_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    ALTING_CHECK(with_.decider.recheck(tx, draft));
    const auto now = find_message(tx, id);
    if (!now || now->folder == in_none) return no_message();
    if (!tx.query_one("SELECT instance_id FROM instance WHERE party_id = ? AND instance_id = ? AND state = 'draft'",
                      {permit.party(), instance}))
      return no_message();
    // More of them than anybody fills in: what is sent is received all the same, and answers nothing.
    if (store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM message_form_reply WHERE message_id = ?", {id}) >=
        max_form_replies)
      return {};
    tx.run(
        "INSERT INTO message_form_reply (party_id, instance_id, message_id, begun_at, begun_by, sent_at) VALUES (?, ?, "
        "?, ?, ?, NULL) ON CONFLICT DO NOTHING",
        {permit.party(), instance, id, at, permit.actor().party});
    return {};
  });
}

std::int64_t Messages::settle_form_replies() {
  const auto over = with_.database.read([&](store::Tx& tx) {
    return tx.query(
        "SELECT r.party_id, r.instance_id FROM message_form_reply r LEFT JOIN instance i ON i.party_id = r.party_id "
        "AND i.instance_id = r.instance_id WHERE r.sent_at IS NULL AND (i.state IS NULL OR i.state <> 'draft') ORDER "
        "BY r.begun_at LIMIT ?",
        {settled_at_once});
  });
  if (over.empty()) return 0;
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Status {
    for (const auto& row : over) {
      const auto [party, instance] = store::read_row<terms::PartyId, terms::InstanceId>(row);
      note_form_sent(tx, party, instance);
      tx.run("DELETE FROM message_form_reply WHERE party_id = ? AND instance_id = ? AND sent_at IS NULL",
             {party, instance});
    }
    return {};
  });
  return done ? static_cast<std::int64_t>(over.size()) : 0;
}

}  // namespace alting::inbox
