#include "portal/agency_pages.h"

#include "base/text.h"
#include "portal/answer_list.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;

namespace {

using AgencyView = ViewOf<AgencyUses>;

// "Datatilsynet" for "dat": the name its forms give the controller, else the code.
std::string agency_name(const View& view, const forms::AppCatalogue& apps, std::string_view org) {
  for (const auto& app : apps.all()) {
    if (app->id().org != org) continue;
    const auto name = app->controller(view.language).name;
    if (!name.empty()) return name.substr(0, name.find(" ("));  // without what explains it
  }
  return base::to_upper(org);
}

// In the menu of an agency's staff, one for each agency.
std::vector<ui::NavLink> queues_of(const View& view, const forms::AppCatalogue& apps, bool current) {
  std::vector<ui::NavLink> queues;
  for (const auto& org : view.site.decider.agencies_of(view.actor())) {
    const auto address = "/etat/" + org;
    const bool here = view.request.path == address || view.request.path.starts_with(address + "/");
    queues.push_back({view.t("menu.agency", {{"org", agency_name(view, apps, org)}}), address, current && here});
  }
  return queues;
}

std::string matter_path(const std::string& org, const terms::PartyUuid& party, const terms::InstanceId& id) {
  return "/etat/" + org + "/sak/" + party.text() + "/" + id.text();
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
    return "/etat/" + org + "?sorter=" + (received ? "mottatt" : "frist") +
           (of_form.empty() ? "" : "&skjema=" + percent_encode(of_form));
  }
};

Asked read_asked(const AgencyView& view) {
  Asked asked;
  asked.org = view.request.value("org");
  asked.search = view.search_text();
  asked.by_received = view.request.query_value("sorter") == "mottatt";
  for (const auto& app : view.uses.apps.all()) {
    if (app->id().org != asked.org) continue;
    asked.forms.push_back(app);
    if (app->id().app == view.request.query_value("skjema")) asked.form = app->id().app;
  }
  return asked;
}

Html form_tabs(const AgencyView& view, const Asked& asked) {
  if (asked.forms.size() < 2) return {};
  std::vector<ui::NavLink> tabs{{view.t("agency.all_forms"), asked.address("", asked.by_received), asked.form.empty()}};
  for (const auto& app : asked.forms)
    tabs.push_back(
        {app->title(view.language), asked.address(app->id().app, asked.by_received), asked.form == app->id().app});
  return ui::tabs(tabs, view.t("agency.forms"));
}

Html state_cell(const AgencyView& view, const instances::AgencySummary& row) {
  Html state;
  if (row.open_count > 0) state += ui::tag(view.plural("inbox.open_fields", row.open_count), ui::Color::warning);
  if (row.additions > 0) state += ui::tag(view.plural("service.additions", row.additions), ui::Color::info);
  return state.empty() ? ui::tag(view.t("agency.complete"), ui::Color::success) : state;
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
    std::vector<Html> cells{ui::link(row.party_name, matter_path(asked.org, row.party_uuid, row.at.id)),
                            text(row.archive_reference), time_tag(view, row.received_at, base::TimeStyle::compact),
                            clock_cell(view, row), state_cell(view, row)};
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

Response queue(AgencyView& view) {
  const auto asked = read_asked(view);
  const auto scope = view.site.decider.agency_scope(view.actor(), asked.org);
  if (!scope) return view.fail(scope.error());
  instances::Instances::AgencyQuery query;
  query.search = asked.search;
  query.order = asked.by_received ? "received" : "deadline";
  query.after = view.request.query_value("etter");
  if (!asked.form.empty()) query.app = asked.form;
  const auto page = view.uses.instances.agency_list(*scope, query, view.language, view.request.received);
  if (!page) return view.fail(page.error());
  const auto title = view.t("agency.title", {{"org", agency_name(view, view.uses.apps, asked.org)}});
  Html content = ui::heading(1, title);
  content += ui::ingress(view.plural("agency.count", page->total));
  content += ui::alert(ui::Color::info, view.t("agency.logged"));
  content += withheld_note(view, *scope);
  content += form_tabs(view, asked);
  web::Fields hidden{{"sorter", asked.by_received ? "mottatt" : "frist"}};
  if (!asked.form.empty()) hidden.emplace_back("skjema", asked.form);
  content += ui::search_field({.name = "q",
                               .label = view.t("agency.search"),
                               .value = asked.search,
                               .button = view.t("site.search_button"),
                               .id = "agency-search",
                               .action = "/etat/" + asked.org,
                               .hidden = std::move(hidden),
                               .live = "",
                               .show_label = true});
  Html list = page->rows.empty()
                  ? ui::empty_state({.title = view.t(asked.search.empty() ? "agency.none" : "agency.no_hits"),
                                     .text = view.t(asked.search.empty() ? "agency.none.text" : "agency.no_hits.text"),
                                     .action = {}})
                  : queue_table(view, asked, page->rows);
  if (!page->next.empty()) {
    list += ui::button_row(ui::button_link(view.t("list.more"),
                                           asked.address(asked.form, asked.by_received) +
                                               "&etter=" + percent_encode(page->next) +
                                               (asked.search.empty() ? "" : "&q=" + percent_encode(asked.search)),
                                           ui::Variant::secondary));
  }
  return view.show({.title = title, .wide = true}, content + el("div", {{"id", "agency-list"}}, list));
}

base::Result<terms::Permit> permit_for(const AgencyView& view) {
  const auto uuid = terms::PartyUuid::parse(view.request.value("party"));
  const auto id = terms::InstanceId::parse(view.request.value("instance"));
  const auto party = uuid ? view.site.parties.find(*uuid) : std::nullopt;
  if (!party || !id) return base::make_error(ErrorKind::not_found, "error.instance.not_found");
  ALTING_TRY(at, view.uses.instances.locate(party->id, *id));
  // Someone from an agency learns nothing of a draft, not even that it exists.
  if (at.state == instances::State::draft || at.app.org != view.request.value("org"))
    return base::make_error(ErrorKind::not_found, "error.instance.not_found");
  return view.site.decider.decide_agency(view.actor(), view.request.value("org"), at.target());
}

Response matter(AgencyView& view) {
  const std::string org(view.request.value("org"));
  const auto permit = permit_for(view);
  if (!permit) return view.fail(permit.error());
  const auto matter = view.uses.instances.agency_open(*permit, view.request.received);
  if (!matter) return view.fail(matter.error());
  const auto& first = matter->submissions.front();
  const auto app = view.uses.apps.find(first.at.app);
  if (!app) return view.fail(base::make_error(ErrorKind::not_found, "error.app.not_found"));
  Html content = el("p", {{"class", "form-service"}}, text(app->title(view.language)));
  content +=
      ui::heading(1, view.t("agency.matter", {{"party", first.party_name}, {"reference", first.archive_reference}}));
  if (first.deadline_at) {
    content +=
        ui::alert(first.late ? ui::Color::warning : ui::Color::success,
                  view.t(first.late ? "receipt.late" : "receipt.in_time",
                         {{"deadline", base::format_local(*first.deadline_at, base::TimeStyle::full, view.language)}}));
  }
  const auto around = view.uses.instances.surroundings(*matter, *app, view.language, first.received_at);
  for (const auto& deadline : app->deadlines(around)) {
    if (deadline.lenient_end)
      content += ui::paragraph(
          view.t("agency.lenient",
                 {{"deadline", base::format_local(*deadline.lenient_end, base::TimeStyle::full, view.language)}}));
  }
  content += open_fields(view, *app, matter->later, ui::Color::info);
  std::vector<ui::TimelineEvent> events;
  for (const auto& s : matter->submissions) {
    Html body = ui::paragraph(view.t("matter.sent_by", {{"name", s.sender_name}, {"reference", s.archive_reference}}));
    if (s.supplement) body += addition_body(view, *app, s, matter->data);
    const auto base = matter_path(org, first.party_uuid, s.at.id);
    std::vector<Html> links{ui::link(view.t("receipt.download.form_json"), base + "/skjema.json")};
    events.push_back({.when = base::format_local(s.received_at, base::TimeStyle::full, view.language),
                      .when_iso = base::to_rfc3339(s.received_at),
                      .title = s.supplement ? view.t("matter.addition") : view.t("matter.notice"),
                      .body = body + attachment_links(view, *app, s, base, std::move(links)),
                      .color = s.supplement ? ui::Color::info : ui::Color::accent});
  }
  content += ui::section(view.t("matter.timeline"), ui::timeline(events, view.t("matter.timeline")));
  content += ui::section(view.t("matter.content"), answer_list(view, *app, around));
  return view.show({.title = first.party_name,
                    .crumbs = {{view.t("agency.queue"), "/etat/" + org}, {first.archive_reference, "", true}},
                    .wide = true},
                   content);
}

Response form_json(AgencyView& view) {
  const auto permit = permit_for(view);
  if (!permit) return view.fail(permit.error());
  const auto submission = view.uses.instances.agency_submission(*permit, view.request.received);
  if (!submission) return view.fail(submission.error());
  return web::download(submission->archive_reference + ".json", "application/json", submission->bytes);
}

Response attachment(AgencyView& view) {
  const auto permit = permit_for(view);
  if (!permit) return view.fail(permit.error());
  const auto element = terms::DataElementId::parse(view.request.value("element"));
  if (!element) return view.fail(base::make_error(ErrorKind::not_found, "error.instance.not_found"));
  // In the log before the head is sent: name and size are readings too, and a HEAD gets them.
  const auto reading = view.uses.instances.agency_attachment(*permit, *element, view.request.received);
  if (!reading) return view.fail(reading.error());
  const auto& found = reading->attachment();
  return web::download(found.file_name, found.media_type, found.size,
                       [&instances = view.uses.instances, reading = *reading](const auto& write) {
                         if (!instances.agency_read_attachment(reading, write))
                           throw std::runtime_error("an attachment cannot be read");
                       });
}

}  // namespace

PageSet agency_pages(const AgencyUses& uses) {
  return {.name = "agency",
          .menu_entry = "agency",
          .routes = {staff_page(Method::get, "/etat/{org}", with(uses, queue)),
                     staff_page(Method::get, "/etat/{org}/sak/{party}/{instance}", with(uses, matter)),
                     staff_page(Method::get, "/etat/{org}/sak/{party}/{instance}/skjema.json", with(uses, form_json)),
                     staff_page(Method::get, "/etat/{org}/sak/{party}/{instance}/vedlegg/{element}",
                                with(uses, attachment))},
          .menu = {{.key = "agency",
                    .text = "menu.agency",
                    .order = 50,
                    .each = [&apps = uses.apps](const View& view,
                                                bool current) { return queues_of(view, apps, current); }}},
          .words = {"agency.title", "agency.queue"}};
}

}  // namespace alting::portal
