#include "events/telling.h"

#include <fmt/format.h>

#include "access/topics.h"
#include "base/log.h"
#include "events/event_rows.h"
#include "inbox/agencies_with_data.h"
#include "instances/agency_database.h"

namespace alting::events {
namespace {

// Of this room alone: there is more to be numbered anew.
constexpr std::string_view numbers_more = "more";

// Who has got something of it: the agency that it is restricted towards; of what the operator keeps, all that got it.
std::vector<std::string> recipients_of(store::Tx& tx, const access::Restriction& about) {
  if (about.controller != access::operator_controller) return {about.controller};
  return inbox::agencies_with_data(tx, about.party, about.item);
}

}  // namespace

store::Delivered Telling::deliver(const store::OutboxMessage& message) {
  const auto payload = base::Json::parse(message.payload);
  const auto app = payload ? terms::AppId::parse(payload->text("app")) : std::nullopt;
  const auto instance = payload ? terms::InstanceId::parse(payload->text("instance")) : std::nullopt;
  if (!app || !instance) {  // no version of the program has emitted such a one
    base::log(base::LogLevel::error, "events.not_understood");
    return store::Delivery::later;
  }
  Event sent;
  sent.org = app->org;
  sent.id = message.id;
  sent.type = type::process_completed;
  sent.time = message.created_at;
  sent.party = {(*payload)["party"].integer_or(0)};
  sent.app = *app;
  sent.instance = *instance;
  if (const auto party = parties_.find(sent.party)) {
    sent.organisation = party->organisation_number;
    if (party->parent) {
      sent.parent = party->parent;
      if (const auto parent = parties_.find(*party->parent)) sent.parent_organisation = parent->organisation_number;
    }
  }
  std::vector<Event> events;
  if ((*payload)["urgent"].bool_or(false)) {  // before the other: whoever reads in order hears of it first
    events.push_back(sent);
    events.back().id = base::Uuid::v7(random_, clock_.now());
    events.back().type = type::high_risk;
  }
  events.push_back(std::move(sent));
  return {store::Delivery::done, [this, events = std::move(events)](store::Tx& tx) {
            for (auto event : events) {
              event.root = instances::matter_id_of(tx, event.party, *event.instance);
              append(tx, event, clock_.now());
            }
          }};
}

store::Delivered Telling::restriction_changed(const store::OutboxMessage& message) {
  const auto payload = base::Json::parse(message.payload);
  const auto id = payload ? access::RestrictionId::parse(payload->text("restriction")) : std::nullopt;
  const std::string what(payload ? payload->text("what") : "");
  if (!id) {  // no version of the program has emitted such a one
    base::log(base::LogLevel::error, "events.not_understood");
    return store::Delivery::later;
  }
  if (what != access::told_imposed && what != access::told_lifted && what != numbers_more)
    return store::Delivery::done;  // the party's alone
  return {store::Delivery::done, [this, id = *id, what, at = message.created_at, first = message.id](store::Tx& tx) {
            const auto about = access::find_restriction(tx, id);
            if (!about) return;
            const auto now = clock_.now();
            if (what != numbers_more) tell(tx, *about, what, at, first);
            if (what == access::told_imposed || about->controller == access::operator_controller) return;
            if (number_hidden_anew(tx, about->controller, about->party, now) == numbered_anew_at_once)
              store::emit(tx, random_, now, access::restriction_changed, id.text(),
                          base::Json::object({{"restriction", id.text()}, {"what", numbers_more}}).dump());
          }};
}

void Telling::tell(store::Tx& tx, const access::Restriction& about, std::string_view what, base::Instant at,
                   base::Uuid event_id) {
  const auto now = clock_.now();
  for (const auto& org : recipients_of(tx, about)) {
    Event event;
    event.org = org;
    event.id = std::exchange(event_id, base::Uuid::v7(random_, now));
    event.type = what == access::told_imposed ? type::restricted : type::restriction_lifted;
    event.time = at;
    event.party = about.party;
    if (const auto party = parties_.find(about.party)) event.organisation = party->organisation_number;
    event.about = fmt::format("/etat/{}/krav", org);
    append(tx, event, now);
    access::note_told(tx, about.id, {org, std::string(what), now, std::string(access::told_by_event)});
  }
}

}  // namespace alting::events
