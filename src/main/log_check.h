// `alting log check`: the whole log, verified again from what is stored.
#pragma once
#include "main/admin.h"
#include "main/settings.h"

namespace alting::main {

// Beside whoever writes the log. An Error when it is not whole, or when `print` ended it.
[[nodiscard]] base::Status check_log(store::DataFolder& folder, const ledger::LedgerOptions& options,
                                     const PrintLine& print);

// Through the server when there is one; else on the folder alone, which works for a log that may not be opened, too.
[[nodiscard]] base::Status check_log_anywhere(const Settings& settings, const PrintLine& print);

}  // namespace alting::main
