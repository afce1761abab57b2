#include "base/random.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace alting::base {
namespace {

void fill_from_kernel(char* out, std::size_t size) {
  while (size > 0) {
    const ssize_t got = getrandom(out, size, 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      throw std::system_error(errno, std::system_category(), "getrandom");
    }
    out += got;
    size -= static_cast<std::size_t>(got);
  }
}

// A system call costs some 300 ns; 16 octets at a time it would be felt. What is handed out is wiped.
struct Buffer {
  std::array<char, 1024> octets{};
  std::size_t used = sizeof octets;
};

std::uint64_t rotate(std::uint64_t value, int by) { return value << by | value >> (64 - by); }

}  // namespace

Bytes Random::bytes(std::size_t size) {
  Bytes out(size, '\0');
  fill(out.data(), size);
  return out;
}

std::uint64_t Random::number() {
  std::uint64_t out = 0;
  fill(reinterpret_cast<char*>(&out), sizeof out);
  return out;
}

std::uint64_t Random::below(std::uint64_t limit) {
  // Numbers in the incomplete last stretch of `limit` would make small answers likelier; they are drawn again.
  const std::uint64_t excess = (0 - limit) % limit;
  for (;;) {
    const std::uint64_t drawn = number();
    if (drawn >= excess) return drawn % limit;
  }
}

void SystemRandom::fill(char* out, std::size_t size) {
  thread_local Buffer buffer;
  if (size > buffer.octets.size() / 4) return fill_from_kernel(out, size);
  if (buffer.used + size > buffer.octets.size()) {
    fill_from_kernel(buffer.octets.data(), buffer.octets.size());
    buffer.used = 0;
  }
  std::memcpy(out, buffer.octets.data() + buffer.used, size);
  explicit_bzero(buffer.octets.data() + buffer.used, size);
  buffer.used += size;
}

SeededRandom::SeededRandom(std::uint64_t seed) {
  for (std::uint64_t& word : state_) {  // splitmix64, so that near seeds give unlike states
    seed += 0x9e3779b97f4a7c15ULL;
    std::uint64_t mixed = seed;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebULL;
    word = mixed ^ mixed >> 31;
  }
}

std::uint64_t SeededRandom::next() {
  const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = rotate(state_[3], 45);
  return result;
}

void SeededRandom::fill(char* out, std::size_t size) {
  const std::lock_guard lock(mutex_);
  while (size > 0) {
    const std::uint64_t word = next();
    const std::size_t part = std::min(size, sizeof word);
    std::memcpy(out, &word, part);
    out += part;
    size -= part;
  }
}

}  // namespace alting::base
