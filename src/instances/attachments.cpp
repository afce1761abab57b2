// Attachments: looked at, scanned, sealed and durable before the row that names them commits.
#include "base/file.h"
#include "base/text.h"
#include "instances/rows.h"
#include "paper/file_type.h"
#include "paper/zip.h"

namespace alting::instances {

using base::ErrorKind;
using base::make_error;

namespace {

const forms::App::UploadRule* find_rule(const forms::App& app, std::string_view data_type) {
  for (const auto& rule : app.uploads()) {
    if (rule.data_type == data_type) return &rule;
  }
  return nullptr;
}

std::string join(const std::vector<std::string>& words) {
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

// The first octets, which tell what a file is.
base::Bytes beginning_of(const std::filesystem::path& file) {
  base::Bytes octets(1024 * 1024, '\0');
  std::ifstream in(file, std::ios::binary);
  in.read(octets.data(), static_cast<std::streamsize>(octets.size()));
  octets.resize(static_cast<std::size_t>(in.gcount()));
  return octets;
}

bool is_packed(const std::filesystem::path& file) {
  std::array<char, 4> head{};
  std::ifstream in(file, std::ios::binary);
  in.read(head.data(), head.size());
  return std::string_view(head.data(), 4) == std::string_view("PK\3\4", 4);
}

// What a file is comes from its content; name and content must both be of a kind the form takes.
base::Result<std::string> check_type(const forms::App::UploadRule& rule, std::string_view file_name,
                                     const std::filesystem::path& file) {
  const auto lower = base::to_lower(file_name);
  const auto ending_fits = [&](const std::string& ending) { return lower.ends_with(ending); };
  if (!rule.endings.empty() && std::none_of(rule.endings.begin(), rule.endings.end(), ending_fits)) {
    return make_error(ErrorKind::unsupported, "upload.ending", "the file's ending is not one the form takes",
                      {{"endings", join(rule.endings)}});
  }
  const auto type = paper::agreed_file_type(file_name, "", beginning_of(file));
  if (!type)
    return make_error(ErrorKind::unsupported, "upload.disguised", "the file's ending and its content do not agree");
  if (!rule.content_types.empty() &&
      std::find(rule.content_types.begin(), rule.content_types.end(), *type) == rule.content_types.end()) {
    return make_error(ErrorKind::unsupported, "upload.type", "the file's content is not of a kind the form takes",
                      {{"endings", join(rule.endings)}});
  }
  return *type;
}

// An office document is a ZIP of its own kind: with its list of contents, and without programs (a .docx has no macros).
bool is_of_its_kind(std::string_view type, const std::vector<paper::ZipEntry>& entries) {
  const auto has = [&](std::string_view name) {
    return std::any_of(entries.begin(), entries.end(), [&](const auto& one) { return one.name == name; });
  };
  if (type.starts_with("application/vnd.openxmlformats-officedocument.")) {
    const bool program = std::any_of(entries.begin(), entries.end(),
                                     [](const auto& one) { return one.name.ends_with("vbaProject.bin"); });
    return has("[Content_Types].xml") && !program;
  }
  if (type.starts_with("application/vnd.oasis.opendocument.")) return has("mimetype");
  return true;
}

// Whether the instance may have one more of this data type, and one more at all.
base::Status has_room(store::Tx& tx, const Location& at, const forms::App::UploadRule& rule) {
  const auto count =
      tx.query_one("SELECT COUNT(*) FROM attachment WHERE party_id = ? AND instance_id = ? AND data_type = ?",
                   {at.party, at.id, rule.data_type});
  if (count->number(0) >= static_cast<std::int64_t>(rule.max_count)) {
    return make_error(ErrorKind::too_many, "upload.too_many", "too many attachments",
                      {{"count", std::to_string(rule.max_count)}});
  }
  const auto in_all =
      tx.query_one("SELECT COUNT(*) FROM attachment WHERE party_id = ? AND instance_id = ?", {at.party, at.id});
  if (in_all->number(0) >= static_cast<std::int64_t>(forms::most_attachments)) {
    return make_error(ErrorKind::too_many, "upload.too_many_in_all", "too many attachments in one form",
                      {{"count", std::to_string(forms::most_attachments)}});
  }
  return {};
}

}  // namespace

base::Result<Attachment> Instances::attach(const terms::Permit& permit, std::string_view data_type,
                                           std::string_view tag, std::string_view file_name,
                                           const std::filesystem::path& file, std::int64_t size, base::Language) {
  ALTING_TRY(draft, open_draft(permit));
  const auto app = env_.apps.find(draft.at.app);
  const auto* rule = app ? find_rule(*app, data_type) : nullptr;
  if (rule == nullptr) return not_found();
  if (file_name.empty()) return make_error(ErrorKind::invalid, "upload.no_name", "the file has no name");
  if (size == 0) return make_error(ErrorKind::invalid, "upload.empty", "the file is empty");
  if (rule->max_bytes > 0 && size > rule->max_bytes) {
    return make_error(ErrorKind::too_large, "upload.too_large", "the file is too large",
                      {{"megabytes", std::to_string(rule->max_bytes / (1024 * 1024))}});
  }
  if (!rule->tags.empty() && std::find(rule->tags.begin(), rule->tags.end(), tag) == rule->tags.end()) {
    return make_error(ErrorKind::invalid, "upload.tag_missing", "say what kind of attachment it is");
  }
  // Counted before it is looked at and sealed, so that what is refused costs little and leaves nothing on the disk; the
  // room once more with the row.
  const auto now = env_.clock.now();
  const auto counted = env_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(env_.decider.recheck(tx, permit));
    ALTING_CHECK(has_room(tx, draft.at, *rule));
    return env_.quotas.spend(tx, store::Spending::bytes, now, permit.actor().party, permit.party(), size);
  });
  if (!counted) return counted.error();
  ALTING_TRY(type, check_type(*rule, file_name, file));
  if (is_packed(file)) {
    // Unpacked once, within limits and one at a time, so that nobody who opens it later meets a bomb.
    const std::lock_guard one_at_a_time(unpacking_);
    ALTING_TRY(packed, base::read_file(file, 64 * 1024 * 1024));
    ALTING_TRY(entries, paper::unzip(packed));
    if (!is_of_its_kind(type, entries))
      return make_error(ErrorKind::unsupported, "upload.disguised", "the file's ending and its content do not agree");
  }
  ALTING_TRY(verdict, env_.scanner.scan(file));

  auto writer = env_.vault.create_blob({party_holder(permit.party())});
  std::ifstream in(file, std::ios::binary);
  std::vector<char> buffer(64 * 1024);
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    if (in.gcount() > 0) writer->append({buffer.data(), static_cast<std::size_t>(in.gcount())});
  }
  Attachment attachment;
  attachment.blob = writer->finish();
  attachment.id = {base::Uuid::v7(env_.random, now)};
  attachment.data_type = data_type;
  attachment.file_name = file_name;
  attachment.tag = tag;
  attachment.media_type = type;
  attachment.size = attachment.blob.size;
  attachment.digest = attachment.blob.digest;
  attachment.scan = verdict;
  attachment.created_at = now;

  const auto stored = env_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(env_.decider.recheck(tx, permit));
    // The draft's row orders uploads that come at the same time.
    if (tx.run("UPDATE draft SET version = version + 1, saved_at = ? WHERE party_id = ? AND instance_id = ?",
               {now, permit.party(), draft.at.id}) == 0)
      return wrong_state();
    ALTING_CHECK(has_room(tx, draft.at, *rule));
    tx.run(
        "INSERT INTO attachment (party_id, instance_id, element_id, data_type, file_name, tag, media_type, size, "
        "blob_name, key_id, digest, scan, created_at, "
        "created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {permit.party(), draft.at.id, attachment.id, data_type, file_name, tag, attachment.media_type, attachment.size,
         attachment.blob.name, attachment.blob.key_id, store::Value::octets(attachment.digest), attachment.scan, now,
         permit.actor().party});
    return {};
  });
  if (!stored) {  // nothing of it stays: its key, and with the next sweep its file, which nothing opens
    erase_at_once({attachment.blob.key_id});
    return stored.error();
  }
  return attachment;
}

base::Status Instances::detach(const terms::Permit& permit, const terms::DataElementId& element) {
  if (!permit.instance()) return not_found();
  std::optional<base::Uuid> key;
  const auto now = env_.clock.now();
  const auto done = env_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(env_.decider.recheck(tx, permit));
    if (tx.run("UPDATE draft SET version = version + 1, saved_at = ? WHERE party_id = ? AND instance_id = ?",
               {now, permit.party(), *permit.instance()}) == 0)
      return wrong_state();
    const auto row =
        tx.query_one("SELECT key_id FROM attachment WHERE party_id = ? AND instance_id = ? AND element_id = ?",
                     {permit.party(), *permit.instance(), element});
    key.reset();
    if (!row) return {};  // already gone: that is what was wanted
    key = row->uuid(0);
    tx.run("DELETE FROM attachment WHERE party_id = ? AND instance_id = ? AND element_id = ?",
           {permit.party(), *permit.instance(), element});
    emit_key_erasure(tx, {*key}, *permit.instance());
    return {};
  });
  if (done && key) erase_at_once({*key});
  return done;
}

base::Result<Attachment> Instances::find_attachment(const terms::Permit& permit, const terms::DataElementId& element) {
  // The agency's way is agency_attachment(): it leads over the log.
  if (!permit.instance() || permit.action() == terms::Action::agency_read) return not_found();
  auto all = env_.database.read([&](store::Tx& tx) { return attachments_of(tx, permit.party(), *permit.instance()); });
  for (auto& one : all) {
    if (one.id == element) return std::move(one);
  }
  return not_found();
}

base::Status Instances::read_attachment(const terms::Permit& permit, const Attachment& attachment,
                                        const std::function<void(base::ByteView)>& take) {
  env_.ledger.note_own_read(permit);
  return env_.vault.read_blob(attachment.blob, party_holder(permit.party()), take);
}

}  // namespace alting::instances
