#include "ledger/checkpoint_guard.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>

#include "base/text.h"
#include "crypto/hash.h"
#include "ledger/decimal.h"
#include "store/failpoint.h"

namespace alting::ledger {

namespace {

constexpr std::size_t slot_size = 4096;
constexpr std::size_t earlier_slot_size = 512;
constexpr std::size_t largest_file = 2 * slot_size;

struct Slot {
  std::uint64_t turn = 0;
  Checkpoint state;
};

std::string write_slot(const Slot& slot, std::size_t size = slot_size) {
  std::string line = fmt::format("alting.guard/1 {} {} {} {}", slot.turn, slot.state.origin, slot.state.size,
                                 base::to_base64(slot.state.root.view()));
  line += " " + base::to_hex(crypto::sha256(line)) + "\n";
  if (line.size() > size) throw std::logic_error("the log's origin is too long for the checkpoint store");
  line.resize(size, ' ');
  line.back() = '\n';
  return line;
}

std::optional<Slot> read_slot(std::string_view bytes) {
  const auto parts = base::split(bytes.substr(0, bytes.find('\n')), ' ');
  if (parts.size() != 6 || parts[0] != "alting.guard/1") return std::nullopt;
  const auto turn = parse_decimal(parts[1], largest_number), size = parse_decimal(parts[3], largest_number);
  const auto root = Hash::from_base64(parts[4]);
  if (!turn || !size || !root) return std::nullopt;
  Slot slot{*turn, {std::string(parts[2]), *size, *root}};
  if (write_slot(slot, bytes.size()) != bytes) return std::nullopt;
  return slot;
}

bool is_of_earlier_release(std::string_view file) { return file.size() <= 2 * earlier_slot_size; }

std::optional<Slot> latest_of(std::string_view file) {
  const auto size = is_of_earlier_release(file) ? earlier_slot_size : slot_size;
  std::optional<Slot> latest;
  for (std::size_t at = 0; at + size <= file.size(); at += size) {
    auto slot = read_slot(file.substr(at, size));
    if (slot && (!latest || slot->turn > latest->turn)) latest = std::move(slot);
  }
  return latest;
}

std::string read_slots(int descriptor) {
  std::string bytes(2 * slot_size, '\0');
  const ssize_t got = ::pread(descriptor, bytes.data(), bytes.size(), 0);
  if (got < 0) throw std::system_error(errno, std::generic_category(), "reading the checkpoint store");
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

void write_new(const std::filesystem::path& path, const Checkpoint& first, std::uint64_t turn) {
  const std::string slot = write_slot({turn, first});
  base::write_file_durably(path, slot + slot);
}

base::Error refused(base::ErrorKind kind, std::string code, std::string detail) {
  return base::make_error(kind, std::move(code), std::move(detail));
}

}  // namespace

base::Status CheckpointGuard::create(const std::filesystem::path& path, const Checkpoint& first) {
  if (std::filesystem::exists(path))
    return refused(base::ErrorKind::conflict, "error.ledger.guard_exists",
                   "there is a checkpoint store already at " + path.string());
  write_new(path, first, 0);
  return {};
}

void CheckpointGuard::begin_anew(const std::filesystem::path& path, const Checkpoint& first) {
  std::uint64_t turn = 0;
  if (const auto bytes = base::read_file(path, largest_file)) {
    if (const auto latest = latest_of(*bytes)) turn = latest->turn + 1;
    while (std::filesystem::exists(path.string() + fmt::format(".{}", turn))) ++turn;
    base::write_file_durably(path.string() + fmt::format(".{}", turn), *bytes);
  }
  write_new(path, first, turn);
}

base::Result<CheckpointGuard> CheckpointGuard::open(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path))
    return refused(base::ErrorKind::not_found, "error.ledger.guard_missing",
                   "there is no checkpoint store at " + path.string());
  auto lock = base::FileLock::try_lock(path.string() + ".lock");
  if (!lock)
    return refused(base::ErrorKind::unavailable, "error.ledger.guard_held",
                   "another process uses the checkpoint store " + path.string());
  const auto file = base::read_file(path, largest_file);
  auto latest = file ? latest_of(*file) : std::nullopt;
  if (!latest)
    return refused(base::ErrorKind::conflict, "error.ledger.guard_broken",
                   "the checkpoint store cannot be read: " + path.string());
  if (is_of_earlier_release(*file)) write_new(path, latest->state, latest->turn);
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "opening the checkpoint store");
  CheckpointGuard guard(std::move(*lock), descriptor, latest->turn, std::move(latest->state));
  guard.write_slot_of(guard.turn_, guard.stored_);
  guard.sync();
  return guard;
}

std::optional<Checkpoint> CheckpointGuard::peek(const std::filesystem::path& path) {
  const auto bytes = base::read_file(path, largest_file);
  auto latest = bytes ? latest_of(*bytes) : std::nullopt;
  if (!latest) return std::nullopt;
  return std::move(latest->state);
}

std::vector<Checkpoint> CheckpointGuard::peek_all(const std::filesystem::path& path) {
  std::vector<Checkpoint> all;
  const auto kept = path.filename().string() + ".";
  const auto folder = std::filesystem::absolute(path).parent_path();
  if (!std::filesystem::exists(folder)) return all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    const bool is_kept = name.starts_with(kept) && parse_decimal(name.substr(kept.size()), largest_number);
    if (name != path.filename() && !is_kept) continue;
    if (auto found = peek(entry.path())) all.push_back(std::move(*found));
  }
  return all;
}

CheckpointGuard::CheckpointGuard(base::FileLock lock, int descriptor, std::uint64_t turn, Checkpoint stored)
    : lock_(std::move(lock)), descriptor_(descriptor), turn_(turn), stored_(std::move(stored)) {}

CheckpointGuard::CheckpointGuard(CheckpointGuard&& other) noexcept
    : lock_(std::move(other.lock_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      turn_(other.turn_),
      stored_(std::move(other.stored_)),
      attempted_(std::move(other.attempted_)) {}

CheckpointGuard::~CheckpointGuard() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void CheckpointGuard::write_slot_of(std::uint64_t turn, const Checkpoint& state) {
  const std::string slot = write_slot({turn, state});
  const auto place = static_cast<off_t>(turn % 2 * slot_size);
  if (store::failpoint::hit("guard.write") ||
      ::pwrite(descriptor_, slot.data(), slot.size(), place) != static_cast<ssize_t>(slot.size()))
    throw std::system_error(errno, std::generic_category(), "writing the checkpoint store");
}

void CheckpointGuard::sync() {
  if (store::failpoint::hit("guard.sync") || ::fdatasync(descriptor_) != 0)
    throw std::system_error(errno, std::generic_category(), "syncing the checkpoint store");
}

void CheckpointGuard::swap(const Checkpoint& expected, const Checkpoint& next) {
  const auto latest = latest_of(read_slots(descriptor_));
  const bool as_stored = latest && latest->turn == turn_ && latest->state == stored_;
  const bool as_attempted = latest && attempted_ && latest->turn == turn_ + 1 && latest->state == *attempted_;
  if (expected != stored_ || (!as_stored && !as_attempted))
    throw std::runtime_error("the checkpoint store holds another tree than this process stored: nothing may be signed");
  write_slot_of(turn_ + 1, next);
  attempted_ = next;
  sync();
  ++turn_;
  stored_ = next;
  attempted_.reset();
}

}  // namespace alting::ledger
