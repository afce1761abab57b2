#include "notify/templates.h"

#include <algorithm>
#include <optional>

#include "base/markup.h"
#include "base/text.h"
#include "base/time.h"
#include "base/typed_text.h"
#include "terms/ids.h"

namespace alting::notify {
namespace {

constexpr std::size_t max_name = 120, max_sentence = 500, digits_of_a_number = 6;

bool is_figure(char c) { return c >= '0' && c <= '9'; }

// What mail programs make links of, what could be markup or an address, and what could be somebody's number.
bool is_harmless(std::string_view given) {
  // Before it is cleaned, which would leave these out.
  if (!base::is_utf8(given) ||
      std::ranges::any_of(given, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
    return false;
  const auto text = base::clean_figures(given);                      // digits of every script as 0-9
  for (const std::string_view dot : {"\u3002", "\uff0e", "\uff61"})  // browsers take them for dots
    if (text.find(dot) != std::string::npos) return false;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '@' || c == '<' || c == '>' || c == '{' || c == '}') return false;
    const bool is_letter = c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    digits = c >= '0' && c <= '9' ? digits + 1 : is_letter ? 0 : digits;  // 22 33-44/55 is a number too
    if (digits >= digits_of_a_number) return false;
    // A dot or colon without a blank after it is what addresses have: "www.x", "x.no", "x://"; but 20:00 is a time.
    const bool is_time = c == ':' && i > 0 && is_figure(text[i - 1]) && i + 1 < text.size() && is_figure(text[i + 1]);
    if ((c == '.' || c == ':') && !is_time && i + 1 < text.size() && text[i + 1] != ' ' && text[i + 1] != '.')
      return false;
  }
  return true;
}

bool is_of_type(FieldType type, std::string_view value) {
  switch (type) {
    case FieldType::name: return !value.empty() && value.size() <= max_name && is_harmless(value);
    case FieldType::sentence: return !value.empty() && value.size() <= max_sentence && is_harmless(value);
    case FieldType::service: return terms::AppId::parse(value).has_value();
    case FieldType::day: return base::is_date(value);
  }
  return false;
}

base::Error wrong_field(std::string_view name) {
  auto error = base::make_error(base::ErrorKind::invalid, "notify.error.field");
  error.params.emplace_back("field", std::string(name));
  return error;
}

// One paragraph with its places filled; nothing when one of them has no value.
std::optional<std::string> filled(std::string_view paragraph, const std::map<std::string, std::string>& values) {
  std::string out;
  while (!paragraph.empty()) {
    const auto open = paragraph.find('{');
    out += paragraph.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = paragraph.find('}', open);
    const auto found = values.find(std::string(paragraph.substr(open + 1, close - open - 1)));
    if (found == values.end() || found->second.empty()) return std::nullopt;
    out += found->second;
    paragraph.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace

const Template* find_template(std::string_view name, std::int64_t version) {
  for (const auto& one : all_templates())
    if (one.name == name && one.version == version) return &one;
  return nullptr;
}

const Template* newest_template(std::string_view name) {
  const Template* newest = nullptr;
  for (const auto& one : all_templates())
    if (one.name == name && (!newest || one.version > newest->version)) newest = &one;
  return newest;
}

base::Status check_fields(const Template& form, const std::map<std::string, std::string>& fields) {
  for (const auto& [name, value] : fields) {
    const auto declared = std::ranges::find(form.fields, name, &TemplateField::name);
    if (declared == form.fields.end() || !is_of_type(declared->type, value)) return wrong_field(name);
  }
  return {};
}

RenderedNotice render(const Template& form, base::Language language, const std::map<std::string, std::string>& fields,
                      const NoticeWords& words) {
  const auto& said = form.words.at(static_cast<std::size_t>(language));
  auto values = fields;
  for (const auto& field : form.fields) {
    const auto given = values.find(std::string(field.name));
    if (given == values.end()) continue;
    if (field.type == FieldType::day) given->second = base::date_in_words(given->second, language);
    if (field.type == FieldType::service) given->second = words.service;
  }
  values["site"] = words.site;
  values["recipient"] = words.recipient;
  values["code"] = words.code;
  values["count"] = std::to_string(words.count);
  auto text = words.bare ? said.bare : words.count > 1 ? said.several : said.text;
  RenderedNotice out{.subject = std::string(said.subject), .plain = {}, .html = {}};
  out.html = "<!doctype html>\n<html lang=\"" + std::string(base::to_text(language)) +
             "\">\n<head><meta charset=\"utf-8\"><title>" + base::escape_markup(said.subject) +
             "</title></head>\n<body>\n";
  while (!text.empty()) {
    const auto end = text.find("\n\n");
    if (const auto paragraph = filled(text.substr(0, end), values)) {
      if (!out.plain.empty()) out.plain += "\n";
      out.plain += *paragraph + "\n";
      out.html += "<p>" + base::escape_markup(*paragraph) + "</p>\n";
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 2);
  }
  out.html += "</body>\n</html>\n";
  return out;
}

}  // namespace alting::notify
