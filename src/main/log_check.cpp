#include "main/log_check.h"

#include <chrono>

#include "ledger/recheck.h"
#include "main/rooms.h"
#include "store/migrate.h"

namespace alting::main {

namespace {

constexpr auto tell_every = std::chrono::milliseconds(500);

base::Status verdict(const ledger::Recheck& checked, const PrintLine& print) {
  const auto failed = [](std::string why) {
    return base::make_error(base::ErrorKind::conflict, "error.admin", std::move(why));
  };
  if (checked.stopped) return failed("stopped before the end: begin again");
  for (const auto& fault : checked.faults) print(fault);
  print(
      fmt::format("{} logs, {} entries in the tree: {} opened and compared, {} erased; {} accepted and waiting for "
                  "their place",
                  checked.logs, checked.entries, checked.opened, checked.erased, checked.waiting));
  if (checked.faults.empty()) return {};
  return failed(fmt::format("the log is not whole: {} faults",
                            static_cast<std::int64_t>(checked.faults.size()) + checked.more_faults));
}

}  // namespace

base::Status check_log(store::DataFolder& folder, const ledger::LedgerOptions& options, const PrintLine& print) {
  auto last = std::chrono::steady_clock::now();
  const auto checked =
      ledger::recheck(folder.database(), &folder.vault(), options.guard, [&](const ledger::RecheckProgress& progress) {
        const auto now = std::chrono::steady_clock::now();
        if (now - last < tell_every) return true;
        last = now;
        const auto percent = progress.of > 0 ? 100 * progress.entries / progress.of : 100;
        return print(fmt::format("[{:<40}] {:3} %  {} of {} entries of {}",
                                 std::string(static_cast<std::size_t>(percent * 40 / 100), '#'), percent,
                                 progress.entries, progress.of, progress.origin));
      });
  return verdict(checked, print);
}

base::Status check_log_anywhere(const Settings& settings, const PrintLine& print) {
  if (const auto answered = ask_server(settings.data.path, base::Json::object({{"command", "log-check"}}), print))
    return *answered;
  base::SystemRandom random;
  base::SystemClock clock;
  auto options = settings.data;
  options.create = false;
  ALTING_TRY(folder, store::DataFolder::open(options, random, clock));
  store::migrate(folder->database(), clock, all_migrations());
  return check_log(*folder, ledger_options(settings, *folder), print);
}

}  // namespace alting::main
