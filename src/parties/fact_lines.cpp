#include "parties/fact_lines.h"

#include <algorithm>

#include "base/text.h"
#include "parties/csv.h"

namespace alting::parties {
namespace {

constexpr std::size_t fact_faults_kept = 100;
constexpr std::size_t facts_in_a_transaction = 100;

struct FactHeading {
  char separator = ';';
  std::size_t columns = 0;
  std::vector<std::size_t> places;  // of the columns asked for
};

base::Result<FactHeading> read_fact_heading(std::string_view line, std::span<const std::string_view> columns) {
  FactHeading heading;
  heading.separator = line.find(';') != std::string_view::npos ? ';' : ',';
  ALTING_TRY(names, split_csv_line(line.starts_with("\xef\xbb\xbf") ? line.substr(3) : line, heading.separator));
  heading.columns = names.size();
  for (const auto name : columns) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end())
      return fact_fault("error.import.heading", "the heading has no column " + std::string(name));
    heading.places.push_back(static_cast<std::size_t>(found - names.begin()));
  }
  return heading;
}

base::Status take_fact(const Element& line, const FactHeading& heading, const TakeFact& take) {
  ALTING_TRY(fields, split_csv_line(line.text, heading.separator));
  if (fields.size() < heading.columns) return fact_fault("error.import.columns", "a line with too few columns");
  std::vector<std::string> wanted;
  for (const auto place : heading.places) wanted.push_back(fields[place]);
  return take(wanted, {line.number, line.offset});
}

}  // namespace

base::Error fact_fault(std::string_view code, std::string detail) {
  return base::make_error(base::ErrorKind::invalid, std::string(code), std::move(detail));
}

void FactLines::note(const FactPlace& at, const base::Error& error) {
  ++faults;
  if (first_faults.size() < fact_faults_kept) first_faults.push_back({at.line, at.offset, error.code, error.detail});
}

base::Result<base::Instant> read_past_day(const std::string& day, base::Instant now) {
  const auto at = base::is_date(day) ? base::from_oslo(std::stoi(day.substr(0, 4)), std::stoi(day.substr(5, 2)),
                                                       std::stoi(day.substr(8, 2)), 0, 0)
                                     : std::nullopt;
  if (!at || *at > now) return fact_fault("error.import.date", "the day is no date, or is still to come");
  return *at;
}

base::Status read_fact_lines(ByteSource source, std::span<const std::string_view> columns, FactLines& read,
                             const TakeFact& take, const std::function<void()>& store) {
  TextStream stream(std::move(source));
  Elements elements(stream);
  ALTING_CHECK(elements.beginning());
  if (elements.is_json()) return fact_fault("error.import.heading", "a CSV file with a heading is expected");
  ALTING_TRY(first, elements.next());
  ALTING_TRY(heading, read_fact_heading(first ? first->text : "", columns));
  std::size_t taken = 0;
  for (;;) {
    auto element = elements.next();
    if (!element || !*element) {
      store();
      if (!element) return std::move(element.error());
      return {};
    }
    const auto& line = **element;
    if (base::trim(line.text).empty()) continue;
    ++read.lines;
    if (const auto done = take_fact(line, heading, take); !done) {
      read.note({line.number, line.offset}, done.error());
    } else if (++taken == facts_in_a_transaction) {
      store();
      taken = 0;
    }
  }
}

}  // namespace alting::parties
