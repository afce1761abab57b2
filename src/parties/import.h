// Imports from Enhetsregisteret: the open bulk files in their real shape (/enheter/lastned, /underenheter/lastned,
// /roller/totalbestand; JSON arrays, plain or gzip), and role facts with identity as CSV.
//
// An import fills a new generation in transactions of at most some 50 ms and switches it on with one row, so that
// everybody sees the old content or the new and never a mixture. It can be interrupted and goes on from its last chunk
// when the same source comes again. A unit that was there and is no longer counts as struck off, and the roles that it
// had then stay (so bring in units before roles). Open role data is
// stored for display and never gives anybody anything: it has no identities. What cannot be taken is a fault with its
// position; the rest goes on.
//
// CSV columns (by their heading, ';' or ','): organisasjonsnummer, rolle, identifikator (or holder), navn (if any). An
// identifikator is eleven digits, nine digits, or "person:" or "org:" with them. Faults never repeat a national
// identity number.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "parties/import_stream.h"
#include "parties/registry.h"

namespace alting::parties {

enum class ImportKind : std::uint8_t { units, sub_units, open_roles, role_identities };
[[nodiscard]] std::string_view to_text(ImportKind kind);  // "units", "sub-units", "open-roles", "role-identities"

struct ImportFault {
  std::int64_t element = 0;   // number of the element or line, from 1
  std::int64_t offset = 0;    // octets of unpacked text before it
  std::string code, message;  // code: error.import.* or a check's code; message: English
};
struct ImportResult {
  ImportKind kind = ImportKind::units;
  std::int64_t generation = 0;
  std::int64_t elements = 0;  // looked at, with those of an earlier part
  std::int64_t stored = 0;    // rows
  std::int64_t unknown = 0;   // role facts of this run about organisations or holders that are not known here
  std::int64_t faults = 0;    // all; the first hundred of this run follow
  std::vector<ImportFault> first_faults;
  std::int64_t resumed_from = 0;  // elements that were there already
  std::int64_t struck_off = 0;    // units that are no longer in the register
  bool complete = false;          // false: stopped by `progress`; the same source goes on later
};
struct ImportProgress {
  ImportKind kind = ImportKind::units;
  std::int64_t elements = 0, octets_read = 0;
};
// Runs in the transaction that ends an import, perhaps more than once.
using InLastTransaction = std::function<void(store::Tx&)>;
struct ImportOptions {
  std::string source_name;  // a file name or an address without a query; shown, part of the fingerprint
  std::function<bool(const ImportProgress&)> progress;  // after each chunk; false stops
  // Asked before the switching transaction for what it does besides: the log entry register.imported, made ready.
  std::function<InLastTransaction(const ImportResult&)> on_switch;
  bool may_shrink = false;  // else a file with less than half of what is in use is refused
};

// error.import.* for a source that cannot be read, is cut off, or is none of the four kinds; what was stored so far
// stays for later. error.import.nothing when not one row could be stored: the content in use stays in use.
[[nodiscard]] base::Result<ImportResult> import_enhetsregisteret(Registry& registry, ByteSource source,
                                                                 const ImportOptions& options);
[[nodiscard]] base::Result<ImportResult> import_enhetsregisteret_file(Registry& registry,
                                                                      const std::filesystem::path& file,
                                                                      ImportOptions options);

// Deletes the rows of generations that are no longer used, some hundreds at a time, until there are none or `max_rows` or
// some more are gone; how many. A job's: an import is done, and decided by, before it.
[[nodiscard]] std::int64_t sweep_registers(store::Database& database,
                                           std::int64_t max_rows = std::numeric_limits<std::int64_t>::max());
// Builds the graph anew when another generation is in use than it was built from (an import whose reloading failed,
// another process); whether it did.
bool follow_registers(Registry& registry);

}  // namespace alting::parties
