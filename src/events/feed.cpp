#include "events/feed.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/event_rows.h"

namespace alting::events {
namespace {

struct Wanted {
  std::string text;
  std::vector<store::Value> values;
  void add(std::string_view condition, std::initializer_list<store::Value> given) {
    text += condition;
    values.insert(values.end(), given);
  }
};

std::string places(std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += i == 0 ? "?" : ", ?";
  return all;
}

// Beside the number: what the scope lets see, and what is asked for.
Wanted condition_of(const terms::Scope& scope, const FeedQuery& query) {
  Wanted wanted{" AND " + visible_event(), {}};
  const auto& apps = scope.agency_apps();
  if (apps.empty()) {
    wanted.text += " AND e.app IS NULL";
  } else {
    wanted.text += fmt::format(" AND (e.app IS NULL OR e.app IN ({}))", places(apps.size()));
    for (const auto& app : apps) wanted.values.emplace_back(app.app);
  }
  if (query.app) wanted.add(" AND e.app = ?", {query.app->app});
  if (query.party) wanted.add(" AND e.party_id = ?", {*query.party});
  if (query.from) wanted.add(" AND e.happened_at >= ?", {*query.from});
  if (query.to) wanted.add(" AND e.happened_at <= ?", {*query.to});
  if (!query.types.empty()) {
    wanted.text += fmt::format(" AND e.type IN ({})", places(query.types.size()));
    for (const auto& type : query.types) wanted.values.emplace_back(type);
  }
  return wanted;
}

}  // namespace

base::Result<FeedPage> Feed::read(const terms::Scope& scope, const FeedQuery& query) {
  if (!scope.agency() || (query.app && query.app->org != *scope.agency()))
    return base::make_error(base::ErrorKind::not_found, "error.events.no_feed");
  const auto& org = *scope.agency();
  const auto size = std::clamp<std::int64_t>(query.size, 1, 1'000);
  const auto wanted = condition_of(scope, query);
  return database_.read([&](store::Tx& tx) -> base::Result<FeedPage> {
    ALTING_CHECK(decider_.recheck_read(tx, scope));
    const auto last = last_number(tx, org);
    if (query.after > last)
      return base::make_error(base::ErrorKind::conflict, "error.events.ahead", "the feed has not come that far",
                              {{"last", std::to_string(last)}});
    const auto oldest =
        store::read_one<std::optional<std::int64_t>>(tx, "SELECT MIN(seq) FROM event WHERE org = ?", {org});
    const auto first = oldest.value_or(last + 1);
    if (query.after > 0 && query.after + 1 < first)
      return base::make_error(base::ErrorKind::gone, "error.events.forgotten", "what came after it is no longer kept",
                              {{"first", std::to_string(first)}});
    std::vector<store::Value> values{org, query.after};
    values.insert(values.end(), wanted.values.begin(), wanted.values.end());
    values.emplace_back(size + 1);
    FeedPage page;
    for (const auto& row : tx.query_with(fmt::format("SELECT {} FROM event e WHERE e.org = ? AND e.seq > ?{} "
                                                     "ORDER BY e.seq LIMIT ?",
                                                     event_columns, wanted.text),
                                         values)) {
      store::RowReader from(row);
      page.events.push_back(read_event(from));
    }
    page.more = page.events.size() > static_cast<std::size_t>(size);
    if (page.more) page.events.pop_back();
    page.next = page.more ? page.events.back().seq : last;
    return page;
  });
}

}  // namespace alting::events
