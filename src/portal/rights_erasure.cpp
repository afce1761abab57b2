// Erasing all that is one's own: what goes and what stays, told before; the certificate after. Of a business: what becomes of
// what is deleted.
#include "portal/rights_view.h"
#include "portal/words.h"
#include "privacy/privacy_kinds.h"

namespace alting::portal {

using html::el;
using html::text;
using privacy::ErasureItem;

namespace {

std::string category_in_words(const View& view, const ErasureItem& item) {
  return view.t("erasure.category." + item.category);
}

Html what_goes(const View& view, const std::vector<ErasureItem>& goes) {
  if (goes.empty()) return ui::paragraph(view.t("rights.erase.nothing"));
  std::vector<std::vector<Html>> rows;
  for (const auto& item : goes) {
    const auto count = std::to_string(item.count);
    rows.push_back({text(category_in_words(view, item)),
                    text(item.more ? view.t("rights.erase.at_least", {{"count", count}}) : count)});
  }
  return ui::table(
      {.caption = view.t("rights.erase.goes"),
       .hide_caption = true,
       .columns = {{.name = view.t("rights.erase.what")}, {.name = view.t("rights.erase.count"), .numeric = true}},
       .rows = std::move(rows)});
}

Html what_stays(const RightsView& view, const std::vector<ErasureItem>& stays) {
  std::vector<std::vector<Html>> rows;
  for (const auto& item : stays) {
    Html why = el("div", text(view.t("erasure.why." + item.category)));
    if (!item.law.empty())
      why += el("div", view.language == Language::nb ? text(item.law) : el("span", {{"lang", "nb"}}, text(item.law)));
    rows.push_back({text(category_in_words(view, item)), std::move(why),
                    text(item.until ? day_in_words(view, *item.until) : view.t("rights.erase.no_end")),
                    text(controller_name(view, view.uses.apps, item.controller))});
  }
  return ui::table({.caption = view.t("rights.erase.stays"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("rights.erase.what")},
                                {.name = view.t("rights.erase.why")},
                                {.name = view.t("rights.erase.until")},
                                {.name = view.t("rights.erase.whom")}},
                    .rows = std::move(rows)});
}

Html certificates_section(const RightsView& view, const std::vector<privacy::Certificate>& certificates) {
  std::vector<Html> items;
  for (const auto& one : certificates) {
    const auto when = base::format_local(one.ordered_at, base::TimeStyle::compact, view.language);
    items.push_back(one.json.empty() ? text(view.t("rights.erase.going_on", {{"time", when}}))
                                     : ui::link(view.t("rights.erase.certificate_of", {{"time", when}}),
                                                view.addresses().rights().certificate(one.id.text())));
  }
  if (items.empty()) return {};
  return ui::section(view.t("rights.erase.certificates"),
                     ui::paragraph(view.t("rights.erase.certificates.text")) + ui::list(items));
}

// What lies where a business can delete it, and what becomes of it.
Response business_erasing_page(RightsView& view) {
  const auto title = view.t("rights.erase_business");
  const auto at = view.addresses();
  Html content = ui::heading(1, title) + ui::ingress(view.t("rights.erase_business.ingress"));
  const auto periods =
      privacy::periods_in_words(view.site.texts, view.language, view.uses.catalogue, view.request.received);
  content += ui::prose(html::markdown(view.t("rights.erase_business.text", periods)));
  content += ui::button_row(
      ui::button_link(view.t("rights.erase.to_sent"), at.inbox(inbox::Folder::sent), ui::Variant::secondary) +
      ui::button_link(view.t("rights.erase.to_deleted"), at.inbox(inbox::Folder::deleted), ui::Variant::secondary));
  return show_right(view, {.title = title, .crumbs = rights_crumbs(view, title)}, content);
}

}  // namespace

Response erase_page(RightsView& view) {
  const auto permit = rights_permit(view, view.party->id);
  if (!permit) return view.fail(permit.error());
  if (!is_of_oneself(view)) return business_erasing_page(view);
  const auto plan = view.uses.erasures.plan(*permit);
  if (!plan) return view.fail(plan.error());
  const auto title = view.t("rights.erase");
  const auto at = view.addresses();
  Html content = ui::heading(1, title) + ui::ingress(view.t("rights.erase.ingress"));
  const auto certificates = view.uses.erasures.mine(*permit);
  if (view.did(privacy::erasure_ordered)) {
    const bool all_gone = !certificates.empty() && certificates.front().done_at;
    content += ui::alert(all_gone ? ui::Color::success : ui::Color::info,
                         view.t(all_gone ? "rights.erase.done" : "rights.erase.begun"));
  }
  content +=
      ui::section(view.t("rights.erase.one"),
                  ui::paragraph(view.t("rights.erase.one.text")) +
                      ui::button_row(ui::button_link(view.t("rights.erase.to_sent"), at.inbox(inbox::Folder::sent),
                                                     ui::Variant::secondary) +
                                     ui::button_link(view.t("rights.erase.to_received"),
                                                     at.inbox(inbox::Folder::received), ui::Variant::secondary)));
  content += ui::section(view.t("rights.erase.goes"), what_goes(view, plan->goes));
  if (!plan->stays.empty())
    content += ui::section(view.t("rights.erase.stays"),
                           ui::paragraph(view.t("rights.erase.stays.text")) + what_stays(view, plan->stays) +
                               el("p", ui::link(view.t("rights.erasure"), at.rights().claim("erasure"))));
  if (view.uses.backup_days > 0) content += ui::paragraph(view.plural("rights.backups", view.uses.backup_days));
  if (plan->held_until)
    content +=
        ui::alert(ui::Color::warning, view.t("rights.erase.held", {{"day", day_in_words(view, *plan->held_until)}}));
  else if (!is_freshly_logged_in(view))
    content += ui::section(
        view.t("rights.erase.all.title"),
        ui::paragraph(view.t("rights.erase.log_in.why")) +
            ui::button_row(ui::button_link(view.t("rights.erase.log_in"), fresh_log_in_address(at.rights().erase()))));
  else
    content += ui::confirm({.id = "slett-alt",
                            .open_label = view.t("rights.erase.all"),
                            .title = view.t("rights.erase.all.title"),
                            .body = ui::paragraph(view.t("rights.erase.all.text")),
                            .form = view.form(at.rights().erase(), true),
                            .confirm = {.label = view.t("rights.erase.all.confirm"), .color = ui::Color::danger},
                            .cancel_label = view.t("cancel")});
  content += certificates_section(view, certificates);
  return show_right(view, {.title = title, .crumbs = rights_crumbs(view, title), .wide = true}, content);
}

Response erase_everything(RightsView& view) {
  const auto permit = rights_permit(view, view.party->id);
  if (!permit) return view.fail(permit.error());
  if (!is_freshly_logged_in(view)) return web::redirect(fresh_log_in_address(view.addresses().rights().erase()));
  const auto done = view.uses.erasures.erase(*permit, view.request.received, view.request.form_value("once"));
  if (!done) {
    auto error = done.error();
    for (auto& [name, value] : error.params)  // a day, as the page says it
      if (const auto day = base::from_rfc3339(value + "T12:00:00Z"); day && name == "until")
        value = day_in_words(view, *day);
    return view.fail(error);
  }
  return web::redirect(view.after_post(view.addresses().rights().erase()));
}

Response certificate_file(RightsView& view) {
  const auto permit = rights_permit(view, view.party->id);
  if (!permit) return view.fail(permit.error());
  const auto id = privacy::ErasureId::parse(view.request.value(place::erasure));
  if (!id)
    return view.fail(base::make_error(base::ErrorKind::not_found, "error.rights.unknown", "no id of an erasure"));
  const auto found = view.uses.erasures.find(*permit, *id);
  if (!found) return view.fail(found.error());
  if (found->json.empty())
    return view.fail(base::make_error(base::ErrorKind::conflict, "error.rights.going_on", "not all is erased yet"));
  return web::download("slettebevis-" + base::to_date_oslo(found->ordered_at) + ".json", "application/json",
                       found->json);
}

}  // namespace alting::portal
