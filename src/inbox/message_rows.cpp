#include "inbox/message_rows.h"

#include "base/log.h"
#include "inbox/topics.h"
#include "instances/kept_deleted.h"

namespace alting::inbox {

using base::Json;

base::Error no_message() {
  return base::make_error(base::ErrorKind::not_found, "messages.error.not_found", "no such message for this party");
}

base::Result<base::Uuid> read_post(std::string_view text) {
  const auto id = base::Uuid::parse(text);
  if (!id) return base::make_error(base::ErrorKind::invalid, "error.post_id", "the form carries no one-time id");
  return *id;
}

std::string reply_text(const ReplyWay& reply) {
  switch (reply.kind) {
    case ReplyWay::Kind::none: return "none";
    case ReplyWay::Kind::message: return "message";
    case ReplyWay::Kind::form: return reply.form ? reply.form->text() : "none";
  }
  return "none";
}

ReplyWay reply_from(std::string_view text) {
  if (text == "message") return {ReplyWay::Kind::message, {}};
  if (auto form = terms::AppId::parse(text)) return {ReplyWay::Kind::form, std::move(form)};
  return {};
}

namespace {

Json read_sealed(std::string_view text) {
  auto read = Json::parse(text);
  if (!read) throw store::DatabaseError("what was sealed for a message cannot be read");
  return std::move(*read);
}

std::string part_of(const Json& json, std::string_view name) { return std::string(json.text(name)); }

std::optional<Deed> deed_of(const std::optional<base::Instant>& at, const std::optional<std::string>& ground,
                            const std::optional<std::string>& role) {
  if (!at) return std::nullopt;
  return Deed{*at, ground.value_or(""), role.value_or("")};
}

}  // namespace

std::string caption_text(const Caption& caption) {
  return Json::object(
             {{"title", caption.title}, {"case", caption.case_reference}, {"override", caption.override_reason}})
      .dump();
}
Caption caption_from(std::string_view text) {
  const auto json = read_sealed(text);
  return {part_of(json, "title"), part_of(json, "case"), part_of(json, "override")};
}

std::string content_text(const Content& content) {
  return Json::object({{"sender", content.sender_name},
                       {"case", content.case_reference},
                       {"title", content.title},
                       {"summary", content.summary},
                       {"body", content.body}})
      .dump();
}
Content content_from(std::string_view text) {
  const auto json = read_sealed(text);
  return {part_of(json, "sender"), part_of(json, "case"), part_of(json, "title"), part_of(json, "summary"),
          part_of(json, "body")};
}

std::string answer_text(const Written& written) {
  return Json::object({{"by", written.by_name}, {"text", written.text}}).dump();
}
Written answer_from(std::string_view text) {
  const auto json = read_sealed(text);
  return {part_of(json, "by"), part_of(json, "text")};
}

MessageFile next_file(store::RowReader& from) {
  MessageFile file;
  file.id = from.next<FileId>();
  file.file_name = from.next<std::string>();
  file.media_type = from.next<std::string>();
  file.size = from.next<std::int64_t>();
  file.blob.name = from.next<std::string>();
  file.blob.key_id = from.next<base::Uuid>();
  file.digest = from.next<std::string>();
  file.scan = from.next<std::string>();
  file.blob.size = file.size;
  file.blob.digest = file.digest;
  return file;
}

std::vector<MessageFile> files_of_batch(store::Tx& tx, const BatchId& batch) {
  std::vector<MessageFile> files;
  for (const auto& row :
       tx.query(fmt::format("SELECT {} FROM message_file WHERE batch_id = ? ORDER BY place", file_columns), {batch})) {
    store::RowReader from(row);
    files.push_back(next_file(from));
  }
  return files;
}

std::vector<MessageFile> files_of_answer(store::Tx& tx, terms::PartyId party, const AnswerId& answer) {
  std::vector<MessageFile> files;
  for (const auto& row :
       tx.query(fmt::format("SELECT {} FROM message_answer_file WHERE party_id = ? AND answer_id = ? ORDER BY place",
                            file_columns),
                {party, answer})) {
    store::RowReader from(row);
    files.push_back(next_file(from));
  }
  return files;
}

std::vector<ledger::DocumentDigest> digests_of(const std::vector<MessageFile>& files) {
  std::vector<ledger::DocumentDigest> digests;
  for (const auto& file : files)
    digests.push_back({"attachment", file.media_type, file.file_name, file.size, file.digest});
  return digests;
}

std::optional<Deed> StoredMessage::opened() const { return deed_of(opened_at, opened_ground, opened_role); }
std::optional<Deed> StoredMessage::confirmed() const { return deed_of(confirmed_at, confirmed_ground, confirmed_role); }

StoredMessage next_message(store::RowReader& from) {
  using Moment = std::optional<base::Instant>;
  using Words = std::optional<std::string>;
  using Entry = std::optional<base::Uuid>;
  StoredMessage one;
  one.place.id = from.next<MessageId>();
  one.place.batch = from.next<BatchId>();
  one.place.party = from.next<terms::PartyId>();
  one.place.service.org = from.next<std::string>();
  one.place.service.app = from.next<std::string>();
  one.place.confidential = from.next<bool>();
  one.key_id = from.next<base::Uuid>();
  one.folder = from.next<std::string>();
  one.listed_at = from.next<base::Instant>();
  one.changed_at = from.next<base::Instant>();
  one.due = from.next<Moment>();
  one.announced_at = from.next<Moment>();
  one.opened_at = from.next<Moment>();
  one.confirmed_at = from.next<Moment>();
  one.answered_at = from.next<Moment>();
  one.removed_at = from.next<Moment>();
  one.goes_at = from.next<Moment>();
  if (one.goes_at && one.removed_at) one.goes_at = instances::goes_for_good(*one.removed_at);
  one.opened_ground = from.next<Words>();
  one.opened_role = from.next<Words>();
  one.confirmed_ground = from.next<Words>();
  one.confirmed_role = from.next<Words>();
  one.available_entry = from.next<Entry>();
  one.opened_entry = from.next<Entry>();
  one.confirmed_entry = from.next<Entry>();
  one.removed_entry = from.next<Entry>();
  one.agency_party = from.next<terms::PartyId>();
  one.sender_name = from.next<std::string>();
  one.language = from.next<std::string>();
  one.reply = from.next<std::string>();
  one.caption = from.next<std::string>();
  one.content = from.next<std::string>();
  one.published_at = from.next<Moment>();
  one.batch_due = from.next<Moment>();
  one.must_confirm = from.next<bool>();
  one.notify = from.next<bool>();
  one.ignore_reservation = from.next<bool>();
  one.reply_to = from.next<std::optional<MessageId>>();
  one.files = from.next<std::int64_t>();
  return one;
}

std::optional<StoredMessage> find_message(store::Tx& tx, const MessageId& id) {
  const auto row = tx.query_one(
      fmt::format("SELECT {} FROM message m JOIN message_batch b ON b.batch_id = m.batch_id WHERE m.message_id = ?",
                  message_columns),
      {id});
  if (!row) return std::nullopt;
  store::RowReader from(*row);
  return next_message(from);
}

void move_count(store::Tx& tx, const MessagePlace& place, const std::optional<Counted>& before,
                const std::optional<Counted>& after) {
  const auto add = [&](const Counted& what, int sign) {
    if (what.folder == in_none) return;
    tx.run(
        "INSERT INTO message_count (party_id, org, app, confidential, folder, total, unread) VALUES (?, ?, ?, ?, ?, ?, "
        "?) ON CONFLICT (party_id, org, app, confidential, folder) DO UPDATE SET total = message_count.total + "
        "excluded.total, unread = message_count.unread + excluded.unread",
        {place.party, place.service.org, place.service.app, place.confidential, what.folder, sign,
         what.unread ? sign : 0});
  };
  if (before) add(*before, -1);
  if (after) add(*after, 1);
}

Counted counted(const StoredMessage& message) {
  for (const auto folder : {in_received, in_archive, in_deleted})
    if (message.folder == folder) return {folder, !message.opened_at};
  return {in_none, false};
}

void emit_keys(store::Tx& tx, base::Random& random, base::Instant now, const store::Holder& holder,
               const std::vector<base::Uuid>& keys) {
  constexpr std::size_t in_a_message = 100;  // a payload holds 8 KiB
  for (std::size_t from = 0; from < keys.size(); from += in_a_message) {
    auto ids = Json::array();
    for (std::size_t i = from; i < std::min(from + in_a_message, keys.size()); ++i) ids.push_back(keys[i].text());
    store::emit(tx, random, now, keys_to_erase, holder,
                Json::object({{"holder", holder}, {"keys", std::move(ids)}}).dump());
  }
}

void erase_now(store::Vault& vault, const store::Holder& holder, const std::vector<base::Uuid>& keys) {
  try {
    vault.erase(keys, holder);
  } catch (const std::exception& error) {
    base::log(base::LogLevel::error, "inbox.keys_not_erased_yet", {{"reason", error.what()}});
  }
}

void deliver_keys(store::Vault& vault, std::string_view payload) {
  const auto asked = Json::parse(payload);
  if (!asked) throw std::logic_error("what keys are to be erased cannot be read");
  std::vector<base::Uuid> keys;
  for (const auto& one : (*asked)["keys"].items()) keys.push_back(base::Uuid::parse(one.as_string()).value());
  vault.erase(keys, std::string(asked->text("holder")));
}

std::vector<base::Uuid> keys_of(store::Tx& tx, const StoredMessage& message) {
  std::vector<base::Uuid> keys{message.key_id};
  const auto& place = message.place;
  const auto add = [&](const std::vector<store::Row>& rows) {
    for (const auto& row : rows) keys.push_back(store::read_one<base::Uuid>(row));
  };
  add(tx.query("SELECT key_id FROM message_file WHERE batch_id = ?", {place.batch}));
  add(tx.query("SELECT key_id FROM message_answer WHERE party_id = ? AND message_id = ?", {place.party, place.id}));
  add(
      tx.query("SELECT f.key_id FROM message_answer_file f JOIN message_answer a ON a.party_id = f.party_id AND "
               "a.answer_id = f.answer_id WHERE a.party_id = ? AND a.message_id = ?",
               {place.party, place.id}));
  return keys;
}

}  // namespace alting::inbox
