#include "notify/telling.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/log.h"
#include "inbox/agencies_with_data.h"
#include "inbox/message_sending.h"
#include "inbox/sent_messages.h"
#include "instances/agency_database.h"

namespace alting::notify {
namespace {

// No version of the program has emitted such a one.
store::Delivered not_understood() {
  base::log(base::LogLevel::error, "notify.not_understood");
  return store::Delivery::later;
}

std::string text_of(const store::OutboxMessage& message, std::string_view name) {
  const auto payload = base::Json::parse(message.payload);
  return payload ? std::string(payload->text(name)) : "";
}

}  // namespace

std::string cause_of_told(const access::RestrictionId& id, const access::Told& told) {
  return fmt::format("{}{}/{}{}{}", of_restriction, id.text(), told.what, told.day.empty() ? "" : "/" + told.day,
                     told.whom == access::told_party ? "" : "/" + told.whom);
}

std::string_view template_of_message(bool confidential) { return confidential ? "message_confidential" : "message"; }

store::Delivered Telling::place(const store::OutboxMessage& message, NewOrder order) const {
  return {store::Delivery::done, [this, order = std::move(order), id = message.id.text()](store::Tx& tx) {
            if (const auto placed = with_.orders.place(tx, order, id); !placed)
              throw std::logic_error("an order of our own is refused: " + placed.error().code);
          }};
}

store::Delivered Telling::message_published(const store::OutboxMessage& message) {
  const auto id = inbox::MessageId::parse(text_of(message, "message"));
  if (!id) return not_understood();
  const auto facts = inbox::notice_facts(with_.database, with_.vault, *id);
  if (!facts || !facts->notify || facts->opened || facts->gone) return store::Delivery::done;
  NewOrder order;
  order.template_name = template_of_message(facts->confidential);
  order.recipient = facts->party;
  order.service = facts->service;
  order.confidential = facts->confidential;
  order.cause = inbox::notice_cause(*id);
  order.duplicate_key = order.cause;
  order.due = with_.clock.now();
  order.language = facts->language;
  if (facts->ignore_reservation && !facts->override_reason.empty()) {
    order.ignore_reservation = true;
    order.override_reason = facts->override_reason;
  }
  if (facts->confidential) order.fields["service"] = facts->service.text();
  if (facts->due && !facts->confidential) order.fields["due_day"] = base::to_date_oslo(*facts->due);
  // The agency's own name, and never what it calls itself in the message: mail tells who it is that writes.
  if (const auto app = with_.apps.find(facts->service)) order.fields["agency"] = app->controller(facts->language).name;
  const auto* form = newest_template(order.template_name);
  if (!form || !check_fields(*form, order.fields)) order.fields.erase("agency");
  return place(message, std::move(order));
}

store::Delivered Telling::to_staff(const store::OutboxMessage& message, std::string_view form, const terms::AppId& app,
                                   std::string cause) {
  const auto folder = with_.apps.find(app);
  // A service that is not here any more has nobody who is told of it.
  const auto agency = folder
                          ? with_.parties.find_organisation(folder->controller(base::Language::nb).organisation_number)
                          : std::nullopt;
  if (!agency) return store::Delivery::done;
  NewOrder order;
  order.template_name = std::string(form);
  order.recipient = agency->id;
  order.service = app;
  order.fields["service"] = app.text();
  order.cause = std::move(cause);
  order.duplicate_key = order.cause;
  order.due = with_.clock.now();
  return place(message, std::move(order));
}

store::Delivered Telling::message_answered(const store::OutboxMessage& message) {
  const auto app = terms::AppId::parse(text_of(message, "app"));
  const auto answer = base::Uuid::parse(text_of(message, "answer"));
  if (!app || !answer) return not_understood();
  return to_staff(message, "answer_came", *app, "answer:" + answer->text());
}

store::Delivered Telling::form_sent(const store::OutboxMessage& message) {
  const auto app = terms::AppId::parse(text_of(message, "app"));
  const auto instance = terms::InstanceId::parse(text_of(message, "instance"));
  if (!app || !instance) return not_understood();
  const auto payload = base::Json::parse(message.payload);
  const terms::PartyId party{payload ? (*payload)["party"].integer_or(0) : 0};
  // Of an addition, what it adds to is restricted.
  if (with_.database.read([&](store::Tx& tx) {
        return access::is_restricted(tx, party, app->org, instances::matter_id_of(tx, party, *instance).text());
      }))
    return store::Delivery::done;  // the agency may not read it now
  return to_staff(message, "agency_notice", *app, "instance:" + instance->text());
}

std::optional<terms::PartyId> Telling::agency_of(std::string_view org) const {
  for (const auto& app : with_.apps.services()) {
    if (app->facts().id.org != org) continue;
    if (const auto found = with_.parties.find_organisation(app->controller(base::Language::nb).organisation_number))
      return found->id;
  }
  return std::nullopt;
}

// What the portal itself keeps it has given to each agency that has got something; an agency's copy is its own.
store::Delivered Telling::restriction_changed(const store::OutboxMessage& message) {
  const auto id = access::RestrictionId::parse(text_of(message, "restriction"));
  const auto what = text_of(message, "what");
  if (!id) return not_understood();
  const bool announces = what == access::told_announced;
  if (!announces && what != access::told_imposed && what != access::told_lifted) return store::Delivery::done;
  const auto about = with_.database.read([&](store::Tx& tx) { return access::find_restriction(tx, *id); });
  if (!about) return store::Delivery::done;
  const auto now = with_.clock.now();
  struct Notice {
    NewOrder order;
    access::Told told;
    std::string id;
  };
  std::vector<Notice> all;
  const auto add = [&](std::string_view form, terms::PartyId recipient, std::string_view whom, std::string order_id) {
    Notice notice{.order = {},
                  .told = {std::string(whom), what, now, std::string(access::told_by_notice)},
                  .id = std::move(order_id)};
    if (announces && about->lift_at) {  // the day may be moved: then it is told again
      notice.told.day = base::to_date_oslo(*about->lift_at);
      notice.order.fields["day"] = notice.told.day;
    }
    notice.order.template_name = std::string(form);
    notice.order.recipient = recipient;
    notice.order.cause = cause_of_told(*id, notice.told);
    notice.order.duplicate_key = notice.order.cause;
    notice.order.due = now;
    all.push_back(std::move(notice));
  };
  add("restriction_" + what, about->party, access::told_party, message.id.text());
  if (!announces) {
    std::vector<std::string> orgs{about->controller};
    if (about->controller == access::operator_controller)
      orgs =
          with_.database.read([&](store::Tx& tx) { return inbox::agencies_with_data(tx, about->party, about->item); });
    for (const auto& org : orgs)
      if (const auto agency = agency_of(org))
        add("restriction_agency", *agency, org, base::Uuid::v7(with_.random, now).text());
  }
  return {store::Delivery::done, [this, all = std::move(all), id = *id](store::Tx& tx) {
            for (const auto& one : all) {
              if (const auto placed = with_.orders.place(tx, one.order, one.id); !placed)
                throw std::logic_error("an order of our own is refused: " + placed.error().code);
              access::note_told(tx, id, one.told);
            }
          }};
}

store::Delivered Telling::address_code(const store::OutboxMessage& message) {
  const auto id = base::Uuid::parse(text_of(message, "id"));
  if (!id) return not_understood();
  const auto code = with_.contacts.code_to_send(id->text());
  if (!code) return store::Delivery::done;  // it is over; code and address are read again when it is sent
  NewOrder order;
  order.template_name = "address_code";
  order.recipient = code->person;
  order.cause = "code:" + id->text();
  order.duplicate_key = order.cause;
  order.due = with_.clock.now();
  order.channel = Channel::email;
  return place(message, std::move(order));
}

}  // namespace alting::notify
