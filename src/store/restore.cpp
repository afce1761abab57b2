// Restoring: brings a backup into an empty data folder, and does again the erasures made since.
#include "base/file.h"
#include "base/text.h"
#include "store/backup.h"
#include "store/backup_files.h"
#include "store/key_ring.h"
#include "store/postgresql.h"

namespace alting::store {
namespace fs = std::filesystem;
namespace {

// Stands from before the first file comes until the erasures are done again and the log is settled: a folder that was
// left in between, as by a kill, does not open.
fs::path mark_of(const fs::path& into) { return into / "restoring"; }

base::Error refuse(std::string_view code, std::string_view why) {
  return base::make_error(base::ErrorKind::conflict, std::string(code), std::string(why));
}

base::Result<base::Json> read_manifest(const RestoreOptions& options) {
  constexpr std::size_t largest = std::size_t{1} << 30;  // each blob has a line
  auto text = base::read_file(options.backup / "manifest.json", largest);
  if (!text) return refuse("error.restore.no_manifest", "the backup has no manifest: it is not complete, or no backup");
  auto manifest = base::Json::parse(*text, {.size = largest, .depth = 8, .values = 100'000'000});
  if (!manifest || (*manifest).text("format") != "alting.backup/1")
    return refuse("error.restore.no_manifest", "the manifest is not of a known format");
  if ((*manifest).text("mode") != terms::to_text(options.into.mode))
    return refuse("error.restore.other_mode", "the backup is of the other mode");
  const bool sqlite = options.into.postgresql.empty();
  if ((*manifest).text("engine") != (sqlite ? "sqlite" : "postgresql"))
    return refuse("error.restore.other_engine", "the backup is of the other database engine");
  return manifest;
}

// A path of the manifest stays below the backup's folder (the keystore's: below the folder that holds the backups).
base::Status check_file(const fs::path& file, const base::Json& line) {
  if (!fs::is_regular_file(file) || static_cast<std::int64_t>(fs::file_size(file)) != line["size"].integer_or(-1) ||
      hex_sha256_of_file(file) != line.text("sha256")) {
    return refuse("error.restore.damaged",
                  fmt::format("{} is missing or not as it was backed up", file.filename().string()));
  }
  return {};
}

base::Result<fs::path> path_of(const RestoreOptions& options, const base::Json& line) {
  const fs::path path = fs::path(std::string(line.text("path"))).lexically_normal();
  if (path.empty() || path.is_absolute() || *path.begin() == "..")
    return refuse("error.restore.damaged", "the manifest names a path outside the backup");
  return options.backup / path;
}

// The keystore and the keys, which must belong together.
base::Status bring_keys(const RestoreOptions& options, const base::Json& manifest) {
  const auto& into = options.into.path;
  const auto keystore =
      options.keystore.empty() ? options.backup / std::string(manifest["keystore"].text("path")) : options.keystore;
  if (options.keystore.empty()) {
    ALTING_CHECK(check_file(keystore, manifest["keystore"]));
  } else if (!fs::is_regular_file(keystore)) {
    return refuse("error.restore.damaged", "there is no such keystore");
  }
  copy_durably(keystore, into / "keystore.db");
  // With the folders in it: the log keeps its signing keys in one of its own.
  base::create_private_directory(into / "keys");
  for (const auto& entry : fs::recursive_directory_iterator(options.keys)) {
    const auto to = into / "keys" / entry.path().lexically_relative(options.keys);
    if (entry.is_directory()) base::create_private_directory(to);
    if (entry.is_regular_file()) copy_durably(entry.path(), to);
  }
  return check_epochs(into / "keystore.db", into / "keys");
}

base::Status bring_files(const RestoreOptions& options, const base::Json& manifest) {
  const auto& into = options.into.path;
  for (const auto& line : manifest["files"].items()) {
    ALTING_TRY(from, path_of(options, line));
    ALTING_CHECK(check_file(from, line));
    if (from.filename() == "database.pgdump") {
      run_postgresql_tool("pg_restore", {"--no-owner", "--exit-on-error", "--single-transaction", from.string()},
                          options.into.postgresql);
      continue;
    }
    const auto to = into / fs::path(std::string(line.text("path")));
    fs::create_directories(to.parent_path());
    copy_durably(from, to);
  }
  base::write_file_durably(into / "mode", std::string(terms::to_text(options.into.mode)) + "\n");
  sync_tree(into);
  return {};
}

// All that was put there; the folder outside stays, wherever it is, and the mark goes when all else is gone.
void empty_again(const fs::path& into, const fs::path& outside) {
  if (!fs::exists(into)) return;
  for (const auto& entry : fs::directory_iterator(into)) {
    if (entry.path() != outside && entry.path() != mark_of(into)) fs::remove_all(entry.path());
  }
  base::sync_directory(into);
}

void remove_mark(const fs::path& into) {
  fs::remove(mark_of(into));
  base::sync_directory(into);
}

bool is_empty_but(const fs::path& into, const fs::path& outside) {
  if (!fs::exists(into)) return true;
  return std::all_of(fs::directory_iterator(into), fs::directory_iterator(),
                     [&](const auto& entry) { return entry.path() == outside; });
}

base::Result<base::Bytes> read_erasures(const fs::path& list) {
  constexpr std::size_t largest = std::size_t{1} << 30;
  try {
    return base::read_file(list, largest);
  } catch (const std::system_error& error) {
    return refuse("error.restore.erasures", error.what());
  }
}

// A list that was named and cannot be read would leave erasures undone. That of `outside` is made by the first erasure.
base::Result<std::vector<base::Bytes>> read_all_erasures(const RestoreOptions& options) {
  std::vector<base::Bytes> lists;
  auto paths = options.erasure_lists;
  paths.push_back(options.into.outside / "erasures");
  for (const auto& path : paths) {
    auto lines = read_erasures(path);
    if (!lines && &path == &paths.back() && lines.error().kind == base::ErrorKind::not_found) continue;
    if (!lines) return refuse("error.restore.erasures", "the list of erasures cannot be read: " + lines.error().detail);
    lists.push_back(std::move(*lines));
  }
  return lists;
}

base::Result<RestoreReport> bring(const RestoreOptions& options, const std::vector<base::Bytes>& erasures,
                                  base::Random& random, const base::Clock& clock) {
  ALTING_TRY(manifest, read_manifest(options));
  ALTING_CHECK(bring_keys(options, manifest));  // first: when they do not fit, nothing else has been touched
  ALTING_CHECK(bring_files(options, manifest));
  ALTING_TRY(folder, DataFolder::open(options.into, random, clock));
  RestoreReport report{.files = static_cast<std::int64_t>(manifest["files"].size()) + 1};
  if (options.erase_again) options.erase_again(*folder, erasures);
  for (const auto& lines : erasures) report.erasures_replayed += folder->vault().replay_erasures(lines);
  if (options.erase_rows) report.rows_erased = options.erase_rows(*folder, erasures);
  if (options.log_guard) ALTING_CHECK(options.log_guard(*folder));
  return report;
}

}  // namespace

base::Result<RestoreReport> restore(const RestoreOptions& given, base::Random& random, const base::Clock& clock) {
  auto options = given;
  options.into.path = fs::absolute(options.into.path).lexically_normal();
  if (!options.into.path.has_filename()) options.into.path = options.into.path.parent_path();
  if (options.into.outside.empty()) options.into.outside = options.into.path / "outside";
  options.into.restoring = true;
  if (!fs::exists(mark_of(options.into.path)) && !is_empty_but(options.into.path, options.into.outside))
    return refuse("error.restore.not_empty", "the folder to restore into is not empty");
  if (!fs::is_regular_file(options.keys / "master.key"))
    return refuse("error.restore.no_keys", "the folder of keys holds no master.key");
  ALTING_TRY(erasures, read_all_erasures(options));
  fs::create_directories(options.into.path);
  const auto mark = base::FileLock::try_lock(mark_of(options.into.path));
  if (!mark) return refuse("error.restore.in_use", "another restore into this folder is under way");
  base::sync_directory(options.into.path);
  try {
    empty_again(options.into.path, options.into.outside);  // of what an interrupted one brought
    auto report = bring(options, erasures, random, clock);
    if (!report) empty_again(options.into.path, options.into.outside);
    remove_mark(options.into.path);
    return report;
  } catch (...) {
    empty_again(options.into.path, options.into.outside);
    remove_mark(options.into.path);
    throw;
  }
}

}  // namespace alting::store
