#include "forms/dates.h"

namespace alting::forms {

namespace {

int digits(std::string_view text, std::size_t& at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    char c = text[at + i];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  at += count;
  return value;
}

bool take(std::string_view text, std::size_t& at, std::string_view any_of) {
  if (at >= text.size() || any_of.find(text[at]) == std::string_view::npos) return false;
  ++at;
  return true;
}

bool read_time(std::string_view text, std::size_t& at, DateTime& out) {
  out.has_time = true;
  out.hour = digits(text, at, 2);
  if (out.hour < 0 || !take(text, at, ":")) return false;
  out.minute = digits(text, at, 2);
  if (out.minute < 0) return false;
  if (!take(text, at, ":")) return true;
  out.second = digits(text, at, 2);
  if (out.second < 0) return false;
  if (!take(text, at, ".")) return true;
  int count = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9' && count < 9) {
    out.nanos = out.nanos * 10 + (text[at++] - '0');
    ++count;
  }
  for (int i = count; i < 9; ++i) out.nanos *= 10;
  return count > 0;
}

bool read_offset(std::string_view text, std::size_t& at, DateTime& out) {
  if (at == text.size()) return true;
  if (take(text, at, "Zz")) {
    out.offset_minutes = 0;
    return true;
  }
  bool west = text[at] == '-';
  if (!take(text, at, "+-")) return false;
  int hours = digits(text, at, 2);
  if (hours < 0 || !take(text, at, ":")) return false;
  int minutes = digits(text, at, 2);
  if (minutes < 0) return false;
  out.offset_minutes = (west ? -1 : 1) * (hours * 60 + minutes);
  if (hours > 23 || minutes > 59) out.offset_minutes = 100'000;  // the form is right, the offset does not exist
  return true;
}

std::chrono::sys_days days_of(const DateTime& at) {
  return std::chrono::sys_days(std::chrono::year(at.year) / at.month / at.day);
}

struct Names {
  std::array<std::string_view, 12> months;
  std::array<std::string_view, 12> months_short;
  std::array<std::string_view, 7> days;  // Monday first
  std::array<std::string_view, 7> days_short;
  std::array<std::string_view, 7> days_narrow;
  std::string_view am, pm, era, era_long, era_narrow;
};

const Names& names_of(std::string_view language) {
  static constexpr Names nb{{"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september",
                             "oktober", "november", "desember"},
                            {"jan", "feb", "mar", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "des"},
                            {"mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"},
                            {"man", "tir", "ons", "tor", "fre", "lør", "søn"},
                            {"M", "T", "O", "T", "F", "L", "S"},
                            "a.m.",
                            "p.m.",
                            "e.Kr.",
                            "etter Kristus",
                            "e.Kr."};
  static constexpr Names nn{{"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september",
                             "oktober", "november", "desember"},
                            {"jan", "feb", "mar", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "des"},
                            {"måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag", "søndag"},
                            {"mån", "tys", "ons", "tor", "fre", "lau", "søn"},
                            {"M", "T", "O", "T", "F", "L", "S"},
                            "f.m.",
                            "e.m.",
                            "e.Kr.",
                            "etter Kristus",
                            "e.Kr."};
  static constexpr Names en{{"January", "February", "March", "April", "May", "June", "July", "August", "September",
                             "October", "November", "December"},
                            {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
                            {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
                            {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
                            {"M", "T", "W", "T", "F", "S", "S"},
                            "AM",
                            "PM",
                            "AD",
                            "Anno Domini",
                            "A"};
  if (language == "en") return en;
  if (language == "nn") return nn;
  return nb;
}

std::string padded(int value, std::size_t width) { return fmt::format("{:0{}}", value, width); }

std::string year_text(int year, std::size_t width) {
  if (width == 2) return padded(year % 100, 2);
  return padded(year, width);
}

std::string token(const DateTime& at, char letter, std::size_t width, std::string_view language) {
  const auto& names = names_of(language);
  auto month = static_cast<std::size_t>(at.month - 1);
  auto weekday = static_cast<std::size_t>(std::chrono::weekday(days_of(at)).iso_encoding() - 1);
  switch (letter) {
    case 'G': return std::string(width == 4 ? names.era_long : width == 5 ? names.era_narrow : names.era);
    case 'y': return year_text(at.year, width);
    case 'u': return padded(at.year, width);
    case 'M':
    case 'L':
      if (width <= 2) return padded(at.month, width);
      if (width == 5)
        return names.months[month].empty() ? ""
                                           : fmt::format("{}", static_cast<char>(std::toupper(names.months[month][0])));
      return std::string(width == 3 ? names.months_short[month] : names.months[month]);
    case 'd': return padded(at.day, width);
    case 'E':
      return std::string(width == 4   ? names.days[weekday]
                         : width == 5 ? names.days_narrow[weekday]
                                      : names.days_short[weekday]);
    case 'a': return std::string(at.hour < 12 ? names.am : names.pm);
    case 'h': return padded(at.hour % 12 == 0 ? 12 : at.hour % 12, width);
    case 'H': return padded(at.hour, width);
    case 'm': return padded(at.minute, width);
    case 's': return padded(at.second, width);
    case 'S': return padded(at.nanos, 9).substr(0, std::min<std::size_t>(width, 9));
    default: return std::string(width, letter);
  }
}

}  // namespace

std::int64_t DateTime::wall_micros() const {
  auto seconds = std::int64_t{days_of(*this).time_since_epoch().count()} * 86'400 + hour * 3'600 + minute * 60 + second;
  return seconds * 1'000'000 + nanos / 1'000;
}

std::variant<DateTime, DateFault> parse_date_time(std::string_view text) {
  DateTime out;
  std::size_t at = 0;
  out.year = digits(text, at, 4);
  if (out.year < 0 || !take(text, at, "-")) return DateFault::unknown_format;
  out.month = digits(text, at, 2);
  if (out.month < 0 || !take(text, at, "-")) return DateFault::unknown_format;
  out.day = digits(text, at, 2);
  if (out.day < 0) return DateFault::unknown_format;
  if (at < text.size()) {
    if (!take(text, at, "Tt ") || !read_time(text, at, out) || !read_offset(text, at, out) || at != text.size())
      return DateFault::unknown_format;
  }
  std::chrono::year_month_day date(std::chrono::year(out.year), std::chrono::month(static_cast<unsigned>(out.month)),
                                   std::chrono::day(static_cast<unsigned>(out.day)));
  bool exists = date.ok() && out.year >= 1 && out.hour < 24 && out.minute < 60 && out.second < 60 &&
                out.offset_minutes.value_or(0) < 100'000;
  if (!exists) return DateFault::no_such_time;
  return out;
}

std::optional<base::Instant> to_instant(std::string_view text) {
  auto parsed = parse_date_time(text);
  const auto* at = std::get_if<DateTime>(&parsed);
  if (at == nullptr) return std::nullopt;
  if (at->offset_minutes) return base::Instant{at->utc_micros()};
  auto local = base::from_oslo(at->year, at->month, at->day, at->hour, at->minute, at->second);
  if (!local) return std::nullopt;
  return base::Instant{local->micros + at->nanos / 1'000};
}

std::string format_date_time(const DateTime& at, std::string_view pattern, std::string_view language) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size();) {
    char c = pattern[i];
    if (c == '\'') {
      auto end = pattern.find('\'', i + 1);
      if (end == i + 1) out += '\'';
      if (end == std::string_view::npos) end = pattern.size();
      out += pattern.substr(i + 1, end - i - 1);
      i = end + 1;
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      auto end = i;
      while (end < pattern.size() && pattern[end] == c) ++end;
      out += token(at, c, end - i, language);
      i = end;
    } else {
      out += c;
      ++i;
    }
  }
  return out;
}

DateTime from_micros(std::int64_t wall_micros) {
  auto days = wall_micros / 86'400'000'000;
  auto rest = wall_micros % 86'400'000'000;
  if (rest < 0) {
    rest += 86'400'000'000;
    --days;
  }
  std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  DateTime out;
  out.year = static_cast<int>(date.year());
  out.month = static_cast<int>(static_cast<unsigned>(date.month()));
  out.day = static_cast<int>(static_cast<unsigned>(date.day()));
  out.hour = static_cast<int>(rest / 3'600'000'000);
  out.minute = static_cast<int>(rest / 60'000'000 % 60);
  out.second = static_cast<int>(rest / 1'000'000 % 60);
  out.nanos = static_cast<int>(rest % 1'000'000) * 1'000;
  out.has_time = true;
  return out;
}

}  // namespace alting::forms
