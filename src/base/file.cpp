#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace alting::base {
namespace {

[[noreturn]] void fail(const char* what, const std::filesystem::path& path) {
  throw std::system_error(errno, std::system_category(), fmt::format("{} {}", what, path.string()));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

// For a Descriptor to hold.
Result<int> open_to_read(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file >= 0) return file;
  if (errno == ENOENT || errno == ENOTDIR)
    return make_error(ErrorKind::not_found, "error.file.not_found", fmt::format("there is no file {}", path.string()));
  fail("opening", path);
}

int open_directory(const std::filesystem::path& path) {
  const int directory = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) fail("opening", path);
  return directory;
}

void write_all(int descriptor, ByteView bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("writing", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Removes the temporary file unless it was renamed.
struct Leftover {
  std::filesystem::path path;
  ~Leftover() {
    if (!path.empty()) ::unlink(path.c_str());
  }
};

}  // namespace

Result<Bytes> read_beginning(const std::filesystem::path& path, std::size_t limit) {
  ALTING_TRY(opened, open_to_read(path));
  const Descriptor file(opened);
  struct stat facts{};
  if (::fstat(file.get(), &facts) != 0) fail("examining", path);
  Bytes bytes;
  bytes.reserve(std::min(static_cast<std::size_t>(facts.st_size), limit));
  char part[65536];
  while (bytes.size() < limit) {
    const ssize_t got = ::read(file.get(), part, std::min(sizeof part, limit - bytes.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("reading", path);
    if (got == 0) break;
    bytes.append(part, static_cast<std::size_t>(got));
  }
  return bytes;
}

Result<Bytes> read_file(const std::filesystem::path& path, std::size_t limit) {
  auto bytes = read_beginning(path, limit + 1);
  if (bytes && bytes->size() > limit)
    return make_error(ErrorKind::too_large, "error.file.too_large",
                      fmt::format("{} has more than {} octets", path.string(), limit));
  return bytes;
}

// open(temporary) write fsync rename(temporary, path) fsync(directory): a crash before the rename is on the disk leaves
// the old file, a crash after it the new one; the contents are on the disk before the name points to them.
void write_file_durably(const std::filesystem::path& path, ByteView bytes, int mode) {
  std::string name = path.string() + ".XXXXXX";
  Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
  if (file.get() < 0) fail("creating a file beside", path);
  Leftover leftover{name};
  if (::fchmod(file.get(), static_cast<mode_t>(mode)) != 0) fail("setting the mode of", path);
  write_all(file.get(), bytes, path);
  if (::fsync(file.get()) != 0) fail("syncing", path);
  if (::close(file.release()) != 0) fail("closing", path);
  if (::rename(name.c_str(), path.c_str()) != 0) fail("renaming to", path);
  leftover.path.clear();
  sync_directory(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
}

void create_private_directory(const std::filesystem::path& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) fail("creating", path);
  const Descriptor directory(open_directory(path));
  if (::fchmod(directory.get(), 0700) != 0) fail("setting the mode of", path);
  const auto parent = std::filesystem::absolute(path).parent_path();
  sync_directory(parent);
}

void sync_directory(const std::filesystem::path& path) {
  const Descriptor directory(open_directory(path));
  if (::fsync(directory.get()) != 0) fail("syncing", path);
}

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  ALTING_TRY(opened, open_to_read(path));
  const Descriptor file(opened);
  struct stat facts{};
  if (::fstat(file.get(), &facts) != 0) fail("examining", path);
  if (facts.st_size == 0) return MappedFile(nullptr, 0);
  const auto size = static_cast<std::size_t>(facts.st_size);
  void* const octets = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (octets == MAP_FAILED) fail("reading", path);
  return MappedFile(octets, size);
}

MappedFile::~MappedFile() {
  if (octets_ != nullptr) ::munmap(octets_, size_);
}

std::optional<FileLock> FileLock::try_lock(const std::filesystem::path& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (file.get() < 0) fail("opening", path);
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::nullopt;
    if (errno != EINTR) fail("locking", path);
  }
  return FileLock(file.release());
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace alting::base
