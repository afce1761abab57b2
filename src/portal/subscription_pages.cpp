// One subscription of an agency: how it goes, what went where, sending again, its end; and a new one.
#include <charconv>
#include <map>

#include "base/text.h"
#include "base/typed_text.h"
#include "portal/interface_view.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;

namespace {

namespace subscription_field {
constexpr std::string_view end_point = "adresse", form = "skjema", kind = "hendelse", from = "fra-nummer";
}  // namespace subscription_field

std::optional<std::int64_t> whole_number(std::string_view digits) {
  std::int64_t number = 0;
  const auto* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end || number < 0) return std::nullopt;
  return number;
}

base::Result<std::int64_t> subscription_named(const InterfaceView& view) {
  const auto id = whole_number(view.request.value(place::subscription));
  if (!id) return base::make_error(ErrorKind::not_found, "error.events.no_subscription");
  return *id;
}

Html time_or(const View& view, const std::optional<base::Instant>& at, std::string_view none) {
  return at ? time_tag(view, *at, base::TimeStyle::compact) : text(view.t(none));
}

Html state_of_subscription(const InterfaceView& view, const events::Subscription& one) {
  auto code = std::string(to_text(one.state));
  if (one.state == events::SubscriptionState::active && one.failing_since) code = "failing";
  if (one.state == events::SubscriptionState::ended && one.last_status == 410) code = "gone";  // who ended it
  return el("p", subscription_tag(view, one)) + ui::paragraph(view.t("interfaces.state." + code + ".text"));
}

Html subscription_facts(const InterfaceView& view, const InterfaceStaff& staff, const events::Subscription& one) {
  Html created = time_tag(view, one.created, base::TimeStyle::compact);
  if (const auto maker = maker_in_words(view, staff, one); !maker.empty()) created += ui::paragraph(maker);
  std::vector<ui::Term> terms{
      {view.t("interfaces.end_point"), ui::breakable(one.end_point), {}},
      {view.t("interfaces.filter"), text(filter_in_words(view, view.uses.apps, one.filter)), {}},
      {view.t("agency.state"), state_of_subscription(view, one), {}},
      {view.t("interfaces.created"), std::move(created), {}},
      {view.t("interfaces.last_delivered"), time_or(view, one.last_delivered, "interfaces.never"), {}}};
  if (const auto outcome = outcome_in_words(view, one.last_outcome, one.last_status); !outcome.empty())
    terms.push_back({view.t("interfaces.last_outcome"), text(outcome), {}});
  if (one.failing_since)
    terms.push_back(
        {view.t("interfaces.failing_since"), time_tag(view, *one.failing_since, base::TimeStyle::compact), {}});
  if (one.next_try)
    terms.push_back({view.t("interfaces.next_try"), time_tag(view, *one.next_try, base::TimeStyle::compact), {}});
  terms.push_back({view.t("interfaces.waiting"), text(std::to_string(one.waiting)), {}});
  if (one.given_up > 0) terms.push_back({view.t("interfaces.given_up"), text(std::to_string(one.given_up)), {}});
  return ui::description_list(terms);
}

// Sending again as it was asked for, with what is wrong with it.
struct TypedReplay {
  std::string from = "1", error = {};
  bool open = false;      // the section stands open
  bool restored = false;  // it was typed before a login
};

Html subscription_acts(InterfaceView& view, const InterfaceStaff& staff, const events::Subscription& one,
                       const TypedReplay& replay) {
  using enum events::SubscriptionState;
  const auto id = std::to_string(one.id);
  const auto at = staff.addresses();
  Html acts;
  if (one.state != active)
    acts += ui::post_button(view.form(at.check_subscription(id), true), {.label = view.t("interfaces.check")});
  else if (one.failing_since || one.waiting > 0)
    acts += ui::post_button(view.form(at.check_subscription(id), true), {.label = view.t("interfaces.try_now")});
  acts += ui::confirm({.id = "avslutt",
                       .open_label = view.t("interfaces.subscription.end"),
                       .title = view.t("interfaces.subscription.end.title"),
                       .body = ui::paragraph(view.t("interfaces.subscription.end.text")),
                       .form = view.form(at.end_subscription(id), true),
                       .confirm = {.label = view.t("interfaces.subscription.end.confirm"), .color = ui::Color::danger},
                       .cancel_label = view.t("cancel")});
  Html all = ui::button_row(acts);
  if (one.state != active) return all;
  ui::TextField from;
  from.name = subscription_field::from;
  from.label = view.t("interfaces.replay.from");
  from.description = view.t("interfaces.replay.from.help");
  from.input_mode = "numeric";
  from.width = 12;
  from.value = replay.from;
  from.error = replay.error;
  return all + ui::details(view.t("interfaces.replay"),
                           ui::paragraph(view.t("interfaces.replay.text")) +
                               ui::post_form(
                                   view.kept_form(at.replay_subscription(id), true),
                                   ui::text_field(from) + ui::button_row(ui::button(view.t("interfaces.replay.button"),
                                                                                    ui::Variant::secondary))),
                           replay.open);
}

Html delivery_tag(const View& view, const events::DeliveryRow& row) {
  const auto words = view.t(fmt::format("interfaces.delivery.{}", to_text(row.state)));
  switch (row.state) {
    case events::DeliveryState::delivered: return ui::tag(words, ui::Color::success);
    case events::DeliveryState::given_up: return ui::tag(words, ui::Color::danger);
    case events::DeliveryState::waiting: break;
  }
  return ui::tag(words, row.attempts > 0 ? ui::Color::warning : ui::Color::info);
}

// What came of it last, how often it was tried, and when it is tried again.
Html delivery_course(const View& view, const events::DeliveryRow& row) {
  Html course = el("p", delivery_tag(view, row));
  if (row.state == events::DeliveryState::delivered) return course;
  if (const auto outcome = outcome_in_words(view, row.last_outcome, row.last_status); !outcome.empty())
    course += ui::paragraph(outcome + " " + view.plural("interfaces.attempts", row.attempts));
  if (row.next_try)
    course +=
        el("p", text(view.t("interfaces.next_try") + ": ") + time_tag(view, *row.next_try, base::TimeStyle::compact));
  return course;
}

Html delivery_table(const InterfaceView& view, const InterfaceStaff& staff, const events::DeliveryPage& page) {
  if (page.rows.empty())
    return ui::empty_state({.title = view.t("interfaces.deliveries.none"),
                            .text = view.t("interfaces.deliveries.none.text"),
                            .heading_level = 3});
  std::vector<terms::PartyId> ids;
  for (const auto& row : page.rows) ids.push_back(row.event.party);
  std::map<terms::PartyId, parties::Party> senders;
  for (auto& party : view.site.parties.find_many(ids)) senders.emplace(party.id, party);
  std::vector<std::vector<Html>> rows;
  for (const auto& row : page.rows) {
    const auto sender = senders.find(row.event.party);
    // Not the sender's name: to see that is a reading, which the matter's own page writes down.
    Html about = text("–");
    if (row.event.app && row.event.instance && sender != senders.end()) {
      const auto app = view.uses.apps.find(*row.event.app);
      about = ui::link(app ? app->title(view.language) : row.event.app->text(),
                       AgencyMatterAddresses(staff.org, sender->second.uuid, *row.event.instance).page());
    }
    rows.push_back({text(std::to_string(row.event.seq)), text(event_type_in_words(view, row.event.type)),
                    std::move(about), time_tag(view, row.event.time, base::TimeStyle::compact),
                    row.delivered ? time_tag(view, *row.delivered, base::TimeStyle::compact) : text("–"),
                    delivery_course(view, row)});
  }
  return ui::table({.caption = view.t("interfaces.deliveries"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("interfaces.number"), .numeric = true},
                                {.name = view.t("interfaces.event")},
                                {.name = view.t("agency.form")},
                                {.name = view.t("interfaces.happened")},
                                {.name = view.t("interfaces.delivered")},
                                {.name = view.t("agency.state")}},
                    .rows = std::move(rows)});
}

Html subscription_change_made(const InterfaceView& view, const events::Subscription& one) {
  for (const auto& [act, words] : {std::pair{events::subscription_checked, "interfaces.checked_now"},
                                   std::pair{events::subscription_replayed, "interfaces.replayed_now"},
                                   std::pair{events::subscription_added, "interfaces.subscription.added_now"}})
    // That the receiver is asked is said until it has answered: its state says the rest.
    if (view.did(act) && (act != events::subscription_added || one.state == events::SubscriptionState::validating))
      return ui::alert({.color = ui::Color::success, .title = view.t(words), .urgent = true});
  return {};
}

// A new subscription as it was typed, with what is wrong with it.
struct TypedSubscription {
  std::string end_point, form, kind;
  std::string end_point_error, error;
  bool restored = false;  // it was typed before a login
};

TypedSubscription typed_subscription(const Request& request) {
  return {.end_point = base::clean_line(request.form_value(subscription_field::end_point)),
          .form = std::string(request.form_value(subscription_field::form)),
          .kind = std::string(request.form_value(subscription_field::kind)),
          .end_point_error = {},
          .error = {}};
}

Response subscription_form(InterfaceView& view, const InterfaceStaff& staff, const TypedSubscription& typed,
                           int status) {
  ui::TextField end_point;
  end_point.name = subscription_field::end_point;
  end_point.label = view.t("interfaces.end_point");
  end_point.description = view.t("interfaces.end_point.help");
  end_point.type = "url";
  end_point.value = typed.end_point;
  end_point.error = typed.end_point_error;
  end_point.required = true;
  end_point.spell_check = false;
  ui::Select form;
  form.name = subscription_field::form;
  form.label = view.t("interfaces.filter.form");
  form.empty_label = view.t("agency.all_forms");
  form.value = typed.form;
  for (const auto& app : staff.scope.agency_apps())
    if (const auto known = view.uses.apps.find(app))
      form.options.push_back({.value = app.text(), .label = known->title(view.language)});
  ui::Select kind;
  kind.name = subscription_field::kind;
  kind.label = view.t("interfaces.filter.kind");
  kind.empty_label = view.t("interfaces.filter.all");
  kind.value = typed.kind;
  for (const auto type : events::type::in_feeds)
    kind.options.push_back({.value = std::string(type), .label = event_type_in_words(view, type)});

  return interface_form(view, staff,
                        {.title = view.t("interfaces.subscription.add"),
                         .ingress = view.t("interfaces.subscription.add.text"),
                         .action = staff.addresses().add_subscription(),
                         .fields = ui::text_field(end_point) + ui::select(form) + ui::select(kind),
                         .faults = {{ui::field_id(subscription_field::end_point), typed.end_point_error}},
                         .error = typed.error,
                         .restored = typed.restored ? view.t("interfaces.restored") : ""},
                        status);
}

// Does one of the acts on the subscription that the address names, and shows it, or the page of all.
template <class Act>
Response change_subscription(InterfaceView& view, bool stays, const Act& act) {
  const auto staff = interface_manager(view);
  if (!staff) return view.fail(staff.error());
  const auto id = subscription_named(view);
  if (!id) return view.fail(id.error());
  const auto done = act(staff->ground(), *id);
  if (!done) return view.fail(done.error());
  return web::redirect(
      view.after_post(stays ? staff->addresses().subscription(std::to_string(*id)) : staff->addresses().page()));
}

Response subscription_with(InterfaceView& view, const InterfaceStaff& staff, const events::Subscription& one,
                           const TypedReplay& replay, int status) {
  const auto deliveries =
      view.uses.subscriptions.deliveries(staff.scope, one.id, view.request.query_value(parameter::after));
  if (!deliveries) return view.fail(deliveries.error());
  const auto receiver = receiver_in_words(one.end_point);
  const auto title = view.t("interfaces.subscription.title", {{"host", receiver}});
  Html content = ui::heading(1, title) + subscription_change_made(view, one);
  if (replay.restored)
    content += restored_notice(ui::alert({.color = ui::Color::info, .title = view.t("interfaces.replay.restored")}));
  if (!replay.error.empty())
    content += ui::error_summary(view.t("form.errors"), {{ui::field_id(subscription_field::from), replay.error}});
  content += subscription_facts(view, staff, one);
  if (staff.may_manage && one.state != events::SubscriptionState::ended)
    content += subscription_acts(view, staff, one, replay);
  Html list = ui::paragraph(view.t("interfaces.deliveries.text")) + delivery_table(view, staff, *deliveries);
  if (!deliveries->next.empty())
    list += ui::button_row(ui::button_link(
        view.t("list.more"),
        with_query(staff.addresses().subscription(std::to_string(one.id)), {{parameter::after, deliveries->next}}),
        ui::Variant::secondary));
  content += ui::section(view.t("interfaces.deliveries"), list);
  return view.show({.title = title,
                    .crumbs = interface_crumbs(view, staff, receiver),
                    .wide = true,
                    .with_error = status >= 400,
                    .status = status},
                   content);
}

}  // namespace

Response subscription_page(InterfaceView& view) {
  const auto staff = interface_staff(view);
  if (!staff) return view.fail(staff.error());
  const auto id = subscription_named(view);
  if (!id) return view.fail(id.error());
  const auto one = view.uses.subscriptions.find(staff->scope, *id);
  if (!one) return view.fail(one.error());
  return subscription_with(view, *staff, *one, {}, 200);
}

Response add_subscription_page(InterfaceView& view) {
  return empty_or_kept_form(view, typed_subscription, subscription_form);
}

Response add_subscription(InterfaceView& view) {
  if (const auto mine = view.made_for_me(true); !mine) return view.fail(mine.error());
  const auto staff = interface_manager(view);
  if (!staff) return view.fail(staff.error());
  auto typed = typed_subscription(view.request);
  events::NewSubscription wanted{.end_point = typed.end_point, .filter = {}};
  if (const auto app = terms::AppId::parse(typed.form)) wanted.filter.resource = resource_of_form(*app);
  wanted.filter.type = typed.kind;
  const auto done =
      view.uses.subscriptions.add(staff->ground(), wanted, view.request.received, view.request.form_value("once"));
  if (!done) {
    // Who it is has been asked before: what is refused here is the address.
    const auto& refused = done.error();
    const bool of_address = ((refused.kind == ErrorKind::invalid || refused.kind == ErrorKind::forbidden) &&
                             refused.code != "error.post_id") ||
                            refused.code == "error.events.same";
    (of_address ? typed.end_point_error : typed.error) = view.explain(done.error());
    return subscription_form(view, *staff, typed, web::status_of(done.error()));
  }
  view.forget_kept(view.request.path);
  return web::redirect(view.after_post(staff->addresses().subscription(std::to_string(done->id))));
}

Response end_subscription(InterfaceView& view) {
  return change_subscription(view, false, [&view](const events::Ground& ground, std::int64_t id) {
    return view.uses.subscriptions.end(ground, id, view.request.received, view.request.form_value("once"));
  });
}

Response check_subscription(InterfaceView& view) {
  return change_subscription(view, true, [&view](const events::Ground& ground, std::int64_t id) {
    return view.uses.subscriptions.check(ground, id, view.request.received, view.request.form_value("once"));
  });
}

// Where one comes after a login, with what one had asked for, and by reloading a refusal: to the subscription's page.
Response replay_subscription_page(InterfaceView& view) {
  const auto staff = interface_manager(view);
  if (!staff) return view.fail(staff.error());
  const auto id = subscription_named(view);
  if (!id) return view.fail(id.error());
  const auto one = view.uses.subscriptions.find(staff->scope, *id);
  if (!one) return view.fail(one.error());
  const auto kept = view.take_kept();
  if (!kept || one->state != events::SubscriptionState::active)
    return web::redirect(staff->addresses().subscription(std::to_string(*id)));
  return subscription_with(
      view, *staff, *one,
      {.from = base::clean_line(kept->form_value(subscription_field::from)), .open = true, .restored = true}, 200);
}

Response replay_subscription(InterfaceView& view) {
  if (const auto mine = view.made_for_me(true); !mine) return view.fail(mine.error());
  const auto staff = interface_manager(view);
  if (!staff) return view.fail(staff.error());
  const auto id = subscription_named(view);
  if (!id) return view.fail(id.error());
  const auto typed = view.request.form_value(subscription_field::from);
  const auto done =
      view.uses.subscriptions.replay(staff->ground(), *id, whole_number(base::clean_figures(typed)).value_or(0),
                                     view.request.received, view.request.form_value("once"));
  if (done) {
    view.forget_kept(view.request.path);
    return web::redirect(view.after_post(staff->addresses().subscription(std::to_string(*id))));
  }
  const auto one = view.uses.subscriptions.find(staff->scope, *id);
  if (!one || done.error().code != "error.events.replay_from") return view.fail(done.error());
  return subscription_with(view, *staff, *one,
                           {.from = base::clean_line(typed), .error = view.explain(done.error()), .open = true},
                           web::status_of(done.error()));
}

}  // namespace alting::portal
