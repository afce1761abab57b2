#include "store/keystore.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "store/failpoint.h"
#include "store/keystore_migrations.h"
#include "store/migrate.h"
#include "store/row_reader.h"

namespace alting::store {
namespace {

base::Error gone() {
  return base::make_error(base::ErrorKind::gone, "error.document.gone",
                          "no key for this holder: erased, or never given");
}

// A wrap under the nil id tells whether the keystore was made under this master key.
const base::Uuid check_id{};
const Holder check_holder = "check";

void insert_wrap(Tx& tx, const base::Uuid& id, const Holder& holder, base::ByteView wrapped, base::Instant now,
                 std::int64_t epoch) {
  tx.run("INSERT INTO key_wrap (key_id, holder, wrap, created_at, epoch) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
         {Value::octets(id.view()), holder, Value::octets(wrapped), now, epoch});
}

struct FoundWrap {
  base::Bytes wrap;
  std::int64_t epoch;
};
std::optional<FoundWrap> find_wrap(Tx& tx, const base::Uuid& id, const Holder& holder) {
  auto row = tx.query_one("SELECT wrap, epoch FROM key_wrap WHERE key_id = ? AND holder = ?",
                          {Value::octets(id.view()), holder});
  if (!row) return std::nullopt;
  RowReader from(*row);
  return FoundWrap{from.next<base::Bytes>(), from.next<std::int64_t>()};
}

std::filesystem::path epochs_of(const VaultOptions& options) {
  return options.epochs.empty() ? std::filesystem::path(options.keystore.string() + ".epochs") : options.epochs;
}

crypto::SecretBytes of_right_size(crypto::SecretBytes master) {
  if (master.size() != crypto::seal_key_size) throw DatabaseError("the master key has not 32 octets");
  return master;
}

}  // namespace

Keystore::Keystore(const VaultOptions& options, crypto::SecretBytes master, base::Random& random,
                   const base::Clock& clock)
    : erasure_list_(options.erasure_list),
      random_(random),
      clock_(clock),
      database_(open_sqlite(options.keystore, {.readers = 16, .name = "keystore"})),
      ring_(*database_, EpochFiles(epochs_of(options), options.master_file),
            MasterKey{of_right_size(std::move(master)), options.master_is_root}, random, clock),
      cache_(options.cached_keys) {
  migrate(*database_, clock_, {keystore_migrations()});
  ring_.open();
  check_master();
}

void Keystore::check_master() {
  const auto there = database_->read([](Tx& tx) { return find_wrap(tx, check_id, check_holder); });
  if (there) {
    (void)ring_.unwrap(there->epoch, check_id, check_holder, there->wrap);
    return;
  }
  const auto epoch = ring_.current();
  const auto wrapped =
      ring_.wrap(epoch, check_id, check_holder, crypto::SecretBytes::random(random_, crypto::seal_key_size));
  const auto stored = database_->write([&](Tx& tx) -> base::Status {
    insert_wrap(tx, check_id, check_holder, wrapped, clock_.now(), epoch);
    return {};
  });
  if (!stored) throw DatabaseError("the keystore does not take its first row");
}

Keystore::NewKey Keystore::make(std::vector<Holder> holders) const {
  return {base::Uuid::v7(random_, clock_.now()), crypto::SecretBytes::random(random_, crypto::seal_key_size),
          std::move(holders)};
}

// Here, not on the thread that commits for all.
base::Result<std::vector<Keystore::Wrapped>> Keystore::wrap_all(std::span<const NewKey> keys,
                                                                std::span<const ShareRequest> shares) {
  const auto epoch = ring_.current();
  std::vector<Wrapped> wraps;
  std::map<Holder, crypto::SecretBytes> wrapping;  // derived once for all keys of this call
  for (const auto& key : keys) {
    for (const auto& holder : key.holders) {
      auto found = wrapping.find(holder);
      if (found == wrapping.end()) found = wrapping.emplace(holder, ring_.wrapping_key(epoch, holder)).first;
      wraps.push_back({epoch, key.id, holder, ring_.wrap_under(found->second, key.id, holder, key.key)});
    }
  }
  for (const auto& share : shares) {
    for (const auto& id : share.key_ids) {
      ALTING_TRY(key, open(id, share.from));
      wraps.push_back({epoch, id, share.to, ring_.wrap(epoch, id, share.to, key)});
    }
  }
  return wraps;
}

base::Status Keystore::add(std::span<const NewKey> keys, std::span<const ShareRequest> shares) {
  const auto cached = cache_.epoch();
  const auto now = clock_.now();
  for (bool added = false; !added;) {
    ALTING_TRY(wraps, wrap_all(keys, shares));
    if (wraps.empty()) return {};
    ALTING_TRY(done, database_->write([&](Tx& tx) -> base::Result<bool> {
      for (const auto& share : shares) {  // an erasure may have come between
        for (const auto& id : share.key_ids) {
          if (!find_wrap(tx, id, share.from)) return gone();
        }
      }
      // Nor may a wrap come under an epoch that is past by now: it would be left behind.
      if (KeyRing::current_in(tx) != wraps.front().epoch) return false;
      for (const auto& item : wraps) insert_wrap(tx, item.id, item.holder, item.wrap, now, item.epoch);
      return true;
    }));
    added = done;
    if (!added) ring_.refresh();
  }
  for (const auto& key : keys) {
    for (const auto& holder : key.holders) cache_.keep(key.id, holder, key.key, cached);
  }
  return {};
}

base::Result<crypto::SecretBytes> Keystore::open(const base::Uuid& id, const Holder& holder) {
  if (auto cached = cache_.find(id, holder)) return std::move(*cached);
  const auto epoch = cache_.epoch();
  const auto wrapped = database_->read([&](Tx& tx) { return find_wrap(tx, id, holder); });
  if (!wrapped) return gone();
  auto key = ring_.unwrap(wrapped->epoch, id, holder, wrapped->wrap);
  cache_.keep(id, holder, key, epoch);
  return key;
}

// Erasing, step by step:
//   erasure.list      open(O_APPEND) write fsync of the list outside    from here on a restore erases it again
//   keystore.commit   the wraps deleted, the list's rows inserted       see sqlite.cpp
//   erasure.wipe      checkpoint of the WAL, which is emptied           the wrap's octets are in no file any more
// The last is done once for a batch. A kill between leaves a list that says more than was done; whoever asked was told
// nothing, and asks again. A reader of the keystore (a backup) may hold the last step up: the erasure is done and
// acknowledged, no caller is given the key any more, and the WAL is emptied within a second after the reader's end, or
// at the next start.
void Keystore::erase(std::span<const base::Uuid> ids, const Holder& holder) {
  std::vector<Erasure> erasures;
  const auto now = clock_.now();
  for (const auto& id : ids) erasures.push_back({id, holder, now});
  list_and_erase(erasures);
}

// By the holders that are there, so that the list says the same as for one. Nobody is given a wrap meanwhile: a key is
// shared after its document was sent, and what is erased for all never is.
void Keystore::erase_everywhere(std::span<const base::Uuid> ids) {
  const auto now = clock_.now();
  list_and_erase(database_->read([&](Tx& tx) {
    std::vector<Erasure> held;
    for (const auto& id : ids) {
      for (const auto& row : tx.query("SELECT holder FROM key_wrap WHERE key_id = ?", {Value::octets(id.view())}))
        held.push_back({id, read_one<Holder>(row), now});
    }
    return held;
  }));
}

void Keystore::list_and_erase(const std::vector<Erasure>& erasures) {
  if (erasures.empty()) return;
  std::string lines;
  for (const auto& one : erasures) lines += fmt::format("{} {} {}\n", one.at.micros, one.id.text(), one.holder);
  append_to_list(lines);
  erase_rows(erasures);
}

// No error of the erasures: the rows are gone, and the database goes on trying.
void Keystore::wipe() {
  if (failpoint::hit("erasure.wipe") || !database_->checkpoint())
    base::log(base::LogLevel::warning, "keystore.wipe_waits");
}

// What one transaction sees, so that neither a clock nor what comes meanwhile decides what was there.
std::vector<base::Uuid> Keystore::held_by(const Holder& holder) {
  constexpr std::int64_t rows_at_once = 10'000;
  return database_->read([&](Tx& tx) {
    std::vector<base::Uuid> ids;
    for (bool more = true; more;) {
      const base::Uuid last = ids.empty() ? check_id : ids.back();  // the keystore's own row is no holder's
      const auto rows = tx.query("SELECT key_id FROM key_wrap WHERE holder = ? AND key_id > ? ORDER BY key_id LIMIT ?",
                                 {holder, Value::octets(last.view()), rows_at_once});
      for (const auto& row : rows) ids.push_back(read_one<base::Uuid>(row));
      more = static_cast<std::int64_t>(rows.size()) == rows_at_once;
    }
    return ids;
  });
}

void Keystore::drop(std::span<const base::Uuid> ids, const Holder& holder) {
  for (const auto& id : ids) cache_.forget(id, holder);
  const auto done = database_->write([&](Tx& tx) -> base::Status {
    for (const auto& id : ids)
      tx.run("DELETE FROM key_wrap WHERE key_id = ? AND holder = ?", {Value::octets(id.view()), holder});
    return {};
  });
  if (!done) throw DatabaseError("the keystore refused to drop keys");
}

void Keystore::note(std::string_view words) const {
  append_to_list(fmt::format("{} {}\n", clock_.now().micros, words));
}

void Keystore::append_to_list(std::string_view lines) const {
  const int file = ::open(erasure_list_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) throw DatabaseError("cannot open the erasure list");
  // A line that a crash or a full disk cut off must not swallow the next one.
  const std::string text = "\n" + std::string(lines);
  bool written = !failpoint::hit("erasure.list");
  written = written && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  written = written && ::fsync(file) == 0;
  ::close(file);
  if (!written) throw DatabaseError("cannot write the erasure list");
  base::sync_directory(erasure_list_.parent_path());  // also when it was there: who made it may not have come this far
}

void Keystore::erase_rows(std::span<const Erasure> erasures) {
  // However the commit ends: when it is not known whether the wrap is there, memory is not to be asked.
  struct Forget {
    KeyCache& cache;
    std::span<const Erasure> erasures;
    ~Forget() {
      for (const auto& erasure : erasures) cache.forget(erasure.id, erasure.holder);
    }
  };
  const Forget forget{cache_, erasures};
  const auto done = database_->write([&](Tx& tx) -> base::Status {
    for (const auto& erasure : erasures) {
      const auto id = Value::octets(erasure.id.view());
      tx.run("DELETE FROM key_wrap WHERE key_id = ? AND holder = ?", {id, erasure.holder});
      tx.run("INSERT INTO erased_key (key_id, holder, erased_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
             {id, erasure.holder, erasure.at});
    }
    return {};
  });
  if (!done) throw DatabaseError("an erasure was refused");
}

int Keystore::replay(std::string_view lines) {
  std::vector<Erasure> erasures;
  for (const auto line : base::split(lines, '\n')) {
    const auto words = base::split(line, ' ');
    if (words.size() != 3) continue;
    std::int64_t at = 0;
    const auto [end, fault] = std::from_chars(words[0].data(), words[0].data() + words[0].size(), at);
    const auto id = base::Uuid::parse(words[1]);
    if (fault != std::errc{} || end != words[0].data() + words[0].size() || !id || words[2].empty()) continue;
    erasures.push_back({*id, Holder(words[2]), {at}});
  }
  for (std::span<const Erasure> rest(erasures); !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), erased_at_once));
    erase_rows(some);
    rest = rest.subspan(some.size());
  }
  if (!erasures.empty()) wipe();
  return static_cast<int>(erasures.size());
}

Vault::Counts Keystore::counts() {
  return database_->read([&](Tx& tx) -> Vault::Counts {
    return {read_one<std::int64_t>(tx, "SELECT count(*) FROM key_wrap"),
            read_one<std::int64_t>(tx, "SELECT count(*) FROM erased_key")};
  });
}

}  // namespace alting::store
