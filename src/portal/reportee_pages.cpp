#include "portal/reportee_pages.h"

#include "access/roles.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;

namespace {

using ReporteeView = ViewOf<ReporteeUses>;

std::string target(const ReporteeView& view) {
  return local_path(view.request.query_value(parameter::back_to), below_party::inbox);
}

std::string glance(const ReporteeView& view, const access::Representation& one) {
  if (one.party.id == view.actor().party) return view.t("reportee.oneself");
  std::string words;
  for (const auto& role : one.roles) {
    words += (words.empty() ? "" : ", ") + access::role_name(role, view.language);
  }
  if (!one.apps.empty()) {
    words += words.empty() ? "" : ", ";
    for (const auto& app_id : one.apps) {
      const auto app = view.uses.apps.find(app_id);
      words += view.t("reportee.only_form", {{"form", app ? app->title(view.language) : app_id.text()}});
    }
  }
  return words;
}

ui::ItemRow reportee_row(ReporteeView& view, const access::Representation& one, const std::string& to) {
  ui::ItemRow row;
  row.title = one.party.name;
  if (!one.only_as_parent) row.href = chosen_party_address(one.party.uuid, to);
  if (!one.party.organisation_number.empty())
    row.details =
        text(view.t("site.orgnr", {{"number", spaced_organisation_number(one.party.organisation_number)}}) + " ");
  row.details += text(glance(view, one));
  row.under_the_last = one.party.kind == parties::PartyKind::sub_unit;
  if (row.under_the_last) row.tags += ui::tag(view.t("reportee.sub_unit"), ui::Color::neutral);
  if (one.party.deleted) row.tags += ui::tag(view.t("reportee.deleted"), ui::Color::danger);
  if (one.party.bankrupt) row.tags += ui::tag(view.t("reportee.bankrupt"), ui::Color::warning);
  if (one.favourite) row.tags += ui::tag(view.t("reportee.favourite"), ui::Color::info);
  if (!one.only_as_parent && one.party.id != view.actor().party) {
    auto form = view.form(std::string(route::favourite_party));
    form.hidden = {{std::string(parameter::party), one.party.uuid.text()},
                   {"pa", one.favourite ? "nei" : "ja"},
                   {std::string(parameter::back_to), view.here()}};
    row.end = ui::post_button(form, {.label = view.t(one.favourite ? "reportee.unmark" : "reportee.mark"),
                                     .about = one.party.name,
                                     .variant = ui::Variant::tertiary});
  }
  return row;
}

Response choose_page(ReporteeView& view) {
  const auto to = target(view);
  const auto query = view.search_text();
  const bool deleted = view.request.query_value(parameter::with_deleted) == parameter::yes;
  const std::string after(view.request.query_value(parameter::after));
  const auto page = view.site.decider.representations(
      view.actor(), {.search = query, .with_deleted = deleted, .after = after, .limit = 50});
  const auto base = choose_party_address(to);
  Html list;
  if (query.empty() && after.empty()) {
    std::vector<ui::ItemRow> quick;
    std::set<terms::PartyId> shown;
    const auto add = [&](const std::vector<terms::PartyId>& ids) {
      for (const auto& party : view.site.parties.find_many(ids)) {
        if (!shown.insert(party.id).second || party.deleted) continue;
        if (!view.site.decider.decide(view.actor(), terms::Action::represent, {.party = party.id})) continue;
        ui::ItemRow row;
        row.title = party.name;
        row.href = chosen_party_address(party.uuid, to);
        if (!party.organisation_number.empty())
          row.details = text(view.t("site.orgnr", {{"number", spaced_organisation_number(party.organisation_number)}}));
        quick.push_back(std::move(row));
      }
    };
    add(view.site.parties.favourites(view.actor()));
    add(view.site.parties.recent(view.actor(), 5));
    if (quick.size() > 1) list += ui::section(view.t("reportee.quick"), ui::item_list(quick, view.t("reportee.quick")));
  }
  std::vector<ui::ItemRow> rows;
  for (const auto& one : page.rows) rows.push_back(reportee_row(view, one, to));
  list += rows.empty()
              ? ui::empty_state({.title = view.t("reportee.none"),
                                 .text = view.t("reportee.none.text"),
                                 .action = ui::link(view.t("inbox.show_all"), base)})
              : ui::section(view.plural("reportee.count", page.total), ui::item_list(rows, view.t("reportee.title")));
  if (!page.next.empty()) {
    list += ui::button_row(ui::button_link(view.t("list.more"),
                                           with_query(base, {{parameter::search, query},
                                                             {parameter::with_deleted, deleted ? parameter::yes : ""},
                                                             {parameter::after, page.next}}),
                                           ui::Variant::secondary));
  }
  list +=
      el("p", {{"class", "below-list"}},
         ui::link(
             view.t(deleted ? "reportee.without_deleted" : "reportee.with_deleted"),
             with_query(base, {{parameter::search, query}, {parameter::with_deleted, deleted ? "" : parameter::yes}})));
  list =
      el("div",
         {{"id", "party-list"}, {"data-said", view.plural("list.shown", static_cast<std::int64_t>(page.rows.size()))}},
         list);
  if (view.request.wants_fragment()) return view.with_cookies(ui::fragment(list));
  Html content = ui::heading(1, view.t("reportee.title"));
  content += ui::ingress(view.t("reportee.ingress"));
  web::Fields hidden{{std::string(parameter::back_to), to}};
  if (deleted) hidden.emplace_back(parameter::with_deleted, parameter::yes);
  content += ui::search_field({.name = std::string(parameter::search),
                               .label = view.t("reportee.search"),
                               .value = query,
                               .button = view.t("site.search_button"),
                               .id = "party-search",
                               .action = std::string(route::choose_party),
                               .hidden = std::move(hidden),
                               .live = "party-list",
                               .show_label = true});
  content += list;
  content += ui::details(view.t("reportee.missing"), html::markdown(view.t("reportee.missing.text")));
  return view.show({.title = view.t("reportee.title")}, content);
}

Response choose(ReporteeView& view) {
  const auto uuid = terms::PartyUuid::parse(view.request.query_value(parameter::party));
  const auto party = uuid ? view.site.parties.find(*uuid) : std::nullopt;
  if (!party) return view.fail(base::make_error(ErrorKind::not_found, "error.party.not_found"));
  const auto permit = view.site.decider.decide(view.actor(), terms::Action::represent, {.party = party->id});
  if (!permit) return view.fail(permit.error());
  auto response = web::redirect(PartyAddresses(party->uuid).at(target(view)));
  response.set_cookies.push_back(view.site.cookies.write(web::CookieKind::reportee, party->uuid.text()));
  return response;
}

Response favourite(ReporteeView& view) {
  const auto uuid = terms::PartyUuid::parse(view.request.form_value(parameter::party));
  const auto party = uuid ? view.site.parties.find(*uuid) : std::nullopt;
  if (!party) return view.fail(base::make_error(ErrorKind::not_found, "error.party.not_found"));
  const auto permit = view.site.decider.decide(view.actor(), terms::Action::represent, {.party = party->id});
  if (!permit) return view.fail(permit.error());
  view.site.parties.set_favourite(*permit, view.request.form_value("pa") == "ja");
  return web::redirect(local_path(view.request.form_value(parameter::back_to), route::choose_party));
}

// The address of a party's page as one remembers it, without the party.
Response choose_for(ReporteeView& view) { return web::redirect(choose_party_address(view.request.path)); }

}  // namespace

PageSet reportee_pages(const ReporteeUses& uses) {
  return {.name = "reportee",
          .routes = {personal_page(Method::get, route::choose_party, with(uses, choose_page)),
                     personal_page(Method::get, route::some_inbox, with(uses, choose_for)),
                     personal_page(Method::get, route::some_access, with(uses, choose_for)),
                     personal_page(Method::get, route::chosen_party, with(uses, choose)),
                     personal_page(Method::post, route::favourite_party, with(uses, favourite))},
          .words = {"reportee.title"}};
}

}  // namespace alting::portal
