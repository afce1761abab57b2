#include "portal/rights_pages.h"

#include <functional>
#include <map>

#include "portal/interface_view.h"
#include "portal/rights_view.h"
#include "portal/words.h"
#include "privacy/estates.h"
#include "privacy/privacy_kinds.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

constexpr std::size_t shown_counts = 60;  // of the newest months
constexpr std::string_view rights_authority =
    "https://www.datatilsynet.no/rettigheter-og-plikter/den-registrertes-rettigheter/";

// "oktober 2026" for "2026-10".
std::string month_in_words(const View& view, const std::string& month) {
  const auto day = base::date_in_words(month + "-01", view.language);
  const auto blank = day.find(' ');
  return blank == std::string::npos ? month : day.substr(blank + 1);
}

// "1 204".
std::string spaced_number(std::int64_t number) {
  auto digits = std::to_string(number);
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3)
    digits.insert(static_cast<std::size_t>(place), "\u00a0");
  return digits;
}

Html counted_table(const View& view, const RightsUses& uses) {
  std::map<std::pair<std::string, std::string>, std::int64_t, std::greater<>> by_month;  // the newest first
  for (const auto& one : uses.retention.counted())
    by_month[{one.month, view.t(privacy::text_of_rule(one.rule))}] += one.ended;
  std::vector<std::vector<Html>> rows;
  for (const auto& [which, ended] : by_month) {
    if (rows.size() == shown_counts) break;
    rows.push_back({text(month_in_words(view, which.first)), text(which.second), text(spaced_number(ended))});
  }
  if (rows.empty()) return ui::paragraph(view.t("rights.ended.none"));
  return ui::details(view.t("rights.ended.show"),
                     ui::table({.caption = view.t("rights.ended"),
                                .hide_caption = true,
                                .columns = {{.name = view.t("rights.ended.month")},
                                            {.name = view.t("rights.ended.what")},
                                            {.name = view.t("rights.ended.count"), .numeric = true}},
                                .rows = std::move(rows)}));
}

Html act_card(const View& view, std::string_view act, const std::string& href) {
  const auto id = "rights." + std::string(act);
  return ui::card(
      {.title = view.t(id), .href = href, .body = ui::paragraph(view.t(id + ".short")), .heading_level = 3});
}

// What one can do, and what one has asked for.
Html acts_and_claims(View& view, const RightsUses& uses, const terms::Permit& permit, const PartyAddresses& at,
                     bool of_oneself) {
  const auto rights = at.rights();
  Html cards = act_card(view, "copy", rights.copies());
  cards += act_card(view, of_oneself ? "erase" : "erase_business", rights.erase());
  cards += act_card(view, "correct", rights.correct());
  cards += act_card(view, "restriction", rights.claim("restriction"));
  cards += act_card(view, "erasure", rights.claim("erasure"));
  cards += act_card(view, "objection", rights.claim("objection"));
  cards += act_card(view, "other", rights.claim("other"));
  return ui::card_grid(cards) + claims_section(view, uses, permit, at);
}

Html said_of_claims(const View& view) {
  if (view.did(privacy::rights_asked)) return ui::alert(ui::Color::success, view.t("rights.asked_now"));
  if (view.did(privacy::rights_withdrawn)) return ui::alert(ui::Color::success, view.t("rights.withdrawn_now"));
  return {};
}

Response rights_page(RightsView& view) {
  const auto permit = rights_permit(view, view.party->id);
  if (!permit) return view.fail(permit.error());
  const auto title =
      is_of_oneself(view) ? view.t("rights.title") : view.t("rights.title_of", {{"name", view.party->name}});
  Html content = ui::heading(1, title);
  content += ui::ingress(view.t(is_of_oneself(view) ? "rights.ingress" : "rights.ingress_of"));
  content += said_of_claims(view);
  content += acts_and_claims(view, view.uses, *permit, view.addresses(), is_of_oneself(view));
  return show_right(view, {.title = title, .crumbs = rights_crumbs(view, title), .wide = true}, content);
}

}  // namespace

base::Instant logged_in_at(const View& view) { return view.session->logged_in_at.value_or(base::Instant{}); }
bool is_freshly_logged_in(const View& view) {
  return logged_in_at(view) + privacy::fresh_login > view.request.received;
}

base::Result<terms::Permit> rights_permit(const View& view, terms::PartyId party) {
  return view.site.decider.decide(view.actor(), terms::Action::delegate, {.party = party});
}

std::vector<ui::NavLink> rights_crumbs(const View& view, std::string_view here) {
  const auto rights = view.addresses().rights();
  std::vector<ui::NavLink> crumbs{{view.t("privacy.title"), std::string(route::privacy)}};
  if (view.request.path != rights.page()) crumbs.push_back({view.t("rights.crumb"), rights.page()});
  crumbs.push_back({std::string(here), "", true});
  return crumbs;
}

std::string controller_name(const View& view, const forms::AppCatalogue& apps, std::string_view code) {
  return code == privacy::controller_operator ? view.site.run_by.name : agency_name(view, apps, code);
}

std::string day_in_words(const View& view, base::Instant at) {
  return base::format_local(at, base::TimeStyle::date, view.language);
}

Response show_right(View& view, const Page& page, const Html& content) {
  const auto more = view.t("rights.more", {{"link", std::string(rights_authority)},
                                           {"complaint", std::string(complaint_address)},
                                           {"contact", operator_contact(view)}});
  return view.show(page, content + ui::prose(html::markdown(more)));
}

Html rights_on_top(View& view, const RightsUses& uses) {
  const auto title = view.t("rights.title");
  if (!view.session)
    return ui::section(title,
                       ui::paragraph(view.t("rights.log_in")) +
                           ui::button_row(ui::button_link(view.t("site.log_in"), log_in_address(route::privacy))));
  if (!view.actor().is_person()) return ui::section(title, ui::paragraph(view.t("rights.organisation")));
  const auto permit = rights_permit(view, view.actor().party);
  if (!permit) {
    Html refused = ui::alert(ui::Color::info, view.explain(permit.error()));
    if (permit.error().kind == base::ErrorKind::level_too_low)
      refused += ui::button_row(ui::button_link(view.t("login.step_up.title"), view.step_up_address("3")));
    return ui::section(title, refused);
  }
  const PartyAddresses own(view.actor().party_uuid);
  return ui::section(title,
                     said_of_claims(view) + acts_and_claims(view, uses, *permit, own, true) +
                         el("p", ui::link(view.t("rights.of_business"), choose_party_address(own.rights().page()))));
}

Html rules_in_force(const View& view, const RightsUses& uses) {
  Html ended = ui::paragraph(view.t("rights.ended.text"));
  ended += counted_table(view, uses);
  if (uses.backup_days > 0) ended += ui::paragraph(view.plural("rights.backups", uses.backup_days));
  const auto periods = privacy::periods_in_words(view.site.texts, view.language, uses.catalogue, view.now());
  Html gone;
  for (const auto id : privacy::estate_words) gone += ui::paragraph(view.t(id, periods));
  return ui::section(view.t("rights.ended"), ended) + ui::section(view.t("estates.title"), gone);
}

PageSet rights_pages(const RightsUses& uses) {
  return {.name = "rights",
          .routes = {party_page(Method::get, route::rights, with(uses, rights_page)),
                     party_page(Method::get, route::data_copies, with(uses, copies_page)),
                     party_page(Method::post, route::data_copies, with(uses, ask_copy)),
                     party_page(Method::get, route::data_copy, with(uses, fetch_copy)),
                     party_page(Method::post, route::delete_data_copy, with(uses, delete_copy)),
                     party_page(Method::get, route::erase_all, with(uses, erase_page)),
                     party_page(Method::post, route::erase_all, with(uses, erase_everything)),
                     party_page(Method::get, route::erasure_certificate, with(uses, certificate_file)),
                     party_page(Method::get, route::correct_data, with(uses, correction_page)),
                     party_page(Method::post, route::correct_data, with(uses, mark_disputed)),
                     party_page(Method::get, route::claims, with(uses, claim_page)),
                     party_page(Method::post, route::claims, with(uses, make_claim)),
                     party_page(Method::post, route::withdraw_claim, with(uses, withdraw_claim))},
          .elsewhere = {{.below = below_party::acts_of_rights, .to = below_party::rights}},
          .words = {"rights.title", "rights.copy", "rights.erase", "rights.correct", "estates.title"}};
}

}  // namespace alting::portal
