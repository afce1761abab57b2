#include "parties/background.h"

#include "parties/contact_points.h"
#include "parties/import.h"
#include "store/row_reader.h"

namespace alting::parties {

std::vector<store::Job> background_jobs(store::Database& database) {
  constexpr std::int64_t rows_at_once = 20'000;  // a second or two
  return {
      // Rows of registers that a later import replaced.
      {.code = "sweep_registers",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav d",
       .every = base::Duration::hours(1),
       .run = [&database] { return sweep_registers(database, rows_at_once); },
       .until_none_left = true},
  };
}

std::vector<store::Job> background_jobs(ContactPoints& contacts, store::HoldsNow holds) {
  return {
      // Addresses that the register has confirmed or replaced do not count as bounced any more.
      {.code = "follow_contact_register",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav d",
       .every = base::Duration::minutes(10),
       .run = [&contacts] { return contacts.follow_changes(); }},
      // What somebody typed and nobody proved to be theirs.
      {.code = "forget_unverified_addresses",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav d og e",
       .every = base::Duration::hours(1),
       .run = [&contacts, holds = std::move(holds)] { return contacts.forget_unverified(holds); },
       .until_none_left = true,
       .counts_itself = true},
  };
}

void count_registers(base::Metrics& metrics, store::Database& database, const base::Clock& clock) {
  metrics.refresh_with("registers", [&metrics, &database, &clock] {
    const auto rows = database.read([](store::Tx& tx) {
      return tx.query(
          "SELECT c.register, COALESCE(g.finished_at, g.started_at) FROM register_current c JOIN register_generation g "
          "ON g.generation = c.generation ORDER BY c.register");
    });
    for (const auto& row : rows) {
      const auto [name, brought_in] = store::read_row<std::string, base::Instant>(row);
      metrics.gauge("alting_import_age_seconds", "Since the register was brought in last.", {{"register", name}})
          .set((clock.now() - brought_in).micros / 1'000'000);
    }
  });
}

}  // namespace alting::parties
