// What the persistent context cookie holds (A22): the chosen language, and the login method to be offered first, of who
// has asked that it be remembered. "nb:" and the method in base64url (a cookie takes only ASCII); either part may be empty. Not
// encrypted: it says nothing about who one is.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/language.h"

namespace alting::web {

struct PersistentContext {
  std::optional<base::Language> language;
  std::string login_method;  // letters, digits, blanks and hyphens, at most 40 octets; others are dropped
  bool operator==(const PersistentContext&) const = default;
};
[[nodiscard]] PersistentContext read_persistent_context(std::string_view cookie);  // what is not understood is left out
[[nodiscard]] std::string to_text(const PersistentContext& context);

}  // namespace alting::web
