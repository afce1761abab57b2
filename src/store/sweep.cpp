#include "store/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/log.h"
#include "store/row_reader.h"
#include "store/setting_row.h"
#include "store/store_metrics.h"

namespace alting::store {
namespace {

constexpr auto begin_again = base::Duration::days(7);
constexpr std::string_view rule_of_keys = "store.orphan_key";
constexpr std::string_view swept_to = "keys_swept_to";
constexpr std::string_view began_at = "keys_sweep_began_at";
constexpr std::string_view swept_at = "keys_swept_at";
constexpr auto rest = base::Duration::days(1);  // when orphans are too many: reading all again sooner changes nothing

void remember(Database& database, std::string_view name, std::string_view value) {
  const auto done = database.write([&](Tx& tx) -> base::Status {
    write_setting(tx, name, value);
    return {};
  });
  if (!done) throw DatabaseError("how far the keys were swept could not be written");
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
    const auto name = read_one<std::string>(row);
    if (!known.contains(name))
      throw DatabaseError(fmt::format("nothing is swept: the catalogue does not know the table {}", name));
  }
}

}  // namespace

KeySweep::KeySweep(Database& database, Vault& vault, const Catalogue& catalogue, const base::Clock& clock,
                   SweepConditions conditions, Options options)
    : database_(database),
      vault_(vault),
      catalogue_(catalogue),
      clock_(clock),
      conditions_(std::move(conditions)),
      options_(options),
      naming_(catalogue.naming(terms::NamesWhat::key)) {}

std::int64_t KeySweep::run() {
  try {
    if (window_.empty() && !begin_window()) return 0;
    if (!orphans_) {
      if (!read_tables()) return 0;
      find_orphans();
      if (!orphans_) return 0;
    }
    return erase_orphans();
  } catch (...) {
    give_up_window();  // looked at again from the beginning: what could not be read is not known to name nothing
    throw;
  }
}

void KeySweep::give_up_window() {
  window_.clear();
  orphans_.reset();
  erased_ = 0;
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
  if (now < rests_until_ || !conditions_.met()) return false;
  refuse_unknown_tables(database_, catalogue_);
  struct Where {
    std::string swept_to;
    base::Instant began;
  };
  const auto where = database_.read([](Tx& tx) {
    return Where{read_setting(tx, swept_to).value_or(""), instant_in(read_setting(tx, began_at).value_or(""))};
  });
  auto from = base::Uuid::parse(where.swept_to).value_or(base::Uuid{});
  auto keys = keys_behind(from, *made_before);
  if (keys.empty()) remember(database_, swept_at, std::to_string(now.micros));
  if (keys.empty() && !from.is_nil() && where.began + begin_again <= now) {
    from = {};
    keys = keys_behind(from, *made_before);
  }
  if (keys.empty()) return false;
  if (from.is_nil()) remember(database_, began_at, std::to_string(now.micros));
  window_ = std::move(keys);
  named_.assign(window_.size(), false);
  place_ = 0;
  second_reading_ = false;
  reader_.reset();
  return true;
}

// Twice when the first reading leaves any key unnamed: a key whose name moved, while the tables were read, from one that
// was still to be read into one that had been, is seen by the second.
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
    if (place_ == naming_.size() && !second_reading_ && std::ranges::find(named_, false) != named_.end()) {
      second_reading_ = true;
      place_ = 0;
    }
    if (std::chrono::steady_clock::now() >= stop) break;
  }
  return place_ == naming_.size();
}

void KeySweep::mark(const base::Uuid& id) {
  const auto found = std::ranges::lower_bound(window_, id);
  if (found != window_.end() && *found == id) named_[static_cast<std::size_t>(found - window_.begin())] = true;
}

void KeySweep::find_orphans() {
  std::vector<base::Uuid> orphans;
  for (std::size_t i = 0; i < window_.size(); ++i)
    if (!named_[i]) orphans.push_back(window_[i]);
  if (orphans.size() <= options_.max_orphans) {
    too_many_ = 0;
    orphans_ = std::move(orphans);
    return;
  }
  too_many_ = static_cast<std::int64_t>(orphans.size());
  rests_until_ = clock_.now() + rest;
  give_up_window();
  base::log(base::LogLevel::error, "keystore.too_many_orphans", {{"keys", too_many_}});
}

// As many as fit in a run: a stop waits for it. Killed, the window is looked at again.
std::int64_t KeySweep::erase_orphans() {
  const auto stop = std::chrono::steady_clock::now() + options_.longest;
  const auto batch = vault_.begin_erasures();
  std::int64_t gone = 0;
  while (erased_ < orphans_->size() && (gone == 0 || std::chrono::steady_clock::now() < stop)) {
    if (!conditions_.met()) {
      give_up_window();
      break;
    }
    const auto from = orphans_->begin() + static_cast<std::ptrdiff_t>(erased_);
    const std::vector some(
        from, from + static_cast<std::ptrdiff_t>(std::min(options_.erased_at_once, orphans_->size() - erased_)));
    batch->erase_everywhere(some);
    erased_ += some.size();
    gone += static_cast<std::int64_t>(some.size());
  }
  batch->finish();
  if (gone > 0) base::log(base::LogLevel::info, "keystore.orphans_erased", {{"keys", gone}});
  if (orphans_ && erased_ == orphans_->size()) {
    remember(database_, swept_to, window_.back().text());
    give_up_window();
  }
  return gone;
}

std::optional<base::Instant> keys_swept_at(Database& database) {
  const auto text = database.read([](Tx& tx) { return read_setting(tx, swept_at); });
  if (!text) return std::nullopt;
  return instant_in(*text);
}

FileSweep::FileSweep(Database& database, Vault& vault, const Catalogue& catalogue, SweepConditions conditions,
                     std::size_t most)
    : database_(database),
      vault_(vault),
      catalogue_(catalogue),
      conditions_(std::move(conditions)),
      most_(most),
      naming_(catalogue.naming(terms::NamesWhat::blob)) {}

std::set<std::string> FileSweep::named_of(const std::vector<std::string>& names) {
  return database_.read([&](Tx& tx) {
    std::set<std::string> held;
    for (const auto& [table, columns] : naming_)
      for (const auto column : columns)
        for (auto& name : names_held(tx, *table, column, names)) held.insert(std::move(name));
    return held;
  });
}

// Goes through the files twice: the first time it only counts, since how many they are says whether any may go.
std::int64_t FileSweep::run() {
  if (naming_.empty() || !conditions_.met()) return 0;
  refuse_unknown_tables(database_, catalogue_);
  std::set<std::string> orphans;
  std::int64_t gone = vault_.sweep_orphans([&](const std::vector<std::string>& names) {
    const auto held = named_of(names);
    for (const auto& name : names)
      if (!held.contains(name)) orphans.insert(name);
    return std::set(names.begin(), names.end());
  });
  too_many_ = orphans.size() > most_ ? static_cast<std::int64_t>(orphans.size()) : 0;
  if (too_many_ > 0) base::log(base::LogLevel::error, "store.too_many_orphans", {{"files", too_many_}});
  if (orphans.empty() || too_many_ > 0) return gone;
  gone += vault_.sweep_orphans([&](const std::vector<std::string>& names) {
    std::set<std::string> stay(names.begin(), names.end());
    std::vector<std::string> asked;
    for (const auto& name : names)
      if (orphans.contains(name)) asked.push_back(name);
    if (asked.empty() || !conditions_.met()) return stay;
    const auto held = named_of(asked);
    for (const auto& name : asked)
      if (!held.contains(name)) stay.erase(name);
    return stay;
  });
  return gone;
}

std::vector<Job> sweeping_jobs(Database& database, Vault& vault, const Catalogue& catalogue, const base::Clock& clock,
                               base::Metrics& metrics, const SweepOptions& options) {
  constexpr auto no_longer_than_needed = "personvernforordningen art. 5 nr. 1 bokstav e";
  measure_age(metrics, clock,
              {.owner = "key_sweep",
               .name = "alting_key_sweep_age_seconds",
               .help = "Since the sweep of keys last had looked at all that are old enough; +Inf: never.",
               .last = [&database] { return keys_swept_at(database); }});
  const auto gauge = [&metrics](const char* what) {
    return &metrics.gauge("alting_sweep_too_many", "What no row names, when it is so much that none of it went.",
                          {{"what", what}});
  };
  const auto keys =
      std::make_shared<KeySweep>(database, vault, catalogue, clock, SweepConditions(database, clock, options),
                                 KeySweep::Options{.max_orphans = options.max_orphans});
  const auto files = std::make_shared<FileSweep>(database, vault, catalogue, SweepConditions(database, clock, options),
                                                 options.max_orphans);
  const auto run_of = [](auto sweep, base::Gauge* too_many) {
    return [sweep, too_many] {
      const auto count = sweep->run();
      too_many->set(sweep->too_many());
      return count;
    };
  };
  return {
      {.code = "sweep_keys",
       .legal_basis = no_longer_than_needed,
       .every = base::Duration::minutes(10),
       .run = run_of(keys, gauge("keys"))},
      {.code = "sweep_orphans",
       .legal_basis = no_longer_than_needed,
       .every = base::Duration::hours(1),
       .run = run_of(files, gauge("files"))},
  };
}

}  // namespace alting::store
