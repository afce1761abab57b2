// The three languages of every page, text and form (språklova § 14: bokmål and nynorsk at the same time).
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace alting::base {

enum class Language : std::uint8_t { nb, nn, en };
inline constexpr std::array<Language, 3> all_languages{Language::nb, Language::nn, Language::en};

[[nodiscard]] constexpr std::string_view to_text(Language language) {
  switch (language) {
    case Language::nb: return "nb";
    case Language::nn: return "nn";
    case Language::en: return "en";
  }
  return "nb";
}
// "nb", "nn", "en" and the forms browsers send ("no", "nb-NO", "en-GB"); nothing for others.
[[nodiscard]] std::optional<Language> language_from(std::string_view tag);
// The first supported language of an Accept-Language header (RFC 9110 section 12.5.4) by weight, else bokmål.
[[nodiscard]] Language negotiate_language(std::string_view accept_language);

}  // namespace alting::base
