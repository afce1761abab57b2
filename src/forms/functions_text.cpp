// Text; positions count UTF-16 units, as Altinn's do.
#include "base/text.h"
#include "base/typed_text.h"
#include "forms/function_parts.h"

namespace alting::forms {

namespace {

std::u16string to_utf16(std::string_view text) {
  std::u16string out;
  for (std::size_t at = 0; at < text.size();) {
    auto lead = static_cast<unsigned char>(text[at]);
    std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t c = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length && at + i < text.size(); ++i)
      c = c << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    at += length;
    if (c < 0x10000) {
      out += static_cast<char16_t>(c);
    } else {
      out += static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10));
      out += static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return out;
}

void append_utf8(std::string& out, char32_t c) {
  auto put = [&](char32_t octet) { out += static_cast<char>(static_cast<unsigned char>(octet)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      put(0xE0 | c >> 12);
    } else {
      put(0xF0 | c >> 18);
      put(0x80 | (c >> 12 & 0x3F));
    }
    put(0x80 | (c >> 6 & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

// A surrogate that lost its other half becomes U+FFFD.
std::string to_utf8(std::u16string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char32_t c = text[i];
    if (c >= 0xD800 && c < 0xDC00 && i + 1 < text.size() && text[i + 1] >= 0xDC00 && text[i + 1] < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (text[++i] - 0xDC00U);
    } else if (c >= 0xD800 && c < 0xE000) {
      c = 0xFFFD;
    }
    append_utf8(out, c);
  }
  return out;
}

Outcome fn_concat(Evaluator&, const Scope&, Args& args) {
  std::string out;
  for (const auto& arg : args) {
    FORMS_TRY(text, to_string_value(arg));
    if (text.is_string()) out += text.as_string();
  }
  return Json(std::move(out));
}

template <class Test>
Outcome text_test(Args& args, bool with_null, Test test) {
  FORMS_TRY(a, to_string_value(args[0]));
  FORMS_TRY(b, to_string_value(args[1]));
  if (a.is_null() || b.is_null()) return Json(with_null);
  return Json(bool{test(std::string_view(a.as_string()), std::string_view(b.as_string()))});
}

// In a list of codes (our addition), or as a part of a text.
std::expected<bool, std::string> list_contains(const Json& list, const Json& value) {
  FORMS_TRY(wanted, to_string_value(value));
  for (const auto& item : list.items()) {
    auto text = to_string_value(item);
    if (text && *text == wanted) return true;
  }
  return false;
}

Outcome fn_contains(Evaluator&, const Scope&, Args& args) {
  if (args[0].is_array()) {
    FORMS_TRY(answer, list_contains(args[0], args[1]));
    return Json(bool{answer});
  }
  return text_test(args, false, [](auto a, auto b) { return a.find(b) != std::string_view::npos; });
}

Outcome fn_not_contains(Evaluator&, const Scope&, Args& args) {
  if (args[0].is_array()) {
    FORMS_TRY(answer, list_contains(args[0], args[1]));
    return Json(!answer);
  }
  return text_test(args, true, [](auto a, auto b) { return a.find(b) == std::string_view::npos; });
}

Outcome fn_starts_with(Evaluator&, const Scope&, Args& args) {
  return text_test(args, false, [](auto a, auto b) { return a.starts_with(b); });
}
Outcome fn_ends_with(Evaluator&, const Scope&, Args& args) {
  return text_test(args, false, [](auto a, auto b) { return a.ends_with(b); });
}
Outcome fn_comma_contains(Evaluator&, const Scope&, Args& args) {
  if (args[0].is_array()) {
    FORMS_TRY(answer, list_contains(args[0], args[1]));
    return Json(bool{answer});
  }
  return text_test(args, false, [](auto a, auto b) {
    auto parts = base::split(a, ',');
    return std::ranges::any_of(parts, [&](auto part) { return base::trim(part) == b; });
  });
}

Outcome fn_lower(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(text, to_string_value(args[0]));
  return text.is_null() ? Json() : Json(base::to_lower(text.as_string()));
}
Outcome fn_upper(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(text, to_string_value(args[0]));
  return text.is_null() ? Json() : Json(base::to_upper(text.as_string()));
}

template <class Change>
Outcome change_first(const Json& arg, Change change) {
  FORMS_TRY(text, to_string_value(arg));
  if (text.is_null() || text.as_string().empty()) return text;
  const auto& whole = text.as_string();
  std::size_t first = 1;
  while (first < whole.size() && (static_cast<unsigned char>(whole[first]) & 0xC0U) == 0x80) ++first;
  return Json(change(std::string_view(whole).substr(0, first)) + whole.substr(first));
}
Outcome fn_upper_first(Evaluator&, const Scope&, Args& args) { return change_first(args[0], base::to_upper); }
Outcome fn_lower_first(Evaluator&, const Scope&, Args& args) { return change_first(args[0], base::to_lower); }

Outcome fn_string_length(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(text, to_string_value(args[0]));
  return Json(static_cast<std::int64_t>(text.is_null() ? 0 : base::utf16_units(text.as_string())));
}

Outcome fn_string_replace(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(text, to_string_value(args[0]));
  FORMS_TRY(from, to_string_value(args[1]));
  FORMS_TRY(to, to_string_value(args[2]));
  if (text.is_null() || from.is_null() || from.as_string().empty()) return text;
  return Json(base::replace_all(text.as_string(), from.as_string(), to.text_or("")));
}

Outcome fn_string_index_of(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(text, to_string_value(args[0]));
  FORMS_TRY(part, to_string_value(args[1]));
  if (text.is_null() || part.is_null()) return Json();
  auto at = text.as_string().find(part.as_string());
  if (at == std::string::npos) return Json();
  return Json(static_cast<std::int64_t>(base::utf16_units(std::string_view(text.as_string()).substr(0, at))));
}

std::expected<std::int64_t, std::string> index_arg(const Json& value) {
  FORMS_TRY(given, to_number_value(value));
  if (given.is_null()) return fail("Start/end index cannot be null");
  auto whole = given.integer();
  if (!whole) return fail("Start/end index must be a whole number");
  return *whole;
}

Outcome fn_string_slice(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(text, to_string_value(args[0]));
  FORMS_TRY(start, index_arg(args[1]));
  std::optional<std::int64_t> last;
  if (args.size() > 2) {
    FORMS_TRY(end, index_arg(args[2]));
    last = end;
  }
  if (text.is_null()) return Json();
  auto units = to_utf16(text.as_string());
  auto size = static_cast<std::int64_t>(units.size());
  auto clamp = [&](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size); };
  auto from = clamp(start), to = clamp(last.value_or(size));
  if (from >= to) return Json("");
  return Json(
      to_utf8(std::u16string_view(units).substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from))));
}

// What a number of telephone, organisation or account is, however its digits are set apart.
Outcome fn_digits(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(text, to_string_value(args[0]));
  if (text.is_null()) return Json();
  auto out = base::clean_figures(text.as_string());
  std::erase_if(out, [](char c) { return c < '0' || c > '9'; });
  return Json(std::move(out));
}

constexpr Function text_table[] = {
    {"commaContains", 2, 2, fn_comma_contains},
    {"concat", 0, any_number, fn_concat},
    {"contains", 2, 2, fn_contains},
    {"digits", 1, 1, fn_digits},
    {"endsWith", 2, 2, fn_ends_with},
    {"lowerCase", 1, 1, fn_lower},
    {"lowerCaseFirst", 1, 1, fn_lower_first},
    {"notContains", 2, 2, fn_not_contains},
    {"startsWith", 2, 2, fn_starts_with},
    {"stringIndexOf", 2, 2, fn_string_index_of},
    {"stringLength", 1, 1, fn_string_length},
    {"stringReplace", 3, 3, fn_string_replace},
    {"stringSlice", 2, 3, fn_string_slice},
    {"upperCase", 1, 1, fn_upper},
    {"upperCaseFirst", 1, 1, fn_upper_first},
};
static_assert(std::ranges::is_sorted(text_table, {}, &Function::name));

}  // namespace

std::span<const Function> text_functions() { return text_table; }

}  // namespace alting::forms
