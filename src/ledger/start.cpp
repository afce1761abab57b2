// Opening a log: everything that must be true before it may sign again.
#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "ledger/adopt_waiting.h"
#include "ledger/decimal.h"
#include "ledger/ended_log.h"
#include "ledger/engine.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "ledger/log_addresses.h"
#include "ledger/signed_prefix.h"

namespace alting::ledger {

namespace {

using base::ErrorKind;
using base::Result;

// One that no log of this name ever had: the database may be older than a log that was begun since, of which then only
// its key or the checkpoint store knows. The same number again would be another history under one name and one key.
std::int64_t unused_number(const std::vector<LogRow>& all, const LedgerOptions& options) {
  auto last = std::max(all.back().log, SigningKeys(options.keys).newest_log());
  for (const auto& stored : CheckpointGuard::peek_all(options.guard)) last = std::max(last, number_in(stored.origin));
  return last + 1;
}

// The first log of an empty database: secret, checkpoint store, row; each durable before the next, and each found again
// after a crash.
Result<LogRow> begin_first(store::Database& database, const base::Clock& clock, base::Random& random,
                           const LedgerOptions& options) {
  const LogRow row{1, origin_for(options.origin, options.mode, 1), std::string(terms::to_text(options.mode)), 0,
                   empty_root()};
  if (!is_key_name(row.origin) || row.origin.size() > 160)
    return ledger_error(ErrorKind::invalid, "error.ledger.origin",
                        "a log's origin is at most 150 printable ASCII characters without blanks and '+'");
  const Checkpoint first{row.origin, 0, empty_root()};
  if (std::filesystem::exists(options.guard)) {
    const auto guard = CheckpointGuard::open(options.guard);
    if (!guard) return guard.error();
    if (guard->stored() != first) return behind(guard->stored(), row);
  } else {
    ALTING_CHECK(CheckpointGuard::create(options.guard, first));
  }
  ALTING_TRY(signer, SigningKeys(options.keys).load_or_make(1, 0, row.origin, random));
  const auto vkey = signer.verifier().text();
  return database.write([&](store::Tx& tx) -> Result<LogRow> {
    insert_log(tx, row, clock.now());
    insert_key(tx, 1, {0, vkey, {}, write_key_statement({vkey, {}, {}, {}}), {}});
    return row;
  });
}

// A key whose announcement was not proved before a crash: proves it now, under the old key alone.
Result<KeyStatement> prove_announcement(store::Database& database, Sealer& sealer, const LogRow& row, const KeyRow& key,
                                        const NoteSigner& old, const TreeView& view, const TreeView::Loader& load) {
  const auto found = database.read([&](store::Tx& tx) { return entry(tx, key.entry_id.value_or(base::Uuid{})); });
  const auto text = found ? open_entry(sealer, *found) : std::nullopt;
  if (!text || !found->position)
    return ledger_error(ErrorKind::conflict, "error.ledger.key", "the announcement of a key of the log is missing");
  const auto position = static_cast<std::uint64_t>(*found->position);
  const Checkpoint checkpoint{row.origin, view.size(), view.root()};
  KeyStatement statement{key.vkey, text->canonical, text->salt,
                         TlogProof{position, view.prove(position, load), checkpoint.sign({old})}.text()};
  ALTING_CHECK(database.write([&](store::Tx& tx) -> base::Status {
    set_statement(tx, row.log, key.number, write_key_statement(statement));
    return {};
  }));
  return statement;
}

bool has_position(store::Database& database, const KeyRow& key) {
  const auto found = database.read([&](store::Tx& tx) { return entry(tx, key.entry_id.value_or(base::Uuid{})); });
  return !found || found->position.has_value();
}

struct Keys {
  std::vector<TimedSigner> signers;
  std::vector<KeyStatement> statements;
};

Result<Keys> load_keys(store::Database& database, Sealer& sealer, const LedgerOptions& options, const LogRow& row,
                       const TreeView& view, const TreeView::Loader& load) {
  const SigningKeys files(options.keys);
  Keys all;
  for (const auto& key : database.read([&](store::Tx& tx) { return keys(tx, row.log); })) {
    if (!key.statement && !has_position(database, key))
      break;  // PostgreSQL: announced, but not in the tree yet; not in use either
    ALTING_TRY(signer, files.load(row.log, key.number));
    if (signer.verifier().text() != key.vkey)
      return ledger_error(ErrorKind::conflict, "error.ledger.key",
                          fmt::format("the signing key {} of the log is not the one the database names", key.number));
    if (key.statement) {
      auto statement = read_key_statement(*key.statement);
      if (!statement)
        return ledger_error(ErrorKind::conflict, "error.ledger.key",
                            "the statement of a key of the log cannot be read");
      if (!all.statements.empty()) keep_line_of(*statement, all.statements.back().vkey);
      all.statements.push_back(std::move(*statement));
    } else {
      ALTING_TRY(statement, prove_announcement(database, sealer, row, key, all.signers.back().signer, view, load));
      all.statements.push_back(std::move(statement));
    }
    all.signers.push_back({std::move(signer), key.signs_until});
  }
  if (all.signers.empty()) return ledger_error(ErrorKind::conflict, "error.ledger.key", "the log has no signing key");
  return all;
}

Result<OpenLog> open_log(store::Database& database, store::Vault& vault, const base::Clock& clock,
                         const LedgerOptions& options, const LogRow& row) {
  if (row.mode != terms::to_text(options.mode))
    return ledger_error(ErrorKind::conflict, "error.ledger.mode",
                        fmt::format("the log was made for {} and stays so for life", row.mode));
  auto guard = CheckpointGuard::open(options.guard);
  if (!guard) {
    auto error = guard.error();
    if (error.kind == ErrorKind::not_found)
      error.detail += ": without it nobody knows what was signed. Bring it back from where it was. " +
                      std::string(what_to_do_when_set_back);
    return error;
  }
  auto tree = database.read([&](store::Tx& tx) { return load_tree(tx, row.log, row.size); });
  const auto view = Tree(tree).view();
  const TreeView::Loader load = [&](unsigned level, std::uint64_t number) -> std::shared_ptr<const Tile> {
    return database.read([&](store::Tx& tx) { return load_tile(tx, row.log, level, number); });
  };
  ALTING_CHECK(begins_with_signed(guard->stored(), row, *view, load));
  // Before any key signs this tree, for the proof of another key too.
  const Checkpoint present{row.origin, view->size(), view->root()};
  if (guard->stored() != present) guard->swap(guard->stored(), present);
  Sealer sealer(vault);
  ALTING_TRY(keys, load_keys(database, sealer, options, row, *view, load));
  OpenLog open{row, std::move(tree), nullptr, keys.signers, keys.statements};
  open.publisher = std::make_unique<Publisher>(std::move(*guard), row.origin, std::move(keys.signers),
                                               std::move(keys.statements), clock);
  return open;
}

NewEntry first_entry(const base::Clock& clock, const std::vector<LogRow>& all, std::string_view vkey) {
  NewEntry entry{EventKind::log_created, clock.now()};
  entry.actor.kind = terms::ActorKind::system;
  entry.set(parameter::key, vkey);
  entry.set(parameter::mode, all.back().mode);
  if (all.size() > 1) entry.set(parameter::previous, all[all.size() - 2].origin);
  return entry;
}

}  // namespace

Result<std::unique_ptr<Ledger>> make_ledger(store::Database& database, store::Vault& vault, const base::Clock& clock,
                                            base::Random& random, LedgerOptions options) {
  auto all = database.read([](store::Tx& tx) { return logs(tx); });
  if (all.empty()) {
    ALTING_TRY(row, begin_first(database, clock, random, options));
    all.push_back(std::move(row));
  }
  ALTING_TRY(open, open_log(database, vault, clock, options, all.back()));
  settle_ended_logs(database, options, all);
  auto engine = std::make_unique<Engine>(database, vault, clock, random, std::move(options), std::move(open));
  engine->start();
  if (all.back().size == 0) {
    const auto first = engine->prepare(first_entry(clock, all, engine->verifier_key()));
    const auto handle = database.write([&](store::Tx& tx) -> Result<EntryHandle> { return engine->append(tx, first); });
    if (!handle) return handle.error();
    ALTING_CHECK(engine->await_receipt(*handle));
  }
  Sealer sealer(vault);
  adopt_waiting(database, sealer, clock, random, all.back(), engine->address());
  engine->place_waiting();
  return std::unique_ptr<Ledger>(std::move(engine));
}

base::Status compare_with_guard(store::Database& restored, const std::filesystem::path& guard) {
  // First, since a log that is open may sign more while the database is read.
  const auto stored = CheckpointGuard::peek(guard);
  const auto all = restored.read([](store::Tx& tx) { return logs(tx); });
  if (all.empty()) return {};
  if (!stored)
    return ledger_error(
        ErrorKind::not_found, "error.ledger.guard_missing",
        fmt::format("the checkpoint store {} is missing or cannot be read: bring it back, or begin a new origin",
                    guard.string()));
  const auto view = restored.read([&](store::Tx& tx) { return load_tree(tx, all.back().log, all.back().size); }).view();
  return begins_with_signed(
      *stored, all.back(), *view, [&](unsigned level, std::uint64_t number) -> std::shared_ptr<const Tile> {
        return restored.read([&](store::Tx& tx) { return load_tile(tx, all.back().log, level, number); });
      });
}

bool database_is_newest(const Ledger& log, store::Database& database, const std::filesystem::path& guard) {
  return !log.halted() && compare_with_guard(database, guard).has_value();
}

Result<std::string> begin_new_origin(store::Database& database, const base::Clock& clock, base::Random& random,
                                     const LedgerOptions& options) {
  const auto all = database.read([](store::Tx& tx) { return logs(tx); });
  if (all.empty())
    return ledger_error(ErrorKind::not_found, "error.ledger.no_log",
                        "there is no log in this database yet: it begins by itself");
  if (all.back().mode != terms::to_text(options.mode))
    return ledger_error(ErrorKind::conflict, "error.ledger.mode", "the log's mode stays for life");
  // Held to the end, readable or not.
  auto guard = CheckpointGuard::open(options.guard);
  const auto lock = guard ? std::nullopt : base::FileLock::try_lock(options.guard.string() + ".lock");
  if (!guard && !lock)
    return ledger_error(ErrorKind::unavailable, "error.ledger.guard_held", "stop the program that uses this log first");
  const SigningKeys files(options.keys);
  const auto number = unused_number(all, options);
  const LogRow row{number,     origin_for(options.origin, options.mode, number), all.back().mode, 0, empty_root(),
                   clock.now()};
  ALTING_TRY(signer, files.load_or_make(row.log, 0, row.origin, random));
  const auto& old = all.back();
  const auto ending = guard && guard->stored().origin == old.origin
                          ? end_log(database, files, old, *guard)
                          : end_of(database, files, old, kept_state(options.guard, old.origin));
  const auto statement = tie(ending, files, row);
  CheckpointGuard::begin_anew(options.guard, {row.origin, 0, empty_root()});
  const auto vkey = signer.verifier().text();
  return database.write([&](store::Tx& tx) -> Result<std::string> {
    insert_log(tx, row, row.created_at);
    insert_key(tx, row.log, {0, vkey, {}, write_key_statement({vkey, {}, {}, {}}), {}});
    set_note(tx, old.log, ending.note);
    set_succession(tx, row.log, statement.value_or(""));
    return row.origin;
  });
}

}  // namespace alting::ledger
