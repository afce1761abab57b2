#include "portal/service_pages.h"

#include <map>

#include "base/text.h"
#include "portal/access_request_box.h"
#include "portal/catalogue_search.h"
#include "portal/message_permit.h"
#include "portal/service_parts.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;

namespace {

using ServiceView = ViewOf<ServiceUses>;

std::shared_ptr<const forms::App> app_of(const ServiceView& view) {
  const auto id = terms::AppId::make(view.request.value(place::org), view.request.value(place::app));
  const auto app = id ? view.uses.apps.find(*id) : nullptr;
  return app && !app->messages_only() ? app : nullptr;
}

// Of the party that the address names.
base::Result<terms::Permit> may_start(const ServiceView& view, const forms::App& app) {
  return view.site.decider.decide(view.actor(), terms::Action::instantiate,
                                  instances::start_of(view.party->id, app.facts().id));
}

base::Error no_app() { return base::make_error(ErrorKind::not_found, "error.app.not_found"); }

Response catalogue(ServiceView& view) {
  const auto query = view.search_text();
  const auto words = base::search_words(query);
  std::map<std::string, std::vector<ui::ItemRow>> by_topic;
  std::size_t count = 0;
  for (const auto& app : view.uses.apps.all()) {
    const auto start = app->start(view.language);
    const auto controller = app->controller(view.language);
    if (!matches(start, controller, words)) continue;
    ui::ItemRow row;
    row.title = start.title;
    row.href = view.party ? view.addresses().service(app->facts().id) : service_address(app->facts().id);
    row.details = text(controller.name) + text(" · ") + html::words(start.for_whom);
    if (view.session && view.party) {
      const auto may = may_start(view, *app);
      row.tags = may || may.error().kind == ErrorKind::level_too_low
                     ? ui::tag(view.t("catalogue.may"), ui::Color::success)
                     : ui::tag(view.t("catalogue.may_not"), ui::Color::neutral);
    }
    by_topic[start.topic].push_back(std::move(row));
    ++count;
  }
  Html list;
  if (count == 0)
    list += ui::empty_state({.title = view.t("catalogue.none.title"),
                             .text = view.t("catalogue.none.text"),
                             .action = ui::link(view.t("catalogue.none.all"), view.request.path)});
  for (const auto& [topic, rows] : by_topic) list += ui::section(topic, ui::item_list(rows, topic));
  list =
      el("div", {{"id", "catalogue-list"}, {"data-said", view.plural("list.shown", static_cast<std::int64_t>(count))}},
         list);
  if (view.request.wants_fragment()) return view.with_cookies(ui::fragment(list));
  Html content = ui::heading(1, view.t("catalogue.title"));
  content += ui::search_field({.name = std::string(parameter::search),
                               .label = view.t("catalogue.search"),
                               .value = query,
                               .button = view.t("site.search_button"),
                               .id = "catalogue-search",
                               .action = view.request.path,
                               .live = "catalogue-list",
                               .show_label = true});
  content += list;
  return view.show({.title = view.t("catalogue.title")}, content);
}

Response open_start(ServiceView& view) {
  const auto app = app_of(view);
  if (!app) return view.fail(no_app());
  const auto go = choose_party_address(service_address(app->facts().id));
  Html content = service_head(view, *app);
  content +=
      ui::button_row(ui::button_link(view.session ? view.t("service.choose_party") : view.t("service.log_in"), go));
  content += facts_of_service(view, *app);
  return view.show(
      {.title = app->title(view.language),
       .crumbs = {{view.t("catalogue.title"), std::string(route::catalogue)}, {app->title(view.language), "", true}}},
      content);
}

Html drafts_here(ServiceView& view, const forms::App& app) {
  const auto scope = view.site.decider.scope(view.actor(), terms::Action::read, view.party->id);
  if (!scope) return {};
  std::vector<ui::ItemRow> rows;
  const inbox::Query query{.folder = inbox::Folder::work, .limit = 10, .app = app.facts().id};
  for (const auto& draft : view.uses.inbox.list(*scope, query).rows) {
    ui::ItemRow row;
    row.title = draft.caption.empty() ? app.title(view.language) : draft.caption;
    row.href = view.addresses().draft(draft.at.id).start();
    row.details = text(view.t(
        "inbox.changed", {{"time", base::format_local(draft.changed_at, base::TimeStyle::compact, view.language)}}));
    if (draft.at.parent) row.tags = ui::tag(view.t("inbox.addition"), ui::Color::info);
    rows.push_back(std::move(row));
  }
  return rows.empty() ? Html()
                      : ui::section(view.t("service.continue"), ui::item_list(rows, view.t("service.continue")));
}

// More than these are chosen from a list of their own.
constexpr std::size_t max_to_choose_among = 8;

Html which_earlier(const ServiceView& view, const std::vector<instances::Summary>& earlier) {
  ui::Select which;
  which.name = start_field::earlier;
  which.label = view.t("service.which_earlier");
  which.description = view.t("service.which_earlier.help");
  which.empty_label = view.t("form.choose");
  for (const auto& one : earlier) {
    const auto when = base::format_local(*one.received_at, base::TimeStyle::compact, view.language);
    which.options.push_back({one.at.id.text(),
                             when + " – " + one.archive_reference + (one.caption.empty() ? "" : " – " + one.caption),
                             "", false, ""});
  }
  return ui::select(which);
}

// The question of the declared supplement: new, or an addition to which earlier one.
Html supplement_question(ServiceView& view, const forms::App& app, const std::vector<instances::Summary>& earlier,
                         std::string_view error) {
  const auto texts = app.supplement_texts(view.language);
  ui::RadioGroup choice;
  choice.name = start_field::choice;
  choice.label = texts.ask;
  choice.id = start_field::choice;
  choice.error = error;
  for (const auto& way : app.way_texts(view.language))
    choice.options.push_back(
        {new_form_by(way.code), texts.start_new.plain() + ": " + way_label(view, way), way.text, false, ""});
  if (choice.options.empty()) choice.options.push_back({new_form_by({}), texts.start_new});
  if (earlier.size() > max_to_choose_among) {
    choice.options.push_back({std::string(start_field::addition), texts.add});
    return ui::radio_group(choice) + which_earlier(view, earlier);
  }
  for (const auto& one : earlier) {
    ui::Option option;
    option.value = one.at.id.text();
    option.label = texts.add + ": " + one.archive_reference + (one.caption.empty() ? "" : " – " + one.caption);
    option.description = view.t("service.earlier",
                                {{"time", base::format_local(*one.received_at, base::TimeStyle::full, view.language)}});
    if (one.additions > 0) option.description += ". " + view.plural("service.additions", one.additions);
    if (one.open_count > 0) option.description += ". " + view.plural("service.open_fields", one.open_count);
    choice.options.push_back(std::move(option));
  }
  return ui::radio_group(choice);
}

// The message that the form is begun as the answer to, where the page was asked for one.
base::Result<std::optional<AllowedMessage>> answered_message(const ServiceView& view, const forms::App& app,
                                                             std::string_view asked) {
  if (asked.empty()) return std::optional<AllowedMessage>();
  ALTING_TRY(allowed, allow_message(view, view.uses.messages, view.party->id, inbox::MessageId::parse(asked),
                                    terms::Action::read));
  ALTING_CHECK(view.uses.messages.check_form(allowed.permit, allowed.place.id, app.facts().id));
  return std::optional(std::move(allowed));
}

// The draft becomes the answer.
base::Status tie(const ServiceView& view, const AllowedMessage& message, const terms::InstanceId& draft) {
  ALTING_TRY(opened, view.uses.drafts.open(view.actor(), view.party->id, draft, terms::Action::write));
  return view.uses.messages.tie_form(message.permit, message.place.id, opened.permit, view.request.received);
}

Response party_start_with(ServiceView& view, std::string_view error) {
  const auto app = app_of(view);
  if (!app) return view.fail(no_app());
  const auto asked =
      error.empty() ? view.request.query_value(parameter::answers) : view.request.form_value(parameter::answers);
  const auto message = answered_message(view, *app, asked);
  if (!message) return view.fail(message.error());
  Html content;
  if (!error.empty())
    content += ui::error_summary(view.t("form.errors"), {{std::string(start_field::choice), std::string(error)}});
  content += service_head(view, *app);
  const auto permit = may_start(view, *app);
  Page page{
      .title = app->title(view.language),
      .crumbs = {{view.t("catalogue.title"), view.addresses().catalogue()}, {app->title(view.language), "", true}}};
  if (!permit) {
    if (permit.error().kind == ErrorKind::level_too_low) return view.fail(permit.error());
    if (permit.error().kind != ErrorKind::forbidden) return view.fail(permit.error());
    const bool stop = view.party->kind == parties::PartyKind::person && !is_for_persons(*app);
    content += stop ? for_a_business(view, *app) : access_request_box(view, *view.party, app->facts().id);
    return view.show(page, content + facts_of_service(view, *app));
  }
  content += drafts_here(view, *app);
  const auto earlier = app->facts().supplement.declared ? view.uses.matters.earlier(*permit, app->facts().id)
                                                        : std::vector<instances::Summary>{};
  const Html inside = earlier.empty() ? start_buttons(view, *app)
                                      : supplement_question(view, *app, earlier, error) +
                                            ui::button_row(ui::button({.label = view.t("service.go_on")}));
  auto form = view.form(view.addresses().start_service(app->facts().id), true);
  Html for_whom = ui::paragraph(view.t("service.acting_for", {{"party", view.party->name}}));
  if (*message) {
    const auto id = (*message)->place.id;
    form.hidden.emplace_back(parameter::answers, id.text());
    for_whom += el("p", text(view.t("service.answers_message") + " ") +
                            ui::link(view.t("service.answers_message.link"), view.addresses().message(id).page()));
  }
  content += ui::section(view.t("service.start_title"), for_whom + ui::post_form(form, inside));
  content += facts_of_service(view, *app);
  page.with_error = !error.empty();
  page.status = error.empty() ? 200 : 422;
  return view.show(page, content);
}

Response party_start(ServiceView& view) { return party_start_with(view, ""); }

Response start(ServiceView& view) {
  const auto app = app_of(view);
  if (!app) return view.fail(no_app());
  const auto permit = may_start(view, *app);
  if (!permit) return view.fail(permit.error());
  const auto message = answered_message(view, *app, view.request.form_value(parameter::answers));
  if (!message) return view.fail(message.error());
  const auto choice = read_start_choice(view.request);
  std::optional<terms::InstanceId> adds_to;
  if (app->facts().supplement.declared && !choice.is_new) {
    adds_to = terms::InstanceId::parse(choice.adds_to);
    if (!adds_to && !view.uses.matters.earlier(*permit, app->facts().id).empty())
      return party_start_with(view, view.t("service.choose_error"));
  }
  const auto made =
      view.uses.drafts.create(*permit, app->facts().id, adds_to, choice.way, view.request.form_value("once"));
  // Not only what the list above shows: a matter of any age is added to from its own page.
  if (!made && adds_to && made.error().kind == ErrorKind::not_found)
    return party_start_with(view, view.t("service.choose_error"));
  if (!made) return view.fail(made.error());
  // Cut off before this, the same post once more ties the same draft.
  if (*message)
    if (const auto tied = tie(view, **message, *made); !tied) return view.fail(tied.error());
  return web::redirect(view.addresses().draft(*made).start());
}

}  // namespace

PageSet service_pages(const ServiceUses& uses) {
  return {.name = "services",
          .menu_entry = "forms",
          .shows_forms = true,
          .routes = {open_page(Method::get, route::catalogue, with(uses, catalogue)),
                     open_page(Method::get, route::service, with(uses, open_start)),
                     party_page(Method::get, route::catalogue_of_party, with(uses, catalogue)),
                     party_page(Method::get, route::service_of_party, with(uses, party_start)),
                     party_page(Method::post, route::start_service, with(uses, start))},
          .menu = {{.key = "forms",
                    .text = "menu.forms",
                    .somebody = route::catalogue_of_party,
                    .nobody = route::catalogue,
                    .order = 20}},
          .search = route::catalogue,
          .words = {"catalogue.title", "service.start_title"}};
}

}  // namespace alting::portal
