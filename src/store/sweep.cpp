#include "store/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/log.h"

namespace alting::store {
namespace {

constexpr auto begin_again = base::Duration::days(7);
constexpr std::string_view rule_of_keys = "store.orphan_key";
constexpr std::string_view swept_to = "keys_swept_to";
constexpr std::string_view began_at = "keys_sweep_began_at";
constexpr std::string_view held_until = "keys_held_until";

std::string setting(Tx& tx, std::string_view name) {
  const auto row = tx.query_one("SELECT value FROM store_setting WHERE name = ?", {name});
  return row ? row->text(0) : std::string();
}

void set_setting(Tx& tx, std::string_view name, std::string_view value) {
  tx.run(
      "INSERT INTO store_setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      {name, value});
}

void write_setting(Database& database, std::string_view name, std::string_view value) {
  const auto done = database.write([&](Tx& tx) -> base::Status {
    set_setting(tx, name, value);
    return {};
  });
  if (!done) throw DatabaseError("how far the keys were swept could not be written");
}

base::Instant instant_in(const std::string& text) {
  std::int64_t micros = 0;
  std::from_chars(text.data(), text.data() + text.size(), micros);
  return {micros};
}

// What a table holds that no catalogue speaks of, as that of a newer release, is not known to name no key.
void refuse_unknown_tables(Database& database, const Catalogue& catalogue) {
  const auto names = database.read([&](Tx& tx) {
    return database.engine() == Engine::sqlite
               ? tx.query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
               : tx.query(
                     "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = "
                     "current_schema() AND table_type = 'BASE TABLE'");
  });
  std::set<std::string_view> known;
  for (const auto* table : catalogue.tables()) known.insert(table->name);
  for (const auto& row : names) {
    if (!known.contains(row.text(0)))
      throw DatabaseError(fmt::format("no key is swept: the catalogue does not know the table {}", row.text(0)));
  }
}

}  // namespace

KeySweep::KeySweep(Database& database, Vault& vault, const Catalogue& catalogue, const base::Clock& clock,
                   Options options)
    : database_(database),
      vault_(vault),
      catalogue_(catalogue),
      clock_(clock),
      options_(options),
      naming_(catalogue.naming(terms::NamesWhat::key)) {}

std::int64_t KeySweep::run() {
  try {
    if (window_.empty() && !begin_window()) return 0;
    if (!read_tables()) return 0;
    return erase_window();
  } catch (...) {
    window_.clear();  // looked at again from the beginning: what could not be read is not known to name nothing
    throw;
  }
}

// Keys behind this one that are old enough.
std::vector<base::Uuid> KeySweep::keys_behind(base::Uuid from, base::Instant made_before) {
  constexpr std::size_t at_once = 10'000;
  std::vector<base::Uuid> keys;
  while (keys.size() < options_.window) {
    const auto some = vault_.keys_made_before(made_before, from, std::min(at_once, options_.window - keys.size()));
    if (some.empty()) break;
    keys.insert(keys.end(), some.begin(), some.end());
    from = keys.back();
  }
  return keys;
}

bool KeySweep::begin_window() {
  const auto now = clock_.now();
  const auto made_before = terms::ended_before(catalogue_.rule(rule_of_keys), now);
  if (!made_before || naming_.empty()) return false;
  struct Where {
    std::string swept_to;
    base::Instant began, held;
  };
  const auto where = database_.read([](Tx& tx) {
    return Where{setting(tx, swept_to), instant_in(setting(tx, began_at)), instant_in(setting(tx, held_until))};
  });
  if (now < where.held) return false;
  refuse_unknown_tables(database_, catalogue_);
  auto from = base::Uuid::parse(where.swept_to).value_or(base::Uuid{});
  auto keys = keys_behind(from, *made_before);
  if (keys.empty() && !from.is_nil() && where.began + begin_again <= now) {
    from = {};
    keys = keys_behind(from, *made_before);
  }
  if (keys.empty()) return false;
  if (from.is_nil()) write_setting(database_, began_at, std::to_string(now.micros));
  window_ = std::move(keys);
  named_.assign(window_.size(), false);
  place_ = 0;
  reader_.reset();
  return true;
}

bool KeySweep::read_tables() {
  const auto stop = std::chrono::steady_clock::now() + options_.longest;
  while (place_ < naming_.size()) {
    const auto& [table, columns] = naming_[place_];
    if (!reader_) reader_.emplace(*table, columns);
    const auto rows = reader_->next(database_, options_.rows_at_once);
    for (const auto& row : rows)
      for (const auto& cell : row.cells)
        if (const auto id = key_id_in(cell)) mark(*id);
    if (static_cast<std::int64_t>(rows.size()) < options_.rows_at_once) {
      ++place_;
      reader_.reset();
    }
    if (std::chrono::steady_clock::now() >= stop) break;
  }
  return place_ == naming_.size();
}

void KeySweep::mark(const base::Uuid& id) {
  const auto found = std::ranges::lower_bound(window_, id);
  if (found != window_.end() && *found == id) named_[static_cast<std::size_t>(found - window_.begin())] = true;
}

std::int64_t KeySweep::erase_window() {
  std::vector<base::Uuid> orphans;
  for (std::size_t i = 0; i < window_.size(); ++i)
    if (!named_[i]) orphans.push_back(window_[i]);
  const auto held = database_.read([](Tx& tx) { return instant_in(setting(tx, held_until)); });
  if (clock_.now() < held) {
    window_.clear();
    return 0;
  }
  if (!orphans.empty()) vault_.erase_everywhere(orphans);
  write_setting(database_, swept_to, window_.back().text());
  window_.clear();
  if (!orphans.empty())
    base::log(base::LogLevel::info, "keystore.orphans_erased", {{"keys", static_cast<std::int64_t>(orphans.size())}});
  return static_cast<std::int64_t>(orphans.size());
}

void hold_sweeping(Tx& tx, base::Instant until) {
  if (instant_in(setting(tx, held_until)) < until) set_setting(tx, held_until, std::to_string(until.micros));
}

std::int64_t sweep_files(Database& database, Vault& vault, const Catalogue& catalogue) {
  const auto naming = catalogue.naming(terms::NamesWhat::blob);
  if (naming.empty()) return 0;
  return vault.sweep_orphans([&](const std::vector<std::string>& names) {
    return database.read([&](Tx& tx) {
      std::set<std::string> held;
      for (const auto& [table, columns] : naming)
        for (const auto column : columns)
          for (auto& name : names_held(tx, *table, column, names)) held.insert(std::move(name));
      return held;
    });
  });
}

std::vector<Job> sweeping_jobs(Database& database, Vault& vault, const Catalogue& catalogue, const base::Clock& clock) {
  constexpr auto no_longer_than_needed = "personvernforordningen art. 5 nr. 1 bokstav e";
  return {
      {.code = "sweep_keys",
       .legal_basis = no_longer_than_needed,
       .every = base::Duration::minutes(10),
       .run = [sweep = std::make_shared<KeySweep>(database, vault, catalogue, clock)] { return sweep->run(); }},
      {.code = "sweep_orphans",
       .legal_basis = no_longer_than_needed,
       .every = base::Duration::hours(1),
       .run = [&database, &vault, &catalogue] { return sweep_files(database, vault, catalogue); }},
  };
}

}  // namespace alting::store
