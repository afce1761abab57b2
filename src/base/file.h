// Files of the program's own: read whole within a limit, written so that a crash leaves the old or the new, never a
// mixture.
//
// A disk that fails throws std::system_error. That a file is missing or too large is an Error.
#pragma once
#include <cstddef>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/bytes.h"
#include "base/result.h"

namespace alting::base {

// not_found when there is no such file, too_large when it has more than `limit` octets.
[[nodiscard]] Result<Bytes> read_file(const std::filesystem::path& path, std::size_t limit);

// At most `limit` octets of it; a longer file is cut.
[[nodiscard]] Result<Bytes> read_beginning(const std::filesystem::path& path, std::size_t limit);

// When this returns, the file holds `bytes` even if the power fails at once; readers see the old file until then.
void write_file_durably(const std::filesystem::path& path, ByteView bytes, int mode = 0600);

// Creates the directory (its parent exists) for this user only; one that exists is given mode 0700.
void create_private_directory(const std::filesystem::path& path);
void sync_directory(const std::filesystem::path& path);

// A file as octets in memory that are read from the disk when they are looked at, so that it may be larger than memory.
// Whoever cuts it off meanwhile ends the process.
class MappedFile {
 public:
  [[nodiscard]] static Result<MappedFile> open(
      const std::filesystem::path& path);  // not_found when there is no such file
  MappedFile(MappedFile&& other) noexcept
      : octets_(std::exchange(other.octets_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();
  [[nodiscard]] ByteView view() const { return {static_cast<const char*>(octets_), size_}; }

 private:
  MappedFile(void* octets, std::size_t size) : octets_(octets), size_(size) {}
  void* octets_;
  std::size_t size_;
};

// Held as long as the object lives, or the process. The file stays.
class FileLock {
 public:
  // Nothing when another process (or object) holds it.
  [[nodiscard]] static std::optional<FileLock> try_lock(const std::filesystem::path& path);
  FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace alting::base
