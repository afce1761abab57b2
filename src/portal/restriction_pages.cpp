#include "portal/restriction_pages.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "base/typed_text.h"
#include "portal/interface_view.h"
#include "portal/restriction_told.h"
#include "portal/restriction_view.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;
using privacy::ControllersRequest;
using privacy::RequestList;
using privacy::RequestState;

namespace {

namespace agency_claim_field {
constexpr std::string_view day = "dag";
}  // namespace agency_claim_field

// The day that was typed for one restriction's end, with what is wrong with it.
struct TypedLift {
  std::string restriction, day, error;
};
std::string id_of_lift_day(std::string_view restriction) { return "dag-" + std::string(restriction); }

// ------------------------------------------------------------------------------------------- what is asked

struct ClaimList {
  RequestList list;
  std::string_view code, title;  // of the address, and the id of its words
};
constexpr std::array claim_lists{ClaimList{RequestList::waiting, "venter", "restriction.claims.waiting"},
                                 ClaimList{RequestList::answered, "besvart", "restriction.claims.answered"},
                                 ClaimList{RequestList::withdrawn, "trukket", "restriction.claims.withdrawn"}};

std::string address_of_list(const RestrictionStaff& staff, const ClaimList& list, std::string_view after = {}) {
  return with_query(staff.addresses().page(), {{parameter::folder, list.code}, {parameter::after, after}});
}

ui::Color color_of_claim(const ControllersRequest& one, base::Instant now) {
  switch (one.state) {
    case RequestState::granted: return ui::Color::success;
    case RequestState::refused: return ui::Color::warning;
    case RequestState::withdrawn: return ui::Color::neutral;
    case RequestState::received: break;
  }
  return one.due_at < now ? ui::Color::danger : ui::Color::info;
}

Html claims_table(const RestrictionView& view, const RestrictionStaff& staff, const ClaimList& list,
                  const std::vector<ControllersRequest>& all) {
  if (all.empty())
    return ui::empty_state({.title = view.t("restriction.claims.none"), .text = {}, .action = {}, .heading_level = 3});
  std::vector<std::vector<Html>> rows;
  for (const auto& one : all) {
    const auto state = one.state == RequestState::received && one.due_at < view.now()
                           ? view.t("restriction.overdue")
                           : view.t("rights.state." + std::string(privacy::to_text(one.state)));
    rows.push_back({ui::link(view.t("rights." + std::string(privacy::to_text(one.kind))),
                             staff.addresses().claim(one.id.text()), one.party_name),
                    text(one.party_name), item_of_claim(view, staff, one.party_uuid, one.target.item),
                    text(claim_day(view, one.asked_at)), text(claim_day(view, one.due_at)),
                    ui::tag(state, color_of_claim(one, view.now()))});
  }
  return ui::table({.caption = view.t(list.title),
                    .hide_caption = true,
                    .columns = {{.name = view.t("restriction.claim")},
                                {.name = view.t("restriction.who")},
                                {.name = view.t("restriction.what")},
                                {.name = view.t("restriction.asked")},
                                {.name = view.t("restriction.due")},
                                {.name = view.t("agency.state")}},
                    .rows = std::move(rows)});
}

Html claims_in_list(RestrictionView& view, const RestrictionStaff& staff, const ClaimList& list,
                    std::string_view after) {
  const auto page = view.uses.requests.of_controller(staff.scope, list.list, after);
  Html content = claims_table(view, staff, list, page.rows);
  if (!page.next.empty())
    content += ui::button_row(
        ui::button_link(view.t("list.more"), address_of_list(staff, list, page.next), ui::Variant::secondary));
  return ui::section(view.t(list.title), content);
}

// ------------------------------------------------------------------------------------------- what is restricted

Html lift_form(View& view, const RestrictionStaff& staff, const access::Restriction& one, std::string_view name,
               const TypedLift& typed) {
  const bool was_typed = typed.restriction == one.id.text();
  ui::DateField day;
  day.name = agency_claim_field::day;
  day.id = id_of_lift_day(one.id.text());
  day.label = view.t("restriction.lift.day");
  day.description = view.t("restriction.lift.day.help");
  if (was_typed) {
    day.value = typed.day;
    day.error = typed.error;
  }
  return ui::details(
      view.t(one.lift_at ? "restriction.lift.move" : "restriction.lift"),
      ui::post_form(view.form(staff.addresses().lift(one.id.text()), true),
                    ui::date_field(day) + ui::button_row(ui::button({.label = view.t("restriction.lift.button"),
                                                                     .about = std::string(name),
                                                                     .variant = ui::Variant::secondary}))),
      was_typed);
}

Html restricted_table(RestrictionView& view, const RestrictionStaff& staff, const std::vector<access::Restriction>& all,
                      const TypedLift& typed) {
  if (all.empty())
    return ui::empty_state(
        {.title = view.t("restriction.none"), .text = view.t("restriction.none.text"), .heading_level = 3});
  std::vector<std::vector<Html>> rows;
  for (const auto& one : all) {
    const auto party = view.site.parties.find(one.party);
    const auto name = party ? party->name : std::string("–");
    Html state = el("div", text(view.t("restriction.since", {{"day", claim_day(view, one.since)}})));
    if (one.lifted_at)
      state += el("div", text(view.t("restriction.lifted", {{"day", claim_day(view, *one.lifted_at)}})));
    else if (one.lift_at)
      state += el("div", text(view.t("restriction.ends", {{"day", claim_day(view, *one.lift_at)}})));
    state += told_of_restriction(view, view.uses.apps, view.uses.orders, one, view.t("restriction.told.party"));
    if (!one.lifted_at) state += lift_form(view, staff, one, name, typed);
    rows.push_back({text(name), item_of_claim(view, staff, party ? party->uuid : terms::PartyUuid{}, one.item),
                    text(view.t("restriction.ground." + one.ground)), std::move(state)});
  }
  return ui::table({.caption = view.t("restriction.all"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("restriction.who")},
                                {.name = view.t("restriction.what")},
                                {.name = view.t("restriction.why")},
                                {.name = view.t("agency.state")}},
                    .rows = std::move(rows)});
}

std::string title_of_claims(const View& view, const RestrictionStaff& staff) {
  return view.t("restriction.claims.title", {{"org", staff.agency_name}});
}

Response show_agency_claims(RestrictionView& view, const RestrictionStaff& staff,
                            const std::vector<access::Restriction>& restricted, const TypedLift& typed) {
  const auto title = title_of_claims(view, staff);
  Html content = ui::heading(1, title);
  if (!typed.error.empty())
    content += ui::error_summary(view.t("form.errors"), {{id_of_lift_day(typed.restriction), typed.error}});
  for (const auto& [act, words] : {std::pair{privacy::rights_answered, "restriction.answered_now"},
                                   std::pair{access::restriction_announced, "restriction.announced_now"}})
    if (view.did(act)) content += ui::alert({.color = ui::Color::success, .title = view.t(words), .urgent = true});
  content += ui::ingress(view.t("restriction.claims.text"));
  for (const auto& list : claim_lists)
    if (list.list != RequestList::withdrawn) content += claims_in_list(view, staff, list, "");
  content += el("p", ui::link(view.t("restriction.claims.withdrawn"), address_of_list(staff, claim_lists.back())));
  content += ui::section(view.t("restriction.all"), restricted_table(view, staff, restricted, typed));
  return view.show({.title = title,
                    .crumbs = claim_crumbs(view, staff, ""),
                    .wide = true,
                    .with_error = !typed.error.empty(),
                    .status = typed.error.empty() ? 200 : 422},
                   content);
}

Response agency_claims_page(RestrictionView& view) {
  const auto staff = claims_staff(view);
  if (!staff) return view.fail(staff.error());
  const auto code = view.request.query_value(parameter::folder);
  if (const auto* list = std::ranges::find(claim_lists, code, &ClaimList::code); list != claim_lists.end()) {
    const auto title = title_of_claims(view, *staff);
    return view.show(
        {.title = title, .crumbs = claim_crumbs(view, *staff, view.t(list->title)), .wide = true},
        ui::heading(1, title) + claims_in_list(view, *staff, *list, view.request.query_value(parameter::after)));
  }
  return show_agency_claims(view, *staff, view.uses.restrictions.of_controller({&staff->scope, {}}), {});
}

// ------------------------------------------------------------------------------------------- its end

// The day begins in Oslo; "" is none, and what is no day is an error.
base::Result<std::optional<base::Instant>> day_to_lift(std::string_view date) {
  if (date.empty()) return std::optional<base::Instant>();
  const auto number = [&](std::size_t from, std::size_t size) {
    int value = 0;
    std::from_chars(date.data() + from, date.data() + from + size, value);
    return value;
  };
  const auto at = base::is_date(date) ? base::from_oslo(number(0, 4), number(5, 2), number(8, 2), 0, 0) : std::nullopt;
  if (!at) return base::make_error(base::ErrorKind::invalid, "error.restriction.day");
  return at;
}

Response announce_lift(RestrictionView& view) {
  const auto staff = claims_staff(view);
  if (!staff) return view.fail(staff.error());
  const auto id = access::RestrictionId::parse(view.request.value(place::restriction));
  if (!id) return view.fail(base::make_error(base::ErrorKind::not_found, "error.restriction.unknown"));
  TypedLift typed{.restriction = id->text(),
                  .day = base::clean_line(view.request.form_value(agency_claim_field::day)),
                  .error = {}};
  const auto day = day_to_lift(typed.day);
  const auto done = day ? view.uses.restrictions.announce_lift({&staff->scope, {}}, *id, *day, view.request.received,
                                                               view.request.form_value("once"))
                        : base::Status(day.error());
  if (done) return web::redirect(view.after_post(staff->addresses().page()));
  const auto restricted = view.uses.restrictions.of_controller({&staff->scope, {}});
  const bool is_shown =
      std::ranges::any_of(restricted, [&](const auto& one) { return one.id == *id && !one.lifted_at; });
  if (done.error().code != "error.restriction.day" || !is_shown) return view.fail(done.error());
  typed.error = view.explain(done.error());
  return show_agency_claims(view, *staff, restricted, typed);
}

}  // namespace

std::string claim_day(const View& view, base::Instant at) {
  return base::format_local(at, base::TimeStyle::date, view.language);
}

Html item_of_claim(const RestrictionView& view, const RestrictionStaff& staff, const terms::PartyUuid& party,
                   std::string_view item) {
  if (item.empty()) return text(view.t("restriction.item.all"));
  const auto message = inbox::MessageId::parse(item);
  if (const auto place = message ? view.uses.sent.place_of(*message) : std::nullopt)
    return ui::link(view.t("rights.target.message"), SentMessageAddresses(staff.org).recipient(place->batch, *message));
  if (const auto form = terms::InstanceId::parse(item))
    return ui::link(view.t("rights.target.instance"), AgencyMatterAddresses(staff.org, party, *form).page());
  return text(view.t("restriction.item.one"));
}

std::vector<ui::NavLink> claim_crumbs(const View& view, const RestrictionStaff& staff, std::string_view here) {
  std::vector<ui::NavLink> crumbs{{view.t("agency.queue"), queue_address(staff.org)}};
  if (here.empty()) {
    crumbs.push_back({view.t("restriction.claims"), "", true});
  } else {
    crumbs.push_back({view.t("restriction.claims"), staff.addresses().page()});
    crumbs.push_back({std::string(here), "", true});
  }
  return crumbs;
}

base::Result<RestrictionStaff> restriction_staff(const RestrictionView& view) {
  const std::string org(view.request.value(place::org));
  ALTING_TRY(scope, view.site.decider.agency_scope(view.actor(), org));
  return RestrictionStaff{org, agency_name(view, view.uses.apps, org), std::move(scope)};
}

base::Result<RestrictionStaff> claims_staff(const RestrictionView& view) {
  ALTING_TRY(staff, restriction_staff(view));
  ALTING_CHECK(access::check_sees_all(staff.scope));
  return staff;
}

PageSet restriction_pages(const RestrictionUses& uses) {
  return {.name = "restriction",
          .menu_entry = "agency",
          .routes = {staff_page(Method::get, route::agency_claims, with(uses, agency_claims_page)),
                     staff_page(Method::get, route::agency_claim, with(uses, agency_claim_page)),
                     staff_page(Method::post, route::agency_claim, with(uses, answer_agency_claim)),
                     staff_page(Method::post, route::lift_restriction, with(uses, announce_lift)),
                     staff_page(Method::get, route::open_restricted, with(uses, open_restricted_page)),
                     staff_page(Method::post, route::open_restricted, with(uses, open_restricted)),
                     staff_page(Method::get, route::open_restricted_message, with(uses, open_restricted_message_page)),
                     staff_page(Method::post, route::open_restricted_message, with(uses, open_restricted_message))},
          .words = {"restriction.claims.title", "restriction.open.title"}};
}

}  // namespace alting::portal
