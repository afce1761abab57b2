// The suppliers whose systems act for an agency: which there are and what each may do, one more, and taking back, with
// what ends by it.
#include <algorithm>

#include "base/typed_text.h"
#include "login/token_scopes.h"
#include "portal/interface_view.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;

namespace {

namespace supplier_field {
constexpr std::string_view number = "orgnr", scope = "tilgang";
}  // namespace supplier_field

Html supplier_in_words(const InterfaceView& view, const login::Supplier& one) {
  return ui::breakable(one.name) +
         detail(view.t("interfaces.supplier.number"), text(spaced_organisation_number(one.organisation)));
}

// It breaks between its parts before it breaks within one.
Html breakable_code(std::string_view code) {
  Html made;
  while (!code.empty()) {
    const auto end = std::min(code.find_first_of(":/."), code.size() - 1) + 1;
    made += text(code.substr(0, end));
    code.remove_prefix(end);
    if (!code.empty()) made += el("wbr");
  }
  return made;
}

Html supplier_scope(const InterfaceView& view, std::string_view scope) {
  return text(scope_in_words(view, scope)) +
         detail(view.t("interfaces.supplier.code"), el("code", {{"class", "digest"}}, breakable_code(scope)));
}

Html supplier_table(const InterfaceView& view, const InterfaceStaff& staff, const std::vector<login::Supplier>& all) {
  if (all.empty())
    return ui::empty_state({.title = view.t("interfaces.supplier.none"),
                            .text = view.t("interfaces.supplier.none.text"),
                            .heading_level = 3});
  std::vector<std::vector<Html>> rows;
  for (const auto& one : all) {
    Html act;
    if (one.ended_at)
      act = ui::tag(view.t("interfaces.supplier.ended"), ui::Color::neutral);
    else if (staff.may_manage)
      act = el("span", {{"class", "in-one-line"}},
               ui::link(view.t("interfaces.supplier.end"), staff.addresses().end_supplier(one.id),
                        one.name + ", " + scope_in_words(view, one.scope)));
    rows.push_back({supplier_in_words(view, one), supplier_scope(view, one.scope),
                    time_tag(view, one.given_at, base::TimeStyle::compact), std::move(act)});
  }
  return ui::table({.caption = view.t("interfaces.suppliers"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("interfaces.supplier")},
                                {.name = view.t("interfaces.client.scopes")},
                                {.name = view.t("interfaces.supplier.since")},
                                {.name = view.t("upload.action"), .hide_name = true}},
                    .rows = std::move(rows)});
}

// What a supplier is to be given, as it was typed, with what is wrong with it.
struct TypedSupplier {
  std::string number, scope;
  std::string number_error, scope_error, error = {};
  bool restored = false;  // it was typed before a login
};

TypedSupplier typed_supplier(const Request& request) {
  return {.number = base::clean_line(request.form_value(supplier_field::number)),
          .scope = std::string(request.form_value(supplier_field::scope)),
          .number_error = {},
          .scope_error = {}};
}

void blame_supplier(const InterfaceView& view, const base::Error& error, TypedSupplier& typed) {
  if (error.code == "error.client.supplier" || error.code == "error.client.no_supplier" ||
      error.code == "error.client.own_number")
    typed.number_error = view.explain(error);
  else if (error.code == "error.client.scope")
    typed.scope_error = view.t("interfaces.supplier.scope.none");
  else if (error.code == "error.client.given")
    typed.scope_error = view.explain(error);
  else
    typed.error = view.explain(error);
}

Response supplier_form(InterfaceView& view, const InterfaceStaff& staff, const TypedSupplier& typed, int status) {
  ui::TextField number;
  number.name = supplier_field::number;
  number.label = view.t("interfaces.supplier.number");
  number.description = view.t("interfaces.supplier.number.help");
  number.input_mode = "numeric";
  number.width = 12;
  number.value = typed.number;
  number.error = typed.number_error;
  number.required = true;
  number.spell_check = false;
  ui::RadioGroup scope;
  scope.name = supplier_field::scope;
  scope.label = view.t("interfaces.supplier.scope.choose");
  scope.description = view.t("interfaces.supplier.scope.help");
  scope.value = typed.scope;
  scope.error = typed.scope_error;
  scope.required = true;
  for (const auto one : login::known_scopes)
    scope.options.push_back(
        {.value = std::string(one), .label = scope_in_words(view, one), .description = std::string(one)});

  return interface_form(view, staff,
                        {.title = view.t("interfaces.supplier.add"),
                         .ingress = view.t("interfaces.supplier.add.text"),
                         .action = staff.addresses().add_supplier(),
                         .fields = ui::text_field(number) + ui::radio_group(scope),
                         .faults = {{ui::field_id(supplier_field::number), typed.number_error},
                                    {ui::field_id(supplier_field::scope), typed.scope_error}},
                         .error = typed.error,
                         .restored = typed.restored ? view.t("access.restored") : ""},
                        status);
}

// What the address names, also when it was taken back.
base::Result<login::Supplier> supplier_named(const InterfaceView& view, const InterfaceStaff& staff) {
  auto all = view.uses.clients.suppliers(*staff.may_manage);
  const auto found = std::ranges::find_if(
      all, [&](const login::Supplier& one) { return one.id == view.request.value(place::supplier); });
  if (found == all.end()) return base::make_error(ErrorKind::not_found, "error.client.not_found");
  return std::move(*found);
}

// The subscriptions that end with it.
Html what_ends(const InterfaceView& view, const InterfaceStaff& staff, const login::Supplier& one) {
  if (!login::is_needed_to_subscribe(one.scope))
    return ui::paragraph(view.t("interfaces.supplier.end.no_subscriptions"));
  const auto running = view.uses.subscriptions.of_supplier(*staff.may_manage, one.organisation);
  if (running.empty()) return ui::paragraph(view.t("interfaces.supplier.end.no_subscriptions"));
  std::vector<Html> items;
  for (const auto& subscription : running)
    items.push_back(ui::link(receiver_in_words(subscription.end_point),
                             InterfaceAddresses(subscription.org).subscription(std::to_string(subscription.id))) +
                    text(": " + filter_in_words(view, view.uses.apps, subscription.filter)));
  return ui::paragraph(view.t("interfaces.supplier.end.subscriptions")) + ui::list(items);
}

}  // namespace

Html supplier_given_now(const InterfaceView& view, const InterfaceStaff& staff) {
  if (!view.did(login::supplier_given) || !staff.may_see_keys) return {};
  for (const auto& one : view.uses.clients.suppliers(*staff.may_see_keys))
    if (one.id == view.request.query_value(parameter::given) && !one.ended_at)
      return ui::alert({.color = ui::Color::success,
                        .title = view.t("interfaces.supplier.added_now",
                                        {{"name", one.name}, {"number", spaced_organisation_number(one.organisation)}}),
                        .urgent = true});
  return {};
}

Html supplier_section(InterfaceView& view, const InterfaceStaff& staff) {
  auto& clients = view.uses.clients;
  const auto title = view.t("interfaces.suppliers");
  if (!clients.are_here()) return ui::section(title, ui::paragraph(view.t("interfaces.supplier.elsewhere")));
  Html content = ui::paragraph(view.t("interfaces.suppliers.text"));
  if (!staff.may_see_keys)
    return ui::section(title, content + ui::paragraph(view.t("interfaces.supplier.may_not_see")));
  content += supplier_table(view, staff, clients.suppliers(*staff.may_see_keys));
  if (staff.may_manage)
    content += ui::button_row(
        ui::button_link(view.t("interfaces.supplier.add"), staff.addresses().add_supplier(), ui::Variant::secondary));
  return ui::section(title, content);
}

Response add_supplier_page(InterfaceView& view) { return empty_or_kept_form(view, typed_supplier, supplier_form); }

Response add_supplier(InterfaceView& view) {
  if (const auto mine = view.made_for_me(true); !mine) return view.fail(mine.error());
  const auto staff = interface_manager(view);
  if (!staff) return view.fail(staff.error());
  auto typed = typed_supplier(view.request);
  const auto once = view.request.form_value("once");
  const auto done = view.uses.clients.give(*staff->may_manage, typed.number, typed.scope, view.request.received, once);
  // What stood before is answered as it is: then this post gave nothing.
  const auto error = !done ? std::optional(done.error())
                     : view.site.was_done(once, view.actor(), login::supplier_given)
                         ? std::optional<base::Error>()
                         : base::make_error(ErrorKind::conflict, "error.client.given");
  if (error) {
    blame_supplier(view, *error, typed);
    for (const auto& fault :
         view.uses.clients.faults_of_supplier(*staff->may_manage, typed.number, typed.scope, view.request.received))
      blame_supplier(view, fault, typed);
    return supplier_form(view, *staff, typed, web::status_of(*error));
  }
  view.forget_kept(view.request.path);
  return web::redirect(
      with_query(staff->addresses().page(), {{parameter::done_by, once}, {parameter::given, done->id}}));
}

Response end_supplier_page(InterfaceView& view) {
  const auto staff = interface_manager(view);
  if (!staff) return view.fail(staff.error());
  const auto one = supplier_named(view, *staff);
  if (!one) return view.fail(one.error());
  // Going back, or a colleague was faster: the list says that it is taken back.
  if (one->ended_at) return web::redirect(staff->addresses().page());
  const auto title = view.t("interfaces.supplier.end.title", {{"name", one->name}});
  Html content = ui::heading(1, title);
  content += ui::description_list(
      {{view.t("interfaces.supplier"), supplier_in_words(view, *one), {}},
       {view.t("interfaces.client.scopes"), supplier_scope(view, one->scope), {}},
       {view.t("interfaces.supplier.since"), time_tag(view, one->given_at, base::TimeStyle::compact), {}}});
  content += ui::paragraph(view.t("interfaces.supplier.end.text"));
  content += what_ends(view, *staff, *one);
  content += ui::post_form(
      view.form(staff->addresses().end_supplier(one->id), true),
      ui::button_row(ui::button({.label = view.t("interfaces.supplier.end.confirm"), .color = ui::Color::danger}) +
                     ui::button_link(view.t("cancel"), staff->addresses().page(), ui::Variant::secondary)));
  return view.show({.title = title, .crumbs = interface_crumbs(view, *staff, view.t("interfaces.supplier.end"))},
                   content);
}

Response end_supplier(InterfaceView& view) {
  const auto staff = interface_manager(view);
  if (!staff) return view.fail(staff.error());
  const auto done = view.uses.clients.take_back(*staff->may_manage, view.request.value(place::supplier),
                                                view.request.received, view.request.form_value("once"));
  if (!done) {
    const auto one = supplier_named(view, *staff);
    if (one && one->ended_at) return web::redirect(staff->addresses().page());
    return view.fail(done.error());
  }
  return web::redirect(view.after_post(staff->addresses().page()));
}

}  // namespace alting::portal
