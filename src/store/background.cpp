#include "store/background.h"

#include "store/once.h"
#include "store/quota.h"

namespace alting::store {
namespace {

std::int64_t in_a_write(Database& database, const std::function<std::int64_t(Tx&)>& work) {
  return database.write([&](Tx& tx) -> base::Result<std::int64_t> { return work(tx); }).value();
}

// Files that no row names, because their transaction never came: gone after 24 hours.
std::int64_t sweep_orphans(Database& database, Vault& vault, const std::vector<BlobsNamed>& named) {
  return vault.sweep_orphans([&](const std::vector<std::string>& names) {
    return database.read([&](Tx& tx) {
      std::set<std::string> all;
      for (const auto& of_room : named) all.merge(of_room(tx, names));
      return all;
    });
  });
}

}  // namespace

std::vector<Job> background_jobs(Database& database, Vault& vault, const base::Clock& clock,
                                 std::vector<BlobsNamed> named) {
  constexpr auto no_longer_than_needed = "personvernforordningen art. 5 nr. 1 bokstav e";
  constexpr auto kept_ids = base::Duration::days(1);  // catalogue.toml
  constexpr std::int64_t wraps_at_once = 50'000;      // of a keystore: a second or so
  const auto hourly = base::Duration::hours(1);
  return {
      {.code = "forget_posts",
       .legal_basis = no_longer_than_needed,
       .every = hourly,
       .run =
           [&database, &clock] {
             return in_a_write(database, [&](Tx& tx) { return forget_once(tx, clock.now() - kept_ids); });
           },
       .until_none_left = true},
      {.code = "forget_spent",
       .legal_basis = no_longer_than_needed,
       .every = hourly,
       .run = [&database,
               &clock] { return in_a_write(database, [&](Tx& tx) { return forget_spent(tx, clock.now()); }); },
       .until_none_left = true},
      {.code = "sweep_orphans",
       .legal_basis = no_longer_than_needed,
       .every = hourly,
       .run = [&database, &vault, named = std::move(named)] { return sweep_orphans(database, vault, named); }},
      // The keys that wrap change each month, so that no copy of the keystore opens for much longer than it is kept
      // (key_ring.h).
      {.code = "turn_key_epochs",
       .legal_basis = "personvernforordningen art. 17, art. 32 nr. 1 bokstav a",
       .every = hourly,
       .run = [&vault] { return vault.turn_keys(wraps_at_once); },
       .until_none_left = true},
  };
}

}  // namespace alting::store
