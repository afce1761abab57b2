#include "inbox/staged_files.h"

#include <fstream>
#include <stdexcept>

#include "base/text.h"
#include "inbox/message_rows.h"
#include "paper/file_endings.h"

namespace alting::inbox {

using base::ErrorKind;
using base::make_error;

namespace {

constexpr std::size_t max_file_name = 200;       // octets
constexpr std::int64_t max_staged_by_one = 200;  // files that wait

bool is_file_name(std::string_view name) {
  return !name.empty() && name.size() <= max_file_name && base::is_utf8(name) && !name.starts_with('.') &&
         std::ranges::none_of(
             name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f' || c == '/' || c == '\\'; });
}

}  // namespace

const std::vector<std::string>& StagedFiles::endings() {
  static const std::vector<std::string> taken =
      paper::with_endings_alike({".pdf", ".png", ".jpg", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".txt", ".csv"});
  return taken;
}

base::Result<StagedFile> StagedFiles::stage(const terms::Permit& permit, const store::Holder& holder,
                                            const Upload& upload) {
  const auto by = permit.actor().party;
  const auto slot = uploads_.take(by);
  if (!slot) return make_error(ErrorKind::too_many, "upload.at_once", "this person uploads other files just now");
  if (upload.file_name.empty()) return make_error(ErrorKind::invalid, "upload.no_name", "the file has no name");
  if (!is_file_name(upload.file_name))
    return make_error(ErrorKind::invalid, "messages.error.file_name",
                      "the file's name is too long or has signs that no name may have");
  if (upload.size == 0) return make_error(ErrorKind::invalid, "upload.empty", "the file is empty");
  if (upload.size > largest_message_file)
    return make_error(ErrorKind::too_large, "upload.too_large", "the file is too large",
                      {{"octets", std::to_string(largest_message_file)}});
  if (!paper::has_ending(upload.file_name, endings())) {
    std::string all;
    for (const auto& ending : endings()) all += (all.empty() ? "" : ", ") + ending;
    return make_error(ErrorKind::unsupported, "upload.ending", "the file's ending is not one that is taken",
                      {{"endings", std::move(all)}});
  }
  const auto now = with_.clock.now();
  if (upload.id) {
    if (const auto there = find(holder, by, {*upload.id})) {
      const auto& file = there->front();
      return StagedFile{file.id, file.file_name, file.media_type, file.size, file.digest};
    }
  }
  const auto has_room = [&](store::Tx& tx) -> base::Status {
    if (store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM staged_file WHERE holder = ? AND staged_by = ?",
                                      {holder, by}) >= max_staged_by_one)
      return make_error(ErrorKind::too_many, "messages.error.too_many_staged", "too many files wait to be sent");
    return {};
  };
  // Counted before it is looked at and sealed, so that what is refused costs little.
  ALTING_CHECK(with_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    ALTING_CHECK(has_room(tx));
    return with_.quotas.spend(tx, store::Spending::bytes, now, by, permit.party(), upload.size);
  }));
  auto type = with_.inspector.inspect(upload.file_name, upload.file, upload.still_wanted);
  if (!type && type.error().code == "error.file_type.disagrees")
    return make_error(ErrorKind::unsupported, "upload.disguised", "the file's ending and its content do not agree");
  if (!type) return type.error();
  ALTING_TRY(verdict, with_.scanner.scan(upload.file, upload.still_wanted));

  auto writer = with_.vault.create_blob({holder});
  std::ifstream in(upload.file, std::ios::binary);
  std::vector<char> buffer(64 * 1024);
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    if (in.gcount() > 0) writer->append({buffer.data(), static_cast<std::size_t>(in.gcount())});
  }
  const auto blob = writer->finish();
  if (blob.size != upload.size) throw std::runtime_error("an upload could not be read whole");
  const FileId id = upload.id.value_or(FileId{base::Uuid::v7(with_.random, now)});
  const auto stored = with_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    ALTING_CHECK(has_room(tx));
    if (tx.query_one(
            "SELECT 1 FROM staged_file WHERE file_id = ? UNION ALL SELECT 1 FROM message_file WHERE file_id = ?",
            {id, id}))
      return make_error(ErrorKind::conflict, "messages.error.file_there", "a file of this id is there already");
    tx.run(
        "INSERT INTO staged_file (file_id, holder, staged_by, staged_at, file_name, media_type, size, blob_name, "
        "key_id, "
        "digest, scan) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {id, holder, by, now, upload.file_name, *type, blob.size, blob.name, blob.key_id,
         store::Value::octets(blob.digest), verdict});
    return {};
  });
  if (!stored) {
    with_.vault.discard_blob(blob, holder);
    return stored.error();
  }
  return StagedFile{id, upload.file_name, *type, blob.size, blob.digest};
}

base::Result<std::vector<MessageFile>> StagedFiles::find(const store::Holder& holder, terms::PartyId by,
                                                         const std::vector<FileId>& ids) {
  return with_.database.read([&](store::Tx& tx) -> base::Result<std::vector<MessageFile>> {
    std::vector<MessageFile> files;
    std::int64_t octets = 0;
    for (const auto& id : ids) {
      const auto row = tx.query_one(
          fmt::format("SELECT {} FROM staged_file WHERE file_id = ? AND holder = ? AND staged_by = ?", file_columns),
          {id, holder, by});
      const bool twice = std::ranges::any_of(files, [&](const auto& one) { return one.id == id; });
      if (!row || twice)
        return make_error(ErrorKind::not_found, "messages.error.file_gone",
                          "a file that was to go with it is not there");
      store::RowReader from(*row);
      files.push_back(next_file(from));
      octets += files.back().size;
    }
    if (octets > max_files_octets)
      return make_error(ErrorKind::too_large, "messages.error.files_too_large", "the files are too large together",
                        {{"octets", std::to_string(max_files_octets)}});
    return files;
  });
}

bool StagedFiles::take(store::Tx& tx, const FileId& id) {
  return tx.run("DELETE FROM staged_file WHERE file_id = ?", {id}) == 1;
}

}  // namespace alting::inbox
