#include "portal/law_pages.h"

#include <fmt/format.h>

#include "portal/words.h"
#include "privacy/privacy_kinds.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

using LawView = ViewOf<LawUses>;
using privacy::periods_in_words;
using privacy::privacy_kinds;
using privacy::PrivacyKind;

// Of the privacy statement, and of the declaration: to be changed with their words (texts/portal.*.toml, privacy.* and
// accessibility.*). What comes out of the catalogues has dates of its own.
constexpr int statement_version = 3;
constexpr std::string_view worded_on = "2026-11-29";

constexpr std::string_view board = "https://www.diskrimineringsnemnda.no/";

// Laws are cited in Norwegian, whatever the page's language.
Html cited(const LawView& view, const std::vector<std::string_view>& laws) {
  std::vector<Html> items;
  for (const auto law : laws)
    items.push_back(view.language == Language::nb ? text(law) : el("span", {{"lang", "nb"}}, text(law)));
  return items.size() == 1 ? items.front() : ui::list(items);
}

Html service_link(const LawView& view, const forms::App& app) {
  return ui::link(ui::add_soft_hyphens(app.title(view.language)), service_address(app.facts().id));
}

std::string joined_contact(const std::string& email, const std::string& phone) {
  return email + (email.empty() || phone.empty() ? "" : ", ") + phone;
}

Html markdown_of(const LawView& view, std::string_view id, const base::Texts::Params& params = {}) {
  return ui::prose(html::markdown(view.t(id, params)));
}

// --- the privacy statement ---

Html operator_list(const LawView& view) {
  const auto& of = view.site.run_by;
  std::vector<ui::Term> terms{{view.t("privacy.operator"), text(of.name), {}}};
  const auto add = [&](std::string_view id, const std::string& value) {
    if (!value.empty()) terms.push_back({view.t(id), text(value), {}});
  };
  if (!of.organisation_number.empty()) add("privacy.orgnr", spaced_organisation_number(of.organisation_number));
  add("privacy.contact", joined_contact(of.email, of.phone));
  add("privacy.dpo", of.dpo.name +
                         (of.dpo.name.empty() || joined_contact(of.dpo.email, of.dpo.phone).empty() ? "" : ", ") +
                         joined_contact(of.dpo.email, of.dpo.phone));
  return ui::description_list(terms);
}

Html controllers_table(const LawView& view) {
  std::vector<std::vector<Html>> rows;
  for (const auto& app : view.uses.apps.all()) {
    const auto controller = app->controller(view.language);
    auto who = controller.name;
    if (!controller.organisation_number.empty())
      who +=
          " (" + view.t("site.orgnr", {{"number", spaced_organisation_number(controller.organisation_number)}}) + ")";
    rows.push_back(
        {service_link(view, *app), text(who), text(joined_contact(controller.dpo_email, controller.dpo_phone))});
  }
  return ui::table({.caption = view.t("privacy.controllers"),
                    .columns = {{.name = view.t("privacy.service")},
                                {.name = view.t("privacy.controller")},
                                {.name = view.t("privacy.dpo")}},
                    .rows = rows});
}

Html kind_section(const LawView& view, const PrivacyKind& kind, const base::Texts::Params& periods) {
  const auto id = [&](std::string_view what) { return fmt::format("privacy.kind.{}.{}", kind.code, what); };
  const auto words = [&](std::string_view what) { return text(view.t(id(what), periods)); };
  Html laws = cited(view, kind.laws());
  if (kind.has_unconfirmed()) laws += el("p", text(view.t("privacy.unconfirmed")));
  return ui::section(view.t(id("title")),
                     ui::description_list({{view.t("privacy.what"), words("what"), {}},
                                           {view.t("privacy.purpose"), words("purpose"), {}},
                                           {view.t("privacy.basis"), std::move(laws), {}},
                                           {view.t("privacy.source"), words("source"), {}},
                                           {view.t("privacy.recipients"), words("recipients"), {}},
                                           {view.t("privacy.kept"), words("kept"), {}}}),
                     3);
}

Html forms_table(const LawView& view) {
  std::vector<std::vector<Html>> rows;
  for (const auto& app : view.uses.apps.all()) {
    const auto kept =
        privacy::agency_period_in_words(view.site.texts, view.language, app->facts().data_catalogue, view.now());
    rows.push_back(
        {service_link(view, *app), html::words(app->start(view.language).legal_basis),
         html::words(app->start(view.language).who_sees),
         text(kept.empty() ? view.t("privacy.forms.kept_by_law") : view.t("privacy.forms.kept", {{"period", kept}}))});
  }
  return ui::table({.caption = view.t("privacy.forms"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("privacy.service")},
                                {.name = view.t("privacy.basis")},
                                {.name = view.t("privacy.recipients")},
                                {.name = view.t("privacy.kept")}},
                    .rows = rows});
}

// Whom to write to about one's rights; the officer where there is one.
std::string rights_contact(const LawView& view) {
  const auto& dpo = view.site.run_by.dpo;
  const auto officer = joined_contact(dpo.email, dpo.phone);
  return officer.empty() ? operator_contact(view)
                         : view.t("privacy.contact_or_dpo", {{"contact", operator_contact(view)}, {"dpo", officer}});
}

Response privacy(LawView& view) {
  const base::Texts::Params about{{"operator", view.site.run_by.name}, {"contact", operator_contact(view)}};
  Html content = ui::heading(1, view.t("privacy.title"));
  content += ui::ingress(view.t("privacy.ingress"));
  content += ui::paragraph(view.t("privacy.version", {{"version", std::to_string(statement_version)},
                                                      {"date", base::date_in_words(worded_on, view.language)}}));
  if (view.uses.rights) content += rights_on_top(view, *view.uses.rights);
  content += ui::section(view.t("privacy.responsible"), markdown_of(view, "privacy.responsible.text", about) +
                                                            operator_list(view) + controllers_table(view));
  content += ui::section(view.t("privacy.why"), markdown_of(view, "privacy.why.text"));
  const auto periods = periods_in_words(view.site.texts, view.language, view.uses.catalogue, view.now());
  Html kinds = markdown_of(view, "privacy.data.text", about);
  for (const auto& kind : privacy_kinds(view.uses.catalogue)) kinds += kind_section(view, kind, periods);
  content += ui::section(view.t("privacy.data"), kinds);
  content += ui::section(view.t("privacy.forms"), markdown_of(view, "privacy.forms.text") + forms_table(view));
  if (view.uses.rights) content += rules_in_force(view, *view.uses.rights);
  const auto& hosting = view.site.run_by.hosting;
  content += ui::section(view.t("privacy.where"),
                         hosting.empty() ? markdown_of(view, "privacy.where.text", about) : ui::paragraph(hosting));
  content += ui::section(view.t("privacy.automatic"), markdown_of(view, "privacy.automatic.text"));
  content += ui::section(view.t("privacy.security"), markdown_of(view, "privacy.security.text"));
  content += ui::section(view.t("privacy.rights"),
                         markdown_of(view, "privacy.rights.text",
                                     {{"operator", view.site.run_by.name}, {"contact", rights_contact(view)}}));
  content += ui::section(view.t("privacy.complaint"),
                         markdown_of(view, "privacy.complaint.text", {{"link", std::string(complaint_address)}}));
  content += ui::section(view.t("cookies.title"), ui::paragraph(view.t("privacy.cookies")) +
                                                      el("p", ui::link(view.t("footer.cookies"), route::cookies)));
  return view.show({.title = view.t("privacy.title"), .wide = true}, content);
}

Response cookies(LawView& view) {
  std::vector<std::vector<Html>> rows;
  for (const auto& cookie : web::cookie_catalogue()) {
    rows.push_back({el("code", text(cookie.name)), text(view.t(cookie.purpose_id)), text(view.t(cookie.lifetime_id)),
                    text(view.t(cookie.encrypted ? "yes" : "no"))});
  }
  Html content = ui::heading(1, view.t("cookies.title"));
  content += ui::ingress(view.t("cookies.ingress"));
  content += ui::table({.caption = view.t("cookies.title"),
                        .hide_caption = true,
                        .columns = {{.name = view.t("cookies.name")},
                                    {.name = view.t("cookies.purpose")},
                                    {.name = view.t("cookies.lifetime")},
                                    {.name = view.t("cookies.encrypted")}},
                        .rows = rows});
  return view.show(
      {.title = view.t("cookies.title"),
       .crumbs = {{view.t("privacy.title"), std::string(route::privacy)}, {view.t("cookies.title"), "", true}},
       .wide = true},
      content);
}

// --- the declaration of accessibility, in the order of uustatus.no ---

std::string status_words(const LawView& view, Accessibility status) {
  switch (status) {
    case Accessibility::partly: return view.t("accessibility.partly");
    case Accessibility::fully: return view.t("accessibility.fully");
    case Accessibility::not_at_all: return view.t("accessibility.not_at_all");
    case Accessibility::not_tested: break;
  }
  return view.t("accessibility.not_tested");
}

Html deviations(const LawView& view) {
  const auto& facts = view.site.run_by.accessibility;
  Html content;
  if (!facts.deviations.empty()) {
    std::vector<Html> found;
    for (const auto& one : facts.deviations) found.push_back(text(one));
    content += ui::paragraph(view.t("accessibility.found")) + ui::list(found);
  }
  return content + markdown_of(view, "accessibility.unknown");
}

Response accessibility(LawView& view) {
  const auto& of = view.site.run_by;
  const auto& facts = of.accessibility;
  const auto date =
      base::date_in_words(facts.tested.empty() ? worded_on : std::string_view(facts.tested), view.language);
  Html content = ui::heading(1, view.t("accessibility.title"));
  content += ui::ingress(view.t("accessibility.ingress", {{"address", view.site.public_url}, {"operator", of.name}}));
  content += ui::paragraph(view.t("accessibility.updated", {{"date", date}}));
  if (!facts.declaration.empty()) content += el("p", ui::link(view.t("accessibility.declaration"), facts.declaration));
  content += ui::section(view.t("accessibility.status"), ui::paragraph(status_words(view, facts.status)));
  content += ui::section(view.t("accessibility.deviations"), deviations(view));
  Html how = markdown_of(view, "accessibility.how.text");
  how += ui::paragraph(facts.tested.empty() ? view.t("accessibility.how.nobody")
                                            : view.t("accessibility.how.operator", {{"date", date}}));
  content += ui::section(view.t("accessibility.how"), how);
  content += ui::section(view.t("accessibility.feedback"),
                         ui::paragraph(view.t("accessibility.feedback.text", {{"contact", operator_contact(view)}})) +
                             ui::paragraph(view.plural("accessibility.answer", facts.answer_days)));
  content += ui::section(view.t("accessibility.complaint"),
                         markdown_of(view, "accessibility.complaint.text", {{"link", std::string(board)}}));
  return view.show({.title = view.t("accessibility.title")}, content);
}

}  // namespace

PageSet law_pages(const LawUses& uses) {
  return {.name = "law",
          .routes = {open_page(Method::get, route::privacy, with(uses, privacy)),
                     open_page(Method::get, route::cookies, with(uses, cookies)),
                     open_page(Method::get, route::accessibility, with(uses, accessibility))},
          .person_menu = {{.text = "menu.privacy", .href = route::privacy, .order = 30}},
          .footer = {{.text = "footer.privacy", .href = route::privacy, .order = 10},
                     {.text = "footer.cookies", .href = route::cookies, .order = 20},
                     {.text = "footer.accessibility", .href = route::accessibility, .order = 30}},
          .words = {"privacy.title", "cookies.title", "accessibility.title"}};
}

}  // namespace alting::portal
