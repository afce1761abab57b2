#include "portal/reportee_pages.h"

#include <map>
#include <set>

#include "access/requests.h"
#include "access/roles.h"
#include "instances/instance.h"
#include "portal/access_request_box.h"
#include "portal/bounce_banner.h"
#include "portal/inbox_rows.h"
#include "portal/represented.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

using ReporteeView = ViewOf<ReporteeUses>;

constexpr std::string_view favourite_field = "pa";  // whether the party is marked

std::string target(const ReporteeView& view) {
  return local_path(view.request.query_value(parameter::back_to), below_party::inbox);
}

std::string glance(const ReporteeView& view, const access::Representation& one) {
  if (one.party.id == view.actor().party)
    return view.t(view.actor().is_person() ? "reportee.oneself" : "reportee.the_organisation");
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

// What waits in each party of the rows that are shown, and whether the service one comes from may be used there.
struct Glances {
  std::map<terms::PartyId, inbox::Waiting> drafts;
  std::map<terms::PartyId, std::int64_t> requests;
  std::set<terms::PartyId> without_right;
};

// Of these rows alone, whatever the list is as long as: one query for the drafts, and one for each business whose requests
// one answers.
Glances glances_of(const ReporteeView& view, const std::vector<access::Representation>& rows,
                   const std::optional<terms::AppId>& service) {
  Glances glances;
  std::vector<terms::Scope> scopes;
  const auto& actor = view.actor();
  for (const auto& one : rows) {
    if (one.only_as_parent) continue;
    const auto party = one.party.id;
    if (auto scope = view.site.decider.scope(actor, terms::Action::read, party)) scopes.push_back(std::move(*scope));
    if (one.party.kind != parties::PartyKind::person)
      if (const auto may = view.site.decider.decide(actor, terms::Action::delegate, {.party = party}))
        if (const auto count = view.site.requests.count_waiting(*may); count > 0) glances.requests[party] = count;
    if (!service) continue;
    const auto may = view.site.decider.decide(actor, terms::Action::instantiate, instances::start_of(party, *service));
    if (!may && may.error().kind != base::ErrorKind::level_too_low) glances.without_right.insert(party);
  }
  glances.drafts = view.uses.inbox.waiting(scopes);
  return glances;
}

Html waiting_tags(const ReporteeView& view, const access::Representation& one, const Glances& glances) {
  Html tags;
  if (const auto drafts = glances.drafts.find(one.party.id); drafts != glances.drafts.end()) {
    if (drafts->second.unread > 0)
      tags += ui::tag(view.plural("reportee.unread", drafts->second.unread), ui::Color::info);
    if (drafts->second.drafts > 0)
      tags += ui::tag(view.plural("reportee.drafts", drafts->second.drafts), ui::Color::neutral);
    if (drafts->second.deadline) tags += time_left_tag(view, *drafts->second.deadline);
  }
  if (const auto asked = glances.requests.find(one.party.id); asked != glances.requests.end())
    tags += ui::tag(view.plural("reportee.requests", asked->second), ui::Color::warning);
  if (glances.without_right.contains(one.party.id)) tags += ui::tag(view.t("reportee.no_right"), ui::Color::neutral);
  return tags;
}

ui::ItemRow reportee_row(ReporteeView& view, const access::Representation& one, const std::string& to,
                         const Glances& glances) {
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
  if (one.only_reading) row.tags += ui::tag(view.t("reportee.only_reading"), ui::Color::neutral);
  if (!one.only_as_parent) row.tags += waiting_tags(view, one, glances);
  if (one.favourite) row.tags += ui::tag(view.t("reportee.favourite"), ui::Color::info);
  if (!one.only_as_parent && one.party.id != view.actor().party &&
      view.actor().is_person()) {  // favourites are a person's
    auto form = view.form(std::string(route::favourite_party));
    form.hidden = {{std::string(parameter::party), one.party.uuid.text()},
                   {std::string(favourite_field), std::string(one.favourite ? parameter::no : parameter::yes)},
                   {std::string(parameter::back_to), view.here()}};
    row.end = ui::post_button(form, {.label = view.t(one.favourite ? "reportee.unmark" : "reportee.mark"),
                                     .about = one.party.name,
                                     .variant = ui::Variant::tertiary});
  }
  return row;
}

// What of the list is asked for, and where one is going from it.
struct ReporteeSearch {
  std::string to, words, after;
  bool with_deleted = false;
};

ReporteeSearch reportee_search(const ReporteeView& view) {
  return {.to = target(view),
          .words = view.search_text(),
          .after = std::string(view.request.query_value(parameter::after)),
          .with_deleted = view.request.query_value(parameter::with_deleted) == parameter::yes};
}

// The same search, with or without what is deleted, and after this row.
std::string reportee_list_address(const ReporteeSearch& search, bool with_deleted, std::string_view after = {}) {
  return with_query(choose_party_address(search.to), {{parameter::search, search.words},
                                                      {parameter::with_deleted, with_deleted ? parameter::yes : ""},
                                                      {parameter::after, after}});
}

// Those marked, and those represented last; nothing where that is no choice.
Html quick_reportees(const ReporteeView& view, const std::string& to) {
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
  if (quick.size() < 2) return {};
  return ui::section(view.t("reportee.quick"), ui::item_list(quick, view.t("reportee.quick")));
}

Html found_reportees(ReporteeView& view, const ReporteeSearch& search, const access::RepresentationPage& page) {
  if (page.rows.empty())
    return ui::empty_state({.title = view.t("reportee.none"),
                            .text = view.t("reportee.none.text"),
                            .action = ui::link(view.t("inbox.show_all"), choose_party_address(search.to))});
  const auto service = form_at(search.to);
  const auto glances = glances_of(view, page.rows, service);
  std::vector<ui::ItemRow> rows;
  for (const auto& one : page.rows) rows.push_back(reportee_row(view, one, search.to, glances));
  const Html why = glances.without_right.empty() ? Html() : ui::paragraph(view.t("reportee.no_right.text"));
  return why + ui::section(view.plural("reportee.count", page.total), ui::item_list(rows, view.t("reportee.title")));
}

// What changes while one types a search.
Html reportee_list(ReporteeView& view, const ReporteeSearch& search) {
  const auto page = view.site.decider.representations(
      view.actor(), {.search = search.words, .with_deleted = search.with_deleted, .after = search.after, .limit = 50});
  Html list;
  if (search.words.empty() && search.after.empty()) list += quick_reportees(view, search.to);
  list += found_reportees(view, search, page);
  if (!page.next.empty()) {
    const auto more = reportee_list_address(search, search.with_deleted, page.next);
    list += ui::button_row(ui::button_link(view.t("list.more"), more, ui::Variant::secondary));
  }
  list += el("p", {{"class", "below-list"}},
             ui::link(view.t(search.with_deleted ? "reportee.without_deleted" : "reportee.with_deleted"),
                      reportee_list_address(search, !search.with_deleted)));
  return el(
      "div",
      {{"id", "party-list"}, {"data-said", view.plural("list.shown", static_cast<std::int64_t>(page.rows.size()))}},
      list);
}

Html reportee_search_field(const ReporteeView& view, const ReporteeSearch& search) {
  web::Fields hidden{{std::string(parameter::back_to), search.to}};
  if (search.with_deleted) hidden.emplace_back(parameter::with_deleted, parameter::yes);
  return ui::search_field({.name = std::string(parameter::search),
                           .label = view.t("reportee.search"),
                           .value = search.words,
                           .button = view.t("site.search_button"),
                           .id = "party-search",
                           .action = std::string(route::choose_party),
                           .hidden = std::move(hidden),
                           .live = "party-list",
                           .show_label = true});
}

Response choose_page(ReporteeView& view) {
  const auto search = reportee_search(view);
  const auto list = reportee_list(view, search);
  if (view.request.wants_fragment()) return view.with_cookies(ui::fragment(list));
  Html content = ui::heading(1, view.t("reportee.title"));
  content += ui::ingress(view.t(view.actor().is_person() ? "reportee.ingress" : "reportee.ingress.organisation"));
  content += bounce_banner(view, view.uses.contacts);
  content += reportee_search_field(view, search);
  content += list;
  if (view.actor().is_person())
    content += el("p", {{"class", "below-list"}}, ui::link(view.t("inbox.of_all"), route::all_inboxes));
  if (view.actor().is_person())
    content += ui::details(view.t("reportee.missing"), ui::prose(html::markdown(view.t("reportee.missing.text"))) +
                                                           find_business_to_ask(view, form_at(search.to)));
  return view.show({.title = view.t("reportee.title")}, content);
}

Response choose(ReporteeView& view) {
  const auto chosen = represented(view.site, view.actor(), view.request.query_value(parameter::party));
  if (!chosen) return view.fail(chosen.error());
  const auto& uuid = chosen->party.uuid;
  return web::redirect(PartyAddresses(uuid).at(target(view)));
}

Response favourite(ReporteeView& view) {
  if (!view.actor().is_person())
    return view.fail(base::make_error(base::ErrorKind::forbidden, "error.access.needs_person"));
  const auto chosen = represented(view.site, view.actor(), view.request.form_value(parameter::party));
  if (!chosen) return view.fail(chosen.error());
  view.site.parties.set_favourite(chosen->permit, view.request.form_value(favourite_field) == parameter::yes);
  return web::redirect(local_path(view.request.form_value(parameter::back_to), route::choose_party));
}

// The address of a party's page as one remembers it, without the party.
Response choose_for(ReporteeView& view) { return web::redirect(choose_party_address(view.request.path)); }

}  // namespace

PageSet reportee_pages(const ReporteeUses& uses) {
  return {.name = "reportee",
          .routes = {personal_page(Method::get, route::choose_party, with(uses, choose_page)),
                     personal_page(Method::get, route::some_access, with(uses, choose_for)),
                     personal_page(Method::get, route::chosen_party, with(uses, choose)),
                     personal_page(Method::post, route::favourite_party, with(uses, favourite))},
          .words = {"reportee.title"}};
}

}  // namespace alting::portal
