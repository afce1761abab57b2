#include "store/backup_files.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>

#include "base/bytes.h"
#include "base/file.h"
#include "crypto/hash.h"
#include "store/blob_file.h"
#include "store/database.h"
#include "store/failpoint.h"

namespace alting::store {
namespace fs = std::filesystem;
namespace {

// One connection string without its password, and the password.
std::pair<std::string, std::string> without_password(const std::string& where) {
  std::string rest, password;
  PQconninfoOption* options = PQconninfoParse(where.c_str(), nullptr);
  if (options == nullptr) throw DatabaseError("the PostgreSQL connection string cannot be read");
  for (auto* option = options; option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    if (std::string_view(option->keyword) == "password") {
      password = option->val;
      continue;
    }
    std::string quoted;
    for (const char c : std::string_view(option->val)) {
      if (c == '\'' || c == '\\') quoted += '\\';
      quoted += c;
    }
    rest += fmt::format("{}='{}' ", option->keyword, quoted);
  }
  PQconninfoFree(options);
  return {rest, password};
}

// Ends with the file on the disk, and nowhere else: who reads it now reads the disk.
void sync_and_forget(int descriptor, const fs::path& path) {
  if (failpoint::hit("backup.sync") || ::fsync(descriptor) != 0)
    throw DatabaseError(fmt::format("cannot sync {}", path.filename().string()));
  ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
}

struct Descriptor {
  int number;
  Descriptor(const fs::path& path, int flags) : number(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {
    if (number < 0) throw DatabaseError(fmt::format("cannot open {}", path.filename().string()));
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { ::close(number); }
};

void write_all(int descriptor, base::ByteView octets, const fs::path& path) {
  while (!octets.empty()) {
    const bool broken = failpoint::hit("backup.write");
    const ssize_t written = broken ? -1 : ::write(descriptor, octets.data(), octets.size());
    if (written < 0 && !broken && errno == EINTR) continue;
    if (written <= 0) throw DatabaseError(fmt::format("cannot write {}", path.filename().string()));
    octets.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

// pg_dump reads servers of its own version and older ones; so the newest there is.
std::string find_postgresql_tool(const std::string& tool, const fs::path& versions) {
  int newest = -1;
  std::string found = tool;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(versions, none)) {
    const auto name = entry.path().filename().string();
    int version = -1;
    const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), version);
    if (fault != std::errc{} || end != name.data() + name.size() || version <= newest) continue;
    if (!fs::exists(entry.path() / "bin" / tool)) continue;
    newest = version;
    found = (entry.path() / "bin" / tool).string();
  }
  return found;
}

std::string hex_sha256_of_file(const fs::path& path) {
  crypto::Sha256 hash;
  read_blob_file(path, [&](base::ByteView piece) {
    hash.add(piece);
    return true;
  });
  return base::to_hex(hash.digest());
}

void copy_durably(const fs::path& from, const fs::path& to) {
  crypto::Sha256 hash;
  {
    const Descriptor file(to, O_WRONLY | O_CREAT | O_EXCL);
    read_blob_file(from, [&](base::ByteView piece) {
      hash.add(piece);
      write_all(file.number, piece, to);
      return true;
    });
    sync_and_forget(file.number, to);
  }
  if (hex_sha256_of_file(to) != base::to_hex(hash.digest()))
    throw DatabaseError(fmt::format("the disk gives other octets than were copied to {}", to.filename().string()));
}

void settle_file(const fs::path& path) {
  const Descriptor file(path, O_RDWR);
  sync_and_forget(file.number, path);
}

void link_or_copy(const fs::path& from, const fs::path& to) {
  if (::link(from.c_str(), to.c_str()) != 0) copy_durably(from, to);
}

std::vector<BackedUpFile> take_blobs(const fs::path& blobs, const fs::path& backup) {
  std::vector<BackedUpFile> files;
  for (const auto& entry : fs::recursive_directory_iterator(blobs)) {
    const auto name = entry.path().filename().string();
    if (!entry.is_regular_file() || name.size() != 64) continue;
    const auto target = blob_path(backup / "blobs", name);
    fs::create_directories(target.parent_path());
    link_or_copy(entry.path(), target);
    files.push_back({fs::relative(target, backup).string(), static_cast<std::int64_t>(fs::file_size(target)), name});
  }
  return files;
}

void sync_tree(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_directory()) base::sync_directory(entry.path());
  }
  base::sync_directory(folder);
}

void run_postgresql_tool(const std::string& tool, std::vector<std::string> arguments, const std::string& where) {
  const auto [target, password] = without_password(where);
  arguments.insert(arguments.begin(), tool);
  arguments.push_back("--dbname=" + target);
  std::vector<char*> words;
  for (auto& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  std::vector<char*> environment;
  std::string secret = "PGPASSWORD=" + password;
  for (char** variable = environ; *variable != nullptr; ++variable) environment.push_back(*variable);
  if (!password.empty()) environment.push_back(secret.data());
  environment.push_back(nullptr);
  pid_t child = 0;
  const auto program = find_postgresql_tool(tool, "/usr/lib/postgresql");
  if (::posix_spawnp(&child, program.c_str(), nullptr, nullptr, words.data(), environment.data()) != 0)
    throw DatabaseError("cannot start " + tool);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) throw DatabaseError(tool + " failed");
}

}  // namespace alting::store
