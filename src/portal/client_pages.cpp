// The keys of an agency's systems: which there are, a new one, and the end of one.
#include "base/text.h"
#include "base/typed_text.h"
#include "login/token_scopes.h"
#include "portal/interface_view.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

namespace client_field {
constexpr std::string_view name = "navn", key = View::key_field, scopes = "tilgang";
}  // namespace client_field

Html end_client_button(InterfaceView& view, const InterfaceStaff& staff, const login::Client& one) {
  return ui::confirm({.id = "avslutt-" + one.client_id,
                      .open_label = view.t("interfaces.client.end"),
                      .about = one.name,
                      .plain = true,
                      .title = view.t("interfaces.client.end.title", {{"name", one.name}}),
                      .body = ui::paragraph(view.t("interfaces.client.end.text")),
                      .form = view.form(staff.addresses().end_client(one.client_id), true),
                      .confirm = {.label = view.t("interfaces.client.end.confirm"), .color = ui::Color::danger},
                      .cancel_label = view.t("cancel")});
}

Html client_table(InterfaceView& view, const InterfaceStaff& staff, const std::vector<login::Client>& all) {
  if (all.empty())
    return ui::empty_state(
        {.title = view.t("interfaces.client.none"), .text = view.t("interfaces.client.none.text"), .heading_level = 3});
  std::vector<std::vector<Html>> rows;
  for (const auto& one : all) {
    std::vector<Html> scopes;
    for (const auto& scope : one.scopes) scopes.push_back(text(scope_in_words(view, scope)));
    Html act;
    if (one.ended_at)
      act = ui::tag(view.t("interfaces.client.ended"), ui::Color::neutral);
    else if (staff.may_manage)
      act = end_client_button(view, staff, one);
    rows.push_back({ui::breakable(one.name) +
                        detail(view.t("interfaces.client.id"), el("code", {{"class", "digest"}}, text(one.client_id))),
                    ui::list(scopes),
                    one.kid.empty() ? text(view.t("interfaces.client.certificate"))
                                    : el("code", {{"class", "digest"}}, text(one.kid)),
                    detail(view.t("interfaces.client.added"), time_tag(view, one.added_at, base::TimeStyle::compact)) +
                        detail(view.t("interfaces.client.used"),
                               one.used_at ? time_tag(view, *one.used_at, base::TimeStyle::compact)
                                           : text(view.t("interfaces.never"))),
                    std::move(act)});
  }
  return ui::table({.caption = view.t("interfaces.clients"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("interfaces.client.name")},
                                {.name = view.t("interfaces.client.scopes")},
                                {.name = view.t("interfaces.client.proof")},
                                {.name = view.t("callers.use")},
                                {.name = view.t("upload.action"), .hide_name = true}},
                    .rows = std::move(rows)});
}

// A new key as it was typed, with what is wrong with it.
struct TypedClient {
  std::string name, key;
  std::vector<std::string> scopes;
  std::string name_error, key_error, scopes_error, error = {};
  bool restored = false;  // it was typed before a login
  std::string not_kept;   // and with it a key that was not kept: View::private_key or unread_key
};

TypedClient typed_client(const Request& request) {
  TypedClient typed;
  typed.name = base::clean_line(request.form_value(client_field::name));
  typed.key = request.form_value(client_field::key);
  for (const auto& [name, value] : request.form)
    if (name == client_field::scopes) typed.scopes.emplace_back(value);
  typed.not_kept = request.form_value(View::secret_field);
  return typed;
}

void blame(const InterfaceView& view, const base::Error& error, TypedClient& typed) {
  const auto words = view.explain(error);
  if (error.code == "error.client.name")
    typed.name_error = words;
  else if (error.code == "error.client.key" || error.code == "error.client.same_key")
    typed.key_error = words;
  else if (error.code == "error.client.private_key") {
    typed.key_error = words;
    typed.key.clear();  // not sent around once more
  } else if (error.code == "error.client.scope")
    typed.scopes_error = words;
  else
    typed.error = words;
}

Response client_form(InterfaceView& view, const InterfaceStaff& staff, const TypedClient& typed, int status) {
  ui::TextField name;
  name.name = client_field::name;
  name.label = view.t("interfaces.client.name");
  name.description = view.t("interfaces.client.name.help");
  name.value = typed.name;
  name.error = typed.name_error;
  name.required = true;
  ui::CheckboxGroup scopes;
  scopes.name = client_field::scopes;
  scopes.label = view.t("interfaces.client.scopes.choose");
  scopes.values = typed.scopes;
  scopes.error = typed.scopes_error;
  scopes.required = true;
  for (const auto scope : login::known_scopes)
    scopes.options.push_back(
        {.value = std::string(scope), .label = scope_in_words(view, scope), .description = std::string(scope)});
  ui::TextArea key;
  key.name = client_field::key;
  key.label = view.t("interfaces.client.key");
  key.description = view.t("interfaces.client.key.help");
  key.marker = view.t("form.marker.optional");
  key.value = typed.key;
  key.error = typed.key_error;
  if (typed.restored && !typed.not_kept.empty())
    key.error = view.explain(base::make_error(base::ErrorKind::invalid, typed.not_kept == View::private_key
                                                                            ? "error.client.private_key"
                                                                            : "error.client.key"));
  key.rows = 8;

  return interface_form(view, staff,
                        {.title = view.t("interfaces.client.add"),
                         .ingress = view.t("interfaces.client.add.text"),
                         .action = staff.addresses().add_client(),
                         .fields = ui::text_field(name) + ui::checkbox_group(scopes) + ui::text_area(key),
                         .faults = {{ui::field_id(client_field::name), typed.name_error},
                                    {ui::field_id(client_field::scopes), typed.scopes_error},
                                    {ui::field_id(client_field::key), key.error}},
                         .error = typed.error,
                         .restored = typed.restored ? view.t("interfaces.restored") : ""},
                        status);
}

}  // namespace

Html client_section(InterfaceView& view, const InterfaceStaff& staff) {
  auto& clients = view.uses.clients;
  if (!clients.are_here())
    return ui::section(view.t("interfaces.clients"), ui::paragraph(view.t("interfaces.client.elsewhere")));
  Html content = ui::paragraph(view.t("interfaces.clients.text"));
  if (!staff.may_see_keys)
    return ui::section(view.t("interfaces.clients"), content + ui::paragraph(view.t("interfaces.client.may_not_see")));
  content += client_table(view, staff, clients.list(*staff.may_see_keys));
  if (staff.may_manage)
    content += ui::button_row(
        ui::button_link(view.t("interfaces.client.add"), staff.addresses().add_client(), ui::Variant::secondary));
  return ui::section(view.t("interfaces.clients"), content);
}

Response add_client_page(InterfaceView& view) { return empty_or_kept_form(view, typed_client, client_form); }

Response add_client(InterfaceView& view) {
  if (const auto mine = view.made_for_me(true); !mine) return view.fail(mine.error());
  const auto staff = interface_manager(view);
  if (!staff) return view.fail(staff.error());
  auto typed = typed_client(view.request);
  login::NewClient wanted{.name = typed.name, .key = {}, .scopes = typed.scopes};
  auto faults = login::faults_of_client(wanted);
  if (!base::trim(typed.key).empty()) {
    auto key = login::read_client_key(typed.key);
    if (key)
      wanted.key = std::move(*key);
    else
      faults.push_back(key.error());
  }
  if (!faults.empty()) {
    for (const auto& fault : faults) blame(view, fault, typed);
    return client_form(view, *staff, typed, web::status_of(faults.front()));
  }
  const auto done =
      view.uses.clients.add(*staff->may_manage, wanted, view.request.received, view.request.form_value("once"));
  if (!done) {
    blame(view, done.error(), typed);
    return client_form(view, *staff, typed, web::status_of(done.error()));
  }
  view.forget_kept(view.request.path);
  return web::redirect(view.after_post(staff->addresses().page()));
}

Response end_client(InterfaceView& view) {
  const auto staff = interface_manager(view);
  if (!staff) return view.fail(staff.error());
  const auto done = view.uses.clients.end(*staff->may_manage, view.request.value(place::client), view.request.received,
                                          view.request.form_value("once"));
  if (!done) return view.fail(done.error());
  return web::redirect(view.after_post(staff->addresses().page()));
}

}  // namespace alting::portal
