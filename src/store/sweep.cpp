#include "store/sweep.h"

#include <fmt/format.h>

#include <charconv>

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
    if (!last_ && !begin_window()) return 0;
    if (!read_tables()) return 0;
    return erase_window();
  } catch (...) {
    last_.reset();  // looked at again from the beginning: what could not be read is not known to name nothing
    throw;
  }
}

bool KeySweep::begin_window() {
  const auto now = clock_.now();
  const auto made_before = terms::ended_before(catalogue_.rule(rule_of_keys), now);
  if (!made_before || naming_.empty()) return false;
  struct Where {
    std::string swept_to;
    base::Instant began, held;
  };
  auto where = database_.read([](Tx& tx) {
    return Where{setting(tx, swept_to), instant_in(setting(tx, began_at)), instant_in(setting(tx, held_until))};
  });
  if (now < where.held) return false;
  refuse_unknown_tables(database_, catalogue_);
  auto from = base::Uuid::parse(where.swept_to).value_or(base::Uuid{});
  auto keys = vault_.keys_made_before(*made_before, from, options_.window);
  if (keys.empty() && !from.is_nil() && where.began + begin_again <= now) {
    from = {};
    keys = vault_.keys_made_before(*made_before, from, options_.window);
  }
  if (keys.empty()) return false;
  if (from.is_nil()) {
    const auto noted = database_.write([&](Tx& tx) -> base::Status {
      set_setting(tx, began_at, std::to_string(now.micros));
      return {};
    });
    if (!noted) return false;
  }
  last_ = keys.back();
  unnamed_ = {keys.begin(), keys.end()};
  place_ = 0;
  reader_.reset();
  return true;
}

bool KeySweep::read_tables() {
  for (std::size_t batch = 0; batch < options_.batches && place_ < naming_.size(); ++batch) {
    const auto& [table, columns] = naming_[place_];
    if (!reader_) reader_.emplace(*table, columns);
    const auto rows = reader_->next(database_, options_.rows_at_once);
    for (const auto& row : rows)
      for (const auto& cell : row.cells)
        if (const auto id = key_id_in(cell)) unnamed_.erase(*id);
    if (static_cast<std::int64_t>(rows.size()) < options_.rows_at_once) {
      ++place_;
      reader_.reset();
    }
  }
  return place_ == naming_.size();
}

std::int64_t KeySweep::erase_window() {
  const std::vector<base::Uuid> orphans(unnamed_.begin(), unnamed_.end());
  const auto held = database_.read([](Tx& tx) { return instant_in(setting(tx, held_until)); });
  if (clock_.now() < held) {
    last_.reset();
    return 0;
  }
  if (!orphans.empty()) vault_.erase_everywhere(orphans);
  const auto noted = database_.write([&](Tx& tx) -> base::Status {
    set_setting(tx, swept_to, last_->text());
    return {};
  });
  if (!noted) throw DatabaseError("how far the keys were swept could not be written");
  last_.reset();
  unnamed_.clear();
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
  const auto hourly = base::Duration::hours(1);
  return {
      {.code = "sweep_keys",
       .legal_basis = no_longer_than_needed,
       .every = hourly,
       .run = [sweep = std::make_shared<KeySweep>(database, vault, catalogue, clock)] { return sweep->run(); }},
      {.code = "sweep_orphans",
       .legal_basis = no_longer_than_needed,
       .every = hourly,
       .run = [&database, &vault, &catalogue] { return sweep_files(database, vault, catalogue); }},
  };
}

}  // namespace alting::store
