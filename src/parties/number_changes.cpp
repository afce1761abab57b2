#include "parties/number_changes.h"

#include "base/text.h"
#include "parties/csv.h"
#include "parties/national_id.h"
#include "parties/party_rows.h"
#include "parties/write_rows.h"

namespace alting::parties {
namespace {

constexpr std::size_t change_faults_kept = 100;
constexpr std::size_t changes_in_a_transaction = 100;

base::Error change_fault(std::string_view code, std::string detail) {
  return base::make_error(base::ErrorKind::invalid, std::string(code), std::move(detail));
}

struct Heading {
  char separator = ';';
  std::size_t columns = 0, was = 0, became = 0, from = 0;
};

base::Result<Heading> read_heading(std::string_view line) {
  Heading heading;
  heading.separator = line.find(';') != std::string_view::npos ? ';' : ',';
  ALTING_TRY(names, split_csv_line(line.starts_with("\xef\xbb\xbf") ? line.substr(3) : line, heading.separator));
  heading.columns = names.size();
  for (auto [name, place] :
       {std::pair{"identifikator", &heading.was}, {"ny_identifikator", &heading.became}, {"fra", &heading.from}}) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end())
      return change_fault("error.import.heading", std::string("the heading has no column ") + name);
    *place = static_cast<std::size_t>(found - names.begin());
  }
  return heading;
}

base::Result<NumberChange> read_change(const std::string& line, const Heading& heading, const RegistryParts& parts) {
  ALTING_TRY(fields, split_csv_line(line, heading.separator));
  if (fields.size() < heading.columns) return change_fault("error.import.columns", "a line with too few columns");
  NumberChange change;
  ALTING_TRY(was, read_national_id(fields[heading.was], parts.mode));
  ALTING_TRY(became, read_national_id(fields[heading.became], parts.mode));
  if (was == became) return change_fault("error.import.same_number", "the new number is the old one");
  const auto& day = fields[heading.from];
  const auto from = base::is_date(day) ? base::from_oslo(std::stoi(day.substr(0, 4)), std::stoi(day.substr(5, 2)),
                                                         std::stoi(day.substr(8, 2)), 0, 0)
                                       : std::nullopt;
  if (!from || *from > parts.clock.now())
    return change_fault("error.import.date", "the day is no date, or is still to come");
  return NumberChange{std::move(was), std::move(became), *from};
}

class NumberChanges {
 public:
  NumberChanges(Registry& registry, const NumberChangesDone& on_done) : parts_(registry.parts()), on_done_(on_done) {}

  base::Result<NumberChangesReport> run(Elements& elements) {
    ALTING_TRY(first, elements.next());
    ALTING_TRY(heading, read_heading(first ? first->text : ""));
    for (;;) {
      auto element = elements.next();
      if (!element) {
        store_ready();
        return std::move(element.error());
      }
      if (!*element) break;
      take(**element, heading);
      if (ready_.size() == changes_in_a_transaction) store_ready();
    }
    store_ready();
    write_rows(parts_.database, on_done_(report_));
    return report_;
  }

 private:
  struct Ready {
    StoredChange change;
    std::int64_t line = 0, offset = 0;
  };

  void take(const Element& element, const Heading& heading) {
    if (base::trim(element.text).empty()) return;
    ++report_.lines;
    if (auto change = read_change(element.text, heading, parts_))
      ready_.push_back({store_form(parts_.numbers, *change, parts_.random), element.number, element.offset});
    else
      note_fault(element.number, element.offset, change.error());
  }

  void note_fault(std::int64_t line, std::int64_t offset, const base::Error& error) {
    ++report_.faults;
    if (report_.first_faults.size() < change_faults_kept)
      report_.first_faults.push_back({line, offset, error.code, error.detail});
  }

  void store_ready() {
    std::vector<NumberChanged> outcomes;
    write_rows(parts_.database, [&](store::Tx& tx) {
      outcomes.clear();
      for (const auto& [change, line, offset] : ready_) {
        note_local_number_change(tx, change);
        outcomes.push_back(change_number(tx, change));
      }
    });
    for (std::size_t i = 0; i < ready_.size(); ++i) count(outcomes[i], ready_[i]);
    ready_.clear();
  }

  void count(NumberChanged outcome, const Ready& ready) {
    switch (outcome) {
      case NumberChanged::joined: ++report_.joined; return;
      case NumberChanged::known_already: ++report_.known; return;
      case NumberChanged::nobody: ++report_.unknown; return;
      case NumberChanged::two_parties:
        note_fault(ready.line, ready.offset,
                   change_fault("error.import.two_parties", "both numbers have a party of their own here"));
    }
  }

  const RegistryParts& parts_;
  const NumberChangesDone& on_done_;
  NumberChangesReport report_;
  std::vector<Ready> ready_;
};

}  // namespace

base::Result<NumberChangesReport> import_number_changes(Registry& registry, ByteSource source,
                                                        const NumberChangesDone& on_done) {
  TextStream stream(std::move(source));
  Elements elements(stream);
  if (auto beginning = elements.beginning(); !beginning) return std::move(beginning.error());
  if (elements.is_json()) return change_fault("error.import.heading", "a CSV file with a heading is expected");
  return NumberChanges(registry, on_done).run(elements);
}

}  // namespace alting::parties
