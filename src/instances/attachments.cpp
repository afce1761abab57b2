#include "instances/attachments.h"

#include <fstream>

#include "instances/attachment_rows.h"
#include "instances/instance_rows.h"
#include "instances/use_case.h"
#include "paper/file_endings.h"
#include "paper/file_type.h"
#include "store/row_reader.h"

namespace alting::instances {

using base::ErrorKind;
using base::make_error;

namespace {

const forms::UploadRule* find_rule(const forms::App& app, std::string_view data_type) {
  for (const auto& rule : app.facts().uploads) {
    if (rule.data_type == data_type) return &rule;
  }
  return nullptr;
}

std::string join(const std::vector<std::string>& words) {
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

// What can be said of a file before anyone has looked into it.
base::Status check_outside(const forms::UploadRule& rule, const NewAttachment& file) {
  if (file.file_name.empty()) return make_error(ErrorKind::invalid, "upload.no_name", "the file has no name");
  if (file.size == 0) return make_error(ErrorKind::invalid, "upload.empty", "the file is empty");
  if (rule.max_bytes > 0 && file.size > rule.max_bytes) {
    return make_error(ErrorKind::too_large, "upload.too_large", "the file is too large",
                      {{"octets", std::to_string(rule.max_bytes)}});
  }
  if (!rule.tags.empty() && std::find(rule.tags.begin(), rule.tags.end(), file.tag) == rule.tags.end()) {
    return make_error(ErrorKind::invalid, "upload.tag_missing", "say what kind of attachment it is");
  }
  if (!paper::has_ending(file.file_name, rule.endings)) {
    return make_error(ErrorKind::unsupported, "upload.ending", "the file's ending is not one the form takes",
                      {{"endings", join(rule.endings)}});
  }
  return {};
}

// Types whose endings are alike are one: a form that takes image/heic takes image/heif.
bool takes_type(const forms::UploadRule& rule, std::string_view file_name, std::string_view type) {
  const auto listed = [&](std::string_view one) {
    return std::find(rule.content_types.begin(), rule.content_types.end(), one) != rule.content_types.end();
  };
  if (rule.content_types.empty() || listed(type)) return true;
  const auto alike = paper::endings_alike("." + paper::file_extension(file_name));
  return std::any_of(alike.begin(), alike.end(), [&](std::string_view ending) {
    const auto other = paper::type_of_extension(ending.substr(1));
    return other && listed(*other);
  });
}

// What a file is comes from its content; name and content must both be of a kind the form takes.
base::Result<std::string> check_inside(const forms::UploadRule& rule, const NewAttachment& file,
                                       paper::FileInspector& inspector) {
  auto type = inspector.inspect(file.file_name, file.file, file.still_wanted);
  if (!type && type.error().code == "error.file_type.disagrees")
    return make_error(ErrorKind::unsupported, "upload.disguised", "the file's ending and its content do not agree");
  if (!type || takes_type(rule, file.file_name, *type)) return type;
  if (rule.endings.empty())
    return make_error(ErrorKind::unsupported, "upload.type_not_taken", "the file is not of a kind the form takes");
  return make_error(ErrorKind::unsupported, "upload.type", "the file's content is not of a kind the form takes",
                    {{"endings", join(rule.endings)}});
}

// Whether the instance may have one more of this data type, and one more at all.
base::Status has_room(store::Tx& tx, const Location& at, const forms::UploadRule& rule) {
  const auto row = tx.query_one(
      "SELECT COUNT(*), COUNT(CASE WHEN data_type = ? THEN 1 END) FROM attachment "
      "WHERE party_id = ? AND instance_id = ?",
      {rule.data_type, at.party, at.id});
  const auto [in_all, of_type] = store::read_row<std::int64_t, std::int64_t>(*row);
  if (of_type >= static_cast<std::int64_t>(rule.max_count)) {
    return make_error(ErrorKind::too_many, "upload.too_many", "too many attachments",
                      {{"count", std::to_string(rule.max_count)}});
  }
  if (in_all >= static_cast<std::int64_t>(forms::max_attachments)) {
    return make_error(ErrorKind::too_many, "upload.too_many_in_all", "too many attachments in one form",
                      {{"count", std::to_string(forms::max_attachments)}});
  }
  return {};
}

}  // namespace

base::Result<Attachment> Attachments::attach(const terms::Permit& permit, const NewAttachment& file) {
  ALTING_CHECK(check_action(permit, terms::Action::write));
  const auto slot = uploads_.take(permit.actor().party);
  if (!slot) return make_error(ErrorKind::too_many, "upload.at_once", "this person uploads other files just now");
  if (!permit.instance()) return not_found();
  const auto at =
      with_.database.read([&](store::Tx& tx) { return find_location(tx, permit.party(), *permit.instance()); });
  if (!at || at->state != State::draft) return not_found();
  with_.ledger.note_own_read(permit);
  const auto app = with_.apps.find(at->app);
  const auto* rule = app ? find_rule(*app, file.data_type) : nullptr;
  if (rule == nullptr) return not_found();
  const auto now = with_.clock.now();
  ALTING_CHECK(check_outside(*rule, file));
  // Counted before it is looked at and sealed, so that what is refused costs little and leaves nothing on the disk; the
  // room once more with the row.
  const auto counted = with_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    ALTING_CHECK(has_room(tx, *at, *rule));
    return with_.quotas.spend(tx, store::Spending::bytes, now, permit.actor().party, permit.party(), file.size);
  });
  if (!counted) return counted.error();
  ALTING_TRY(type, check_inside(*rule, file, with_.inspector));
  ALTING_TRY(verdict, with_.scanner.scan(file.file, file.still_wanted));
  ALTING_TRY(attachment, seal(permit.party(), file));
  attachment.media_type = std::move(type);
  attachment.scan = std::move(verdict);

  const auto stored = with_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    // The draft's row orders uploads that come at the same time.
    if (tx.run("UPDATE draft SET version = version + 1, saved_at = ? WHERE party_id = ? AND instance_id = ?",
               {attachment.created_at, permit.party(), at->id}) == 0)
      return wrong_state();
    ALTING_CHECK(has_room(tx, *at, *rule));
    tx.run(
        "INSERT INTO attachment (party_id, instance_id, element_id, data_type, file_name, tag, media_type, size, "
        "blob_name, key_id, digest, scan, created_at, "
        "created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {permit.party(), at->id, attachment.id, attachment.data_type, attachment.file_name, attachment.tag,
         attachment.media_type, attachment.size, attachment.blob.name, attachment.blob.key_id,
         store::Value::octets(attachment.digest), attachment.scan, attachment.created_at, permit.actor().party});
    return {};
  });
  if (stored) return attachment;
  // Refused, and so certainly not stored (whether a lost connection had committed is not known: that is an exception).
  with_.vault.discard_blob(attachment.blob, party_holder(permit.party()));
  return stored.error();
}

base::Result<Attachment> Attachments::seal(terms::PartyId party, const NewAttachment& file) {
  if (file.still_wanted && !file.still_wanted())
    return make_error(ErrorKind::unavailable, "error.inspection.busy", "whoever sent the file has gone");
  auto writer = with_.vault.create_blob({party_holder(party)});
  std::ifstream in(file.file, std::ios::binary);
  std::vector<char> buffer(64 * 1024);
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    if (in.gcount() > 0) writer->append({buffer.data(), static_cast<std::size_t>(in.gcount())});
  }
  Attachment attachment;
  attachment.blob = writer->finish();
  attachment.created_at = with_.clock.now();
  attachment.id = {base::Uuid::v7(with_.random, attachment.created_at)};
  attachment.data_type = file.data_type;
  attachment.file_name = file.file_name;
  attachment.tag = file.tag;
  attachment.size = attachment.blob.size;
  attachment.digest = attachment.blob.digest;
  return attachment;
}

base::Status Attachments::detach(const terms::Permit& permit, const terms::DataElementId& element) {
  ALTING_CHECK(check_action(permit, terms::Action::write));
  if (!permit.instance()) return not_found();
  std::optional<base::Uuid> key;
  const auto now = with_.clock.now();
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    if (tx.run("UPDATE draft SET version = version + 1, saved_at = ? WHERE party_id = ? AND instance_id = ?",
               {now, permit.party(), *permit.instance()}) == 0)
      return wrong_state();
    const auto row =
        tx.query_one("SELECT key_id FROM attachment WHERE party_id = ? AND instance_id = ? AND element_id = ?",
                     {permit.party(), *permit.instance(), element});
    key.reset();
    if (!row) return {};  // already gone: that is what was wanted
    key = store::read_one<base::Uuid>(*row);
    tx.run("DELETE FROM attachment WHERE party_id = ? AND instance_id = ? AND element_id = ?",
           {permit.party(), *permit.instance(), element});
    with_.erasure.emit(tx, {*key}, *permit.instance());
    return {};
  });
  if (done && key) with_.erasure.erase_at_once({*key});
  return done;
}

base::Result<Attachment> Attachments::find(const terms::Permit& permit, const terms::DataElementId& element) {
  // The agency's way is Agency::open_attachment(): it leads over the log.
  if (!permit.instance() || !is_of_party(permit)) return not_found();
  auto all = with_.database.read([&](store::Tx& tx) { return attachments_of(tx, permit.party(), *permit.instance()); });
  for (auto& one : all) {
    if (one.id == element) return std::move(one);
  }
  return not_found();
}

base::Status Attachments::read(const terms::Permit& permit, const Attachment& attachment,
                               const std::function<void(base::ByteView)>& take) {
  if (!is_of_party(permit)) return not_found();
  with_.ledger.note_own_read(permit);
  return with_.vault.read_blob(attachment.blob, party_holder(permit.party()), take);
}

}  // namespace alting::instances
