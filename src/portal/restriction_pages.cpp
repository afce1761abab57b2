#include "portal/restriction_pages.h"

#include <charconv>

#include "base/text.h"
#include "base/typed_text.h"
#include "portal/interface_view.h"
#include "portal/restriction_view.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;
using privacy::ControllersRequest;
using privacy::RequestState;
using privacy::RequestTarget;

namespace {

namespace agency_claim_field {
constexpr std::string_view day = "dag";
}  // namespace agency_claim_field

// ------------------------------------------------------------------------------------------- what is asked

ui::Color color_of_claim(const ControllersRequest& one, base::Instant now) {
  switch (one.state) {
    case RequestState::granted: return ui::Color::success;
    case RequestState::refused: return ui::Color::warning;
    case RequestState::withdrawn: return ui::Color::neutral;
    case RequestState::received: break;
  }
  return one.due_at < now ? ui::Color::danger : ui::Color::info;
}

Html claims_table(const View& view, const RestrictionStaff& staff, const std::vector<ControllersRequest>& all) {
  if (all.empty())
    return ui::empty_state({.title = view.t("restriction.claims.none"),
                            .text = view.t("restriction.claims.none.text"),
                            .heading_level = 3});
  std::vector<std::vector<Html>> rows;
  for (const auto& one : all) {
    const auto state = one.state == RequestState::received && one.due_at < view.now()
                           ? view.t("restriction.overdue")
                           : view.t("rights.state." + std::string(privacy::to_text(one.state)));
    rows.push_back({ui::link(view.t("rights." + std::string(privacy::to_text(one.kind))),
                             staff.addresses().claim(one.id.text()), one.party_name),
                    text(one.party_name), text(item_in_words(view, one.target.kind == RequestTarget::Kind::all)),
                    text(claim_day(view, one.asked_at)), text(claim_day(view, one.due_at)),
                    ui::tag(state, color_of_claim(one, view.now()))});
  }
  return ui::table({.caption = view.t("restriction.claims"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("restriction.claim")},
                                {.name = view.t("restriction.who")},
                                {.name = view.t("restriction.what")},
                                {.name = view.t("restriction.asked")},
                                {.name = view.t("restriction.due")},
                                {.name = view.t("agency.state")}},
                    .rows = std::move(rows)});
}

// ------------------------------------------------------------------------------------------- what is restricted

Html told_list(const View& view, const forms::AppCatalogue& apps, const access::Restriction& one) {
  std::vector<Html> told;
  for (const auto& entry : one.told)
    told.push_back(
        text(view.t("restriction.told." + entry.what) + ": " +
             (entry.whom == "party" ? view.t("restriction.told.party") : agency_name(view, apps, entry.whom)) + ", " +
             base::format_local(entry.at, base::TimeStyle::compact, view.language)));
  return told.empty() ? Html() : ui::details(view.t("restriction.told"), ui::list(told));
}

Html lift_form(View& view, const RestrictionStaff& staff, const access::Restriction& one, std::string_view name) {
  ui::DateField day;
  day.name = agency_claim_field::day;
  day.id = "dag-" + one.id.text();
  day.label = view.t("restriction.lift.day");
  day.description = view.t("restriction.lift.day.help");
  return ui::details(
      view.t(one.lift_at ? "restriction.lift.move" : "restriction.lift"),
      ui::post_form(view.form(staff.addresses().lift(one.id.text()), true),
                    ui::date_field(day) + ui::button_row(ui::button({.label = view.t("restriction.lift.button"),
                                                                     .about = std::string(name),
                                                                     .variant = ui::Variant::secondary}))));
}

Html restricted_table(RestrictionView& view, const RestrictionStaff& staff,
                      const std::vector<access::Restriction>& all) {
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
    state += told_list(view, view.uses.apps, one);
    if (!one.lifted_at) state += lift_form(view, staff, one, name);
    rows.push_back({text(name), text(item_in_words(view, one.item.empty())),
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

Response agency_claims_page(RestrictionView& view) {
  const auto staff = restriction_staff(view);
  if (!staff) return view.fail(staff.error());
  const auto title = view.t("restriction.claims.title", {{"org", staff->agency_name}});
  Html content = ui::heading(1, title);
  for (const auto& [act, words] : {std::pair{privacy::rights_answered, "restriction.answered_now"},
                                   std::pair{access::restriction_announced, "restriction.announced_now"}})
    if (view.did(act)) content += ui::alert({.color = ui::Color::success, .title = view.t(words), .urgent = true});
  content += ui::ingress(view.t("restriction.claims.text"));
  content += ui::section(view.t("restriction.claims"),
                         claims_table(view, *staff, view.uses.requests.of_controller(staff->scope)));
  content += ui::section(view.t("restriction.all"),
                         restricted_table(view, *staff, view.uses.restrictions.of_controller({&staff->scope, {}})));
  return view.show({.title = title, .crumbs = claim_crumbs(view, *staff, ""), .wide = true}, content);
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
  const auto staff = restriction_staff(view);
  if (!staff) return view.fail(staff.error());
  const auto id = access::RestrictionId::parse(view.request.value(place::restriction));
  if (!id) return view.fail(base::make_error(base::ErrorKind::not_found, "error.restriction.unknown"));
  const auto day = day_to_lift(base::clean_line(view.request.form_value(agency_claim_field::day)));
  if (!day) return view.fail(day.error());
  const auto done = view.uses.restrictions.announce_lift({&staff->scope, {}}, *id, *day, view.request.received,
                                                         view.request.form_value("once"));
  if (!done) return view.fail(done.error());
  return web::redirect(view.after_post(staff->addresses().page()));
}

}  // namespace

std::string claim_day(const View& view, base::Instant at) {
  return base::format_local(at, base::TimeStyle::date, view.language);
}

std::string item_in_words(const View& view, bool all) {
  return view.t(all ? "restriction.item.all" : "restriction.item.one");
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
