#include "store/data_folder.h"

#include "base/bytes.h"
#include "base/text.h"
#include "store/failpoint.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/postgresql.h"
#include "store/setting_row.h"
#include "store/sqlite.h"

namespace alting::store {
namespace {

namespace fs = std::filesystem;

base::Error refuse(base::ErrorKind kind, std::string_view code, const fs::path& path, std::string_view why) {
  return base::make_error(kind, std::string(code), fmt::format("{}: {}", path.string(), why),
                          {{"path", path.string()}});
}

// A folder that does not exist, or is empty, or in which an earlier start was interrupted, can be (or become) ours.
base::Status check_folder(const DataFolderOptions& options) {
  if (!options.restoring && fs::exists(options.path / "restoring")) {
    return refuse(base::ErrorKind::conflict, "error.data_folder.restoring", options.path,
                  "a restore into this folder was interrupted, or is under way: restore again");
  }
  const bool there = fs::exists(options.path) && !fs::is_empty(options.path);
  if (!there && !options.create)
    return refuse(base::ErrorKind::not_found, "error.data_folder.missing", options.path, "there is no data folder");
  if (there && !fs::exists(options.path / "mode") && !fs::exists(options.path / "lock")) {
    return refuse(base::ErrorKind::conflict, "error.data_folder.not_ours", options.path,
                  "the folder holds something else");
  }
  return {};
}

// The lock file is the first thing in a new folder, so that a start interrupted at any later step leaves a folder that
// is known to be ours.
std::optional<base::FileLock> make_and_lock(const fs::path& path) {
  if (const auto parent = path.parent_path(); !parent.empty()) fs::create_directories(parent);
  base::create_private_directory(path);
  failpoint::pass("data_folder.made");
  auto lock = base::FileLock::try_lock(path / "lock");
  base::sync_directory(path);
  failpoint::pass("data_folder.locked");
  return lock;
}

void make_folders(const DataFolderOptions& options) {
  for (const auto* name : {"keys", "uploads"}) {
    base::create_private_directory(options.path / name);
    failpoint::pass("data_folder.inside");
  }
  if (const auto parent = options.outside.parent_path(); !parent.empty()) fs::create_directories(parent);
  base::create_private_directory(options.outside);
  base::sync_directory(options.path);
  failpoint::pass("data_folder.outside");
}

}  // namespace

DataFolder::DataFolder(Opening, DataFolderOptions options, base::FileLock lock, base::Random& random,
                       const base::Clock& clock)
    : options_(std::move(options)), lock_(std::move(lock)), random_(random), clock_(clock) {
  if (options_.postgresql.empty()) {
    database_ = open_sqlite(options_.path / "alting.db", {.readers = options_.connections});
  } else {
    database_ = open_postgresql(options_.postgresql, random_, {.connections = options_.connections});
  }
  migrate(*database_, clock_, {migrations()});
}

base::Result<std::unique_ptr<DataFolder>> DataFolder::open(const DataFolderOptions& given, base::Random& random,
                                                           const base::Clock& clock) {
  auto options = given;
  options.path = fs::absolute(options.path).lexically_normal();
  if (!options.path.has_filename()) options.path = options.path.parent_path();
  if (options.outside.empty()) options.outside = options.path / "outside";
  ALTING_CHECK(check_folder(options));
  auto lock = make_and_lock(options.path);
  if (!lock)
    return refuse(base::ErrorKind::unavailable, "error.data_folder.in_use", options.path,
                  "another process uses this data folder");
  make_folders(options);
  auto folder = std::make_unique<DataFolder>(Opening{}, std::move(options), std::move(*lock), random, clock);
  ALTING_CHECK(folder->settle_mode());
  if (fs::exists(folder->path() / "keystore.db") && !fs::exists(folder->keys() / "master.key")) {
    throw DatabaseError("keys/master.key is missing: without it no document can be opened");
  }
  auto master = folder->master_key();
  folder->vault_ = open_vault({.keystore = folder->path() / "keystore.db",
                               .blobs = folder->blobs(),
                               .erasure_list = folder->erasure_list(),
                               .epochs = folder->keys() / "epochs",
                               .master_file = folder->keys() / "master.key",
                               .master_is_root = master.is_root},
                              std::move(master.octets), random, clock);
  folder->empty_uploads();
  return folder;
}

// The database first, then the file: when a start was interrupted between the two, the next one in the same mode
// completes it.
base::Status DataFolder::settle_mode() {
  const auto mine = terms::to_text(mode());
  const auto other = [&] {
    return refuse(base::ErrorKind::conflict, "error.data_folder.other_mode", path(),
                  "made in the other mode, which it keeps for life");
  };
  const auto file = path() / "mode";
  const auto text = base::read_file(file, 100);
  if (text && base::trim(*text) != mine) return other();
  failpoint::pass("data_folder.migrated");
  ALTING_CHECK(database_->write([&](Tx& tx) -> base::Status {
    tx.run("INSERT INTO store_setting (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", {"mode", mine});
    if (read_setting(tx, "mode") != mine) return other();
    return {};
  }));
  failpoint::pass("data_folder.remembered");
  if (!text) base::write_file_durably(file, std::string(mine) + "\n");
  return {};
}

void DataFolder::empty_uploads() const {
  for (const auto& entry : fs::directory_iterator(uploads())) fs::remove_all(entry.path());
}

MasterKey DataFolder::master_key() {
  const auto text = base::read_file(keys() / "master.key", 1'000);
  if (!text) return {key("master"), false};
  auto master = parse_master_key(*text);
  if (!master) throw DatabaseError("keys/master.key does not hold 32 octets in hexadecimal");
  return std::move(*master);
}

crypto::SecretBytes DataFolder::key(std::string_view name) {
  if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string_view::npos) {
    throw std::logic_error("no name of a key");
  }
  const auto file = keys() / (std::string(name) + ".key");
  if (const auto text = base::read_file(file, 1'000)) {
    auto octets = base::from_hex(base::trim(*text));
    if (!octets || octets->size() != 32)
      throw DatabaseError(fmt::format("{} does not hold 32 octets in hexadecimal", file.string()));
    return crypto::SecretBytes(std::move(*octets));
  }
  auto key = crypto::SecretBytes::random(random_, 32);
  base::write_file_durably(file, base::to_hex(key.reveal()) + "\n");
  return key;
}

}  // namespace alting::store
