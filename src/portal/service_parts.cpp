#include "portal/service_parts.h"

#include <algorithm>

#include "portal/words.h"

namespace alting::portal {

using html::text;

bool is_for_persons(const forms::App& app) {
  const auto& allowed = app.facts().parties_allowed;
  return allowed.empty() || std::find(allowed.begin(), allowed.end(), "person") != allowed.end();
}

Html about_service(const View& view, const forms::App& app) {
  const auto start = app.start(view.language);
  Html content = ui::heading(1, start.title);
  content += ui::ingress(start.for_whom);
  if (!start.prepare.empty()) {
    std::vector<Html> items;
    for (const auto& item : start.prepare) items.push_back(html::blocks(item));
    content += ui::section(view.t("service.prepare"), ui::list(items));
  }
  return content;
}

Html facts_of_service(const View& view, const forms::App& app) {
  const auto start = app.start(view.language);
  const auto controller = app.controller(view.language);
  std::vector<ui::Term> facts;
  facts.push_back({view.t("service.time"), text(view.plural("service.minutes", start.minutes)), {}});
  facts.push_back({view.t("service.controller"), text(controller.name), {}});
  facts.push_back({view.t("service.dpo"),
                   text(controller.dpo_email + (controller.dpo_phone.empty() ? "" : ", " + controller.dpo_phone)),
                   {}});
  facts.push_back({view.t("service.legal_basis"), html::blocks(start.legal_basis), {}});
  facts.push_back({view.t("service.who_sees"), html::blocks(start.who_sees), {}});
  return ui::section(view.t("service.facts"), ui::description_list(facts));
}

Html not_allowed(const View& view, const forms::App& app) {
  const auto advice = view.site.decider.advise(view.actor(), view.party->id, app.facts().id);
  Html body = ui::paragraph(view.t("service.no_access.text", {{"party", view.party->name}}));
  if (!advice.ask.empty()) {
    std::vector<Html> names;
    for (const auto& name : advice.ask) names.push_back(text(name));
    body += ui::paragraph(view.t("service.no_access.ask")) + ui::list(names);
  }
  if (advice.register_may_be_outdated) body += ui::prose(html::markdown(view.t("service.no_access.outdated")));
  return ui::alert({.color = ui::Color::warning, .title = view.t("service.no_access.title"), .body = body});
}

Html for_a_business(const View& view, const forms::App& app) {
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
  Html content = ui::alert({.color = ui::Color::warning,
                            .title = view.t("service.business.title"),
                            .body = ui::paragraph(view.t("service.business.text"))});
  if (!may.empty())
    content += ui::section(view.t("service.business.may"), ui::item_list(may, view.t("service.business.may")));
  content += ui::button_row(ui::button_link(view.t("service.choose_party"),
                                            choose_party_address(service_address(app.facts().id)),
                                            may.empty() ? ui::Variant::primary : ui::Variant::secondary));
  Html access = ui::prose(html::markdown(view.t("service.business.access")));
  if (!ask.empty()) access += ui::paragraph(view.t("service.no_access.ask")) + ui::description_list(ask);
  return content + ui::section(view.t("service.business.missing"), access);
}

}  // namespace alting::portal
