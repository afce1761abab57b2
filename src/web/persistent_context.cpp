#include "web/persistent_context.h"

#include "base/bytes.h"

namespace alting::web {
namespace {

// Letters of any script: octets above ASCII are taken as they are ("BankID på mobil").
bool is_method(std::string_view text) {
  return text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' || c == '-' ||
                  static_cast<unsigned char>(c) >= 0x80;
         });
}

}  // namespace

PersistentContext read_persistent_context(std::string_view cookie) {
  const auto colon = cookie.find(':');
  const auto language = cookie.substr(0, colon);
  const auto method =
      base::from_base64url(colon == std::string_view::npos ? std::string_view() : cookie.substr(colon + 1));
  PersistentContext context;
  for (const auto known : base::all_languages)
    if (base::to_text(known) == language) context.language = known;
  if (method && is_method(*method)) context.login_method = *method;
  return context;
}

std::string to_text(const PersistentContext& context) {
  std::string text(context.language ? base::to_text(*context.language) : std::string_view());
  if (!context.login_method.empty() && is_method(context.login_method))
    text += ":" + base::to_base64url(context.login_method);
  return text;
}

}  // namespace alting::web
