#include "events/event.h"

#include <fmt/format.h>

namespace alting::events {

std::string source_of(const Event& event, std::string_view public_url) {
  if (!event.app || !event.instance) return fmt::format("{}{}", public_url, event.about);
  return fmt::format("{}/{}/instances/{}/{}", public_url, event.app->text(), event.party.value, event.instance->text());
}

std::string resource_of(const Event& event) {
  return event.app ? fmt::format("urn:altinn:resource:app_{}_{}", event.app->org, event.app->app) : std::string();
}

std::string subject_of(const Event& event) { return fmt::format("/party/{}", event.party.value); }

std::string alternative_subject_of(const Event& event) {
  return event.organisation.empty() ? std::string() : "/org/" + event.organisation;
}

base::Json to_cloud_event(const Event& event, std::string_view public_url) {
  auto json = base::Json::object({{"specversion", "1.0"},
                                  {"id", event.id.text()},
                                  {"source", source_of(event, public_url)},
                                  {"type", event.type},
                                  {"subject", subject_of(event)},
                                  {"time", base::to_rfc3339(event.time)}});
  if (auto number = alternative_subject_of(event); !number.empty()) json.set("alternativesubject", std::move(number));
  if (event.app && event.instance) {
    json.set("resource", resource_of(event));
    json.set("resourceinstance", fmt::format("{}/{}", event.party.value, event.instance->text()));
  }
  if (event.seq > 0) json.set("seq", event.seq);
  return json;
}

}  // namespace alting::events
