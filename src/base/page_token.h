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
#include <utility>

#include "base/text.h"
#include "base/uuid.h"

namespace alting::base {

namespace page_token {

[[nodiscard]] std::string write(std::int64_t part);
[[nodiscard]] std::string write(const Uuid& part);
// Nothing when it is no such part.
template <class Part>
[[nodiscard]] std::optional<Part> read(std::string_view part);
template <>
[[nodiscard]] std::optional<std::int64_t> read<std::int64_t>(std::string_view part);
template <>
[[nodiscard]] std::optional<Uuid> read<Uuid>(std::string_view part);

// A place in an order by one column is that column's value.
template <class First, class... Rest>
struct Place {
  using type = std::tuple<First, Rest...>;
};
template <class Only>
struct Place<Only> {
  using type = Only;
};

}  // namespace page_token

// to_page_token(changed.micros, id) -> "1763994000000000:0192d7f0-...". Parts are std::int64_t or Uuid.
template <class First, class... Rest>
[[nodiscard]] std::string to_page_token(const First& first, const Rest&... rest) {
  std::string token = page_token::write(first);
  ((token += ':' + page_token::write(rest)), ...);
  return token;
}

// if (const auto place = from_page_token<std::int64_t, Uuid>(query.after)) { const auto& [changed, id] = *place; ... }
// Of one part it is that part: std::optional<std::int64_t> before = from_page_token<std::int64_t>(query.after);
template <class... Parts>
[[nodiscard]] std::optional<typename page_token::Place<Parts...>::type> from_page_token(std::string_view token) {
  const auto parts = split(token, ':');
  if (parts.size() != sizeof...(Parts)) return std::nullopt;
  return [&]<std::size_t... I>(std::index_sequence<I...>) -> std::optional<typename page_token::Place<Parts...>::type> {
    auto read = std::tuple(page_token::read<Parts>(parts[I])...);
    if (!(std::get<I>(read) && ...)) return std::nullopt;
    return typename page_token::Place<Parts...>::type{*std::move(std::get<I>(read))...};
  }(std::index_sequence_for<Parts...>());
}

}  // namespace alting::base
