// The rows of events. Used by this room only.
#pragma once
#include "events/event.h"
#include "store/database.h"
#include "store/row_reader.h"

namespace alting::events {

// In the order that read_event() takes them; of the table under the name `e`.
inline constexpr std::string_view event_columns =
    "e.org, e.seq, e.id, e.type, e.happened_at, e.party_id, e.organisation, e.parent_id, e.parent_organisation, e.app, "
    "e.instance_id, e.about";
[[nodiscard]] Event read_event(store::RowReader& from);

// A condition on `e`: what is restricted towards the agency is in no feed and goes to no end point; that it is so, is told.
[[nodiscard]] std::string visible_event();

// Gives the event its number, the next of its org's feed, and puts it there, inside the writing transaction. Whoever
// numbers for the same org waits, so that a number is seen when all before it are. Answers the number.
std::int64_t append(store::Tx& tx, const Event& event, base::Instant now);

// What was numbered while it was restricted, so that whoever reads on passed it by, and is restricted no longer, gets the
// next numbers: the same events with their own ids, some at once. Answers how many.
inline constexpr std::int64_t numbered_anew_at_once = 200;
std::int64_t number_hidden_anew(store::Tx& tx, std::string_view org, terms::PartyId party, base::Instant now);

// The highest number that was given; 0 before the first.
[[nodiscard]] std::int64_t last_number(store::Tx& tx, std::string_view org);
// The next of this counter, "" being that of the subscriptions.
[[nodiscard]] std::int64_t next_number(store::Tx& tx, std::string_view counter);

}  // namespace alting::events
