#include "portal/activity_pages.h"

#include "access/requests.h"
#include "access/roles.h"
#include "portal/interface_view.h"
#include "portal/log_words.h"
#include "portal/words.h"
#include "privacy/requests.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

using ActivityView = ViewOf<ActivityUses>;

// The level that a stronger login must have to see which form this was in, and the reference; nothing: they are shown.
std::optional<std::string> withheld(const ActivityView& view, const ledger::Activity& one) {
  const auto app = app_of_resource(one.resource);
  const auto level = app ? view.site.decider.withheld(view.actor(), *app) : std::nullopt;
  return level ? std::optional(std::to_string(static_cast<int>(*level))) : std::nullopt;
}

// To be found by its words or its kind, or by a page that goes on, would tell what is withheld.
std::vector<std::string> withheld_resources(const ActivityView& view) {
  std::vector<std::string> out;
  for (const auto& app : view.uses.apps.services())
    if (view.site.decider.withheld(view.actor(), app->facts().id)) out.push_back("app:" + app->facts().id.text());
  return out;
}

// What is confidential is known to nobody who was not given exactly that: not even that it is there.
std::vector<std::string> unseen_confidential(const ActivityView& view) {
  std::vector<std::string> out;
  for (const auto& app : view.uses.apps.services()) {
    const auto& id = app->facts().id;
    if (!view.site.decider.decide(
            view.actor(), terms::Action::read,
            {.party = view.party->id, .app = id, .instance = {}, .task = "EndEvent_1", .confidential = true}))
      out.push_back(ledger::confidential_resource("app:" + id.text()));
  }
  return out;
}

// The agency's name where its staff act: who of them it was is the agency's own matter (C-579/21). One's own page names
// oneself.
std::string who_acted(const ActivityView& view, const ledger::Activity& one, bool own) {
  if (!one.actor_is_agency || own) return one.actor_name;
  // What is restricted is so for all of an agency, or for who runs the portal.
  if (one.resource == "party") {
    const auto controller = one.parameters.text("controller");
    return controller.empty() || controller == privacy::controller_operator
               ? view.site.run_by.name
               : agency_name(view, view.uses.apps, controller);
  }
  constexpr std::string_view of_agency = "agency:";
  if (one.resource.starts_with(of_agency))
    return view.t("activity.by_agency",
                  {{"agency", agency_name(view, view.uses.apps, one.resource.substr(of_agency.size()))}});
  const auto id = app_of_resource(one.resource);
  const auto app = id ? view.uses.apps.find(*id) : nullptr;
  const bool system = one.actor_kind == terms::ActorKind::system;
  // The portal does that by itself, as it was told to when the message was sent.
  if (app && one.kind == ledger::EventKind::notice_reservation_overridden)
    return view.t("activity.by_request", {{"agency", app->controller(view.language).name}});
  if (!app) return view.t(system ? "evidence.agency_system" : "evidence.agency");
  return view.t(system ? "activity.by_system" : "activity.by_agency",
                {{"agency", app->controller(view.language).name}});
}

// Of certificates, systems and subscriptions: which one, as the pages that list them say it, and what they may do.
void add_caller_terms(const ActivityView& view, const ledger::Activity& one, std::vector<ui::Term>& terms) {
  const auto add = [&](std::string_view words, std::string value) {
    if (!value.empty()) terms.push_back({view.t(words), text(value), {}});
  };
  const std::string serial(one.parameters.text("serial"));
  add("certificates.serial", serial);
  if (!serial.empty()) add("certificates.issuer", std::string(one.parameters.text("issuer")));
  for (const auto& [name, words] : {std::pair{"fills_and_sends", "certificates.rights.fill"},
                                    std::pair{"sub_units", "certificates.rights.sub_units"}})
    if (const auto answer = one.parameters.text(name); answer == "yes" || answer == "no")
      add(words, view.t(answer == "yes" ? "yes" : "no"));
  add("interfaces.client.id", std::string(one.parameters.text("client")));
  add("interfaces.end_point", std::string(one.parameters.text("end_point")));
  add("activity.supplier", spaced_organisation_number(one.supplier));
}

// To or from whom access was given, asked for or taken, and what it was.
void add_access_terms(const ActivityView& view, const ledger::Activity& one, std::vector<ui::Term>& terms) {
  for (const auto& [name, value] : one.disclosed)
    if (const auto id = "activity.personal." + name; view.site.texts.has(id) && !value.empty())
      terms.push_back({view.t(id), text(value), {}});
  if (const auto role = one.parameters.text("role"); !role.empty())
    terms.push_back({view.t("activity.role"), text(access::role_name(role, view.language)), {}});
  const std::string ground(one.parameters.text("ground"));
  for (const auto* prefix : {"restriction.ground.", "restriction.opening."})
    if (const auto id = prefix + ground; !ground.empty() && view.site.texts.has(id))
      terms.push_back({view.t("restriction.why"), text(view.t(id)), {}});
  if (const auto until = one.parameters.text("until"); !until.empty())
    terms.push_back({view.t("access.until"), text(base::date_in_words(until, view.language)), {}});
  const auto app = terms::AppId::parse(one.parameters.text("app"));
  // A form that asks for a stronger login is not named to this one.
  if (!app || view.site.decider.withheld(view.actor(), *app)) return;
  const auto name = service_in_words(view, view.uses.apps, "app:" + app->text());
  terms.push_back({view.t("activity.only_form"), text(name), {}});
}

Html entry(const ActivityView& view, const ledger::Activity& one, bool own) {
  std::vector<ui::Term> terms;
  terms.push_back({view.t("activity.by"), text(who_acted(view, one, own)), {}});
  if (!one.party_name.empty()) terms.push_back({view.t("activity.for"), text(one.party_name), {}});
  if (const auto name = service_in_words(view, view.uses.apps, one.resource); !name.empty())
    terms.push_back({view.t("activity.service"), text(name), {}});
  add_access_terms(view, one, terms);
  add_caller_terms(view, one, terms);
  if (const auto words = ground_in_words(view, one.evidence); !words.empty())
    terms.push_back({view.t("activity.ground"), text(words), {}});
  const auto reference = one.parameters.text("reference");
  if (!reference.empty()) terms.push_back({view.t("receipt.reference"), text(reference), {}});
  if (one.index) terms.push_back({view.t("activity.index"), text(std::to_string(*one.index + 1)), {}});
  return ui::description_list(terms);
}

// A log, and where it lies.
struct ActivityPlace {
  std::string title, address;
  std::optional<terms::AppId> form = {};  // one who may see no more of the party's sees the log of this form
};

// In the form of the search: what stands in the query of its address, a browser leaves out.
Html form_in_query(const ActivityPlace& place) {
  if (!place.form) return {};
  return el("input", {{"type", "hidden"}, {"name", parameter::form}, {"value", place.form->text()}});
}

Response activity_page(ActivityView& view, const ledger::ActivityQuery& asked, const terms::Permit& permit,
                       const ActivityPlace& place) {
  auto query = asked;
  query.search = view.search_text();
  query.after = view.request.query_value(parameter::after);
  if (const auto kind = ledger::event_kind_from(view.request.query_value(parameter::event_kind))) query.kind = kind;
  const bool sought = !query.search.empty() || query.kind;
  const auto not_sought_in = sought ? withheld_resources(view) : std::vector<std::string>();
  query.without.insert(query.without.end(), not_sought_in.begin(), not_sought_in.end());
  const auto page = view.uses.ledger.activity(permit, query);
  Html content = ui::heading(1, place.title);
  content += ui::ingress(view.t("activity.ingress"));
  if (place.form)
    content += ui::paragraph(
        view.t("activity.one_form", {{"form", service_in_words(view, view.uses.apps, "app:" + place.form->text())}}));
  ui::Select kinds;
  kinds.name = parameter::event_kind;
  kinds.label = view.t("activity.type");
  kinds.empty_label = view.t("activity.all_types");
  kinds.value = view.request.query_value(parameter::event_kind);
  for (const auto& info : ledger::event_catalogue())
    kinds.options.push_back({std::string(info.name), view.t(info.text_id)});
  ui::TextField search;
  search.name = parameter::search;
  search.label = view.t("activity.search");
  search.value = query.search;
  content +=
      ui::get_form(place.address, form_in_query(place) + ui::text_field(search) + ui::select(kinds) +
                                      ui::button_row(ui::button(view.t("site.search_button"), ui::Variant::secondary)));
  if (!not_sought_in.empty()) content += ui::paragraph(view.t("activity.search_withheld"));
  if (query.own_reads_of) content += ui::paragraph(view.t("activity.own_reads"));
  std::vector<ui::TimelineEvent> events;
  for (const auto& one : page.rows) {
    const auto when = base::format_local(one.at, base::TimeStyle::full, view.language);
    if (const auto level = withheld(view, one)) {
      if (!sought)
        events.push_back({.when = when,
                          .when_iso = base::to_rfc3339(one.at),
                          .title = view.t("activity.withheld"),
                          .body = ui::link(view.t("login.step_up.title"), view.step_up_address(*level)),
                          .color = ui::Color::neutral});
      continue;
    }
    events.push_back({.when = when,
                      .when_iso = base::to_rfc3339(one.at),
                      .title = one.kind ? view.t(ledger::info(*one.kind).text_id) : view.t("activity.erased"),
                      .body = entry(view, one, query.actor.has_value()),
                      .color = one.actor_is_agency ? ui::Color::info : ui::Color::neutral});
  }
  if (events.empty()) {
    const std::string_view none = sought ? "activity.no_hits" : "activity.none";
    content += ui::empty_state({.title = view.t(none), .text = view.t(std::string(none) + ".text")});
  } else {
    content += ui::timeline(events, place.title);
  }
  if (!page.next.empty()) {
    content += ui::button_row(ui::button_link(
        view.t("list.more"),
        with_query(place.address, {{parameter::form, place.form ? place.form->text() : ""},
                                   {parameter::after, page.next},
                                   {parameter::search, query.search},
                                   {parameter::event_kind, query.kind ? ledger::info(*query.kind).name : ""}}),
        ui::Variant::secondary));
  }
  return view.show({.title = place.title, .wide = true}, content);
}

Response of_party(ActivityView& view) {
  ActivityPlace place{.title = view.t("activity.title", {{"party", view.party->name}}),
                      .address = view.addresses().activity()};
  auto permit = view.site.decider.decide(view.actor(), terms::Action::read_activity, {.party = view.party->id});
  if (const auto form = terms::AppId::parse(view.request.query_value(parameter::form)); !permit && form) {
    place.form = form;
    permit =
        view.site.decider.decide(view.actor(), terms::Action::read_activity, {.party = view.party->id, .app = form});
  }
  if (!permit) return view.fail(permit.error());
  ledger::ActivityQuery query;
  query.party = view.party->id;
  query.without = unseen_confidential(view);
  const access::Target whole{.party = view.party->id};
  if (!view.site.decider.decide(view.actor(), terms::Action::read_delegations, whole))
    query.own_reads_of = view.actor().party;
  // Who asked for what, and who is blocked, is for who answers; one's own is one's own. What persons asked of an
  // organisation is not its certificates' own.
  const bool oneself = view.party->id == view.actor().party && view.actor().is_person();
  if (!oneself && !view.site.decider.decide(view.actor(), terms::Action::delegate, whole))
    query.without_kinds.assign(access::request_kinds.begin(), access::request_kinds.end());
  return activity_page(view, query, *permit, place);
}

Response mine(ActivityView& view) {
  const auto permit =
      view.site.decider.decide(view.actor(), terms::Action::read_activity, {.party = view.actor().party});
  if (!permit) return view.fail(permit.error());
  ledger::ActivityQuery query;
  query.actor = view.actor().party;
  return activity_page(view, query, *permit,
                       {.title = view.t("activity.mine"), .address = std::string(route::my_activity)});
}

}  // namespace

PageSet activity_pages(const ActivityUses& uses) {
  return {.name = "activity",
          .menu_entry = "activity",
          .routes = {personal_page(Method::get, route::my_activity, with(uses, mine)),
                     party_page(Method::get, route::activity, with(uses, of_party))},
          .menu = {{.key = "activity", .text = "menu.activity", .somebody = route::activity, .order = 40}},
          .person_menu = {{.text = "menu.my_activity", .href = route::my_activity, .order = 20}},
          .words = {"activity.title", "activity.mine"}};
}

}  // namespace alting::portal
