#include "store/epoch_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "store/database.h"
#include "store/failpoint.h"

namespace alting::store {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t key_size = 32;
constexpr std::string_view root_mark = "root ";

std::optional<crypto::SecretBytes> key_in(base::ByteView text) {
  auto octets = base::from_hex(base::trim(text));
  if (!octets || octets->size() != key_size) return std::nullopt;
  return crypto::SecretBytes(std::move(*octets));
}

[[noreturn]] void epoch_file_failed(std::string_view step, int error) {
  throw DatabaseError(fmt::format("key of an epoch, {}: {}", step, std::strerror(error)));
}

void overwrite(const fs::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) epoch_file_failed("open", errno);
  struct Closing {
    int descriptor;
    ~Closing() { ::close(descriptor); }
  } const closing{file};
  struct stat facts{};
  if (::fstat(file, &facts) != 0) epoch_file_failed("examine", errno);
  const std::string zeros(static_cast<std::size_t>(facts.st_size), '\0');
  if (::pwrite(file, zeros.data(), zeros.size(), 0) != static_cast<ssize_t>(zeros.size()))
    epoch_file_failed("overwrite", EIO);
  if (::fsync(file) != 0) epoch_file_failed("sync", errno);
}

}  // namespace

std::optional<MasterKey> parse_master_key(base::ByteView text) {
  const bool is_root = text.starts_with(root_mark);
  auto key = key_in(is_root ? text.substr(root_mark.size()) : text);
  if (!key) return std::nullopt;
  return MasterKey{std::move(*key), is_root};
}

crypto::SecretBytes root_of(const MasterKey& master) {
  if (master.is_root) return master.octets.duplicate();
  return crypto::hkdf_sha256(master.octets.reveal(), {}, "alting key root 1", key_size);
}

fs::path EpochFiles::path_of(std::int64_t number) const { return folder_ / (std::to_string(number) + ".key"); }

std::vector<std::int64_t> EpochFiles::numbers() const {
  std::vector<std::int64_t> all;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder_, none)) {
    const auto stem = entry.path().stem().string();
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(stem.data(), stem.data() + stem.size(), number);
    if (fault == std::errc{} && end == stem.data() + stem.size() && entry.path() == path_of(number))
      all.push_back(number);
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::optional<crypto::SecretBytes> EpochFiles::read(std::int64_t number) const {
  const auto text = base::read_file(path_of(number), 1'000);
  return text ? key_in(*text) : std::nullopt;
}

void EpochFiles::make(std::int64_t number, const crypto::SecretBytes& key) const {
  base::create_private_directory(folder_);
  failpoint::pass("epoch.file");
  base::write_file_durably(path_of(number), base::to_hex(key.reveal()) + "\n");
}

// A key, step by step, when its epoch is past (key_ring.cpp has written that it is):
//   epoch.overwrite   pwrite(zeros), fsync(file)
//   epoch.unlink      unlink
//   epoch.unlinked    fsync(keys/epochs)
// A kill leaves the file as it was, or without a key, or none: the next run goes on, and nobody takes zeros for a key.
// What a disk kept elsewhere (a copy-on-write file system, a flash cell worn out) is out of reach from here.
void EpochFiles::destroy(std::int64_t number) const {
  const auto path = path_of(number);
  if (!fs::exists(path)) return;
  failpoint::pass("epoch.overwrite");
  overwrite(path);
  failpoint::pass("epoch.unlink");
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) epoch_file_failed("unlink", errno);
  failpoint::pass("epoch.unlinked");
  base::sync_directory(folder_);
}

// The master key, step by step:
//   epoch.master      link(keys/master.key, keys/epochs/0.key), fsync(keys/epochs)    one file with two names
//   epoch.root        write, fsync, rename of a new keys/master.key, which holds the root
//                     then as above, of keys/epochs/0.key
// A kill before the rename leaves the master key; the next run begins again. After it the file under the other name is
// left, and the next run destroys it.
void EpochFiles::destroy_master(const crypto::SecretBytes& root) const {
  if (master_file_.empty()) return;
  const auto text = base::read_file(master_file_, 1'000);
  const auto master = text ? parse_master_key(*text) : std::nullopt;
  if (master && !master->is_root) {
    failpoint::pass("epoch.master");
    base::create_private_directory(folder_);
    if (::link(master_file_.c_str(), path_of(0).c_str()) != 0 && errno != EEXIST) epoch_file_failed("link", errno);
    base::sync_directory(folder_);
    failpoint::pass("epoch.root");
    base::write_file_durably(master_file_, std::string(root_mark) + base::to_hex(root.reveal()) + "\n");
  }
  destroy(0);
}

}  // namespace alting::store
