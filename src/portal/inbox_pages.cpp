#include "portal/inbox_pages.h"

#include "portal/inbox_rows.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

// Whether rows can be chosen, and whether they are.
enum class Boxes : std::uint8_t { none, empty, chosen };

ui::ItemRow inbox_row(const InboxView& view, const instances::Summary& one, Boxes boxes) {
  ui::ItemRow row;
  row.title = title_of_row(view, view.uses.apps, one);
  const bool draft = one.at.state == instances::State::draft;
  const PartyAddresses of_party(one.party_uuid);
  row.href = draft ? of_party.draft(one.at.id).start() : of_party.matter(one.at.id).page();
  row.details = details_of_row(view, view.uses.apps, one);
  row.tags = tags_of_row(view, one);
  row.end = time_tag(view, one.received_at.value_or(one.changed_at), base::TimeStyle::compact);
  if (boxes != Boxes::none)
    row.start = el("input", {{"type", "checkbox"},
                             {"class", "ds-input"},
                             {"name", parameter::chosen},
                             {"value", one.at.id.text()},
                             {"aria-label", view.t("inbox.choose", {{"title", row.title}})},
                             {"checked", boxes == Boxes::chosen}});
  return row;
}

ui::Button act_button(const InboxView& view, ManyAct act) {
  return {.label = view.t("inbox.many." + std::string(to_text(act))),
          .variant = ui::Variant::secondary,
          .color = act == ManyAct::discard ? ui::Color::danger : ui::Color::accent,
          .name = std::string(many_field::act),
          .value = std::string(to_text(act))};
}

struct InboxSearch {
  inbox::Folder folder = inbox::Folder::drafts;
  std::string words;
};

inbox::Listing inbox_listing(const InboxView& view, const terms::Scope& scope, const InboxSearch& search) {
  inbox::Query asked{.folder = search.folder,
                     .search = search.words,
                     .after = std::string(view.request.query_value(parameter::after)),
                     .limit = 30};
  for (const auto& app : view.uses.apps.all()) asked.titles[app->facts().id.text()] = app->title(view.language);
  return view.uses.inbox.list(scope, asked);
}

// `search_on`: nothing was found among those looked through so far.
Html empty_inbox(const InboxView& view, const InboxSearch& search, bool search_on) {
  if (search.words.empty()) {
    const auto which = "inbox.empty." + std::string(folder_code(search.folder));
    return ui::empty_state({.title = view.t(which),
                            .text = view.t(which + ".text"),
                            .action = ui::button_link(view.t("inbox.empty.action"), view.addresses().catalogue(),
                                                      ui::Variant::secondary)});
  }
  const std::string which = search_on ? "inbox.no_hits_yet" : "inbox.no_hits";
  return ui::empty_state({.title = view.t(which),
                          .text = view.t(which + ".text"),
                          .action = ui::link(view.t("inbox.show_all"), view.addresses().inbox(search.folder))});
}

// Who may not throw away or put away anything here chooses nothing.
bool may_choose(const InboxView& view) {
  const auto scope = view.site.decider.scope(view.actor(), terms::Action::remove, view.party->id);
  return scope && !scope->grants().empty();
}

ManyAct act_of(inbox::Folder folder) {
  switch (folder) {
    case inbox::Folder::drafts: return ManyAct::discard;
    case inbox::Folder::sent: return ManyAct::archive;
    case inbox::Folder::archive: return ManyAct::take_back;
  }
  return ManyAct::archive;
}

std::string this_page(const InboxView& view, const InboxSearch& search, std::string_view after,
                      std::string_view chosen = {}) {
  return with_query(view.addresses().inbox(search.folder),
                    {{parameter::search, search.words}, {parameter::after, after}, {parameter::chosen, chosen}});
}

// The rows in a form with what can be done with the chosen ones.
Html rows_to_choose(InboxView& view, const InboxSearch& search, const std::vector<instances::Summary>& found) {
  const auto after = view.request.query_value(parameter::after);
  const bool choosable = may_choose(view);
  const bool all = view.request.query_value(parameter::chosen) == parameter::all;
  std::vector<ui::ItemRow> rows;
  for (const auto& one : found)
    rows.push_back(inbox_row(view, one, !choosable ? Boxes::none : all ? Boxes::chosen : Boxes::empty));
  const Html list = ui::item_list(rows, view.t("inbox.title"));
  if (!choosable) return list;
  auto form = view.form(view.addresses().chosen_rows());
  form.hidden.emplace_back(many_field::folder, folder_code(search.folder));
  Html acts = ui::button(act_button(view, act_of(search.folder)));
  if (rows.size() > 1)
    acts += all ? ui::link(view.t("inbox.choose.none"), this_page(view, search, after))
                : ui::link(view.t("inbox.choose.all"), this_page(view, search, after, parameter::all));
  return ui::post_form(form, list + ui::button_row(acts));
}

// What changes while one types a search.
Html inbox_list(InboxView& view, const InboxSearch& search, const inbox::Listing& listing) {
  const bool search_on = listing.rows.empty() && !listing.next.empty();
  Html list = listing.rows.empty() ? empty_inbox(view, search, search_on) : rows_to_choose(view, search, listing.rows);
  if (!listing.next.empty())
    list += ui::button_row(ui::button_link(view.t(search_on ? "inbox.search_on" : "list.more"),
                                           this_page(view, search, listing.next), ui::Variant::secondary));
  return el(
      "div",
      {{"id", "inbox-list"}, {"data-said", view.plural("list.shown", static_cast<std::int64_t>(listing.rows.size()))}},
      list);
}

Html inbox_folders(const InboxView& view, inbox::Folder current, const inbox::Counts& counts) {
  const auto tab = [&](inbox::Folder which, std::string_view id, std::int64_t count) {
    return ui::NavLink{view.t(id), view.addresses().inbox(which), which == current, static_cast<int>(count),
                       view.plural("inbox.count", count)};
  };
  return ui::tabs(
      {tab(inbox::Folder::drafts, "inbox.drafts", counts.drafts), tab(inbox::Folder::sent, "inbox.sent", counts.sent),
       tab(inbox::Folder::archive, "inbox.archive", counts.archive)},
      view.t("inbox.folders"));
}

Html inbox_search_field(const InboxView& view, const InboxSearch& search) {
  return ui::search_field({.name = std::string(parameter::search),
                           .label = view.t("inbox.search"),
                           .value = search.words,
                           .button = view.t("site.search_button"),
                           .id = "inbox-search",
                           .action = view.addresses().inbox(),
                           .hidden = {{std::string(parameter::folder), std::string(folder_code(search.folder))}},
                           .live = "inbox-list",
                           .show_label = true});
}

Response inbox_page(InboxView& view) {
  const InboxSearch search{.folder = folder_of(view.request.query_value(parameter::folder)),
                           .words = view.search_text()};
  const auto scope = view.site.decider.scope(view.actor(), terms::Action::read, view.party->id);
  if (!scope) return view.fail(scope.error());
  const auto counts = view.uses.inbox.count(*scope);
  const auto list = inbox_list(view, search, inbox_listing(view, *scope, search));
  if (view.request.wants_fragment()) return view.with_cookies(ui::fragment(list));
  Html content = ui::heading(1, view.t("inbox.title"));
  if (view.did(instances::draft_discarded)) content += ui::alert(ui::Color::success, view.t("draft.deleted"));
  content += inbox_folders(view, search.folder, counts);
  content += withheld_note(view, *scope);
  if (search.folder == inbox::Folder::archive) content += ui::alert(ui::Color::info, view.t("inbox.archive.notice"));
  content += inbox_search_field(view, search);
  content += list;
  return view.show({.title = view.t("inbox.title"), .wide = true}, content);
}

Response home_of_party(InboxView& view) { return web::redirect(view.addresses().inbox()); }

}  // namespace

PageSet inbox_pages(const InboxUses& uses) {
  return {.name = "inbox",
          .menu_entry = "inbox",
          .routes = {party_page(Method::get, route::home_of_party, with(uses, home_of_party)),
                     party_page(Method::get, route::inbox, with(uses, inbox_page)),
                     party_page(Method::post, route::chosen_rows, with(uses, with_chosen))},
          .menu = {{.key = "inbox", .text = "menu.inbox", .somebody = route::inbox, .order = 10}},
          .elsewhere = {{.below = below_party::acts_of_inbox, .to = below_party::inbox}},
          .words = {"inbox.title"}};
}

}  // namespace alting::portal
