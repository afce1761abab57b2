// What the files of functions share. Included by them only.
#pragma once
#include <span>

#include "forms/dates.h"
#include "forms/functions.h"

namespace alting::forms {

[[nodiscard]] inline std::unexpected<std::string> fail(std::string message) {
  return std::unexpected(std::move(message));
}
[[nodiscard]] std::string_view type_name(const Json& value);
[[nodiscard]] std::expected<std::string, std::string> number_or_zero(const Json& value);
[[nodiscard]] std::expected<std::optional<DateTime>, std::string> date_arg(
    const Json& value);  // nothing for null and ""
[[nodiscard]] inline Json number(std::string text) { return {base::JsonNumber{std::move(text)}}; }

// Sorted by name, each.
[[nodiscard]] std::span<const Function> logic_functions();
[[nodiscard]] std::span<const Function> number_functions();
[[nodiscard]] std::span<const Function> text_functions();
[[nodiscard]] std::span<const Function> value_functions();
[[nodiscard]] std::span<const Function> lookup_functions();
[[nodiscard]] std::span<const Function> time_functions();

}  // namespace alting::forms

// Takes the value of an outcome into `variable`, or returns its error.
#define FORMS_TRY(variable, ...)                                               \
  auto variable##_outcome = (__VA_ARGS__);                                     \
  if (!variable##_outcome) return fail(std::move(variable##_outcome.error())); \
  auto& variable = *variable##_outcome
