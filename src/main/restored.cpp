#include "main/restored.h"

#include "base/log.h"
#include "events/restored.h"
#include "inbox/restored.h"
#include "instances/restored.h"
#include "ledger/eraser.h"
#include "login/restored.h"
#include "main/rooms.h"
#include "privacy/erasure.h"
#include "privacy/outside_lines.h"
#include "store/erased_rows.h"
#include "store/failpoint.h"
#include "store/migrate.h"
#include "store/sweep.h"

namespace alting::main {
namespace {

void pass_over_event_numbers(store::Database& database, const base::Clock& clock) {
  const auto passed = database.write([&](store::Tx& tx) -> base::Status {
    events::pass_over_numbers(tx, clock.now());
    return {};
  });
  if (!passed) throw store::DatabaseError("the numbers of events could not be passed over");
}

}  // namespace

void erase_entries_again(store::DataFolder& restored, const base::Clock& clock, const std::vector<base::Bytes>& lists) {
  store::migrate(restored.database(), clock, all_migrations());  // the backup may be of an older release
  hold_sweeping(restored.database(), clock);
  ledger::replay_erasures(restored.database(), restored.vault(), clock, lists);
  store::failpoint::pass("restore.entries");
}

std::int64_t erase_rows_again(store::DataFolder& restored, const base::Clock& clock,
                              const std::vector<base::Bytes>& lists) {
  const auto catalogue = all_catalogues();
  const auto put_back = privacy::put_back_outside(restored.database(), lists);
  if (put_back > 0) base::log(base::LogLevel::info, "restore.put_back", {{"rows", put_back}});
  store::failpoint::pass("restore.put_back");
  const auto erased = store::erase_rows_again(restored.database(), restored.vault(), catalogue, lists) +
                      instances::remove_forms_again(restored.database(), restored.vault(), lists) +
                      inbox::remove_messages_again(restored.database(), restored.vault(), lists, clock.now());
  store::failpoint::pass("restore.rows");
  const auto ordered = privacy::erase_orders_again(restored.database(), catalogue, lists, clock.now());
  store::failpoint::pass("restore.orders");
  const auto ended = restored.database().write(
      [&](store::Tx& tx) -> base::Result<std::int64_t> { return login::end_all_restored(tx, clock.now()); });
  pass_over_event_numbers(restored.database(), clock);
  store::failpoint::pass("restore.done");
  return erased + ordered + ended.value();
}

void erase_again_in(store::RestoreOptions& options, const base::Clock& clock) {
  options.erase_again = [&clock](store::DataFolder& restored, const std::vector<base::Bytes>& lists) {
    erase_entries_again(restored, clock, lists);
  };
  options.erase_rows = [&clock](store::DataFolder& restored, const std::vector<base::Bytes>& lists) {
    return erase_rows_again(restored, clock, lists);
  };
}

void hold_sweeping(store::Database& database, const base::Clock& clock) {
  const auto held = database.write([&](store::Tx& tx) -> base::Status {
    store::hold_sweeping(tx, clock.now() + store::keystore_retention);
    return {};
  });
  if (!held) throw store::DatabaseError("the sweeping of keys could not be held");
}

base::Result<std::string> begin_origin_held(store::DataFolder& folder, const base::Clock& clock, base::Random& random,
                                            const ledger::LedgerOptions& log) {
  hold_sweeping(folder.database(), clock);
  pass_over_event_numbers(folder.database(), clock);
  return ledger::begin_new_origin(folder.database(), clock, random, log);
}

}  // namespace alting::main
