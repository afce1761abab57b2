#include "parties/deaths.h"

#include <algorithm>
#include <array>

#include "parties/national_id.h"
#include "parties/party_rows.h"
#include "parties/write_rows.h"

namespace alting::parties {
namespace {

constexpr std::array<std::string_view, 2> death_columns{"identifikator", "doedsdato"};

enum class DeathNoted : std::uint8_t { noted, known, nobody };

DeathNoted note_death_of(store::Tx& tx, const std::string& number) {
  tx.run("UPDATE local_folkeregister SET status = 'doed' WHERE number = ?", {number});  // behind the demo
  const auto party = find_by_identifier(tx, "national", number);
  if (!party) return DeathNoted::nobody;
  return tx.run("UPDATE person SET dead = 1 WHERE party = ? AND dead = 0", {party->id}) > 0 ? DeathNoted::noted
                                                                                            : DeathNoted::known;
}

}  // namespace

base::Result<DeathsReport> import_deaths(Registry& registry, ByteSource source, const DeathsDone& on_done) {
  const auto& parts = registry.parts();
  DeathsReport report;
  std::vector<std::string> ready;  // keyed hashes of the numbers
  const auto take = [&](const std::vector<std::string>& fields, const FactPlace&) -> base::Status {
    ALTING_TRY(number, read_national_id(fields[0], parts.mode));
    ALTING_CHECK(read_past_day(fields[1], parts.clock.now()));
    ready.push_back(parts.numbers.lookup(number));
    return {};
  };
  const auto store = [&] {
    std::vector<DeathNoted> outcomes;
    write_rows(parts.database, [&](store::Tx& tx) {
      outcomes.clear();
      for (const auto& number : ready) outcomes.push_back(note_death_of(tx, number));
      // What was decided by is decided anew, here and in other processes.
      if (std::ranges::find(outcomes, DeathNoted::noted) != outcomes.end()) (void)next_number(tx, "switch");
    });
    report.noted += std::ranges::count(outcomes, DeathNoted::noted);
    report.known += std::ranges::count(outcomes, DeathNoted::known);
    report.unknown += std::ranges::count(outcomes, DeathNoted::nobody);
    ready.clear();
  };
  auto read = read_fact_lines(std::move(source), death_columns, report, take, store);
  if (report.lines > 0) registry.reload();
  if (!read) return std::move(read.error());
  write_rows(parts.database, on_done(report));
  return report;
}

}  // namespace alting::parties
