#include "forms/typed.h"

#include "base/text.h"
#include "base/time.h"
#include "base/typed_text.h"
#include "forms/layout.h"

namespace alting::forms {

namespace {

bool is_typed_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_typed_digit); }

std::string plain_number_text(std::string_view text) {
  auto out = base::clean_figures(text);
  std::erase(out, ' ');
  return out;
}

// "1 000,-": a dash stands for no oere. Then the rest is a whole number.
bool is_whole_kroner(std::string_view text) {
  return text.size() > 2 && (text.ends_with(",-") || text.ends_with(".-")) && is_typed_digit(text[text.size() - 3]);
}

// Groups of three after the first, as "1.234.567".
bool is_grouped(std::string_view text, char separator) {
  auto groups = base::split(text, separator);
  if (groups.size() < 2 || groups[0].empty() || groups[0].size() > 3 || !all_digits(groups[0])) return false;
  return std::all_of(groups.begin() + 1, groups.end(),
                     [](auto group) { return group.size() == 3 && all_digits(group); });
}

std::optional<std::string> with_point(std::string text, base::Language language, bool whole) {
  auto commas = std::ranges::count(text, ','), points = std::ranges::count(text, '.');
  if (commas > 0 && points > 0) {
    char decimal = text.rfind(',') > text.rfind('.') ? ',' : '.';
    char thousand = decimal == ',' ? '.' : ',';
    auto at = text.rfind(decimal);
    if (!is_grouped(std::string_view(text).substr(0, at), thousand)) return std::nullopt;
    std::erase(text, thousand);
    return base::replace_all(std::move(text), ",", ".");
  }
  bool at_an_end = text.starts_with(',') || text.ends_with(',');  // ",5" is no thousand in any language
  if (commas > 1 || (commas == 1 && language == base::Language::en && !at_an_end)) {
    if (!is_grouped(text, ',')) return std::nullopt;
    std::erase(text, ',');
    return text;
  }
  if (points > 1 || (points == 1 && whole && language != base::Language::en && is_grouped(text, '.'))) {
    if (!is_grouped(text, '.')) return std::nullopt;
    std::erase(text, '.');
    return text;
  }
  return base::replace_all(std::move(text), ",", ".");
}

std::optional<std::string> make_date(int year, int month, int day) {
  auto text = fmt::format("{:04}-{:02}-{:02}", year, month, day);
  if (text.size() != 10 || !base::is_date(text)) return std::nullopt;
  return text;
}

int number(std::string_view digits) {
  int out = 0;
  for (char c : digits) out = out * 10 + (c - '0');
  return out;
}

constexpr int years_ahead = 20;

std::optional<std::string> date_of_short_year(int year, int month, int day, const Century& century) {
  const int this_year = number(century.today.substr(0, 4));
  for (int full = this_year - this_year % 100 + 100 + year; full > this_year - 200; full -= 100) {
    auto date = make_date(full, month, day);
    if (date && (century.past ? *date <= century.today : full <= this_year + years_ahead)) return date;
  }
  return std::nullopt;
}

// The text without the prefix and suffix its field shows around it.
std::string without_affixes(std::string_view text, const NumberFormat& format) {
  auto out = base::clean_figures(text);
  auto prefix = base::clean_figures(format.prefix), suffix = base::clean_figures(format.suffix);
  if (!prefix.empty() && out.starts_with(prefix)) out.erase(0, prefix.size());
  if (!suffix.empty() && out.ends_with(suffix)) out.resize(out.size() - suffix.size());
  return out;
}

// "+47 ### ## ###": what stands before the first digit that is asked for.
std::string lead_of(std::string_view pattern) { return base::clean_code(pattern.substr(0, pattern.find('#'))); }

}  // namespace

std::optional<std::string> typed_number(std::string_view text, const NumberFormat& format, base::Language language,
                                        bool whole_only) {
  if (format.thousand == "," || format.decimal == ".") language = base::Language::en;
  if (format.thousand == "." || format.decimal == ",") language = base::Language::nb;
  return typed_number(without_affixes(text, format), language, whole_only);
}

std::optional<std::string> typed_digits(std::string_view text, const NumberFormat& format, base::Language language) {
  auto plain = without_affixes(text, format);
  if (format.pattern.empty()) {
    auto digits = plain_number_text(plain);
    return all_digits(digits) ? digits : typed_number(plain, format, language, false);
  }
  auto room = static_cast<std::size_t>(std::ranges::count(format.pattern, '#'));
  auto digits = base::clean_code(plain);
  if (auto lead = lead_of(format.pattern); digits.size() > room && digits.starts_with(lead))
    digits.erase(0, lead.size());
  std::erase_if(digits,
                [&](char c) { return !is_typed_digit(c) && c != '#' && format.pattern.find(c) != std::string::npos; });
  if (!all_digits(digits) || digits.size() > room) return std::nullopt;
  return digits;
}

std::optional<std::string> typed_number(std::string_view text, base::Language language, bool whole_only) {
  auto plain = plain_number_text(text);
  if (is_whole_kroner(plain)) {
    plain.resize(plain.size() - 2);
    whole_only = true;
  }
  bool negative = plain.starts_with('-');
  if (negative || plain.starts_with('+')) plain.erase(0, 1);
  if (plain.empty() || plain.size() > 40 || plain.find_first_not_of("0123456789.,") != std::string::npos)
    return std::nullopt;
  auto decimal = with_point(std::move(plain), language, whole_only);
  if (!decimal) return std::nullopt;
  auto dot = decimal->find('.');
  auto whole = decimal->substr(0, dot);
  auto fraction = dot == std::string::npos ? std::string() : decimal->substr(dot + 1);
  if (whole.empty() && fraction.empty()) return std::nullopt;
  if (whole.empty()) whole = "0";
  if (whole_only && fraction.find_first_not_of('0') == std::string::npos) fraction.clear();
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
  auto out = whole + (fraction.empty() ? "" : "." + fraction);
  bool zero = out.find_first_not_of("0.") == std::string::npos;
  return negative && !zero ? "-" + out : out;
}

std::optional<std::string> typed_date(std::string_view typed, const Century& century) {
  const auto clean = base::clean_figures(typed);
  const std::string_view text = clean;
  auto short_or_full = [&](std::string_view year, int month, int day) -> std::optional<std::string> {
    if (year.size() == 4) return make_date(number(year), month, day);
    if (year.size() == 2) return date_of_short_year(number(year), month, day, century);
    return std::nullopt;
  };
  if ((text.size() == 8 || text.size() == 6) && all_digits(text))
    return short_or_full(text.substr(4), number(text.substr(2, 2)), number(text.substr(0, 2)));
  for (char separator : {'.', '/', '-', ' '}) {
    auto parts = base::split(text, separator);
    for (auto& part : parts) part = base::trim(part);
    std::erase_if(parts, [](auto part) { return part.empty(); });
    if (parts.size() != 3 || !std::ranges::all_of(parts, all_digits) || parts[1].size() > 2) continue;
    if (parts[0].size() == 4 && parts[2].size() <= 2)
      return make_date(number(parts[0]), number(parts[1]), number(parts[2]));
    if (parts[0].size() <= 2 && parts[2].size() <= 4)
      return short_or_full(parts[2], number(parts[1]), number(parts[0]));
  }
  return std::nullopt;
}

std::optional<std::string> typed_time(std::string_view typed) {
  const auto clean = base::clean_figures(typed);
  std::string_view text = clean;
  for (auto prefix : {"kl.", "kl", "Kl.", "Kl"}) {
    if (text.starts_with(prefix)) {
      text = base::trim(text.substr(std::string_view(prefix).size()));
      break;
    }
  }
  std::string_view hours = text, minutes = "00";
  if (auto at = text.find_first_of(":."); at != std::string_view::npos) {
    hours = text.substr(0, at);
    minutes = text.substr(at + 1);
    if (auto seconds = minutes.find(':'); seconds != std::string_view::npos && minutes.substr(seconds) == ":00")
      minutes = minutes.substr(0, seconds);
  } else if (text.size() == 4) {
    hours = text.substr(0, 2);
    minutes = text.substr(2);
  }
  if (!all_digits(hours) || !all_digits(minutes) || hours.size() > 2 || minutes.size() != 2) return std::nullopt;
  if (number(hours) > 23 || number(minutes) > 59) return std::nullopt;
  return fmt::format("{:02}:{}", number(hours), minutes);
}

std::optional<std::string> typed_text(std::string_view text, bool many_lines) {
  if (!base::is_utf8(text)) return std::nullopt;
  auto out = many_lines ? base::clean_lines(text) : base::clean_line(text);
  bool control = std::ranges::any_of(
      out, [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F; });
  if (control) return std::nullopt;
  return out;
}

}  // namespace alting::forms
