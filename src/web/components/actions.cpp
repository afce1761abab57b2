#include "web/components/actions.h"

namespace alting::web::ui {

using html::Attribute;
using html::Attributes;
using html::el;

std::string_view to_text(Color color) {
  switch (color) {
    case Color::accent: return "accent";
    case Color::neutral: return "neutral";
    case Color::info: return "info";
    case Color::success: return "success";
    case Color::warning: return "warning";
    case Color::danger: return "danger";
  }
  return "neutral";
}

namespace {

std::string_view to_text(Variant variant) {
  switch (variant) {
    case Variant::primary: return "primary";
    case Variant::secondary: return "secondary";
    case Variant::tertiary: return "tertiary";
  }
  return "primary";
}

void add_if(Attributes& attributes, html::Name name, const std::string& value) {
  if (!value.empty()) attributes.push_back({name, value});
}

// Of what, for who does not see the place.
Html read_aloud(std::string_view about) {
  return about.empty() ? Html() : el("span", {{"class", "ds-sr-only"}}, html::text(fmt::format(": {}", about)));
}

}  // namespace

Html whole(const RichText& words) {
  auto label = html::words(words, html::Links::dropped);
  return words.only_words() != nullptr ? label : el("span", label);
}

Html button(const Button& button) {
  Attributes attributes{{"class", "ds-button"}, {"type", "submit"}, {"data-variant", to_text(button.variant)}};
  if (button.color != Color::accent) attributes.push_back({"data-color", to_text(button.color)});
  add_if(attributes, "id", button.id);
  if (!button.name.empty()) {
    attributes.push_back({"name", button.name});
    attributes.push_back({"value", button.value});
  }
  if (!button.formaction.empty()) attributes.push_back(html::formaction(button.formaction));
  attributes.push_back({"formnovalidate", button.no_validate});
  attributes.push_back({"disabled", button.disabled});
  attributes.push_back({"data-downloads", button.downloads});
  add_if(attributes, "aria-describedby", button.described_by);
  return el("button", attributes, whole(button.label) + read_aloud(button.about));
}

Html button(std::string_view label, Variant variant) {
  Button plain;
  plain.label = label;
  plain.variant = variant;
  return button(plain);
}

Html button_link(std::string_view label, std::string_view href, Variant variant) {
  return el("a", {{"class", "ds-button"}, {"data-variant", to_text(variant)}, html::href(href)}, html::text(label));
}

Html link(std::string_view label, std::string_view href, std::string_view about) {
  return el("a", {{"class", "ds-link"}, html::href(href)}, html::text(label) + read_aloud(about));
}

Html link_in_new_tab(std::string_view label, std::string_view href) {
  return el("a", {{"class", "ds-link"}, html::href(href), {"target", "_blank"}, {"rel", "noopener"}},
            html::text(label));
}

Html button_row(const Html& buttons) { return el("div", {{"class", "button-row"}}, buttons); }

Html copy_button(std::string_view label, std::string_view text, std::string_view done) {
  return el("span", {{"class", "copy"}},
            el("button",
               {{"class", "ds-button"},
                {"type", "button"},
                {"data-variant", "tertiary"},
                {"data-size", "sm"},
                {"data-copy", text},
                {"data-done", done},
                {"hidden", true}},
               html::text(label)),
            el("span", {{"class", "copy-done"}, {"role", "status"}}));
}

namespace {

Html hidden(std::string_view name, std::string_view value) {
  Attributes attributes{{"type", "hidden"}, {"name", name}, {"value", value}};
  // What the script renews after each save.
  if (name == "version" || name == "seen") attributes.push_back({"id", name});
  return el("input", attributes);
}

}  // namespace

namespace {

// Neither seen, heard nor reached with Tab: the same button stands where one looks for it.
Html enter_button(const Button& button) {
  Attributes attributes{{"class", "ds-sr-only"}, {"type", "submit"}, {"tabindex", "-1"}, {"aria-hidden", "true"}};
  if (!button.name.empty()) {
    attributes.push_back({"name", button.name});
    attributes.push_back({"value", button.value});
  }
  return el("button", attributes, whole(button.label));
}

}  // namespace

Html post_form(const Form& form, const Html& content) {
  Attributes attributes{html::action(form.action), {"method", "post"}};
  add_if(attributes, "id", form.id);
  if (form.multipart) attributes.push_back({"enctype", "multipart/form-data"});
  if (!form.autosave.empty() && html::is_safe_url(form.autosave)) {
    attributes.push_back({"data-autosave", form.autosave});
    add_if(attributes, "data-saved", form.saved_text);
    add_if(attributes, "data-saving", form.saving_text);
    add_if(attributes, "data-offline", form.offline_text);
    add_if(attributes, "data-busy", form.busy_text);
    add_if(attributes, "data-broken", form.broken_text);
    add_if(attributes, "data-conflict", form.conflict_text);
    add_if(attributes, "data-offline-next", form.offline_next_text);
    if (form.restored) attributes.push_back({"data-restored", ""});
  }
  if (!form.again.first.empty()) {
    attributes.push_back({"data-again", form.again.first});
    attributes.push_back({"data-again-value", form.again.second});
    if (form.typed) attributes.push_back({"data-typed", ""});
  }
  // The server says what is wrong, in the page's language and with a summary; the browser's own bubbles would come in
  // between.
  attributes.push_back({"novalidate", true});
  Html first = hidden("token", form.token);
  for (const auto& [name, value] : form.hidden) first += hidden(name, value);
  if (form.enter) first += enter_button(*form.enter);
  if (!form.autosave.empty()) first += el("p", {{"id", "form-said"}, {"class", "ds-sr-only"}, {"role", "status"}});
  return el("form", attributes, first, content);
}

Html post_button(const Form& form, const Button& button) { return post_form(form, ui::button(button)); }

Html get_form(std::string_view action, const Html& content) {
  return el("form", {html::action(action), {"method", "get"}}, content);
}

Response fragment(const Html& elements, int status) {
  Response response = page(elements, status);
  response.headers.emplace_back("Alting-Fragment", "1");
  return response;
}

}  // namespace alting::web::ui
