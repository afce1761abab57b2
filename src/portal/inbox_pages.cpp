#include "portal/inbox_pages.h"

#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

using InboxView = ViewOf<InboxUses>;

ui::ItemRow inbox_row(const InboxView& view, const instances::Summary& one) {
  const auto app = view.uses.apps.find(one.at.app);
  ui::ItemRow row;
  const auto title = app ? app->title(view.language) : one.at.app.text();
  row.title = one.caption.empty() ? title : one.caption;
  const bool draft = one.at.state == instances::State::draft;
  const PartyAddresses of_party(one.party_uuid);
  row.href = draft ? of_party.draft(one.at.id).start() : of_party.matter(one.at.id).page();
  row.details = text(title) + text(" · ") + text(one.party_name);
  if (!one.archive_reference.empty()) row.details += text(" · ") + text(one.archive_reference);
  if (one.at.parent) row.tags += ui::tag(view.t("inbox.addition"), ui::Color::info);
  if (one.open_count > 0) row.tags += ui::tag(view.plural("inbox.open_fields", one.open_count), ui::Color::warning);
  row.end = time_tag(view, one.received_at.value_or(one.changed_at), base::TimeStyle::compact);
  return row;
}

Response inbox_page(InboxView& view) {
  const auto folder = folder_of(view.request.query_value(parameter::folder));
  const auto query = view.search_text();
  const auto scope = view.site.decider.scope(view.actor(), terms::Action::read, view.party->id);
  if (!scope) return view.fail(scope.error());
  const auto counts = view.uses.inbox.count(*scope);
  inbox::Query asked{
      .folder = folder, .search = query, .after = std::string(view.request.query_value(parameter::after)), .limit = 30};
  for (const auto& app : view.uses.apps.all()) asked.titles[app->facts().id.text()] = app->title(view.language);
  const auto listing = view.uses.inbox.list(*scope, asked);
  const auto this_folder = view.addresses().inbox(folder);
  const auto tab = [&](inbox::Folder which, std::string_view id, std::int64_t count) {
    return ui::NavLink{view.t(id), view.addresses().inbox(which), which == folder, static_cast<int>(count),
                       view.plural("inbox.count", count)};
  };
  Html list;
  const bool search_on = listing.rows.empty() && !listing.next.empty();
  if (listing.rows.empty() && query.empty()) {
    const auto which = "inbox.empty." + std::string(folder_code(folder));
    list = ui::empty_state({.title = view.t(which),
                            .text = view.t(which + ".text"),
                            .action = ui::button_link(view.t("inbox.empty.action"), view.addresses().catalogue(),
                                                      ui::Variant::secondary)});
  } else if (listing.rows.empty()) {
    const std::string which = search_on ? "inbox.no_hits_yet" : "inbox.no_hits";
    list = ui::empty_state({.title = view.t(which),
                            .text = view.t(which + ".text"),
                            .action = ui::link(view.t("inbox.show_all"), this_folder)});
  } else {
    std::vector<ui::ItemRow> rows;
    for (const auto& one : listing.rows) rows.push_back(inbox_row(view, one));
    list = ui::item_list(rows, view.t("inbox.title"));
  }
  if (!listing.next.empty()) {
    list += ui::button_row(
        ui::button_link(view.t(search_on ? "inbox.search_on" : "list.more"),
                        with_query(this_folder, {{parameter::search, query}, {parameter::after, listing.next}}),
                        ui::Variant::secondary));
  }
  list = el(
      "div",
      {{"id", "inbox-list"}, {"data-said", view.plural("list.shown", static_cast<std::int64_t>(listing.rows.size()))}},
      list);
  if (view.request.wants_fragment()) return view.with_cookies(ui::fragment(list));
  Html content = ui::heading(1, view.t("inbox.title"));
  if (view.did(instances::draft_discarded)) content += ui::alert(ui::Color::success, view.t("draft.deleted"));
  content += ui::tabs(
      {tab(inbox::Folder::drafts, "inbox.drafts", counts.drafts), tab(inbox::Folder::sent, "inbox.sent", counts.sent),
       tab(inbox::Folder::archive, "inbox.archive", counts.archive)},
      view.t("inbox.folders"));
  content += withheld_note(view, *scope);
  if (folder == inbox::Folder::archive) content += ui::alert(ui::Color::info, view.t("inbox.archive.notice"));
  content += ui::search_field({.name = std::string(parameter::search),
                               .label = view.t("inbox.search"),
                               .value = query,
                               .button = view.t("site.search_button"),
                               .id = "inbox-search",
                               .action = view.addresses().inbox(),
                               .hidden = {{std::string(parameter::folder), std::string(folder_code(folder))}},
                               .live = "inbox-list",
                               .show_label = true});
  content += list;
  return view.show({.title = view.t("inbox.title"), .wide = true}, content);
}

Response home_of_party(InboxView& view) { return web::redirect(view.addresses().inbox()); }

}  // namespace

PageSet inbox_pages(const InboxUses& uses) {
  return {.name = "inbox",
          .menu_entry = "inbox",
          .routes = {party_page(Method::get, route::home_of_party, with(uses, home_of_party)),
                     party_page(Method::get, route::inbox, with(uses, inbox_page))},
          .menu = {{.key = "inbox", .text = "menu.inbox", .somebody = route::inbox, .order = 10}},
          .words = {"inbox.title"}};
}

}  // namespace alting::portal
