// Changes of national identity numbers from Folkeregisteret, as a file: "this D-number became this fødselsnummer from
// that day". The person stays one party and may log in with either (party_rows.h, change_number).
//
// CSV with a heading, ';' or ',': identifikator, ny_identifikator, fra (YYYY-MM-DD). Bringing the same file again
// changes nothing. A change of somebody who is not known here is passed over: nothing is stored of them.
#pragma once
#include <cstdint>
#include <functional>

#include "parties/fact_lines.h"
#include "parties/registry.h"

namespace alting::parties {

struct NumberChangesReport : FactLines {
  std::int64_t joined = 0;   // a number was added to its party
  std::int64_t known = 0;    // joined before
  std::int64_t unknown = 0;  // of people who are not known here
};
// Asked after the last change for what a transaction of its own then does: the log entry register.imported, made ready.
using NumberChangesDone = std::function<InLastTransaction(const NumberChangesReport&)>;

// error.import.heading, or what Elements says of a broken file; what was taken so far stays.
[[nodiscard]] base::Result<NumberChangesReport> import_number_changes(Registry& registry, ByteSource source,
                                                                      const NumberChangesDone& on_done);

}  // namespace alting::parties
