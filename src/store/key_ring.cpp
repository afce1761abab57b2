#include "store/key_ring.h"

#include <algorithm>

#include "base/file.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "store/failpoint.h"
#include "store/row_reader.h"

namespace alting::store {
namespace {

bool in_use(const KeyEpoch& epoch) { return epoch.in_use_at.has_value() && !epoch.destroyed_at; }

const KeyEpoch* current_of(const std::vector<KeyEpoch>& all) {
  const KeyEpoch* current = nullptr;
  for (const auto& epoch : all) {
    if (epoch.in_use_at) current = &epoch;
  }
  return current;
}

std::vector<KeyEpoch> rows_in(Tx& tx) {
  std::vector<KeyEpoch> all;
  for (const auto& row :
       tx.query("SELECT epoch, made_at, in_use_at, settled_at, destroyed_at, proof FROM key_epoch ORDER BY epoch")) {
    RowReader from(row);
    all.push_back({.number = from.next<std::int64_t>(),
                   .made_at = from.next<base::Instant>(),
                   .in_use_at = from.next<std::optional<base::Instant>>(),
                   .settled_at = from.next<std::optional<base::Instant>>(),
                   .destroyed_at = from.next<std::optional<base::Instant>>(),
                   .proof = from.next<base::Bytes>()});
  }
  return all;
}

}  // namespace

// When an epoch was settled, no wrap was under an older one.
std::vector<std::int64_t> needed_epochs(const std::vector<KeyEpoch>& all) {
  std::vector<std::int64_t> needed;
  for (auto epoch = all.rbegin(); epoch != all.rend(); ++epoch) {
    if (!epoch->in_use_at) continue;
    needed.push_back(epoch->number);
    if (epoch->settled_at) break;
  }
  std::reverse(needed.begin(), needed.end());
  return needed;
}

KeyRing::KeyRing(SqliteDatabase& database, EpochFiles files, MasterKey master, base::Random& random,
                 const base::Clock& clock)
    : database_(database),
      files_(std::move(files)),
      master_(std::move(master)),
      root_(root_of(master_)),
      random_(random),
      clock_(clock) {}

std::vector<KeyEpoch> KeyRing::rows() const {
  return database_.read([](Tx& tx) { return rows_in(tx); });
}

crypto::SecretBytes KeyRing::material(std::int64_t epoch, const crypto::SecretBytes& key) const {
  if (epoch == 0) return key.duplicate();
  return crypto::SecretBytes(base::Bytes(root_.reveal()) + base::Bytes(key.reveal()));
}

base::Bytes KeyRing::proof_of(std::int64_t epoch, const crypto::SecretBytes& key) const {
  return base::Bytes(crypto::hkdf_sha256(material(epoch, key).reveal(), {}, "alting epoch proof 1", 16).reveal());
}

std::optional<crypto::SecretBytes> KeyRing::key_of(std::int64_t epoch) const {
  if (epoch > 0) return files_.read(epoch);
  if (master_.is_root) return std::nullopt;
  return master_.octets.duplicate();
}

crypto::SecretBytes KeyRing::wrapping_key(std::int64_t epoch, const Holder& holder) const {
  const std::shared_lock lock(mutex_);
  const auto found = materials_.find(epoch);
  if (found == materials_.end()) throw DatabaseError(fmt::format("the key of epoch {} is not in keys/epochs", epoch));
  const auto info = epoch == 0 ? "alting key wrap 1 " + holder : fmt::format("alting key wrap 2 {} {}", epoch, holder);
  return crypto::hkdf_sha256(found->second.reveal(), {}, info, crypto::seal_key_size);
}

base::Bytes KeyRing::wrap(std::int64_t epoch, const base::Uuid& id, const Holder& holder,
                          const crypto::SecretBytes& key) const {
  return wrap_under(wrapping_key(epoch, holder), id, holder, key);
}

base::Bytes KeyRing::wrap_under(const crypto::SecretBytes& wrapping, const base::Uuid& id, const Holder& holder,
                                const crypto::SecretBytes& key) const {
  return crypto::seal(wrapping, key.reveal(), base::Bytes(id.view()) + holder, random_);
}

crypto::SecretBytes KeyRing::unwrap(std::int64_t epoch, const base::Uuid& id, const Holder& holder,
                                    base::ByteView wrapped) {
  const bool known = [&] {
    const std::shared_lock lock(mutex_);
    return materials_.contains(epoch);
  }();
  if (!known) refresh();
  auto key = crypto::open_secret(wrapping_key(epoch, holder), wrapped, base::Bytes(id.view()) + holder);
  if (!key) throw DatabaseError("a key of the keystore does not open: another master key, or damage");
  return std::move(*key);
}

std::int64_t KeyRing::current() const {
  const std::shared_lock lock(mutex_);
  return current_;
}

std::int64_t KeyRing::current_in(Tx& tx) {
  return read_one<std::int64_t>(tx, "SELECT COALESCE(MAX(epoch), 0) FROM key_epoch WHERE in_use_at IS NOT NULL");
}

void KeyRing::refresh() {
  const auto all = rows();
  std::map<std::int64_t, crypto::SecretBytes> materials;
  for (const auto& epoch : all) {
    if (epoch.destroyed_at) continue;
    const auto key = key_of(epoch.number);
    if (!key) continue;
    if (proof_of(epoch.number, *key) != epoch.proof)
      throw DatabaseError(fmt::format("the key of epoch {} or the master key is another keystore's", epoch.number));
    materials.emplace(epoch.number, material(epoch.number, *key));
  }
  const auto* current = current_of(all);
  const std::unique_lock lock(mutex_);
  materials_ = std::move(materials);
  current_ = current == nullptr ? 0 : current->number;
}

// Making an epoch, step by step. It is always there before it is used, so that copies of keys/ have it in time.
//   epoch.file     write, fsync, rename of keys/epochs/<n>.key, fsync of its folder
//   epoch.row      COMMIT: the row, with a proof that tells this key from another
// A kill between leaves a file that no row knows: the next start takes it for the next epoch.
void KeyRing::make_next() {
  std::int64_t number = 1;
  for (const auto& epoch : rows()) number = std::max(number, epoch.number + 1);
  for (const auto there : files_.numbers()) number = std::max(number, there + 1);
  const auto key = crypto::SecretBytes::random(random_, crypto::seal_key_size);
  files_.make(number, key);
  insert_row(number, key, std::nullopt);
}

void KeyRing::insert_row(std::int64_t epoch, const crypto::SecretBytes& key, std::optional<base::Instant> in_use_at) {
  const auto proof = proof_of(epoch, key);
  const auto now = clock_.now();
  // What begins in use has nothing before it.
  set("epoch.row",
      "INSERT INTO key_epoch (epoch, made_at, in_use_at, settled_at, proof) VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT DO NOTHING",
      {epoch, now, in_use_at, in_use_at, Value::octets(proof)});
}

void KeyRing::set(std::string_view step, std::string_view sql, std::initializer_list<Value> values) {
  failpoint::pass(step);
  const auto done = database_.write([&](Tx& tx) -> base::Status {
    tx.run_with(sql, std::span<const Value>(values.begin(), values.size()));
    return {};
  });
  if (!done) throw DatabaseError("the keystore refused a change of its epochs");
}

// Keys that no row knows: made before a kill, or in a copy of keys/ that is newer than this copy of the keystore.
void KeyRing::adopt_files() {
  const auto all = rows();
  std::int64_t newest = 0;
  for (const auto& epoch : all) newest = std::max(newest, epoch.number);
  for (const auto number : files_.numbers()) {
    if (number <= newest) continue;
    if (const auto key = files_.read(number)) insert_row(number, *key, std::nullopt);
  }
}

void KeyRing::open() {
  adopt_files();
  auto all = rows();
  if (current_of(all) == nullptr) {
    const bool landed =
        database_.read([](Tx& tx) { return tx.query_one("SELECT 1 FROM key_wrap LIMIT 1").has_value(); });
    if (landed) {  // from before there were epochs
      if (master_.is_root) throw DatabaseError("the master key that this keystore is under was destroyed");
      insert_row(0, master_.octets, clock_.now());
    } else {
      if (all.empty()) make_next();
      use_next(rows());
    }
  }
  require_needed();
  for (const auto& epoch : rows()) {  // a next one that an older copy of keys/ does not have: its number is spent
    if (!epoch.in_use_at && !epoch.destroyed_at && !key_of(epoch.number))
      set("epoch.spent", "UPDATE key_epoch SET destroyed_at = ? WHERE epoch = ?", {clock_.now(), epoch.number});
  }
  all = rows();
  const auto current = current_of(all)->number;
  if (std::none_of(all.begin(), all.end(), [&](const auto& e) { return e.number > current && !e.destroyed_at; }))
    make_next();
  refresh();
}

void KeyRing::require_needed() {
  refresh();
  const auto needed = needed_epochs(rows());
  const std::shared_lock lock(mutex_);
  for (const auto number : needed) {
    if (!materials_.contains(number))
      throw DatabaseError(fmt::format("keys/epochs/{}.key is missing: without it documents cannot be opened", number));
  }
}

// Coming into use:
//                  the next but one is made, as above
//   epoch.use      COMMIT: from here on new wraps are under it (a wrap that was made under the one before is made anew,
//                  for whoever adds one compares in the commit: keystore.cpp)
void KeyRing::use_next(const std::vector<KeyEpoch>& all) {
  const auto* current = current_of(all);
  std::vector<std::int64_t> unused;
  for (const auto& epoch : all) {
    if (!epoch.in_use_at && !epoch.destroyed_at && (current == nullptr || epoch.number > current->number))
      unused.push_back(epoch.number);
  }
  if (unused.size() < 2) make_next();
  if (unused.empty()) return;  // the one just made is used no sooner than copies of keys/ can have it
  const auto now = clock_.now();
  // The first of a keystore has nothing before it that would have to be made anew.
  const auto settled = current == nullptr ? std::optional(now) : std::nullopt;
  set("epoch.use", "UPDATE key_epoch SET in_use_at = ?, settled_at = ? WHERE epoch = ? AND in_use_at IS NULL",
      {now, settled, unused.front()});
  refresh();
  base::log(base::LogLevel::info, "keystore.epoch_in_use", {{"epoch", unused.front()}});
}

// The job, step by step. Each step may be repeated, by this process or another, after whatever interruption.
//                  (keys whose row says destroyed, and whose file a kill has left, are destroyed)
//   epoch.use      see above; thirty days after all wraps came under the current
//   epoch.rewrap   COMMIT: some wraps, under the current in place of an older; one that was erased meanwhile stays erased
//   epoch.settle   COMMIT: none is under an older any more; the next thirty days count from here
//   epoch.past     COMMIT: the row of each epoch before the one before says destroyed
//                  then its key, see epoch_files.cpp
// So no key is destroyed before the wraps it opens are made anew and durable, nor before copies of them are too old.
std::int64_t KeyRing::turn(std::int64_t most) {
  const std::lock_guard turning(turning_);
  refresh();
  destroy_past();
  auto all = rows();
  const auto* current = current_of(all);
  if (current->settled_at && clock_.now() - *current->settled_at >= keystore_retention) use_next(all);
  all = rows();
  if (current_of(all)->settled_at) return 0;
  const auto done = rewrap(most);
  if (reached_id_.empty() && settle()) destroy_past();
  return done;
}

// Goes on after the last it reached; at the end it is empty again.
std::int64_t KeyRing::rewrap(std::int64_t most) {
  constexpr std::size_t at_once = 500;  // one commit of some milliseconds
  std::int64_t done = 0;
  while (done < most) {
    const auto wraps = database_.read([&](Tx& tx) {
      std::vector<Wrap> some;
      for (const auto& row :
           tx.query("SELECT key_id, holder, wrap, epoch FROM key_wrap WHERE (key_id, holder) > (?, ?) ORDER BY key_id, "
                    "holder LIMIT ?",
                    {Value::octets(reached_id_), reached_holder_, static_cast<std::int64_t>(at_once)})) {
        RowReader from(row);
        some.push_back({.key_id = from.next<base::Bytes>(),
                        .holder = from.next<std::string>(),
                        .wrap = from.next<base::Bytes>(),
                        .epoch = from.next<std::int64_t>()});
      }
      return some;
    });
    done += rewrap_some(wraps);
    if (wraps.size() < at_once) {
      reached_id_.clear();
      reached_holder_.clear();
      break;
    }
    reached_id_ = wraps.back().key_id;
    reached_holder_ = wraps.back().holder;
  }
  return done;
}

base::Bytes KeyRing::wrapped_anew(std::int64_t epoch, const Wrap& old) {
  const auto id = base::Uuid::from_octets(old.key_id);
  if (!id) throw DatabaseError("the keystore names a key by other than 16 octets");
  return wrap(epoch, *id, old.holder, unwrap(old.epoch, *id, old.holder, old.wrap));
}

std::int64_t KeyRing::rewrap_some(const std::vector<Wrap>& wraps) {
  const auto epoch = current();
  struct Rewrapped {
    const Wrap* old;
    base::Bytes wrap;
  };
  std::vector<Rewrapped> all;
  for (const auto& old : wraps) {
    if (old.epoch >= epoch) continue;
    try {
      all.push_back({&old, wrapped_anew(epoch, old)});
    } catch (const DatabaseError&) {  // one that is damaged stays, and with it its epoch
      base::log(base::LogLevel::error, "keystore.rewrap_failed", {{"epoch", old.epoch}});
    }
  }
  if (all.empty()) return 0;
  failpoint::pass("epoch.rewrap");
  const auto changed = database_.write([&](Tx& tx) -> base::Result<std::int64_t> {
    std::int64_t count = 0;
    for (const auto& [old, wrapped] : all)
      count += tx.run("UPDATE key_wrap SET wrap = ?, epoch = ? WHERE key_id = ? AND holder = ? AND epoch = ?",
                      {Value::octets(wrapped), epoch, Value::octets(old->key_id), old->holder, old->epoch});
    return count;
  });
  return changed.value_or(0);
}

bool KeyRing::settle() {
  const auto epoch = current();
  const bool older = database_.read(
      [&](Tx& tx) { return tx.query_one("SELECT 1 FROM key_wrap WHERE epoch < ? LIMIT 1", {epoch}).has_value(); });
  if (older) return false;
  set("epoch.settle", "UPDATE key_epoch SET settled_at = ? WHERE epoch = ? AND settled_at IS NULL",
      {clock_.now(), epoch});
  base::log(base::LogLevel::info, "keystore.epoch_settled", {{"epoch", epoch}});
  return true;
}

void KeyRing::destroy_past() {
  auto all = rows();
  const auto* current = current_of(all);
  std::int64_t before = -1;  // the newest in use before the current
  for (const auto& epoch : all) {
    if (epoch.number < current->number && epoch.in_use_at) before = std::max(before, epoch.number);
  }
  if (current->settled_at) {
    for (const auto& epoch : all) {
      if (epoch.number < before && in_use(epoch))
        set("epoch.past", "UPDATE key_epoch SET destroyed_at = ? WHERE epoch = ?", {clock_.now(), epoch.number});
    }
    all = rows();
  }
  for (const auto& epoch : all) {
    if (!epoch.destroyed_at || !epoch.in_use_at) continue;
    if (epoch.number == 0)
      files_.destroy_master(root_);
    else
      files_.destroy(epoch.number);
  }
  refresh();
}

std::vector<KeyEpoch> KeyRing::epochs() {
  auto all = rows();
  const auto counts = database_.read(
      [](Tx& tx) { return tx.query("SELECT epoch, COUNT(*) FROM key_wrap GROUP BY epoch ORDER BY epoch"); });
  for (auto& epoch : all) {
    epoch.has_key = !epoch.destroyed_at && key_of(epoch.number).has_value();
    for (const auto& row : counts) {
      const auto [number, wraps] = read_row<std::int64_t, std::int64_t>(row);
      if (number == epoch.number) epoch.wraps = wraps;
    }
  }
  return all;
}

base::Status check_epochs(const std::filesystem::path& keystore, const std::filesystem::path& keys) {
  const EpochFiles files(keys / "epochs", keys / "master.key");
  const auto needed = [&]() -> std::vector<std::int64_t> {
    const auto database = open_sqlite(keystore, {.name = "keystore"});
    return database->read([](Tx& tx) -> std::vector<std::int64_t> {
      if (!tx.query_one("SELECT 1 FROM sqlite_schema WHERE name = ?", {"key_epoch"})) return {0};
      return needed_epochs(rows_in(tx));
    });
  }();
  const auto text = base::read_file(keys / "master.key", 1'000);
  const auto master = text ? parse_master_key(*text) : std::nullopt;
  const auto there = files.numbers();
  for (const auto number : needed) {
    if (number == 0 ? master && !master->is_root : files.read(number).has_value()) continue;
    if (there.empty() || number > there.back())
      return base::make_error(base::ErrorKind::conflict, "error.restore.keys_older",
                              fmt::format("the keys given are older than the backup: keys/epochs/{}.key is not among "
                                          "them. Give a copy of keys/ from after the backup, or at most thirty days "
                                          "before it",
                                          number));
    return base::make_error(base::ErrorKind::conflict, "error.restore.epoch_gone",
                            fmt::format("this copy of the keystore belongs to epoch {}, whose key is destroyed: it is "
                                        "more than thirty days old, and nothing in it can be opened with these keys",
                                        number));
  }
  return {};
}

}  // namespace alting::store
