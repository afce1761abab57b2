#include "store/blob_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store/database.h"
#include "store/failpoint.h"

namespace alting::store {
namespace {

[[noreturn]] void blob_failed(std::string_view step, int error) {
  throw DatabaseError(fmt::format("blob, {}: {}", step, std::strerror(error)));
}

// A test may ask that the step about to be taken fails, or that the process ends before it.
void about_to(std::string_view step) {
  if (failpoint::any_armed.load(std::memory_order_relaxed) && failpoint::hit_armed(fmt::format("blob.{}", step)))
    blob_failed(step, EIO);
}

// Makes a folder inside one that exists; durable when this returns, whoever made it: another thread may have made it and
// not have synced it yet, or a process that was killed in between.
void make_folder(const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) blob_failed("mkdir", errno);
  about_to("sync_parent");
  base::sync_directory(folder.parent_path());
}

}  // namespace

std::filesystem::path blob_path(const std::filesystem::path& folder, const std::string& name) {
  if (name.size() != 64 || name.find_first_not_of("0123456789abcdef") != std::string::npos)
    throw DatabaseError("no name of a blob");
  return folder / name.substr(0, 2) / name.substr(2, 2) / name;
}

void make_blob_folder(const std::filesystem::path& folder) {
  make_folder(folder);
  make_folder(folder / "new");
}

NewBlobFile::NewBlobFile(std::filesystem::path folder, const base::Uuid& working_name)
    : folder_(std::move(folder)), working_path_(folder_ / "new" / working_name.text()) {
  about_to("create");
  descriptor_ = ::open(working_path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor_ < 0) blob_failed("create", errno);
}

NewBlobFile::~NewBlobFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!working_path_.empty()) ::unlink(working_path_.c_str());
}

void NewBlobFile::write(base::ByteView ciphertext) {
  hash_.add(ciphertext);
  while (!ciphertext.empty()) {
    about_to("write");
    const ssize_t written = ::write(descriptor_, ciphertext.data(), ciphertext.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) blob_failed("write", written < 0 ? errno : ENOSPC);
    ciphertext.remove_prefix(static_cast<std::size_t>(written));
  }
}

// A blob, step by step (its key and wraps are durable in the keystore before):
//   blob.create       open(blobs/new/<uuid>, O_CREAT | O_EXCL)
//   blob.write        write ...
//   blob.sync         fsync(file)                                   the contents are on the disk
//   blob.mkdir        mkdir(blobs/ab)
//   blob.sync_parent  fsync(blobs)                                  also when it was there
//                     mkdir(blobs/ab/cd), fsync(blobs/ab)
//   blob.rename       rename(blobs/new/<uuid>, blobs/ab/cd/<name>)
//   blob.sync_folder  fsync(blobs/ab/cd)                            the name is on the disk
//   blob.read_back    posix_fadvise(DONTNEED), read ..., compared with the name
// Only then finish() returns, and the row that names the blob may be written. A kill before leaves a file that no row
// names. The same name means the same octets, so a file that is there already is replaced by its like.
std::string NewBlobFile::finish() {
  sync();
  const auto name = base::to_hex(hash_.digest());
  place(name);
  read_back(name);
  return name;
}

void NewBlobFile::sync() const {
  about_to("sync");
  if (::fsync(descriptor_) != 0) blob_failed("sync", errno);
}

void try_blob_folder(const std::filesystem::path& folder, const base::Uuid& working_name) {
  NewBlobFile file(folder, working_name);
  file.write("tried");
  file.sync();
}

void NewBlobFile::place(const std::string& name) {
  const auto path = blob_path(folder_, name);
  about_to("mkdir");
  make_folder(path.parent_path().parent_path());
  make_folder(path.parent_path());
  about_to("rename");
  if (::rename(working_path_.c_str(), path.c_str()) != 0) blob_failed("rename", errno);
  working_path_.clear();
  about_to("sync_folder");
  base::sync_directory(path.parent_path());
}

void NewBlobFile::read_back(const std::string& name) const {
  about_to("read_back");
  ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED);  // from the disk, not from memory
  crypto::Sha256 hash;
  read_blob_file(blob_path(folder_, name), [&](base::ByteView piece) {
    hash.add(piece);
    return true;
  });
  if (base::to_hex(hash.digest()) != name)
    throw DatabaseError("blob, read_back: the disk gives other octets than were written");
}

void read_blob_file(const std::filesystem::path& path, const std::function<bool(base::ByteView)>& take) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) blob_failed("open", errno);
  struct Closing {
    int descriptor;
    ~Closing() { ::close(descriptor); }
  } const closing{file};
  std::string piece(256 * 1024, '\0');
  for (;;) {
    const ssize_t got = ::read(file, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) blob_failed("read", errno);
    if (got == 0 || !take(base::ByteView(piece).substr(0, static_cast<std::size_t>(got)))) return;
  }
}

}  // namespace alting::store
