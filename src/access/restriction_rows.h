// The rows of what is restricted, and what a decision asks of them. Used by this room only.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/restrictions.h"
#include "access/state.h"
#include "store/row_reader.h"

namespace alting::access {

// In the order that read_restriction() takes them; of the table under the name `r`.
inline constexpr std::string_view restriction_columns =
    "r.restriction_id, r.party, r.controller, r.item, r.since, r.request_id, r.ground, r.imposed_by, r.told, "
    "r.announced_at, r.lift_at, r.lifted_at";
[[nodiscard]] Restriction read_restriction(store::RowReader& from);

// How what an agency asks for stands: free, refused, or opened by this actor on a ground (restriction_checks.cpp).
struct Standing {
  bool restricted = false;
  std::string ground;  // of opening_grounds, of what they have opened
  [[nodiscard]] bool refuses() const { return restricted && ground.empty(); }
  // For the evidence: beside the rule of the policy stands why it may be read all the same.
  [[nodiscard]] std::string in_evidence() const { return ground.empty() ? "" : ";art18:" + ground; }
};
// Of what is about no party (messages that the agency sends) nothing is restricted here.
[[nodiscard]] Standing standing_of(store::Tx& tx, const State& state, const terms::Actor& actor, terms::Action action,
                                   std::string_view org, terms::PartyId party,
                                   const std::optional<terms::InstanceId>& instance);
[[nodiscard]] Standing standing_of(const State& state, const terms::Actor& actor, terms::Action action,
                                   std::string_view org, const Target& target);
// The same for a permit that was given, inside a transaction.
[[nodiscard]] base::Status check_permit_unrestricted(store::Tx& tx, const State& state, const terms::Permit& permit,
                                                     std::string_view org);
// A job that ends what is past its time leaves alone what is restricted; help is no ground to look at it.
[[nodiscard]] base::Status check_job_unrestricted(store::Tx& tx, const JobRule& rule, terms::PartyId party);
// The same, with the try in the log.
[[nodiscard]] base::Status check_job_unrestricted(const State& state, const JobRule& rule, const terms::Permit& permit);
[[nodiscard]] base::Status check_case_unrestricted(store::Tx& tx, const std::optional<OpenCase>& open);
[[nodiscard]] base::Status check_case_unrestricted(const State& state, const std::optional<OpenCase>& open,
                                                   const terms::Permit& permit);

// Whether this employee may read this item: it is not restricted, or they have opened it within the hour.
[[nodiscard]] bool may_be_read(store::Tx& tx, const terms::Actor& actor, terms::PartyId party,
                               std::string_view controller, std::string_view item, base::Instant now);
// As Restrictions::opened_by.
[[nodiscard]] std::optional<Opening> opening_of(store::Tx& tx, const State& state, const terms::Actor& actor,
                                                std::string_view org, terms::PartyId party, std::string_view item);
// The items that they have opened within the hour, whoever's.
[[nodiscard]] std::vector<std::string> items_opened_by(store::Tx& tx, const terms::Actor& actor,
                                                       std::string_view controller, base::Instant now);
// Who tried what is restricted, and was refused: an entry for the party and the controller, within what the actor may cause
// in an hour. Not of the program asking what a subscriber may see, nor inside a transaction that writes. `kind`: "form",
// "message", "case", "job", "prefill".
void write_down_try(const State& state, const terms::Actor& actor, std::string_view org, terms::PartyId party,
                    std::string_view resource, std::string_view kind, const std::optional<terms::InstanceId>& instance);

[[nodiscard]] std::unique_ptr<Restrictions> make_restrictions(State& state, Decider& decider);

}  // namespace alting::access
