#include "access/request_checks.h"

#include "access/overdue.h"
#include "access/place.h"

namespace alting::access {
namespace {

base::Instant start_of_day(base::Instant at) {
  const auto local = base::to_oslo(at);
  return base::from_oslo(local.year, local.month, local.day, 0, 0).value_or(at);
}

// Until the next day begins in Oslo, whether this one has 23, 24 or 25 hours.
std::string minutes_to_next_day(base::Instant at) {
  constexpr std::int64_t minute = 60'000'000;
  const auto next = start_of_day(start_of_day(at) + base::Duration::hours(30));
  return std::to_string((next.micros - at.micros + minute - 1) / minute);
}

// Room comes when somebody answers: an hour is as good a time to ask again as another.
constexpr std::string_view minutes_to_room = "60";

}  // namespace

base::Error refuse_request(base::ErrorKind kind, std::string_view code,
                           std::vector<std::pair<std::string, std::string>> params) {
  return base::make_error(kind, std::string(code), {}, std::move(params));
}

base::Result<parties::Party> check_wish(State& state, Decider& decider, const terms::Actor& actor, const Wish& wish) {
  if (wish.role.has_value() == wish.app.has_value())
    return refuse_request(base::ErrorKind::invalid, "error.access_request.wish");
  if (!wish.back.empty() && !is_way_back(wish.back))
    return refuse_request(base::ErrorKind::invalid, "error.access_request.back");
  auto party = state.parts.parties.find(wish.party);
  if (!party || party->kind == parties::PartyKind::person || party->deleted)
    return refuse_request(base::ErrorKind::invalid, "error.access_request.party");
  const auto known = state.read([&](const parties::GraphData& graph, const State& now_known) -> base::Status {
    const auto* role = wish.role ? role_table().find(*wish.role) : nullptr;
    const auto* rules = wish.app ? now_known.find(*wish.app) : nullptr;
    if (wish.role ? role == nullptr || !role->for_organisations : rules == nullptr)
      return refuse_request(base::ErrorKind::invalid, "error.access_request.wish");
    if (role == nullptr) return {};
    const auto place = place_of(graph, now_known, graph.index_of(wish.party), now_known.now());
    MemoryFacts facts(graph, now_known.delegations());
    for (const auto& held : collect(facts, actor, now_known.certificate_role(), place, now_known.now()))
      if (held.acts && held.gives.test(role->id))
        return refuse_request(base::ErrorKind::conflict, "error.access_request.held");
    return {};
  });
  ALTING_CHECK(known);
  if (!wish.app) return *std::move(party);
  const auto decided = decider.decide(actor, terms::Action::instantiate, {wish.party, wish.app});
  if (decided) return refuse_request(base::ErrorKind::conflict, "error.access_request.held");
  // Who may, with another login, has no need to ask; and what nobody may use there, nobody can give.
  if (decided.error().kind == base::ErrorKind::level_too_low || decided.error().code == "error.access.party_kind")
    return decided.error();
  return *std::move(party);
}

base::Status check_room(store::Tx& tx, const State& state, const RequestRow& row, base::Instant at) {
  const auto& limits = state.parts.limits;
  // Main unit and sub-units are one business: the same people answer, and asking the next unit is no way around them.
  const auto business = business_of(state, row.party);
  if (is_blocked(tx, business, row.person))
    return refuse_request(base::ErrorKind::forbidden, "error.access_request.blocked");
  const auto open = find_open_request(tx, row);
  if (open && open->id != row.id) return refuse_request(base::ErrorKind::conflict, "error.access_request.open");
  if (count_asked(tx, row.person, start_of_day(at), row.id) >= limits.per_day)
    return refuse_request(base::ErrorKind::too_many, "error.access_request.day",
                          {{"count", std::to_string(limits.per_day)}, {"minutes", minutes_to_next_day(at)}});
  const auto not_before = oldest_open(open_request_rule, at);
  if (count_open(tx, business, row.person, not_before, row.id) >= most_open_of_person)
    return refuse_request(base::ErrorKind::too_many, "error.access_request.yours_full",
                          {{"count", std::to_string(most_open_of_person)}});
  if (count_sent_to(tx, business, not_before) >= limits.open_of_party)
    return refuse_request(base::ErrorKind::too_many, "error.access_request.party_full",
                          {{"minutes", std::string(minutes_to_room)}});
  return {};
}

}  // namespace alting::access
