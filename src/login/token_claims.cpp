#include "login/token_claims.h"

namespace alting::login {

std::optional<std::vector<std::string>> claim_texts(const base::Json& value) {
  if (value.is_string()) return std::vector{value.as_string()};
  if (!value.is_array() || value.size() > 20) return std::nullopt;
  std::vector<std::string> texts;
  for (const auto& item : value.items()) {
    if (!item.is_string()) return std::nullopt;
    texts.push_back(item.as_string());
  }
  return texts;
}

std::optional<base::Instant> numeric_date(const base::Json& value) {
  if (!value.is_number()) return std::nullopt;
  const std::string& text = value.number_text();
  const auto seconds = base::Json(base::JsonNumber{text.substr(0, text.find('.'))}).integer();
  if (!seconds || *seconds < 0 || *seconds > 100'000'000'000) return std::nullopt;
  return base::Instant{*seconds * 1'000'000};
}

}  // namespace alting::login
