#include "net/mail.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>

#include "base/bytes.h"
#include "base/text.h"

namespace alting::net {
namespace {

using base::ErrorKind;
using base::make_error;

constexpr std::size_t max_shown = 500;    // octets of a subject or a name
constexpr std::size_t max_raw_line = 60;  // what is longer is encoded, and so folded without a rule of its own

// "=_" cannot stand in quoted-printable text (RFC 2045 section 6.7), so no part can hold it.
constexpr std::string_view boundary = "=_alternative";

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

base::Status check_header(std::string_view value) {
  if (value.size() > max_shown || !base::is_utf8(value) || std::any_of(value.begin(), value.end(), is_control))
    return make_error(ErrorKind::invalid, "error.mail.header",
                      "a header of a mail has a control character, is no UTF-8 or is too long");
  return {};
}

base::Status check_text(std::string_view text) {
  if (text.size() > max_mail_text || !base::is_utf8(text) || text.find('\0') != std::string_view::npos)
    return make_error(ErrorKind::invalid, "error.mail.text", "a text of a mail has a NUL, is no UTF-8 or is too long");
  return {};
}

// A word of the mail's own making, which stands in headers and commands.
base::Status check_plain_word(std::string_view word) {
  const bool plain =
      word.size() <= 100 && std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
      });
  if (plain) return {};
  return make_error(ErrorKind::invalid, "error.mail.header", "a header of a mail has what may not stand there");
}

// RFC 2047: words of at most 75 octets, none of which splits a code point, one to a line.
std::string encoded_words(std::string_view text) {
  constexpr std::size_t octets_in_word = 39;  // 52 in base64, 12 around them, and "Subject: " before the first
  std::string words;
  while (!text.empty()) {
    std::size_t size = std::min(octets_in_word, text.size());
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
    if (!words.empty()) words += "\r\n ";
    words += "=?UTF-8?B?" + base::to_base64(text.substr(0, size)) + "?=";
    text.remove_prefix(size);
  }
  return words;
}

bool is_short_ascii(std::string_view text) {
  return text.size() <= max_raw_line && text.find("=?") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

std::string subject_line(std::string_view subject) {
  const bool raw = is_short_ascii(subject) && base::trim(subject) == subject;
  return "Subject: " + (raw ? std::string(subject) : encoded_words(subject)) + "\r\n";
}

std::string from_line(std::string_view name, std::string_view address) {
  if (name.empty()) return fmt::format("From: <{}>\r\n", address);
  if (!is_short_ascii(name)) return fmt::format("From: {}\r\n <{}>\r\n", encoded_words(name), address);
  std::string quoted;
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return fmt::format("From: \"{}\"\r\n <{}>\r\n", quoted, address);
}

// RFC 5322 section 3.3, in UTC.
std::string date_line(base::Instant at) {
  using namespace std::chrono;
  constexpr std::array day_names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_time<microseconds> moment{microseconds{at.micros}};
  const auto midnight = floor<days>(moment);
  const year_month_day date(midnight);
  const hh_mm_ss time_of_day(floor<seconds>(moment - midnight));
  return fmt::format("Date: {}, {} {} {} {:02}:{:02}:{:02} +0000\r\n", day_names[weekday(midnight).c_encoding()],
                     static_cast<unsigned>(date.day()), month_names[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), time_of_day.hours().count(), time_of_day.minutes().count(),
                     time_of_day.seconds().count());
}

// RFC 2045 section 6.7. Whatever ends a line in `text` becomes CR LF, and neither octet stands anywhere else.
std::string quoted_printable(std::string_view text) {
  constexpr std::size_t widest = 75;  // and a '=' where the line goes on
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r' || c == '\n') {
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
      out += "\r\n";
      column = 0;
      continue;
    }
    const bool at_end = i + 1 == text.size() || text[i + 1] == '\r' || text[i + 1] == '\n';
    const bool blank = (c == ' ' || c == '\t') && !at_end;
    // "From " at the beginning of a line is changed by some servers, and the signature with it.
    const bool from = c == 'F' && column == 0;
    const bool as_it_is = blank || (c > ' ' && c < 0x7f && c != '=' && !from);
    const std::size_t width = as_it_is ? 1 : 3;
    if (column + width > widest) {
      out += "=\r\n";
      column = 0;
    }
    if (as_it_is)
      out += c;
    else
      fmt::format_to(std::back_inserter(out), "={:02X}", static_cast<unsigned char>(c));
    column += width;
  }
  if (column > 0) out += "\r\n";
  return out;
}

std::string part_head(std::string_view type) {
  return fmt::format("Content-Type: text/{}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n", type);
}

base::Status check(const Mail& mail) {
  ALTING_CHECK(check_header(mail.from_name));
  ALTING_CHECK(check_header(mail.subject));
  ALTING_CHECK(check_plain_word(mail.language));
  ALTING_CHECK(check_plain_word(mail.envelope_id));
  ALTING_CHECK(check_text(mail.plain));
  return check_text(mail.html);
}

}  // namespace

base::Result<std::string> compose(const Mail& mail, const DkimSigner* signer) {
  ALTING_CHECK(check(mail));
  ALTING_TRY(from, to_wire_address(mail.from));
  ALTING_TRY(to, to_wire_address(mail.to));
  ALTING_TRY(id, to_wire_address(mail.message_id));
  ALTING_TRY(return_path, to_wire_address(mail.return_path));
  std::string headers = date_line(mail.date) + from_line(mail.from_name, from) + fmt::format("To: <{}>\r\n", to) +
                        subject_line(mail.subject) + fmt::format("Message-ID: <{}>\r\n", id) +
                        "MIME-Version: 1.0\r\n"
                        // RFC 3834; and what Exchange asks for, so that nobody's absence answers.
                        "Auto-Submitted: auto-generated\r\n"
                        "X-Auto-Response-Suppress: All\r\n";
  if (!mail.language.empty()) headers += fmt::format("Content-Language: {}\r\n", mail.language);
  std::string body;
  if (mail.html.empty()) {
    headers += part_head("plain");
    body = quoted_printable(mail.plain);
  } else {
    headers += fmt::format("Content-Type: multipart/alternative; boundary=\"{}\"\r\n", boundary);
    // RFC 2046 section 5.1.4: the plainest first.
    body = fmt::format("--{0}\r\n{1}\r\n{2}\r\n--{0}\r\n{3}\r\n{4}\r\n--{0}--\r\n", boundary, part_head("plain"),
                       quoted_printable(mail.plain), part_head("html"), quoted_printable(mail.html));
  }
  const std::string signatures = signer == nullptr ? std::string() : signer->sign(headers, body);
  return signatures + headers + "\r\n" + body;
}

}  // namespace alting::net
