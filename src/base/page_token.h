// Where a list goes on. A page of a list ends with a token, the address of the next page carries it, and the list goes
// on behind the row that it names: the parts of that row's place in the list's order, joined by ':'.
//
// A token comes from outside and promises nothing. What is none reads as nothing, and the list says what it shows then.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "base/uuid.h"

namespace alting::base {

namespace page_token {

[[nodiscard]] std::string write(std::int64_t part);
[[nodiscard]] std::string write(const Uuid& part);
// Takes one part off the front of `token`; false when what stands there is no such part.
[[nodiscard]] bool take(std::string_view& token, bool last, std::int64_t& part);
[[nodiscard]] bool take(std::string_view& token, bool last, Uuid& part);

}  // namespace page_token

// to_page_token(changed.micros, id) -> "1763994000000000:0192d7f0-...". Parts are std::int64_t or Uuid.
template <class First, class... Rest>
[[nodiscard]] std::string to_page_token(const First& first, const Rest&... rest) {
  std::string token = page_token::write(first);
  ((token += ':' + page_token::write(rest)), ...);
  return token;
}

// if (const auto place = from_page_token<std::int64_t, Uuid>(query.after)) { const auto& [changed, id] = *place; ... }
template <class... Parts>
[[nodiscard]] std::optional<std::tuple<Parts...>> from_page_token(std::string_view token) {
  std::tuple<Parts...> place;
  const bool good = std::apply(
      [&](Parts&... parts) {
        std::size_t left = sizeof...(Parts);
        return (page_token::take(token, --left == 0, parts) && ...);
      },
      place);
  return good ? std::optional(std::move(place)) : std::nullopt;
}

}  // namespace alting::base
