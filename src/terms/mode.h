// Test or production: written into the data folder and the log's origin when they are made, and never changed.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace alting::terms {

enum class Mode : std::uint8_t { test, production };
[[nodiscard]] constexpr std::string_view to_text(Mode mode) { return mode == Mode::test ? "test" : "production"; }
[[nodiscard]] std::optional<Mode> mode_from(std::string_view text);

}  // namespace alting::terms
