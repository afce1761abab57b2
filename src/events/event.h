// What happened, as others are told it: a CloudEvent (CloudEvents 1.0, JSON) of ids alone. Nothing of what was answered,
// no name and no person's number stands in one; `alternativesubject` says the number of an organisation, and is left out
// for a person.
//
// Each agency has a feed of its own, in which its events are numbered 1, 2, 3 ... as they become visible.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "base/uuid.h"
#include "terms/ids.h"

namespace alting::events {

namespace type {

// Altinn's: a form was sent.
inline constexpr std::string_view process_completed = "app.instance.process.completed";
// Ours: the same form is one that must be looked at at once (`agency.urgent` of its folder). It comes beside the former.
inline constexpr std::string_view high_risk = "no.alting.instance.highrisk";
// Ours: nothing reaches the end point of a subscription any more.
inline constexpr std::string_view subscription_failing = "no.alting.subscription.failing";
// Ours: what this agency has got of a party is restricted now (art. 18), and is so no longer. `about` is the path of the
// agency's page of such requests.
inline constexpr std::string_view restricted = "no.alting.party.restricted",
                                  restriction_lifted = "no.alting.party.restriction.lifted";
// Altinn's: asks an end point whether it wants what it will be sent. Of no feed.
inline constexpr std::string_view validate_subscription = "platform.events.validatesubscription";

inline constexpr std::array in_feeds{process_completed, high_risk, subscription_failing, restricted,
                                     restriction_lifted};

}  // namespace type

struct Event {
  std::string org;       // whose feed
  std::int64_t seq = 0;  // its number there, from 1; 0 for a validation
  base::Uuid id;
  std::string type;
  base::Instant time;
  terms::PartyId party;      // whose matter it is; of what is about a subscription, its owner
  std::string organisation;  // the party's number when it is an organisation, else ""
  // Of a sub-unit: the organisation it belongs to.
  std::optional<terms::PartyId> parent;
  std::string parent_organisation;
  std::optional<terms::AppId> app;
  std::optional<terms::InstanceId> instance;
  std::optional<terms::InstanceId> root;  // what it adds to, itself when it adds to nothing; not told
  std::string about;                      // the path of `source` where it is no instance
};

[[nodiscard]] std::string source_of(const Event& event, std::string_view public_url);
[[nodiscard]] std::string resource_of(const Event& event);             // "urn:altinn:resource:app_dat_avviksmelding"
[[nodiscard]] std::string subject_of(const Event& event);              // "/party/50001234"
[[nodiscard]] std::string alternative_subject_of(const Event& event);  // "/org/974761467", "" for a person
// As it is served and sent.
[[nodiscard]] base::Json to_cloud_event(const Event& event, std::string_view public_url);

}  // namespace alting::events
