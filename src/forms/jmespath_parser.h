// The tree of a JMESPath query.
#pragma once
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace alting::forms::jmes {

using base::Json;

enum class Kind : std::uint8_t {
  current,        // @
  field,          // name
  literal,        // value
  index,          // number
  slice,          // numbers
  projection,     // [*]: left, right
  flatten,        // []: left, right
  values,         // *: left, right
  filter,         // [?c]: left, right, condition
  subexpression,  // left.right
  pipe,           // left | right
  either,         // left || right
  both,           // left && right
  negation,       // !left
  comparison,     // name is the operator
  list,           // [a, b]
  hash,           // {a: b}: names
  call,           // name(parts)
  reference,      // &left
};

struct Query {
  Kind kind = Kind::current;
  std::string name;
  Json value;
  std::vector<std::optional<std::int64_t>> numbers;
  std::vector<std::string> names;
  std::vector<Query> parts;
};

[[nodiscard]] std::expected<Query, std::string> parse(std::string_view text);

}  // namespace alting::forms::jmes
