// What a decision asks of what is restricted: always the rows, so that it holds in all processes at once.
#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <stdexcept>

#include "access/granting.h"
#include "access/restriction_rows.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/write_mark.h"

namespace alting::access {
namespace {

constexpr std::int64_t most_in_force = 100'000, most_opened_items = 1'000;
// As who the program itself asks what a subscriber may see (events/lanes.h): nobody tries anything then.
constexpr std::string_view of_subscription = "subscription:";

// The items of the party that are restricted towards this controller; "" among them: all.
std::vector<std::string> restricted_items(store::Tx& tx, terms::PartyId party, std::string_view controller) {
  std::vector<std::string> items;
  for (const auto& row : tx.query(
           "SELECT r.item FROM access_restriction r WHERE r.party = ? AND r.controller = ? AND r.lifted_at IS NULL",
           {party, controller}))
    items.push_back(store::read_one<std::string>(row));
  return items;
}

bool is_among_items(const std::vector<std::string>& items, std::string_view item) {
  return std::ranges::any_of(items, [&](const std::string& one) { return one.empty() || one == item; });
}

// How this employee has opened it within the hour; of several times the last.
std::optional<Opening> opened_on(store::Tx& tx, const terms::Actor& actor, terms::PartyId party,
                                 std::string_view controller, const std::vector<std::string>& items,
                                 base::Instant now) {
  if (!actor.is_person()) return std::nullopt;
  for (const auto& row :
       tx.query("SELECT o.item, o.ground, o.until_at FROM access_restriction_opening o WHERE o.actor = ? AND "
                "o.party = ? AND o.controller = ? AND o.until_at > ? AND o.opened_at <= ? ORDER BY o.until_at DESC",
                {actor.party, party, controller, now, now})) {
    auto [item, ground, until] = store::read_row<std::string, std::string, base::Instant>(row);
    if (std::ranges::find(items, item) != items.end()) return Opening{std::move(ground), until};
  }
  return std::nullopt;
}

// The form and what it adds to; a message is itself alone.
std::vector<std::string> names_of_item(store::Tx& tx, const State& state, terms::PartyId party,
                                       const terms::InstanceId& id) {
  std::vector<std::string> names{id.text()};
  if (state.parts.matter_of) names.push_back(state.parts.matter_of(tx, party, id).text());
  return names;
}

}  // namespace

base::Error restricted_error() { return forbidden(restricted_code); }

base::Status check_sees_all(const terms::Scope& scope) {
  if (!scope.withheld()) return {};
  return base::make_error(base::ErrorKind::level_too_low, "error.access.level", "the login is too weak",
                          {{"level", std::to_string(static_cast<int>(*scope.withheld()))}});
}

bool is_restricted(store::Tx& tx, terms::PartyId party, std::string_view controller, std::string_view item) {
  return is_among_items(restricted_items(tx, party, controller), item.empty() ? std::string_view("-") : item);
}

bool is_restricted_anywhere(store::Tx& tx, terms::PartyId party) {
  return tx
      .query_one("SELECT r.item FROM access_restriction r WHERE r.party = ? AND r.lifted_at IS NULL LIMIT 1", {party})
      .has_value();
}

std::vector<InForce> restrictions_in_force(store::Tx& tx) {
  std::vector<InForce> all;
  for (const auto& row : tx.query("SELECT r.party, r.controller, r.item FROM access_restriction r WHERE r.lifted_at IS "
                                  "NULL ORDER BY r.party, r.controller, r.item LIMIT ?",
                                  {most_in_force + 1})) {
    auto [party, controller, item] = store::read_row<terms::PartyId, std::string, std::string>(row);
    all.push_back({party, std::move(controller), std::move(item)});
  }
  if (std::ssize(all) > most_in_force) throw std::runtime_error("more restrictions hold than can be looked at");
  return all;
}

bool may_be_read(store::Tx& tx, const terms::Actor& actor, terms::PartyId party, std::string_view controller,
                 std::string_view item, base::Instant now) {
  const auto items = restricted_items(tx, party, controller);
  if (!is_among_items(items, item)) return true;
  return opened_on(tx, actor, party, controller, {std::string(item)}, now).has_value();
}

std::vector<std::string> items_opened_by(store::Tx& tx, const terms::Actor& actor, std::string_view controller,
                                         base::Instant now) {
  std::vector<std::string> items;
  if (!actor.is_person()) return items;
  for (const auto& row : tx.query("SELECT DISTINCT o.item FROM access_restriction_opening o WHERE o.actor = ? AND "
                                  "o.controller = ? AND o.until_at > ? AND o.opened_at <= ? LIMIT ?",
                                  {actor.party, controller, now, now, most_opened_items}))
    items.push_back(store::read_one<std::string>(row));
  return items;
}

std::string unrestricted(std::string_view party_column, std::string_view item_column, std::string_view controller) {
  return fmt::format(
      "NOT EXISTS (SELECT r.item FROM access_restriction r WHERE r.controller = {} AND r.lifted_at IS NULL AND r.party "
      "= "
      "{} AND r.item IN ('', {}))",
      controller, party_column, item_column);
}

std::string unrestricted_anywhere(std::string_view party_column) {
  return fmt::format("NOT EXISTS (SELECT r.item FROM access_restriction r WHERE r.lifted_at IS NULL AND r.party = {})",
                     party_column);
}

Standing standing_of(store::Tx& tx, const State& state, const terms::Actor& actor, terms::Action action,
                     std::string_view org, terms::PartyId party, const std::optional<terms::InstanceId>& instance) {
  if (action != terms::Action::agency_read && action != terms::Action::agency_confirm) return {};
  const auto items = restricted_items(tx, party, org);
  if (items.empty()) return {};
  std::vector<std::string> names;
  if (instance) names = names_of_item(tx, state, party, *instance);
  const bool all = std::ranges::find(items, "") != items.end();
  if (!all && std::ranges::none_of(names, [&](const std::string& one) { return is_among_items(items, one); }))
    return {};
  Standing standing{.restricted = true};
  if (action != terms::Action::agency_read) return standing;
  if (auto opened = opened_on(tx, actor, party, org, names, state.parts.clock.now()))
    standing.ground = std::move(opened->ground);
  return standing;
}

std::optional<Opening> opening_of(store::Tx& tx, const State& state, const terms::Actor& actor, std::string_view org,
                                  terms::PartyId party, std::string_view item) {
  const auto items = restricted_items(tx, party, org);
  const auto id = terms::InstanceId::parse(item);
  if (items.empty() || !id) return std::nullopt;
  const auto names = names_of_item(tx, state, party, *id);
  if (std::ranges::none_of(names, [&](const std::string& one) { return is_among_items(items, one); }))
    return std::nullopt;
  return opened_on(tx, actor, party, org, names, state.parts.clock.now());
}

Standing standing_of(const State& state, const terms::Actor& actor, terms::Action action, std::string_view org,
                     const Target& target) {
  return state.parts.database.read(
      [&](store::Tx& tx) { return standing_of(tx, state, actor, action, org, target.party, target.instance); });
}

base::Status check_permit_unrestricted(store::Tx& tx, const State& state, const terms::Permit& permit,
                                       std::string_view org) {
  if (standing_of(tx, state, permit.actor(), permit.action(), org, permit.party(), permit.instance()).refuses())
    return restricted_error();
  return {};
}

base::Status check_job_unrestricted(store::Tx& tx, const JobRule& rule, terms::PartyId party) {
  if (rule.kind == JobKind::retention && is_restricted_anywhere(tx, party)) return restricted_error();
  return {};
}

base::Status check_case_unrestricted(store::Tx& tx, const std::optional<OpenCase>& open) {
  if (open && open->kind == CaseKind::support && is_restricted(tx, open->party, operator_controller))
    return restricted_error();
  return {};
}

void write_down_try(const State& state, const terms::Actor& actor, std::string_view org, terms::PartyId party,
                    std::string_view resource, std::string_view kind,
                    const std::optional<terms::InstanceId>& instance) {
  if (actor.credential.starts_with(of_subscription) || store::in_write()) return;
  const auto whose = state.parts.parties.find(party);
  if (!whose) return;
  const auto at = state.parts.clock.now();
  ledger::NewEntry entry{ledger::EventKind::access_restricted_try, at};
  entry.actor = actor;
  entry.party = whose->id;
  entry.party_uuid = whose->uuid;
  entry.party_name = whose->name;
  entry.resource = std::string(resource);
  entry.instance = instance;
  if (org != operator_controller) entry.agency = std::string(org);
  entry.set(ledger::parameter::element_kind, kind);
  const auto prepared = state.parts.ledger.prepare(std::move(entry));
  // Whoever tries more often than one may cause entries in an hour is refused all the same; so is the program, which has
  // one such budget for whomever it works.
  (void)state.parts.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(state.parts.quotas.spend(tx, store::Spending::entries, at, actor.party));
    state.parts.ledger.append(tx, prepared);
    return {};
  });
}

namespace {

// Neither is an agency's matter: the controller is who runs the portal.
base::Status written_down_unless_free(const State& state, const terms::Permit& permit, std::string_view kind,
                                      base::Status checked) {
  if (!checked)
    write_down_try(state, permit.actor(), operator_controller, permit.party(), permit.resource(), kind,
                   permit.instance());
  return checked;
}

}  // namespace

base::Status check_job_unrestricted(const State& state, const JobRule& rule, const terms::Permit& permit) {
  return written_down_unless_free(state, permit, "job", state.parts.database.read([&](store::Tx& tx) {
    return check_job_unrestricted(tx, rule, permit.party());
  }));
}

base::Status check_case_unrestricted(const State& state, const std::optional<OpenCase>& open,
                                     const terms::Permit& permit) {
  return written_down_unless_free(state, permit, "case", state.parts.database.read([&](store::Tx& tx) {
    return check_case_unrestricted(tx, open);
  }));
}

}  // namespace alting::access
