#include "base/language.h"

#include <algorithm>
#include <string>

namespace alting::base {
namespace {

constexpr std::size_t longest_header = 1024;  // a browser sends some 50 characters

std::string_view next_part(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  while (!part.empty() && (part.front() == ' ' || part.front() == '\t')) part.remove_prefix(1);
  while (!part.empty() && (part.back() == ' ' || part.back() == '\t')) part.remove_suffix(1);
  return part;
}

// A weight in thousandths; -1 when it is malformed.
int weight_from(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return -1;
  int weight = (text[0] - '0') * 1000;
  if (text.size() == 1) return weight;
  if (text[1] != '.') return -1;
  int scale = 100;
  for (char c : text.substr(2)) {
    if (c < '0' || c > '9') return -1;
    weight += (c - '0') * scale;
    scale /= 10;
  }
  return weight <= 1000 ? weight : -1;
}

}  // namespace

std::optional<Language> language_from(std::string_view tag) {
  std::string primary(tag.substr(0, std::min(tag.find_first_of("-_"), tag.size())));
  for (char& c : primary)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (primary == "nb" || primary == "no") return Language::nb;
  if (primary == "nn") return Language::nn;
  if (primary == "en") return Language::en;
  return std::nullopt;
}

Language negotiate_language(std::string_view accept_language) {
  std::string_view rest = accept_language.substr(0, longest_header);
  Language best = Language::nb;
  int best_weight = 0;
  while (!rest.empty()) {
    std::string_view range = next_part(rest, ',');
    const auto language = language_from(next_part(range, ';'));
    int weight = 1000;
    while (!range.empty()) {
      const std::string_view parameter = next_part(range, ';');
      if (parameter.starts_with("q=") || parameter.starts_with("Q=")) weight = weight_from(parameter.substr(2));
    }
    if (language && weight > best_weight) {
      best = *language;
      best_weight = weight;
    }
  }
  return best;
}

}  // namespace alting::base
