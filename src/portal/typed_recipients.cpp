#include "portal/typed_recipients.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "base/typed_text.h"
#include "parties/national_id.h"
#include "parties/organisation_number.h"

namespace alting::portal {

using base::ErrorKind;

namespace {

constexpr std::size_t shown_recipient_faults = 20;

bool is_figure(char c) { return c >= '0' && c <= '9'; }

// What is an identity or organisation number, or nothing: "974 761 467" and "010190 12345", in quotes or out of them. An
// account of a bank has as many figures as a person's number, and is written in other groups: "1234 56 78903".
std::string number_in(std::string_view cell) {
  std::string bare;
  for (const char c : cell)
    if (c != '"' && c != '\'') bare += c;
  auto number = base::clean_code(bare);
  if ((number.size() != 9 && number.size() != 11) || !std::ranges::all_of(number, is_figure)) return {};
  std::string groups;
  std::size_t group = 0;
  for (const char c : base::clean_figures(bare) + " ") {
    if (is_figure(c)) {
      ++group;
    } else if (group > 0) {
      groups += static_cast<char>('0' + std::min<std::size_t>(group, 9));
      group = 0;
    }
  }
  const bool usual = number.size() == 9 ? groups == "333" : groups == "65" || groups == "2225";
  return groups.size() == 1 || usual ? number : std::string();
}

struct RecipientLine {
  std::size_t line = 0;
  std::vector<std::string> numbers;  // of each column: what looks like a recipient, or ""
  bool only_numbers = true;
};

// A table copied from a spreadsheet has tabs, and a file what stands in no name of its rows: the commas in "Fjell, Fjord og
// Sjø AS;974761467" part nothing. Nor does what stands in quotes.
RecipientLine columns_of(std::string_view line) {
  char between = ',';
  for (const char stronger : {';', '\t'})
    if (line.contains(stronger)) between = stronger;
  const bool quotes = std::ranges::count(line, '"') % 2 == 0;
  RecipientLine found;
  std::string cell;
  bool quoted = false;
  const auto end_cell = [&] {
    found.numbers.push_back(number_in(cell));
    if (found.numbers.back().empty() && !base::trim(cell).empty()) found.only_numbers = false;
    cell.clear();
  };
  for (const char c : line) {
    if (c == '"' && quotes) quoted = !quoted;
    if (c == between && !quoted)
      end_cell();
    else
      cell += c;
  }
  end_cell();
  return found;
}

base::Result<inbox::Recipient> recipient_of(const std::string& number, terms::Mode mode) {
  inbox::Recipient recipient;
  if (number.size() == 9) {
    ALTING_TRY(read, parties::read_organisation_number(number, mode));
    recipient.organisation_number = std::move(read);
  } else {
    ALTING_TRY(read, parties::read_national_id(number, mode));
    recipient.person = std::move(read);
  }
  return recipient;
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" ,;\t\r\"") == std::string_view::npos; }

std::vector<RecipientLine> lines_of(std::string_view text) {
  std::vector<RecipientLine> lines;
  std::size_t number = 0;
  bool first = true;
  for (const auto line : base::split(text, '\n')) {
    ++number;
    if (base::trim(line).empty() || is_blank(line)) continue;
    const bool heading = first && std::ranges::none_of(line, is_figure);
    first = false;
    if (heading) continue;
    lines.push_back(columns_of(line));
    lines.back().line = number;
  }
  return lines;
}

// The column that the numbers stand in: where most lines have a good one, the first of several.
struct RecipientColumn {
  std::size_t at = 0, width = 0;  // width: columns of the lines that have it
};

RecipientColumn column_of(const std::vector<RecipientLine>& lines, terms::Mode mode) {
  std::map<std::size_t, std::size_t> good;
  for (const auto& one : lines)
    for (std::size_t at = 0; at < one.numbers.size(); ++at)
      if (!one.numbers[at].empty() && recipient_of(one.numbers[at], mode)) ++good[at];
  RecipientColumn column;
  std::size_t most = 0;
  for (const auto& [at, count] : good)
    if (count > most) {
      column.at = at;
      most = count;
    }
  const auto has = [&](const RecipientLine& one) {
    return column.at < one.numbers.size() && !one.numbers[column.at].empty();
  };
  if (const auto found = std::ranges::find_if(lines, has); found != lines.end()) column.width = found->numbers.size();
  return column;
}

// Several of one kind with nothing beside them are several recipients.
bool has_several(const RecipientLine& line, terms::Mode mode) {
  if (!line.only_numbers || line.numbers.size() < 2) return false;
  std::map<std::size_t, std::set<std::string>> of_length;
  for (const auto& number : line.numbers)
    if (!number.empty() && recipient_of(number, mode)) of_length[number.size()].insert(number);
  return std::ranges::any_of(of_length, [](const auto& one) { return one.second.size() > 1; });
}

// Where the line has the column; a line of another form, as one types it among others, has its first number.
std::string recipient_number_of(const RecipientLine& line, const RecipientColumn& column) {
  if (column.at < line.numbers.size() && !line.numbers[column.at].empty()) return line.numbers[column.at];
  if (line.numbers.size() == column.width) return {};
  const auto first = std::ranges::find_if(line.numbers, [](const auto& one) { return !one.empty(); });
  return first == line.numbers.end() ? std::string() : *first;
}

}  // namespace

base::Result<TypedRecipients> read_recipients(std::string_view typed, terms::Mode mode) {
  TypedRecipients found;
  std::set<std::string> known;
  const auto blame = [&](std::size_t line, base::Error error) {
    ++found.faults_in_all;
    if (found.faults.size() < shown_recipient_faults) found.faults.push_back({line, std::move(error)});
  };
  const auto lines = lines_of(base::replace_invalid(typed));
  const auto column = column_of(lines, mode);
  for (const auto& line : lines) {
    if (has_several(line, mode)) {
      blame(line.line, base::make_error(ErrorKind::unprocessable, "sending.error.several_numbers"));
      continue;
    }
    const auto number = recipient_number_of(line, column);
    if (number.empty()) {
      blame(line.line, base::make_error(ErrorKind::unprocessable, "sending.error.no_number"));
      continue;
    }
    if (known.contains(number)) {
      ++found.repeated;
      continue;
    }
    auto recipient = recipient_of(number, mode);
    if (!recipient) {
      blame(line.line, recipient.error());
      continue;
    }
    known.insert(number);
    found.recipients.push_back(std::move(*recipient));
    found.lines.push_back(line.line);
    if (found.recipients.size() > inbox::max_recipients)
      return base::make_error(ErrorKind::too_large, "sending.error.recipients", "too many recipients");
  }
  return found;
}

}  // namespace alting::portal
