#include "portal/contact_pages.h"

#include <algorithm>

#include "base/text.h"
#include "base/typed_text.h"
#include "portal/bounce_banner.h"
#include "portal/interface_view.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;

namespace {

using ContactView = ViewOf<ContactUses>;

namespace contact_field {
constexpr std::string_view value = "kontaktadresse", whose = "hvem", services = "tjeneste", code = "kode",
                           new_code = "ny-kode";
constexpr std::string_view personal = "meg", shared = "felles";
}  // namespace contact_field

constexpr int shown_look_ups = 50;
constexpr std::size_t shown_businesses = 10;  // of each the register is asked

// ------------------------------------------------------------------------------------------------ of a person

// The address, and how old what the register knows of it is.
Html registered(const View& view, const std::string& address, bool stale, bool is_shared,
                const std::optional<base::Instant>& confirmed) {
  if (address.empty()) return text(view.t("contact.not_registered"));
  Html said = el("div", ui::breakable(address));
  if (confirmed)
    said += el("div", text(view.t("contact.confirmed",
                                  {{"day", base::format_local(*confirmed, base::TimeStyle::date, view.language)}})));
  if (stale) said += el("div", ui::tag(view.t("contact.stale"), ui::Color::warning));
  if (is_shared) said += el("div", ui::tag(view.t("contact.shared"), ui::Color::warning));
  return said;
}

std::string look_up_in_words(const View& view, const parties::ContactLookUp& one) {
  const auto id = "contact.purpose." + one.purpose;
  return view.site.texts.has(id) ? view.t(id) : one.purpose;
}

Html look_ups_of(const View& view, const ContactUses& uses) {
  const auto all = uses.contacts.look_ups(view.actor(), {}, shown_look_ups);
  if (all.rows.empty()) return ui::paragraph(view.t("contact.look_ups.none"));
  std::vector<std::vector<Html>> rows;
  for (const auto& one : all.rows)
    rows.push_back(
        {time_tag(view, one.at, base::TimeStyle::compact),
         text(one.on_behalf_of.empty() ? view.site.run_by.name : agency_name(view, uses.apps, one.on_behalf_of)),
         text(look_up_in_words(view, one))});
  return ui::details(view.t("contact.look_ups"), ui::table({.caption = view.t("contact.look_ups"),
                                                            .hide_caption = true,
                                                            .columns = {{.name = view.t("contact.look_ups.when")},
                                                                        {.name = view.t("contact.look_ups.who")},
                                                                        {.name = view.t("contact.look_ups.why")}},
                                                            .rows = std::move(rows)}));
}

Html what_it_means(const View& view, const parties::PersonContact& contact) {
  if (contact.reserved) return ui::alert(ui::Color::warning, view.t("contact.means.reserved"));
  if (contact.email.empty()) return ui::alert(ui::Color::warning, view.t("contact.means.none"));
  if (contact.email_stale) return ui::alert(ui::Color::warning, view.t("contact.means.stale"));
  if (contact.email_shared) return ui::alert(ui::Color::info, view.t("contact.means.shared"));
  return ui::paragraph(view.t("contact.means.used"));
}

// ---------------------------------------------------------------------------------------------- of a business

// Who asks: on behalf of the business, or as one of an agency's staff, for themself; and what they may do with its
// addresses.
struct ContactStaff {
  terms::Permit for_self;  // represent, or agency_follow
  std::optional<terms::Permit> manage;
  std::string org, name;  // of the agency whose staff they are; whose addresses they are
  ContactAddresses addresses;
  [[nodiscard]] const terms::Permit& most() const { return manage ? *manage : for_self; }
  [[nodiscard]] bool of_agency() const { return !org.empty(); }
};

// For any service of the agency that they may read.
base::Result<ContactStaff> agency_contact_staff(const ContactView& view, std::string_view org) {
  ALTING_TRY(scope, view.site.decider.agency_scope(view.actor(), org, terms::Action::agency_follow));
  if (scope.agency_apps().empty()) return base::make_error(ErrorKind::forbidden, "error.access.not_staff");
  ALTING_TRY(permit,
             view.site.decider.decide_agency(view.actor(), org, {.party = {}, .app = scope.agency_apps().front()},
                                             terms::Action::agency_follow));
  return ContactStaff{.for_self = std::move(permit),
                      .manage = {},
                      .org = std::string(org),
                      .name = agency_name(view, view.uses.apps, org),
                      .addresses = ContactAddresses(org)};
}

base::Result<ContactStaff> contact_staff(const ContactView& view) {
  if (const auto org = view.request.value(place::org); !org.empty()) return agency_contact_staff(view, org);
  if (view.party->kind == parties::PartyKind::person)
    return base::make_error(ErrorKind::not_found, "contact.error.of_person");
  const access::Target target{.party = view.party->id};
  ALTING_TRY(represent, view.site.decider.decide(view.actor(), terms::Action::represent, target));
  ContactStaff staff{.for_self = std::move(represent),
                     .manage = {},
                     .org = {},
                     .name = view.party->name,
                     .addresses = ContactAddresses(view.party->uuid)};
  if (auto manage = view.site.decider.decide(view.actor(), terms::Action::delegate, target)) staff.manage = *manage;
  return staff;
}

base::Result<parties::OrganisationContact> official_of(const View& view, parties::ContactPoints& contacts) {
  return contacts.of_organisation(view.party->id, {.purpose = parties::ContactPurpose::own});
}

// Of a business that none of the registered addresses lets us notify. The law asks the business itself for one, be it a
// mobile number, and of its sub-units nothing; notices go by e-mail alone.
Html no_official_email(const View& view, const parties::OrganisationContact& found) {
  if (!found.emails.empty()) return {};
  const bool owes = view.party->kind == parties::PartyKind::organisation && found.mobiles.empty();
  const std::string words = owes                    ? "contact.duty"
                            : found.mobiles.empty() ? "contact.no_official"
                                                    : "contact.mobile_only";
  return ui::alert({.color = owes ? ui::Color::warning : ui::Color::info,
                    .title = view.t(words),
                    .body = ui::prose(html::markdown(view.t(words + ".text")))});
}

Html bounced_official(const View& view, parties::ContactPoints& contacts, const parties::OrganisationContact& found) {
  std::vector<Html> bad;
  for (const auto& address : found.emails)
    if (contacts.is_bounced(found.organisation, address)) bad.push_back(text(parties::masked_address(address)));
  if (bad.empty()) return {};
  const auto* words = bad.size() < found.emails.size() ? "contact.bounced.some"
                      : bad.size() == 1                ? "contact.bounced.only"
                                                       : "contact.bounced.all";
  return ui::alert({.color = ui::Color::danger,
                    .title = view.t(words),
                    .body = ui::list(bad) + ui::prose(html::markdown(view.t("contact.bounced.text")))});
}

// Whole for who manages access, for others to know them again: the register does not tell them to everyone.
Html official_section(const ContactView& view, bool whole) {
  const auto found = official_of(view, view.uses.contacts);
  if (!found)
    return ui::section(view.t("contact.official"), ui::alert(ui::Color::warning, view.explain(found.error())));
  Html content = ui::paragraph(view.t("contact.official.text"));
  if (found->organisation != view.party->id) content += ui::paragraph(view.t("contact.official.of_parent"));
  content += no_official_email(view, *found);
  content += bounced_official(view, view.uses.contacts, *found);
  std::vector<Html> all;
  for (const auto* addresses : {&found->emails, &found->mobiles})
    for (const auto& one : *addresses) all.push_back(ui::breakable(whole ? one : parties::masked_address(one)));
  if (!all.empty()) content += ui::list(all);
  return ui::section(view.t("contact.official"),
                     content + ui::prose(html::markdown(view.t("contact.official.change"))) +
                         el("p", ui::link(view.t("contact.notices"), view.addresses().notices())));
}

// Of an agency's staff its own.
std::vector<std::shared_ptr<const forms::App>> services_of(const ContactView& view, const ContactStaff& staff) {
  auto services = view.uses.apps.services();
  if (staff.of_agency()) std::erase_if(services, [&](const auto& app) { return app->facts().id.org != staff.org; });
  return services;
}

Html services_in_words(const ContactView& view, const std::vector<terms::AppId>& services) {
  if (services.empty()) return text(view.t("contact.services.all"));
  std::vector<Html> names;
  for (const auto& service : services) {
    const auto app = view.uses.apps.find(service);
    names.push_back(text(app ? app->title(view.language) : service.text()));
  }
  return ui::list(names);
}

Html services_choice(const ContactView& view, const ContactStaff& staff, const std::vector<terms::AppId>& chosen,
                     std::string_view id) {
  ui::CheckboxGroup field;
  field.name = contact_field::services;
  field.id = fmt::format("tjeneste-{}", id);
  field.label = view.t("contact.services");
  field.description = view.t("contact.services.help");
  for (const auto& app : services_of(view, staff))
    field.options.push_back({.value = app->facts().id.text(), .label = app->title(view.language)});
  for (const auto& one : chosen) field.values.push_back(one.text());
  return ui::checkbox_group(field);
}

std::vector<terms::AppId> posted_services(const web::Request& request) {
  std::vector<terms::AppId> chosen;
  for (const auto value : request.form_values(contact_field::services))
    if (const auto id = terms::AppId::parse(value)) chosen.push_back(*id);
  return chosen;
}

// What was refused of a change, to be told on the page: at the code's field what is wrong with a code, else on top.
struct RefusedChange {
  std::string error = {};
  std::string address = {}, code = {}, code_error = {};  // whose code, and as it was typed
};

// Once no code can be typed any more, that is what is to be said, whatever was typed last.
std::string code_fault(const View& view, const parties::OwnAddress& one, const RefusedChange& refused) {
  if (one.id != refused.address || refused.code_error.empty()) return {};
  return one.code_open ? refused.code_error : view.t("error.contacts.code_ended");
}

std::string code_field_id(const parties::OwnAddress& one) { return (one.code_open ? "kode-" : "ny-kode-") + one.id; }

// While there is a code that can be typed, the field; else the way to a new one alone.
Html code_form(ContactView& view, const ContactStaff& staff, const parties::OwnAddress& one,
               const RefusedChange& refused) {
  const ui::Button another{.label = view.t("contact.code.new"),
                           .variant = one.code_open ? ui::Variant::tertiary : ui::Variant::secondary,
                           .name = std::string(contact_field::new_code),
                           .value = std::string(parameter::yes)};
  const auto form = view.form(staff.addresses.verify(one.id), true);
  const auto fault = code_fault(view, one, refused);
  if (!one.code_open) {
    const Html said = fault.empty() ? ui::paragraph(view.t("contact.code.over")) : ui::alert(ui::Color::danger, fault);
    return el("div", {{"id", code_field_id(one)}, {"tabindex", "-1"}},
              ui::post_form(form, said + ui::button_row(ui::button(another))));
  }
  ui::TextField code;
  code.name = contact_field::code;
  code.id = code_field_id(one);
  code.label = view.t("contact.code");
  code.error = fault;
  if (!fault.empty()) code.value = refused.code;
  code.about = one.value;
  code.description = view.t("contact.code.help");
  code.input_mode = "numeric";
  code.autocomplete = "one-time-code";
  code.width = 8;
  code.spell_check = false;
  return ui::post_form(
      form, ui::text_field(code) + ui::button_row(ui::button(view.t("contact.verify")) + ui::button(another)));
}

Html removal_of(ContactView& view, const ContactStaff& staff, const parties::OwnAddress& one) {
  return ui::confirm({.id = "fjern-" + one.id,
                      .open_label = view.t("contact.remove"),
                      .about = one.value,
                      .plain = true,
                      .title = view.t("contact.remove.title", {{"address", one.value}}),
                      .body = ui::paragraph(view.t("contact.remove.text")),
                      .form = view.form(staff.addresses.remove(one.id), true),
                      .confirm = {.label = view.t("contact.remove.confirm"), .color = ui::Color::danger},
                      .cancel_label = view.t("cancel")});
}

std::string card_id(std::string_view address) { return fmt::format("adresse-{}", address); }

Html own_card(ContactView& view, const ContactStaff& staff, const parties::OwnAddress& one,
              const std::vector<parties::BouncedAddress>& bounced, const RefusedChange& refused) {
  Html tags = one.verified_at ? ui::tag(view.t("contact.verified"), ui::Color::success)
                              : ui::tag(view.t("contact.not_verified"), ui::Color::warning);
  const auto whose = !one.for_person ? "contact.common" : one.mine ? "contact.personal" : "contact.of_another";
  if (!staff.of_agency()) tags += ui::tag(view.t(whose), ui::Color::neutral);
  const auto masked = parties::masked_address(one.value);
  const bool fails =
      std::ranges::any_of(bounced, [&](const auto& other) { return other.source == "own" && other.masked == masked; });
  if (fails) tags += ui::tag(view.t("contact.fails"), ui::Color::danger);
  Html body = detail(view.t("contact.services"), services_in_words(view, one.services));
  if (one.mine && (!one.verified_at || fails)) body += code_form(view, staff, one, refused);
  body += ui::details(
      view.t("contact.services.change"),
      ui::post_form(view.form(staff.addresses.services(one.id), true),
                    services_choice(view, staff, one.services, one.id) +
                        ui::button_row(ui::button(view.t("contact.services.save"), ui::Variant::secondary))));
  return ui::card({.title = one.value,
                   .body = body,
                   .tags = el("div", {{"class", "tags"}}, tags),
                   .footer = removal_of(view, staff, one),
                   .heading_level = 3,
                   .id = card_id(one.id)});
}

Html contact_change_made(const ContactView& view) {
  for (const auto& [act, words] : {std::pair{parties::address_added, "contact.added_now"},
                                   std::pair{parties::address_code_asked, "contact.code.sent_now"},
                                   std::pair{parties::address_verified, "contact.verified_now"},
                                   std::pair{parties::address_services_set, "contact.services.set_now"},
                                   std::pair{parties::address_removed, "contact.removed_now"}})
    if (view.did(act)) return ui::alert({.color = ui::Color::success, .title = view.t(words), .urgent = true});
  return {};
}

// A new address as it was typed, with what is wrong with it.
struct TypedAddress {
  std::string value, whose = std::string(contact_field::personal), error = {};
  std::vector<terms::AppId> services = {};
  bool restored = false;  // it was typed before a login
};

Html new_address_form(ContactView& view, const ContactStaff& staff, const TypedAddress& typed) {
  ui::TextField value;
  value.name = contact_field::value;
  value.label = view.t("contact.value");
  value.value = typed.value;
  value.error = typed.error;
  value.required = true;
  value.input_mode = "email";
  value.spell_check = false;
  value.width = 30;
  ui::RadioGroup whose;
  whose.name = contact_field::whose;
  whose.label = view.t("contact.whose");
  whose.value = typed.whose;
  whose.options = {{.value = std::string(contact_field::personal),
                    .label = view.t("contact.personal"),
                    .description = view.t("contact.personal.help")}};
  if (staff.manage)
    whose.options.push_back({.value = std::string(contact_field::shared),
                             .label = view.t("contact.common"),
                             .description = view.t("contact.common.help")});
  return ui::post_form(view.kept_form(staff.addresses.add(), true),
                       ui::text_field(value) + (staff.manage ? ui::radio_group(whose) : Html()) +
                           services_choice(view, staff, typed.services, "ny") +
                           ui::button_row(ui::button(view.t("contact.add"))));
}

// Those that do not work: of the business, and of who asks.
std::vector<parties::BouncedAddress> bounced_own(const ContactView& view, const ContactStaff& staff) {
  auto bounced = view.uses.contacts.bounced(view.actor());
  for (auto& one : view.uses.contacts.bounced(staff.for_self)) bounced.push_back(std::move(one));
  return bounced;
}

Response contact_page(ContactView& view, const ContactStaff& staff, const TypedAddress& typed,
                      const RefusedChange& refused, int status) {
  const auto title = view.t(staff.of_agency() ? "contact.title.staff" : "contact.title", {{"party", staff.name}});
  std::vector<parties::OwnAddress> own;
  if (view.actor().is_person()) {  // who came with a certificate is nobody to be told
    auto all = view.uses.contacts.list_own(staff.most());
    if (!all) return view.fail(all.error());
    own = std::move(*all);
  }
  std::vector<ui::FieldError> faults;
  for (const auto& one : own)
    if (auto fault = code_fault(view, one, refused); !fault.empty())
      faults.push_back({code_field_id(one), std::move(fault)});
  if (!typed.error.empty()) faults.push_back({ui::field_id(contact_field::value), typed.error});
  Html content;
  if (!faults.empty()) content += ui::error_summary(view.t("form.errors"), faults);
  content += ui::heading(1, title) + contact_change_made(view);
  if (typed.restored)
    content += restored_notice(ui::alert({.color = ui::Color::info, .title = view.t("contact.restored")}));
  if (!refused.error.empty())
    content += ui::alert({.color = ui::Color::danger, .title = refused.error, .urgent = true});
  if (staff.of_agency())
    content += ui::ingress(view.t("contact.ingress.staff"));
  else
    content += ui::ingress(view.t("contact.ingress")) + official_section(view, staff.manage.has_value());
  if (view.actor().is_person()) {
    const auto bounced = bounced_own(view, staff);
    Html cards;
    for (const auto& one : own) cards += own_card(view, staff, one, bounced, refused);
    content += ui::section(view.t(staff.of_agency() ? "contact.own.staff" : "contact.own"),
                           ui::paragraph(view.t(staff.of_agency() ? "contact.own.staff.text" : "contact.own.text")) +
                               (cards.empty() ? ui::paragraph(view.t("contact.own.none")) : ui::card_grid(cards)));
    content += ui::section(view.t("contact.add.title"), new_address_form(view, staff, typed));
  }
  std::vector<ui::NavLink> crumbs;
  if (staff.of_agency()) crumbs = {{view.t("agency.queue"), queue_address(staff.org)}, {title, "", true}};
  return view.show({.title = title, .crumbs = std::move(crumbs), .with_error = status >= 400, .status = status},
                   content);
}

Response show_contact(ContactView& view) {
  const auto staff = contact_staff(view);
  if (!staff) return view.fail(staff.error());
  return contact_page(view, *staff, {}, {}, 200);
}

TypedAddress typed_address(const web::Request& request) {
  TypedAddress typed;
  typed.value = base::clean_line(request.form_value(contact_field::value));
  if (request.form_value(contact_field::whose) == contact_field::shared) typed.whose = contact_field::shared;
  typed.services = posted_services(request);
  return typed;
}

// The page with what was typed when the session was over, once.
Response add_address_again(ContactView& view) {
  const auto staff = contact_staff(view);
  if (!staff) return view.fail(staff.error());
  const auto kept = view.take_kept();
  if (!kept) return web::redirect(staff->addresses.page());
  auto typed = typed_address(*kept);
  typed.restored = true;
  return contact_page(view, *staff, typed, {}, 200);
}

Response add_address(ContactView& view) {
  if (const auto mine = view.made_for_me(true); !mine) return view.fail(mine.error());
  const auto staff = contact_staff(view);
  if (!staff) return view.fail(staff.error());
  auto typed = typed_address(view.request);
  const bool personal = typed.whose == contact_field::personal;
  if (!personal && !staff->manage) return view.fail(base::make_error(ErrorKind::forbidden, "error.access.not_manager"));
  const auto done = view.uses.contacts.add_own(personal ? staff->for_self : *staff->manage,
                                               {.kind = "email",  // nobody carries SMS yet
                                                .value = typed.value,
                                                .for_person = personal,
                                                .services = typed.services,
                                                .language = view.language},
                                               view.request.received, view.request.form_value("once"));
  if (!done) {
    typed.error = view.explain(done.error());
    return contact_page(view, *staff, typed, {}, web::status_of(done.error()));
  }
  view.forget_kept(view.request.path);
  return web::redirect(view.after_post(staff->addresses.page()) + "#" + card_id(*done));
}

RefusedChange refused_change(const ContactView& view, const base::Error& error) {
  const bool of_code = error.code == "error.contacts.code_wrong" || error.code == "error.contacts.code_ended" ||
                       error.code == "error.contacts.code_empty";
  if (!of_code) return {.error = view.explain(error)};
  return {.address = std::string(view.request.value(place::address)),
          .code = base::one_line(base::clean_line(view.request.form_value(contact_field::code)), 20),
          .code_error = view.explain(error)};
}

// What is done to one address; what is refused is told on the page.
Response change_address(ContactView& view,
                        const std::function<base::Status(const ContactStaff&, const std::string& id)>& change) {
  const auto staff = contact_staff(view);
  if (!staff) return view.fail(staff.error());
  const auto done = change(*staff, std::string(view.request.value(place::address)));
  if (!done && done.error().kind == ErrorKind::not_found) return view.fail(done.error());
  if (!done) return contact_page(view, *staff, {}, refused_change(view, done.error()), web::status_of(done.error()));
  return web::redirect(view.after_post(staff->addresses.page()));
}

Response verify_address(ContactView& view) {
  return change_address(view, [&view](const ContactStaff& staff, const std::string& id) {
    if (view.request.form_value(contact_field::new_code) == parameter::yes)
      return view.uses.contacts.ask_code(staff.most(), id, view.language, view.request.received,
                                         view.request.form_value("once"));
    return view.uses.contacts.verify(staff.most(), id, base::clean_code(view.request.form_value(contact_field::code)),
                                     view.request.received, view.request.form_value("once"));
  });
}

Response set_address_services(ContactView& view) {
  return change_address(view, [&view](const ContactStaff& staff, const std::string& id) {
    return view.uses.contacts.set_services(staff.most(), id, posted_services(view.request), view.request.received,
                                           view.request.form_value("once"));
  });
}

Response remove_address(ContactView& view) {
  return change_address(view, [&view](const ContactStaff& staff, const std::string& id) {
    return view.uses.contacts.remove(staff.most(), id, view.request.received, view.request.form_value("once"));
  });
}

}  // namespace

Html contact_of_oneself(const View& view, const ContactUses& uses) {
  auto& contacts = uses.contacts;
  const auto found = contacts.of_persons({view.actor().party}, {.purpose = parties::ContactPurpose::own});
  const auto change = ui::prose(html::markdown(view.t("profile.contact.correct")));
  if (!found || found->empty() || !found->front().answered) {
    const auto why = !found           ? view.explain(found.error())
                     : found->empty() ? view.t("contact.not_registered")
                                      : view.t("error.contacts.no_answer");
    return ui::section(view.t("profile.contact"), ui::alert(ui::Color::warning, why) + change);
  }
  const auto& contact = found->front();
  Html content = bounce_banner(view, contacts) + ui::paragraph(view.t("contact.person.text"));
  content += ui::description_list(
      {{view.t("profile.email"),
        registered(view, contact.email, contact.email_stale, contact.email_shared, contact.email_confirmed),
        {}},
       {view.t("profile.mobile"),
        registered(view, contact.mobile, contact.mobile_stale, contact.mobile_shared, contact.mobile_confirmed),
        {}},
       {view.t("profile.reserved"), text(view.t(contact.reserved ? "yes" : "no")), {}}});
  content += what_it_means(view, contact);
  return ui::section(
      view.t("profile.contact"),
      content + change + el("p", ui::link(view.t("menu.notices"), route::notices)) + look_ups_of(view, uses));
}

Html contact_of_businesses(const View& view, parties::ContactPoints& contacts,
                           const std::vector<parties::Party>& businesses) {
  std::vector<Html> ways;
  bool answers = true;
  for (const auto& business : businesses) {
    if (ways.size() == shown_businesses) break;
    if (business.deleted || !view.site.decider.decide(view.actor(), terms::Action::represent, {.party = business.id}))
      continue;
    Html way = ui::link(business.name, PartyAddresses(business.uuid).contact_page());
    if (answers) {
      const auto found = contacts.of_organisation(business.id, {.purpose = parties::ContactPurpose::own});
      answers = found.has_value();
      if (found && found->emails.empty()) way += text(" ") + ui::tag(view.t("contact.none"), ui::Color::warning);
    }
    ways.push_back(std::move(way));
  }
  if (ways.empty()) return {};
  return ui::section(view.t("contact.businesses"), ui::paragraph(view.t("contact.businesses.text")) + ui::list(ways));
}

Html contact_hint(const View& view, parties::ContactPoints& contacts) {
  if (!view.party || view.party->kind == parties::PartyKind::person) return {};
  const auto found = official_of(view, contacts);
  if (!found) return {};
  if (found->emails.empty())
    return no_official_email(view, *found) + el("p", ui::link(view.t("contact.open"), view.addresses().contact_page()));
  return bounced_official(view, contacts, *found);
}

PageSet contact_pages(const ContactUses& uses) {
  return {.name = "contact",
          .staff_entry = "agency",
          .routes = {party_page(Method::get, route::contact, with(uses, show_contact)),
                     party_page(Method::get, route::add_address, with(uses, add_address_again)),
                     party_page(Method::post, route::add_address, with(uses, add_address)),
                     party_page(Method::post, route::verify_address, with(uses, verify_address)),
                     party_page(Method::post, route::address_services, with(uses, set_address_services)),
                     party_page(Method::post, route::remove_address, with(uses, remove_address)),
                     staff_page(Method::get, route::staff_contact, with(uses, show_contact)),
                     staff_page(Method::get, route::add_staff_address, with(uses, add_address_again)),
                     staff_page(Method::post, route::add_staff_address, with(uses, add_address)),
                     staff_page(Method::post, route::verify_staff_address, with(uses, verify_address)),
                     staff_page(Method::post, route::staff_address_services, with(uses, set_address_services)),
                     staff_page(Method::post, route::remove_staff_address, with(uses, remove_address))},
          .elsewhere = {{.below = below_party::acts_of_contact, .to = below_party::contact}},
          .words = {"contact.title", "contact.title.staff"}};
}

}  // namespace alting::portal
