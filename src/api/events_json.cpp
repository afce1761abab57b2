#include "api/events_json.h"

#include "base/time.h"

namespace alting::api {

using base::Json;

namespace {

Json moment_or_null(const std::optional<base::Instant>& at) { return at ? Json(base::to_rfc3339(*at)) : Json(); }
Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }
Json status_or_null(int status) { return status == 0 ? Json() : Json(status); }

}  // namespace

Json subscription_json(const events::Subscription& one) {
  const auto consumer = "/org/" + one.org;
  const auto made_by = one.supplier.empty() ? consumer : "/organisation/" + one.supplier;
  return Json::object({{"id", one.id},
                       {"endPoint", one.end_point},
                       {"sourceFilter", text_or_null(one.filter.source)},
                       {"resourceFilter", text_or_null(one.filter.resource)},
                       {"subjectFilter", text_or_null(one.filter.subject)},
                       {"alternativeSubjectFilter", text_or_null(one.filter.alternative_subject)},
                       {"typeFilter", text_or_null(one.filter.type)},
                       {"includeSubunits", one.filter.include_subunits},
                       {"consumer", consumer},
                       {"createdBy", made_by},
                       {"created", base::to_rfc3339(one.created)},
                       {"validated", one.validated.has_value()},
                       {"state", events::to_text(one.state)},
                       {"lastDelivered", moment_or_null(one.last_delivered)},
                       {"failingSince", moment_or_null(one.failing_since)},
                       {"nextTry", moment_or_null(one.next_try)},
                       {"lastOutcome", text_or_null(one.last_outcome)},
                       {"lastStatus", status_or_null(one.last_status)},
                       {"waiting", one.waiting},
                       {"givenUp", one.given_up}});
}

Json delivery_json(const events::DeliveryRow& one, std::string_view public_url) {
  return Json::object({{"event", events::to_cloud_event(one.event, public_url)},
                       {"state", events::to_text(one.state)},
                       {"attempts", one.attempts},
                       {"lastOutcome", text_or_null(one.last_outcome)},
                       {"lastStatus", status_or_null(one.last_status)},
                       {"lastTry", moment_or_null(one.last_try)},
                       {"nextTry", moment_or_null(one.next_try)},
                       {"delivered", moment_or_null(one.delivered)}});
}

}  // namespace alting::api
