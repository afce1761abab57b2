#include "login/test_issuer/pages.h"

#include "login/level.h"
#include "web/components/components.h"

namespace alting::login::test_issuer {
namespace {

namespace ui = web::ui;
using base::Language;
using web::html::el;
using web::html::Html;

std::string_view own_name(Language language) {
  switch (language) {
    case Language::nb: return "Bokmål";
    case Language::nn: return "Nynorsk";
    case Language::en: return "English";
  }
  return "Bokmål";
}

}  // namespace

web::Response Pages::page(Language language, const std::string& title, const Html& content, const std::string& here,
                          int status, const std::string& refresh_to, bool with_error) const {
  ui::Layout layout;
  layout.language = language;
  layout.title = title;
  layout.site_name = t(language, "issuer.name");
  layout.home_href = here.empty() ? "/" : here;
  layout.skip_label = t(language, "issuer.skip");
  layout.test_banner = t(language, "issuer.banner");
  layout.footer_words = t(language, "issuer.footer");
  layout.language_label = t(language, "issuer.language");
  if (!here.empty())
    for (const auto other : base::all_languages)
      layout.languages.push_back({other, std::string(own_name(other)),
                                  here + "?sprak=" + std::string(base::to_text(other)), other == language});
  layout.with_error = with_error;
  layout.error_word = t(language, "issuer.fault");
  layout.refresh_to = refresh_to;
  return web::page(ui::page(layout, assets_, content), status);
}

web::Response Pages::choose_method(Language language, const std::string& here, terms::AssuranceLevel least) const {
  const std::string title = t(language, "issuer.method.title");
  Html cards;
  for (const auto& method : methods) {
    if (method.level < least) continue;
    ui::Card card;
    card.title = method.name;
    card.href = here + "/" + std::string(method.id);
    card.tags = ui::tag(t(language, "issuer.level." + digit_of(method.level)),
                        method.level == terms::AssuranceLevel::high ? ui::Color::success : ui::Color::info);
    cards += ui::card(card);
  }
  Html content = ui::heading(1, title) + ui::ingress(t(language, "issuer.method.text"));
  if (least == terms::AssuranceLevel::high)
    content += ui::alert(ui::Color::info, t(language, "issuer.method.high_needed"));
  content += ui::card_grid(cards) +
             ui::button_row(ui::button_link(t(language, "issuer.cancel"), here + "/avbryt", ui::Variant::tertiary));
  return page(language, title, content, here, 200);
}

web::Response Pages::choose_person(Language language, const PersonChoice& choice) const {
  const std::string title =
      texts_.format(language, "issuer.person.title", {{"method", std::string(choice.method->name)}});
  Html content;
  if (!choice.fault.empty())
    content += ui::error_summary(t(language, "issuer.person.fault"), {{"nummer", choice.fault}});
  content += ui::heading(1, title) + ui::ingress(t(language, "issuer.person.text"));

  ui::SearchField search;
  search.label = t(language, "issuer.person.search");
  search.button = t(language, "issuer.person.search_button");
  search.action = choice.here;
  search.name = "sok";
  search.value = choice.search;
  search.id = "sok";
  search.show_label = true;
  content += ui::search_field(search);

  ui::Form form;
  form.action = choice.here;
  form.token = choice.token;
  Html cards;
  for (const auto& person : choice.people) {
    ui::Button button;
    button.label = texts_.format(language, "issuer.person.log_in_as", {{"name", person.name}});
    button.name = "person";
    button.value = person.national_id;
    button.variant = ui::Variant::secondary;
    ui::Card card;
    card.title = person.name;
    card.body = ui::paragraph(person.about.empty() || !texts_.has(person.about) ? t(language, "issuer.person.invented")
                                                                                : t(language, person.about)) +
                ui::paragraph(person.national_id);
    card.footer = ui::button(button);
    card.heading_level = 3;
    cards += ui::card(card);
  }
  const std::string list_title = t(language, choice.search.empty() ? "issuer.person.known" : "issuer.person.found");
  content += ui::section(list_title, cards.empty() ? ui::paragraph(t(language, "issuer.person.none"))
                                                   : ui::post_form(form, ui::card_grid(cards)));

  ui::TextField number;
  number.name = "nummer";
  number.id = "nummer";
  number.label = t(language, "issuer.person.number");
  number.description = t(language, "issuer.person.number_help");
  number.value = choice.typed;
  number.error = choice.fault;
  number.input_mode = "numeric";
  number.width = 14;
  number.spell_check = false;
  content += ui::section(
      t(language, "issuer.person.other"),
      ui::post_form(form, ui::text_field(number) + ui::button_row(ui::button(t(language, "issuer.person.log_in")))));
  content += ui::button_row(ui::button_link(t(language, "issuer.back"), choice.back, ui::Variant::tertiary) +
                            ui::button_link(t(language, "issuer.cancel"), choice.cancel, ui::Variant::tertiary));
  return page(language, title, content, choice.here, choice.fault.empty() ? 200 : 422, "", !choice.fault.empty());
}

web::Response Pages::on_the_way(Language language, std::string_view text_id, const std::string& next,
                                const std::vector<std::string>& frames) const {
  const std::string id(text_id);
  const std::string title = t(language, id + ".title");
  Html content = ui::heading(1, title) + ui::ingress(t(language, id + ".text")) +
                 ui::button_row(ui::button_link(t(language, "issuer.continue"), next));
  for (const auto& path : frames)
    content += el("iframe", {{"title", t(language, "issuer.goodbye.frame")}, {"hidden", true}, web::html::src(path)});
  return page(language, title, content, "", 200, next);
}

web::Response Pages::message(Language language, std::string_view text_id, int status) const {
  const std::string id(text_id);
  const std::string title = t(language, id + ".title");
  return page(language, title, ui::heading(1, title) + ui::ingress(t(language, id + ".text")), "", status);
}

}  // namespace alting::login::test_issuer
