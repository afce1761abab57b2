#include "portal/agency_pages.h"

#include "portal/answer_list.h"
#include "portal/interface_view.h"
#include "portal/restricted_way.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;

namespace {

using AgencyView = ViewOf<AgencyUses>;

// In the menu of an agency's staff, one for each agency.
std::vector<ui::NavLink> queues_of(const View& view, const forms::AppCatalogue& apps, bool current) {
  std::vector<ui::NavLink> queues;
  for (const auto& org : view.site.decider.agencies_of(view.actor())) {
    const auto address = queue_address(org);
    const bool here = is_at(view.request.path, address);
    queues.push_back({view.t("menu.agency", {{"org", agency_name(view, apps, org)}}), address, current && here});
  }
  return queues;
}

Html clock_cell(const AgencyView& view, const instances::AgencySummary& row) {
  if (!row.deadline_at) return text("–");
  return time_tag(view, *row.deadline_at, base::TimeStyle::compact) + text(" ") +
         deadline_tag(view, *row.deadline_at, row.late);
}

// Whose list it is, of which form (none: all of them), in which order, and what was searched for.
struct Asked {
  std::string org, form, search;
  bool by_received = false;
  std::vector<std::shared_ptr<const forms::App>> forms;  // of the agency
  // The columns of a form stand only where all rows are of that form.
  [[nodiscard]] bool one_form() const { return !form.empty() || forms.size() == 1; }
  [[nodiscard]] std::string address(std::string_view of_form, bool received) const {
    return with_query(
        queue_address(org),
        {{parameter::order, received ? parameter::by_received : parameter::by_deadline}, {parameter::form, of_form}});
  }
};

Asked read_asked(const AgencyView& view) {
  Asked asked;
  asked.org = view.request.value(place::org);
  asked.search = view.search_text();
  asked.by_received = view.request.query_value(parameter::order) == parameter::by_received;
  for (const auto& app : view.uses.apps.all()) {
    if (app->facts().id.org != asked.org) continue;
    asked.forms.push_back(app);
    if (app->facts().id.app == view.request.query_value(parameter::form)) asked.form = app->facts().id.app;
  }
  return asked;
}

Html form_tabs(const AgencyView& view, const Asked& asked) {
  if (asked.forms.size() < 2) return {};
  std::vector<ui::NavLink> tabs{{view.t("agency.all_forms"), asked.address("", asked.by_received), asked.form.empty()}};
  for (const auto& app : asked.forms)
    tabs.push_back({app->title(view.language), asked.address(app->facts().id.app, asked.by_received),
                    asked.form == app->facts().id.app});
  return ui::tabs(tabs, view.t("agency.forms"));
}

// What must be looked at at once, and whether anyone has.
Html urgency_tag(const AgencyView& view, const instances::AgencySummary& row) {
  if (row.high_risk)
    return ui::tag(view.t(row.unopened ? "agency.high_risk.unopened" : "agency.high_risk"), ui::Color::danger);
  return row.unopened ? ui::tag(view.t("agency.unopened"), ui::Color::info) : Html();
}

Html state_cell(const AgencyView& view, const instances::AgencySummary& row) {
  Html state = urgency_tag(view, row);
  if (row.open_count > 0) state += ui::tag(view.plural("inbox.open_fields", row.open_count), ui::Color::warning);
  if (row.additions > 0) state += ui::tag(view.plural("service.additions", row.additions), ui::Color::info);
  if (row.open_count == 0 && row.additions == 0) state += ui::tag(view.t("agency.complete"), ui::Color::success);
  return el("div", {{"class", "tags"}}, state);
}

Html queue_table(const AgencyView& view, const Asked& asked, const std::vector<instances::AgencySummary>& found) {
  using Sorted = ui::Column::Sorted;
  std::vector<ui::Column> columns{{.name = view.t("agency.party")},
                                  {.name = view.t("receipt.reference")},
                                  {.name = view.t("agency.received"),
                                   .sort_href = asked.address(asked.form, true),
                                   .sorted = asked.by_received ? Sorted::descending : Sorted::no},
                                  {.name = view.t("agency.deadline"),
                                   .sort_href = asked.address(asked.form, false),
                                   .sorted = asked.by_received ? Sorted::no : Sorted::ascending},
                                  {.name = view.t("agency.state")}};
  if (asked.one_form()) {
    for (const auto& [label, value] : found.front().columns) columns.push_back({.name = label});
  } else {
    columns.push_back({.name = view.t("agency.form")});
  }
  std::vector<std::vector<Html>> rows;
  for (const auto& row : found) {
    std::vector<Html> cells{
        ui::link(row.party_name, AgencyMatterAddresses(asked.org, row.party_uuid, row.at.id).page()),
        text(row.archive_reference), time_tag(view, row.received_at, base::TimeStyle::compact), clock_cell(view, row),
        state_cell(view, row)};
    if (asked.one_form()) {
      for (const auto& [label, value] : row.columns) cells.push_back(text(value));
      cells.resize(columns.size());
    } else {
      const auto app = view.uses.apps.find(row.at.app);
      cells.push_back(text(app ? app->title(view.language) : row.at.app.text()));
    }
    rows.push_back(std::move(cells));
  }
  return ui::table({.caption = view.t("agency.queue"),
                    .hide_caption = true,
                    .columns = std::move(columns),
                    .rows = std::move(rows)});
}

// The way to the agency's own systems, and what does not reach them.
Html systems_note(const AgencyView& view, const terms::Scope& scope, std::string_view org) {
  if (view.uses.subscriptions == nullptr) return {};
  const auto all = view.uses.subscriptions->list(scope);
  return (all ? failing_subscriptions(view, org, *all) : Html()) +
         el("p", ui::link(view.t("interfaces.open"), InterfaceAddresses(org).page()));
}

// To what the agency writes itself, and to where it is told that something came.
Html agencys_ways(const AgencyView& view, std::string_view org) {
  Html ways = el("p", ui::link(view.t("sending.open"), SentMessageAddresses(org).page())) +
              el("p", ui::link(view.t("restriction.claims.open"), AgencyClaimAddresses(org).page())) +
              el("p", ui::link(view.t("contact.open.staff"), ContactAddresses(org).page()));
  for (const auto& app : view.uses.apps.services()) {
    if (app->facts().id.org != org) continue;
    const auto agency = view.site.parties.find_organisation(app->controller(view.language).organisation_number);
    if (agency && view.site.decider.decide(view.actor(), terms::Action::represent, {.party = agency->id}))
      ways += el("p", ui::link(view.t("contact.open.agency"), PartyAddresses(agency->uuid).contact_page()));
    break;
  }
  return ways;
}

Response queue(AgencyView& view) {
  const auto asked = read_asked(view);
  const auto scope = view.site.decider.agency_scope(view.actor(), asked.org);
  if (!scope) return view.fail(scope.error());
  instances::AgencyQuery query;
  query.search = asked.search;
  query.order = asked.by_received ? "received" : "deadline";
  query.after = view.request.query_value(parameter::after);
  if (!asked.form.empty()) query.app = asked.form;
  const auto page = view.uses.agency.list(*scope, query, view.language, view.request.received);
  if (!page) return view.fail(page.error());
  const auto title = view.t("agency.title", {{"org", agency_name(view, view.uses.apps, asked.org)}});
  Html content = ui::heading(1, title);
  content += ui::ingress(view.plural("agency.count", page->total));
  content += systems_note(view, *scope, asked.org) + agencys_ways(view, asked.org);
  content += ui::alert(ui::Color::info, view.t("agency.logged"));
  content += withheld_note(view, *scope);
  content += form_tabs(view, asked);
  web::Fields hidden{{std::string(parameter::order),
                      std::string(asked.by_received ? parameter::by_received : parameter::by_deadline)}};
  if (!asked.form.empty()) hidden.emplace_back(parameter::form, asked.form);
  content += ui::search_field({.name = std::string(parameter::search),
                               .label = view.t("agency.search"),
                               .value = asked.search,
                               .button = view.t("site.search_button"),
                               .id = "agency-search",
                               .action = queue_address(asked.org),
                               .hidden = std::move(hidden),
                               .show_label = true});
  Html list = page->rows.empty()
                  ? ui::empty_state({.title = view.t(asked.search.empty() ? "agency.none" : "agency.no_hits"),
                                     .text = view.t(asked.search.empty() ? "agency.none.text" : "agency.no_hits.text")})
                  : queue_table(view, asked, page->rows);
  if (!page->next.empty()) {
    list +=
        ui::button_row(ui::button_link(view.t("list.more"),
                                       with_query(asked.address(asked.form, asked.by_received),
                                                  {{parameter::after, page->next}, {parameter::search, asked.search}}),
                                       ui::Variant::secondary));
  }
  return view.show({.title = title, .wide = true}, content + el("div", {{"id", "agency-list"}}, list));
}

base::Result<terms::Permit> permit_for(const AgencyView& view) {
  const auto uuid = terms::PartyUuid::parse(view.request.value(place::party));
  const auto id = terms::InstanceId::parse(view.request.value(place::instance));
  const auto party = uuid ? view.site.parties.find(*uuid) : std::nullopt;
  if (!party || !id) return base::make_error(ErrorKind::not_found, "error.instance.not_found");
  return view.uses.agency.allow(view.actor(), view.request.value(place::org), party->id, *id);
}

// To what is restricted leads a way of its own.
Response refuse_matter(AgencyView& view, const base::Error& error) {
  const auto party = terms::PartyUuid::parse(view.request.value(place::party));
  const auto id = terms::InstanceId::parse(view.request.value(place::instance));
  if (!party || !id) return view.fail(error);
  return refuse_or_lead_on(view, error,
                           AgencyMatterAddresses(view.request.value(place::org), *party, *id).open_restricted());
}

// What of the registers, and so of what was prefilled, the party says is wrong.
Html disputed_by_party(const AgencyView& view, const terms::Permit& permit, bool of_person) {
  if (view.uses.disputes == nullptr) return {};
  std::vector<Html> all;
  for (const auto& one : view.uses.disputes->of(permit)) {
    const auto day = base::format_local(one.since, base::TimeStyle::date, view.language);
    all.push_back(text(view.t((of_person ? "rights.correct." : "rights.correct.business.") + one.datum) + ": " +
                       view.t("rights.disputed_since", {{"day", day}})));
  }
  if (all.empty()) return {};
  return ui::alert({.color = ui::Color::warning, .title = view.t("rights.disputed.seen"), .body = ui::list(all)});
}

Response agency_matter(AgencyView& view) {
  const std::string org(view.request.value(place::org));
  const auto permit = permit_for(view);
  if (!permit) return refuse_matter(view, permit.error());
  const auto matter = view.uses.agency.open(*permit, view.request.received);
  if (!matter) return refuse_matter(view, matter.error());
  const auto& first = matter->submissions.front();
  const auto app = view.uses.apps.find(first.at.app);
  if (!app) return view.fail(base::make_error(ErrorKind::not_found, "error.app.not_found"));
  Html content = el("p", {{"class", "form-service"}}, text(app->title(view.language)));
  content +=
      ui::heading(1, view.t("agency.matter", {{"party", first.party_name}, {"reference", first.archive_reference}}));
  content +=
      opened_note(view, view.uses.restrictions, org, permit->party(), permit->instance().value_or(first.at.id).text());
  content += deadline_verdict(view, first);
  auto reading = app->read(instances::context_of(*matter, view.language, first.received_at));
  for (const auto& deadline : reading.deadlines()) {
    if (deadline.lenient_end)
      content += ui::paragraph(
          view.t("agency.lenient",
                 {{"deadline", base::format_local(*deadline.lenient_end, base::TimeStyle::full, view.language)}}));
  }
  content += open_fields(view, *app, matter->later, ui::Color::info);
  const auto party = view.site.parties.find(permit->party());
  content += disputed_by_party(view, *permit, party && party->kind == parties::PartyKind::person);
  std::vector<ui::TimelineEvent> events;
  for (const auto& s : matter->submissions) {
    const AgencyMatterAddresses at(org, first.party_uuid, s.at.id);
    events.push_back(submission_event(view, *app, s, matter->data, [&at](const auto& id) { return at.attachment(id); },
                                      {ui::link(view.t("receipt.download.form_json"), at.form_json())}));
  }
  content += ui::section(view.t("matter.timeline"), ui::timeline(events, view.t("matter.timeline")));
  content += ui::section(view.t("matter.content"), answer_list(view, reading));
  return view.show({.title = first.party_name,
                    .crumbs = {{view.t("agency.queue"), queue_address(org)}, {first.archive_reference, "", true}},
                    .wide = true},
                   content);
}

Response agency_form_json(AgencyView& view) {
  const auto permit = permit_for(view);
  if (!permit) return view.fail(permit.error());
  const auto submission = view.uses.agency.open_submission(*permit, view.request.received);
  if (!submission) return view.fail(submission.error());
  return web::download(submission->archive_reference + ".json", "application/json", submission->bytes);
}

Response agency_attachment(AgencyView& view) {
  const auto permit = permit_for(view);
  if (!permit) return view.fail(permit.error());
  const auto element = terms::DataElementId::parse(view.request.value(place::element));
  if (!element) return view.fail(base::make_error(ErrorKind::not_found, "error.instance.not_found"));
  // In the log before the head is sent: name and size are readings too, and a HEAD gets them.
  const auto reading = view.uses.agency.open_attachment(*permit, *element, view.request.received);
  if (!reading) return view.fail(reading.error());
  const auto& found = reading->attachment();
  return web::download(found.file_name, found.media_type, found.size,
                       [&agency = view.uses.agency, reading = *reading](const auto& write) {
                         if (!agency.read_attachment(reading, write))
                           throw std::runtime_error("an attachment cannot be read");
                       });
}

}  // namespace

PageSet agency_pages(const AgencyUses& uses) {
  return {.name = "agency",
          .menu_entry = "agency",
          .routes = {staff_page(Method::get, route::queue, with(uses, queue)),
                     staff_page(Method::get, route::agency_matter, with(uses, agency_matter)),
                     staff_page(Method::get, route::agency_form_json, with(uses, agency_form_json)),
                     staff_page(Method::get, route::agency_attachment, with(uses, agency_attachment))},
          .menu = {{.key = "agency",
                    .text = "menu.agency",
                    .order = 50,
                    .each = [&apps = uses.apps](const View& view,
                                                bool current) { return queues_of(view, apps, current); }}},
          .words = {"agency.title", "agency.queue"}};
}

}  // namespace alting::portal
