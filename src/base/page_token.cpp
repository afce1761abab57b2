#include "base/page_token.h"

#include <charconv>

namespace alting::base::page_token {

std::string write(std::int64_t part) { return std::to_string(part); }
std::string write(const Uuid& part) { return part.text(); }

template <>
std::optional<std::int64_t> read<std::int64_t>(std::string_view part) {
  std::int64_t number = 0;
  const auto* end = part.data() + part.size();
  const auto read = std::from_chars(part.data(), end, number);
  return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

template <>
std::optional<Uuid> read<Uuid>(std::string_view part) {
  return Uuid::parse(part);
}

}  // namespace alting::base::page_token
