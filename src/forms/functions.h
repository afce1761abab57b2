// The functions of the expression language: names, numbers of arguments, and what they do.
#pragma once
#include "forms/evaluator.h"

namespace alting::forms {

using Args = std::vector<Json>;

struct Function {
  std::string_view name;
  std::size_t min_args = 0;
  std::size_t max_args = 0;  // any_number: no limit
  Outcome (*run)(Evaluator& evaluator, const Scope& scope, Args& args) = nullptr;
};
inline constexpr std::size_t any_number = 1'000;

[[nodiscard]] const Function* find_function(std::string_view name);

// Coercions of README "Coercion of arguments"; null stays null.
[[nodiscard]] Outcome to_string_value(const Json& value);
[[nodiscard]] Outcome to_number_value(const Json& value);
[[nodiscard]] std::expected<bool, std::string> to_bool_value(const Json& value);
[[nodiscard]] std::string shown(const Json& value);  // as an error text shows it

}  // namespace alting::forms
