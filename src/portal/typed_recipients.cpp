#include "portal/typed_recipients.h"

#include <algorithm>
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

// "974 761 467" in quotes or out of them, without what may stand between its figures.
std::string number_in(std::string_view cell) {
  std::string bare;
  for (const char c : cell)
    if (c != '"' && c != '\'') bare += c;
  return base::clean_code(bare);
}

std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  while (true) {
    const auto end = line.find_first_of(",;\t");
    cells.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return cells;
    line.remove_prefix(end + 1);
  }
}

// A number of either kind begins with a figure, and is nothing but figures when it is cleaned. What has a letter in it is a
// name or an address, and one of another length a postcode.
bool may_be_recipient(const std::string& number) {
  return (number.size() == 9 || number.size() == 11) && std::ranges::all_of(number, is_figure);
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

}  // namespace

base::Result<TypedRecipients> read_recipients(std::string_view typed, terms::Mode mode) {
  TypedRecipients found;
  std::set<std::string> known;
  const auto blame = [&](std::size_t line, base::Error error) {
    ++found.faults_in_all;
    if (found.faults.size() < shown_recipient_faults) found.faults.push_back({line, std::move(error)});
  };
  const auto text = base::replace_invalid(typed);
  std::size_t line_number = 0;
  bool first = true;
  for (const auto line : base::split(text, '\n')) {
    ++line_number;
    if (base::trim(line).empty()) continue;
    const bool heading = first && std::ranges::none_of(line, is_figure);
    first = false;
    if (heading) continue;
    bool any = false;
    for (const auto cell : cells_of(line)) {
      const auto number = number_in(cell);
      if (!may_be_recipient(number)) continue;
      any = true;
      if (known.contains(number)) {
        ++found.repeated;
        continue;
      }
      auto recipient = recipient_of(number, mode);
      if (!recipient) {
        blame(line_number, recipient.error());
        continue;
      }
      known.insert(number);
      found.recipients.push_back(std::move(*recipient));
      found.lines.push_back(line_number);
      if (found.recipients.size() > inbox::max_recipients)
        return base::make_error(ErrorKind::too_large, "sending.error.recipients", "too many recipients");
    }
    if (!any) blame(line_number, base::make_error(ErrorKind::unprocessable, "sending.error.no_number"));
  }
  return found;
}

}  // namespace alting::portal
