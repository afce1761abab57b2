// Opening what is restricted all the same: the ground, and why in words, which the party reads.
#include "base/text.h"
#include "base/typed_text.h"
#include "portal/restricted_way.h"
#include "portal/restriction_view.h"
#include "portal/rights_view.h"
#include "portal/words.h"

namespace alting::portal {

using html::text;

namespace {

namespace opening_field {
constexpr std::string_view ground = "grunn", why = "hvorfor";
}  // namespace opening_field

struct TypedOpening {
  std::string ground, why;
  std::string ground_error = {}, why_error = {};
  bool restored = false;
};

TypedOpening typed_opening(const Request& request) {
  return {.ground = std::string(request.form_value(opening_field::ground)),
          .why = base::clean_lines(request.form_value(opening_field::why))};
}

// What is to be opened: a form or a message, whose it is, and where it is read afterwards.
struct ToBeOpened {
  RestrictionStaff staff;
  terms::PartyId party;
  std::string item, here, then;
  bool readable = false;  // nothing restricts it, or it is opened already
};
// Whoever may not read it anyhow learns nothing else here.
template <class T>
base::Result<bool> is_readable_already(const base::Result<T>& asked) {
  if (asked) return true;
  if (asked.error().code == access::restricted_code) return false;
  return asked.error();
}

base::Error nothing_restricted() { return base::make_error(base::ErrorKind::not_found, "error.restriction.unknown"); }

base::Result<ToBeOpened> form_to_open(const RestrictionView& view) {
  ALTING_TRY(staff, restriction_staff(view));
  const auto uuid = terms::PartyUuid::parse(view.request.value(place::party));
  const auto id = terms::InstanceId::parse(view.request.value(place::instance));
  const auto party = uuid ? view.site.parties.find(*uuid) : std::nullopt;
  if (!party || !id) return nothing_restricted();
  ALTING_TRY(readable, is_readable_already(view.uses.agency.allow(view.actor(), staff.org, party->id, *id)));
  const AgencyMatterAddresses at(staff.org, party->uuid, *id);
  return ToBeOpened{std::move(staff), party->id, id->text(), at.open_restricted(), at.page(), readable};
}

base::Result<ToBeOpened> message_to_open(const RestrictionView& view) {
  ALTING_TRY(staff, restriction_staff(view));
  const auto batch = inbox::BatchId::parse(view.request.value(place::batch));
  const auto id = inbox::MessageId::parse(view.request.value(place::message));
  const auto found = id ? view.uses.sent.place_of(*id) : std::nullopt;
  if (!batch || !found || found->batch != *batch || found->service.org != staff.org) return nothing_restricted();
  ALTING_TRY(permit, view.site.decider.decide_agency(view.actor(), staff.org, {.party = {}, .app = found->service},
                                                     terms::Action::agency_follow));
  ALTING_TRY(readable, is_readable_already(view.uses.sent.recipient(permit, *id)));
  const SentMessageAddresses at(staff.org);
  const auto here = at.open_restricted(*batch, *id), then = at.recipient(*batch, *id);
  return ToBeOpened{std::move(staff), found->party, id->text(), here, then, readable};
}

Response show_opening(RestrictionView& view, const ToBeOpened& what, const TypedOpening& typed) {
  const auto title = view.t("restriction.open.title");
  std::vector<ui::FieldError> errors;
  for (const auto& [field, error] :
       {std::pair{opening_field::ground, &typed.ground_error}, std::pair{opening_field::why, &typed.why_error}})
    if (!error->empty()) errors.push_back({ui::field_id(field), *error});
  ui::RadioGroup ground;
  ground.name = opening_field::ground;
  ground.label = view.t("restriction.open.ground");
  for (const auto code : access::opening_grounds)
    ground.options.push_back({.value = std::string(code), .label = view.t("restriction.opening." + std::string(code))});
  ground.value = typed.ground;
  ground.error = typed.ground_error;
  ground.required = true;
  ui::TextArea why;
  why.name = opening_field::why;
  why.label = view.t("restriction.open.why");
  why.description = view.t("restriction.open.why.help");
  why.value = typed.why;
  why.rows = 4;
  why.max_length = static_cast<int>(access::longest_opening_words);
  why.count_text = view.t("restriction.open.why.left");
  why.error = typed.why_error;
  why.required = true;
  Html content = ui::heading(1, title);
  if (!errors.empty()) content += ui::error_summary(view.t("form.errors"), errors);
  if (typed.restored) content += restored_notice(ui::alert(ui::Color::warning, view.t("restriction.restored")));
  content += ui::paragraph(view.t("restriction.open.text"));
  content += ui::post_form(
      view.kept_form(what.here, true),
      ui::radio_group(ground) + ui::text_area(why) +
          ui::button_row(ui::button(view.t("restriction.open.button")) +
                         ui::button_link(view.t("cancel"), what.staff.addresses().page(), ui::Variant::secondary)));
  return view.show({.title = title,
                    .crumbs = {{view.t("agency.queue"), queue_address(what.staff.org)}, {title, "", true}},
                    .with_error = !errors.empty(),
                    .status = errors.empty() ? 200 : 422},
                   content);
}

Response opening_page(RestrictionView& view, const base::Result<ToBeOpened>& what) {
  if (!what) return view.fail(what.error());
  if (what->readable) return web::redirect(what->then);
  if (const auto kept = view.take_kept()) {
    auto typed = typed_opening(*kept);
    typed.restored = true;
    return show_opening(view, *what, typed);
  }
  return show_opening(view, *what, {});
}

Html ground_of(const View& view, const std::string& words) {
  return ui::paragraph(view.t("restriction.opened.ground", {{"ground", view.t(words)}}));
}

Response open_now(RestrictionView& view, const base::Result<ToBeOpened>& what) {
  if (!what) return view.fail(what.error());
  if (what->readable) return web::redirect(what->then);
  auto typed = typed_opening(view.request);
  const auto done =
      view.uses.restrictions.open_anyway(what->staff.scope, what->party, what->item, typed.ground, typed.why,
                                         view.request.received, view.request.form_value("once"));
  if (done) {
    view.forget_kept(what->here);
    return web::redirect(what->then);
  }
  if (done.error().code == "error.restriction.ground")
    typed.ground_error = view.explain(done.error());
  else if (done.error().code == "error.restriction.words")
    typed.why_error = view.explain(done.error());
  else
    return view.fail(done.error());
  return show_opening(view, *what, typed);
}

}  // namespace

Response open_restricted_page(RestrictionView& view) { return opening_page(view, form_to_open(view)); }
Response open_restricted(RestrictionView& view) { return open_now(view, form_to_open(view)); }
Response open_restricted_message_page(RestrictionView& view) { return opening_page(view, message_to_open(view)); }
Response open_restricted_message(RestrictionView& view) { return open_now(view, message_to_open(view)); }

Response refuse_or_lead_on(View& view, const base::Error& error, std::string_view open) {
  if (error.code != access::restricted_code) return view.fail(error);
  const auto title = view.t("restriction.refused.title");
  return view.show({.title = title, .with_error = true, .status = web::status_of(error)},
                   ui::heading(1, title) + ui::paragraph(view.explain(error)) +
                       ui::paragraph(view.t("restriction.refused.text")) +
                       ui::button_row(ui::button_link(view.t("restriction.open.link"), open, ui::Variant::secondary)));
}

Html opened_note(const View& view, access::Restrictions* restrictions, std::string_view org, terms::PartyId party,
                 std::string_view item) {
  const auto opened = restrictions == nullptr ? std::nullopt : restrictions->opened_by(view.actor(), org, party, item);
  if (!opened) return {};
  const auto until = base::format_local(opened->until, base::TimeStyle::full, view.language);
  return ui::alert({.color = ui::Color::warning,
                    .title = view.t("restriction.opened.title"),
                    .body = ground_of(view, "restriction.opening." + opened->ground) +
                            ui::paragraph(view.t("restriction.opened.until", {{"time", until}}))});
}

Html restricted_note(const View& view, const forms::AppCatalogue& apps, access::Restrictions* restrictions,
                     std::string_view org, std::string_view item) {
  if (restrictions == nullptr) return {};
  const auto permit = view.site.decider.decide(view.actor(), terms::Action::represent, {.party = view.party->id});
  if (!permit) return {};
  Html notes;
  for (const auto& one : restrictions->of_party(*permit)) {
    const bool of_this = one.controller == org || one.controller == access::operator_controller;
    if (one.lifted_at || !of_this || (!one.item.empty() && one.item != item)) continue;
    auto when = view.t("restriction.since", {{"day", claim_day(view, one.since)}});
    if (one.lift_at) when += " " + view.t("restriction.ends", {{"day", claim_day(view, *one.lift_at)}});
    notes += ui::alert(
        {.color = ui::Color::info,
         .title = view.t("restriction.own.title", {{"controller", controller_name(view, apps, one.controller)}}),
         .body = ui::paragraph(when) + ground_of(view, "restriction.ground." + one.ground) +
                 ui::paragraph(view.t("restriction.own.goes_on"))});
  }
  return notes;
}

}  // namespace alting::portal
