#include "portal/service_parts.h"

#include <algorithm>

#include "portal/access_request_box.h"
#include "portal/other_ways.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;

bool is_for_persons(const forms::App& app) {
  const auto& allowed = app.facts().parties_allowed;
  return allowed.empty() || std::find(allowed.begin(), allowed.end(), "person") != allowed.end();
}

StartChoice read_start_choice(const Request& request) {
  const auto chosen = request.form_value(start_field::choice);
  if (chosen == start_field::addition) return {.adds_to = std::string(request.form_value(start_field::earlier))};
  if (chosen.empty() || chosen == start_field::new_form) {
    const auto way = request.form_value(start_field::way);
    return {.is_new = !chosen.empty() || !way.empty(), .way = std::string(way), .adds_to = {}};
  }
  const auto by = new_form_by({}) + ":";
  if (chosen.starts_with(by)) return {.is_new = true, .way = std::string(chosen.substr(by.size())), .adds_to = {}};
  return {.adds_to = std::string(chosen)};
}

std::string new_form_by(std::string_view way) {
  return way.empty() ? std::string(start_field::new_form) : fmt::format("{}:{}", start_field::new_form, way);
}

Html service_head(const View& view, const forms::App& app) {
  const auto start = app.start(view.language);
  Html content = ui::heading(1, start.title);
  if (!start.lead.empty()) content += el("p", {{"class", "start-lead"}}, html::words(start.lead));
  return content + ui::ingress(start.for_whom);
}

std::string way_label(const View& view, const forms::WayTexts& way) {
  return view.t("service.way",
                {{"title", way.title.plain()}, {"time", view.plural("service.about_minutes", way.minutes)}});
}

Html start_buttons(const View& view, const forms::App& app) {
  const auto ways = app.way_texts(view.language);
  if (ways.empty()) return ui::button_row(ui::button({.label = view.t("service.start")}));
  Html choices;
  for (const auto& way : ways) {
    const auto id = "way-" + ui::field_id(way.code);
    choices += el("div", {{"class", "way"}},
                  ui::button({.label = way_label(view, way),
                              .variant = choices.empty() ? ui::Variant::primary : ui::Variant::secondary,
                              .name = std::string(start_field::way),
                              .value = way.code,
                              .described_by = id}) +
                      el("p", {{"id", id}}, html::words(way.text)));
  }
  return el("div", {{"class", "ways"}}, choices);
}

Html facts_of_service(const View& view, const forms::App& app) {
  const auto start = app.start(view.language);
  const auto controller = app.controller(view.language);
  Html content;
  if (!start.prepare.empty()) {
    std::vector<Html> items;
    for (const auto& item : start.prepare) items.push_back(html::blocks(item));
    content += ui::section(view.t("service.prepare"), ui::list(items));
  }
  std::vector<ui::Term> facts;
  std::vector<Html> times;
  for (const auto& way : app.way_texts(view.language)) times.push_back(text(way_label(view, way)));
  facts.push_back({view.t("service.time"),
                   times.empty() ? text(view.plural("service.minutes", start.minutes)) : ui::list(times),
                   {}});
  facts.push_back({view.t("service.controller"), text(controller.name), {}});
  facts.push_back({view.t("service.dpo"),
                   text(controller.dpo_email + (controller.dpo_phone.empty() ? "" : ", " + controller.dpo_phone)),
                   {}});
  facts.push_back({view.t("service.legal_basis"), html::blocks(start.legal_basis), {}});
  facts.push_back({view.t("service.who_sees"), html::blocks(start.who_sees), {}});
  const Html on_roles = html::el("p", ui::link(view.t("access.ask.help"), route::help_on_roles));
  return content + ui::section(view.t("service.facts"), ui::description_list(facts) + on_roles) + other_ways(view, app);
}

Html for_a_business(View& view, const forms::App& app) {
  constexpr std::size_t max_named = 10;
  std::vector<ui::ItemRow> may;
  std::vector<ui::Term> ask;
  for (const auto& one : view.site.decider.representations(view.actor(), {.limit = 50}).rows) {
    if (one.party.kind == parties::PartyKind::person || one.only_as_parent || may.size() + ask.size() >= max_named)
      continue;
    const auto advice = view.site.decider.advise(view.actor(), one.party.id, app.facts().id);
    if (advice.may) {
      may.push_back({.title = one.party.name,
                     .href = PartyAddresses(one.party.uuid).service(app.facts().id),
                     .details = text(view.t("site.orgnr",
                                            {{"number", spaced_organisation_number(one.party.organisation_number)}}))});
    } else if (!advice.ask.empty()) {
      ask.push_back({one.party.name, text(fmt::format("{}", fmt::join(advice.ask, ", "))), {}});
    }
  }
  Html content = ui::alert(
      {.color = ui::Color::warning,
       .title = view.t("service.business.title"),
       .body = ui::paragraph(view.t("service.business.text", {{"agency", app.controller(view.language).name}}))});
  if (!may.empty())
    content += ui::section(view.t("service.business.may"), ui::item_list(may, view.t("service.business.may")));
  content += ui::button_row(ui::button_link(view.t("service.choose_party"),
                                            choose_party_address(service_address(app.facts().id)),
                                            may.empty() ? ui::Variant::primary : ui::Variant::secondary));
  Html access = ui::prose(html::markdown(view.t("service.business.access")));
  if (!ask.empty()) access += ui::paragraph(view.t("service.business.ask")) + ui::description_list(ask);
  access += find_business_to_ask(view, app.facts().id);
  return content + ui::section(view.t("service.business.missing"), access);
}

}  // namespace alting::portal
