#include "parties/number_changes.h"

#include <array>

#include "parties/national_id.h"
#include "parties/party_rows.h"
#include "parties/write_rows.h"

namespace alting::parties {
namespace {

constexpr std::array<std::string_view, 3> change_columns{"identifikator", "ny_identifikator", "fra"};

base::Result<NumberChange> read_change(const std::vector<std::string>& fields, const RegistryParts& parts) {
  ALTING_TRY(was, read_national_id(fields[0], parts.mode));
  ALTING_TRY(became, read_national_id(fields[1], parts.mode));
  if (was == became) return fact_fault("error.import.same_number", "the new number is the old one");
  ALTING_TRY(from, read_past_day(fields[2], parts.clock.now()));
  return NumberChange{std::move(was), std::move(became), from};
}

struct ReadyChange {
  StoredChange change;
  FactPlace at;
};

void count_change(NumberChangesReport& report, NumberChanged outcome, const FactPlace& at) {
  switch (outcome) {
    case NumberChanged::joined: ++report.joined; return;
    case NumberChanged::known_already: ++report.known; return;
    case NumberChanged::nobody: ++report.unknown; return;
    case NumberChanged::two_parties:
      report.note(at, fact_fault("error.import.two_parties", "both numbers have a party of their own here"));
  }
}

}  // namespace

base::Result<NumberChangesReport> import_number_changes(Registry& registry, ByteSource source,
                                                        const NumberChangesDone& on_done) {
  const auto& parts = registry.parts();
  NumberChangesReport report;
  std::vector<ReadyChange> ready;
  const auto take = [&](const std::vector<std::string>& fields, const FactPlace& at) -> base::Status {
    ALTING_TRY(change, read_change(fields, parts));
    ready.push_back({store_form(parts.numbers, change, parts.random), at});
    return {};
  };
  const auto store = [&] {
    std::vector<NumberChanged> outcomes;
    write_rows(parts.database, [&](store::Tx& tx) {
      outcomes.clear();
      for (const auto& one : ready) {
        note_local_number_change(tx, one.change);
        outcomes.push_back(change_number(tx, one.change));
      }
    });
    for (std::size_t i = 0; i < ready.size(); ++i) count_change(report, outcomes[i], ready[i].at);
    ready.clear();
  };
  ALTING_CHECK(read_fact_lines(std::move(source), change_columns, report, take, store));
  write_rows(parts.database, on_done(report));
  return report;
}

}  // namespace alting::parties
