#include "base/page_token.h"

#include <charconv>

namespace alting::base::page_token {
namespace {

std::optional<std::string_view> next_part(std::string_view& token, bool last) {
  const auto end = last ? token.size() : token.find(':');
  if (end == std::string_view::npos) return std::nullopt;
  const auto part = token.substr(0, end);
  token.remove_prefix(last ? end : end + 1);
  return part;
}

}  // namespace

std::string write(std::int64_t part) { return std::to_string(part); }
std::string write(const Uuid& part) { return part.text(); }

bool take(std::string_view& token, bool last, std::int64_t& part) {
  const auto digits = next_part(token, last);
  if (!digits) return false;
  const auto* end = digits->data() + digits->size();
  const auto read = std::from_chars(digits->data(), end, part);
  return read.ec == std::errc() && read.ptr == end;
}

bool take(std::string_view& token, bool last, Uuid& part) {
  const auto text = next_part(token, last);
  const auto read = text ? Uuid::parse(*text) : std::nullopt;
  if (read) part = *read;
  return read.has_value();
}

}  // namespace alting::base::page_token
