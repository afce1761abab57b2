#include "portal/inbox_pages.h"

#include "portal/bounce_banner.h"
#include "portal/contact_pages.h"
#include "portal/inbox_filter.h"
#include "portal/inbox_rows.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

// Whether rows can be chosen, and whether they are.
enum class Boxes : std::uint8_t { none, empty, chosen };

ui::ItemRow inbox_row(const InboxView& view, const inbox::Item& one, Boxes boxes) {
  ui::ItemRow row;
  row.title = title_of_row(view, view.uses.apps, one);
  const bool draft = !one.message && one.at.state == instances::State::draft;
  const PartyAddresses of_party(one.party_uuid);
  row.href = one.message ? of_party.message(one.message->id).page()
             : draft     ? of_party.draft(one.at.id).start()
                         : of_party.matter(one.at.id).page();
  row.details = details_of_row(view, view.uses.apps, one);
  row.tags = tags_of_row(view, one);
  row.end = time_tag(view, one.received_at.value_or(one.changed_at), base::TimeStyle::compact);
  row.unread = one.message && one.message->unread;
  if (row.unread) row.unread_word = view.t("inbox.unread");
  if (boxes != Boxes::none)
    row.start = el("input", {{"type", "checkbox"},
                             {"class", "ds-input"},
                             {"name", parameter::chosen},
                             {"value", row_key(view, one)},
                             {"aria-label", view.t("inbox.choose", {{"title", row.title}})},
                             {"checked", boxes == Boxes::chosen}});
  return row;
}

ui::Button act_button(const InboxView& view, ManyAct act) {
  const bool destroys = act == ManyAct::discard || act == ManyAct::remove;
  return {.label = view.t("inbox.many." + std::string(to_text(act))),
          .variant = ui::Variant::secondary,
          .color = destroys ? ui::Color::danger : ui::Color::accent,
          .name = std::string(many_field::act),
          .value = std::string(to_text(act)),
          .downloads = act == ManyAct::copy};
}

// `search_on`: nothing was found among those looked through so far.
Html empty_inbox(const InboxView& view, const InboxSearch& search, bool search_on) {
  if (search.words.empty() && !search.narrowed()) {
    const auto which = "inbox.empty." + std::string(folder_code(search.folder));
    const auto forms = view.party ? view.addresses().catalogue() : std::string(route::catalogue);
    const bool of_forms = search.folder == inbox::Folder::work || search.folder == inbox::Folder::sent;
    return ui::empty_state(
        {.title = view.t(which),
         .text = view.t(which + ".text"),
         .action = of_forms ? ui::button_link(view.t("inbox.empty.action"), forms, ui::Variant::secondary) : Html()});
  }
  if (search.words.empty())
    return ui::empty_state(
        {.title = view.t(search_on ? "inbox.no_hits_yet" : "inbox.none_of_filter"),
         .text = view.t(search.ends_before_it_begins() ? "inbox.filter.days" : "inbox.none_of_filter.text"),
         .action = ui::link(view.t("inbox.show_all"), inbox_address(view, search.folder))});
  const std::string which = search_on ? "inbox.no_hits_yet" : "inbox.no_hits";
  return ui::empty_state({.title = view.t(which),
                          .text = view.t(which + ".text"),
                          .action = ui::link(view.t("inbox.show_all"), inbox_address(view, search.folder))});
}

// Who may not throw away or put away anything here is not offered it. Of all that one acts for it is asked row by row.
bool may_move(const InboxView& view) {
  if (!view.party) return true;
  const auto scope = inbox_scope(view, terms::Action::remove);
  return scope && !scope->grants().empty();
}

std::vector<ManyAct> acts_of(inbox::Folder folder, bool moves) {
  if (folder == inbox::Folder::work) return moves ? std::vector{ManyAct::discard} : std::vector<ManyAct>{};
  if (!moves) return {ManyAct::copy};
  switch (folder) {
    case inbox::Folder::sent: return {ManyAct::archive, ManyAct::copy, ManyAct::remove};
    case inbox::Folder::received: return {ManyAct::archive, ManyAct::copy, ManyAct::remove};
    case inbox::Folder::archive: return {ManyAct::take_back, ManyAct::copy, ManyAct::remove};
    case inbox::Folder::deleted: return {ManyAct::take_back, ManyAct::remove};
    case inbox::Folder::work: break;
  }
  return {};
}

// The rows in a form with what can be done with the chosen ones.
Html rows_to_choose(InboxView& view, const InboxSearch& search, const std::vector<inbox::Item>& found) {
  const auto after = view.request.query_value(parameter::after);
  const auto acts = acts_of(search.folder, may_move(view));
  const bool all = view.request.query_value(parameter::chosen) == parameter::all;
  std::vector<ui::ItemRow> rows;
  for (const auto& one : found)
    rows.push_back(inbox_row(view, one, acts.empty() ? Boxes::none : all ? Boxes::chosen : Boxes::empty));
  const Html list = ui::item_list(rows, view.t("inbox.title"));
  if (acts.empty()) return list;
  auto form = view.form(chosen_rows_address(view));
  form.hidden = inbox_fields(search, after);
  Html buttons;
  for (const auto act : acts) buttons += ui::button(act_button(view, act));
  const std::string in_view = "#inbox-end";  // where one was
  if (rows.size() > 1)
    buttons +=
        all ? ui::link(view.t("inbox.choose.none"), inbox_list_address(view, search, after) + in_view)
            : ui::link(view.t("inbox.choose.all"), inbox_list_address(view, search, after, parameter::all) + in_view);
  const bool opens = std::ranges::find(acts, ManyAct::copy) != acts.end() &&
                     std::ranges::any_of(found, [](const auto& one) { return one.message && one.message->unread; });
  const Html told = opens ? ui::paragraph(view.t("inbox.copy.opens")) : Html();
  // Enter at a row's box presses the form's first button: one that does nothing but show the list again.
  const Html first = el("button",
                        {{"type", "submit"},
                         {"name", std::string(many_field::act)},
                         {"value", nothing_act},
                         {"class", "ds-sr-only"},
                         {"tabindex", "-1"},
                         {"aria-hidden", "true"}},
                        text(view.t("inbox.title")));
  // The bar itself sticks to the window's edge while rows are chosen, and is no place to come to.
  const Html end = el("div", {{"id", "inbox-end"}, {"class", "rows-end"}});
  return ui::post_form(form, first + told + list + end + el("div", {{"class", "rows-bar"}}, ui::button_row(buttons)));
}

// What changes while one types a search.
Html inbox_list(InboxView& view, const InboxSearch& search, const inbox::Listing& listing) {
  const bool search_on = listing.rows.empty() && !listing.next.empty();
  Html list = listing.rows.empty() ? empty_inbox(view, search, search_on) : rows_to_choose(view, search, listing.rows);
  Html ways;
  if (!listing.next.empty())
    ways += ui::button_link(view.t(search_on ? "inbox.search_on" : "list.more"),
                            inbox_list_address(view, search, listing.next), ui::Variant::secondary);
  if (!view.request.query_value(parameter::after).empty())
    ways += ui::link(view.t("list.from_the_first"), inbox_list_address(view, search, ""));
  if (!ways.empty()) list += ui::button_row(ways);
  return el(
      "div",
      {{"id", "inbox-list"}, {"data-said", view.plural("list.shown", static_cast<std::int64_t>(listing.rows.size()))}},
      list);
}

Html inbox_folders(const InboxView& view, inbox::Folder current, const inbox::Counts& counts) {
  const auto tab = [&](inbox::Folder which, std::string_view id, std::int64_t count, std::string words) {
    return ui::NavLink{view.t(id), inbox_address(view, which), which == current, static_cast<int>(count),
                       std::move(words)};
  };
  const auto counted = [&](std::int64_t count) { return view.plural("inbox.count", count); };
  // Of those received, how many are new.
  return ui::tabs(
      {tab(inbox::Folder::work, "inbox.drafts", counts.work, counted(counts.work)),
       tab(inbox::Folder::sent, "inbox.sent", counts.sent, counted(counts.sent)),
       tab(inbox::Folder::received, "inbox.received", counts.unread, view.plural("inbox.count.unread", counts.unread)),
       tab(inbox::Folder::archive, "inbox.archive", counts.archive, counted(counts.archive)),
       tab(inbox::Folder::deleted, "inbox.deleted", counts.deleted, counted(counts.deleted))},
      view.t("inbox.folders"));
}

// Whose inbox it is, and the way to the other: all at once, or one party's.
Html whose_inbox(const InboxView& view, inbox::Folder folder) {
  if (!view.actor().is_person()) return {};  // an organisation acts for itself
  const auto all = with_query(route::all_inboxes, {{parameter::folder, folder_code(folder)}});
  const Html whose = text(view.party ? view.party->name : view.t("inbox.whose.all"));
  const Html way = view.party ? ui::link(view.t("inbox.of_all"), all)
                              : ui::link(view.t("inbox.of_one"), choose_party_address(below_party::inbox));
  return el("p", {{"class", "inbox-whose"}}, el("span", whose) + way);
}

Html folder_note(const InboxView& view, inbox::Folder folder) {
  if (folder == inbox::Folder::archive) return ui::alert(ui::Color::info, view.t("inbox.archive.notice"));
  if (folder == inbox::Folder::deleted) return ui::paragraph(view.t("inbox.deleted.notice"));
  return {};
}

// As the menu leads to it: no folder is named, and nothing is looked for.
bool names_nothing(const InboxView& view, const InboxSearch& search) {
  return view.request.query_value(parameter::folder).empty() && search.words.empty() && !search.narrowed() &&
         view.request.query_value(parameter::after).empty() && view.request.query_value(parameter::chosen).empty();
}

Html said_of_change(const InboxView& view, inbox::Folder folder) {
  const auto said = [&](std::string_view words) { return ui::alert(ui::Color::success, view.t(words)); };
  if (view.did(instances::draft_discarded)) return said("draft.deleted");
  if (view.did(inbox::message_removed)) return said("mailbox.removed");
  if (view.did(instances::form_removed)) return said("deleting.done");
  if (view.did(instances::form_brought_back)) return said("deleting.brought_back");
  if (!view.did(inbox::message_moved)) return {};
  return said(folder == inbox::Folder::archive ? "mailbox.archived" : "mailbox.taken_back");
}

Response inbox_page(InboxView& view) {
  auto search = inbox_search(view);
  const auto scope = inbox_scope(view, terms::Action::read);
  if (!scope) return view.fail(scope.error());
  const auto counts = view.request.wants_fragment() ? inbox::Counts() : view.uses.inbox.count(*scope);
  if (counts.unread > 0 && names_nothing(view, search)) search.folder = inbox::Folder::received;
  const auto list = inbox_list(view, search, view.uses.inbox.list(*scope, inbox_query(view, search)));
  if (view.request.wants_fragment()) return view.with_cookies(ui::fragment(list));
  const auto title = view.t(view.party ? "inbox.title" : "inbox.title.all");
  Html content = ui::heading(1, title) + whose_inbox(view, search.folder);
  content += said_of_change(view, search.folder);
  content += bounce_banner(view, view.uses.contacts);
  if (view.party && view.party->kind != parties::PartyKind::person) content += contact_hint(view, view.uses.contacts);
  content += inbox_folders(view, search.folder, counts);
  content += withheld_note(view, *scope);
  content += folder_note(view, search.folder);
  content += inbox_search_field(view, search);
  content += inbox_filter(view, search);
  content += list;
  return view.show({.title = title, .wide = true}, content);
}

Response home_of_party(InboxView& view) { return web::redirect(view.addresses().inbox()); }

}  // namespace

PageSet inbox_pages(const InboxUses& uses) {
  return {.name = "inbox",
          .menu_entry = "inbox",
          .routes = {party_page(Method::get, route::home_of_party, with(uses, home_of_party)),
                     party_page(Method::get, route::inbox, with(uses, inbox_page)),
                     party_page(Method::post, route::chosen_rows, with(uses, with_chosen)),
                     personal_page(Method::get, route::all_inboxes, with(uses, inbox_page)),
                     personal_page(Method::post, route::chosen_of_all, with(uses, with_chosen))},
          .menu = {{.key = "inbox", .text = "menu.inbox", .somebody = route::inbox, .order = 10}},
          .elsewhere = {{.below = below_party::acts_of_inbox, .to = below_party::inbox}},
          .words = {"inbox.title", "inbox.title.all"}};
}

}  // namespace alting::portal
