#include "forms/checks.h"

#include <vector>

#include "base/typed_text.h"
#include "forms/schema.h"

namespace alting::forms {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int value(char c) { return c - '0'; }

bool check_digits_hold(std::string_view n) {
  constexpr int first[] = {3, 7, 6, 1, 8, 9, 4, 5, 2, 1};
  constexpr int second[] = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
  int a = 0, b = 0;
  for (std::size_t i = 0; i < 10; ++i) a += value(n[i]) * first[i];
  for (std::size_t i = 0; i < 11; ++i) b += value(n[i]) * second[i];
  return a % 11 <= 3 && b % 11 == 0;  // from 2032 the first may leave 0, 1, 2 or 3
}

bool is_identity_number(std::string_view n) {
  int day = value(n[0]) * 10 + value(n[1]);
  int month = value(n[2]) * 10 + value(n[3]);
  if (day > 40) day -= 40;
  if (month > 80)
    month -= 80;
  else if (month > 65)
    month -= 65;
  else if (month > 40)
    month -= 40;
  constexpr int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1 || day > lengths[month - 1]) return false;
  if (month == 2 && day == 29 && value(n[5]) % 4 != (value(n[4]) % 2 == 0 ? 0 : 2))
    return false;  // no leap year in any century
  return check_digits_hold(n);
}

// Runs of digits, where single characters of `glue` between digits do not end a run.
std::vector<std::string> digit_runs(std::string_view text, std::string_view glue) {
  std::vector<std::string> out;
  std::string run;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool joins =
        !run.empty() && glue.find(text[i]) != std::string_view::npos && i + 1 < text.size() && is_digit(text[i + 1]);
    if (is_digit(text[i])) {
      run += text[i];
    } else if (!joins) {
      if (!run.empty()) out.push_back(std::move(run));
      run.clear();
    }
  }
  if (!run.empty()) out.push_back(std::move(run));
  return out;
}

bool luhn_holds(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (auto i = digits.size(); i-- > 0; twice = !twice) {
    int d = value(digits[i]) * (twice ? 2 : 1);
    sum += d > 9 ? d - 9 : d;
  }
  return sum % 10 == 0;
}

bool is_card(std::string_view digits) {
  if (digits.size() < 13 || digits.size() > 19) return false;
  if (std::string_view("23456").find(digits[0]) == std::string_view::npos) return false;
  return digits.find_first_not_of(digits[0]) != std::string_view::npos && luhn_holds(digits);
}

}  // namespace

bool has_identity_number(std::string_view typed) {
  const auto text = base::clean_figures(typed);
  for (auto glue : {"", " -."}) {
    for (const auto& run : digit_runs(text, glue)) {
      if (run.size() == 11 && is_identity_number(run)) return true;
    }
  }
  return false;
}

bool has_email_list(std::string_view typed) {
  const auto clean = base::clean_line(typed);
  const std::string_view text = clean;
  std::size_t found = 0, start = 0;
  while (start < text.size()) {
    auto end = text.find_first_of(" \t\r\n,;<>()\"", start);
    if (end == std::string_view::npos) end = text.size();
    auto word = text.substr(start, end - start);
    while (!word.empty() && (word.back() == '.' || word.back() == ':')) word.remove_suffix(1);
    if (is_email(word) && ++found >= 3) return true;
    start = end + 1;
  }
  return false;
}

bool has_payment_card(std::string_view typed) {
  const auto text = base::clean_figures(typed);
  for (auto glue : {"", " -"}) {
    for (const auto& run : digit_runs(text, glue)) {
      if (is_card(run)) return true;
    }
  }
  return false;
}

}  // namespace alting::forms
