#include "net/mail_address.h"

#include <unicode/uidna.h>

#include <algorithm>
#include <array>

#include "base/icu.h"
#include "base/text.h"

namespace alting::net {
namespace {

constexpr std::size_t max_local_part = 64, max_label = 63, max_domain = 253;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// RFC 5322 section 3.2.3, dot-atom-text.
bool is_dot_atom(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos)
    return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter_or_digit(c) || std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
  });
}

bool is_ascii_domain(std::string_view domain) {
  if (domain.size() > max_domain) return false;
  const auto labels = base::split(domain, '.');
  if (labels.size() < 2) return false;
  for (const auto label : labels) {
    if (label.empty() || label.size() > max_label || label.front() == '-' || label.back() == '-') return false;
    if (!std::all_of(label.begin(), label.end(), [](char c) { return is_letter_or_digit(c) || c == '-'; }))
      return false;
  }
  // Four numbers are an address of the internet, and no domain is called so.
  return !std::all_of(labels.back().begin(), labels.back().end(), [](char c) { return c >= '0' && c <= '9'; });
}

// UTS #46, as registries and other mail programs do it; "" when it is no name.
std::string to_a_form(std::string_view domain) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UIDNA, decltype(&uidna_close)> idna(
      uidna_openUTS46(UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII,
                      &status),
      uidna_close);
  base::icu_must(status, "opening UTS #46");
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  std::array<char, 512> name{};
  const auto size = uidna_nameToASCII_UTF8(idna.get(), domain.data(), static_cast<std::int32_t>(domain.size()),
                                           name.data(), static_cast<std::int32_t>(name.size()), &info, &status);
  if (U_FAILURE(status) || info.errors != 0 || size <= 0 || static_cast<std::size_t>(size) > name.size()) return {};
  return {name.data(), static_cast<std::size_t>(size)};
}

}  // namespace

std::optional<std::string> to_wire_domain(std::string_view domain) {
  std::string name;
  if (is_ascii(domain)) {
    name = domain;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  } else if (domain.size() <= max_mail_address && base::is_utf8(domain)) {
    name = to_a_form(domain);
  }
  if (!is_ascii_domain(name)) return std::nullopt;
  return name;
}

base::Result<std::string> to_wire_address(std::string_view address) {
  const auto refused = [] {
    return base::make_error(base::ErrorKind::invalid, "error.mail.address", "not an address that mail can be sent to");
  };
  if (address.size() > max_mail_address) return refused();
  const auto at = address.find('@');
  if (at == std::string_view::npos) return refused();
  const auto local = address.substr(0, at);
  const auto domain = to_wire_domain(address.substr(at + 1));
  if (!domain) return refused();
  if (local.size() <= max_local_part && !is_ascii(local) && base::is_utf8(local))
    return base::make_error(base::ErrorKind::invalid, "error.mail.local_part",
                            "letters before '@' that are not ASCII need SMTPUTF8");
  if (local.size() > max_local_part || !is_dot_atom(local)) return refused();
  std::string wire = std::string(local) + '@' + *domain;
  if (wire.size() > max_mail_address) return refused();
  return wire;
}

bool is_mail_address(std::string_view address) { return to_wire_address(address).has_value(); }

}  // namespace alting::net
