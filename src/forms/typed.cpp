#include "forms/typed.h"

#include "base/text.h"
#include "base/time.h"

namespace alting::forms {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_digit); }

// Blanks people put between thousands, and the typographic minus.
std::string plain_number_text(std::string_view text) {
  std::string out(base::trim(text));
  for (auto blank : {" ", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89"})
    out = base::replace_all(std::move(out), blank, "");
  return base::replace_all(std::move(out), "\xE2\x88\x92", "-");
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
  if (commas > 1 || (commas == 1 && language == base::Language::en)) {
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

}  // namespace

std::optional<std::string> typed_number(std::string_view text, base::Language language, bool whole_only) {
  auto plain = plain_number_text(text);
  bool negative = plain.starts_with('-');
  if (negative || plain.starts_with('+')) plain.erase(0, 1);
  if (plain.empty() || plain.size() > 40 || plain.find_first_not_of("0123456789.,") != std::string::npos)
    return std::nullopt;
  auto decimal = with_point(std::move(plain), language, whole_only);
  if (!decimal) return std::nullopt;
  auto dot = decimal->find('.');
  auto whole = decimal->substr(0, dot);
  auto fraction = dot == std::string::npos ? std::string() : decimal->substr(dot + 1);
  if (whole.empty() || (dot != std::string::npos && fraction.empty())) return std::nullopt;
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
  auto out = whole + (fraction.empty() ? "" : "." + fraction);
  bool zero = out.find_first_not_of("0.") == std::string::npos;
  return negative && !zero ? "-" + out : out;
}

std::optional<std::string> typed_date(std::string_view text) {
  text = base::trim(text);
  if (text.size() == 10 && base::is_date(text)) return std::string(text);
  if (text.size() == 8 && all_digits(text))
    return make_date(number(text.substr(4)), number(text.substr(2, 2)), number(text.substr(0, 2)));
  for (char separator : {'.', '/', '-', ' '}) {
    auto parts = base::split(text, separator);
    std::erase_if(parts, [](auto part) { return part.empty(); });
    if (parts.size() != 3) continue;
    for (auto& part : parts) part = base::trim(part);
    if (!std::ranges::all_of(parts, all_digits) || parts[0].size() > 2 || parts[1].size() > 2) continue;
    if (parts[2].size() == 4) return make_date(number(parts[2]), number(parts[1]), number(parts[0]));
    if (parts[2].size() == 2) return make_date(2000 + number(parts[2]), number(parts[1]), number(parts[0]));
  }
  return std::nullopt;
}

std::optional<std::string> typed_time(std::string_view text) {
  text = base::trim(text);
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
  auto out = base::replace_all(base::replace_all(std::string(text), "\r\n", "\n"), "\r", "\n");
  if (!many_lines) out = base::replace_all(std::move(out), "\n", " ");
  for (char c : out) {
    bool control = (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
    if (control) return std::nullopt;
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == '\n' || out.back() == '\t')) out.pop_back();
  if (!many_lines) out = std::string(base::trim(out));
  return base::to_nfc(out);
}

}  // namespace alting::forms
