#include "portal/interface_pages.h"

#include <array>

#include "portal/interface_view.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

Html interface_change_made(const InterfaceView& view) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> said{
      {{login::client_added, "interfaces.client.added_now"},
       {login::client_ended, "interfaces.client.ended_now"},
       {login::supplier_ended, "interfaces.supplier.ended_now"},
       {events::subscription_added, "interfaces.subscription.added_now"},
       {events::subscription_ended, "interfaces.subscription.ended_now"}}};
  if (view.request.query_value(parameter::done_by).empty()) return {};
  for (const auto& [act, words] : said)
    if (view.did(act)) return ui::alert({.color = ui::Color::success, .title = view.t(words), .urgent = true});
  return {};
}

Html subscription_table(const InterfaceView& view, const InterfaceStaff& staff,
                        const std::vector<events::Subscription>& all) {
  if (all.empty())
    return ui::empty_state({.title = view.t("interfaces.subscription.none"),
                            .text = view.t("interfaces.subscription.none.text"),
                            .heading_level = 3});
  std::vector<std::vector<Html>> rows;
  for (const auto& one : all) {
    Html receiver = ui::link(receiver_in_words(one.end_point), staff.addresses().subscription(std::to_string(one.id)));
    if (const auto maker = maker_in_words(view, staff, one); !maker.empty())
      receiver += el("p", {{"class", "item-details"}}, text(maker));
    rows.push_back({std::move(receiver), ui::breakable(filter_in_words(view, view.uses.apps, one.filter)),
                    subscription_tag(view, one),
                    one.last_delivered ? time_tag(view, *one.last_delivered, base::TimeStyle::compact)
                                       : text(view.t("interfaces.never")),
                    text(std::to_string(one.waiting))});
  }
  return ui::table({.caption = view.t("interfaces.subscriptions"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("interfaces.end_point")},
                                {.name = view.t("interfaces.filter")},
                                {.name = view.t("agency.state")},
                                {.name = view.t("interfaces.last_delivered")},
                                {.name = view.t("interfaces.waiting"), .numeric = true}},
                    .rows = std::move(rows)});
}

// Where their developers begin.
Html for_developers(const InterfaceView& view) {
  const auto& site = view.site.public_url;
  return ui::section(
      view.t("interfaces.developers"),
      ui::paragraph(view.t("interfaces.developers.text")) +
          ui::description_list(
              {{view.t("interfaces.developers.storage"),
                ui::breakable(site + std::string(route::storage_interface)),
                {}},
               {view.t("interfaces.developers.events"), ui::breakable(site + std::string(route::events_interface)), {}},
               {view.t("interfaces.developers.openapi"),
                ui::link(site + std::string(route::openapi), route::openapi),
                {}}}));
}

Response interfaces_page(InterfaceView& view) {
  const auto staff = interface_staff(view);
  if (!staff) return view.fail(staff.error());
  const auto subscriptions = view.uses.subscriptions.list(staff->scope);
  if (!subscriptions) return view.fail(subscriptions.error());
  const auto title = view.t("interfaces.title", {{"org", staff->agency_name}});
  Html content = ui::heading(1, title) + interface_change_made(view) + supplier_given_now(view, *staff);
  content += ui::ingress(view.t("interfaces.ingress"));
  content += failing_subscriptions(view, staff->org, *subscriptions);
  if (!staff->may_manage) content += ui::alert(ui::Color::info, view.t("interfaces.may_not_change"));
  Html told = ui::paragraph(view.t("interfaces.subscriptions.text")) + subscription_table(view, *staff, *subscriptions);
  if (staff->may_manage)
    told +=
        ui::button_row(ui::button_link(view.t("interfaces.subscription.add"), staff->addresses().add_subscription()));
  content += ui::section(view.t("interfaces.subscriptions"), told);
  content += client_section(view, *staff);
  content += supplier_section(view, *staff);
  content += for_developers(view);
  return view.show(
      {.title = title,
       .crumbs = {{view.t("agency.queue"), queue_address(staff->org)}, {view.t("interfaces.crumb"), "", true}},
       .wide = true},
      content);
}

}  // namespace

PageSet interface_pages(const InterfaceUses& uses) {
  return {.name = "interfaces",
          .menu_entry = "agency",
          .routes = {staff_page(Method::get, route::interfaces, with(uses, interfaces_page)),
                     staff_page(Method::get, route::add_client, with(uses, add_client_page)),
                     staff_page(Method::post, route::add_client, with(uses, add_client)),
                     staff_page(Method::post, route::end_client, with(uses, end_client)),
                     staff_page(Method::get, route::add_supplier, with(uses, add_supplier_page)),
                     staff_page(Method::post, route::add_supplier, with(uses, add_supplier)),
                     staff_page(Method::get, route::end_supplier, with(uses, end_supplier_page)),
                     staff_page(Method::post, route::end_supplier, with(uses, end_supplier)),
                     staff_page(Method::get, route::add_subscription, with(uses, add_subscription_page)),
                     staff_page(Method::post, route::add_subscription, with(uses, add_subscription)),
                     staff_page(Method::get, route::subscription, with(uses, subscription_page)),
                     staff_page(Method::post, route::end_subscription, with(uses, end_subscription)),
                     staff_page(Method::post, route::check_subscription, with(uses, check_subscription)),
                     staff_page(Method::get, route::replay_subscription, with(uses, replay_subscription_page)),
                     staff_page(Method::post, route::replay_subscription, with(uses, replay_subscription))},
          .words = {"interfaces.title", "interfaces.crumb"}};
}

}  // namespace alting::portal
