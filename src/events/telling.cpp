#include "events/telling.h"

#include "base/log.h"
#include "events/event_rows.h"

namespace alting::events {

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
            for (const auto& event : events) append(tx, event, clock_.now());
          }};
}

}  // namespace alting::events
