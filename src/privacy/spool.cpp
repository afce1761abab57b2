#include "privacy/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "crypto/seal.h"

namespace alting::privacy {
namespace {

constexpr std::size_t max_waiting = 128 * 1024;  // octets in memory
constexpr std::string_view spool_purpose = "alting copy spool";

[[noreturn]] void spool_fails(const char* what) { throw std::system_error(errno, std::system_category(), what); }

}  // namespace

Spool::~Spool() { close(); }

void Spool::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
  sealer_.reset();
  waiting_.clear();
}

void Spool::move_to_disk() {
  if (descriptor_ < 0) {
    std::string name = (folder_ / "spool.XXXXXX").string();
    descriptor_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor_ < 0) spool_fails("making a file for what waits");
    ::unlink(name.c_str());
    key_ = crypto::SecretBytes::random(random_, crypto::seal_key_size);
    sealer_.emplace(key_, spool_purpose, random_);
  }
  put(sealer_->add(waiting_));
  waiting_.clear();
}

void Spool::put(base::ByteView sealed) const {
  while (!sealed.empty()) {
    const ssize_t written = ::write(descriptor_, sealed.data(), sealed.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) spool_fails("writing what waits");
    sealed.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Spool::write(base::ByteView part) {
  waiting_ += part;
  if (waiting_.size() > max_waiting) move_to_disk();
}

void Spool::take_all(const std::function<void(base::ByteView)>& take) {
  if (descriptor_ < 0) {
    const auto all = std::exchange(waiting_, {});
    if (!all.empty()) take(all);
    return;
  }
  move_to_disk();
  put(sealer_->finish());
  if (::lseek(descriptor_, 0, SEEK_SET) != 0) spool_fails("reading what waits");
  crypto::StreamOpener opener(key_, spool_purpose);
  const auto give = [&](base::Result<base::Bytes> opened) {
    if (!opened) throw std::runtime_error("what waits on the disk was changed");
    if (!opened->empty()) take(*opened);
  };
  base::Bytes part(crypto::stream_chunk_size, '\0');
  for (;;) {
    const ssize_t got = ::read(descriptor_, part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) spool_fails("reading what waits");
    if (got == 0) break;
    give(opener.add(base::ByteView(part).substr(0, static_cast<std::size_t>(got))));
  }
  give(opener.finish());
  close();
}

}  // namespace alting::privacy
