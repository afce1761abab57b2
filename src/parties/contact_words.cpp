#include "parties/contact_words.h"

#include <algorithm>

#include "base/text.h"
#include "base/typed_text.h"

namespace alting::parties {
namespace {

constexpr std::size_t longest_email = 254, longest_local_part = 64, longest_label = 63;

bool is_ascii_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > longest_label || label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(
      label, [](char c) { return is_ascii_alnum(c) || c == '-' || static_cast<unsigned char>(c) >= 0x80; });
}

std::string first_and_stars(std::string_view part) {
  if (part.empty()) return "***";
  std::size_t octets = 1;
  while (octets < part.size() && (static_cast<unsigned char>(part[octets]) & 0xc0U) == 0x80U) ++octets;
  return std::string(part.substr(0, octets)) + "***";
}

}  // namespace

std::string masked_address(std::string_view address) {
  const auto at = address.rfind('@');
  if (at == std::string_view::npos) {
    if (address.size() < 7) return "***";
    return std::string(address.substr(0, address.starts_with('+') ? 3 : 0)) + " *** ** " +
           std::string(address.substr(address.size() - 3));
  }
  const auto domain = address.substr(at + 1);
  const auto dot = domain.rfind('.');
  const auto ending = dot == std::string_view::npos ? std::string_view() : domain.substr(dot);
  return first_and_stars(address.substr(0, at)) + "@" + first_and_stars(domain.substr(0, dot)) + std::string(ending);
}

bool is_contact_email(std::string_view address) {
  const auto at = address.rfind('@');
  if (at == std::string_view::npos || address.size() > longest_email || !base::is_utf8(address)) return false;
  const auto local = address.substr(0, at), domain = address.substr(at + 1);
  if (local.empty() || local.size() > longest_local_part || local.front() == '.' || local.back() == '.' ||
      local.find("..") != std::string_view::npos)
    return false;
  // RFC 5322 atext and dots; nothing quoted, and letters beyond ASCII in the domain alone.
  constexpr std::string_view also = "!#$%&'*+-/=?^_`{|}~.";
  if (!std::ranges::all_of(local, [&](char c) { return is_ascii_alnum(c) || also.find(c) != std::string_view::npos; }))
    return false;
  const auto labels = base::split(domain, '.');
  return labels.size() >= 2 && std::ranges::all_of(labels, is_label);
}

std::optional<std::string> read_mobile(std::string_view typed) {
  std::string number;
  for (const char c : base::clean_figures(typed)) {
    if (c == ' ' || c == '-' || c == '(' || c == ')' || c == '.') continue;
    if (!(c >= '0' && c <= '9') && !(c == '+' && number.empty())) return std::nullopt;
    number += c;
  }
  if (number.starts_with("00")) number = "+" + number.substr(2);
  if (!number.starts_with('+')) number = "+47" + number;
  if (number.starts_with("+47")) {
    // Norwegian mobile numbers begin with 4 or 9 (the numbering plan of Nkom).
    if (number.size() != 11 || (number[3] != '4' && number[3] != '9')) return std::nullopt;
    return number;
  }
  if (number.size() < 6 || number.size() > 16 || number[1] == '0') return std::nullopt;
  return number;
}

std::string same_address(std::string_view address) { return base::to_lower(base::trim(address)); }

}  // namespace alting::parties
