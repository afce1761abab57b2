#include "portal/certificate_pages.h"

#include <algorithm>

#include "access/roles.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::text;

namespace {

using CertificateView = ViewOf<CertificateUses>;

constexpr std::string_view fills_field = "fyller-ut", sub_units_field = "underenheter";

bool works(const access::ListedCertificate& one, base::Instant now) { return !one.ended_at && one.not_after > now; }

// "Utfyller/innsender for virksomheten og underenhetene": what they may do now.
std::string rights_in_words(const View& view, const access::Certificates& certificates,
                            const access::Certificates::Rights& rights) {
  if (certificates.role().empty()) return view.t("certificates.rights.operator_none");
  if (!rights.fills_and_sends) return view.t("certificates.rights.none");
  return view.t(rights.sub_units ? "certificates.rights.with_sub_units" : "certificates.rights.without_sub_units",
                {{"role", access::role_name(certificates.role(), view.language)}});
}

Html certificate_state(const View& view, const access::ListedCertificate& one) {
  if (one.ended_at) return ui::tag(view.t("certificates.ended"), ui::Color::neutral);
  if (one.not_after <= view.now()) return ui::tag(view.t("certificates.expired"), ui::Color::neutral);
  return ui::tag(view.t("certificates.in_force"), ui::Color::success);
}

Html end_certificate_button(CertificateView& view, const access::ListedCertificate& one) {
  return ui::confirm({.id = "avslutt-" + one.id,
                      .open_label = view.t("certificates.end"),
                      .about = one.serial,
                      .plain = true,
                      .title = view.t("certificates.end.title"),
                      .body = ui::paragraph(view.t("certificates.end.text", {{"serial", one.serial}})),
                      .form = view.form(view.addresses().end_certificate(one.id), true),
                      .confirm = {.label = view.t("certificates.end.confirm"), .color = ui::Color::danger},
                      .cancel_label = view.t("cancel")});
}

Html certificate_table(CertificateView& view, const std::vector<access::ListedCertificate>& all, bool may_end) {
  if (all.empty())
    return ui::empty_state(
        {.title = view.t("certificates.list.none"), .text = view.t("certificates.list.none.text"), .heading_level = 3});
  std::vector<std::vector<Html>> rows;
  for (const auto& one : all) {
    Html act;
    if (may_end && !one.ended_at) act = end_certificate_button(view, one);
    rows.push_back(
        {ui::breakable(one.serial) + detail(view.t("certificates.issuer"), ui::breakable(one.issuer_name)),
         certificate_state(view, one), time_tag(view, one.not_after, base::TimeStyle::compact),
         detail(view.t("certificates.first_used"), time_tag(view, one.first_used, base::TimeStyle::compact)) +
             detail(view.t("certificates.last_used"), time_tag(view, one.last_used, base::TimeStyle::compact)),
         std::move(act)});
  }
  return ui::table({.caption = view.t("certificates.list"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("certificates.serial")},
                                {.name = view.t("certificates.state")},
                                {.name = view.t("certificates.until")},
                                {.name = view.t("callers.use")},
                                {.name = view.t("upload.action"), .hide_name = true}},
                    .rows = std::move(rows)});
}

// The two boxes as they were ticked, with what is wrong with the second.
struct TickedRights {
  bool fills = false, sub_units = false;
  std::string sub_units_error = {};
  bool restored = false;  // they were ticked before a login
};

TickedRights ticked_rights(const Request& request) {
  return {.fills = request.form_value(fills_field) == parameter::yes,
          .sub_units = request.form_value(sub_units_field) == parameter::yes};
}

Html rights_form(CertificateView& view, const TickedRights& ticked) {
  ui::Checkbox fills;
  fills.name = fills_field;
  fills.value = parameter::yes;
  fills.label = view.t("certificates.rights.fill");
  fills.description = view.t("role.opens." + std::string(view.uses.certificates.role()));
  fills.checked = ticked.fills;
  ui::Checkbox below;
  below.name = sub_units_field;
  below.value = parameter::yes;
  below.label = view.t("certificates.rights.sub_units");
  below.description = view.t("certificates.rights.sub_units.help");
  below.checked = ticked.sub_units;
  below.error = ticked.sub_units_error;
  return ui::post_form(view.kept_form(view.addresses().certificates(), true),
                       ui::fieldset(view.t("certificates.rights.choose"), ui::checkbox(fills) + ui::checkbox(below)) +
                           ui::button_row(ui::button(view.t("certificates.rights.save"), ui::Variant::secondary)));
}

Html certificate_change_made(const CertificateView& view) {
  for (const auto& [act, words] : {std::pair{access::certificate_ended, "certificates.ended_now"},
                                   std::pair{access::certificate_narrowed, "certificates.rights.changed_now"}})
    if (view.did(act)) return ui::alert({.color = ui::Color::success, .title = view.t(words), .urgent = true});
  return {};
}

// They are an organisation's: a person has none.
base::Status is_an_organisations(const CertificateView& view) {
  if (view.party->kind != parties::PartyKind::person) return {};
  return base::make_error(ErrorKind::not_found, "error.certificate.of_person");
}

// `ticked`: instead of what holds now.
Response certificates_with(CertificateView& view, const std::optional<TickedRights>& ticked, int status) {
  if (const auto fits = is_an_organisations(view); !fits) return view.fail(fits.error());
  auto& certificates = view.uses.certificates;
  const access::Target target{.party = view.party->id};
  const auto may_change = view.site.decider.decide(view.actor(), terms::Action::delegate, target);
  const auto may_see = may_change ? base::Result<terms::Permit>(*may_change)
                                  : view.site.decider.decide(view.actor(), terms::Action::read_delegations, target);
  if (!may_see) return view.fail(may_see.error());
  const auto rights = certificates.rights(*may_see);
  const auto title = view.t("certificates.title", {{"party", view.party->name}});
  Html content = ui::heading(1, title) + certificate_change_made(view);
  if (ticked && ticked->restored)
    content += restored_notice(ui::alert({.color = ui::Color::info, .title = view.t("certificates.restored")}));
  if (ticked && !ticked->sub_units_error.empty())
    content += ui::error_summary(view.t("form.errors"), {{ui::field_id(sub_units_field), ticked->sub_units_error}});
  content += ui::ingress(view.t("certificates.ingress"));
  Html what =
      ui::paragraph(rights_in_words(view, certificates, rights)) + ui::paragraph(view.t("certificates.rights.never"));
  if (may_change && !certificates.role().empty()) {
    const TickedRights in_force{.fills = rights.fills_and_sends,
                                .sub_units = rights.fills_and_sends && rights.sub_units};
    what += rights_form(view, ticked.value_or(in_force));
  }
  content += ui::section(view.t("certificates.rights"), what);
  Html list = ui::paragraph(view.t("certificates.list.text"));
  if (view.party->kind == parties::PartyKind::sub_unit) list += ui::paragraph(view.t("certificates.of_parent"));
  if (!may_change) list += ui::paragraph(view.t("certificates.may_not_change"));
  content += ui::section(view.t("certificates.list"),
                         list + certificate_table(view, certificates.list(*may_see), may_change.has_value()));
  return view.show(
      {.title = title,
       .crumbs = {{view.t("menu.access"), view.addresses().access()}, {view.t("certificates.crumb"), "", true}},
       .wide = true,
       .with_error = status >= 400,
       .status = status},
      content);
}

Response certificates_page(CertificateView& view) {
  const auto kept = view.take_kept();
  if (!kept) return certificates_with(view, {}, 200);
  auto ticked = ticked_rights(*kept);
  ticked.restored = true;
  return certificates_with(view, ticked, 200);
}

base::Result<terms::Permit> may_manage(const CertificateView& view) {
  ALTING_CHECK(is_an_organisations(view));
  return view.site.decider.decide(view.actor(), terms::Action::delegate, {.party = view.party->id});
}

Response narrow(CertificateView& view) {
  if (const auto mine = view.made_for_me(true); !mine) return view.fail(mine.error());
  const auto permit = may_manage(view);
  if (!permit) return view.fail(permit.error());
  auto ticked = ticked_rights(view.request);
  // Where they may do something still, this takes it away; where they may not, it would change nothing.
  if (ticked.sub_units && !ticked.fills && !view.uses.certificates.rights(*permit).fills_and_sends) {
    ticked.sub_units_error = view.t("certificates.rights.sub_units.alone");
    return certificates_with(view, ticked, 400);
  }
  access::Certificates::Rights rights;
  rights.fills_and_sends = ticked.fills;
  rights.sub_units = ticked.fills && ticked.sub_units;
  const auto done =
      view.uses.certificates.set_rights(*permit, rights, view.request.received, view.request.form_value("once"));
  if (!done) return view.fail(done.error());
  view.forget_kept(view.request.path);
  return web::redirect(view.after_post(view.addresses().certificates()));
}

Response end_certificate(CertificateView& view) {
  const auto permit = may_manage(view);
  if (!permit) return view.fail(permit.error());
  const auto done = view.uses.certificates.end(*permit, view.request.value(place::certificate), view.request.received,
                                               view.request.form_value("once"));
  if (!done) return view.fail(done.error());
  return web::redirect(view.after_post(view.addresses().certificates()));
}

}  // namespace

Html certificates_in_short(const View& view, access::Certificates& certificates, const terms::Permit& permit) {
  const auto all = certificates.list(permit);
  const auto used = std::ranges::count_if(all, [&](const auto& one) { return works(one, view.now()); });
  Html content = ui::paragraph(view.t("certificates.short"));
  if (used == 0)
    content += ui::paragraph(view.t("certificates.count.none"));
  else
    content += ui::paragraph(view.plural("certificates.count", used) + " " +
                             rights_in_words(view, certificates, certificates.rights(permit)));
  return ui::section(view.t("certificates.crumb"),
                     content + html::el("p", ui::link(view.t("certificates.open"), view.addresses().certificates())));
}

PageSet certificate_pages(const CertificateUses& uses) {
  return {.name = "certificates",
          .menu_entry = "access",
          .routes = {party_page(Method::get, route::certificates, with(uses, certificates_page)),
                     party_page(Method::post, route::certificates, with(uses, narrow)),
                     party_page(Method::post, route::end_certificate, with(uses, end_certificate))},
          .words = {"certificates.title", "certificates.crumb"}};
}

}  // namespace alting::portal
