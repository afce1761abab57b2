// The rows of messages, and what their sealed columns hold. Used by this room only.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "inbox/message.h"
#include "instances/instance.h"
#include "ledger/ledger.h"
#include "store/database.h"
#include "store/row_reader.h"
#include "store/vault.h"

namespace alting::inbox {

inline constexpr std::string_view in_received = "received", in_archive = "archive", in_deleted = "deleted",
                                  in_none = "gone";

[[nodiscard]] base::Error no_message();  // not_found
// The one-time id of a POST; `invalid` when it is none.
[[nodiscard]] base::Result<base::Uuid> read_post(std::string_view text);
[[nodiscard]] std::string reply_text(const ReplyWay& reply);  // "none", "message", "org/app"
[[nodiscard]] ReplyWay reply_from(std::string_view text);

// What a list shows of a batch, sealed by itself; and the rest.
struct Caption {
  std::string title, case_reference, override_reason;
};
[[nodiscard]] std::string caption_text(const Caption& caption);
[[nodiscard]] Caption caption_from(std::string_view text);
struct Content {  // all that its recipient is told: the octets that its receipt proves
  std::string sender_name, case_reference, title, summary, body;
};
[[nodiscard]] std::string content_text(const Content& content);
[[nodiscard]] Content content_from(std::string_view text);
struct Written {  // an answer
  std::string by_name, text;
};
[[nodiscard]] std::string answer_text(const Written& written);
[[nodiscard]] Written answer_from(std::string_view text);

// What a row of files has, in this order, after the place: file_columns.
inline constexpr std::string_view file_columns =
    "file_id, file_name, media_type, size, blob_name, key_id, digest, scan";
[[nodiscard]] MessageFile next_file(store::RowReader& from);
[[nodiscard]] std::vector<MessageFile> files_of_batch(store::Tx& tx, const BatchId& batch);
[[nodiscard]] std::vector<MessageFile> files_of_answer(store::Tx& tx, terms::PartyId party, const AnswerId& answer);
[[nodiscard]] std::vector<ledger::DocumentDigest> digests_of(const std::vector<MessageFile>& files);

// A message with what its batch says, as the tables have it: message_columns, read by next_message().
struct StoredMessage {
  MessagePlace place;
  base::Uuid key_id;
  std::string folder;
  base::Instant listed_at, changed_at;
  std::optional<base::Instant> due, announced_at, opened_at, confirmed_at, answered_at, removed_at, goes_at;
  std::optional<std::string> opened_ground, opened_role, confirmed_ground, confirmed_role;
  std::optional<base::Uuid> available_entry, opened_entry, confirmed_entry, removed_entry;
  // of the batch
  terms::PartyId agency_party;
  std::string sender_name, language, reply;
  base::Bytes caption, content;
  std::optional<base::Instant> published_at, batch_due;
  bool must_confirm = false, notify = false, ignore_reservation = false;
  std::optional<MessageId> reply_to;
  std::int64_t files = 0;
  [[nodiscard]] std::optional<Deed> opened() const;
  [[nodiscard]] std::optional<Deed> confirmed() const;
};
inline constexpr std::string_view message_columns =
    "m.message_id, m.batch_id, m.party_id, m.org, m.app, m.confidential, m.key_id, m.folder, m.listed_at, "
    "m.changed_at, "
    "m.due_at, m.announced_at, m.opened_at, m.confirmed_at, m.answered_at, m.removed_at, m.goes_at, m.opened_ground, "
    "m.opened_role, m.confirmed_ground, m.confirmed_role, m.available_entry, m.opened_entry, m.confirmed_entry, "
    "m.removed_entry, b.agency_party, b.sender_name, b.language, b.reply, b.caption, b.content, b.published_at, "
    "b.due_at, "
    "b.must_confirm, b.notify, b.ignore_reservation, b.reply_to, b.files";
// The same without the text, for lists.
inline constexpr std::string_view listed_columns =
    "m.message_id, m.batch_id, m.party_id, m.org, m.app, m.confidential, m.key_id, m.folder, m.listed_at, "
    "m.changed_at, "
    "m.due_at, m.announced_at, m.opened_at, m.confirmed_at, m.answered_at, m.removed_at, m.goes_at, m.opened_ground, "
    "m.opened_role, m.confirmed_ground, m.confirmed_role, m.available_entry, m.opened_entry, m.confirmed_entry, "
    "m.removed_entry, b.agency_party, b.sender_name, b.language, b.reply, b.caption, '', b.published_at, b.due_at, "
    "b.must_confirm, b.notify, b.ignore_reservation, b.reply_to, b.files";
[[nodiscard]] StoredMessage next_message(store::RowReader& from);
[[nodiscard]] std::optional<StoredMessage> find_message(store::Tx& tx, const MessageId& id);

// One that a permit was given for.
struct FoundMessage {
  StoredMessage stored;
  store::Holder holder;
};
// The forms that were begun as answers to it and are there still, the oldest first.
[[nodiscard]] std::vector<FormReply> form_replies(store::Tx& tx, const MessageId& id);
// What asks for something has a place on top until that is done.
[[nodiscard]] bool still_asks(const StoredMessage& message, bool confirmed, bool answered);
// The form that was begun as an answer is sent: the message is answered. Of no effect when it is no answer, or was noted.
void note_form_sent(store::Tx& tx, terms::PartyId party, const terms::InstanceId& instance);

// The kept counts follow a message that was announced: what it was before, and what it is now. `after` may be nothing.
struct Counted {
  std::string_view folder;
  bool unread = false;
};
void move_count(store::Tx& tx, const MessagePlace& place, const std::optional<Counted>& before,
                const std::optional<Counted>& after);
[[nodiscard]] Counted counted(const StoredMessage& message);

// Keys that the holder loses: emitted in the transaction, and right after it erased; what fails then is done by the
// outbox.
void emit_keys(store::Tx& tx, base::Random& random, base::Instant now, const store::Holder& holder,
               const std::vector<base::Uuid>& keys);
void erase_now(store::Vault& vault, const store::Holder& holder, const std::vector<base::Uuid>& keys);
void deliver_keys(store::Vault& vault, std::string_view payload);
// All that the recipient holds of a message: its content, its files, the answers and their files.
[[nodiscard]] std::vector<base::Uuid> keys_of(store::Tx& tx, const StoredMessage& message);

}  // namespace alting::inbox
