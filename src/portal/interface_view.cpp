#include "portal/interface_view.h"

#include <algorithm>

#include "base/text.h"
#include "net/address.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;

namespace {

// The agency's own organisation, as its forms name it.
std::optional<parties::Party> organisation_of(const InterfaceView& view, std::string_view org) {
  for (const auto& app : view.uses.apps.all()) {
    if (app->facts().id.org != org) continue;
    const auto number = app->controller(view.language).organisation_number;
    if (!number.empty()) return view.site.parties.find_organisation(number);
  }
  return std::nullopt;
}

bool needs_somebody(const events::Subscription& one) {
  using enum events::SubscriptionState;
  return one.state == refused || one.state == suspended || (one.state == active && one.failing_since);
}

}  // namespace

std::string agency_name(const View& view, const forms::AppCatalogue& apps, std::string_view org) {
  for (const auto& app : apps.all()) {
    if (app->facts().id.org != org) continue;
    const auto name = app->controller(view.language).name;
    if (!name.empty()) return name.substr(0, name.find(" ("));  // without what explains it
  }
  return base::to_upper(org);
}

base::Result<InterfaceStaff> interface_staff(const InterfaceView& view) {
  const auto org = view.request.value(place::org);
  ALTING_TRY(scope, view.site.decider.agency_scope(view.actor(), org));
  InterfaceStaff staff{.org = std::string(org),
                       .agency_name = agency_name(view, view.uses.apps, org),
                       .scope = std::move(scope),
                       .may_see_keys = {},
                       .may_manage = {}};
  const auto agency = organisation_of(view, org);
  if (!agency) return staff;
  const access::Target target{.party = agency->id};
  if (auto permit = view.site.decider.decide(view.actor(), terms::Action::read_delegations, target))
    staff.may_see_keys = std::move(*permit);
  if (auto permit = view.site.decider.decide(view.actor(), terms::Action::delegate, target))
    staff.may_manage = std::move(*permit);
  return staff;
}

base::Result<InterfaceStaff> interface_manager(const InterfaceView& view) {
  ALTING_TRY(staff, interface_staff(view));
  if (!staff.may_manage) return base::make_error(ErrorKind::forbidden, "error.access.not_manager");
  return staff;
}

std::string receiver_in_words(std::string_view address) {
  const auto parsed = net::parse_address(address);
  if (!parsed) return std::string(address);
  auto words = parsed->is_own_port() ? parsed->host : parsed->host + ":" + parsed->port;
  const auto rest = address.substr(address.find("://") + 3);  // it has a scheme, or it would be no address
  const auto whole = rest.substr(0, rest.find_first_of("?#"));
  constexpr std::size_t longest = 60;  // octets of a path that a line has room for; it is ASCII
  if (const auto path = whole.find('/'); path != std::string_view::npos && path + 1 < whole.size()) {
    words += whole.substr(path, longest);
    if (whole.size() - path > longest) words += "…";
  }
  if (rest.find('?') != std::string_view::npos) words += "?…";
  return words;
}

Html subscription_tag(const View& view, const events::Subscription& one) {
  using enum events::SubscriptionState;
  const auto words = view.t(fmt::format("interfaces.state.{}", to_text(one.state)));
  switch (one.state) {
    case validating: return ui::tag(words, ui::Color::info);
    case refused:
    case suspended: return ui::tag(words, ui::Color::danger);
    case ended: return ui::tag(words, ui::Color::neutral);
    case active: break;
  }
  return one.failing_since ? ui::tag(view.t("interfaces.state.failing"), ui::Color::warning)
                           : ui::tag(words, ui::Color::success);
}

std::string outcome_in_words(const View& view, std::string_view outcome, int status) {
  if (outcome.empty()) return {};
  return view.t(fmt::format("interfaces.outcome.{}", outcome), {{"status", std::to_string(status)}});
}

std::string event_type_in_words(const View& view, std::string_view type) {
  if (type == events::type::process_completed) return view.t("interfaces.type.completed");
  if (type == events::type::high_risk) return view.t("interfaces.type.high_risk");
  if (type == events::type::subscription_failing) return view.t("interfaces.type.failing");
  if (type == events::type::restricted) return view.t("interfaces.type.restricted");
  if (type == events::type::restriction_lifted) return view.t("interfaces.type.restriction_lifted");
  return std::string(type);
}

std::string resource_of_form(const terms::AppId& app) {
  events::Event of_form;
  of_form.app = app;
  return events::resource_of(of_form);
}

std::string filter_in_words(const View& view, const forms::AppCatalogue& apps, const events::Filter& filter) {
  std::vector<std::string> parts;
  if (!filter.resource.empty()) {
    const auto all = apps.all();
    const auto found = std::ranges::find_if(
        all, [&](const auto& app) { return resource_of_form(app->facts().id) == filter.resource; });
    parts.push_back(found == all.end() ? filter.resource : (*found)->title(view.language));
  }
  if (!filter.type.empty()) parts.push_back(event_type_in_words(view, filter.type));
  for (const auto& other : {filter.source, filter.subject, filter.alternative_subject})
    if (!other.empty()) parts.push_back(other);
  if (filter.include_subunits) parts.push_back(view.t("interfaces.filter.sub_units"));
  return parts.empty() ? view.t("interfaces.filter.all") : fmt::format("{}", fmt::join(parts, ", "));
}

std::string maker_in_words(const View& view, const InterfaceStaff& staff, const events::Subscription& one) {
  if (one.supplier.empty()) return {};
  const auto known = view.site.parties.find_organisation(one.supplier);
  return view.t("interfaces.made_by", {{"supplier", known ? known->name : one.supplier}, {"org", staff.agency_name}});
}

std::string scope_in_words(const View& view, std::string_view scope) {
  std::string id = "scope.";
  for (const char c : scope) id += (c >= 'a' && c <= 'z') ? c : '_';
  return view.site.texts.has(id) ? view.t(id) : std::string(scope);
}

std::vector<ui::NavLink> interface_crumbs(const View& view, const InterfaceStaff& staff, std::string_view here) {
  return {{view.t("agency.queue"), queue_address(staff.org)},
          {view.t("interfaces.crumb"), staff.addresses().page()},
          {std::string(here), "", true}};
}

Response interface_form(InterfaceView& view, const InterfaceStaff& staff, InterfaceForm form, int status) {
  std::erase_if(form.faults, [](const ui::FieldError& fault) { return fault.message.empty(); });
  Html content = ui::heading(1, form.title);
  if (!form.restored.empty())
    content += restored_notice(ui::alert({.color = ui::Color::info, .title = form.restored}), form.faults.empty());
  if (!form.faults.empty()) content += ui::error_summary(view.t("form.errors"), form.faults);
  if (!form.error.empty()) content += ui::alert({.color = ui::Color::danger, .title = form.error, .urgent = true});
  content += ui::ingress(form.ingress);
  const auto buttons = ui::button_row(
      ui::button(form.title) + ui::button_link(view.t("cancel"), staff.addresses().page(), ui::Variant::secondary));
  content += ui::post_form(view.kept_form(form.action, true), form.fields + buttons);
  return view.show({.title = form.title,
                    .crumbs = interface_crumbs(view, staff, form.title),
                    .with_error = status >= 400 || !form.faults.empty(),
                    .status = status},
                   content);
}

Html failing_subscriptions(const View& view, std::string_view org, const std::vector<events::Subscription>& all) {
  std::vector<Html> items;
  for (const auto& one : all) {
    if (!needs_somebody(one)) continue;
    Html line =
        ui::link(receiver_in_words(one.end_point), InterfaceAddresses(org).subscription(std::to_string(one.id)));
    if (const auto why = outcome_in_words(view, one.last_outcome, one.last_status); !why.empty())
      line += text(": " + why);
    items.push_back(std::move(line));
  }
  if (items.empty()) return {};
  return ui::alert({.color = ui::Color::warning,
                    .title = view.t("interfaces.failing"),
                    .body = ui::paragraph(view.t("interfaces.failing.text")) + ui::list(items)});
}

}  // namespace alting::portal
