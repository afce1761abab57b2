#include "events/event_rows.h"

#include <fmt/format.h>

#include "access/restrictions.h"

namespace alting::events {

// What is restricted is a form with its additions.
std::string visible_event() {
  return fmt::format("(e.type IN ('{}', '{}') OR {})", type::restricted, type::restriction_lifted,
                     access::unrestricted("e.party_id", "COALESCE(e.root_id, e.instance_id)", "e.org"));
}

Event read_event(store::RowReader& from) {
  Event event;
  event.org = from.next<std::string>();
  event.seq = from.next<std::int64_t>();
  event.id = from.next<base::Uuid>();
  event.type = from.next<std::string>();
  event.time = from.next<base::Instant>();
  event.party = from.next<terms::PartyId>();
  event.organisation = from.next<std::string>();
  event.parent = from.next<std::optional<terms::PartyId>>();
  event.parent_organisation = from.next<std::string>();
  if (const auto app = from.next<std::optional<std::string>>()) event.app = terms::AppId::make(event.org, *app);
  event.instance = from.next<std::optional<terms::InstanceId>>();
  event.about = from.next<std::string>();
  return event;
}

// The row is written before it is read: two that number at once meet here, and the later one sees the number of the
// earlier, or runs again.
std::int64_t next_number(store::Tx& tx, std::string_view counter) {
  if (tx.run("UPDATE event_counter SET last = last + 1 WHERE org = ?", {counter}) == 0)
    tx.run("INSERT INTO event_counter (org, last) VALUES (?, 1)", {counter});
  return store::read_one<std::int64_t>(tx, "SELECT last FROM event_counter WHERE org = ?", {counter});
}

std::int64_t last_number(store::Tx& tx, std::string_view org) {
  const auto row = tx.query_one("SELECT last FROM event_counter WHERE org = ?", {org});
  return row ? store::read_one<std::int64_t>(*row) : 0;
}

std::int64_t append(store::Tx& tx, const Event& event, base::Instant now) {
  const auto seq = next_number(tx, event.org);
  const auto item = event.root ? event.root : event.instance;
  const bool hidden = item && access::is_restricted(tx, event.party, event.org, item->text());
  tx.run(
      "INSERT INTO event (org, seq, id, type, happened_at, numbered_at, party_id, organisation, parent_id, "
      "parent_organisation, app, instance_id, about, root_id, hidden) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?, "
      "?)",
      {event.org, seq, event.id, event.type, event.time, now, event.party, event.organisation, event.parent,
       event.parent_organisation, event.app ? store::Value(event.app->app) : store::Value(nullptr), event.instance,
       event.about, event.root, hidden});
  return seq;
}

std::int64_t number_hidden_anew(store::Tx& tx, std::string_view org, terms::PartyId party, base::Instant now) {
  std::vector<std::int64_t> numbers;
  for (const auto& row :
       tx.query(fmt::format("SELECT e.seq FROM event e WHERE e.org = ? AND e.party_id = ? AND e.hidden "
                            "= 1 AND {} ORDER BY e.seq LIMIT ?",
                            visible_event()),
                {org, party, numbered_anew_at_once}))
    numbers.push_back(store::read_one<std::int64_t>(row));
  for (const auto number : numbers)
    tx.run("UPDATE event SET seq = ?, numbered_at = ?, hidden = 0 WHERE org = ? AND seq = ?",
           {next_number(tx, org), now, org, number});
  return std::ssize(numbers);
}

}  // namespace alting::events
