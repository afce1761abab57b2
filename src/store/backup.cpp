#include "store/backup.h"

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "store/backup_files.h"
#include "store/sqlite.h"
#include "store/store_metrics.h"

namespace alting::store {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view format = "alting.backup/1";

// "20261122T013000.123456Z": sorts by time, and is a file name everywhere.
std::string stamp_of(base::Instant at) {
  auto text = base::to_rfc3339(at);
  for (const auto* unwanted : {"-", ":"}) text = base::replace_all(std::move(text), unwanted, "");
  return text;
}

BackedUpFile take_database(DataFolder& folder, const fs::path& target) {
  const bool sqlite = folder.database().engine() == Engine::sqlite;
  const std::string name = sqlite ? "alting.db" : "database.pgdump";
  if (sqlite) {
    dynamic_cast<SqliteDatabase&>(folder.database()).back_up(target / name);
  } else {
    run_postgresql_tool("pg_dump", {"--format=custom", "--no-owner", "--file=" + (target / name).string()},
                        folder.postgresql());
    settle_file(target / name);
  }
  return {name, static_cast<std::int64_t>(fs::file_size(target / name)), hex_sha256_of_file(target / name)};
}

int delete_old_keystores(const fs::path& folder, base::Instant now) {
  const auto limit = stamp_of(now - keystore_retention);
  int deleted = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".db" && entry.path().stem().string() < limit)
      deleted += fs::remove(entry.path()) ? 1 : 0;
  }
  return deleted;
}

base::Json manifest_of(const DataFolder& folder, Engine engine, base::Instant now,
                       const std::vector<BackedUpFile>& files, const BackedUpFile& keystore,
                       const base::Json& log_state) {
  auto list = base::Json::array();
  for (const auto& file : files) {
    list.push_back(base::Json::object({{"path", file.path}, {"size", file.size}, {"sha256", file.sha256}}));
  }
  return base::Json::object(
      {{"format", format},
       {"time", base::to_rfc3339(now)},
       {"mode", terms::to_text(folder.mode())},
       {"engine", engine == Engine::sqlite ? "sqlite" : "postgresql"},
       {"keystore",
        base::Json::object({{"path", keystore.path}, {"size", keystore.size}, {"sha256", keystore.sha256}})},
       {"log", log_state},
       {"files", std::move(list)}});
}

}  // namespace

base::Result<BackupReport> back_up(DataFolder& folder, const BackupOptions& options, const base::Clock& clock) {
  const auto now = clock.now();
  const auto target = fs::absolute(options.target) / stamp_of(now);
  if (fs::exists(target))
    return base::make_error(base::ErrorKind::conflict, "error.backup.exists", "a backup of this moment exists");
  fs::create_directories(target.parent_path());
  base::create_private_directory(target);
  base::create_private_directory(target.parent_path() / "keystore");

  std::vector<BackedUpFile> files{take_database(folder, target)};
  for (auto& blob : take_blobs(folder.blobs(), target)) files.push_back(std::move(blob));
  const auto keystore = target.parent_path() / "keystore" / (stamp_of(now) + ".db");
  folder.vault().back_up_keystore(keystore);
  const BackedUpFile keys{"../keystore/" + keystore.filename().string(),
                          static_cast<std::int64_t>(fs::file_size(keystore)), hex_sha256_of_file(keystore)};
  sync_tree(target);
  base::write_file_durably(
      target / "manifest.json",
      manifest_of(folder, folder.database().engine(), now, files, keys, options.log_state).dump_pretty() + "\n");
  try {
    note_backup(folder.database(), now);
  } catch (const DatabaseError& error) {  // its disk may be full: the backup is there all the same
    base::log(base::LogLevel::warning, "backup.not_noted", {{"reason", std::string_view(error.what())}});
  }
  BackupReport report{.folder = target, .files = static_cast<std::int64_t>(files.size()) + 1, .octets = keys.size};
  for (const auto& file : files) report.octets += file.size;
  report.keystores_deleted = delete_old_keystores(target.parent_path() / "keystore", now);
  return report;
}

}  // namespace alting::store
