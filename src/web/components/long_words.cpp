#include "web/components/long_words.h"

#include <array>

namespace alting::web::ui {

namespace {

constexpr std::size_t long_word = 20;
constexpr std::size_t shortest_part = 4;
constexpr std::array<std::string_view, 5> joined_by{"ings", "sjons", "hets", "skaps", "doms"};
constexpr std::string_view soft_hyphen = "\xC2\xAD";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

void add_word(std::string& out, std::string_view word) {
  if (word.size() < long_word) {
    out += word;
    return;
  }
  std::size_t taken = 0;
  for (std::size_t at = shortest_part; at + shortest_part <= word.size(); ++at) {
    const auto before = word.substr(taken, at - taken);
    const bool joint =
        before.size() >= shortest_part &&
        std::any_of(joined_by.begin(), joined_by.end(), [&](auto ending) { return before.ends_with(ending); });
    if (!joint) continue;
    out += before;
    out += soft_hyphen;
    taken = at;
  }
  out += word.substr(taken);
}

}  // namespace

std::string add_soft_hyphens(std::string_view words) {
  std::string out;
  out.reserve(words.size() + 8);
  for (std::size_t at = 0; at < words.size();) {
    std::size_t end = at;
    while (end < words.size() && is_letter(words[end])) ++end;
    if (end > at) {
      add_word(out, words.substr(at, end - at));
    } else {
      out += words[end++];
    }
    at = end;
  }
  return out;
}

html::Html breakable(const base::RichText& words, html::Links links) {
  return html::words(words, links, [](std::string_view part) { return html::text(add_soft_hyphens(part)); });
}

}  // namespace alting::web::ui
