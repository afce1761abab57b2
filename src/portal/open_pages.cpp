#include "portal/open_pages.h"

#include "login/browser_context.h"
#include "portal/words.h"
#include "web/persistent_context.h"

namespace alting::portal {

using base::ErrorKind;
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

login::BrowserContext browser_context(const OpenView& view) {
  return login::read_browser_context(view.site.cookies.read(view.request, web::CookieKind::context).value_or(""));
}

// A form that leads back to this page: one that led to the issuer would be stopped by our own policy (form-action). It is
// posted, so that no link of another site ticks the box or takes the tick away.
Html remembering_box(OpenView& view, bool remember) {
  ui::Checkbox box;
  box.name = parameter::remember;
  box.value = parameter::yes;
  box.label = view.t("login.remember");
  box.description = view.t("login.remember.help");
  box.checked = remember;
  auto form = view.form(std::string(route::log_in));
  for (const auto name : {parameter::back_to, parameter::level})
    if (const auto value = view.request.query_value(name); !value.empty()) form.hidden.emplace_back(name, value);
  return ui::post_form(
      form, ui::checkbox(box) + ui::button_row(ui::button(view.t("login.remember.button"), ui::Variant::secondary)));
}

std::string without_method(const OpenView& view) {
  auto kept = web::read_persistent_context(
      view.site.cookies.read(view.request, web::CookieKind::persistent_context).value_or(""));
  kept.login_method.clear();
  return view.site.cookies.write(web::CookieKind::persistent_context, web::to_text(kept));
}

// The box as it was left. Back to the page, whose links say it from now on.
Response keep_the_box(OpenView& view) {
  const bool remember = view.request.form_value(parameter::remember) == parameter::yes;
  auto response =
      web::redirect(with_query(route::log_in, {{parameter::back_to, view.request.form_value(parameter::back_to)},
                                               {parameter::level, view.request.form_value(parameter::level)},
                                               {parameter::asked, parameter::yes}}));
  const auto before = browser_context(view);
  auto context = before;
  context.asked = remember;
  if (context != before)
    response.set_cookies.push_back(view.site.cookies.write(web::CookieKind::context, login::to_text(context)));
  if (!remember && !login::remembered_method(view.site.cookies, view.request).empty())
    response.set_cookies.push_back(without_method(view));
  return response;
}

// For who comes as an organisation: a way of its own, below those of persons. It never gives a higher level, so it is not
// offered where one is asked for.
Html for_organisations(const OpenView& view, std::string_view to) {
  if (!view.uses.certificates)
    return ui::details(view.t("login.certificate.title"), ui::paragraph(view.t("login.certificate.none")));
  ui::ItemRow row;
  row.title = view.t("login.certificate.link");
  row.href = with_query(login::route::certificate, {{parameter::back_to, to}});
  row.details = text(view.t("login.certificate.details"));
  return ui::section(view.t("login.certificate.title"), ui::paragraph(view.t("login.certificate.text")) +
                                                            ui::item_list({row}, view.t("login.certificate.title")));
}

// The eIDs, the one that was to be remembered first; an issuer shows its own choice after this.
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
  const auto last = login::remembered_method(view.site.cookies, view.request);
  const bool step_up = wanted && view.session;
  const bool remember = !step_up && (browser_context(view).asked || !last.empty());
  std::vector<ui::ItemRow> rows;
  for (const auto method : methods) {
    if (wanted == terms::AssuranceLevel::high && method == "MinID") continue;
    ui::ItemRow row;
    row.title = method;
    row.href = login::start_login_path(to, wanted, method, remember);
    row.details = text(view.t("login.method." + std::string(method == "BankID Mobil" ? "BankIDMobil" : method)));
    if (last == method) row.tags = ui::tag(view.t("login.last_used"), ui::Color::info);
    if (last == method) {
      rows.insert(rows.begin(), std::move(row));
    } else {
      rows.push_back(std::move(row));
    }
  }
  content += ui::item_list(rows, view.t("login.methods"));
  if (!step_up) content += remembering_box(view, remember);
  if (!step_up && wanted != terms::AssuranceLevel::high) content += for_organisations(view, to);
  if (view.site.mode == terms::Mode::test)  // the mail that the demo sends goes to nobody
    content += html::el("p", ui::link(view.t("outbox.open"), route::mail_copies));
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

Response help(OpenView& view) {
  Html content = ui::heading(1, view.t("help.title"));
  for (const auto id : {"help.access", "help.later", "help.addition", "help.proof", "help.offline"}) {
    content += ui::details(view.t(std::string(id) + ".question"), html::markdown(view.t(std::string(id) + ".answer")));
  }
  content += ui::section(view.t("help.contact"),
                         ui::paragraph(view.t("help.contact.text", {{"contact", operator_contact(view)}})));
  return view.show({.title = view.t("help.title")}, content);
}

}  // namespace

PageSet open_pages(const OpenUses& uses) {
  return {.name = "open",
          .routes = {open_page(Method::get, route::front, with(uses, front)),
                     open_page(Method::get, route::log_in, with(uses, log_in)),
                     open_page(Method::post, route::log_in, with(uses, keep_the_box)),
                     open_page(Method::get, route::language, with(uses, choose_language)),
                     open_page(Method::get, route::help, with(uses, help))},
          .footer = {{.text = "footer.contact", .href = route::help, .order = 60}},
          .words = {"home.title", "login.title", "help.title"}};
}

}  // namespace alting::portal
