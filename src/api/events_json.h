// The JSON of the events interface, as Altinn has it (src/api/events_schemas.cpp says the same for /openapi.json).
#pragma once
#include "base/json.h"
#include "events/subscriptions.h"

namespace alting::api {

[[nodiscard]] base::Json subscription_json(const events::Subscription& one);
[[nodiscard]] base::Json delivery_json(const events::DeliveryRow& one, std::string_view public_url);

}  // namespace alting::api
