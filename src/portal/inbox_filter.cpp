#include "portal/inbox_filter.h"

#include <charconv>
#include <map>

#include "base/text.h"
#include "base/typed_text.h"

namespace alting::portal {

using html::el;
using inbox::Standing;

namespace {

constexpr std::string_view unread_code = "ulest", waiting_code = "venter";

std::string_view standing_code(Standing standing) {
  switch (standing) {
    case Standing::any: return "";
    case Standing::unread: return unread_code;
    case Standing::waiting: return waiting_code;
  }
  return "";
}
Standing standing_of(std::string_view code) {
  if (code == unread_code) return Standing::unread;
  return code == waiting_code ? Standing::waiting : Standing::any;
}

std::string day_in(std::string_view given) { return base::is_date(given) ? std::string(given) : std::string(); }

// When the day begins in Oslo, or ends.
std::optional<base::Instant> edge_of_day(std::string_view day, bool end) {
  if (day.empty()) return std::nullopt;
  int year = 0, month = 0, date = 0;
  std::from_chars(day.data(), day.data() + 4, year);
  std::from_chars(day.data() + 5, day.data() + 7, month);
  std::from_chars(day.data() + 8, day.data() + 10, date);
  const auto begin = base::from_oslo(year, month, date, 0, 0);
  if (!begin || !end) return begin;
  const auto next = base::to_oslo(*begin + base::Duration::hours(30));  // a day has 23 to 25 hours
  return base::from_oslo(next.year, next.month, next.day, 0, 0);
}

net::Parameters search_parameters(const InboxSearch& search) {
  return {{parameter::folder, folder_code(search.folder)},
          {parameter::search, search.words},
          {parameter::agency, search.agency},
          {parameter::form, search.service},
          {parameter::standing, standing_code(search.standing)},
          {parameter::first_day, search.first_day},
          {parameter::last_day, search.last_day}};
}

std::string whole_inbox(const View& view) {
  return view.party ? view.addresses().inbox() : std::string(route::all_inboxes);
}

std::map<std::string, std::string> agency_names(const InboxView& view) {
  std::map<std::string, std::string> names;
  for (const auto& app : view.uses.apps.services())
    names.try_emplace(app->facts().id.org, app->controller(view.language).name);
  return names;
}

ui::Select choice_of(std::string_view name, std::string label, std::string value, std::string empty) {
  ui::Select select;
  select.name = name;
  select.label = std::move(label);
  select.value = std::move(value);
  select.empty_label = std::move(empty);
  return select;
}

Html day_field(const View& view, std::string_view name, std::string_view label, const std::string& value,
               std::string error = {}) {
  ui::DateField field;
  field.name = name;
  field.label = view.t(label);
  field.value = value;
  field.error = std::move(error);
  return ui::date_field(field);
}

// `asked`: what was said under a name, in the address or in a form.
template <class Asked>
InboxSearch read_inbox_search(const InboxView& view, const Asked& asked) {
  InboxSearch search{.folder = folder_of(asked(parameter::folder))};
  if (agency_names(view).contains(std::string(asked(parameter::agency)))) search.agency = asked(parameter::agency);
  if (const auto id = terms::AppId::parse(asked(parameter::form)); id && view.uses.apps.find(*id))
    search.service = id->text();
  search.standing = standing_of(asked(parameter::standing));
  search.first_day = day_in(asked(parameter::first_day));
  search.last_day = day_in(asked(parameter::last_day));
  return search;
}

InboxSearch posted_inbox_search(const InboxView& view) {
  auto search = read_inbox_search(view, [&](std::string_view name) { return view.request.form_value(name); });
  search.words = base::one_line(base::clean_line(view.request.form_value(parameter::search)), 200);
  return search;
}

}  // namespace

bool InboxSearch::narrowed() const {
  return !agency.empty() || !service.empty() || standing != Standing::any || !first_day.empty() || !last_day.empty();
}

bool InboxSearch::ends_before_it_begins() const {
  return !first_day.empty() && !last_day.empty() && last_day < first_day;
}

InboxSearch inbox_search(const InboxView& view) {
  auto search = read_inbox_search(view, [&](std::string_view name) { return view.request.query_value(name); });
  search.words = view.search_text();
  return search;
}

web::Fields inbox_fields(const InboxSearch& search, std::string_view after) {
  web::Fields fields;
  for (const auto& [name, value] : search_parameters(search))
    if (!value.empty()) fields.emplace_back(name, value);
  if (!after.empty()) fields.emplace_back(parameter::after, after);
  return fields;
}

web::Fields posted_inbox_fields(const InboxView& view) {
  return inbox_fields(posted_inbox_search(view), view.request.form_value(parameter::after));
}

std::string posted_inbox_address(const InboxView& view) {
  return inbox_list_address(view, posted_inbox_search(view), view.request.form_value(parameter::after));
}

inbox::Query inbox_query(const InboxView& view, const InboxSearch& search) {
  inbox::Query query{.folder = search.folder,
                     .search = search.words,
                     .after = std::string(view.request.query_value(parameter::after)),
                     .limit = 30,
                     .app = terms::AppId::parse(search.service),
                     .agency = search.agency,
                     .standing = search.standing,
                     .from = edge_of_day(search.first_day, false),
                     .to = edge_of_day(search.last_day, true)};
  for (const auto& app : view.uses.apps.services()) query.titles[app->facts().id.text()] = app->title(view.language);
  return query;
}

std::string inbox_list_address(const View& view, const InboxSearch& search, std::string_view after,
                               std::string_view chosen) {
  auto parameters = search_parameters(search);
  parameters.emplace_back(parameter::after, after);
  parameters.emplace_back(parameter::chosen, chosen);
  return with_query(whole_inbox(view), parameters);
}

Html inbox_search_field(const InboxView& view, const InboxSearch& search) {
  web::Fields hidden;
  for (const auto& [name, value] : search_parameters(search))
    if (name != parameter::search && !value.empty()) hidden.emplace_back(name, value);
  return ui::search_field({.name = std::string(parameter::search),
                           .label = view.t("inbox.search"),
                           .value = search.words,
                           .button = view.t("site.search_button"),
                           .id = "inbox-search",
                           .action = whole_inbox(view),
                           .hidden = std::move(hidden),
                           .live = "inbox-list",
                           .show_label = true});
}

Html inbox_filter(const InboxView& view, const InboxSearch& search) {
  auto agency = choice_of(parameter::agency, view.t("inbox.filter.agency"), search.agency, view.t("inbox.filter.any"));
  for (const auto& [org, name] : agency_names(view)) agency.options.push_back({.value = org, .label = name});
  auto service = choice_of(parameter::form, view.t("inbox.filter.service"), search.service, view.t("inbox.filter.any"));
  for (const auto& app : view.uses.apps.services())
    service.options.push_back({.value = app->facts().id.text(), .label = app->title(view.language)});
  auto standing = choice_of(parameter::standing, view.t("inbox.filter.standing"),
                            std::string(standing_code(search.standing)), view.t("inbox.filter.any"));
  standing.options = {{.value = std::string(unread_code), .label = view.t("inbox.filter.unread")},
                      {.value = std::string(waiting_code), .label = view.t("inbox.filter.waiting")}};
  Html kept = el("input", {{"type", "hidden"}, {"name", parameter::folder}, {"value", folder_code(search.folder)}});
  if (!search.words.empty())
    kept += el("input", {{"type", "hidden"}, {"name", parameter::search}, {"value", search.words}});
  Html fields = ui::select(agency) + ui::select(service);
  const bool of_messages = search.folder != inbox::Folder::work && search.folder != inbox::Folder::sent;
  if (of_messages) fields += ui::select(standing);
  fields += day_field(view, parameter::first_day, "inbox.filter.from", search.first_day);
  fields += day_field(view, parameter::last_day, "inbox.filter.to", search.last_day,
                      search.ends_before_it_begins() ? view.t("inbox.filter.days") : std::string());
  Html buttons = ui::button(view.t("inbox.filter.show"), ui::Variant::secondary);
  if (search.narrowed()) buttons += ui::link(view.t("inbox.show_all"), inbox_address(view, search.folder));
  return ui::details(
      view.t("inbox.filter"),
      ui::get_form(whole_inbox(view), kept + el("div", {{"class", "filter-fields"}}, fields) + ui::button_row(buttons)),
      search.narrowed());
}

}  // namespace alting::portal
