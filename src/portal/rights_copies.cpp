// A copy of everything: asked for, made behind, fetched after a fresh login, deleted.
#include <algorithm>
#include <stdexcept>

#include "base/size.h"
#include "portal/rights_view.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;
using privacy::CopyState;
using privacy::CopyStatus;

namespace {

base::Result<privacy::CopyId> copy_in_address(const RightsView& view) {
  const auto id = privacy::CopyId::parse(view.request.value(place::copy));
  if (!id) return base::make_error(base::ErrorKind::not_found, "error.rights.unknown", "no id of a copy");
  return *id;
}

// Another's is not there either, and nobody is told which of the two it is.
base::Error as_missing(base::Error error) {
  if (error.kind == base::ErrorKind::gone) error.kind = base::ErrorKind::not_found;
  return error;
}

std::string state_of_copy(const RightsView& view, const CopyStatus& copy) {
  switch (copy.state) {
    case CopyState::waiting:
      return view.t(view.uses.copies.has_disk_room() ? "rights.copy.waiting" : "copies.page.no_room");
    case CopyState::making:
      return view.t("rights.copy.making",
                    {{"done", std::to_string(copy.done)}, {"all", std::to_string(std::max(copy.all, copy.done))}});
    case CopyState::ready:
      return view.t(
          "rights.copy.ready",
          {{"size", base::size_in_words(copy.size, view.language)},
           {"day", copy.expires_at ? base::format_local(*copy.expires_at, base::TimeStyle::full, view.language)
                                   : std::string()}});
    case CopyState::failed: break;
  }
  return view.t("rights.copy.failed");
}

Html acts_on_copy(RightsView& view, const CopyStatus& copy) {
  const auto at = view.addresses().rights();
  const auto id = copy.id.text();
  Html acts;
  if (copy.state == CopyState::ready)
    acts += is_freshly_logged_in(view)
                ? ui::button_link(view.t("rights.copy.fetch"), at.copy(id))
                : ui::button_link(view.t("rights.copy.log_in"), fresh_log_in_address(at.copies()));
  if (copy.state == CopyState::waiting || copy.state == CopyState::making)
    acts += ui::button_link(view.t("rights.copy.look_again"), at.copies(), ui::Variant::secondary);
  acts += ui::confirm({.id = "slett-" + id,
                       .open_label = view.t("rights.copy.delete"),
                       .title = view.t("rights.copy.delete.title"),
                       .body = ui::paragraph(view.t("rights.copy.delete.text")),
                       .form = view.form(at.delete_copy(id), true),
                       .confirm = {.label = view.t("rights.copy.delete.confirm"), .color = ui::Color::danger},
                       .cancel_label = view.t("cancel")});
  return ui::button_row(acts);
}

Html copy_card(RightsView& view, const CopyStatus& copy) {
  Html body = ui::paragraph(state_of_copy(view, copy));
  if (copy.state == CopyState::ready && !is_freshly_logged_in(view))
    body += ui::paragraph(view.t("rights.copy.log_in.why"));
  if (copy.downloads > 0) body += ui::paragraph(view.plural("rights.copy.fetched", copy.downloads));
  return ui::card(
      {.title = view.t("rights.copy.of_day",
                       {{"time", base::format_local(copy.asked_at, base::TimeStyle::compact, view.language)}}),
       .body = body,
       .footer = acts_on_copy(view, copy),
       .heading_level = 3});
}

}  // namespace

Response copies_page(RightsView& view) {
  const auto permit = rights_permit(view, view.party->id);
  if (!permit) return view.fail(permit.error());
  const auto copies = view.uses.copies.list(*permit, view.request.received);
  const auto title = view.t("rights.copy");
  Html content = ui::heading(1, title);
  content += ui::ingress(
      view.t(is_of_oneself(view) ? "rights.copy.ingress" : "rights.copy.ingress_of", {{"name", view.party->name}}));
  if (view.did(privacy::copy_asked)) content += ui::alert(ui::Color::success, view.t("rights.copy.asked_now"));
  if (view.did(privacy::copy_deleted)) content += ui::alert(ui::Color::success, view.t("rights.copy.deleted_now"));
  if (!copies.empty()) {
    Html cards;
    for (const auto& copy : copies) cards += copy_card(view, copy);
    content += ui::section(view.t("rights.copy.yours"), cards);
  }
  if (!is_of_oneself(view)) content += ui::paragraph(view.t("copies.page.confidential"));
  const auto next = view.uses.copies.next_at(*permit, view.request.received);
  if (!next)
    content += ui::post_form(view.form(view.addresses().rights().copies(), true),
                             ui::button_row(ui::button(view.t("rights.copy.ask"))));
  else if (*next > view.request.received)
    content += ui::paragraph(
        view.t("rights.copy.next", {{"time", base::format_local(*next, base::TimeStyle::full, view.language)}}));
  content += ui::section(view.t("rights.copy.check"), ui::prose(html::markdown(view.t("rights.copy.check.text"))));
  return show_right(view, {.title = title, .crumbs = rights_crumbs(view, title)}, content);
}

Response ask_copy(RightsView& view) {
  const auto permit = rights_permit(view, view.party->id);
  if (!permit) return view.fail(permit.error());
  const auto asked =
      view.uses.copies.ask(*permit, view.language, view.request.received, view.request.form_value("once"));
  if (!asked) return view.fail(asked.error());
  return web::redirect(view.after_post(view.addresses().rights().copies()));
}

Response fetch_copy(RightsView& view) {
  const auto permit = rights_permit(view, view.party->id);
  if (!permit) return view.fail(permit.error());
  const auto id = copy_in_address(view);
  if (!id) return view.fail(id.error());
  // From a login one comes back to the page: a file alone would leave the window where one logged in.
  const auto from = view.request.header("sec-fetch-site");
  if (from == "cross-site" || from == "same-site") return web::redirect(view.addresses().rights().copies());
  const auto at = view.request.received;
  // HEAD is answered alike, and fetches nothing.
  const auto logged_in = logged_in_at(view);
  const auto begun = view.request.method == Method::head ? view.uses.copies.look(*permit, *id, logged_in, at)
                                                         : view.uses.copies.begin_download(*permit, *id, logged_in, at);
  if (!begun) {
    if (begun.error().code == "error.copies.login_again")
      return web::redirect(fresh_log_in_address(view.addresses().rights().copies()));
    return view.fail(as_missing(begun.error()));
  }
  return web::download(begun->file_name, "application/zip", begun->size,
                       [&copies = view.uses.copies, held = *permit, which = *id, at](const auto& write) {
                         if (!copies.read(held, which, at, write)) throw std::runtime_error("a copy cannot be read");
                       });
}

Response delete_copy(RightsView& view) {
  const auto permit = rights_permit(view, view.party->id);
  if (!permit) return view.fail(permit.error());
  const auto id = copy_in_address(view);
  if (!id) return view.fail(id.error());
  const auto done = view.uses.copies.forget(*permit, *id, view.request.received, view.request.form_value("once"));
  if (!done) return view.fail(as_missing(done.error()));
  return web::redirect(view.after_post(view.addresses().rights().copies()));
}

}  // namespace alting::portal
