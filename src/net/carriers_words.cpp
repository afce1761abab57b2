#include <algorithm>

#include "net/mail_relay.h"

namespace alting::net {
namespace {

constexpr std::size_t max_words = 200;
constexpr std::string_view masked = "[address]";

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool same_letter(char a, char b) {
  const auto low = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return low(a) == low(b);
}

// Where `part` stands in the text as a whole word, or npos.
std::size_t find_word(const std::string& text, std::string_view part, std::size_t from) {
  for (auto at = text.begin() + static_cast<std::ptrdiff_t>(from);;) {
    at = std::search(at, text.end(), part.begin(), part.end(), same_letter);
    if (at == text.end()) return std::string::npos;
    const auto begin = static_cast<std::size_t>(at - text.begin());
    const auto end = begin + part.size();
    if ((begin == 0 || !is_word(text[begin - 1])) && (end == text.size() || !is_word(text[end]))) return begin;
    ++at;
  }
}

std::string mask(std::string text, std::string_view part) {
  if (part.empty()) return text;
  for (auto at = find_word(text, part, 0); at != std::string::npos; at = find_word(text, part, at + masked.size()))
    text.replace(at, part.size(), masked);
  return text;
}

bool ends_address(char c) { return std::string_view(" <>()\",;:").find(c) != std::string_view::npos; }

}  // namespace

std::string carriers_words(std::string_view said, std::string_view recipient) {
  std::string line;
  for (const char c : said.substr(0, 4096)) {
    const char shown = c == '\t' || c == '\r' || c == '\n' ? ' ' : c >= ' ' && c < 0x7f ? c : '?';
    if (shown != ' ' || (!line.empty() && line.back() != ' ')) line += shown;
  }
  std::string words;
  for (std::size_t i = 0; i < line.size();) {
    auto end = i;
    while (end < line.size() && !ends_address(line[end])) ++end;
    const auto piece = std::string_view(line).substr(i, end - i);
    words += piece.find('@') == std::string_view::npos ? piece : masked;
    if (end < line.size()) words += line[end++];
    i = end;
  }
  if (const auto at = recipient.find('@'); at != std::string_view::npos) {
    words = mask(std::move(words), recipient.substr(0, at));
    words = mask(std::move(words), recipient.substr(at + 1));
  }
  if (words.size() > max_words) words.resize(max_words);
  while (words.ends_with(' ')) words.pop_back();
  return words;
}

}  // namespace alting::net
