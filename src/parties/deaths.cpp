#include "parties/deaths.h"

#include <algorithm>

#include "base/text.h"
#include "parties/csv.h"
#include "parties/national_id.h"
#include "parties/party_rows.h"
#include "parties/write_rows.h"

namespace alting::parties {
namespace {

constexpr std::size_t death_faults_kept = 100;
constexpr std::size_t deaths_in_a_transaction = 100;

base::Error death_fault(std::string_view code, std::string detail) {
  return base::make_error(base::ErrorKind::invalid, std::string(code), std::move(detail));
}

struct DeathHeading {
  char separator = ';';
  std::size_t columns = 0, number = 0, day = 0;
};

base::Result<DeathHeading> read_death_heading(std::string_view line) {
  DeathHeading heading;
  heading.separator = line.find(';') != std::string_view::npos ? ';' : ',';
  ALTING_TRY(names, split_csv_line(line.starts_with("\xef\xbb\xbf") ? line.substr(3) : line, heading.separator));
  heading.columns = names.size();
  for (auto [name, place] : {std::pair{"identifikator", &heading.number}, {"doedsdato", &heading.day}}) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end())
      return death_fault("error.import.heading", std::string("the heading has no column ") + name);
    *place = static_cast<std::size_t>(found - names.begin());
  }
  return heading;
}

// The keyed hash of the number.
base::Result<std::string> read_death(const std::string& line, const DeathHeading& heading, const RegistryParts& parts) {
  ALTING_TRY(fields, split_csv_line(line, heading.separator));
  if (fields.size() < heading.columns) return death_fault("error.import.columns", "a line with too few columns");
  ALTING_TRY(number, read_national_id(fields[heading.number], parts.mode));
  const auto& day = fields[heading.day];
  const auto at = base::is_date(day) ? base::from_oslo(std::stoi(day.substr(0, 4)), std::stoi(day.substr(5, 2)),
                                                       std::stoi(day.substr(8, 2)), 0, 0)
                                     : std::nullopt;
  if (!at || *at > parts.clock.now())
    return death_fault("error.import.date", "the day is no date, or is still to come");
  return parts.numbers.lookup(number);
}

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
  TextStream stream(std::move(source));
  Elements elements(stream);
  if (auto beginning = elements.beginning(); !beginning) return std::move(beginning.error());
  if (elements.is_json()) return death_fault("error.import.heading", "a CSV file with a heading is expected");
  const auto& parts = registry.parts();
  ALTING_TRY(first, elements.next());
  ALTING_TRY(heading, read_death_heading(first ? first->text : ""));
  DeathsReport report;
  std::vector<std::string> ready;
  const auto store_ready = [&] {
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
  for (;;) {
    auto element = elements.next();
    if (!element) {
      store_ready();
      registry.reload();
      return std::move(element.error());
    }
    if (!*element) break;
    if (base::trim((*element)->text).empty()) continue;
    ++report.lines;
    if (auto number = read_death((*element)->text, heading, parts)) {
      ready.push_back(*std::move(number));
    } else {
      ++report.faults;
      if (report.first_faults.size() < death_faults_kept)
        report.first_faults.push_back(
            {(*element)->number, (*element)->offset, number.error().code, number.error().detail});
    }
    if (ready.size() == deaths_in_a_transaction) store_ready();
  }
  store_ready();
  registry.reload();
  write_rows(parts.database, on_done(report));
  return report;
}

}  // namespace alting::parties
