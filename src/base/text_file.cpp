#include "base/text_file.h"

#include "base/file.h"
#include "base/text.h"

namespace alting::base {

namespace {

constexpr std::string_view utf8_mark = "\xef\xbb\xbf", little_mark = "\xff\xfe", big_mark = "\xfe\xff";

Error malformed() {
  return make_error(ErrorKind::invalid, "error.file.not_text", "the file is not well-formed UTF-16");
}

void append_code_point(std::string& out, char32_t point) {
  const auto octet = [&](char32_t value) { out += static_cast<char>(value); };
  if (point < 0x80) return octet(point);
  if (point < 0x800) {
    octet(0xc0 | point >> 6);
  } else if (point < 0x10000) {
    octet(0xe0 | point >> 12);
    octet(0x80 | (point >> 6 & 0x3f));
  } else {
    octet(0xf0 | point >> 18);
    octet(0x80 | (point >> 12 & 0x3f));
    octet(0x80 | (point >> 6 & 0x3f));
  }
  octet(0x80 | (point & 0x3f));
}

}  // namespace

void TextDecoder::recognise() {
  if (waiting_.starts_with(little_mark)) {
    form_ = Form::little_endian;
    waiting_.erase(0, little_mark.size());
  } else if (waiting_.starts_with(big_mark)) {
    form_ = Form::big_endian;
    waiting_.erase(0, big_mark.size());
  } else if (waiting_.starts_with(utf8_mark)) {
    form_ = Form::octets;
    waiting_.erase(0, utf8_mark.size());
  } else if (waiting_.size() >= utf8_mark.size() || !utf8_mark.starts_with(waiting_)) {
    const bool may_become_a_mark =
        waiting_.size() == 1 && (waiting_[0] == little_mark[0] || waiting_[0] == big_mark[0]);
    if (!may_become_a_mark) form_ = Form::octets;
  }
}

Result<std::string> TextDecoder::decode(std::string piece) {
  if (form_ == Form::octets) return piece;
  waiting_ += piece;
  if (form_ == Form::unknown) recognise();
  if (form_ == Form::unknown) return std::string();
  if (form_ == Form::octets) return std::exchange(waiting_, {});
  std::string out;
  std::size_t at = 0;
  for (; at + 1 < waiting_.size(); at += 2) {
    const auto first = static_cast<unsigned char>(waiting_[at]), second = static_cast<unsigned char>(waiting_[at + 1]);
    const auto unit = static_cast<char16_t>(form_ == Form::little_endian ? second << 8 | first : first << 8 | second);
    const bool is_high = unit >= 0xd800 && unit < 0xdc00, is_low = unit >= 0xdc00 && unit < 0xe000;
    if (is_low != (high_ != 0)) return malformed();
    if (is_high) {
      high_ = unit;
    } else {
      append_code_point(out, is_low ? 0x10000 + (char32_t{high_} - 0xd800) * 0x400 + (char32_t{unit} - 0xdc00) : unit);
      high_ = 0;
    }
  }
  waiting_.erase(0, at);
  return out;
}

Status TextDecoder::end() const {
  if (high_ != 0 || (form_ != Form::octets && !waiting_.empty())) return malformed();
  return {};
}

Result<std::string> to_plain_text(std::string octets) {
  TextDecoder decoder;
  ALTING_TRY(text, decoder.decode(std::move(octets)));
  ALTING_CHECK(decoder.end());
  if (text.find('\r') == std::string::npos) return text;
  return replace_all(replace_all(std::move(text), "\r\n", "\n"), "\r", "\n");
}

Result<std::string> read_text_file(const std::filesystem::path& path, std::size_t limit) {
  ALTING_TRY(octets, read_file(path, limit));
  return to_plain_text(std::move(octets));
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (const auto line : split(text, '\n'))
    if (const auto kept = trim(line); !kept.empty()) lines.emplace_back(kept);
  return lines;
}

}  // namespace alting::base
