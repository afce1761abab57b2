// What notices say: templates with typed fields, in three languages, carried in the program (templates/NAME.VERSION.toml;
// script/lib/notice_templates.py makes code of them, and refuses one with a link, without one of the languages, or that
// names a field nobody declared). An order keeps the version it was placed with.
//
// Plain text and HTML are made of the same paragraphs, so that both say the same. A paragraph that names a field which
// the order does not give is left out.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/language.h"
#include "base/result.h"

namespace alting::notify {

enum class FieldType : std::uint8_t {
  name,     // of an agency: at most 120 octets, one line, nothing that could be a link, an address or somebody's number
  service,  // "org/app"; its title is said, in the reader's language
  day,      // "YYYY-MM-DD"
  sentence,  // of who runs the portal: at most 500 octets, otherwise as `name`
};
struct TemplateField {
  std::string_view name;
  FieldType type;
};
struct TemplateWords {
  std::string_view subject;
  std::string_view text;     // paragraphs with an empty line between
  std::string_view several;  // when more than one order go together; "": they never do
  std::string_view bare;     // to an address that others use too; "": nothing goes there
};
enum class TemplateFor : std::uint8_t {
  notice,  // the recipient's own or official addresses, and those it has added
  staff,   // an agency's: the addresses it has added
  service,  // of no one service: the addresses that an organisation or an agency's staff has added here, and no register's
  code,     // the one address that is to be verified
};
struct Template {
  std::string_view name;
  std::int64_t version;
  TemplateFor audience;
  std::span<const TemplateField> fields;
  std::array<TemplateWords, 3> words;  // in the order of base::all_languages
  [[nodiscard]] bool merges() const { return !words[0].several.empty(); }
};

// Each name and version; made at build time.
[[nodiscard]] std::span<const Template> all_templates();
[[nodiscard]] const Template* newest_template(std::string_view name);
[[nodiscard]] const Template* find_template(std::string_view name, std::int64_t version);

// Whether an order may give these: each declared, and of its type. `invalid` (notify.error.field; "field" in params).
[[nodiscard]] base::Status check_fields(const Template& form, const std::map<std::string, std::string>& fields);

// What is filled in besides the order's fields; "" is not given.
struct NoticeWords {
  std::string site;        // the address to type: "alting.example.no"
  std::string recipient;   // of an organisation its name
  std::string service;     // title, when a field says it
  std::string code;        // of a template for code
  std::int64_t count = 1;  // of orders that go together
  bool bare = false;       // the form for an address that others use too
};
struct RenderedNotice {
  std::string subject, plain, html;
};
[[nodiscard]] RenderedNotice render(const Template& form, base::Language language,
                                    const std::map<std::string, std::string>& fields, const NoticeWords& words);

}  // namespace alting::notify
