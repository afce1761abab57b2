#include "portal/open_pages.h"

#include "web/persistent_context.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;

namespace {

using OpenView = ViewOf<OpenUses>;

Response front(OpenView& view) {
  Html content = ui::heading(1, view.t("home.title"));
  content += ui::ingress(view.t("home.ingress"));
  Html cards;
  for (const auto& app : view.uses.apps.all()) {
    const auto start = app->start(view.language);
    cards += ui::card({.title = start.title,
                       .href = service_address(app->facts().id),
                       .body = ui::paragraph(start.for_whom),
                       .tags = ui::tag(app->controller(view.language).name, ui::Color::neutral),
                       .heading_level = 3});
  }
  if (view.session) {
    content += ui::button_row(ui::button_link(view.t("home.inbox"), choose_party_address(below_party::inbox)) +
                              ui::button_link(view.t("home.forms"), route::catalogue, ui::Variant::secondary));
  } else {
    content += ui::button_row(ui::button_link(view.t("site.log_in"), route::log_in) +
                              ui::button_link(view.t("home.forms"), route::catalogue, ui::Variant::secondary));
  }
  content += ui::section(view.t("home.used"), ui::card_grid(cards));
  content +=
      ui::section(view.t("home.can"), ui::list({text(view.t("home.can.send")), text(view.t("home.can.prove")),
                                                text(view.t("home.can.delegate")), text(view.t("home.can.see"))}));
  return view.show({.title = view.t("home.title")}, content);
}

// The eIDs, the last used first; an issuer shows its own choice after this.
Response log_in(OpenView& view) {
  const auto to = local_path(view.request.query_value(parameter::back_to), route::choose_party);
  const auto level = view.request.query_value(parameter::level);
  std::optional<terms::AssuranceLevel> wanted;
  if (level == "4") wanted = terms::AssuranceLevel::high;
  if (level == "3") wanted = terms::AssuranceLevel::substantial;
  if (view.session && !wanted) return web::redirect(to);
  Html content = ui::heading(1, wanted && view.session ? view.t("login.step_up.title") : view.t("login.title"));
  if (wanted && view.session) {
    content += ui::alert(ui::Color::info, view.t(wanted == terms::AssuranceLevel::high ? "login.step_up.high"
                                                                                       : "login.step_up.substantial"));
  } else {
    content += ui::ingress(view.t("login.ingress"));
  }
  static constexpr std::array methods{std::string_view("MinID"), std::string_view("BankID"),
                                      std::string_view("BankID Mobil"), std::string_view("Buypass"),
                                      std::string_view("Commfides")};
  const auto last = web::read_persistent_context(
                        view.site.cookies.read(view.request, web::CookieKind::persistent_context).value_or(""))
                        .login_method;
  std::vector<ui::ItemRow> rows;
  for (const auto method : methods) {
    if (wanted == terms::AssuranceLevel::high && method == "MinID") continue;
    ui::ItemRow row;
    row.title = method;
    row.href = login::start_login_path(to, wanted, method);
    row.details = text(view.t("login.method." + std::string(method == "BankID Mobil" ? "BankIDMobil" : method)));
    if (last == method) row.tags = ui::tag(view.t("login.last_used"), ui::Color::info);
    if (last == method) {
      rows.insert(rows.begin(), std::move(row));
    } else {
      rows.push_back(std::move(row));
    }
  }
  content += ui::item_list(rows, view.t("login.methods"));
  content += ui::details(view.t("login.certificate.title"), ui::paragraph(view.t("login.certificate.text")));
  return view.show({.title = view.t("login.title")}, content);
}

Response choose_language(OpenView& view) {
  const auto language = base::language_from(view.request.value(place::code));
  auto response = web::redirect(local_path(view.request.query_value(parameter::back_to), route::front));
  if (language) {
    auto context = web::read_persistent_context(
        view.site.cookies.read(view.request, web::CookieKind::persistent_context).value_or(""));
    context.language = language;
    response.set_cookies.push_back(view.site.cookies.write(web::CookieKind::persistent_context, web::to_text(context)));
  }
  return response;
}

// E-mail address and telephone, where the operator has given one.
std::string contact(const OpenView& view) {
  if (view.site.run_by.phone.empty()) return view.site.run_by.email;
  return view.t("site.contact", {{"email", view.site.run_by.email}, {"phone", view.site.run_by.phone}});
}

Response privacy(OpenView& view) {
  Html content = ui::heading(1, view.t("privacy.title"));
  content += ui::ingress(view.t("privacy.ingress"));
  content += ui::prose(
      html::markdown(view.t("privacy.text", {{"operator", view.site.run_by.name}, {"contact", contact(view)}})));
  std::vector<std::vector<Html>> rows;
  for (const auto& app : view.uses.apps.all()) {
    const auto controller = app->controller(view.language);
    rows.push_back({text(app->title(view.language)), text(controller.name),
                    text(controller.dpo_email + (controller.dpo_phone.empty() ? "" : ", " + controller.dpo_phone))});
  }
  content += ui::section(view.t("privacy.controllers"), ui::table({.caption = view.t("privacy.controllers"),
                                                                   .hide_caption = true,
                                                                   .columns = {{.name = view.t("privacy.service")},
                                                                               {.name = view.t("privacy.controller")},
                                                                               {.name = view.t("privacy.dpo")}},
                                                                   .rows = rows}));
  content += ui::paragraph(view.t("privacy.cookies")) + ui::link(view.t("footer.cookies"), route::cookies);
  return view.show({.title = view.t("privacy.title")}, content);
}

Response cookies(OpenView& view) {
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

Response accessibility(OpenView& view) {
  return view.show({.title = view.t("accessibility.title")},
                   ui::heading(1, view.t("accessibility.title")) +
                       ui::prose(html::markdown(view.t("accessibility.text", {{"email", view.site.run_by.email}}))));
}

Response help(OpenView& view) {
  Html content = ui::heading(1, view.t("help.title"));
  for (const auto id : {"help.access", "help.later", "help.addition", "help.proof", "help.offline"}) {
    content += ui::details(view.t(std::string(id) + ".question"), html::markdown(view.t(std::string(id) + ".answer")));
  }
  content +=
      ui::section(view.t("help.contact"), ui::paragraph(view.t("help.contact.text", {{"contact", contact(view)}})));
  return view.show({.title = view.t("help.title")}, content);
}

Response status(OpenView& view) {
  Html content = ui::heading(1, view.t("status.title")) +
                 ui::alert(ui::Color::success,
                           view.t("status.ok",
                                  {{"time", base::format_local(view.now(), base::TimeStyle::compact, view.language)}}));
  content += ui::section(
      view.t("status.log"),
      ui::paragraph(view.t("status.log.text")) +
          ui::description_list(
              {{view.t("status.log.origin"), el("code", text(view.uses.ledger.origin())), {}},
               {view.t("status.log.key"), el("code", {{"class", "digest"}}, text(view.uses.ledger.verifier_key())), {}},
               {view.t("status.log.keys"), ui::link(view.t("status.log.keys.link"), route::log_keys), {}}}));
  return view.show({.title = view.t("status.title")}, content);
}

}  // namespace

PageSet open_pages(const OpenUses& uses) {
  return {.name = "open",
          .routes = {open_page(Method::get, route::front, with(uses, front)),
                     open_page(Method::get, route::log_in, with(uses, log_in)),
                     open_page(Method::get, route::language, with(uses, choose_language)),
                     open_page(Method::get, route::privacy, with(uses, privacy)),
                     open_page(Method::get, route::cookies, with(uses, cookies)),
                     open_page(Method::get, route::accessibility, with(uses, accessibility)),
                     open_page(Method::get, route::help, with(uses, help)),
                     open_page(Method::get, route::status, with(uses, status))},
          .person_menu = {{.text = "menu.privacy", .href = route::privacy, .order = 30}},
          .footer = {{.text = "footer.privacy", .href = route::privacy, .order = 10},
                     {.text = "footer.cookies", .href = route::cookies, .order = 20},
                     {.text = "footer.accessibility", .href = route::accessibility, .order = 30},
                     {.text = "footer.status", .href = route::status, .order = 50},
                     {.text = "footer.contact", .href = route::help, .order = 60}},
          .words = {"home.title", "login.title", "privacy.title", "cookies.title", "accessibility.title", "help.title",
                    "status.title"}};
}

}  // namespace alting::portal
