// Deaths from Folkeregisteret, as a file. Who is dead does not log in, so no look-up tells of it.
//
// CSV with a heading, ';' or ',': identifikator, doedsdato (YYYY-MM-DD). Bringing the same file again changes nothing.
// Somebody who is not known here is passed over: nothing is stored of them.
#pragma once
#include <cstdint>
#include <functional>

#include "parties/fact_lines.h"
#include "parties/registry.h"

namespace alting::parties {

struct DeathsReport : FactLines {
  std::int64_t noted = 0;    // people known here, who are dead from now on
  std::int64_t known = 0;    // noted before
  std::int64_t unknown = 0;  // of people who are not known here
};
// Asked after the last line for what a transaction of its own then does: the log entry register.imported, made ready.
using DeathsDone = std::function<InLastTransaction(const DeathsReport&)>;

// error.import.heading, or what Elements says of a broken file; what was taken so far stays.
[[nodiscard]] base::Result<DeathsReport> import_deaths(Registry& registry, ByteSource source,
                                                       const DeathsDone& on_done);

}  // namespace alting::parties
